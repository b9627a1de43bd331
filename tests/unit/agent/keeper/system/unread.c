/* SPDX-License-Identifier: MIT */
/* Which disks udev does not read yet: removable ones, and never the one that / is on. */
#include "keeper/system/unread.h"

#include "keeper/system/disk_names.h"
#include "unit/agent/keeper/system/standing.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define CARD_DISK CARD "/block/mmcblk0"

static void given_root_on_a_fixed_disk(void) {
        standing_begin();
        standing_mounted("8:1", "/", "/dev/sda1");
}

TestSuite(unread_is_wanted, .init = given_root_on_a_fixed_disk, .fini = standing_end, .timeout = 10);

Test(unread_is_wanted, a_card_and_a_stick_wait_and_a_fixed_disk_does_not) {
        static const char *const fixed[] = { DISK(1) "/block/sda/sda1", DISK(2) "/block/sdb", NVME "/nvme0n1",
                                             NVME "/nvme0n1/nvme0n1p1" };
        static const char *const removable[] = { CARD_DISK, CARD_DISK "/mmcblk0p1", STICK "/block/sdc",
                                                 STICK "/block/sdc/sdc1" };

        for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
                cr_expect_not(unread_is_wanted(&standing.dirs, fixed[i]), "%s", fixed[i]);
        for (size_t i = 0; i < sizeof removable / sizeof *removable; i++)
                cr_expect(unread_is_wanted(&standing.dirs, removable[i]), "%s", removable[i]);
}

Test(unread_is_wanted, a_card_that_the_kernel_calls_fixed_does_not) {
        sysfs_write("sys/" CARD "/removable", "fixed\n");
        cr_expect_not(unread_is_wanted(&standing.dirs, CARD_DISK));
}

/* Its /boot and its swap have names on the same disk. */
Test(unread_is_wanted, the_disk_that_root_is_on_is_read_at_once) {
        standing_mounted("179:1", "/", "/dev/mmcblk0p1");
        cr_expect_not(unread_is_wanted(&standing.dirs, CARD_DISK));
        cr_expect_not(unread_is_wanted(&standing.dirs, CARD_DISK "/mmcblk0p1"));
        cr_expect(unread_is_wanted(&standing.dirs, STICK "/block/sdc/sdc1"), "another removable disk waits");
}

Test(unread_is_wanted, a_volume_of_root_on_two_cards_leaves_both) {
        sysfs_device("block", VIRTUAL "dm-0", "253:0", "7\n");
        sysfs_slave(VIRTUAL "dm-0", CARD_DISK "/mmcblk0p1");
        sysfs_slave(VIRTUAL "dm-0", STICK "/block/sdc/sdc1");
        standing_mounted("253:0", "/", "/dev/mapper/vg-root");
        cr_expect_not(unread_is_wanted(&standing.dirs, CARD_DISK));
        cr_expect_not(unread_is_wanted(&standing.dirs, STICK "/block/sdc"));
}

Test(unread_is_wanted, where_root_needs_no_disk_a_card_waits) {
        sysfs_write("proc/self/mountinfo", "36 1 0:31 / / rw shared:1 - nfs server:/root rw\n");
        cr_expect(unread_is_wanted(&standing.dirs, CARD_DISK));
}

/* Then the plane does not begin either: nothing is kept from anybody. */
Test(unread_is_wanted, where_nobody_knows_what_root_is_on_nothing_waits) {
        static const char *const mounts[] = { "", "36 1 0:31 / /home rw shared:1 - ext4 /dev/sda1 rw\n",
                                              "36 1 0:31 / / rw shared:1 - zfs rpool/root rw\n",
                                              "36 1 0:31 / / rw shared:1 - overlay overlay rw\n" };

        for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
                sysfs_write("proc/self/mountinfo", mounts[i]);
                cr_expect_not(unread_is_wanted(&standing.dirs, CARD_DISK), "%s", mounts[i]);
        }
        cr_assert_eq(remove("proc/self/mountinfo"), 0);
        cr_expect_not(unread_is_wanted(&standing.dirs, CARD_DISK));
}

Test(unread_is_wanted, what_is_no_disk_of_this_machine_does_not) {
        static const char *const paths[] = { "", "/", "devices", "devices/nowhere/block/sdz", "../etc" };

        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
                cr_expect_not(unread_is_wanted(&standing.dirs, paths[i]), "%s", paths[i]);
}

Test(unread_is_wanted, udevs_database_says_which_are_still_unread) {
        cr_expect_not(disk_names_is_any_unread(&standing.dirs));
        standing_wears("8:17", "disk/by-uuid/aa-bb", "E:SEKIMORI_UNREAD=0\nE:ID_FS_TYPE=ext4\n");
        cr_expect_not(disk_names_is_any_unread(&standing.dirs));
        standing_wears("179:1", "disk/by-id/mmc-SD_0x1-part1", "E:SEKIMORI_UNREAD=1\n");
        cr_expect(disk_names_is_any_unread(&standing.dirs));
}
