/* SPDX-License-Identifier: MIT */
/* What / and the other mounts are made of where the kernel's number does not say it; and that "found nothing" is no
 * answer. */
#include "keeper/system/mount_disks.h"

#include "keeper/system_grants.h"
#include "unit/agent/keeper/system/standing.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void root_is(const char *type, const char *source) {
        char line[256];

        (void)snprintf(line, sizeof line, "22 1 0:20 / /proc rw - proc proc rw\n37 1 0:26 / / rw shared:1 - %s %s rw\n",
                       type, source);
        sysfs_write("proc/self/mountinfo", line);
}

static void member_of_pool(const char *numbers, const char *pool, const char *id, const char *sub) {
        char text[256];

        (void)snprintf(text, sizeof text,
                       "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=%s\nE:ID_FS_UUID=%s\nE:ID_FS_UUID_SUB=%s\n", pool, id,
                       sub);
        standing_wears(numbers, "disk/by-partuuid/x", text);
}

TestSuite(system_disks_proof, .init = standing_begin, .fini = standing_end, .timeout = 10);

Test(system_disks_proof, a_root_that_needs_no_disk_is_known_by_its_kind) {
        static const char *const kinds[] = { "nfs", "nfs4", "tmpfs", "9p", "virtiofs" };

        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
                root_is(kinds[i], "server:/root");
                cr_expect_str_eq(standing_disks(), "", "%s", kinds[i]);
                cr_expect_str_eq(standing.unknown, "", "%s", kinds[i]);
        }
}

Test(system_disks_proof, a_root_of_which_no_disk_is_found_is_not_understood) {
        static const char *const kinds[] = { "zfs", "overlay", "btrfs", "bcachefs", "aufs", "ext4" };
        char expected[64];

        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
                root_is(kinds[i], "/dev/root");
                (void)snprintf(expected, sizeof expected, "mounted at / (%s)\n", kinds[i]);
                cr_expect_str_eq(standing_disks(), "");
                cr_expect_str_eq(standing.unknown, expected);
        }
        sysfs_device("block", VIRTUAL "loop0", "7:0", "9\n");
        standing_mounted("7:0", "/", "/dev/loop0");
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at / (ext4)\n", "a file of an image: on which disk?");
        sysfs_write("proc/self/mountinfo", "22 1 0:20 / /proc rw - proc proc rw\n");
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at / (not mounted)\n");
}

Test(system_disks_proof, a_zfs_stands_on_all_members_that_udev_has_found) {
        sysfs_write(
                "proc/self/mountinfo",
                "37 1 0:26 / / rw shared:1 - zfs rpool/ROOT/debian rw\n40 1 0:30 / /tank rw - zfs tank rw\n41 1 0:31 / /tank/.zfs/snapshot/d rw - zfs tank@d ro\n");
        member_of_pool("8:2", "rpool", "77", "1");
        member_of_pool("8:17", "rpool", "77", "2");
        member_of_pool("259:1", "tank", "88", "3");
        cr_expect(strstr(standing_disks(), DISK(1) "\n") && strstr(standing.found, DISK(2) "\n"), "%s", standing.found);
        cr_expect(strstr(standing.found, NVME "\n"));
        cr_expect_str_eq(standing.unknown, "");
        cr_assert_eq(unlink("run/udev/data/b259:1"), 0);
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at /tank (zfs)\nmounted at /tank/.zfs/snapshot/d (zfs)\n");
}

