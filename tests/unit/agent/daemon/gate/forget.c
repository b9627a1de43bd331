/* SPDX-License-Identifier: MIT */
/* What is held open of a device ends when it is cut off: the kernel forgets it, and it is known when it comes back. */
#include "gate/inside.h"
#include "support/ceremony.h"
#include "support/ports.h"
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct kept k;

static void given_the_plane(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

static bool waits_no_more(struct terminal *t, const char *path) {
        return terminal_device(t, path)->forget != FORGET_WAITING;
}

static bool is_judged_again(struct terminal *t, const char *path) {
        const struct device *d = terminal_device(t, path);

        return number_of(t, path) > 40 && !d->back;
}

TestSuite(forget, .init = given_the_plane, .fini = drop, .timeout = 60);

Test(forget, what_was_let_in_and_is_revoked_comes_back_denied_and_is_recorded_once) {
        const char *reader = given_a_reader(&k);

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_another_plugging, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->verdict.reason, REASON_NO_RULE);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(terminal_records("device-refused"), 0);
        cr_expect_eq(terminal_records("device-gone"), 0);
}

Test(forget, what_came_back_is_judged_as_any_other) {
        const char *reader = given_a_reader(&k);

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_another_plugging, reader));
        kept_push(&k, RULE_HID RULE_CARDS);
        cr_expect(until(&k.t, is_let_in, reader));
}

/* Pushed while it was away, and back on a port that shows it late. */
Test(forget, what_came_back_is_judged_by_what_is_in_force_then) {
        const char *reader = given_a_reader(&k);
        char path[512], aside[512];

        (void)snprintf(path, sizeof path, "%s/sys/devices/%s", bed_root(k.t.bed), reader);
        (void)snprintf(aside, sizeof aside, "%s/sys/bus/usb/.away0", bed_root(k.t.bed));
        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_away, reader));
        kept_push(&k, RULE_HID RULE_CARDS);
        port_comes_back(path, aside);
        bed_announce(k.t.bed, reader, "add");
        cr_expect(until(&k.t, is_judged_again, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->verdict.action, ACTION_ALLOW);
}

Test(forget, what_nobody_let_in_stays_as_it_is) {
        const char *reader;

        kept_push(&k, RULE_HID);
        reader = plug(k.t.bed, a_card_reader());
        cr_assert(until(&k.t, is_kept_out, reader));
        kept_push(&k, RULE_HID RULE_STORAGE);
        cr_assert(until(&k.t, is_kept_out, reader));
        cr_expect(number_of(&k.t, reader) <= 40);
}

Test(forget, what_has_no_node_of_usbfs_stays_as_it_is) {
        const char *stick = plug(k.t.bed, a_stick());
        unsigned number;

        kept_push(&k, RULE_HID RULE_STORAGE);
        cr_assert(until(&k.t, is_let_in, stick));
        number = number_of(&k.t, stick);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_kept_out, stick));
        cr_expect_eq(number_of(&k.t, stick), number);
}

