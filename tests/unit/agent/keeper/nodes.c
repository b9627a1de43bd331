/* SPDX-License-Identifier: MIT */
/* What of the kernel's announcements reaches the plane's map. */
#include "keeper/nodes.h"
#include "keeper/majors.h"

#include "host/file.h"
#include "unit/agent/keeper/plane_map.h"
#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define USB "devices/pci0000:00/0000:00:14.0/usb1/1-2"
#define SCSI USB "/1-2:1.0/host6/target6:0:0/6:0:0:0"
#define DISK SCSI "/block/sda"
#define BAY "devices/pci0000:00/0000:00:1f.2/ata3/host3/target3:0:0/3:0:0:0"
#define HDD BAY "/block/sdb"

static struct nodes nodes;
static bool dropped_too_late;

static bool was_cut_off(void);

static void dropping(void) {
        dropped_too_late = dropped_too_late || was_cut_off();
        sysfs_write("sys/kernel/uevent_seqnum", "70\n"); /* much happens while a disk is cut off */
}

/* -1: the map does not name it. */
static int mode(enum node_type type, uint32_t major, uint32_t minor) {
        return plane_map_mode(type, major, minor);
}

static void grant(const char *path, uint32_t disks) {
        nodes_grant(&nodes, path, &(struct nodes_terms){ .mode = disks });
}

static void given_a_disk_in_a_bay(void) {
        sysfs_device("block", HDD, "8:16", "43\n");
        sysfs_device("block", HDD "/sdb1", "8:17", NULL);
        sysfs_link("sys/" BAY "/subsystem", "../../../../../../../bus/scsi");
        sysfs_write("sys/" BAY "/delete", "");
        sysfs_write("sys/devices/pci0000:00/0000:00:1f.2/ata3/host3/scsi_host/host3/scan", "");
        plane_map_dropping = dropping;
}

static bool was_cut_off(void) {
        char text[8];

        return file_read_line(nodes.dirs.sys, BAY "/delete", text, sizeof text) > 0;
}

static void given_a_stick(void) {
        struct err err = { 0 };

        nodes = (struct nodes){ .dirs = sysfs_begin(), .plane = PLANE_NONE, .in_force = true };
        cr_assert_eq(majors_set(&nodes.dirs, &nodes.plane, &err), 0, "%s", err.text);
        sysfs_write("sys/" USB "/dev", "189:130\n");
        sysfs_link("sys/" USB "/subsystem", "../../../../../bus/usb");
        sysfs_device("block", DISK, "8:0", "41\n");
        sysfs_device("block", DISK "/sda1", "8:1", NULL);
        sysfs_device("scsi_generic", SCSI "/scsi_generic/sg0", "21:0", NULL);
        sysfs_device("bsg", SCSI "/bsg/6:0:0:0", "249:0", NULL);
        given_a_disk_in_a_bay();
}

static void drop(void) {
        sysfs_end(&nodes.dirs);
}

static void announce(const char *action, const char *subsystem, const char *path, uint32_t major, uint32_t minor) {
        struct uevent u = { .major = major, .minor = minor };

        (void)snprintf(u.action, sizeof u.action, "%s", action);
        (void)snprintf(u.subsystem, sizeof u.subsystem, "%s", subsystem);
        (void)snprintf(u.path, sizeof u.path, "%s", path);
        nodes_announced(&nodes, &u);
}

static void leaves(const char *path, uint64_t seq) {
        struct uevent u = { .action = "remove", .subsystem = "scsi", .seq = seq };

        (void)snprintf(u.path, sizeof u.path, "%s", path);
        nodes_announced(&nodes, &u);
}

TestSuite(nodes_announced, .init = given_a_stick, .fini = drop, .timeout = 10);
TestSuite(nodes_grant, .init = given_a_stick, .fini = drop, .timeout = 10);
TestSuite(nodes_revoke, .init = given_a_stick, .fini = drop, .timeout = 10);
TestSuite(nodes_recheck, .init = given_a_stick, .fini = drop, .timeout = 10);
TestSuite(majors_set, .init = given_a_stick, .fini = drop, .timeout = 10);

