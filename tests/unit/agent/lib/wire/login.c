/* SPDX-License-Identifier: MIT */
/* login.c — what crosses auth.sock, and how much of anything else is refused. */
#include "wire/login.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

static struct login_begin a_begin(void) {
        return (struct login_begin){ .phase = LOGIN_ACCOUNT,
                                     .flags = LOGIN_PASSED | LOGIN_SILENT,
                                     .user = "佐藤",
                                     .service = "gdm-password",
                                     .tty = "/dev/tty2",
                                     .rhost = "192.0.2.1",
                                     .seat = "seat0",
                                     .session = "c1" };
}

static struct login_begin an_asked_begin(void) {
        struct login_begin b = a_begin();

        b.asker = (struct login_asker){
                .told = true, .uid = 2001, .login_uid = 0xdeadbeef, .login_session = LOGIN_UNSET, .user = "鈴木"
        };
        return b;
}

static struct login_begin the_largest_begin(void) {
        struct login_begin b = an_asked_begin();

        memset(b.asker.user, 'a', sizeof b.asker.user - 1);

        memset(b.user, 'u', sizeof b.user - 1);
        memset(b.service, 's', sizeof b.service - 1);
        memset(b.tty, 't', sizeof b.tty - 1);
        memset(b.rhost, 'r', sizeof b.rhost - 1);
        memset(b.seat, 'e', sizeof b.seat - 1);
        memset(b.session, 'i', sizeof b.session - 1);
        return b;
}

static struct login_say the_largest_say(void) {
        struct login_say s = { .what = LOGIN_ALLOW, .kept = LOGIN_ANSWER - 1 };

        memset(s.text, 't', sizeof s.text - 1);
        return s;
}

static bool all_zero(const void *p, size_t n) {
        const uint8_t *at = p;

        while (n && at[n - 1] == 0)
                n--;
        return n == 0;
}

/* Decoders see a copy of just the right size, so that the sanitizer sees the first byte read beyond it. */
static int decode_say(const uint8_t *wire, size_t n, struct login_say *ret) {
        uint8_t *exact = malloc(n ? n : 1);
        int r;

        cr_assert(exact);
        memcpy(exact, wire, n);
        memset(ret, 0x55, sizeof *ret);
        r = login_say_decode(bytes_of(exact, n), ret);
        free(exact);
        return r;
}

static int decode_begin(const uint8_t *wire, size_t n, struct login_begin *ret) {
        uint8_t *exact = malloc(n ? n : 1);
        int r;

        cr_assert(exact);
        memcpy(exact, wire, n);
        memset(ret, 0x55, sizeof *ret);
        r = login_begin_decode(bytes_of(exact, n), ret);
        free(exact);
        return r;
}

static int decode_answer(const uint8_t *wire, size_t n, char ret[LOGIN_ANSWER]) {
        uint8_t *exact = malloc(n ? n : 1);
        int r;

        cr_assert(exact);
        memcpy(exact, wire, n);
        memset(ret, 0x55, LOGIN_ANSWER);
        r = login_answer_decode(bytes_of(exact, n), ret);
        free(exact);
        return r;
}

/* ---- begin ---- */

Test(login_begin_decode, comes_back_as_it_went) {
        const struct login_begin all[] = {
                a_begin(),
                an_asked_begin(),
                the_largest_begin(),
                { .phase = LOGIN_AUTHENTICATE, .user = "u", .service = "s" },
                { .phase = LOGIN_CLOSE, .user = "invalid \xff UTF-8", .service = "login", .session = "2" },
        };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                struct login_begin back;
                uint8_t wire[LOGIN_MAX];
                size_t n = login_begin_encode(&all[i], wire);

                cr_assert_gt(n, 0);
                cr_assert_eq(decode_begin(wire, n, &back), 0);
                cr_expect_eq(memcmp(&back, &all[i], sizeof back), 0, "begin %zu", i);
        }
}

Test(login_begin_decode, every_truncation_and_every_tail_is_refused) {
        const struct login_begin all[] = { a_begin(), an_asked_begin() };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                uint8_t wire[LOGIN_MAX + 1] = { 0 };
                size_t whole = login_begin_encode(&all[i], wire);
                struct login_begin back;

                for (size_t n = 0; n <= whole + 1; n++) {
                        if (n == whole)
                                continue;
                        cr_expect_eq(decode_begin(wire, n, &back), -EBADMSG, "%zu of %zu bytes", n, whole);
                        cr_expect(all_zero(&back, sizeof back));
                }
        }
}

