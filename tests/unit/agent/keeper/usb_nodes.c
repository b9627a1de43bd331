/* SPDX-License-Identifier: MIT */
/* Which node of a device on USB opens, by what program.c makes of the map. */
#include "keeper/usb_nodes.h"
#include "keeper/majors.h"
#include "keeper/nodes.h"

#include "unit/agent/keeper/plane_map.h"
#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define ROOT "devices/pci0000:00/0000:00:14.0/usb1"
#define HUB ROOT "/1-2"
#define STICK HUB "/1-2.1"
#define READER ROOT "/1-3"
#define DISK STICK "/1-2.1:1.0/host6/target6:0:0/6:0:0:0/block/sda"
#define MODEM ROOT "/1-4"
#define TTY MODEM "/1-4:1.0/tty/ttyACM0"
#define LP READER "/1-3:1.0/usbmisc/lp0"

static struct nodes nodes;

static void usb(const char *path, unsigned minor, const char *devnum) {
        char link[256], target[256], file[256], numbers[16];

        (void)snprintf(numbers, sizeof numbers, "189:%u", minor);
        (void)snprintf(target, sizeof target, "../../../%s", path);
        (void)snprintf(link, sizeof link, "sys/bus/usb/devices/%s", strrchr(path, '/') + 1);
        sysfs_link(link, target);
        (void)snprintf(link, sizeof link, "sys/dev/char/%s", numbers);
        sysfs_link(link, target);
        (void)snprintf(file, sizeof file, "sys/%s/dev", path);
        sysfs_write(file, numbers);
        (void)snprintf(file, sizeof file, "sys/%s/devnum", path);
        sysfs_write(file, devnum);
}

static void given_a_machine(void) {
        struct err err = { 0 };

        nodes = (struct nodes){ .dirs = sysfs_begin(), .plane = PLANE_NONE, .in_force = true };
        sysfs_write("sys/kernel/uevent_seqnum", "10\n");
        cr_assert_eq(majors_set(&nodes.dirs, &nodes.plane, &err), 0, "%s", err.text);
        usb(ROOT, 0, "1\n");
        usb(HUB, 1, "2\n");
        usb(STICK, 2, "3\n");
        usb(READER, 3, "4\n");
        usb(MODEM, 4, "5\n");
        nodes_scan(&nodes, "devices");
}

static void drop(void) {
        sysfs_end(&nodes.dirs);
}

static bool usbfs_opens(unsigned minor) {
        return plane_map_opens(NODE_CHAR, 189, minor);
}

static void grant(const char *path, unsigned kinds, uint32_t devnum) {
        nodes_grant(&nodes, path,
                    &(struct nodes_terms){ .mode = kinds & NODES_DISK ? MODE_WRITE : MODE_NONE,
                                           .nodes = kinds & ~(unsigned)NODES_DISK,
                                           .devnum = devnum });
}

static void announce(const char *action, const char *subsystem, const char *path, uint32_t major, uint32_t minor) {
        struct uevent u = { .major = major, .minor = minor, .seq = 99 };

        (void)snprintf(u.action, sizeof u.action, "%s", action);
        (void)snprintf(u.subsystem, sizeof u.subsystem, "%s", subsystem);
        (void)snprintf(u.path, sizeof u.path, "%s", path);
        nodes_announced(&nodes, &u);
}

TestSuite(usb_nodes, .init = given_a_machine, .fini = drop, .timeout = 10);
TestSuite(device_usb, .timeout = 5);
TestSuite(full_map, .init = given_a_machine, .fini = drop, .timeout = 10);

