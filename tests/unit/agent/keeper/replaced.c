/* SPDX-License-Identifier: MIT */
/* Uevents were lost: a grant holds for the device that it was given for, and for no other at its place. */
#include "keeper/replaced.h"

#include "unit/agent/keeper/plane_map.h"
#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define CARD "devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"
#define DISK CARD "/block/mmcblk0"

static struct nodes nodes;

static void given_an_allowed_card(void) {
        nodes = (struct nodes){ .dirs = sysfs_begin(), .plane = PLANE_NONE };
        sysfs_write("sys/kernel/uevent_seqnum", "10\n");
        sysfs_device("block", DISK, "179:0", "5\n");
        nodes_grant(&nodes, CARD, &(struct nodes_terms){ .mode = MODE_WRITE });
        cr_assert(plane_map_opens(NODE_BLOCK, 179, 0));
        nodes.in_force = true;
}

static void drop(void) {
        sysfs_end(&nodes.dirs);
}

static void another_card_is_put_in(void) {
        cr_assert_eq(rename("sys/" CARD, "sys/kept"), 0);
        sysfs_device("block", DISK, "179:0", "6\n");
}

/* As service.c does. */
static void uevents_were_lost(void) {
        replaced_revoke(&nodes);
        nodes_recheck(&nodes);
        nodes_scan(&nodes, "devices");
}

TestSuite(replaced_revoke, .init = given_an_allowed_card, .fini = drop, .timeout = 10);

Test(replaced_revoke, the_same_device_keeps_what_it_was_granted) {
        uevents_were_lost();
        cr_expect(plane_map_opens(NODE_BLOCK, 179, 0));
        cr_expect_eq(grants_find(&nodes.grants, CARD)->mode, MODE_WRITE);
}

Test(replaced_revoke, the_next_card_in_the_slot_has_nothing_of_it) {
        another_card_is_put_in();
        uevents_were_lost();
        cr_expect_null(grants_find(&nodes.grants, CARD));
        cr_expect_not(plane_map_opens(NODE_BLOCK, 179, 0));
}

Test(replaced_revoke, nor_where_the_kernel_announced_its_disk_behind_the_gap) {
        const struct uevent u = { .action = "add",
                                  .path = DISK,
                                  .subsystem = "block",
                                  .name = "mmcblk0",
                                  .major = 179,
                                  .seq = 99,
                                  .diskseq = 6 };

        another_card_is_put_in();
        nodes_announced(&nodes, &u);
        uevents_were_lost();
        cr_expect_not(plane_map_opens(NODE_BLOCK, 179, 0));
}

Test(replaced_revoke, a_device_that_left_takes_its_grant_along) {
        cr_assert_eq(rename("sys/" CARD, "sys/kept"), 0);
        uevents_were_lost();
        cr_expect_null(grants_find(&nodes.grants, CARD));
}

Test(replaced_revoke, a_disk_of_the_system_stays) {
        cr_assert_eq(grants_set_system(&nodes.grants, CARD), 0);
        cr_assert_eq(rename("sys/" CARD, "sys/kept"), 0);
        replaced_revoke(&nodes);
        cr_expect(grants_find(&nodes.grants, CARD)->system);
}
