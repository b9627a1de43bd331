/* SPDX-License-Identifier: MIT */
/* notice.c — what crosses notify.sock, and how much of anything else is refused. */
#include "wire/notice.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

static struct notice a_notice(void) {
        return (struct notice){ .kind = NOTICE_REFUSED,
                                .urgency = NOTICE_CRITICAL,
                                .device = 0x1122334455667788,
                                .request = "7K3-92A",
                                .title = "この機器は使えません",
                                .body = "問い合わせ番号 7K3-92A を 情報政策課（内線 1234）へ伝えてください。",
                                .line = "give the request number 7K3-92A to: ext. 1234" };
}

static struct notice the_largest(void) {
        struct notice n = a_notice();

        memset(n.request, 'r', sizeof n.request - 1);
        memset(n.title, 't', sizeof n.title - 1);
        memset(n.body, 'b', sizeof n.body - 1);
        memset(n.line, 'l', sizeof n.line - 1);
        return n;
}

/* A copy of just the right size, so that the sanitizer sees the first byte read beyond it. */
static int decode(const uint8_t *wire, size_t n, struct notice *ret) {
        uint8_t *exact = malloc(n ? n : 1);
        int r;

        cr_assert(exact);
        memcpy(exact, wire, n);
        r = notice_decode(bytes_of(exact, n), ret);
        free(exact);
        return r;
}

TestSuite(notice, .timeout = 5);

Test(notice, comes_back_as_it_was_sent) {
        const struct notice all[] = { a_notice(), the_largest() };

        for (size_t i = 0; i < 2; i++) {
                uint8_t wire[NOTICE_MAX];
                struct notice back;

                cr_assert_eq(decode(wire, notice_encode(&all[i], wire), &back), 0);
                cr_expect(back.kind == all[i].kind && back.urgency == all[i].urgency && back.device == all[i].device);
                cr_expect_str_eq(back.request, all[i].request);
                cr_expect_str_eq(back.title, all[i].title);
                cr_expect_str_eq(back.body, all[i].body);
                cr_expect_str_eq(back.line, all[i].line);
        }
}

Test(notice, stands_on_the_wire_as_the_protocol_says) {
        const struct notice n = { .kind = NOTICE_REVOKED,
                                  .urgency = NOTICE_NORMAL,
                                  .device = 0x0807060504030201,
                                  .request = "A",
                                  .title = "B",
                                  .body = "C",
                                  .line = "D" };
        uint8_t wire[NOTICE_MAX];

        cr_assert_eq(notice_encode(&n, wire), 23);
        cr_expect_arr_eq(wire, "\1\2\1\1\2\3\4\5\6\7\10\1\0A\1\0B\1\0C\1\0D", 23);
}

Test(notice, every_truncation_is_refused) {
        const struct notice n = a_notice();
        uint8_t wire[NOTICE_MAX + 1] = { 0 };
        size_t whole = notice_encode(&n, wire);
        struct notice back;

        for (size_t cut = 0; cut < whole; cut++)
                cr_expect_eq(decode(wire, cut, &back), -EBADMSG, "%zu", cut);
        cr_expect_eq(decode(wire, whole + 1, &back), -EBADMSG, "trailing");
        cr_expect_eq(back.kind, 0, "nothing of it is left");
}

Test(notice, what_is_out_of_range_is_neither_sent_nor_taken) {
        static const struct {
                size_t at;
                uint8_t byte;
                const char *why;
        } hostile[] = {
                { 0, 2, "another version" },
                { 1, 0, "no kind" },
                { 1, NOTICE_KINDS, "a kind of tomorrow" },
                { 2, NOTICE_URGENCIES, "an urgency of tomorrow" },
                { 13, '\n', "a line break in the number" },
                { 13, 0x1b, "an escape in the number" },
                { 13, 0, "a NUL" },
                { 16, 0x07, "a bell in the title" },
                { 19, 0x7f, "a DEL in the body" },
                { 22, 0x1b, "an escape for the console" },
                { 22, 0x9b, "an escape for the console in one byte" },
        };
        const struct notice n = { .kind = NOTICE_REFUSED, .request = "A", .title = "B", .body = "C", .line = "D" };
        uint8_t wire[NOTICE_MAX];
        size_t size = notice_encode(&n, wire);
        struct notice back, wrong = a_notice();

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                uint8_t saved = wire[hostile[i].at];

                wire[hostile[i].at] = hostile[i].byte;
                cr_expect_eq(decode(wire, size, &back), -EBADMSG, "%s", hostile[i].why);
                wire[hostile[i].at] = saved;
        }
        strcpy(wrong.line, "\x1b[2J");
        cr_expect_eq(notice_encode(&wrong, wire), 0);
}