Test(login_begin_decode, hostile_messages_are_refused) {
        static const struct {
                const char *bytes;
                size_t n;
                const char *why;
        } hostile[] = {
#define TAIL "\1\0u\1\0s\0\0\0\0\0\0\0\0"
#define HOSTILE(literal, reason) { literal, sizeof literal - 1, reason }
                HOSTILE("\0\1\1\0" TAIL, "version 0"),
                HOSTILE("\2\1\1\0" TAIL, "a version to come"),
                HOSTILE("\1\2\1\0" TAIL, "calls itself an answer"),
                HOSTILE("\1\3\1\0" TAIL, "calls itself a say"),
                HOSTILE("\1\5\1\0" TAIL, "a message nobody knows"),
                HOSTILE("\1\4\1\0" TAIL, "does not say who asks"),
                HOSTILE("\1\4\1\0" TAIL "\0\0\0\0\1\0\0\0\2\0\0\0\1\0\n", "a newline in who asks"),
                HOSTILE("\1\1\1\0" TAIL "\0\0\0\0\1\0\0\0\2\0\0\0\1\0a", "who asks, in the old message"),
                HOSTILE("\1\1\0\0" TAIL, "phase 0"),
                HOSTILE("\1\1\5\0" TAIL, "phase beyond"),
                HOSTILE("\1\1\377\0" TAIL, "phase far beyond"),
                HOSTILE("\1\1\1\4" TAIL, "a flag nobody knows"),
                HOSTILE("\1\1\1\200" TAIL, "the highest flag"),
                HOSTILE("\1\1\1\0\0\0\1\0s\0\0\0\0\0\0\0\0", "no user"),
                HOSTILE("\1\1\1\0\1\0u\0\0\0\0\0\0\0\0\0\0", "no service"),
                HOSTILE("\1\1\1\0\3\0u\0v\1\0s\0\0\0\0\0\0\0\0", "a NUL in the user"),
                HOSTILE("\1\1\1\0\3\0u\nv\1\0s\0\0\0\0\0\0\0\0", "a newline in the user"),
                HOSTILE("\1\1\1\0\1\0u\2\0s\033\0\0\0\0\0\0\0\0", "an escape in the service"),
                HOSTILE("\1\1\1\0\1\0u\1\0s\1\0\177\0\0\0\0\0\0", "a DEL in the tty"),
                HOSTILE("\1\1\1\0\1\0u\1\0s\0\0\1\0\r\0\0\0\0", "a return in the host"),
                HOSTILE("\1\1\1\0\1\0u\1\0s\0\0\0\0\1\0\t\0\0", "a tab in the seat"),
                HOSTILE("\1\1\1\0\1\0u\1\0s\0\0\0\0\0\0\1\0\n", "a newline in the session"),
                HOSTILE("\1\1\1\0\377\377u\1\0s\0\0\0\0\0\0\0\0", "a length beyond the message"),
                HOSTILE("\1\1\1\0" TAIL "\0", "a byte behind it"),
        };
        static const char good[] = "\1\1\1\0" TAIL;
        struct login_begin back;

        cr_assert_eq(decode_begin((const uint8_t *)good, sizeof good - 1, &back), 0, "what the table deviates from");
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(decode_begin((const uint8_t *)hostile[i].bytes, hostile[i].n, &back), -EBADMSG, "%s",
                             hostile[i].why);
                cr_expect(all_zero(&back, sizeof back), "%s", hostile[i].why);
        }
}

Test(login_begin_decode, a_name_that_fills_its_room_without_a_NUL_is_refused) {
        uint8_t wire[LOGIN_MAX];
        struct bytes_out out = bytes_into(wire, sizeof wire);
        char long_name[LOGIN_USER + 1] = { 0 };
        struct login_begin back;

        memset(long_name, 'u', LOGIN_USER);
        bytes_put(&out, "\1\1\1\0", 4);
        bytes_put_string(&out, long_name);
        bytes_put(&out, "\1\0s\0\0\0\0\0\0\0\0", 11);
        cr_expect_eq(decode_begin(wire, out.used, &back), -EBADMSG);
}

/* Byte for byte what 0.4.0 sent and understood: modules and agents of both versions meet while a package is upgraded.
 */
