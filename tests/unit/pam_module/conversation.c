/* SPDX-License-Identifier: MIT */
/* conversation.c — a login program whose conversation fails, and people who answer anything at all. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(conversation, .init = given_a_stand, .fini = drop, .timeout = 30);

/* A word at each kind of call. */
static const struct login_say everything[] = {
        { .what = LOGIN_TELL, .text = "一" },
        { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "二" },
        { .what = LOGIN_WARN, .text = "三" },
        { .what = LOGIN_ASK_SHOWN, .text = "四" },
        { .what = LOGIN_ALLOW, .kept = 6, .text = "五" },
};
static const struct script script = { .says = everything, .n = COUNT(everything) };

static int attempt(const char *first, const char *second) {
        s.person.answers[0] = first;
        s.person.answers[1] = second;
        s.person.answered = s.person.calls = s.person.n_shown = 0;
        stand_play(&s, &script, 1);
        return pam_authenticate(s.pamh, 0);
}

Test(conversation, failing_in_any_way_at_any_call_is_an_error) {
        static const enum mishap mishaps[] = { MISHAP_ERROR, MISHAP_ERROR_FILLED, MISHAP_AGAIN, MISHAP_BUFFER,
                                               MISHAP_IGNORE };

        stand_start(&s, "");
        for (size_t m = 0; m < COUNT(mishaps); m++)
                for (size_t at = 1; at <= COUNT(everything); at++) {
                        s.person.mishap = mishaps[m];
                        s.person.at = at;
                        cr_expect_eq(attempt("secret", "123456"), PAM_CONV_ERR, "mishap %u at call %zu", mishaps[m],
                                     at);
                        cr_expect_eq(s.person.calls, at, "nobody is asked again");
                }
        s.person.mishap = MISHAP_NONE;
        cr_expect_eq(attempt("secret", "123456"), PAM_SUCCESS, "what the others deviate from");
}

Test(conversation, the_end_of_the_input_at_a_prompt_is_an_error) {
        static const enum mishap mishaps[] = { MISHAP_NOBODY, MISHAP_END };
        static const size_t prompts[] = { 2, 4 };

        stand_start(&s, "");
        for (size_t m = 0; m < COUNT(mishaps); m++)
                for (size_t i = 0; i < COUNT(prompts); i++) {
                        s.person.mishap = mishaps[m];
                        s.person.at = prompts[i];
                        cr_expect_eq(attempt("secret", "123456"), PAM_CONV_ERR);
                }
}

Test(conversation, a_warning_is_an_information_where_the_program_would_replace_an_error) {
        const struct script refused = { .says = (const struct login_say[]){ { .what = LOGIN_WARN, .text = "三" },
                                                                            { .what = LOGIN_REFUSE } },
                                        .n = 2 };
        static const struct {
                const char *service;
                int style;
        } rows[] = { { "desk", PAM_ERROR_MSG }, { "lightdm", PAM_TEXT_INFO } };

        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(rows); i++) {
                s.person.n_shown = 0;
                cr_assert_eq(pam_set_item(s.pamh, PAM_SERVICE, rows[i].service), PAM_SUCCESS);
                stand_play(&s, &refused, 1);
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTH_ERR, "%s", rows[i].service);
                cr_expect_str_eq(stand_shown(&s, rows[i].style), "三", "%s", rows[i].service);
                s.person.n_shown = 0;
                stand_tear_down(&s);
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL, "%s", rows[i].service);
                cr_expect(strstr(stand_shown(&s, rows[i].style), "does not answer"), "%s", rows[i].service);
        }
}

static const char *shown_at(const char *service, const struct script *played, int style) {
        cr_assert_eq(pam_set_item(s.pamh, PAM_SERVICE, service), PAM_SUCCESS);
        stand_play(&s, played, 1);
        s.person.n_shown = 0;
        (void)pam_authenticate(s.pamh, 0);
        return stand_shown(&s, style);
}

Test(conversation, each_sentence_has_a_line_where_the_program_breaks_none) {
#define SAID "使えません。電話 1.5。 No. Call 1.5.\n次。"
#define IN_LINES "使えません。\n電話 1.5。\n No. \nCall 1.5.\n次。"
        static const struct login_say says[] = { { .what = LOGIN_TELL, .text = SAID },
                                                 { .what = LOGIN_REFUSE, .text = "" } };
        const struct script refused = { .says = says, .n = 2 };

        stand_start(&s, "");
        cr_expect_str_eq(shown_at("desk", &refused, PAM_TEXT_INFO), SAID);
        cr_expect_str_eq(shown_at("lightdm", &refused, PAM_TEXT_INFO), IN_LINES);
}

