/* SPDX-License-Identifier: MIT */
/* authenticate.c — what the agent says becomes what PAM and the person get, and nothing else does. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(pam_sm_authenticate, .init = given_a_stand, .fini = drop, .timeout = 20);

static const struct login_say two_prompts[] = {
        { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード: " },
        { .what = LOGIN_ASK_SHOWN, .text = "確認コード: " },
        { .what = LOGIN_ALLOW, .kept = 6 },
};
static const struct script allow = { .says = two_prompts, .n = COUNT(two_prompts) };

Test(pam_sm_authenticate, two_answers_and_an_allow_let_in) {
        const struct login_begin *b;

        stand_play(&s, &allow, 1);
        stand_start(&s, "");
        s.person.answers[0] = "secret";
        s.person.answers[1] = "123456";
        cr_assert_eq(pam_set_item(s.pamh, PAM_TTY, "/dev/tty2"), PAM_SUCCESS);
        cr_assert_eq(pam_set_item(s.pamh, PAM_RHOST, "192.0.2.1"), PAM_SUCCESS);
        cr_assert_eq(pam_set_item(s.pamh, PAM_RUSER, "suzuki"), PAM_SUCCESS);
        cr_assert_eq(pam_putenv(s.pamh, "XDG_SEAT=seat0"), PAM_SUCCESS);
        cr_assert_eq(pam_putenv(s.pamh, "XDG_SESSION_ID=c3"), PAM_SUCCESS);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_assert_eq(s.heard->begins, 1);
        b = &s.heard->begin[0];
        cr_expect_eq(b->phase, LOGIN_AUTHENTICATE);
        cr_expect_eq(b->flags, 0);
        cr_expect_str_eq(b->user, USER);
        cr_expect_str_eq(b->service, "desk");
        cr_expect_str_eq(b->tty, "/dev/tty2");
        cr_expect_str_eq(b->rhost, "192.0.2.1");
        cr_expect_str_eq(b->seat, "seat0");
        cr_expect_str_eq(b->session, "c3");
        cr_expect(b->asker.told);
        cr_expect_str_eq(b->asker.user, "suzuki");
        cr_expect_str_eq(s.heard->answer[0], "secret");
        cr_expect_str_eq(s.heard->answer[1], "123456");
        cr_expect_str_eq(stand_shown(&s, PAM_PROMPT_ECHO_OFF), "パスワード: ");
        cr_expect_str_eq(stand_shown(&s, PAM_PROMPT_ECHO_ON), "確認コード: ");
        cr_expect_str_eq(logged, "");
}

Test(pam_sm_authenticate, only_allow_is_success) {
        static const struct {
                enum login_saying verdict;
                int code;
        } verdicts[] = { { LOGIN_ALLOW, PAM_SUCCESS },
                         { LOGIN_REFUSE, PAM_AUTH_ERR },
                         { LOGIN_THROTTLED, PAM_MAXTRIES },
                         { LOGIN_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL } };

        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(verdicts); i++) {
                const struct login_say say = { .what = verdicts[i].verdict };
                const struct script twice[] = { { .says = &say, .n = 1 }, { .says = &say, .n = 1 } };

                stand_play(&s, twice, COUNT(twice)); /* an agent that does not understand is asked once more */
                cr_expect_eq(pam_authenticate(s.pamh, 0), verdicts[i].code, "verdict %u", say.what);
                cr_expect_eq(s.person.n_shown, 0, "an empty text is not shown");
        }
}

Test(pam_sm_authenticate, words_are_shown_as_what_they_are) {
        static const struct login_say says[] = { { .what = LOGIN_TELL, .text = "カードを読んでいます" },
                                                 { .what = LOGIN_WARN, .text = "残り1回\n気を付けて" },
                                                 { .what = LOGIN_REFUSE, .text = "%s%n 違います" } };

        stand_play(&s, &(struct script){ .says = says, .n = COUNT(says) }, 1);
        stand_start(&s, "");
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTH_ERR);
        cr_assert_eq(s.person.n_shown, 3);
        cr_expect_eq(s.person.shown[0].style, PAM_TEXT_INFO);
        cr_expect_str_eq(s.person.shown[0].text, says[0].text);
        cr_expect_eq(s.person.shown[1].style, PAM_ERROR_MSG);
        cr_expect_str_eq(s.person.shown[1].text, says[1].text);
        cr_expect_eq(s.person.shown[2].style, PAM_ERROR_MSG);
        cr_expect_str_eq(s.person.shown[2].text, says[2].text);
}

