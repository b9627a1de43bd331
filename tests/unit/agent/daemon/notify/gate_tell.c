/* SPDX-License-Identifier: MIT */
/* gate_tell.c — what the gate has the person at the seat told: refusals, what is over, and what soon will be. */
#include "unit/agent/daemon/notify/heard.h"

#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct terminal t;

static void given_a_terminal(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        cr_assert_eq(notifier_new(t.loop, ".", at_the_seat, &notifier, &err), 0, "%s", err.text);
        terminal_start(&t);
        gate_set_notifier(t.gate, notifier);
        loop = t.loop;
        sitting = NOBODY;
}

static void drop_the_terminal(void) {
        notifier_free(notifier);
        terminal_end(&t);
}

static bool has_settled(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

TestSuite(gate_tell, .init = given_a_terminal, .fini = drop_the_terminal, .timeout = 20);

Test(gate_tell, what_is_told_has_the_number_that_is_recorded) {
        auto_fd fd = connect_as(geteuid());
        struct err err = { 0 };
        const char *stick;
        struct notice n;

        cr_assert_eq(terminal_push(&t, RULE_HID, &err), 0, "%s", err.text);
        stick = plug(t.bed, a_stick());
        cr_assert(until(&t, is_kept_out, stick));
        cr_assert_eq(hear(fd, &n), HEARD);
        cr_expect_eq(n.kind, NOTICE_REFUSED);
        cr_expect_eq(strlen(n.request), 7);
        cr_expect_str_eq(n.request, terminal_device(&t, stick)->request);
        cr_expect(strstr((const char *)slurp("state/audit/audit.jsonl").at, n.request));
        cr_expect(strstr(n.body, "内線 1234"), "%s", n.body);
        cr_expect(strstr(n.line, "your IT section"), "the console cannot show Japanese: %s", n.line);
        bed_announce(t.bed, stick, "change");
        cr_assert(until(&t, is_kept_out, stick));
        cr_expect_eq(hear(fd, &n), SILENCE, "once is enough");
}

Test(gate_tell, what_was_in_use_is_said_to_be_over) {
        auto_fd fd = connect_as(geteuid());
        const char *stick = plug(t.bed, a_stick());
        struct err err = { 0 };
        struct notice n;

        cr_assert_eq(terminal_push(&t, RULE_HID RULE_STORAGE, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, stick));
        while (hear(fd, &n) == HEARD)
                ;
        cr_assert_eq(terminal_push(&t, RULE_HID, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_kept_out, stick));
        if (hear(fd, &n) == SILENCE) { /* it was refused, too, less than three seconds ago */
                await(fd);
                cr_assert_eq(hear(fd, &n), HEARD);
        }
        cr_expect_eq(n.kind, NOTICE_REVOKED);
        cr_expect(strstr(n.title, "機器を使えなくなりました"), "%s", n.title);
        cr_expect(strstr(n.body, "取り外してください"), "%s", n.body);
}

Test(gate_tell, nobody_hears_of_what_is_only_observed) {
        auto_fd fd = connect_as(geteuid());
        const char *stick;
        struct err err = { 0 };
        struct notice n;

        cr_assert(until(&t, has_settled, NULL));
        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        stick = plug(t.bed, a_stick());
        cr_assert(until(&t, is_let_in, stick));
        cr_assert_eq(terminal_records("device-refused"), 1);
        cr_expect_eq(hear(fd, &n), SILENCE);
        cr_assert_eq(state_set_stage(t.state, STAGE_DEVICES, 0, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_kept_out, stick));
        cr_assert_eq(hear(fd, &n), HEARD, "now it is cut off");
        cr_expect_eq(n.kind, NOTICE_REVOKED);
}

/* Three minutes from now: by the hour, or where the day ends before that, by the day. */
static const char *when_it_ends(char end[6]) {
        static char when[64];
        time_t now = time(NULL), then = now + 180;
        struct tm today, tm;

        (void)localtime_r(&now, &today);
        (void)localtime_r(&then, &tm);
        (void)strftime(when, sizeof when, tm.tm_mday == today.tm_mday ? "hours: 00:00-%H:%M" : "until: %Y-%m-%d",
                       tm.tm_mday == today.tm_mday ? &tm : &today);
        (void)strftime(end, 6, tm.tm_mday == today.tm_mday ? "%H:%M" : "00:00", &tm);
        return when;
}

Test(gate_tell, whose_time_is_nearly_over_is_told_once) {
        auto_fd fd = connect_as(geteuid());
        const char *stick = plug(t.bed, a_stick()), *keyboard = plug(t.bed, a_keyboard());
        char end[6], rules[512];
        struct err err = { 0 };
        struct notice n;

        cr_assert(until(&t, is_kept_out, stick));
        while (hear(fd, &n) == HEARD)
                ;
        (void)snprintf(rules, sizeof rules,
                       RULE_HID "  - {name: today, match: {bus: usb, interfaces: [storage]}, %s, action: allow}\n",
                       when_it_ends(end));
        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, stick) && until(&t, is_let_in, keyboard));
        await(fd); /* it was refused less than three seconds ago */
        cr_assert_eq(hear(fd, &n), HEARD);
        cr_expect_eq(n.kind, NOTICE_ENDING);
        cr_expect_str_eq(n.request, "", "nothing has happened yet");
        cr_expect(strstr(n.body, end) && strstr(n.body, "保存して") && !strstr(n.body, "ほかに"), "%s", n.body);
        cr_expect(strstr(n.line, end), "%s", n.line);
        gate_set_seated(t.gate, &(struct person){ .user = "tanaka" });
        gate_set_seated(t.gate, NULL);
        cr_expect_eq(hear(fd, &n), SILENCE);
        cr_assert(until(&t, is_let_in, plug(t.bed, a_uas_disk())));
        cr_expect(hear(fd, &n) == HEARD && n.kind == NOTICE_ENDING, "so is who plugs in now");
        cr_assert_eq(terminal_push(&t, RULE_HID RULE_STORAGE, &err), 0, "%s", err.text);
        cr_expect_eq(hear(fd, &n), SILENCE, "its time does not end any more");
}
