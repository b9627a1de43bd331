/* SPDX-License-Identifier: MIT */
/* What the system stands on, in folders that look like /sys and /proc: found, whatever is between; and nothing else. */
#include "keeper/system/system_disks.h"
#include "keeper/system_grants.h"

#include "keeper/grants.h"
#include "unit/agent/keeper/system/standing.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

TestSuite(system_disks_find, .init = standing_begin, .fini = standing_end, .timeout = 10);

Test(system_disks_find, a_partition_stands_on_its_disk) {
        standing_mounted("8:1", "/", "/dev/sda1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
}

Test(system_disks_find, of_an_nvme_disk_it_is_the_controller) {
        standing_mounted("259:1", "/", "/dev/root");
        cr_expect_str_eq(standing_disks(), NVME "\n");
}

Test(system_disks_find, a_volume_in_a_luks_on_two_disks_of_a_raid_stands_on_both) {
        sysfs_device("block", VIRTUAL "md0", "9:0", "6\n");
        sysfs_device("block", VIRTUAL "md0/md0p1", "259:5", NULL);
        sysfs_device("block", VIRTUAL "dm-0", "253:0", "7\n");
        sysfs_device("block", VIRTUAL "dm-1", "253:1", "8\n");
        sysfs_slave(VIRTUAL "dm-1", VIRTUAL "dm-0");
        sysfs_slave(VIRTUAL "dm-0", VIRTUAL "md0/md0p1");
        sysfs_slave(VIRTUAL "md0", DISK(1) "/block/sda/sda2");
        sysfs_slave(VIRTUAL "md0", DISK(2) "/block/sdb/sdb1");
        standing_mounted("253:1", "/", "/dev/mapper/vg-root");
        cr_expect(strstr(standing_disks(), DISK(1) "\n"));
        cr_expect(strstr(standing.found, DISK(2) "\n"));
        cr_expect_eq(strlen(standing.found), strlen(DISK(1) "\n" DISK(2) "\n"));
}

Test(system_disks_find, a_btrfs_stands_on_all_its_members) {
        sysfs_write("sys/fs/btrfs/features/x", "");
        sysfs_write("sys/fs/btrfs/11-22/devices/sda1", "");
        sysfs_write("sys/fs/btrfs/11-22/devices/nvme0n1p1", "");
        sysfs_write("sys/fs/btrfs/33-44/devices/sdb1", "");
        sysfs_write("proc/self/mountinfo", "36 1 0:31 /@ / rw shared:1 - btrfs /dev/sda1 rw,subvol=/@\n");
        cr_expect(strstr(standing_disks(), DISK(1) "\n"));
        cr_expect(strstr(standing.found, NVME "\n"));
        cr_expect_not(strstr(standing.found, DISK(2)));
}

Test(system_disks_find, swap_fstab_and_crypttab_count_though_nothing_of_them_is_mounted) {
        sysfs_node("disk/by-uuid/aa-bb", "sdb1");
        sysfs_node("disk/by-partuuid/cc", "nvme0n1p1");
        sysfs_write("proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n");
        sysfs_write("etc/fstab", "# a comment\n\nUUID=\"aa-bb\" /home ext4 defaults,nofail 0 2\n");
        sysfs_write("etc/crypttab", "data PARTUUID=cc none luks\n");
        cr_expect(strstr(standing_disks(), DISK(1) "\n"));
        cr_expect(strstr(standing.found, DISK(2) "\n"));
        cr_expect(strstr(standing.found, NVME "\n"));
}

Test(system_disks_find, what_happens_to_be_mounted_from_a_stick_or_a_card_is_none) {
        standing_mounted("8:33", "/media/clerk/STICK", "/dev/sdc1");
        cr_expect_str_eq(standing_disks(), "");
        standing_mounted("179:1", "/mnt", "/dev/mmcblk0p1");
        cr_expect_str_eq(standing_disks(), "");
        sysfs_write("etc/fstab", "/dev/sdc1 /media/usb auto noauto,user 0 0\n");
        cr_expect_str_eq(standing_disks(), "");
}

Test(system_disks_find, a_stick_that_the_system_is_started_from_is_one) {
        standing_mounted("8:33", "/", "/dev/sdc1");
        cr_expect_str_eq(standing_disks(), STICK "\n");
        sysfs_write("etc/fstab", "/dev/sdc1 / ext4 defaults 0 1\nUUID=aa-bb /boot ext4 defaults 0 2\n");
        standing_also_mounted("8:33", "/boot", "/dev/sdc1");
        cr_expect_str_eq(standing_disks(), STICK "\n");
}

Test(system_disks_find, a_file_behind_a_loop_is_no_disk_and_a_ring_is_left) {
        sysfs_device("block", VIRTUAL "loop0", "7:0", "9\n");
        standing_mounted("7:0", "/", "/dev/loop0");
        cr_expect_str_eq(standing_disks(), "");
        sysfs_device("block", VIRTUAL "dm-0", "253:0", "7\n");
        sysfs_slave(VIRTUAL "dm-0", VIRTUAL "dm-0");
        standing_mounted("253:0", "/", "/dev/dm-0");
        cr_expect_str_eq(standing_disks(), "");
}

Test(system_disks_find, without_mountinfo_nothing_is_begun) {
        struct err err = { 0 };

        cr_assert_eq(remove("proc/self/mountinfo"), 0);
        cr_expect_lt(system_disks_find(&standing.dirs, &standing.tell, &err), 0);
}

/* A power cut leaves zeros where a table was being written: the lines behind them may name a disk that is needed. */
Test(system_disks_find, a_table_that_cannot_be_read_to_its_end_is_no_table) {
        static const char *const tables[] = { "etc/fstab", "etc/crypttab", "proc/swaps" };
        struct err err = { 0 };

        standing_mounted("8:1", "/", "/dev/sda1");
        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
                FILE *f;

                sysfs_write(tables[i], "# a line\n");
                cr_assert_eq(system_disks_find(&standing.dirs, &standing.tell, &err), 0, "%s", err.text);
                f = fopen(tables[i], "a");
                cr_assert(f && fwrite("\0\0UUID=aa-bb /srv ext4\n", 1, 23, f) == 23 && fclose(f) == 0);
                cr_expect_eq(system_disks_find(&standing.dirs, &standing.tell, &err), -EBADMSG, "%s", tables[i]);
                cr_expect(strstr(err.text, strrchr(tables[i], '/') + 1), "%s", err.text);
                cr_assert_eq(remove(tables[i]), 0);
        }
}