Test(usb_nodes, none_opens_that_nobody_granted_but_those_of_root_hubs) {
        cr_expect(usbfs_opens(0), "a root hub is the machine's own");
        for (unsigned minor = 1; minor < 6; minor++)
                cr_expect_not(usbfs_opens(minor), "%u", minor);
        for (size_t i = 0; i < 3; i++)
                cr_expect_not(plane_map_opens(NODE_CHAR, ((const uint32_t[]){ 166, 180, 188 })[i], 0), "unannounced");
        announce("add", "usb", READER, 189, 3);
        announce("bind", "usb", READER, 189, 3);
        announce("add", "usbmisc", LP, 180, 0);
        announce("add", "tty", TTY, 166, 0);
        cr_expect_not(usbfs_opens(3));
        cr_expect_not(plane_map_opens(NODE_CHAR, 180, 0));
        cr_expect_not(plane_map_opens(NODE_CHAR, 166, 0));
}

Test(usb_nodes, what_the_order_names_opens_and_nothing_else_of_the_device) {
        grant(READER, NODES_USBFS | NODES_MISC, 4);
        cr_expect(usbfs_opens(3), "before the kernel announces anything");
        announce("add", "usbmisc", LP, 180, 0);
        cr_expect(plane_map_opens(NODE_CHAR, 180, 0));
        grant(MODEM, NODES_SERIAL, 5);
        announce("add", "tty", TTY, 166, 0);
        cr_expect(plane_map_opens(NODE_CHAR, 166, 0));
        cr_expect_not(usbfs_opens(4));
        grant(STICK, NODES_DISK, 3);
        cr_expect_not(usbfs_opens(2), "a disk is talked to through its block device alone");
}

Test(usb_nodes, what_is_taken_back_or_left_out_of_the_next_order_is_refused_at_once) {
        grant(READER, NODES_USBFS | NODES_MISC, 4);
        sysfs_device("usbmisc", LP, "180:0", NULL);
        nodes_scan(&nodes, READER);
        cr_assert(plane_map_opens(NODE_CHAR, 180, 0));
        grant(READER, NODES_MISC, 4);
        cr_expect_not(usbfs_opens(3));
        cr_expect(plane_map_opens(NODE_CHAR, 180, 0));
        nodes_revoke(&nodes, READER);
        cr_expect_not(plane_map_opens(NODE_CHAR, 180, 0));
}

Test(usb_nodes, neither_the_number_nor_the_path_is_inherited) {
        grant(READER, NODES_USBFS, 4);
        announce("remove", "usb", READER, 189, 3);
        cr_expect_not(usbfs_opens(3));
        usb(READER, 9, "10\n");
        announce("add", "usb", READER, 189, 9);
        cr_expect_not(usbfs_opens(9), "its grant went with it");
        grant(READER, NODES_USBFS, 4);
        cr_expect_not(usbfs_opens(9), "an order that was meant for the one before");
        grant(READER, NODES_USBFS, 10);
        cr_expect(usbfs_opens(9));
        usb(READER, 11, "12\n");
        announce("change", "usb", READER, 189, 11);
        cr_expect_not(usbfs_opens(11), "a removal that was lost");
}

Test(usb_nodes, what_is_granted_to_a_hub_does_not_reach_behind_it) {
        sysfs_device("block", DISK, "8:0", "41\n");
        usb(STICK, 2, "2\n"); /* as if it had the hub's number */
        grant(HUB, NODES_USBFS | NODES_DISK, 2);
        nodes_scan(&nodes, "devices");
        cr_expect(usbfs_opens(1));
        cr_expect_not(usbfs_opens(2));
        cr_expect_not(plane_map_opens(NODE_BLOCK, 8, 0));
        grant(STICK, NODES_DISK, 3);
        cr_expect(plane_map_opens(NODE_BLOCK, 8, 0));
}

Test(usb_nodes, a_keeper_that_starts_again_lets_them_in_when_they_are_ordered_again) {
        grant(READER, NODES_USBFS, 4);
        nodes.grants = (struct grants){ 0 };
        nodes_recheck(&nodes);
        nodes_scan(&nodes, "devices");
        cr_expect_not(usbfs_opens(3));
        cr_expect(usbfs_opens(0));
        grant(READER, NODES_USBFS, 4);
        cr_expect(usbfs_opens(3));
}