/* A rule that allows it is no way in for one that lied: not when it comes back, nor by a push. */
Test(forget, a_liar_does_not_go_in_a_circle) {
        const char *reader = given_a_reader(&k), *mouse;

        bed_takes(k.t.bed, reader, 0, "usb-storage");
        cr_assert(until(&k.t, is_another_plugging, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->verdict.reason, REASON_CONTRADICTED);
        kept_push(&k, RULE_CARDS RULE_HID);
        mouse = plug(k.t.bed, a_mouse());
        cr_assert(until(&k.t, is_let_in, mouse));
        cr_expect(is_kept_out(&k.t, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->verdict.reason, REASON_CONTRADICTED);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(terminal_records("device-allowed"), 2, "the reader and the mouse");
}

Test(forget, a_liar_that_is_unplugged_is_judged_anew) {
        const char *reader = given_a_reader(&k), *again;

        bed_takes(k.t.bed, reader, 0, "usb-storage");
        cr_assert(until(&k.t, is_another_plugging, reader));
        unplug(k.t.bed, reader);
        again = plug(k.t.bed, a_card_reader());
        cr_expect(until(&k.t, is_let_in, again));
}

/* A rule of udev that stops it each time. */
Test(forget, what_another_program_stops_does_not_go_in_a_circle) {
        const char *reader = given_a_reader(&k), *mouse;
        char interface[512];

        (void)snprintf(interface, sizeof interface, "%s/%s:1.0", reader, strrchr(reader, '/') + 1);
        for (int i = 0; i < 6; i++) {
                cr_assert(bed_settle(k.t.bed));
                bed_write(k.t.bed, reader, "authorized", "0\n");
                cr_assert(bed_settle(k.t.bed));
                bed_announce(k.t.bed, interface, "remove");
                cr_assert(until(&k.t, i < 5 ? is_let_in : is_another_plugging, reader), "%d", i);
        }
        watch_rescan(&k.t.gate->watch);
        mouse = plug(k.t.bed, a_mouse());
        cr_assert(until(&k.t, is_let_in, mouse));
        cr_expect(is_kept_out(&k.t, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->verdict.reason, REASON_FAILED);
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

/* It lets in whatever comes: the second time nobody can have had it open. */
Test(forget, what_another_program_lets_in_is_forgotten_once) {
        const char *reader = plug_silently(k.t.bed, a_card_reader()), *mouse;
        char hub[256];
        unsigned number;

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_in_force, reader));
        (void)snprintf(hub, sizeof hub, "%.*s", (int)(strrchr(reader, '/') - reader), reader);
        bed_write(k.t.bed, hub, "authorized_default", "1\n");
        bed_write(k.t.bed, reader, "authorized", "1\n");
        bed_announce(k.t.bed, reader, "add");
        cr_assert(until(&k.t, is_another_plugging, reader));
        number = number_of(&k.t, reader);
        mouse = plug(k.t.bed, a_mouse());
        cr_assert(until(&k.t, is_let_in, mouse));
        cr_expect(is_kept_out(&k.t, reader));
        cr_expect_eq(number_of(&k.t, reader), number);
        cr_expect_eq(terminal_device(&k.t, reader)->forget, FORGET_NONE, "nor does it wait for its turn");
}

Test(forget, what_another_program_lets_in_is_forgotten_where_a_scan_tells_of_it) {
        const char *reader = plug(k.t.bed, a_card_reader());

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_in_force, reader));
        cr_assert(until(&k.t, is_kept_out, reader));
        cr_assert(until(&k.t, has_seen_all, reader));
        bed_write(k.t.bed, reader, "authorized", "1\n");
        watch_rescan(&k.t.gate->watch);
        cr_expect(until(&k.t, is_another_plugging, reader));
        cr_expect_eq(terminal_records("device-restored"), 1);
}

Test(forget, more_than_can_be_done_at_once_wait_for_their_turn) {
        const char *readers[FORGETS_MAX + 3];
        const size_t n = sizeof readers / sizeof *readers;

        for (size_t i = 0; i < n; i++)
                readers[i] = given_a_reader(&k);
        kept_push(&k, RULE_HID);
        for (size_t i = 0; i < n; i++)
                cr_expect(until(&k.t, is_another_plugging, readers[i]), "%zu", i);
        cr_expect_eq(terminal_records("device-revoked"), n);
}

Test(forget, one_that_is_pulled_while_it_waits_is_not_called_held) {
        const char *readers[FORGETS_MAX + 1], *last = NULL;
        const size_t n = sizeof readers / sizeof *readers;

        for (size_t i = 0; i < n; i++)
                readers[i] = last = given_a_reader(&k);
        kept_push(&k, RULE_HID);
        cr_assert_eq(terminal_device(&k.t, last)->forget, FORGET_WAITING);
        cr_assert(unlink(on_disk(&k, last, "devnum")) == 0 && unlink(on_disk(&k, last, "remove")) == 0
                  && unlink(on_disk(&k, last, "port")) == 0);
        for (size_t i = 0; i + 1 < n; i++)
                cr_assert(until(&k.t, is_another_plugging, readers[i]), "%zu", i);
        cr_assert(until(&k.t, waits_no_more, last));
        cr_expect_eq(terminal_device(&k.t, last)->forget, FORGET_NONE);
        cr_expect_eq(terminal_records("device-revoked"), n);
}