Test(pam_sm_authenticate, silent_asks_and_does_not_tell) {
        static const struct login_say says[] = { { .what = LOGIN_TELL, .text = "一" },
                                                 { .what = LOGIN_WARN, .text = "二" },
                                                 { .what = LOGIN_ASK_HIDDEN, .text = "三" },
                                                 { .what = LOGIN_REFUSE, .text = "四" } };

        stand_play(&s, &(struct script){ .says = says, .n = COUNT(says) }, 1);
        stand_start(&s, "");
        s.person.answers[0] = "x";
        cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), PAM_AUTH_ERR);
        cr_assert_eq(s.person.n_shown, 1);
        cr_expect_eq(s.person.shown[0].style, PAM_PROMPT_ECHO_OFF);
        cr_expect_eq(s.heard->begin[0].flags, LOGIN_SILENT);
        actor_end(s.actor);
        s.actor = 0;
        cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.person.n_shown, 1, "nor when the agent is away");
}

/* Its pam_silent is set where nobody has touched sudoers. */
Test(pam_sm_authenticate, who_sits_at_sudo_is_told_all_the_same) {
        static const struct login_say says[] = { { .what = LOGIN_REFUSE, .text = "四" } };

        stand_play(&s, &(struct script){ .says = says, .n = COUNT(says) }, 1);
        stand_start(&s, "");
        cr_assert_eq(pam_set_item(s.pamh, PAM_SERVICE, "sudo"), PAM_SUCCESS);
        cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), PAM_AUTH_ERR);
        cr_assert_eq(s.person.n_shown, 1);
        cr_expect_str_eq(s.person.shown[0].text, says[0].text);
        actor_end(s.actor);
        s.actor = 0;
        cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.person.n_shown, 2, "nor is the agent away without a word");
        cr_expect_eq(pam_acct_mgmt(s.pamh, (int)PAM_SILENT), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.person.n_shown, 2, "the account phase asks nobody");
}

/* ---- PAM_AUTHTOK ---- */

static const char *password_of(const struct login_say *says, size_t n, int *ret_code) {
        stand_play(&s, &(struct script){ .says = says, .n = n }, 1);
        stand_start_with(&s, "auth optional %m socket=%s timeout=1\nauth required %o show-password\n");
        *ret_code = pam_authenticate(s.pamh, 0);
        return pam_getenv(s.pamh, "PAM_AUTHTOK");
}

Test(pam_sm_authenticate, the_password_is_handed_on_and_nothing_behind_it) {
        static const struct login_say says[] = {
                { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード+コード" },
                { .what = LOGIN_ASK_HIDDEN, .text = "PIN" },
                { .what = LOGIN_ALLOW, .kept = 6 }
        };
        const char *password;
        int code;

        s.person.answers[0] = "secret123456";
        s.person.answers[1] = "9876";
        password = password_of(says, COUNT(says), &code);
        cr_expect_eq(code, PAM_SUCCESS);
        cr_expect_str_eq(password, "secret");
}

Test(pam_sm_authenticate, a_PIN_or_a_code_is_never_handed_on) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" },
                                                 { .what = LOGIN_ASK_SHOWN, .text = "コード" },
                                                 { .what = LOGIN_ALLOW } };
        const char *password;
        int code;

        s.person.answers[0] = "9876";
        s.person.answers[1] = "123456";
        password = password_of(says, COUNT(says), &code);
        cr_expect_eq(code, PAM_SUCCESS);
        cr_expect(!password || !*password, "'%s'", password);
}

Test(pam_sm_authenticate, nothing_is_handed_on_without_an_allow) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード" },
                                                 { .what = LOGIN_REFUSE } };
        const char *password;
        int code;

        s.person.answers[0] = "secret";
        password = password_of(says, COUNT(says), &code);
        cr_expect(!password || !*password, "'%s'", password);
}

