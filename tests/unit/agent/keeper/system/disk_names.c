/* SPDX-License-Identifier: MIT */
/* A name that two disks wear: what is mounted keeps its place, a medium that somebody plugged in gets none by it. */
#include "keeper/grants.h"
#include "keeper/system_grants.h"
#include "unit/agent/keeper/system/standing.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HOME "disk/by-uuid/aa-bb"

static void given_a_copy_of_home(void) {
        standing_begin();
        standing_mounted("8:1", "/", "/dev/sda1");
        standing_wears("8:17", HOME, "E:ID_FS_TYPE=ext4\n");
        standing_wears("179:1", HOME, "E:ID_FS_TYPE=ext4\n");
        sysfs_node(HOME, "mmcblk0p1"); /* udev's link leads to whoever was last */
        sysfs_write("etc/fstab", "UUID=aa-bb /srv ext4 nofail 0 2\n");
}

TestSuite(system_disks_twins, .init = given_a_copy_of_home, .fini = standing_end, .timeout = 10);

Test(system_disks_twins, what_is_mounted_keeps_its_place_wherever_the_link_leads) {
        standing_also_mounted("8:17", "/srv", "/dev/sdb1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.twins, CARD "\n");
        cr_expect_str_eq(standing.missing, "");
}

Test(system_disks_twins, udevs_database_is_read_though_udev_began_after_the_keeper) {
        cr_assert_eq(rename("run/udev", "run/later"), 0);
        standing_also_mounted("8:17", "/srv", "/dev/sdb1");
        sysfs_node(HOME, "sdb1");
        (void)standing_disks();
        cr_expect_str_eq(standing.twins, "");
        cr_assert_eq(rename("run/later", "run/udev"), 0);
        (void)standing_disks();
        cr_expect_str_eq(standing.twins, CARD "\n");
}

Test(system_disks_twins, nothing_mounted_it_is_the_one_on_a_fixed_bus) {
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.twins, CARD "\n");
}

Test(system_disks_twins, a_copy_that_was_mounted_first_gives_way_to_the_fixed_one) {
        standing_also_mounted("179:1", "/srv", "/dev/mmcblk0p1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.twins, CARD "\n");
}

Test(system_disks_twins, the_disk_that_root_is_on_gives_way_to_nobody) {
        sysfs_write("etc/fstab", "UUID=aa-bb / ext4 defaults 0 1\n");
        standing_mounted("179:1", "/", "/dev/mmcblk0p1");
        cr_expect_str_eq(standing_disks(), CARD "\n");
        cr_expect_str_eq(standing.twins, DISK(2) "\n");
}

Test(system_disks_twins, every_kind_of_name_can_be_worn_twice) {
        static const char *const names[][2] = { { "LABEL=my\\040disk", "disk/by-label/my\\x20disk" },
                                                { "PARTUUID=cc", "disk/by-partuuid/cc" },
                                                { "PARTLABEL=home", "disk/by-partlabel/home" },
                                                { "/dev/disk/by-id/ata-X_1", "disk/by-id/ata-X_1" } };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                char line[200];

                (void)snprintf(line, sizeof line, "%s /srv ext4 nofail 0 2\n", names[i][0]);
                sysfs_write("etc/fstab", line);
                standing_wears("8:17", names[i][1], "");
                standing_wears("179:1", names[i][1], "");
                sysfs_node(names[i][1], "mmcblk0p1");
                cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n", "%s", line);
                cr_expect_str_eq(standing.twins, CARD "\n", "%s", line);
        }
}

Test(system_disks_twins, swap_that_is_on_a_copy_gives_way_to_the_fixed_one) {
        sysfs_write("etc/fstab", "UUID=aa-bb none swap sw,nofail 0 0\n");
        sysfs_write("proc/swaps", "Filename Type Size Used Priority\n/dev/mmcblk0p1 partition 1 0 -2\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        sysfs_write("proc/swaps", "Filename Type Size Used Priority\n/dev/sdb1 partition 1 0 -2\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.twins, CARD "\n");
}

Test(system_disks_twins, a_mapping_that_is_up_says_which_disk_crypttab_means) {
        sysfs_write("etc/fstab", "");
        sysfs_write("etc/crypttab", "home UUID=aa-bb none luks\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        sysfs_device("block", VIRTUAL "dm-0", "253:0", "7\n");
        sysfs_slave(VIRTUAL "dm-0", DISK(2) "/block/sdb/sdb1");
        sysfs_node("mapper/home", "dm-0");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.twins, CARD "\n");
}

