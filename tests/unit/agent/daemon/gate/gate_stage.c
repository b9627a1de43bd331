/* SPDX-License-Identifier: MIT */
/* The stages, end to end on simulated hardware: what each enforces, and the way from one to the next and back. */
#include "gate/gate.h"
#include "host/file.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct terminal t;
static struct err err;

static void given_a_terminal(void) {
        terminal_begin(&t);
}

static void given_one_that_observes(void) {
        given_a_terminal();
        cr_assert_eq(stage_write(store_fd(t.store), STAGE_OBSERVE, &err), 0, "%s", err.text);
}

static void drop(void) {
        terminal_end(&t);
}

static void push(const char *rules) {
        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
}

static int set(enum stage stage) {
        err = (struct err){ "" };
        return state_set_stage(t.state, stage, 0, &err);
}

static const char *parameter(void) {
        return bed_read(t.bed, "", "/sys/module/usbcore/parameters/authorized_default");
}

static enum stage on_disk(void) {
        enum stage s;

        (void)stage_read(store_fd(t.store), &s);
        return s;
}

static bool is_known_but_in(struct terminal *terminal, const char *path) {
        return is_let_in(terminal, path) && terminal_device(terminal, path)->verdict.action == ACTION_DENY;
}

static bool is_settled(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

/* What is plugged in is known. */
static void start(void) {
        terminal_start(&t);
        cr_assert(until(&t, is_settled, NULL));
}

/* How many records of the type are marked as observed only. */
static unsigned observed(const char *type) {
        struct bytes log = slurp("state/audit/audit.jsonl");
        const char *line = (const char *)log.at;
        char member[64];
        unsigned n = 0;

        (void)snprintf(member, sizeof member, "\"type\":\"%s\"", type);
        for (const char *end; (end = strchr(line, '\n')); line = end + 1) {
                size_t length = (size_t)(end - line);

                n += memmem(line, length, member, strlen(member)) && memmem(line, length, "\"observed\":true", 15);
        }
        return n;
}

TestSuite(gate_observe, .init = given_one_that_observes, .fini = drop, .timeout = 20);

Test(gate_observe, judges_and_records_and_touches_nothing) {
        const char *hub = bed_controller(t.bed, 2), *stick = plug(t.bed, a_stick()), *mouse;

        terminal_start(&t);
        cr_assert(until(&t, is_known_but_in, stick));
        mouse = plug(t.bed, a_mouse());
        cr_assert(until(&t, is_let_in, mouse));
        cr_expect_str_eq(parameter(), "1");
        cr_expect_str_eq(bed_read(t.bed, hub, "authorized_default"), "1");
        cr_expect_str_eq(bed_read(t.bed, hub, "interface_authorized_default"), "1");
        cr_expect_not(bed_bound(t.bed, mouse, 0), "nobody was asked to bind anything");
        cr_expect_eq(observed("device-refused"), 1);
        cr_expect_eq(observed("device-allowed"), 1);
        cr_expect_eq(terminal_records("kernel-baseline"), 0);
}

Test(gate_observe, a_verdict_is_recorded_once_and_again_when_it_changes) {
        const char *stick = plug(t.bed, a_stick());

        terminal_start(&t);
        cr_assert(until(&t, is_known_but_in, stick));
        bed_announce(t.bed, stick, "change");
        push(RULE_HID);
        cr_expect_eq(observed("device-refused"), 2, "no policy, and then no rule");
        push(RULE_HID RULE_STORAGE);
        cr_expect_eq(observed("device-allowed"), 1);
        push(RULE_HID);
        cr_expect_eq(observed("device-revoked"), 1);
        push(RULE_HID);
        cr_expect_eq(observed("device-refused") + observed("device-revoked"), 3);
        cr_expect(is_known_but_in(&t, stick));
}

Test(gate_observe, opens_what_it_finds_closed) {
        const char *hub = bed_controller(t.bed, 2), *stick;

        bed_write(t.bed, hub, "authorized_default", "0\n");
        bed_write(t.bed, hub, "interface_authorized_default", "0\n");
        bed_write(t.bed, "", "/sys/module/usbcore/parameters/authorized_default", "0\n");
        stick = plug_into(t.bed, hub, a_stick());
        cr_assert_str_eq(bed_read(t.bed, stick, "authorized"), "0");
        terminal_start(&t);
        cr_expect_str_eq(parameter(), "-1");
        cr_expect_str_eq(bed_read(t.bed, hub, "authorized_default"), "1");
        cr_expect_str_eq(bed_read(t.bed, hub, "interface_authorized_default"), "1");
        cr_expect(until(&t, is_known_but_in, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
}

TestSuite(gate_set_stage, .init = given_one_that_observes, .fini = drop, .timeout = 20);

Test(gate_set_stage, to_devices_cuts_off_at_once_what_the_policy_does_not_allow) {
        const char *stick = plug(t.bed, a_stick()), *keyboard = plug(t.bed, a_keyboard());

        start();
        push(RULE_HID);
        cr_assert(until(&t, is_known_but_in, stick));
        cr_assert(until(&t, is_let_in, keyboard));
        cr_assert_eq(set(STAGE_DEVICES), 0, "%s", err.text);
        cr_expect(is_kept_out(&t, stick), "before anybody is answered");
        cr_expect(is_let_in(&t, keyboard));
        cr_expect(bed_wait_bound(t.bed, keyboard, 0, true));
        cr_expect(usb_denies_by_default(t.usb));
        cr_expect_eq(on_disk(), STAGE_DEVICES);
        cr_expect_eq(terminal_records("stage-changed"), 1);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(observed("device-revoked"), 0);
        cr_expect_eq(terminal_records("device-allowed") - observed("device-allowed"), 1);
}

Test(gate_set_stage, back_to_observe_opens_at_once_what_was_kept_out) {
        const char *hub = bed_controller(t.bed, 2), *stick = plug(t.bed, a_stick()), *bad;

        start();
        push("  - {name: keys, match: {bus: usb, interfaces: [hid]}, partial: true, action: allow}\n");
        cr_assert_eq(set(STAGE_DEVICES), 0, "%s", err.text);
        bad = plug(t.bed, a_bad_keyboard());
        cr_assert(until(&t, is_kept_out, stick));
        cr_assert(until(&t, is_let_in, bad));
        cr_assert_not(bed_bound(t.bed, bad, 1));
        cr_assert_eq(set(STAGE_OBSERVE), 0, "%s", err.text);
        cr_expect(is_known_but_in(&t, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
        cr_expect(bed_wait_bound(t.bed, bad, 1, true), "the interface that was kept back, too");
        cr_expect_str_eq(parameter(), "-1");
        cr_expect_str_eq(bed_read(t.bed, hub, "authorized_default"), "1");
        cr_expect_str_eq(bed_read(t.bed, hub, "interface_authorized_default"), "1");
        cr_expect_eq(on_disk(), STAGE_OBSERVE);
        cr_assert_eq(set(STAGE_DEVICES), 0, "%s", err.text);
        cr_expect(is_kept_out(&t, stick), "and there again");
}

Test(gate_set_stage, what_was_on_its_way_while_all_was_opened_is_let_in) {
        const char *late;

        start();
        cr_assert_eq(set(STAGE_DEVICES), 0, "%s", err.text);
        cr_assert(until(&t, is_settled, NULL));
        late = plug_silently(t.bed, a_stick());
        cr_assert_eq(set(STAGE_OBSERVE), 0, "%s", err.text);
        bed_write(t.bed, late, "authorized", "0\n"); /* its root hub was still closed when the kernel found it */
        bed_announce(t.bed, late, "add");
        cr_expect(until(&t, is_known_but_in, late));
}

Test(gate_set_stage, that_would_cut_off_the_only_keyboard_is_refused) {
        const char *keyboard;

        start();
        push(RULE_STORAGE);
        keyboard = plug(t.bed, a_keyboard());
        cr_assert(until(&t, is_known_but_in, keyboard));
        cr_expect_eq(set(STAGE_DEVICES), -EPERM);
        cr_expect(strstr(err.text, "keyboard"));
        cr_expect_eq(state_stage(t.state), STAGE_OBSERVE);
        cr_expect_eq(on_disk(), STAGE_OBSERVE);
        cr_expect(is_known_but_in(&t, keyboard));
        cr_expect_eq(terminal_records("stage-changed"), 0);
}

Test(gate_set_stage, waits_until_it_is_known_what_is_plugged_in) {
        terminal_start(&t);
        cr_expect_eq(set(STAGE_DEVICES), -EAGAIN);
        cr_expect_eq(on_disk(), STAGE_OBSERVE);
        cr_assert(until(&t, is_settled, NULL));
        cr_expect_eq(set(STAGE_DEVICES), 0, "%s", err.text);
}

Test(gate_set_stage, that_cannot_be_written_or_recorded_changes_nothing) {
        struct rlimit none = { 0, RLIM_INFINITY }, saved;
        const char *stick = plug(t.bed, a_stick());

        start();
        cr_assert(until(&t, is_known_but_in, stick));
        (void)signal(SIGXFSZ, SIG_IGN);
        cr_assert_eq(getrlimit(RLIMIT_FSIZE, &saved), 0);
        for (rlim_t most = 4; most <= 16; most += 12) { /* too little for the word, and then for the record */
                none.rlim_cur = most;
                cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
                cr_expect_lt(set(STAGE_DEVICES), 0);
                cr_assert_eq(setrlimit(RLIMIT_FSIZE, &saved), 0);
                cr_expect_neq(err.text[0], '\0');
                cr_expect_eq(state_stage(t.state), STAGE_OBSERVE);
                cr_expect_eq(on_disk(), STAGE_OBSERVE);
                cr_expect(is_known_but_in(&t, stick));
        }
        cr_expect_eq(set(STAGE_DEVICES), 0, "%s", err.text);
}

Test(gate_set_stage, to_where_one_is_says_and_does_nothing) {
        start();
        cr_expect_eq(set(STAGE_OBSERVE), 0);
        cr_expect_eq(terminal_records("stage-changed"), 0);
}

Test(gate_set_stage, among_those_that_enforce_nothing_is_cut_off_or_opened) {
        const char *mouse = plug(t.bed, a_mouse());

        start();
        cr_assert_eq(set(STAGE_DEVICES), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, mouse));
        cr_assert_eq(set(STAGE_TRIAL), 0, "%s", err.text);
        cr_assert_eq(set(STAGE_LOGIN), 0, "%s", err.text);
        cr_expect(is_let_in(&t, mouse));
        cr_expect(usb_denies_by_default(t.usb));
        cr_expect_eq(terminal_records("stage-changed"), 3);
        cr_expect_eq(terminal_records("device-allowed") - observed("device-allowed"), 1);
}

TestSuite(gate_stage, .init = given_a_terminal, .fini = drop, .timeout = 20);

Test(gate_stage, none_written_or_none_legible_enforces_everything) {
        const char *stick = plug(t.bed, a_stick());

        cr_assert_eq(file_replace(store_fd(t.store), "stage", bytes_text("observe?\n"), 0644, &err), 0);
        start();
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_not(state_stage_is_legible(t.state));
        cr_expect_eq(state_stage(t.state), STAGE_LOGIN);
        cr_assert_eq(set(STAGE_LOGIN), 0, "%s", err.text);
        cr_expect(state_stage_is_legible(t.state), "to choose what holds anyway repairs it");
        cr_expect_eq(terminal_records("stage-changed"), 1);
}

Test(gate_stage, a_trial_is_confirmed_once_by_name) {
        start();
        cr_expect(state_stage_is_legible(t.state));
        cr_assert_eq(set(STAGE_DEVICES), 0, "%s", err.text);
        cr_assert_eq(state_confirm_stage(t.state, "kanri", &err), 0, "%s", err.text);
        cr_expect_eq(state_stage(t.state), STAGE_DEVICES, "there was no trial");
        cr_assert_eq(set(STAGE_TRIAL), 0, "%s", err.text);
        cr_assert_eq(state_confirm_stage(t.state, "kanri", &err), 0, "%s", err.text);
        cr_assert_eq(state_confirm_stage(t.state, "kanri", &err), 0, "%s", err.text);
        cr_expect_eq(state_stage(t.state), STAGE_LOGIN);
        cr_expect_eq(on_disk(), STAGE_LOGIN);
        cr_expect_eq(terminal_records("stage-confirmed"), 1);
        cr_expect(strstr((const char *)slurp("state/audit/audit.jsonl").at, "\"stage\":\"login\",\"user\":\"kanri\""));
}
