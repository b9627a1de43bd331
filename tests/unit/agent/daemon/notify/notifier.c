/* SPDX-License-Identifier: MIT */
/* Who hears a refusal at notify.sock, who does not, and what those who only want to disturb can do there. */
#include "notify/notifier.h"

#include "base/cleanup.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <time.h>

#define CLERK 60001 /* nobody has these; only the kernel's record of them counts */
#define OTHER 60002
#define TIMEOUT_MS 30000

static struct loop *loop;
static struct notifier *notifier;
static uid_t sitting;

static uid_t at_the_seat(void) {
        return sitting;
}

static void given_a_notifier(void) {
        struct err err = { 0 };

        ceremony_begin();
        cr_assert_eq(chmod(".", 0711), 0);
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(notifier_new(loop, ".", at_the_seat, &notifier, &err), 0, "%s", err.text);
        sitting = CLERK;
}

static void drop(void) {
        notifier_free(notifier);
        loop_free(loop);
        ceremony_end();
}

static void stop(void *ctx) {
        loop_stop(ctx);
}

/* All that waits to be done is done. */
static void turn(struct loop *l) {
        loop_resume(l);
        cr_assert_eq(loop_run(l, stop, l), 0);
}

static int connect_as(uid_t uid) {
        int fd = -1;

        cr_assert(uid == geteuid() || seteuid(uid) == 0);
        cr_assert_eq(socket_connect(".", NOTICE_SOCKET, &fd), 0);
        cr_assert(geteuid() == uid ? uid == geteuid() : true);
        cr_assert(geteuid() == getuid() || seteuid(getuid()) == 0);
        turn(loop);
        return fd;
}

static void only_root_can_be_others(void) {
        if (geteuid() != 0)
                cr_skip_test("only root can connect as somebody else");
}

static void tell(uint8_t device) {
        const struct device_facts stick = {
                .bus = BUS_USB, .n_interfaces = 1, .interfaces = { { 1, 0, 8, 6, 0x50 } }, .fingerprint = { device }
        };
        const struct verdict denied = { .action = ACTION_DENY, .reason = REASON_NO_RULE, .rule = RULE_NONE };
        char request[AUDIT_REQUEST];

        (void)snprintf(request, sizeof request, "AAA-%03d", device);
        notifier_tell(
                notifier, NULL,
                &(struct news){ .kind = NOTICE_REFUSED, .facts = &stick, .verdict = &denied, .request = request });
}

enum heard { HEARD, SILENCE, SHOWN_OUT };

/* What has arrived by now. */
static enum heard hear(int fd, struct notice *ret) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        uint8_t message[NOTICE_MAX];
        ssize_t n;

        if (poll(&p, 1, 0) == 0)
                return SILENCE;
        n = socket_receive(fd, message, sizeof message, NULL);
        if (n <= 0)
                return SHOWN_OUT;
        cr_assert_eq(notice_decode(bytes_of(message, (size_t)n), ret), 0);
        return HEARD;
}

TestSuite(notifier, .init = given_a_notifier, .fini = drop, .timeout = 30);

Test(notifier, a_refusal_is_told_in_japanese_and_for_the_console_in_english) {
        auto_fd fd = connect_as(geteuid());
        struct notice n;

        tell(1);
        cr_assert_eq(hear(fd, &n), HEARD);
        cr_expect_eq(n.kind, NOTICE_REFUSED);
        cr_expect_eq(n.urgency, NOTICE_CRITICAL);
        cr_expect_str_eq(n.request, "AAA-001");
        cr_expect_str_eq(n.title, "この機器は使えません（問い合わせ番号 AAA-001）");
        cr_expect_str_eq(
                n.body,
                "このUSBメモリなどの電磁的記録媒体は使えません（登録されていません）。データは読み書きされていません。"
                "必要なときは、問い合わせ番号 AAA-001 を 情報システム担当 へ伝えてください。");
        cr_expect_str_eq(n.line,
                         "This storage device (such as a USB stick) cannot be used: it is not registered. No data "
                         "has been read or written. If you need it, give the request number AAA-001 to: your IT "
                         "section.");
}