Test(system_disks_twins, members_of_one_btrfs_are_no_copies_and_a_copy_of_a_member_is_none_of_it) {
        standing_wears("8:17", HOME, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID_SUB=11\n");
        standing_wears("259:1", HOME, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID_SUB=22\n");
        standing_wears("179:1", HOME, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID_SUB=33\n");
        cr_expect(strstr(standing_disks(), DISK(2) "\n") && strstr(standing.found, NVME "\n"), "%s", standing.found);
        cr_expect_str_eq(standing.twins, CARD "\n");
        standing_wears("259:1", HOME, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID_SUB=11\n");
        cr_expect_not(strstr(standing_disks(), NVME "\n"));
        cr_expect(strstr(standing.twins, NVME "\n"));
}

static bool stood_always(void *ctx, const char *path) {
        (void)ctx, (void)path;
        return true;
}

static void card_alone(void) {
        standing_wears("8:17", "disk/by-uuid/other", "");
}

Test(system_disks_twins, a_name_that_a_medium_can_wear_brings_nothing_on_a_removable_bus) {
        card_alone();
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        cr_expect_str_eq(standing.missing, "fstab UUID=aa-bb (removable)\n");
        standing_also_mounted("179:1", "/srv", "/dev/mmcblk0p1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n", "nor mounted, while the real disk is away");
        cr_expect_str_eq(standing.missing, "fstab UUID=aa-bb (removable)\n");
        sysfs_write("etc/fstab", "/dev/mmcblk0p1 /srv ext4 nofail 0 2\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n", "any card gets that name");
}

Test(system_disks_twins, a_removable_disk_that_is_in_use_and_named_with_its_serial_is_the_systems) {
        static const struct {
                const char *link, *properties, *why; /* why it is none; NULL: it is one */
        } cases[] = {
                { "disk/by-id/mmc-SC16G_0x1234abcd-part1", "E:ID_SERIAL=0x1234abcd\n", NULL },
                { "disk/by-id/usb-Maker_Disk_A1B2C3-0:0-part1", "E:ID_SERIAL_SHORT=A1B2C3\n", NULL },
                { "disk/by-id/mmc-SC16G_0x1234abcd-part1", "", "udev knows no serial number of it" },
                { "disk/by-id/usb-Maker_Disk-0:0-part1", "E:ID_SERIAL=Maker_Disk-0:0\n", "its model's name" },
                { "disk/by-id/lvm-pv-uuid-A1B2C3", "E:ID_SERIAL_SHORT=A1B2C3\n", "written on the medium" },
                { "disk/by-path/pci-A1B2C3", "E:ID_SERIAL_SHORT=A1B2C3\n", "a place" },
        };
        char line[128];

        card_alone();
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                (void)snprintf(line, sizeof line, "/dev/%s /srv ext4 nofail 0 2\n", cases[i].link);
                sysfs_write("etc/fstab", line);
                sysfs_node(cases[i].link, "mmcblk0p1");
                standing_wears("179:1", cases[i].link, cases[i].properties);
                standing_mounted("8:1", "/", "/dev/sda1");
                cr_expect_str_eq(standing_disks(), DISK(1) "\n", "%zu: not in use", i);
                standing_also_mounted("179:1", "/srv", "/dev/mmcblk0p1");
                cr_expect_str_eq(standing_disks(), cases[i].why ? DISK(1) "\n" : DISK(1) "\n" CARD "\n", "%s", line);
        }
        standing_wears("179:1", "disk/by-uuid/other", "E:ID_SERIAL=0x1234abcd\n");
        sysfs_write("etc/fstab", "/dev/disk/by-id/mmc-SC16G_0x1234abcd-part1 /srv ext4 nofail 0 2\n");
        sysfs_node("disk/by-id/mmc-SC16G_0x1234abcd-part1", "sdc1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n", "another one bears the number");
}

Test(system_disks_twins, what_counted_when_the_plane_began_is_not_cut_off_by_the_next_keeper) {
        card_alone();
        standing_also_mounted("179:1", "/srv", "/dev/mmcblk0p1");
        standing.tell.stood = stood_always;
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" CARD "\n");
}

/* A kernel of before 2023 (Debian 12) does not say that an eMMC is fixed. */
Test(system_disks_twins, what_is_named_on_the_removable_disk_that_root_is_on_is_not_missed) {
        card_alone();
        standing_mounted("179:1", "/", "/dev/mmcblk0p1");
        cr_expect_str_eq(standing_disks(), CARD "\n");
        cr_expect_str_eq(standing.missing, "");
        sysfs_write("etc/fstab", "UUID=aa-bb /srv ext4 noauto,x-systemd.automount 0 2\n");
        sysfs_write("etc/crypttab", "b /dev/sda2 /b.key:UUID=aa-bb luks\n");
        (void)standing_disks();
        cr_expect_str_eq(standing.missing, "");
        standing_wears("8:33", HOME, "");
        cr_expect_not(strstr(standing_disks(), STICK), "a stick that wears its name");
        cr_expect_str_eq(standing.twins, STICK "\n");
}

Test(system_disks_twins, a_btrfs_member_on_the_removable_disk_that_root_is_on_is_no_copy) {
        standing_mounted("179:1", "/", "/dev/mmcblk0p1");
        sysfs_node(HOME, "sdb1");
        standing_wears("8:17", HOME, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID_SUB=11\n");
        standing_wears("179:1", HOME, "E:ID_FS_TYPE=btrfs\nE:ID_FS_UUID_SUB=22\n");
        cr_expect_str_eq(standing_disks(), CARD "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.twins, "");
}

Test(system_disks_twins, a_soldered_card_is_fixed_and_what_is_behind_thunderbolt_is_not) {
        card_alone();
        sysfs_write("sys/" CARD "/removable", "fixed\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" CARD "\n");
        sysfs_node(HOME, "nvme0n1p1");
        standing_wears("179:1", "disk/by-uuid/other", "");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" NVME "\n");
        sysfs_write("sys/devices/pci0000:00/0000:00:1d.0/0000:01:00.0/removable", "removable\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        cr_expect_str_eq(standing.missing, "fstab UUID=aa-bb (removable)\n");
}

#define MEMORY_STICK PCI "memstick_host/memstick0/memstick0"
#define COMPACT_FLASH PCI "0.0/ata3/host3/target3:0:0/3:0:0:0"

Test(system_disks_twins, memory_sticks_and_pcmcia_cards_are_removable) {
        static const struct {
                const char *block, *numbers, *link, *bus;
        } disks[] = {
                { MEMORY_STICK "/block/mspblk0", "253:8", "sys/" MEMORY_STICK "/subsystem", "memstick" },
                { COMPACT_FLASH "/block/sdd", "8:48", "sys/" PCI "0.0/subsystem", "pcmcia" },
        };
        char bus[64];

        standing_wears("8:17", "disk/by-uuid/other", "");
        standing_wears("179:1", "disk/by-uuid/other", "");
        for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
                sysfs_device("block", disks[i].block, disks[i].numbers, "10\n");
                sysfs_node(HOME, strrchr(disks[i].block, '/') + 1);
                (void)snprintf(bus, sizeof bus, "../../../bus/%s", disks[i].bus);
                sysfs_link(disks[i].link, bus);
                cr_expect_str_eq(standing_disks(), DISK(1) "\n", "%s", disks[i].bus);
                cr_expect_str_eq(standing.missing, "fstab UUID=aa-bb (removable)\n", "%s", disks[i].bus);
                sysfs_link(disks[i].link, "../../../bus/scsi");
                (void)standing_disks();
                cr_expect_str_eq(standing.missing, "", "%s: on another bus it is a disk", disks[i].bus);
        }
}

#define OTHER_DISK PCI "host9/target9:0:0/9:0:0:0"

/* 0 is no proof: a stick says so itself. On SATA 1 is none: kernels say it of disks at any port for hot plugging. */
Test(system_disks_twins, a_disk_that_calls_its_own_medium_removable_is_removable) {
        card_alone();
        sysfs_node(HOME, "sdb1");
        sysfs_write("sys/" DISK(2) "/block/sdb/removable", "1\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        sysfs_device("block", OTHER_DISK "/block/sde", "8:64", "12\n");
        sysfs_node(HOME, "sde");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" OTHER_DISK "\n");
        sysfs_write("sys/" OTHER_DISK "/block/sde/removable", "1\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        cr_expect_str_eq(standing.missing, "fstab UUID=aa-bb (removable)\n");
        sysfs_node(HOME, "sdc1");
        sysfs_write("sys/" STICK "/block/sdc/removable", "0\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
}

Test(system_disks_twins, a_file_that_wears_the_name_takes_no_disks_place) {
        sysfs_device("block", VIRTUAL "loop0", "7:0", "9\n");
        standing_wears("7:0", HOME, "");
        sysfs_node(HOME, "loop0");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
}

Test(system_disks_twins, what_an_automounter_waits_for_is_named_and_not_mounted) {
        sysfs_write("etc/fstab", "UUID=aa-bb /srv ext4 noauto,x-systemd.automount 0 2\n");
        standing_also_mounted("0:50", "/srv", "systemd-1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        sysfs_write("etc/fstab", "UUID=aa-bb /srv ext4 noauto 0 2\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
}

static struct grants granted;

static bool only_sda(void *ctx, const char *path) {
        (void)ctx;
        return strcmp(path, DISK(1)) == 0;
}

Test(system_disks_twins, what_an_earlier_look_took_is_given_up_when_the_disk_itself_is_read) {
        struct system_grants f = { .dirs = &standing.dirs, .grants = &granted };
        struct err err = { 0 };

        granted = (struct grants){ 0 };
        card_alone();
        sysfs_write("etc/fstab", "/dev/disk/by-id/mmc-SC16G_0x12 /srv ext4 nofail 0 2\n");
        standing_wears("179:1", "disk/by-id/mmc-SC16G_0x12", "E:ID_SERIAL=0x12\n");
        standing_also_mounted("179:1", "/srv", "/dev/mmcblk0p1");
        cr_assert_eq(system_grants_find(&f, 0, &err), 0, "%s", err.text);
        cr_expect(grants_find_system(&granted, CARD) && f.early);
        standing_wears("8:17", "disk/by-id/mmc-SC16G_0x12", "");
        cr_assert_eq(system_grants_find(&f, 0, &err), 0, "%s", err.text);
        cr_expect_null(grants_find_system(&granted, CARD));
        cr_expect_not_null(grants_find_system(&granted, DISK(2)));
        cr_expect_not(f.early);
}

Test(system_disks_twins, where_a_plane_is_in_force_no_name_brings_a_disk_that_was_not_the_systems) {
        struct system_grants f = { .dirs = &standing.dirs, .grants = &granted, .was = only_sda };
        struct err err = { 0 };

        granted = (struct grants){ 0 };
        card_alone();
        standing_also_mounted("179:1", "/srv", "/dev/mmcblk0p1");
        cr_assert_eq(system_grants_find(&f, 0, &err), 0, "%s", err.text);
        cr_expect_not_null(grants_find_system(&granted, DISK(1)));
        cr_expect_null(grants_find_system(&granted, CARD));
        cr_expect_str_eq(f.missing, "fstab UUID=aa-bb");
        system_grants_grown(&f);
        cr_expect_null(grants_find_system(&granted, CARD), "a medium that came later");
        sysfs_node(HOME, "sdb1");
        standing_wears("8:17", HOME, "");
        system_grants_grown(&f);
        cr_expect_null(grants_find_system(&granted, DISK(2)));
}

Test(system_disks_twins, a_btrfs_and_a_bcachefs_grow_by_what_the_kernel_has_open) {
        struct system_grants f = { .dirs = &standing.dirs, .grants = &granted };
        struct err err = { 0 };

        granted = (struct grants){ 0 };
        sysfs_write("etc/fstab", "");
        cr_assert_eq(system_grants_find(&f, 0, &err), 0, "%s", err.text);
        sysfs_write("sys/fs/btrfs/11-22/devices/sda1", "");
        sysfs_write("sys/fs/btrfs/11-22/devices/sdb1", "");
        sysfs_write("sys/fs/btrfs/33-44/devices/mmcblk0p1", "");
        sysfs_link("sys/fs/bcachefs/55/dev-0/block", "../../../../" DISK(2) "/block/sdb/sdb1");
        sysfs_link("sys/fs/bcachefs/55/dev-1/block", "../../../../" NVME "/nvme0n1/nvme0n1p1");
        system_grants_grown(&f);
        cr_expect_not_null(grants_find_system(&granted, DISK(2)));
        cr_expect_null(grants_find_system(&granted, CARD));
        cr_expect_not_null(grants_find_system(&granted, NVME));
}
