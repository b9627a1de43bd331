/* SPDX-License-Identifier: MIT */
/* What of the kernel's announcements reaches the plane's map, with a map in memory in place of the kernel's. */
#include "keeper/nodes.h"
#include "keeper/majors.h"

#include "host/file.h"
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
static struct {
        bool used;
        struct node node;
        struct entry entry;
} map[64];

static bool dropped_too_late;

static bool was_cut_off(void);

static size_t place(const struct node *n) {
        for (size_t i = 0; i < 64; i++)
                if (map[i].used && memcmp(&map[i].node, n, sizeof *n) == 0)
                        return i;
        return 64;
}

int plane_set(const struct plane *p, const struct node *n, const struct entry *e) {
        size_t at = place(n);

        (void)p;
        for (size_t i = 0; at == 64 && i < 64; i++)
                if (!map[i].used)
                        at = i;
        map[at].used = true, map[at].node = *n, map[at].entry = *e;
        return 0;
}

int plane_get(const struct plane *p, const struct node *n, struct entry *ret) {
        size_t at = place(n);

        (void)p;
        if (at == 64)
                return -ENOENT;
        *ret = map[at].entry;
        return 0;
}

void plane_drop(const struct plane *p, const struct node *n) {
        size_t at = place(n);

        (void)p;
        dropped_too_late = dropped_too_late || was_cut_off();
        sysfs_write("sys/kernel/uevent_seqnum", "70\n"); /* much happens while a disk is cut off */
        if (at < 64)
                map[at].used = false;
}

void plane_each(const struct plane *p, void (*visit)(void *ctx, const struct node *n, const struct entry *e),
                void *ctx) {
        (void)p;
        for (size_t i = 0; i < 64; i++)
                if (map[i].used)
                        visit(ctx, &map[i].node, &map[i].entry);
}

/* -1: the map does not name it. */
static int mode(enum node_type type, uint32_t major, uint32_t minor) {
        const struct node n = { type, major, minor };
        struct entry e;

        return plane_get(NULL, &n, &e) < 0 ? -1 : (int)e.mode;
}

static void given_a_disk_in_a_bay(void) {
        sysfs_device("block", HDD, "8:16", "43\n");
        sysfs_device("block", HDD "/sdb1", "8:17", NULL);
        sysfs_link("sys/" BAY "/subsystem", "../../../../../../../bus/scsi");
        sysfs_write("sys/" BAY "/delete", "");
        sysfs_write("sys/devices/pci0000:00/0000:00:1f.2/ata3/host3/scsi_host/host3/scan", "");
        dropped_too_late = false;
}

static bool was_cut_off(void) {
        char text[8];

        return file_read_line(nodes.dirs.sys, BAY "/delete", text, sizeof text) > 0;
}

static void given_a_stick(void) {
        nodes = (struct nodes){ .dirs = sysfs_begin(), .plane = PLANE_NONE, .in_force = true };
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
        nodes_grant(&nodes, USB, MODE_WRITE, 0);
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
        nodes_grant(&nodes, USB, MODE_WRITE, 0);
        cr_assert_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        announce("add", "block", "devices/pci0000:00/ata9/host9/block/sda", 8, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
}

Test(nodes_announced, the_grant_goes_with_its_device) {
        struct uevent gone = { .action = "remove",
                               .subsystem = "usb",
                               .type = "usb_device",
                               .path = USB,
                               .major = 189,
                               .minor = 130,
                               .seq = 1 };

        nodes_grant(&nodes, USB, MODE_READ, 0);
        cr_assert_eq(mode(NODE_CHAR, 189, 130), MODE_NONE);
        nodes_announced(&nodes, &gone);
        cr_expect_null(grants_find(&nodes.grants, USB));
        cr_expect_eq(mode(NODE_CHAR, 189, 130), -1, "the number is another device's next");
}

Test(nodes_announced, what_has_no_medium_is_let_in_and_what_is_virtual_in_name_only_is_not) {
        sysfs_device("block", "devices/virtual/block/loop0", "7:0", "50\n");
        sysfs_device("block", "devices/virtual/block/loop0/loop0p1", "259:3", NULL);
        announce("add", "block", "devices/virtual/block/loop0/loop0p1", 259, 3);
        announce("add", "block", "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1", 259, 4);
        cr_expect_eq(mode(NODE_BLOCK, 259, 3), MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 259, 4), -1);
}

