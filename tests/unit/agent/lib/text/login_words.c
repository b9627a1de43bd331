/* SPDX-License-Identifier: MIT */
/* Every sentence of the login plane stands in both languages, with the same gaps, and says whom to ask. */
#include "text/login_words.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What fills each gap, so that it is found again. 1796083200 is 2026-12-01 00:00 UTC, a Tuesday. */
#define CONTACT "CONTACT-4711"
static const struct word_facts facts = {
        .contact = CONTACT, .count = 8642, .wait_s = 77 * 60, .when_s = 1796083200, .place = "PLACE-42"
};

static const char *const marks[][LANGUAGES] = {
        { CONTACT, CONTACT },          { "8642", "8642" },
        { "1時間17分", "1 h 17 min" }, { "2026年12月1日", "2026-12-01" },
        { "PLACE-42", "PLACE-42" },
};
#define MARKS (sizeof marks / sizeof *marks)

static const char *say(enum language l, enum login_word w, const struct word_facts *f) {
        static char text[LANGUAGES][2048];

        words_login(l, w, f, text[l], sizeof text[l]);
        return text[l];
}

static void in_utc(void) {
        setenv("TZ", "UTC", 1);
        tzset();
}

static bool has_japanese(const char *s) {
        for (; *s; s++)
                if ((unsigned char)*s >= 0xe3 && (unsigned char)*s <= 0xe9)
                        return true;
        return false;
}

TestSuite(words_login, .init = in_utc, .timeout = 10);

Test(words_login, every_sentence_is_said_in_both_languages) {
        for (unsigned w = 0; w < LOGIN_WORDS; w++) {
                const char *ja = say(LANGUAGE_JA, w, &facts), *en = say(LANGUAGE_EN, w, &facts);

                cr_expect(has_japanese(ja), "%u: %s", w, ja);
                cr_expect(*en, "%u", w);
                for (const char *c = en; *c; c++)
                        cr_assert_lt((unsigned char)*c, 0x80, "%u: %s", w, en);
                cr_expect_eq(strpbrk(ja, "{}%\n\t"), NULL, "%u: %s", w, ja);
                cr_expect_eq(strpbrk(en, "{}%\n\t"), NULL, "%u: %s", w, en);
                cr_expect_eq(strstr(en, "  "), NULL, "%u: %s", w, en);
                cr_expect_eq(strstr(ja, "  "), NULL, "%u: %s", w, ja);
        }
}

Test(words_login, both_languages_have_the_same_gaps) {
        for (unsigned w = 0; w < LOGIN_WORDS; w++)
                for (size_t m = 0; m < MARKS; m++)
                        cr_expect_eq(!strstr(say(LANGUAGE_JA, w, &facts), marks[m][LANGUAGE_JA]),
                                     !strstr(say(LANGUAGE_EN, w, &facts), marks[m][LANGUAGE_EN]), "%u: %s", w,
                                     marks[m][LANGUAGE_EN]);
}

Test(words_login, each_sentence_differs_from_every_other) {
        static char all[LOGIN_WORDS][LANGUAGES][2048];

        for (unsigned w = 0; w < LOGIN_WORDS; w++)
                for (enum language l = 0; l < LANGUAGES; l++) {
                        words_login(l, w, &facts, all[w][l], sizeof all[w][l]);
                        for (unsigned other = 0; other < w; other++)
                                cr_expect_str_neq(all[w][l], all[other][l]);
                }
}

Test(words_login, questions_end_where_the_answer_begins) {
        for (unsigned w = 0; w < WORD_FIRST_NOTE; w++)
                for (enum language l = 0; l < LANGUAGES; l++) {
                        const char *s = say(l, w, &facts);

                        cr_expect_str_eq(s + strlen(s) - 2, ": ", "%s", s);
                        cr_expect_lt(strlen(s), 140, "it must fit into one line: %s", s);
                }
}

