/* SPDX-License-Identifier: MIT */
/* What the log says of logins: every member, in the words that people read, and no more than it is given. */
#include "audit/audit.h"
#include "audit/chain.h"
#include "audit/event.h"
#include "audit/hash.h"
#include "audit/sentence.h"
#include "audit/verify.h"
#include "auth/certificate.h"
#include "host/file.h"
#include "unit/agent/daemon/audit/logbook.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

TestSuite(audit_login, .init = given_a_log, .fini = drop_log, .timeout = 20);
TestSuite(audit_session, .init = given_a_log, .fini = drop_log, .timeout = 20);
TestSuite(audit_factor, .init = given_a_log, .fini = drop_log, .timeout = 20);

static struct audit_login a_login(const char *outcome, const char *reason) {
        return (struct audit_login){ .user = "tanaka",
                                     .service = "login",
                                     .tty = "tty2",
                                     .seat = "seat0",
                                     .subject = "seat seat0 tty2",
                                     .rule = "職員",
                                     .factors = "password+totp",
                                     .outcome = outcome,
                                     .reason = reason };
}

static void says(enum language l, const char *sentence) {
        json_t *record = last_record();
        char text[SENTENCE_MAX];

        sentence_of(l, record, text, sizeof text);
        cr_expect_str_eq(text, sentence, "%s", text);
        json_decref(record);
}

Test(audit_login, says_who_where_with_what_and_by_which_rule) {
        struct audit_login l = a_login("allowed", "");
        json_t *record;

        cr_assert_eq(audit_login(audit, &l), 0);
        record = last_record();
        expect_text(record, "type", "login-allowed");
        expect_text(record, "user", "tanaka");
        expect_text(record, "service", "login");
        expect_text(record, "tty", "tty2");
        expect_text(record, "rhost", "(none)");
        expect_text(record, "seat", "seat0");
        expect_text(record, "subject", "seat seat0 tty2");
        expect_text(record, "rule", "職員");
        expect_text(record, "factors", "password+totp");
        expect_text(record, "outcome", "allowed");
        expect_text(record, "reason", "");
        cr_expect_null(json_object_get(record, "failures"));
        json_decref(record);
        says(LANGUAGE_JA,
             "ログインしました: tanaka（login、tty2） パスワード+ワンタイムパスワード 規則「職員」 ポリシーなし");
        says(LANGUAGE_EN, "Logged in: tanaka (login, tty2) with password+one-time code [rule: 職員] [no policy]");
}

Test(audit_login, a_refusal_says_why_how_often_and_how_long) {
        struct audit_login l = a_login("refused", "used");

        l.rhost = "10.0.0.7";
        l.failures = 3;
        cr_assert_eq(audit_login(audit, &l), 0);
        says(LANGUAGE_EN,
             "Login refused: tanaka (login, 10.0.0.7) with password+one-time code: the code was used before "
             "(3 in a row) [rule: 職員] [no policy]");
        l = a_login("throttled", NULL);
        l.wait_s = 450;
        cr_assert_eq(audit_login(audit, &l), 0);
        says(LANGUAGE_JA, "失敗が続いたため、ログインを待たせました: tanaka（login、tty2） "
                          "パスワード+ワンタイムパスワード（あと450秒） 規則「職員」 ポリシーなし");
}

Test(audit_login, each_outcome_is_an_event_and_a_strange_one_is_a_refusal) {
        static const char *const rows[][2] = {
                { "allowed", "login-allowed" },     { "refused", "login-refused" },
                { "throttled", "login-throttled" }, { "unavailable", "login-unavailable" },
                { "abandoned", "login-refused" },   { "", "login-refused" },
                { NULL, "login-refused" }
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct audit_login l = a_login(rows[i][0], "");
                json_t *record;

                cr_assert_eq(audit_login(audit, &l), 0);
                record = last_record();
                expect_text(record, "type", rows[i][1]);
                json_decref(record);
        }
}