Test(notifier, only_whoever_sits_there_and_root_hear_it) {
        struct notice n;

        only_root_can_be_others();
        auto_fd clerk = connect_as(CLERK), other = connect_as(OTHER), root = connect_as(0);
        tell(1);
        cr_expect_eq(hear(clerk, &n), HEARD);
        cr_expect_eq(hear(other, &n), SILENCE);
        cr_expect_eq(hear(root, &n), HEARD);
        sitting = OTHER;
        tell(2);
        cr_expect_eq(hear(clerk, &n), SILENCE);
        cr_expect_eq(hear(other, &n), HEARD);
        sitting = NOBODY;
        tell(3);
        cr_expect_eq(hear(clerk, &n), SILENCE);
        cr_expect_eq(hear(other, &n), SILENCE);
        cr_expect_eq(hear(root, &n), HEARD);
}

/* Until the loop has something for `fd`. */
struct ear {
        struct source source;
        struct timer limit;
};

static void arrived(struct source *s, uint32_t events) {
        (void)s, (void)events;
        loop_stop(loop);
}

static void too_late(struct timer *t, bool clock_was_set) {
        (void)t, (void)clock_was_set;
        loop_stop(loop);
}

static void goes_on(void *ctx) {
        (void)ctx;
}

static void await(int fd) {
        struct ear e = { .source = { .fd = fd, .ready = arrived } };

        cr_assert_eq(timer_init(&e.limit, loop, CLOCK_MONOTONIC, too_late), 0);
        cr_assert_eq(timer_in_ms(&e.limit, TIMEOUT_MS), 0);
        cr_assert_eq(loop_add(loop, &e.source, EPOLLIN), 0);
        loop_resume(loop);
        cr_assert_eq(loop_run(loop, goes_on, NULL), 0);
        loop_remove(loop, &e.source);
        timer_deinit(&e.limit);
}

Test(notifier, a_storm_is_folded_into_its_latest) {
        auto_fd fd = connect_as(geteuid());
        struct notice n;

        tell(1);
        cr_expect_eq(hear(fd, &n), HEARD);
        for (int i = 0; i < 200; i++)
                tell(1); /* the same device, again and again */
        tell(2);
        cr_expect(hear(fd, &n) == HEARD && strcmp(n.request, "AAA-002") == 0, "another one is told of at once");
        tell(1);
        cr_expect_eq(hear(fd, &n), SILENCE);
        await(fd);
        cr_assert_eq(hear(fd, &n), HEARD);
        cr_expect_str_eq(n.request, "AAA-001");
        cr_expect(strstr(n.body, "ほかに200件"), "%s", n.body);
        cr_expect(strstr(n.line, "200 more"), "%s", n.line);
        cr_expect_eq(hear(fd, &n), SILENCE);
}

Test(notifier, of_many_devices_at_once_four_are_told_of) {
        auto_fd fd = connect_as(geteuid());
        struct notice n;

        for (uint8_t i = 1; i <= 20; i++)
                tell(i);
        for (uint8_t i = 1; i <= 4; i++)
                cr_expect_eq(hear(fd, &n), HEARD);
        cr_expect_eq(hear(fd, &n), SILENCE);
        await(fd);
        cr_assert_eq(hear(fd, &n), HEARD);
        cr_expect_str_eq(n.request, "AAA-020");
        cr_expect(strstr(n.body, "ほかに15件"), "%s", n.body);
}