Test(system_disks_find, what_a_table_names_and_nobody_finds_is_told) {
        sysfs_node("disk/by-label/my\\x20disk", "sdb1");
        sysfs_write(
                "etc/fstab",
                "/dev/sda1 / ext4 rw 0 1\nUUID=aa-bb /home ext4 nofail 0 2\nLABEL=my\\040disk /srv ext4 rw 0 2\n"
                "/dev/sr0 /media/cdrom0 iso9660 user,noauto 0 0\n//server/share /mnt cifs rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n"
                "/swapfile none swap sw 0 0\n# UUID=cc /old ext4 rw 0 0\n");
        sysfs_write("etc/crypttab", "# name source\nh PARTLABEL=home none luks\nfile /var/box none luks\n");
        cr_expect(strstr(standing_disks(), DISK(2) "\n"), "%s", standing.found);
        cr_expect_str_eq(standing.missing, "fstab UUID=aa-bb\ncrypttab PARTLABEL=home\n");
}

static struct grants granted;
static struct system_grants system_grants;

static void given_system_grants(void) {
        standing_begin();
        granted = (struct grants){ 0 };
        system_grants = (struct system_grants){ .dirs = &standing.dirs, .grants = &granted };
}

static bool is_system(const char *path) {
        return grants_find_system(&granted, path) != NULL;
}

TestSuite(system_grants_find, .init = given_system_grants, .fini = standing_end, .timeout = 10);

Test(system_grants_find, grants_what_is_there_and_names_what_is_not) {
        struct err err = { 0 };

        standing_mounted("8:1", "/", "/dev/sda1");
        sysfs_write(
                "etc/fstab",
                "UUID=aa-bb /home ext4 nofail 0 2\nUUID=aa-bb /again ext4 nofail 0 2\nUUID=cc-dd /a ext4 nofail 0 2\nUUID=cc /srv ext4 nofail 0 2\n");
        cr_assert_eq(system_grants_find(&system_grants, 0, &err), 0, "%s", err.text);
        cr_expect(is_system(DISK(1)));
        cr_expect_not(is_system(DISK(2)));
        cr_expect_str_eq(system_grants.missing, "fstab UUID=aa-bb, fstab UUID=cc-dd, fstab UUID=cc");
        sysfs_node("disk/by-uuid/aa-bb", "sdb1");
        sysfs_node("disk/by-uuid/cc", "sda2");
        sysfs_node("disk/by-uuid/cc-dd", "sda2");
        cr_assert_eq(system_grants_find(&system_grants, 0, &err), 0, "%s", err.text);
        cr_expect(is_system(DISK(2)));
        cr_expect_str_eq(system_grants.missing, "");
}

static bool was_let_in_by_a_rule(void *ctx, const char *path) {
        (void)ctx, (void)path;
        return false;
}

Test(system_grants_find, after_a_restart_only_takes_what_it_had_taken_before_of_what_is_merely_in_use) {
        struct err err = { 0 };

        standing_mounted("8:1", "/", "/dev/sda1");
        standing_also_mounted("8:17", "/media/clerk/DISK", "/dev/sdb1");
        system_grants.was = was_let_in_by_a_rule;
        cr_assert_eq(system_grants_find(&system_grants, 0, &err), 0, "%s", err.text);
        cr_expect_not(is_system(DISK(2)));
        system_grants.was = NULL;
        cr_assert_eq(system_grants_find(&system_grants, 0, &err), 0, "%s", err.text);
        cr_expect(is_system(DISK(2)), "when it begins, whatever is in use");
}