Test(forget, what_comes_back_where_nothing_is_enforced_any_more_is_in) {
        const char *reader = given_a_reader(&k);
        struct err err = { 0 };

        kept_push(&k, RULE_HID);
        cr_assert_eq(state_set_stage(k.t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        cr_expect(until(&k.t, is_in_again, reader));
}

/* As if all that can be done at once were others'. */
static void places_are(bool taken) {
        for (size_t i = 0; i < FORGETS_MAX; i++) {
                struct forgetting *f = &k.t.gate->forgets.each[i];

                f->directory = taken ? open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : (close(f->directory), -1);
        }
}

Test(forget, where_nothing_is_enforced_any_more_nothing_waits_for_its_turn) {
        const char *reader = given_a_reader(&k);
        struct err err = { 0 };

        places_are(true);
        kept_push(&k, RULE_HID);
        cr_assert_eq(terminal_device(&k.t, reader)->forget, FORGET_WAITING);
        cr_assert_eq(state_set_stage(k.t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        cr_expect_eq(terminal_device(&k.t, reader)->forget, FORGET_NONE);
        cr_expect(is_let_in(&k.t, reader));
        places_are(false);
}

static bool is_advised(const char *en, const char *ja) {
        const char *gone = strstr((const char *)slurp("state/audit/audit.jsonl").at, "\"type\":\"device-gone\"");

        return gone && strstr(gone, en) && strstr(gone, ja);
}

/* A kernel before 6.0. */
Test(forget, without_the_attribute_of_the_port_it_is_removed) {
        const char *reader = given_a_reader(&k);

        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, has_left, reader));
        cr_expect(access(on_disk(&k, reader, ""), F_OK) < 0);
        cr_expect_eq(terminal_records("device-gone"), 1);
        cr_expect(is_advised("unplug it and plug it in again", "抜いて差し直してください"));
}

/* Its hub does not answer whether it is on again. */
Test(forget, where_the_port_may_have_stayed_off_the_advice_is_another_port) {
        const char *reader = given_a_reader(&k);
        const char *port = on_disk(&k, reader, "port/disable");

        cr_assert(unlink(port) == 0 && mkfifo(port, 0600) == 0);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, has_left, reader));
        cr_expect_eq(terminal_records("device-gone"), 1);
        cr_expect(is_advised("plug it into another port, or restart",
                             "別の差し込み口に差すか、端末を再起動してください"));
}

Test(forget, what_the_kernel_does_not_let_go_of_is_recorded_and_shown) {
        const char *reader = given_a_reader(&k);

        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        cr_assert_eq(unlink(on_disk(&k, reader, "remove")), 0);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_held, reader));
        cr_expect_eq(terminal_records("device-revoked"), 2);
        kept_push(&k, RULE_HID RULE_CARDS);
        cr_assert(until(&k.t, is_kept_out, reader), "until it is unplugged");
        cr_expect_eq(terminal_device(&k.t, reader)->verdict.reason, REASON_FAILED);
}

/* No descriptor is to be had while it is asked for. */
static void ask_without_a_descriptor(const char *reader) {
        struct device *d = table_find(&k.t.gate->table, reader);
        struct rlimit was, none;

        cr_assert_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
        none = (struct rlimit){ 0, was.rlim_max };
        d->exposed = true;
        cr_assert(bed_settle(k.t.bed)); /* the simulated kernel needs some, too */
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
        forget_ask(k.t.gate, d);
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
}

Test(forget, where_nothing_can_be_begun_just_now_it_is_tried_again) {
        const char *reader = given_a_reader(&k);

        places_are(true);
        kept_push(&k, RULE_HID);
        places_are(false);
        ask_without_a_descriptor(reader);
        cr_assert_eq(terminal_device(&k.t, reader)->forget, FORGET_WAITING);
        cr_expect(until(&k.t, is_another_plugging, reader));
}

static bool nothing_runs(struct terminal *t, const char *path) {
        (void)path;
        for (size_t i = 0; i < FORGETS_MAX; i++)
                if (t->gate->forgets.each[i].directory >= 0)
                        return false;
        return true;
}

/* The kernel does not let go of it, and meanwhile the stage changes. */
Test(forget, what_is_only_observed_by_then_is_not_called_held) {
        const char *reader = given_a_reader(&k);
        struct err err = { 0 };

        cr_assert_eq(unlink(on_disk(&k, reader, "port/disable")), 0);
        cr_assert_eq(unlink(on_disk(&k, reader, "remove")), 0);
        bed_write(k.t.bed, reader, "remove", ""); /* which no kernel reads */
        kept_push(&k, RULE_HID);
        cr_assert_eq(terminal_device(&k.t, reader)->forget, FORGET_ASKED);
        cr_assert_eq(state_set_stage(k.t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        cr_assert(until(&k.t, nothing_runs, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->forget, FORGET_NONE);
        cr_expect(is_let_in(&k.t, reader));
        cr_expect_eq(terminal_records("device-revoked"), 1, "by the push");
}