Test(nodes_announced, nothing_that_nobody_granted_gets_into_the_map) {
        announce("add", "block", DISK, 8, 0);
        announce("add", "block", DISK "/sda1", 8, 1);
        announce("add", "scsi_generic", SCSI "/scsi_generic/sg0", 21, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
}

Test(nodes_announced, all_nodes_of_a_granted_device_are_let_in_and_go_when_they_go) {
        grant(USB, MODE_WRITE);
        announce("add", "block", DISK, 8, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), MODE_WRITE);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), MODE_WRITE);
        cr_expect_eq(mode(NODE_CHAR, 249, 0), MODE_WRITE);
        announce("remove", "block", DISK "/sda1", 8, 1);
        announce("remove", "block", DISK, 8, 0);
        announce("remove", "bsg", SCSI "/bsg/6:0:0:0", 249, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_CHAR, 249, 0), -1);
}

Test(nodes_announced, a_number_that_another_device_had_is_not_inherited) {
        grant(USB, MODE_WRITE);
        cr_assert_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        announce("add", "block", "devices/pci0000:00/ata9/host9/block/sda", 8, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
}

Test(nodes_announced, the_grant_goes_with_its_device) {
        grant(USB, MODE_READ);
        leaves(USB, 1);
        cr_expect_null(grants_find(&nodes.grants, USB));
}

Test(nodes_announced, what_has_no_medium_is_let_in_and_what_is_virtual_in_name_only_is_not) {
        sysfs_device("block", "devices/virtual/block/loop0", "7:0", "50\n");
        sysfs_device("block", "devices/virtual/block/loop0/loop0p1", "259:3", NULL);
        announce("add", "block", "devices/virtual/block/loop0/loop0p1", 259, 3);
        announce("add", "block", "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1", 259, 4);
        cr_expect_eq(mode(NODE_BLOCK, 259, 3), MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 259, 4), -1);
}

Test(nodes_grant, for_reading_no_node_of_the_device_is_let_in) {
        grant(USB, MODE_READ);
        announce("add", "block", DISK, 8, 0);
        announce("add", "block", DISK "/sda1", 8, 1);
        announce("add", "scsi_generic", SCSI "/scsi_generic/sg0", 21, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
        grant(USB, MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        grant(USB, MODE_READ);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1, "what was granted for writing is taken back");
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
}

Test(nodes_revoke, takes_back_what_is_there) {
        grant(USB, MODE_WRITE);
        cr_assert_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        nodes_revoke(&nodes, USB);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
        announce("add", "block", DISK, 8, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
}

Test(nodes_revoke, a_disk_on_no_usb_is_cut_off_when_it_is_refused_to_everybody_else) {
        grant(BAY, MODE_WRITE);
        cr_assert_eq(mode(NODE_BLOCK, 8, 17), MODE_WRITE);
        grant(BAY, MODE_WRITE);
        cr_expect_not(was_cut_off(), "the same again changes nothing");
        nodes_revoke(&nodes, BAY);
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 17), -1);
        cr_expect(was_cut_off());
        cr_expect_not(dropped_too_late);
}

Test(nodes_revoke, what_was_never_let_in_is_left_alone) {
        nodes_revoke(&nodes, BAY);
        grant(BAY, MODE_READ);
        cr_expect_not(was_cut_off());
}

Test(nodes_revoke, what_a_keeper_before_us_let_in_is_cut_off_too) {
        grant(BAY, MODE_WRITE);
        nodes.grants = (struct grants){ 0 };
        nodes_recheck(&nodes);
        cr_assert_eq(mode(NODE_BLOCK, 8, 16), MODE_WRITE);
        nodes_revoke(&nodes, BAY);
        cr_expect(was_cut_off());
}