Test(words_login, refusals_say_whom_to_ask) {
        static const struct word_facts nobody = { .count = 6 };

        for (unsigned w = WORD_FIRST_REFUSAL; w < LOGIN_WORDS; w++)
                for (enum language l = 0; l < LANGUAGES; l++) {
                        cr_expect_not_null(strstr(say(l, w, &facts), CONTACT), "%s", say(l, w, &facts));
                        cr_expect_not_null(
                                strstr(say(l, w, &nobody), l == LANGUAGE_JA ? "情報システム担当" : "your IT section"));
                        cr_expect_not_null(
                                strstr(say(l, w, NULL), l == LANGUAGE_JA ? "情報システム担当" : "your IT section"));
                }
}

Test(words_login, what_was_wrong_does_not_tell_which_factor) {
        static const char *const factors[] = { "パスワード", "暗証番号", "コード", "カード",
                                               "assword",    "PIN",      "code",   "card" };

        for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
                for (enum language l = 0; l < LANGUAGES; l++)
                        cr_expect_null(strstr(say(l, WORD_WRONG, &facts), factors[i]), "%s", factors[i]);
}

Test(words_login, a_wrong_pin_asks_nobody_to_try_again) {
        cr_expect_null(strstr(say(LANGUAGE_JA, WORD_PIN_WRONG, &facts), "もう一度お試しください"));
        cr_expect_null(strstr(say(LANGUAGE_EN, WORD_PIN_WRONG, &facts), "try again"));
}

/* What has to be said on the telephone is a sign, never a command. */
Test(words_login, no_sentence_asks_anybody_to_read_out_a_command) {
        for (unsigned w = 0; w < LOGIN_WORDS; w++)
                for (enum language l = 0; l < LANGUAGES; l++)
                        cr_expect_null(strstr(say(l, w, &facts), "sekimori"), "%s", say(l, w, &facts));
        cr_expect_not_null(strstr(say(LANGUAGE_JA, WORD_STATE_BROKEN, NULL), "「画面に L-2 と出た」"));
}

Test(words_login, the_pin_is_asked_with_the_tries_before_it) {
        cr_expect_str_eq(say(LANGUAGE_JA, WORD_ASK_PIN, NULL), "ICカードの暗証番号: ");
        cr_expect_not_null(strstr(say(LANGUAGE_JA, WORD_ASK_PIN_LAST, NULL), "残り1回"));
        cr_expect_not_null(strstr(say(LANGUAGE_JA, WORD_CLOCK_BACK, NULL), "前回のログインより前の時刻"));
        cr_expect_not_null(strstr(say(LANGUAGE_JA, WORD_TOKEN_OFF, NULL), "時刻ずれ"));
        cr_expect_not_null(strstr(say(LANGUAGE_JA, WORD_TOKEN_OFF, NULL), "次のワンタイムパスワードに変わったら"));
        cr_expect_str_eq(say(LANGUAGE_JA, WORD_ASK_TOTP, &(struct word_facts){ .count = 6 }),
                         "ワンタイムパスワード（6桁の数字）: ");
}

Test(words_login, a_wait_is_never_told_too_short) {
        static const struct {
                int64_t s;
                const char *ja, *en;
        } rows[] = {
                { -5, "あと1秒は", "in 1 s." },      { 0, "あと1秒は", "in 1 s." },
                { 59, "あと59秒は", "in 59 s." },    { 60, "あと1分は", "in 1 min." },
                { 61, "あと2分は", "in 2 min." },    { 3541, "あと1時間は", "in 1 h." },
                { 3600, "あと1時間は", "in 1 h." },  { 3601, "あと1時間1分は", "in 1 h 1 min." },
                { 28800, "あと8時間は", "in 8 h." },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct word_facts f = { .wait_s = rows[i].s };

                cr_expect_not_null(strstr(say(LANGUAGE_JA, WORD_THROTTLED, &f), rows[i].ja), "%lld: %s",
                                   (long long)rows[i].s, say(LANGUAGE_JA, WORD_THROTTLED, &f));
                cr_expect_not_null(strstr(say(LANGUAGE_EN, WORD_THROTTLED, &f), rows[i].en), "%lld: %s",
                                   (long long)rows[i].s, say(LANGUAGE_EN, WORD_THROTTLED, &f));
        }
}