Test(notifier, what_was_held_back_is_for_nobody_else) {
        struct notice n;

        only_root_can_be_others();
        auto_fd clerk = connect_as(CLERK), other = connect_as(OTHER), root = connect_as(0);
        tell(1);
        tell(1);
        cr_expect(hear(clerk, &n) == HEARD && hear(root, &n) == HEARD);
        sitting = OTHER;
        await(root);
        cr_expect_eq(hear(root, &n), HEARD);
        cr_expect_eq(hear(other, &n), SILENCE);
        cr_expect_eq(hear(clerk, &n), SILENCE);
}

TestSuite(notifier_peers, .init = given_a_notifier, .fini = drop, .timeout = 30);

Test(notifier_peers, who_does_not_read_is_shown_out_and_nobody_waits_for_it) {
        static const uint8_t message[NOTICE_MAX];
        uint8_t fetched[NOTICE_MAX];
        auto_peers peers = NULL;
        auto_fd deaf = -1, keen = -1;
        unsigned sent = 0;

        cr_assert_eq(mkdir("another", 0755), 0);
        cr_assert_eq(peers_listen(loop, "another", at_the_seat, &peers), 0);
        cr_assert_eq(socket_connect("another", NOTICE_SOCKET, &deaf), 0);
        cr_assert_eq(socket_connect("another", NOTICE_SOCKET, &keen), 0);
        turn(loop);
        for (; sent < 100; sent++) {
                peers_send(peers, NOBODY, message, sizeof message);
                cr_assert_eq(socket_receive(keen, fetched, sizeof fetched, NULL), sizeof message);
        }
        while (socket_receive(deaf, fetched, sizeof fetched, NULL) == (ssize_t)sizeof message)
                sent--;
        cr_expect_gt(sent, 90, "a few wait for it, no more");
        cr_expect_eq(socket_receive(deaf, fetched, sizeof fetched, NULL), 0, "the door");
}

Test(notifier_peers, nothing_is_taken_from_a_peer) {
        auto_fd fd = connect_as(geteuid());
        struct notice n;

        cr_expect_eq(socket_send(fd, "garbage", 7, -1), -EPIPE);
        tell(1);
        cr_expect_eq(hear(fd, &n), HEARD, "and it hears all the same");
}

Test(notifier_peers, what_came_before_the_door_was_opened_does_no_harm) {
        auto_fd fd = -1;
        struct notice n;

        cr_assert_eq(socket_connect(".", NOTICE_SOCKET, &fd), 0);
        cr_expect_eq(socket_send(fd, "garbage", 7, 0), 0);
        turn(loop);
        tell(1);
        cr_expect_eq(hear(fd, &n), HEARD);
}

Test(notifier_peers, a_thousand_of_one_uid_keep_nobody_out) {
        int crowd[1000];
        unsigned staying = 0;
        struct notice n;

        only_root_can_be_others();
        auto_fd clerk = connect_as(CLERK), root = connect_as(0);
        for (size_t i = 0; i < 1000; i++)
                crowd[i] = connect_as(OTHER);
        auto_fd late = connect_as(CLERK);
        tell(1);
        cr_expect(hear(clerk, &n) == HEARD && hear(root, &n) == HEARD && hear(late, &n) == HEARD);
        for (size_t i = 0; i < 1000; i++) {
                staying += hear(crowd[i], &n) == SILENCE;
                (void)close(crowd[i]);
        }
        cr_expect_eq(staying, 4);
}

Test(notifier_peers, neither_do_a_hundred_uids) {
        int crowd[400];
        struct notice n;

        only_root_can_be_others();
        auto_fd clerk = connect_as(CLERK), root = connect_as(0);
        for (size_t i = 0; i < 400; i++)
                crowd[i] = connect_as((uid_t)(61000 + i % 100));
        auto_fd late = connect_as(CLERK), late_root = connect_as(0);
        tell(1);
        cr_expect(hear(clerk, &n) == HEARD && hear(root, &n) == HEARD);
        cr_expect(hear(late, &n) == HEARD && hear(late_root, &n) == HEARD);
        for (size_t i = 0; i < 400; i++)
                (void)close(crowd[i]);
}

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