Test(nodes_revoke, what_the_policy_has_for_the_disk_alone_outlives_the_word_for_what_it_hangs_on) {
        grant(BAY, MODE_WRITE);
        grant("devices/pci0000:00/0000:00:1f.2", MODE_READ);
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), MODE_WRITE);
        cr_expect_not(was_cut_off());
}

Test(nodes_grant, from_writing_to_reading_a_disk_on_no_usb_is_cut_off_and_keeps_its_grant_when_it_is_announced) {
        grant(BAY, MODE_WRITE);
        sysfs_write("sys/kernel/uevent_seqnum", "60\n");
        grant(BAY, MODE_READ);
        cr_expect(was_cut_off());
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), -1);
        leaves(BAY, 70);
        cr_assert_not_null(grants_find(&nodes.grants, BAY));
        cr_expect_eq(grants_find(&nodes.grants, BAY)->mode, MODE_READ);
        leaves(BAY, 71);
        cr_expect_null(grants_find(&nodes.grants, BAY), "what is put in next is another one");
}

Test(nodes_grant, what_is_not_there_is_not_granted) {
        grant("devices/pci0000:00/0000:00:1f.2/ata4", MODE_WRITE);
        cr_expect_null(grants_find(&nodes.grants, "devices/pci0000:00/0000:00:1f.2/ata4/host4"));
}

TestSuite(system_disk, .init = given_a_stick, .fini = drop, .timeout = 10);

Test(system_disk, no_order_takes_it_away_or_makes_it_read_only) {
        static const char *const paths[] = { USB, SCSI, DISK, "devices/pci0000:00" };

        cr_assert_eq(grants_set_system(&nodes.grants, SCSI), 0);
        nodes_scan(&nodes, "devices");
        cr_assert_eq(mode(NODE_BLOCK, 8, 1), MODE_WRITE);
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                nodes_revoke(&nodes, paths[i]);
                grant(paths[i], MODE_READ);
                grant(paths[i], MODE_WRITE);
                cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE, "%s", paths[i]);
                cr_expect_eq(mode(NODE_BLOCK, 8, 1), MODE_WRITE, "%s", paths[i]);
                cr_expect_eq(grants_find(&nodes.grants, DISK)->mode, MODE_WRITE, "%s", paths[i]);
        }
        cr_expect_null(grants_find(&nodes.grants, USB "/1-2:1.1"), "nor lets one of them anything else in");
}

Test(system_disk, a_keeper_that_starts_again_knows_it_from_what_a_rule_let_in) {
        cr_expect(nodes_were_the_systems(&nodes, SCSI), "one of before left no marks");
        grant(BAY, MODE_WRITE);
        cr_assert_eq(mode(NODE_BLOCK, 8, 16), MODE_WRITE);
        cr_expect(nodes_were_the_systems(&nodes, BAY), "and let in both");
        cr_assert_eq(grants_set_system(&nodes.grants, SCSI), 0);
        nodes_scan(&nodes, "devices");
        cr_assert_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        nodes.grants = (struct grants){ 0 }; /* a keeper that has just started */
        cr_expect(nodes_were_the_systems(&nodes, SCSI));
        cr_expect_not(nodes_were_the_systems(&nodes, BAY));
        nodes_recheck(&nodes);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE, "a mark is nobody who opens");
        sysfs_write("sys/" DISK "/diskseq", "42\n");
        cr_expect_not(nodes_were_the_systems(&nodes, SCSI), "another disk in its place");
        nodes_revoke(&nodes, BAY);
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), -1);
}

Test(nodes_recheck, keeps_what_is_the_same_disk_still_and_drops_the_rest) {
        grant(USB, MODE_WRITE);
        grant(USB "/other", MODE_READ);
        nodes.grants = (struct grants){ 0 }; /* a keeper that has just started */
        nodes_recheck(&nodes);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), MODE_WRITE);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
        sysfs_write("sys/" DISK "/diskseq", "42\n");
        nodes_recheck(&nodes);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1, "another disk has its number");
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
}