/* "Login:" is where people type their password a line too early. */
Test(audit_login, a_name_that_nobody_has_is_not_kept) {
        struct audit_login l = a_login("refused", "unknown");
        struct log log;

        l.user = "hunter2!";
        cr_assert_eq(audit_login(audit, &l), 0);
        log = read_log();
        cr_expect_null(strstr(log.lines[log.n - 1], "hunter2"));
        free(log.text);
        says(LANGUAGE_JA, "ログインを認めませんでした: 登録のない名前（login、tty2） "
                          "パスワード+ワンタイムパスワード。利用者が見つかりません 規則「職員」 ポリシーなし");
}

Test(audit_login, what_a_stranger_chose_is_escaped_and_the_longest_fits) {
        char user[256], name[64];
        struct audit_login l = { .user = user, .rhost = user, .rule = user, .outcome = "refused", .reason = name };

        memset(user, 0xff, sizeof user - 1);
        memset(name, '\\', sizeof name - 1);
        user[sizeof user - 1] = name[sizeof name - 1] = '\0';
        l.service = l.tty = l.seat = l.session = l.factors = name;
        cr_assert_eq(audit_login(audit, &l), 0);
        l = a_login("refused", "x\x1b[2J\n");
        l.user = "ta\nnaka\xe2\x80\xae";
        cr_assert_eq(audit_login(audit, &l), 0);
        (void)expect_chain();
        says(LANGUAGE_EN, "Login refused: ta\\x0anaka\\xe2\\x80\\xae (login, tty2) with password+one-time code: "
                          "x\\x1b[2J\\x0a [rule: 職員] [no policy]");
}

Test(audit_session, says_who_came_went_and_was_kept_out) {
        struct audit_login l = { .user = "tanaka", .service = "gdm-password", .seat = "seat0", .session = "c2" };
        json_t *record;

        cr_assert_eq(audit_session(audit, &l, "opened"), 0);
        says(LANGUAGE_JA, "セッションを始めました: tanaka（gdm-password、seat0） セッション c2");
        cr_assert_eq(audit_session(audit, &l, "closed"), 0);
        says(LANGUAGE_EN, "Session closed: tanaka (gdm-password, seat0) [session c2]");
        cr_assert_eq(audit_session(audit, &l, "refused"), 0);
        says(LANGUAGE_EN,
             "Session refused, it did not pass multi-factor authentication: tanaka (gdm-password, seat0) [session c2]");
        cr_assert_eq(audit_session(audit, &l, "lost"), 0);
        says(LANGUAGE_JA, "エージェントの再起動の後に引き継げないセッションがあったため、画面をロックしました: tanaka"
                          "（gdm-password、seat0） セッション c2");
        cr_assert_eq(audit_session(audit, &(struct audit_login){ .user = "" }, "lost"), 0);
        says(LANGUAGE_EN, "A session could not be taken up after a restart of the agent, screen locked");
        cr_assert_eq(audit_session(audit, &l, "nonsense"), 0);
        record = last_record();
        expect_text(record, "type", "session-refused");
        json_decref(record);
}