Test(login_begin_encode, without_an_asker_it_is_the_message_of_before) {
        const struct login_begin b = { .phase = LOGIN_AUTHENTICATE, .user = "u", .service = "s" };
        static const char before[] = "\1\1\1\0\1\0u\1\0s\0\0\0\0\0\0\0\0";
        uint8_t wire[LOGIN_MAX];

        cr_assert_eq(login_begin_encode(&b, wire), sizeof before - 1);
        cr_expect_arr_eq(wire, before, sizeof before - 1);
}

Test(login_begin_encode, what_no_agent_would_take_is_not_sent) {
        struct login_begin b[] = { a_begin(), a_begin(), a_begin(), a_begin(),
                                   a_begin(), a_begin(), a_begin(), an_asked_begin() };
        uint8_t wire[LOGIN_MAX];

        b[0].phase = 0;
        b[1].phase = LOGIN_PHASES;
        b[2].flags = 0x80;
        b[3].user[0] = '\0';
        b[4].service[0] = '\0';
        b[5].tty[0] = '\n';
        memset(b[6].rhost, 'r', sizeof b[6].rhost);
        b[7].asker.user[0] = '\033';
        for (size_t i = 0; i < sizeof b / sizeof *b; i++)
                cr_expect_eq(login_begin_encode(&b[i], wire), 0, "begin %zu", i);
}

/* ---- say ---- */

Test(login_say_decode, comes_back_as_it_went) {
        const struct login_say all[] = {
                { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード: " },
                { .what = LOGIN_ASK_SHOWN, .text = "確認コード: " },
                { .what = LOGIN_TELL, .text = "前回のログイン\n10月1日 9時" },
                { .what = LOGIN_WARN },
                { .what = LOGIN_REFUSE, .text = "違います" },
                { .what = LOGIN_THROTTLED },
                { .what = LOGIN_UNAVAILABLE },
                the_largest_say(),
        };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                struct login_say back;
                uint8_t wire[LOGIN_MAX];
                size_t n = login_say_encode(&all[i], wire);

                cr_assert_gt(n, 0);
                cr_assert_eq(decode_say(wire, n, &back), 0);
                cr_expect_eq(back.what, all[i].what);
                cr_expect_eq(back.keep, all[i].keep);
                cr_expect_eq(back.kept, all[i].kept);
                cr_expect_str_eq(back.text, all[i].text);
        }
}

Test(login_say_decode, every_truncation_and_every_tail_is_refused) {
        struct login_say s = { .what = LOGIN_ALLOW, .kept = 6, .text = "前回のログイン" }, back;
        uint8_t wire[LOGIN_MAX + 1] = { 0 };
        size_t whole = login_say_encode(&s, wire);

        for (size_t n = 0; n <= whole + 1; n++) {
                if (n == whole)
                        continue;
                cr_expect_eq(decode_say(wire, n, &back), -EBADMSG, "%zu of %zu bytes", n, whole);
                cr_expect(all_zero(&back, sizeof back));
        }
}

Test(login_say_decode, hostile_messages_are_refused) {
        static const struct {
                const char *bytes;
                size_t n;
                const char *why;
        } hostile[] = {
                HOSTILE("\0\3\5\0\0\0\0\0", "version 0"),
                HOSTILE("\2\3\5\0\0\0\0\0", "a version to come"),
                HOSTILE("\1\1\5\0\0\0\0\0", "calls itself a begin"),
                HOSTILE("\1\2\5\0\0\0\0\0", "calls itself an answer"),
                HOSTILE("\1\3\0\0\0\0\0\0", "saying 0"),
                HOSTILE("\1\3\11\0\0\0\0\0", "saying beyond"),
                HOSTILE("\1\3\377\0\0\0\0\0", "saying far beyond"),
                HOSTILE("\1\3\1\2\0\0\0\0", "keep is neither yes nor no"),
                HOSTILE("\1\3\3\1\0\0\0\0", "a tell that keeps"),
                HOSTILE("\1\3\5\1\0\0\0\0", "a verdict that keeps"),
                HOSTILE("\1\3\1\0\1\0\0\0", "an ask that has kept"),
                HOSTILE("\1\3\6\0\1\0\0\0", "a refusal that has kept"),
                HOSTILE("\1\3\5\0\1\2\0\0", "kept more than an answer holds"),
                HOSTILE("\1\3\5\0\377\377\0\0", "kept far more"),
                HOSTILE("\1\3\5\0\0\0\3\0a\0b", "a NUL in the text"),
                HOSTILE("\1\3\5\0\0\0\377\377a", "a length beyond the message"),
                HOSTILE("\1\3\5\0\0\0\0\0\0", "a byte behind it"),
        };
        static const char good[] = "\1\3\5\0\0\0\0\0";
        struct login_say back;

        cr_assert_eq(decode_say((const uint8_t *)good, sizeof good - 1, &back), 0, "what the table deviates from");
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(decode_say((const uint8_t *)hostile[i].bytes, hostile[i].n, &back), -EBADMSG, "%s",
                             hostile[i].why);
                cr_expect(all_zero(&back, sizeof back), "%s", hostile[i].why);
        }
}