Test(nodes_grant, for_reading_no_node_of_the_device_is_let_in_nor_its_usb_node) {
        nodes_grant(&nodes, USB, MODE_READ, 0);
        announce("add", "block", DISK, 8, 0);
        announce("add", "block", DISK "/sda1", 8, 1);
        announce("add", "scsi_generic", SCSI "/scsi_generic/sg0", 21, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
        cr_expect_eq(mode(NODE_CHAR, 189, 130), MODE_NONE);
        nodes_grant(&nodes, USB, MODE_WRITE, 0);
        cr_expect_eq(mode(NODE_CHAR, 189, 130), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        nodes_grant(&nodes, USB, MODE_READ, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1, "what was granted for writing is taken back");
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
}

Test(nodes_revoke, takes_back_what_is_there) {
        nodes_grant(&nodes, USB, MODE_WRITE, 0);
        cr_assert_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE);
        nodes_revoke(&nodes, USB);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 1), -1);
        cr_expect_eq(mode(NODE_CHAR, 21, 0), -1);
        announce("add", "block", DISK, 8, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 0), -1);
}

Test(nodes_revoke, a_disk_on_no_usb_is_cut_off_when_it_is_refused_to_everybody_else) {
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
        cr_assert_eq(mode(NODE_BLOCK, 8, 17), MODE_WRITE);
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
        cr_expect_not(was_cut_off(), "the same again changes nothing");
        nodes_revoke(&nodes, BAY);
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), -1);
        cr_expect_eq(mode(NODE_BLOCK, 8, 17), -1);
        cr_expect(was_cut_off());
        cr_expect_not(dropped_too_late);
}

Test(nodes_revoke, what_was_never_let_in_is_left_alone) {
        nodes_revoke(&nodes, BAY);
        nodes_grant(&nodes, BAY, MODE_READ, 0);
        cr_expect_not(was_cut_off());
}

Test(nodes_revoke, what_a_keeper_before_us_let_in_is_cut_off_too) {
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
        nodes.grants = (struct grants){ 0 };
        nodes_recheck(&nodes);
        cr_assert_eq(mode(NODE_BLOCK, 8, 16), MODE_WRITE);
        nodes_revoke(&nodes, BAY);
        cr_expect(was_cut_off());
}

Test(nodes_revoke, what_the_policy_has_for_the_disk_alone_outlives_the_word_for_what_it_hangs_on) {
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
        nodes_grant(&nodes, "devices/pci0000:00/0000:00:1f.2", MODE_READ, 0);
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), MODE_WRITE);
        cr_expect_not(was_cut_off());
}

Test(nodes_grant, from_writing_to_reading_a_disk_on_no_usb_is_cut_off_and_keeps_its_grant_when_it_is_announced) {
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
        sysfs_write("sys/kernel/uevent_seqnum", "60\n");
        nodes_grant(&nodes, BAY, MODE_READ, 0);
        cr_expect(was_cut_off());
        cr_expect_eq(mode(NODE_BLOCK, 8, 16), -1);
        leaves(BAY, 70);
        cr_assert_not_null(grants_find(&nodes.grants, BAY));
        cr_expect_eq(grants_find(&nodes.grants, BAY)->mode, MODE_READ);
        leaves(BAY, 71);
        cr_expect_null(grants_find(&nodes.grants, BAY), "what is put in next is another one");
}

Test(nodes_grant, what_is_not_there_is_not_granted) {
        nodes_grant(&nodes, "devices/pci0000:00/0000:00:1f.2/ata4", MODE_WRITE, 0);
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
                nodes_grant(&nodes, paths[i], MODE_READ, 0);
                nodes_grant(&nodes, paths[i], MODE_WRITE, 0);
                cr_expect_eq(mode(NODE_BLOCK, 8, 0), MODE_WRITE, "%s", paths[i]);
                cr_expect_eq(mode(NODE_BLOCK, 8, 1), MODE_WRITE, "%s", paths[i]);
                cr_expect_eq(grants_find(&nodes.grants, DISK)->mode, MODE_WRITE, "%s", paths[i]);
        }
        cr_expect_null(grants_find(&nodes.grants, USB "/1-2:1.1"), "nor lets one of them anything else in");
}

Test(system_disk, a_keeper_that_starts_again_knows_it_from_what_a_rule_let_in) {
        cr_expect(nodes_were_the_systems(&nodes, SCSI), "one of before left no marks");
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
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
        nodes_grant(&nodes, USB, MODE_WRITE, 0);
        nodes_grant(&nodes, USB "/other", MODE_READ, 0);
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

        nodes_grant(&nodes, USB, MODE_WRITE, 0);
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
        nodes_grant(&nodes, BAY, MODE_WRITE, 0);
        cr_expect_eq(mode(NODE_BLOCK, 253, 3), MODE_WRITE);
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
        cr_expect_eq(mode(NODE_BLOCK, 253, 3), MODE_WRITE);
}

Test(nodes_scan, a_loop_device_and_a_volume_of_nothing_are_let_in) {
        sysfs_device("block", VOLUME, "253:3", "50\n");
        sysfs_device("block", "devices/virtual/block/loop0", "7:0", "51\n");
        nodes_scan(&nodes, "devices");
        cr_expect_eq(mode(NODE_BLOCK, 253, 3), MODE_WRITE);
        cr_expect_eq(mode(NODE_BLOCK, 7, 0), MODE_WRITE);
}