#define HIDRAW HUB "/1-2:1.0/0003:046A:00A1.0001/hidraw/hidraw1"
#define CONTROL MODEM "/1-4:1.1/sound/card1/controlC1"
#define CAMERA MODEM "/1-4:1.2/video4linux/video0"

/* Their majors are shared with devices of the machine itself. */
static void given_nodes_on_shared_majors(void) {
        sysfs_device("hidraw", HIDRAW, "243:1", NULL);
        sysfs_device("sound", CONTROL, "116:7", NULL);
        sysfs_device("video4linux", CAMERA, "81:0", NULL);
        sysfs_device("sound", "devices/pci0000:00/0000:00:1f.3/sound/card0/controlC0", "116:2", NULL);
        sysfs_device("hidraw", "devices/pci0000:00/i2c-1/i2c-ELAN/0018:04F3:3140.0002/hidraw/hidraw0", "243:0", NULL);
}

static void expect_the_machines_own_to_open(void) {
        cr_expect(plane_map_opens(NODE_CHAR, 116, 2));
        cr_expect(plane_map_opens(NODE_CHAR, 243, 0));
}

Test(usb_nodes, on_a_shared_major_those_on_usb_are_refused_one_by_one) {
        given_nodes_on_shared_majors();
        announce("add", "hidraw", HIDRAW, 243, 1);
        cr_expect_not(plane_map_opens(NODE_CHAR, 243, 1), "when it is announced");
        nodes_scan(&nodes, "devices");
        cr_expect_not(plane_map_opens(NODE_CHAR, 116, 7), "what is there already");
        cr_expect_not(plane_map_opens(NODE_CHAR, 81, 0));
        expect_the_machines_own_to_open();
        grant(MODEM, NODES_SOUND, 5);
        cr_expect(plane_map_opens(NODE_CHAR, 116, 7));
        cr_expect_not(plane_map_opens(NODE_CHAR, 81, 0), "another kind");
        nodes_revoke(&nodes, MODEM);
        cr_expect_not(plane_map_opens(NODE_CHAR, 116, 7));
}

Test(usb_nodes, hidraw_opens_by_its_name_in_the_order_for_its_own_device_alone) {
        given_nodes_on_shared_majors();
        grant(READER, NODES_HIDRAW, 4);
        announce("add", "hidraw", HIDRAW, 243, 1);
        cr_expect_not(plane_map_opens(NODE_CHAR, 243, 1), "another's");
        grant(HUB, NODES_INPUT, 2);
        cr_expect_not(plane_map_opens(NODE_CHAR, 243, 1));
        grant(HUB, NODES_INPUT | NODES_HIDRAW, 2);
        cr_expect(plane_map_opens(NODE_CHAR, 243, 1));
        cr_expect_not(usbfs_opens(1));
        grant(HUB, NODES_INPUT, 2);
        cr_expect_not(plane_map_opens(NODE_CHAR, 243, 1));
}

Test(usb_nodes, a_keeper_that_starts_again_goes_on_refusing_them_and_them_alone) {
        given_nodes_on_shared_majors();
        nodes_scan(&nodes, "devices");
        nodes_recheck(&nodes);
        cr_expect_not(plane_map_opens(NODE_CHAR, 243, 1));
        sysfs_remove("hidraw", HIDRAW, "243:1");
        sysfs_device("hidraw", "devices/pci0000:00/i2c-2/i2c-WCOM/0018:056A:0001.0003/hidraw/hidraw1", "243:1", NULL);
        nodes_recheck(&nodes);
        cr_expect(plane_map_opens(NODE_CHAR, 243, 1), "the machine's own has the number now");
        expect_the_machines_own_to_open();
}