Test(conversation, the_modules_own_sentences_have_a_line_each_too) {
        const char *shown;

        stand_start(&s, "");
        cr_assert_eq(pam_set_item(s.pamh, PAM_SERVICE, "lightdm"), PAM_SUCCESS);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        shown = stand_shown(&s, PAM_TEXT_INFO);
        cr_expect(strstr(shown, "応答がありません。\n少し待って"), "%s", shown);
        cr_expect(strstr(shown, "連絡してください。\nThe login"), "%s: no empty line", shown);
        cr_expect(strstr(shown, "does not answer. \nPlease"), "%s", shown);
}

Test(conversation, the_longest_text_of_sentences_alone_is_shown_whole) {
        struct login_say says[] = { { .what = LOGIN_TELL }, { .what = LOGIN_REFUSE } };
        const struct script refused = { .says = says, .n = 2 };
        const char *shown;

        for (size_t i = 0; i + 2 < sizeof says[0].text; i += 2)
                memcpy(says[0].text + i, ". ", 2);
        stand_start(&s, "");
        shown = shown_at("lightdm", &refused, PAM_TEXT_INFO);
        cr_expect_eq(strlen(shown), strlen(says[0].text) / 2 * 3 - 1, "%zu bytes", strlen(shown));
}

Test(conversation, without_one_there_is_no_login) {
        static const struct pam_conv none = { NULL, NULL };

        stand_play(&s, &script, 1);
        stand_start(&s, "");
        cr_assert_eq(pam_set_item(s.pamh, PAM_CONV, &none), PAM_SUCCESS);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_CONV_ERR);
}

Test(conversation, whatever_fits_is_passed_on_as_it_is) {
        static const char *const odd[] = { "", "\xff\xfe invalid", "a\nb\tc\033", "空白 と　全角", " " };
        char longest[LOGIN_ANSWER] = { 0 };

        memset(longest, 'a', sizeof longest - 1);
        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(odd); i++) {
                (void)attempt("secret", odd[i]);
                cr_expect_eq(s.heard->answers, 2);
                cr_expect_str_eq(s.heard->answer[1], odd[i]);
        }
        cr_expect_eq(attempt(longest, longest), PAM_SUCCESS);
        cr_expect_str_eq(s.heard->answer[1], longest);
}

Test(conversation, a_longer_answer_is_a_wrong_one) {
        static const size_t sizes[] = { LOGIN_ANSWER, 4096, 1 << 20 };

        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(sizes); i++) {
                char *too_long = calloc(1, sizes[i] + 1);

                cr_assert(too_long);
                memset(too_long, 'a', sizes[i]);
                cr_expect_eq(attempt(too_long, ""), PAM_AUTH_ERR, "%zu bytes at the first prompt", sizes[i]);
                cr_expect_eq(s.heard->answers, 0);
                cr_expect_eq(attempt("secret", too_long), PAM_AUTH_ERR, "%zu bytes at the second", sizes[i]);
                cr_expect_eq(s.heard->answers, 1);
                free(too_long);
        }
}

Test(conversation, the_persons_own_time_does_not_count) {
        stand_start(&s, "");
        s.person.mishap = MISHAP_LATE;
        s.person.at = 2;
        cr_expect_eq(attempt("secret", "123456"), PAM_SUCCESS, "at the first question");
        s.person.at = 4;
        cr_expect_eq(attempt("secret", "123456"), PAM_SUCCESS, "at the second");
        s.person.at = 1;
        cr_expect_eq(attempt("secret", "123456"), PAM_SUCCESS, "reading what is told");
}

Test(conversation, whom_the_agent_has_let_go_of_at_the_second_question_begins_again) {
        static const struct script eager = { .says = everything, .n = 4, .leaves = true };

        stand_play(&s, &eager, 1);
        stand_start(&s, "");
        s.person.answers[0] = "secret";
        s.person.answers[1] = "123456";
        s.person.mishap = MISHAP_AFTER_CLOSING;
        s.person.at = 4;
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "もう一度お試しください"));
        cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "try again"));
        cr_expect_eq(s.heard->connections, 1, "nobody but the person does");
}

Test(conversation, the_agents_last_word_is_heard_by_whoever_took_too_long) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" },
                                                 { .what = LOGIN_REFUSE, .text = "時間です" } };

        stand_play(&s, &(struct script){ .says = says, .n = 2, .rush = true }, 1);
        stand_start(&s, "");
        s.person.answers[0] = "9876";
        s.person.mishap = MISHAP_AFTER_CLOSING;
        s.person.at = 1;
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTH_ERR);
        cr_expect_str_eq(stand_shown(&s, PAM_ERROR_MSG), "時間です");
}

Test(conversation, an_allow_that_did_not_wait_for_the_answer_does_not_let_in) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" }, { .what = LOGIN_ALLOW } };

        stand_play(&s, &(struct script){ .says = says, .n = 2, .rush = true }, 1);
        stand_start(&s, "");
        s.person.answers[0] = "9876";
        s.person.mishap = MISHAP_AFTER_CLOSING;
        s.person.at = 1;
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
}