Test(audit_login, what_was_only_counted_is_said_with_its_place) {
        static const char *const rows[][3] = {
                { "host", "「ほかのホスト」からのログインの拒否が、ほかに 9968件ありました",
                  "From other hosts, 9968 more refused logins" },
                { "line", "「席のない端末（pts など）」からのログインの拒否が、ほかに 9968件ありました",
                  "From terminals without a seat (pts and the like), 9968 more refused logins" },
                { "uid 1000", "「uid 1000」からのログインの拒否が、ほかに 9968件ありました",
                  "From uid 1000, 9968 more refused logins" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                json_t *record =
                        json_pack("{s:s, s:s, s:i}", "type", "logins-counted", "subject", rows[i][0], "count", 9968);
                char text[SENTENCE_MAX];

                sentence_of(LANGUAGE_JA, record, text, sizeof text);
                cr_expect(strncmp(text, rows[i][1], strlen(rows[i][1])) == 0, "%s", text);
                sentence_of(LANGUAGE_EN, record, text, sizeof text);
                cr_expect(strncmp(text, rows[i][2], strlen(rows[i][2])) == 0, "%s", text);
                json_decref(record);
        }
}

Test(audit_factor, says_whose_what_and_who_did_it_and_is_signed_at_once) {
        json_t *record;

        cr_assert_eq(audit_factor(audit, 0, "tanaka", "totp", "enrolled", "電話"), 0);
        says(LANGUAGE_JA, "ログイン方法を登録しました: tanaka（ワンタイムパスワード「電話」） 操作者 root（uid 0）");
        says(LANGUAGE_EN, "Enrolled: tanaka (one-time code \"電話\") [by root, uid 0]");
        cr_assert_eq(audit_flush(audit), 0);
        record = last_record();
        expect_text(record, "type", "checkpoint");
        json_decref(record);
        cr_assert_eq(audit_factor(audit, 1000, "tanaka", "all", "unlocked", NULL), 0);
        says(LANGUAGE_EN, "Unlocked: tanaka (everything) [by uid 1000]");
}

Test(audit_factor, the_clock_and_the_card_are_told) {
        cr_assert_eq(audit_clock_back(audit, "tanaka", 600), 0);
        says(LANGUAGE_JA, "端末の時計が、前回のログインより 600 秒前の時刻になっています: tanaka");
        cr_assert_eq(audit_clock_back(audit, "tanaka", -5), 0);
        says(LANGUAGE_EN, "The terminal's clock is 0 s behind the time of the last login: tanaka");
        cr_assert_eq(audit_card_removed(audit, "tanaka", "lock"), 0);
        says(LANGUAGE_JA, "ICカードが外れたため、画面をロックしました: tanaka");
        cr_assert_eq(audit_card_removed(audit, "tanaka", "logout"), 0);
        says(LANGUAGE_EN, "Card taken away, logged out: tanaka");
        cr_assert_eq(audit_card_lost(audit, "tanaka", "lock"), 0);
        says(LANGUAGE_JA, "ICカードがあるかどうかを確かめられない状態が続いたため、画面をロックしました: tanaka");
        cr_assert_eq(audit_card_lost(audit, "tanaka", "logout"), 0);
        says(LANGUAGE_EN,
             "Nobody could say for too long whether the card is there, a session without a screen to lock was ended: "
             "tanaka");
}

static void write_one_of_each(void) {
        static const char *const outcomes[] = { "allowed", "refused", "throttled", "unavailable" };
        static const char *const sessions[] = { "opened", "refused", "closed", "lost" };

        for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
                struct audit_login l = a_login(outcomes[i], "wrong-code");

                cr_assert_eq(audit_login(audit, &l), 0);
        }
        for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
                struct audit_login l = a_login("", "");

                cr_assert_eq(audit_session(audit, &l, sessions[i]), 0);
        }
        cr_assert_eq(audit_clock_back(audit, "tanaka", 600), 0);
        cr_assert_eq(audit_card_removed(audit, "tanaka", "lock"), 0);
        cr_assert_eq(audit_card_lost(audit, "tanaka", "logout"), 0);
        cr_assert_eq(audit_factor(audit, 0, "tanaka", "card", "enrolled", "CN=田中"), 0);
        cr_assert_eq(audit_flush(audit), 0);
}

/* As an auditor does it, with the public key and the file. */
static struct verify_counts verified(void) {
        auto_free uint8_t *pub = NULL;
        struct verify_fault fault = { 0 };
        size_t size = 0;
        auto_fd fd = openat(dir, "audit.jsonl", O_RDONLY | O_CLOEXEC);
        auto_verify v = NULL;
        struct err err = { 0 };

        cr_assert_eq(file_read(dir, "terminal.pub", 4096, &pub, &size), 0);
        cr_assert_eq(verify_new(bytes_of(pub, size), 1, &v, &err), 0, "%s", err.text);
        cr_assert_eq(verify_file(v, fd, &fault), 0, "%s", fault.why.text);
        cr_assert_eq(verify_end(v, &err), 0, "%s", err.text);
        return *verify_counts(v);
}

