/* SPDX-License-Identifier: MIT */
/* phases.c — account, session, credentials, passwords: what each asks the agent, and what it makes of no answer. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(pam_sm_acct_mgmt, .init = given_a_stand, .fini = drop, .timeout = 20);
TestSuite(pam_sm_open_session, .init = given_a_stand, .fini = drop, .timeout = 20);
TestSuite(pam_sm_close_session, .init = given_a_stand, .fini = drop, .timeout = 20);
TestSuite(pam_sm_setcred, .init = given_a_stand, .fini = drop, .timeout = 20);
TestSuite(pam_sm_chauthtok, .init = given_a_stand, .fini = drop, .timeout = 20);

static const struct login_say allow = { .what = LOGIN_ALLOW }, refuse = { .what = LOGIN_REFUSE, .text = "違います" };
static const struct script allowing = { .says = &allow, .n = 1 }, refusing = { .says = &refuse, .n = 1 };

static unsigned flags_of(size_t begin) {
        cr_assert_gt(s.heard->begins, begin);
        return s.heard->begin[begin].flags;
}

/* ---- account ---- */

Test(pam_sm_acct_mgmt, says_whether_the_authenticate_phase_let_in) {
        const struct script scripts[] = { allowing, allowing, refusing, allowing };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        cr_assert_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(pam_acct_mgmt(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(s.heard->begin[1].phase, LOGIN_ACCOUNT);
        cr_expect_eq(flags_of(1), LOGIN_PASSED);
        cr_assert_eq(pam_authenticate(s.pamh, 0), PAM_AUTH_ERR);
        cr_expect_eq(pam_acct_mgmt(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(flags_of(3), 0, "what an earlier attempt earned is gone");
}

Test(pam_sm_acct_mgmt, who_did_not_authenticate_here_has_not_passed) {
        stand_play(&s, &refusing, 1);
        stand_start(&s, "");
        cr_expect_eq(pam_acct_mgmt(s.pamh, (int)PAM_SILENT), PAM_PERM_DENIED);
        cr_expect_eq(flags_of(0), LOGIN_SILENT);
        cr_expect_eq(s.person.n_shown, 0);
}

Test(pam_sm_acct_mgmt, another_user_has_not_passed) {
        static const char *const others[] = { "root", USER "2", "sat" };
        const struct script scripts[] = { allowing, allowing, allowing, allowing, allowing };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        cr_assert_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        for (size_t i = 0; i < COUNT(others); i++) {
                cr_assert_eq(pam_set_item(s.pamh, PAM_USER, others[i]), PAM_SUCCESS);
                (void)pam_acct_mgmt(s.pamh, 0);
                cr_expect_eq(flags_of(i + 1), 0, "%s", others[i]);
        }
        cr_assert_eq(pam_set_item(s.pamh, PAM_USER, USER), PAM_SUCCESS);
        (void)pam_acct_mgmt(s.pamh, 0);
        cr_expect_eq(flags_of(4), LOGIN_PASSED);
}

Test(pam_sm_acct_mgmt, another_service_has_not_passed) {
        const struct script scripts[] = { allowing, allowing, allowing };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        cr_assert_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_assert_eq(pam_set_item(s.pamh, PAM_SERVICE, "desk2"), PAM_SUCCESS);
        (void)pam_acct_mgmt(s.pamh, 0);
        cr_expect_str_eq(s.heard->begin[1].service, "desk2");
        cr_expect_eq(flags_of(1), 0);
}

Test(pam_sm_acct_mgmt, only_allow_is_success) {
        static const struct {
                enum login_saying verdict;
                int code;
        } verdicts[] = { { LOGIN_ALLOW, PAM_SUCCESS },
                         { LOGIN_REFUSE, PAM_PERM_DENIED },
                         { LOGIN_THROTTLED, PAM_MAXTRIES },
                         { LOGIN_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL },
                         { LOGIN_ASK_HIDDEN, PAM_AUTHINFO_UNAVAIL } };

        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(verdicts); i++) {
                const struct login_say say = { .what = verdicts[i].verdict, .text = "文" };

                stand_play(&s, &(struct script){ .says = &say, .n = 1 }, 1);
                cr_expect_eq(pam_acct_mgmt(s.pamh, 0), verdicts[i].code, "verdict %u", say.what);
        }
        cr_expect_str_eq(stand_shown(&s, PAM_PROMPT_ECHO_OFF), "", "nobody is asked anything here");
        cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "文"));
}

Test(pam_sm_acct_mgmt, without_the_agent_nobody_gets_in) {
        stand_start(&s, "");
        cr_expect_eq(pam_acct_mgmt(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "情報システム担当"));
}

/* ---- session ---- */

static const struct login_say last_login[] = { { .what = LOGIN_TELL, .text = "前回のログイン" },
                                               { .what = LOGIN_ALLOW } };
static const struct script opening = { .says = last_login, .n = COUNT(last_login) };

Test(pam_sm_open_session, shows_the_last_login_and_says_where_the_session_is) {
        stand_play(&s, &opening, 1);
        stand_start(&s, "");
        cr_assert_eq(pam_putenv(s.pamh, "XDG_SEAT=seat0"), PAM_SUCCESS);
        cr_assert_eq(pam_putenv(s.pamh, "XDG_SESSION_ID=7"), PAM_SUCCESS);
        cr_expect_eq(pam_open_session(s.pamh, 0), PAM_SUCCESS);
        cr_expect_str_eq(stand_shown(&s, PAM_TEXT_INFO), "前回のログイン");
        cr_expect_eq(s.heard->begin[0].phase, LOGIN_OPEN);
        cr_expect_str_eq(s.heard->begin[0].seat, "seat0");
        cr_expect_str_eq(s.heard->begin[0].session, "7");
}

Test(pam_sm_open_session, silent_shows_nothing) {
        stand_play(&s, &opening, 1);
        stand_start(&s, "");
        cr_expect_eq(pam_open_session(s.pamh, (int)PAM_SILENT), PAM_SUCCESS);
        cr_expect_eq(s.person.n_shown, 0);
        cr_expect_eq(flags_of(0), LOGIN_SILENT);
}

Test(pam_sm_open_session, nobody_to_tell_is_no_reason_to_refuse) {
        stand_play(&s, &opening, 1);
        stand_start(&s, "");
        s.person.mishap = MISHAP_ERROR;
        s.person.at = 1;
        cr_expect_eq(pam_open_session(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(s.person.calls, 1);
}

Test(pam_sm_open_session, anything_but_allow_opens_no_session) {
        static const enum login_saying others[] = { LOGIN_REFUSE, LOGIN_THROTTLED, LOGIN_UNAVAILABLE, LOGIN_ASK_SHOWN };

        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(others); i++) {
                const struct login_say say = { .what = others[i], .text = "文" };

                stand_play(&s, &(struct script){ .says = &say, .n = 1 }, 1);
                cr_expect_eq(pam_open_session(s.pamh, 0), PAM_SESSION_ERR, "saying %u", others[i]);
        }
        actor_end(s.actor);
        s.actor = 0;
        cr_expect_eq(pam_open_session(s.pamh, 0), PAM_SESSION_ERR, "nor does an agent that is away");
}

Test(pam_sm_close_session, who_leaves_leaves) {
        const struct script scripts[] = { allowing, refusing, { .raw = (const uint8_t *)"garbage", .n_raw = 7 } };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(scripts); i++)
                cr_expect_eq(pam_close_session(s.pamh, 0), PAM_SUCCESS, "script %zu", i);
        cr_expect_eq(s.heard->begin[0].phase, LOGIN_CLOSE);
        cr_expect_eq(s.person.n_shown, 0);
}

Test(pam_sm_close_session, an_agent_that_is_away_or_silent_holds_nobody_up) {
        static const struct script silent = { .hang = true };
        long long start = clock_ms();

        stand_start_with(&s, "session required %m socket=%s timeout=600\n");
        cr_expect_eq(pam_close_session(s.pamh, 0), PAM_SUCCESS);
        cr_expect_lt(clock_ms() - start, 3000);
        stand_play(&s, &silent, 1);
        start = clock_ms();
        cr_expect_eq(pam_close_session(s.pamh, 0), PAM_SUCCESS);
        cr_expect_lt(clock_ms() - start, 3000);
        cr_expect_eq(s.person.n_shown, 0);
}

/* ---- the rest ---- */

Test(pam_sm_setcred, has_nothing_to_set_and_asks_nobody) {
        stand_start(&s, "");
        cr_expect_eq(pam_setcred(s.pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
        cr_expect_eq(pam_setcred(s.pamh, PAM_DELETE_CRED), PAM_SUCCESS);
        cr_expect_eq(s.person.n_shown, 0);
}

Test(pam_sm_chauthtok, changes_nothing_and_says_so) {
        stand_start(&s, "");
        cr_expect_eq(pam_chauthtok(s.pamh, 0), PAM_AUTHTOK_ERR);
        cr_expect(strstr(logged, "changes no passwords"), "%s", logged);
}