Test(pam_sm_authenticate, an_allow_that_claims_more_than_was_kept_does_not_let_in) {
        static const struct login_say kept[] = { { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード" },
                                                 { .what = LOGIN_ALLOW, .kept = 7 } };
        static const struct login_say not_kept[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" },
                                                     { .what = LOGIN_ALLOW, .kept = 1 } };
        static const struct script scripts[] = { { .says = kept, .n = 2 }, { .says = not_kept, .n = 2 } };

        stand_play(&s, scripts, 2);
        stand_start(&s, "");
        s.person.answers[0] = s.person.answers[1] = "secret";
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
}

Test(pam_sm_authenticate, an_empty_password_is_none_where_the_program_says_so) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード" },
                                                 { .what = LOGIN_ALLOW } };
        static const struct script scripts[] = { { .says = says, .n = 2 }, { .says = says, .n = 2 } };

        stand_play(&s, scripts, 2);
        stand_start(&s, "");
        s.person.answers[0] = s.person.answers[1] = "";
        cr_expect_eq(pam_authenticate(s.pamh, PAM_DISALLOW_NULL_AUTHTOK), PAM_AUTH_ERR);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
}

Test(pam_sm_authenticate, who_was_asked_for_no_password_has_no_empty_one) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" }, { .what = LOGIN_ALLOW } };

        stand_play(&s, &(struct script){ .says = says, .n = 2 }, 1);
        stand_start(&s, "");
        s.person.answers[0] = "9876";
        cr_expect_eq(pam_authenticate(s.pamh, PAM_DISALLOW_NULL_AUTHTOK), PAM_SUCCESS);
}

/* ---- names ---- */

Test(pam_sm_authenticate, a_name_that_is_nobodys_is_refused_before_the_agent_hears_it) {
        char long_name[400];
        const struct {
                int item;
                const char *value;
        } names[] = { { PAM_USER, long_name },   { PAM_USER, "sato\nroot" }, { PAM_USER, "\033[2J" },
                      { PAM_TTY, long_name },    { PAM_RHOST, long_name },   { PAM_RHOST, "host\r\n" },
                      { PAM_SERVICE, long_name } };

        memset(long_name, 'n', sizeof long_name - 1);
        long_name[sizeof long_name - 1] = '\0';
        stand_play(&s, &allow, 1);
        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(names); i++) {
                const void *before = NULL;
                char kept[64] = "";

                (void)pam_get_item(s.pamh, names[i].item, &before);
                (void)snprintf(kept, sizeof kept, "%s", before ? (const char *)before : "");
                cr_assert_eq(pam_set_item(s.pamh, names[i].item, names[i].value), PAM_SUCCESS);
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTH_ERR, "name %zu", i);
                cr_assert_eq(pam_set_item(s.pamh, names[i].item, *kept ? kept : NULL), PAM_SUCCESS);
        }
        cr_expect_eq(s.heard->connections, 0);
        cr_expect_eq(s.person.n_shown, 0, "it is not the agent's fault");
}

/* ---- two at once ---- */

static struct stand other;
static int other_code;

static void the_other_logs_in(void) {
        s.person.meanwhile = NULL;
        other_code = pam_authenticate(other.pamh, 0);
}

Test(pam_sm_authenticate, one_login_within_another_disturbs_neither) {
        static const struct login_say no[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" }, { .what = LOGIN_REFUSE } };

        stand_init(&other);
        stand_play(&s, &allow, 1);
        stand_play(&other, &(struct script){ .says = no, .n = 2 }, 1);
        stand_start(&s, "");
        stand_start(&other, "");
        s.person.meanwhile = the_other_logs_in;
        s.person.answers[0] = "secret";
        s.person.answers[1] = "123456";
        other.person.answers[0] = "9876";
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(other_code, PAM_AUTH_ERR);
        cr_expect_str_eq(s.heard->answer[1], "123456");
        cr_expect_str_eq(other.heard->answer[0], "9876");
        stand_deinit(&other);
}
