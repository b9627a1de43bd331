/* SPDX-License-Identifier: MIT */
/* settings.c — the words behind the module's name: one that is not understood refuses. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(settings_read, .init = given_a_stand, .fini = drop, .timeout = 20);

static const struct login_say allow = { .what = LOGIN_ALLOW };

Test(settings_read, a_word_that_is_not_understood_refuses_every_phase_and_is_logged) {
        static const char *const wrong[] = {
                "timeout=0",        "timeout=601",
                "timeout=",         "timeout=-1",
                "timeout=1s",       "timeout=99999999999999",
                "timeout=+5",       "timeout",
                "timeout=0x10",     "socket=",
                "socket=auth.sock", "socket=./auth.sock",
                "Socket=/run",      "debug",
                "nullok",           "use_first_pass",
                "socket",           "try_first_pass=yes",
        };
        static const struct script script = { .says = &allow, .n = 1 };

        stand_play(&s, &script, 1);
        for (size_t i = 0; i < COUNT(wrong); i++) {
                if (s.pamh)
                        (void)pam_end(s.pamh, PAM_SUCCESS);
                logged[0] = '\0';
                stand_start(&s, wrong[i]);
                s.person.n_shown = 0;
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL, "%s", wrong[i]);
                cr_expect_eq(pam_acct_mgmt(s.pamh, 0), PAM_AUTHINFO_UNAVAIL, "%s", wrong[i]);
                cr_expect_eq(pam_close_session(s.pamh, 0), PAM_SUCCESS, "%s", wrong[i]);
                cr_expect_eq(pam_open_session(s.pamh, 0), PAM_SESSION_ERR, "%s", wrong[i]);
                cr_expect(strstr(logged, wrong[i]), "%s: %s", wrong[i], logged);
                cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "情報システム担当"), "%s", wrong[i]);
        }
        cr_expect_eq(s.heard->connections, 0);
}

Test(settings_read, a_path_longer_than_a_socket_has_is_refused) {
        char word[200];

        (void)snprintf(word, sizeof word, "socket=/%0*d", 107, 0);
        stand_start(&s, word);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect(strstr(logged, "107"), "%s", logged);
}

Test(settings_read, the_bounds_are_within) {
        static const char *const right[] = { "timeout=1", "timeout=600", "timeout=007" };
        static const struct script script = { .says = &allow, .n = 1 };

        for (size_t i = 0; i < COUNT(right); i++) {
                if (s.pamh)
                        (void)pam_end(s.pamh, PAM_SUCCESS);
                stand_play(&s, &script, 1);
                stand_start(&s, right[i]);
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS, "%s", right[i]);
        }
}
