/* SPDX-License-Identifier: MIT */
/* asker.c — the module says who runs its program, as the kernel has it; an agent of before 0.5 is told without. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(asker, .init = given_a_stand, .fini = drop, .timeout = 20);

static const struct login_say allowed[] = { { .what = LOGIN_ALLOW } };
static const struct script allowing = { .says = allowed, .n = 1 };
static const struct login_say not_understood[] = { { .what = LOGIN_UNAVAILABLE } };
static const struct script of_before = { .says = not_understood, .n = 1 };

/* What cat says of itself: the audit subsystem's ids come from the parent. */
static uint32_t as_cat_says(const char *path) {
        char command[64], line[32] = "";
        FILE *cat;

        (void)snprintf(command, sizeof command, "cat %s", path);
        cat = popen(command, "re");
        cr_assert(cat);
        cr_assert(fgets(line, sizeof line, cat), "%s", path);
        (void)pclose(cat);
        return (uint32_t)strtoul(line, NULL, 10);
}

Test(asker, the_module_says_what_the_kernel_has) {
        const struct login_asker *a;

        stand_play(&s, &allowing, 1);
        stand_start(&s, "");
        cr_assert_eq(pam_set_item(s.pamh, PAM_RUSER, "suzuki"), PAM_SUCCESS);
        cr_assert_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        a = &s.heard->begin[0].asker;
        cr_expect(a->told);
        cr_expect_eq(a->uid, getuid());
        cr_expect_eq(a->login_uid, as_cat_says("/proc/self/loginuid"));
        cr_expect_eq(a->login_session, as_cat_says("/proc/self/sessionid"));
        cr_expect_str_eq(a->user, "suzuki");
}

/* su is root by its effective uid, and somebody by its real one. */
Test(asker, of_a_program_that_borrowed_roots_rights_it_is_the_real_uid) {
        int status = -1;
        pid_t pid;

        if (geteuid() != 0)
                cr_skip("only root can be somebody else");
        stand_play(&s, &allowing, 1);
        pid = fork();
        if (pid == 0) {
                if (setresuid(NOBODY, 0, 0) < 0)
                        _exit(2);
                stand_start(&s, "");
                _exit(pam_authenticate(s.pamh, 0) != PAM_SUCCESS);
        }
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert_eq(status, 0);
        cr_expect_eq(s.heard->begin[0].asker.uid, NOBODY);
}

Test(asker, an_agent_of_before_is_asked_in_its_own_way) {
        const struct script scripts[] = { of_before, allowing };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_assert_eq(s.heard->begins, 2);
        cr_expect(s.heard->begin[0].asker.told);
        cr_expect_not(s.heard->begin[1].asker.told);
        cr_expect_str_eq(s.heard->begin[1].user, USER);
        cr_expect_eq(s.person.n_shown, 0);
}

Test(asker, once_more_and_no_oftener) {
        const struct script scripts[] = { of_before, of_before, allowing };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.heard->connections, 2);
}

Test(asker, a_refusal_with_a_word_is_the_last) {
        static const struct login_say said[] = { { .what = LOGIN_WARN, .text = "多すぎます" },
                                                 { .what = LOGIN_UNAVAILABLE } };
        const struct script scripts[] = { { .says = said, .n = 2 }, allowing };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.heard->connections, 1);
}