Test(login_say_encode, what_no_module_would_take_is_not_sent) {
        struct login_say endless = { .what = LOGIN_TELL };
        const struct login_say wrong[] = { { .what = 0 },
                                           { .what = LOGIN_SAYINGS },
                                           { .what = LOGIN_TELL, .keep = true },
                                           { .what = LOGIN_ASK_HIDDEN, .kept = 1 },
                                           { .what = LOGIN_ALLOW, .kept = LOGIN_ANSWER } };
        uint8_t wire[LOGIN_MAX];

        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
                cr_expect_eq(login_say_encode(&wrong[i], wire), 0, "say %zu", i);
        memset(endless.text, 't', sizeof endless.text);
        cr_expect_eq(login_say_encode(&endless, wire), 0);
}

/* ---- answer ---- */

Test(login_answer_decode, any_byte_but_NUL_comes_back) {
        char every[256], back[LOGIN_ANSWER], longest[LOGIN_ANSWER] = { 0 };
        uint8_t wire[LOGIN_MAX];

        for (size_t i = 0; i < sizeof every; i++)
                every[i] = (char)(i + 1); /* the last one is the NUL */
        memset(longest, 'a', sizeof longest - 1);
        for (const char *const *a = (const char *const[]){ every, longest, "", "パス ワード", NULL }; *a; a++) {
                cr_assert_eq(decode_answer(wire, login_answer_encode(*a, wire), back), 0);
                cr_expect_str_eq(back, *a);
        }
}

Test(login_answer_decode, every_truncation_and_every_tail_is_refused) {
        uint8_t wire[LOGIN_MAX + 1] = { 0 };
        char back[LOGIN_ANSWER];
        size_t whole = login_answer_encode("123456", wire);

        for (size_t n = 0; n <= whole + 1; n++) {
                if (n == whole)
                        continue;
                cr_expect_eq(decode_answer(wire, n, back), -EBADMSG, "%zu of %zu bytes", n, whole);
                cr_expect(all_zero(back, sizeof back), "%zu of %zu bytes: something of it stays", n, whole);
        }
}

Test(login_answer_decode, hostile_messages_are_refused) {
        static const struct {
                const char *bytes;
                size_t n;
                const char *why;
        } hostile[] = {
                HOSTILE("\2\2\1\0a", "a version to come"),       HOSTILE("\1\1\1\0a", "calls itself a begin"),
                HOSTILE("\1\3\1\0a", "calls itself a say"),      HOSTILE("\1\2\3\0a\0b", "a NUL inside"),
                HOSTILE("\1\2\1\0\0", "nothing but a NUL"),      HOSTILE("\1\2\2\0a", "a length beyond the message"),
                HOSTILE("\1\2\377\377a", "a length far beyond"),
        };
        char back[LOGIN_ANSWER];

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(decode_answer((const uint8_t *)hostile[i].bytes, hostile[i].n, back), -EBADMSG, "%s",
                             hostile[i].why);
                cr_expect(all_zero(back, sizeof back), "%s", hostile[i].why);
        }
}

Test(login_answer_decode, one_byte_too_many_is_refused_both_ways) {
        char long_answer[LOGIN_ANSWER + 1] = { 0 }, back[LOGIN_ANSWER];
        uint8_t wire[LOGIN_MAX];
        struct bytes_out out = bytes_into(wire, sizeof wire);

        memset(long_answer, 'a', LOGIN_ANSWER);
        cr_expect_eq(login_answer_encode(long_answer, wire), 0);
        bytes_put(&out, "\1\2", 2);
        bytes_put_string(&out, long_answer);
        cr_expect_eq(decode_answer(wire, out.used, back), -EBADMSG);
}