Test(nodes_recheck, drops_what_is_gone_and_what_was_being_opened) {
        const struct entry opening = { .mode = MODE_NONE, .opener = 77, .diskseq = 41 };

        grant(USB, MODE_WRITE);
        sysfs_remove("block", DISK "/sda1", "8:1");
        (void)plane_set(NULL, &(struct node){ NODE_BLOCK, 8, 0 }, &opening);
        nodes_recheck(&nodes);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
}

Test(majors_set, reads_them_as_the_kernel_gives_them_out) {
        struct err err = { 0 };

        cr_assert_eq(majors_set(&nodes.dirs, &nodes.plane, &err), 0, "%s", err.text);
        cr_expect_eq(mode(NODE_BLOCK, 7, MINOR_ANY), MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 253, MINOR_ANY), MODE_WRITE);
        cr_expect_eq(mode(NODE_CHAR, 21, MINOR_ANY), MODE_NONE);
        cr_expect_eq(mode(NODE_CHAR, 249, MINOR_ANY), MODE_NONE);
        sysfs_write(
                "proc/devices",
                "Character devices:\n240 nvme\n241 firewire\n242 rpmb\n243 rtc\n\nBlock devices:\n  8 sd\n254 zram\n");
        announce("add", "module", "module/zram", 0, 0);
        cr_expect_eq(mode(NODE_BLOCK, 254, MINOR_ANY), MODE_WRITE);
        cr_expect_eq(mode(NODE_CHAR, 240, MINOR_ANY), MODE_NONE);
        cr_expect_eq(mode(NODE_CHAR, 241, MINOR_ANY), MODE_NONE);
        cr_expect_eq(mode(NODE_CHAR, 242, MINOR_ANY), MODE_NONE);
        cr_expect_eq(mode(NODE_CHAR, 243, MINOR_ANY), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, MINOR_ANY), -1);
}

#define VOLUME "devices/virtual/block/dm-3"

TestSuite(nodes_scan, .init = given_a_stick, .fini = drop, .timeout = 10);

Test(nodes_scan, a_volume_that_was_assembled_from_a_strangers_disk_is_refused_until_that_is_let_in) {
        sysfs_device("block", VOLUME, "253:3", "50\n");
        sysfs_slave(VOLUME, HDD "/sdb1");
        nodes_scan(&nodes, "devices");
        cr_expect_eq(mode(NODE_BLOCK, 253, 3), MODE_NONE, "its major number alone would let it in");
        announce("change", "block", VOLUME, 253, 3);
        cr_expect_eq(mode(NODE_BLOCK, 253, 3), MODE_NONE);
        grant(BAY, MODE_WRITE);
        cr_expect(plane_map_opens(NODE_BLOCK, 253, 3));
}

Test(nodes_scan, a_volume_on_two_disks_is_let_in_where_both_are) {
        sysfs_device("block", VOLUME, "253:3", "50\n");
        sysfs_slave(VOLUME, HDD "/sdb1");
        sysfs_slave(VOLUME, DISK "/sda1");
        cr_assert_eq(grants_set_system(&nodes.grants, SCSI), 0);
        nodes_scan(&nodes, "devices");
        cr_expect_eq(mode(NODE_BLOCK, 253, 3), MODE_NONE);
        cr_assert_eq(grants_set_system(&nodes.grants, BAY), 0);
        nodes_scan(&nodes, "devices");
        cr_expect(plane_map_opens(NODE_BLOCK, 253, 3));
}

Test(nodes_scan, a_loop_device_and_a_volume_of_nothing_are_let_in) {
        sysfs_device("block", VOLUME, "253:3", "50\n");
        sysfs_device("block", "devices/virtual/block/loop0", "7:0", "51\n");
        nodes_scan(&nodes, "devices");
        cr_expect(plane_map_opens(NODE_BLOCK, 253, 3));
        cr_expect(plane_map_opens(NODE_BLOCK, 7, 0));
}