Test(words_login, the_last_login_says_when_and_where) {
        static const struct {
                const char *place, *ja, *en;
        } rows[] = {
                { "gdm-password seat0", "この端末の画面（gdm-password seat0）",
                  "this terminal's screen (gdm-password seat0)" },
                { "login tty2", "この端末のコンソール（login tty2）", "this terminal's console (login tty2)" },
                { "login /dev/tty2", "この端末のコンソール（login /dev/tty2）",
                  "this terminal's console (login /dev/tty2)" },
                { "login ttyS0", "login ttyS0", "login ttyS0" },
                { "sshd@10.0.0.7", "sshd@10.0.0.7", "sshd@10.0.0.7" },
                { "sshd@seat0", "sshd@seat0", "sshd@seat0" }, /* a host that is called so */
                { "seat0", "seat0", "seat0" },                /* a service that is called so */
                { "su seat0@10.0.0.7", "su seat0@10.0.0.7", "su seat0@10.0.0.7" },
                { "cron ", "場所は記録されていません", "place unknown" },
                { "\x1b[2Jx", "\\x1b[2Jx", "\\x1b[2Jx" },
                { "{contact}", "{contact}", "{contact}" },
                { "%s%n", "%s%n", "%s%n" },
                { "", "場所は記録されていません", "place unknown" },
                { NULL, "場所は記録されていません", "place unknown" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct word_facts f = { .when_s = 1796083200, .place = rows[i].place };
                char ja[256], en[256];

                (void)snprintf(ja, sizeof ja, "前回ログイン：2026年12月1日（火）00:00、%s", rows[i].ja);
                (void)snprintf(en, sizeof en, "Last login: 2026-12-01 (Tue) 00:00, %s", rows[i].en);
                cr_expect_str_eq(say(LANGUAGE_JA, WORD_LAST_LOGIN, &f), ja);
                cr_expect_str_eq(say(LANGUAGE_EN, WORD_LAST_LOGIN, &f), en);
        }
}

Test(words_login, fits_into_a_kibibyte_with_the_longest_contact) {
        char contact[257], text[4096];

        memset(contact, 'x', sizeof contact - 1);
        contact[sizeof contact - 1] = '\0';
        for (unsigned w = 0; w < LOGIN_WORDS; w++)
                for (enum language l = 0; l < LANGUAGES; l++) {
                        words_login(l, w, &(struct word_facts){ .contact = contact }, text, sizeof text);
                        cr_expect_lt(strlen(text), 1024, "%s", text);
                }
}

Test(words_login, is_cut_between_characters_at_every_size) {
        for (size_t size = 1; size < 200; size++) {
                char text[200], whole[2048];
                size_t n;

                memset(text, 'x', sizeof text);
                words_login(LANGUAGE_JA, WORD_DISK, &facts, text, size);
                words_login(LANGUAGE_JA, WORD_DISK, &facts, whole, sizeof whole);
                n = strlen(text);
                cr_assert_lt(n, size);
                cr_expect_eq(strncmp(text, whole, n), 0);
                cr_expect_neq((unsigned char)whole[n] & 0xc0, 0x80, "size %zu ends inside a character", size);
        }
}

Test(words_login, a_number_out_of_range_is_still_a_refusal) {
        char text[2048];

        words_login(LANGUAGE_EN, (enum login_word)999, &facts, text, sizeof text);
        cr_expect_str_eq(text, say(LANGUAGE_EN, WORD_UNAVAILABLE, &facts));
}

Test(language_on, a_virtual_console_has_no_japanese_characters) {
        static const struct {
                const char *tty;
                enum language l;
        } rows[] = {
                { "tty1", LANGUAGE_EN },  { "/dev/tty12", LANGUAGE_EN }, { "ttyS0", LANGUAGE_JA },
                { "pts/0", LANGUAGE_JA }, { "/dev/pts/3", LANGUAGE_JA }, { ":0", LANGUAGE_JA },
                { "", LANGUAGE_JA },      { "tty", LANGUAGE_JA },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                cr_expect_eq(language_on(LANGUAGE_JA, rows[i].tty), rows[i].l, "%s", rows[i].tty);
                cr_expect_eq(language_on(LANGUAGE_EN, rows[i].tty), LANGUAGE_EN, "%s", rows[i].tty);
        }
}
