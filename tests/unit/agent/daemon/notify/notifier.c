/* SPDX-License-Identifier: MIT */
/* notifier.c — who hears a refusal at notify.sock, who does not, and what those can do who only want to disturb. */
#include "unit/agent/daemon/notify/heard.h"

#include "audit/audit.h"
#include "support/ceremony.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLERK 60001 /* nobody has these; only the kernel's record of them counts */
#define OTHER 60002

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