Test(usb_nodes, a_serial_port_of_the_machine_is_none_of_ours) {
        announce("add", "tty", "devices/pnp0/00:01/tty/ttyS0", 4, 64);
        cr_expect_eq(plane_map_mode(NODE_CHAR, 4, 64), -1);
        cr_expect(plane_map_opens(NODE_CHAR, 4, 64));
}

Test(device_usb, the_nearest_above_is_found) {
        static const struct {
                const char *path, *usb;
        } paths[] = {
                { READER, READER },
                { LP, READER },
                { DISK, STICK },
                { ROOT "/1-2/1-2.1/1-2.1.4/1-2.1.4:1.0/tty/ttyUSB0", ROOT "/1-2/1-2.1/1-2.1.4" },
                { ROOT, "" },
                { ROOT "/1-0:1.0", "" },
                { "devices/pci0000:00/ata3/host3", "" },
                { "devices/pci0000:00/usbmisc/1-2", "" },
                { "devices/pci0000:00/domain0/0-0/0-1", "" },
        };
        char found[SYSFS_DIRS_PATH];

        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                bool is = device_usb(paths[i].path, found);

                cr_expect_eq(is, paths[i].usb[0] != '\0', "%s", paths[i].path);
                cr_expect(!is || strcmp(found, paths[i].usb) == 0, "%s: %s", paths[i].path, found);
        }
}

/* Partitions of a loop device, as many as the map takes. */
static void given_a_map_that_a_clerk_filled(void) {
        for (unsigned i = 0; i < PLANE_MAP_ROOM; i++) {
                char path[128], numbers[16];

                (void)snprintf(path, sizeof path, "devices/virtual/block/loop7/loop7p%u", i);
                (void)snprintf(numbers, sizeof numbers, "259:%u", i);
                sysfs_device("block", path, numbers, NULL);
                announce("add", "block", path, 259, i);
        }
        cr_assert_eq(plane_map_mode(NODE_BLOCK, 259, PLANE_MAP_ROOM - 1), -1, "no room");
        cr_assert_not(plane_map_opens(NODE_BLOCK, 259, PLANE_MAP_ROOM - 1));
}

Test(full_map, a_loop_device_gives_its_place_to_what_a_rule_lets_in) {
        given_a_map_that_a_clerk_filled();
        grant(READER, NODES_USBFS, 4);
        cr_expect(usbfs_opens(3));
}

#define VOLUME "devices/virtual/block/dm-3"

static void given_a_strangers_volume(void) {
        sysfs_device("block", DISK, "8:0", "41\n");
        sysfs_device("block", VOLUME, "253:3", "50\n");
        sysfs_slave(VOLUME, DISK);
}

Test(full_map, a_loop_device_gives_its_place_to_what_must_be_refused) {
        given_a_map_that_a_clerk_filled();
        given_a_strangers_volume();
        announce("add", "block", VOLUME, 253, 3);
        cr_expect_not(plane_map_opens(NODE_BLOCK, 253, 3));
        cr_expect(plane_map_opens(NODE_BLOCK, 253, 4));
}

Test(full_map, where_nothing_can_give_its_place_all_of_the_major_number_is_refused) {
        given_a_strangers_volume();
        for (unsigned i = 0;
             plane_set(NULL, &(struct node){ NODE_BLOCK, 8, 100 + i }, &(struct entry){ MODE_WRITE }) == 0; i++)
                ;
        announce("add", "block", VOLUME, 253, 3);
        cr_expect_not(plane_map_opens(NODE_BLOCK, 253, 3));
        cr_expect_not(plane_map_opens(NODE_BLOCK, 253, 4));
}

Test(full_map, what_is_made_at_will_takes_no_room_where_its_major_lets_it_in) {
        sysfs_device("block", "devices/virtual/block/loop3", "7:3", "51\n");
        announce("add", "block", "devices/virtual/block/loop3", 7, 3);
        cr_expect(plane_map_opens(NODE_BLOCK, 7, 3));
        cr_expect_eq(plane_map_mode(NODE_BLOCK, 7, 3), -1);
}
