/* SPDX-License-Identifier: MIT */
/* What leaves and comes: which word is of which plugging, and what is taken for what the kernel forgot. */
#include "gate/inside.h"
#include "support/ports.h"
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct kept k;

static void given_the_plane(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

static bool is_asked(struct terminal *t, const char *path) {
        return terminal_device(t, path)->forget == FORGET_ASKED;
}

/* What the observer has told by now was heard. */
static void hear_all(void) {
        cr_assert(until(&k.t, is_let_in, plug(k.t.bed, a_mouse())));
}

/* It has left and is back, and neither word of that was heard yet. */
static struct sighting comes_back_unheard(const char *path) {
        struct sighting s = terminal_device(&k.t, path)->sighting;

        for (int i = 0; i < 10000 && atoi(bed_read(k.t.bed, path, "devnum")) <= (int)s.devnum; i++)
                (void)usleep(1000);
        s.devnum = (unsigned)atoi(bed_read(k.t.bed, path, "devnum"));
        cr_assert_gt(s.devnum, number_of(&k.t, path));
        cr_assert(bed_settle(k.t.bed));
        return s;
}

TestSuite(come_back, .init = given_the_plane, .fini = drop, .timeout = 60);

/* A scan tells of the next plugging before the word comes that the one before left. */
Test(come_back, a_late_word_that_it_left_does_not_free_a_liar) {
        const char *reader = given_a_reader(&k);
        struct sighting s;

        bed_takes(k.t.bed, reader, 0, "usb-storage");
        cr_assert(until(&k.t, is_asked, reader));
        s = comes_back_unheard(reader);
        k.t.gate->watch.sighted(&k.t.gate->watch, &s);
        hear_all();
        cr_assert(is_another_plugging(&k.t, reader), "in again");
        cr_expect(terminal_device(&k.t, reader)->lied);
        cr_expect_eq(terminal_records("device-gone"), 0);
}

/* Likewise where nothing is enforced, so that it was never recognised. */
Test(come_back, a_late_word_of_what_is_only_observed_is_of_the_one_before) {
        const char *reader;
        struct sighting gone = { .type = SIGHTING_GONE };
        struct err err = { 0 };
        char path[256];

        cr_assert_eq(state_set_stage(k.t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        reader = plug(k.t.bed, a_card_reader());
        cr_assert(until(&k.t, is_let_in, reader));
        cr_assert_eq(terminal_device(&k.t, reader)->directory, -1);
        (void)strncpy(gone.path, reader, sizeof gone.path - 1);
        k.t.gate->watch.sighted(&k.t.gate->watch, &gone);
        cr_expect(terminal_device(&k.t, reader));
        cr_expect_eq(terminal_records("device-gone"), 0);
        (void)snprintf(path, sizeof path, "%s", reader);
        unplug(k.t.bed, reader);
        cr_expect(until(&k.t, has_left, path));
}

static bool is_said_to_be_gone(struct terminal *t, const char *path) {
        return !terminal_device(t, path) || is_away(t, path);
}

/* The kernel did not let go of it, and no process is at it any more; then somebody pulls it. */
static void is_held_and_pulled(const char *reader) {
        char path[256];

        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        cr_assert_eq(unlink(on_disk(&k, reader, "remove")), 0);
        bed_takes(k.t.bed, reader, 0, "usb-storage");
        cr_assert(until(&k.t, is_held, reader));
        (void)snprintf(path, sizeof path, "%s", reader);
        unplug(k.t.bed, reader);
        cr_assert(until(&k.t, is_said_to_be_gone, path));
        cr_expect_not(terminal_device(&k.t, path), "it is not expected back");
        cr_expect_eq(terminal_records("device-gone"), 1);
}

static void plugged_in_its_place(struct hardware h) {
        const char *reader = given_a_reader(&k), *next;
        char path[256];

        (void)snprintf(path, sizeof path, "%s", reader);
        is_held_and_pulled(reader);
        next = plug_in_place(k.t.bed, h);
        cr_assert_str_eq(next, path);
        cr_expect(until(&k.t, is_let_in, next));
}

Test(come_back, what_is_held_and_pulled_is_judged_anew) {
        plugged_in_its_place(a_card_reader());
}

Test(come_back, a_keyboard_in_the_place_of_what_was_held_is_no_liar) {
        plugged_in_its_place(a_keyboard());
}

/* It slept in between, which no timer counts. */
Test(come_back, what_comes_after_ten_seconds_is_not_taken_for_a_liar) {
        const char *reader = given_a_reader(&k);
        char path[512], aside[512];

        (void)snprintf(path, sizeof path, "%s/sys/devices/%s", bed_root(k.t.bed), reader);
        (void)snprintf(aside, sizeof aside, "%s/sys/bus/usb/.away0", bed_root(k.t.bed));
        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        bed_takes(k.t.bed, reader, 0, "usb-storage");
        cr_assert(until(&k.t, is_away, reader));
        table_find(&k.t.gate->table, reader)->away_s -= 8L * 3600;
        port_comes_back(path, aside);
        bed_announce(k.t.bed, reader, "add");
        cr_expect(until(&k.t, is_in_again, reader));
}