Test(system_disks_proof, a_card_with_a_pools_label_is_no_member_but_a_root_on_a_stick_is) {
        root_is("zfs", "rpool/ROOT");
        member_of_pool("8:2", "rpool", "77", "1");
        member_of_pool("179:1", "rpool", "77", "1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        member_of_pool("179:1", "rpool", "99", "5");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        cr_expect_str_eq(standing.unknown, "");
        member_of_pool("8:2", "other", "77", "1");
        cr_expect_str_eq(standing_disks(), CARD "\n");
}

Test(system_disks_proof, an_image_with_a_pools_label_does_not_make_it_another) {
        root_is("zfs", "rpool/ROOT");
        sysfs_device("block", VIRTUAL "loop0", "7:0", "9\n");
        member_of_pool("8:2", "rpool", "77", "1");
        member_of_pool("7:0", "rpool", "99", "5");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        cr_expect_str_eq(standing.unknown, "");
        cr_assert_eq(unlink("run/udev/data/b8:2"), 0);
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at / (zfs)\n", "on which disk?");
}

Test(system_disks_proof, two_pools_of_one_name_on_fixed_disks_are_not_understood) {
        root_is("zfs", "rpool/ROOT");
        member_of_pool("8:2", "rpool", "77", "1");
        member_of_pool("8:17", "rpool", "78", "2");
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at / (zfs)\n");
}

Test(system_disks_proof, a_zfs_that_fstab_names_is_looked_for_and_missed) {
        standing_mounted("8:1", "/", "/dev/sda1");
        sysfs_write("etc/fstab", "tank/home /home zfs defaults 0 0\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n");
        cr_expect_str_eq(standing.missing, "fstab tank/home\n");
        member_of_pool("8:17", "tank", "77", "1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.missing, "");
}

#define OVERLAY                                                                                                        \
        "37 1 179:1 / /media/root-ro rw - ext4 /dev/mmcblk0p1 rw\n38 1 0:25 / /media/root-rw rw - tmpfs root-rw rw\n"  \
        "39 1 0:26 / / rw - overlay overlayroot "

Test(system_disks_proof, an_overlay_stands_on_the_disks_of_its_folders) {
        sysfs_write("proc/self/mountinfo", OVERLAY "rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/o,workdir=/w\n");
        cr_expect_str_eq(standing_disks(), CARD "\n");
        cr_expect_str_eq(standing.unknown, "");
        sysfs_write("proc/self/mountinfo", OVERLAY "rw\n");
        sysfs_write("etc/fstab", "/media/root-ro/ / overlay lowerdir=/media/root-ro/,upperdir=/media/root-rw/o/ 0 0\n");
        cr_expect_str_eq(standing_disks(), CARD "\n");
        cr_expect_str_eq(standing.unknown, "");
        sysfs_write("etc/fstab", "/media/root-ro/ / overlay lowerdir=media/root-ro:/nowhere 0 0\n");
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at / (overlay)\n", "nothing is mounted below /nowhere");
        sysfs_device("block", VIRTUAL "loop0", "7:0", "9\n");
        sysfs_write("proc/self/mountinfo",
                    "37 1 7:0 / /image rw - squashfs /dev/loop0 rw\n38 1 0:25 / /rw rw - tmpfs rw rw\n"
                    "39 1 0:26 / / rw - overlay cow rw,lowerdir=/image,upperdir=/rw\n");
        (void)standing_disks();
        cr_expect_str_eq(standing.unknown, "mounted at / (overlay)\n", "an image: on which disk?");
}

/* A copied mount namespace, such as the one of the keeper's unit, lists parents first. */
Test(system_disks_proof, an_overlay_that_is_listed_before_its_folders_stands_on_their_disks) {
        static const char *const options[] = { "rw", "rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/o" };
        char text[512];

        sysfs_write("etc/fstab", "/media/root-ro/ / overlay lowerdir=/media/root-ro/,upperdir=/media/root-rw/o/ 0 0\n");
        for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
                (void)snprintf(text, sizeof text,
                               "139 1 0:26 / / rw - overlay overlayroot %s\n"
                               "140 139 179:1 / /media/root-ro rw - ext4 /dev/mmcblk0p1 rw\n"
                               "141 139 0:25 / /media/root-rw rw - tmpfs root-rw rw\n",
                               options[i]);
                sysfs_write("proc/self/mountinfo", text);
                cr_expect_str_eq(standing_disks(), CARD "\n", "%s", options[i]);
                cr_expect_str_eq(standing.unknown, "", "%s", options[i]);
        }
}

Test(system_disks_proof, each_device_of_a_bcachefs_counts_mounted_or_named) {
        root_is("bcachefs", "/dev/sda2:/dev/sdb1");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        standing_mounted("8:1", "/", "/dev/sda1");
        sysfs_write("etc/fstab", "/dev/sdb1:/dev/nvme0n1p1 /srv bcachefs defaults 0 0\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n" NVME "\n");
        sysfs_write("etc/fstab", "/dev/sdb1:/dev/sdz1 /srv bcachefs defaults 0 0\n");
        (void)standing_disks();
        cr_expect_str_eq(standing.missing, "fstab /dev/sdb1:/dev/sdz1\n");
}

Test(system_disks_proof, the_disk_of_a_luks_key_is_found_or_missed) {
        standing_mounted("8:1", "/", "/dev/sda1");
        sysfs_node("disk/by-uuid/key", "sdb1");
        sysfs_node("disk/by-label/KEYS", "sdc1");
        sysfs_write("etc/crypttab",
                    "a /dev/sda2 /etc/keys/a luks\nb /dev/sda2 /b.key:UUID=key luks\nc /dev/sda2 /dev/urandom swap\n"
                    "d /dev/sda2 /dev/disk/by-label/KEYS:/d.key luks,keyscript=passdev\n"
                    "e /dev/sda2 /e.key:UUID=away luks\nf /dev/sda2 none luks\n");
        cr_expect_str_eq(standing_disks(), DISK(1) "\n" DISK(2) "\n");
        cr_expect_str_eq(standing.missing,
                         "crypttab key /dev/disk/by-label/KEYS (removable)\ncrypttab key UUID=away\n");
}

static struct grants granted;

Test(system_disks_proof, what_nobody_understands_keeps_the_plane_out_and_ends_none) {
        struct system_grants f = { .dirs = &standing.dirs, .grants = &granted };
        struct err err = { 0 };

        root_is("zfs", "rpool/ROOT");
        cr_expect_eq(system_grants_find(&f, 0, &err), -ENODATA);
        cr_expect(strstr(err.text, "mounted at / (zfs)") && strstr(err.ja, "mounted at / (zfs)"), "%s %s", err.text,
                  err.ja);
}

static bool nothing_did(void *ctx, const char *path) {
        (void)ctx, (void)path;
        return false;
}

Test(system_disks_proof, a_plane_that_is_in_force_stays_whatever_is_not_understood) {
        struct system_grants f = { .dirs = &standing.dirs, .grants = &granted, .was = nothing_did };
        struct err err = { 0 };

        root_is("zfs", "rpool/ROOT");
        cr_expect_eq(system_grants_find(&f, 0, &err), 0);
        cr_expect_str_eq(f.unknown, "mounted at / (zfs)");
}

Test(system_disks_proof, the_list_is_whole_only_where_all_is_understood) {
        bool whole = true;
        struct err err = { 0 };

        root_is("zfs", "rpool/ROOT");
        cr_assert_eq(system_grants_list(&standing.dirs, &whole, &err), 0);
        cr_expect_not(whole);
        root_is("nfs", "server:/");
        cr_assert_eq(system_grants_list(&standing.dirs, &whole, &err), 0);
        cr_expect(whole);
}