TestSuite(system_grants_grown, .init = given_system_grants, .fini = standing_end, .timeout = 10);

Test(system_grants_grown, a_disk_that_the_root_has_grown_onto_is_not_the_policys_any_more) {
        struct err err = { 0 };

        sysfs_device("block", VIRTUAL "dm-0", "253:0", "7\n");
        sysfs_slave(VIRTUAL "dm-0", DISK(1) "/block/sda/sda2");
        standing_mounted("253:0", "/", "/dev/mapper/vg-root");
        cr_assert_eq(system_grants_find(&system_grants, 0, &err), 0, "%s", err.text);
        cr_assert_eq(grants_set(&granted, DISK(2), MODE_WRITE, 1, 0), 0);
        system_grants_grown(&system_grants);
        cr_expect_not(is_system(DISK(2)));
        sysfs_slave(VIRTUAL "dm-0", DISK(2) "/block/sdb/sdb1");
        system_grants_grown(&system_grants);
        cr_expect(is_system(DISK(2)));
}

Test(system_grants_grown, what_somebody_has_mounted_of_an_allowed_disk_stays_the_policys) {
        cr_assert_eq(grants_set(&granted, DISK(2), MODE_WRITE, 1, 0), 0);
        standing_mounted("8:17", "/media/clerk/DISK", "/dev/sdb1");
        system_grants_grown(&system_grants);
        cr_expect_not(is_system(DISK(2)));
}

TestSuite(grants_find, .timeout = 5);

Test(grants_find, the_longest_path_that_covers_it_decides_and_names_that_only_begin_alike_do_not) {
        static struct grants g;

        cr_assert_eq(grants_set(&g, "devices/usb1/1-1", MODE_WRITE, 0, 0), 0);
        cr_assert_eq(grants_set(&g, "devices/usb1/1-1/1-1.2", MODE_READ, 0, 0), 0);
        cr_expect_eq(grants_find(&g, "devices/usb1/1-1/host1/block/sda")->mode, MODE_WRITE);
        cr_expect_eq(grants_find(&g, "devices/usb1/1-1/1-1.2/host1/block/sda")->mode, MODE_READ);
        cr_expect_eq(grants_find(&g, "devices/usb1/1-1/1-1.23")->mode, MODE_WRITE);
        cr_expect_null(grants_find(&g, "devices/usb1/1-10/host1/block/sda"));
        grants_drop(&g, "devices/usb1/1-1", GRANTS_ALL);
        cr_expect_null(grants_find(&g, "devices/usb1/1-1/1-1.2"), "with all below it");
}

Test(grants_set, what_is_too_long_or_too_much_is_refused) {
        static struct grants g;
        char path[GRANT_PATH + 1], name[32];

        memset(path, 'x', sizeof path - 1);
        path[sizeof path - 1] = '\0';
        cr_expect_lt(grants_set(&g, path, MODE_WRITE, 0, 0), 0);
        for (int i = 0; i < GRANTS_MAX; i++) {
                (void)snprintf(name, sizeof name, "devices/%d", i);
                cr_assert_eq(grants_set(&g, name, MODE_READ, 0, 0), 0);
        }
        cr_expect_lt(grants_set(&g, "devices/one-more", MODE_READ, 0, 0), 0);
        cr_expect_eq(grants_set(&g, "devices/7", MODE_WRITE, 0, 0), 0, "what is there already changes");
}

TestSuite(grants_find_system, .timeout = 5);

Test(grants_find_system, is_the_device_itself_and_all_above_and_below_it) {
        static struct grants g;

        cr_assert_eq(grants_set(&g, "devices/pci0/usb1/1-1", MODE_WRITE, 0, 0), 0);
        cr_assert_eq(grants_set_system(&g, "devices/pci0/ata1/host1"), 0);
        cr_expect_not_null(grants_find_system(&g, "devices/pci0/ata1/host1"));
        cr_expect_not_null(grants_find_system(&g, "devices/pci0/ata1"));
        cr_expect_not_null(grants_find_system(&g, "devices/pci0/ata1/host1/target1:0:0"));
        cr_expect_null(grants_find_system(&g, "devices/pci0/ata1/host10"));
        cr_expect_null(grants_find_system(&g, "devices/pci0/ata1/hos"));
        cr_expect_null(grants_find_system(&g, "devices/pci0/usb1/1-1"), "that one was granted");
}

Test(grants_drop, leaves_what_the_system_stands_on) {
        static struct grants g;

        cr_assert_eq(grants_set_system(&g, "devices/pci0/ata1"), 0);
        cr_assert_eq(grants_set(&g, "devices/pci0/ata2", MODE_WRITE, 0, 0), 0);
        grants_drop(&g, "devices/pci0", GRANTS_ALL);
        cr_expect_not_null(grants_find(&g, "devices/pci0/ata1"));
        cr_expect_null(grants_find(&g, "devices/pci0/ata2"));
}
