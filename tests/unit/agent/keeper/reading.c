/* SPDX-License-Identifier: MIT */
/* What an earlier keeper let in for reading, found by the views and by the map that it left. */
#include "keeper/reading.h"
#include "keeper/nodes.h"
#include "keeper/orders.h"
#include "wire/socket.h"

#include "unit/agent/keeper/plane_map.h"
#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <string.h>

#define STICK "devices/pci0000:00/0000:00:14.0/usb1/1-2"
#define DISK STICK "/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sda"
#define GENERIC STICK "/1-2:1.0/host6/target6:0:0/6:0:0:0/scsi_generic/sg0"
#define CARD "devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001/block/mmcblk0"

static struct sysfs_dirs dirs;
static struct plane plane;
static struct grants grants;
static struct readonly_loops views;

static void given_a_stick_with_a_view(void) {
        dirs = sysfs_begin();
        plane = PLANE_NONE;
        grants = (struct grants){ 0 };
        sysfs_device("block", DISK, "8:0", "41");
        sysfs_device("scsi_generic", GENERIC, "21:0", NULL);
        views = (struct readonly_loops){ .view = { { .diskseq = 41, .bytes = 512, .loop = 0 } } };
}

static void drop(void) {
        sysfs_end(&dirs);
}

TestSuite(reading_restore, .init = given_a_stick_with_a_view, .fini = drop, .timeout = 10);

static bool is_marked(void) {
        const struct grant *grant;

        reading_restore(&grants, &dirs, &plane, &views, 10);
        grant = grants_find(&grants, STICK);
        cr_expect(!grant || (grant->mode == MODE_NONE && !grant->nodes), "it lets nothing in");
        return grant && grant->was_read && strcmp(grant->path, STICK) == 0;
}

static void let_in(enum node_type type, uint32_t major, uint32_t minor) {
        cr_assert_eq(plane_set(&plane, &(struct node){ type, major, minor },
                               &(struct entry){ .mode = MODE_WRITE, .diskseq = 41 }),
                     0);
}

Test(reading_restore, a_disk_that_has_a_view_and_is_refused_was_for_reading) {
        cr_expect(is_marked());
}

Test(reading_restore, one_without_a_view_was_not) {
        views.view[0].diskseq = 40;
        cr_expect_not(is_marked(), "the view of a disk before it");
        views.view[0].diskseq = 0;
        cr_expect_not(is_marked());
}

Test(reading_restore, one_that_may_be_written_was_not) {
        let_in(NODE_BLOCK, 8, 0);
        cr_expect_not(is_marked());
}

Test(reading_restore, one_with_another_way_in_was_not) {
        let_in(NODE_CHAR, 21, 0);
        cr_expect_not(is_marked());
}

Test(reading_restore, the_systems_own_is_none) {
        cr_assert_eq(grants_set_system(&grants, STICK), 0);
        reading_restore(&grants, &dirs, &plane, &views, 10);
        cr_expect(grants_find(&grants, STICK)->system);
}

Test(reading_restore, a_disk_on_another_bus_needs_no_mark) {
        sysfs_device("block", CARD, "179:0", "42");
        views.view[0].diskseq = 42;
        reading_restore(&grants, &dirs, &plane, &views, 10);
        cr_expect_null(grants_find(&grants, CARD),
                       "the keeper cuts it off itself, if its map says that it was writable");
}

Test(reading_restore, the_mark_goes_with_the_device_and_with_the_next_order) {
        cr_assert(is_marked());
        grants_drop(&grants, STICK, 10);
        cr_expect(grants_find(&grants, STICK), "a removal that is older");
        grants_drop(&grants, STICK, 11);
        cr_expect_null(grants_find(&grants, STICK));
        cr_assert(is_marked());
        cr_assert_eq(grants_set(&grants, STICK, MODE_WRITE, 0, 12), 0);
        cr_expect_not(grants_find(&grants, STICK)->was_read);
}