Test(audit_login, a_log_with_one_of_each_is_vouched_for) {
        struct verify_counts n;

        write_one_of_each();
        cr_assert_eq(expect_chain(), 13);
        n = verified();
        cr_expect_eq(n.records, 13);
        cr_expect_eq(n.unsigned_records, 0);
}

static bool has_japanese(const char *s) {
        for (; *s; s++)
                if ((unsigned char)*s >= 0xe3 && (unsigned char)*s <= 0xe9)
                        return true;
        return false;
}

Test(audit_login, every_event_is_said_in_both_languages_by_a_sentence_of_its_own) {
        struct log log;

        write_one_of_each();
        log = read_log();
        for (size_t i = 0; i < log.n; i++) {
                json_t *record = parse(log.lines[i]);
                char ja[SENTENCE_MAX], en[SENTENCE_MAX];
                const char *type = json_string_value(json_object_get(record, "type"));

                sentence_of(LANGUAGE_JA, record, ja, sizeof ja);
                sentence_of(LANGUAGE_EN, record, en, sizeof en);
                cr_expect(has_japanese(ja), "%s: %s", type, ja);
                cr_expect_null(strstr(ja, type), "%s: %s", type, ja);
                cr_expect_null(strstr(en, type), "%s: %s", type, en);
                cr_expect(strlen(en) > strlen("tanaka"), "%s: %s", type, en);
                json_decref(record);
        }
        free(log.text);
}

Test(audit_login, whatever_a_certificate_is_refused_for_is_said_in_words) {
        for (enum certificate_fault f = CERTIFICATE_FINE + 1; f < CERTIFICATE_FAULTS; f++) {
                struct audit_login l = a_login("refused", certificate_fault_name(f));
                char text[SENTENCE_MAX];
                json_t *record;

                cr_assert_eq(audit_login(audit, &l), 0);
                record = last_record();
                sentence_of(LANGUAGE_JA, record, text, sizeof text);
                cr_expect_null(strstr(text, l.reason), "%s", text);
                json_decref(record);
        }
}

/* Whoever reads an exported log reads what somebody may have written into it. */
Test(sentence_of, a_login_that_somebody_meddled_with_is_still_a_line) {
        static const char *const hostile[] = {
                "{\"type\":\"login-refused\"}",
                "{\"type\":\"login-refused\",\"user\":7,\"service\":[],\"factors\":{},\"reason\":null,\"failures\":-1}",
                "{\"type\":\"login-allowed\",\"user\":\"a\\u001b[2J\\n\",\"service\":\"\\u202e\",\"factors\":\"+++\"}",
                "{\"type\":\"login-allowed\",\"factors\":\"totp+\\u0007+unheard\",\"tty\":\"\\n\"}",
                "{\"type\":\"session-opened\",\"session\":{\"a\":1}}",
                "{\"type\":\"factors-changed\",\"what\":\"%s%n\",\"factor\":\"%s\",\"label\":\"%n\"}",
                "{\"type\":\"clock-set-back\",\"seconds\":\"many\"}",
                "{\"type\":\"card-removed\",\"action\":\"%d\"}",
                "{\"type\":\"logins-counted\",\"subject\":\"\\u001b[2J%s\",\"count\":[]}",
                "{\"type\":\"card-lost\",\"action\":[]}",
                "{\"type\":\"session-lost\",\"user\":{}}",
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                for (enum language l = 0; l < LANGUAGES; l++) {
                        json_t *record = parse(hostile[i]);
                        char text[SENTENCE_MAX], small[16];

                        sentence_of(l, record, text, sizeof text);
                        cr_expect(*text, "%s", hostile[i]);
                        for (const char *c = text; *c; c++)
                                cr_expect((unsigned char)*c >= 0x20 && *c != 0x7f, "%s: %s", hostile[i], text);
                        sentence_of(l, record, small, sizeof small);
                        cr_expect_lt(strnlen(small, sizeof small), sizeof small);
                        json_decref(record);
                }
}
