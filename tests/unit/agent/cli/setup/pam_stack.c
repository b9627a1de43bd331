/* SPDX-License-Identifier: MIT */
/* What a PAM stack comes to. The stacks are Debian's, or what people have written; the verdicts are pam.conf(5)'s. */
#include "cli/setup/pam_stack.h"

#include "cli/setup/door.h"
#include "unit/agent/cli/setup/root_tree.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

TestSuite(pam_stack, .init = given_a_tree, .fini = drop_tree, .timeout = 20);
TestSuite(door, .init = given_a_tree, .fini = drop_tree, .timeout = 20);

static int load(const char *text, struct pam_stack **ret) {
        given_file("etc/pam.d/login", text);
        return pam_stack_load(&tree, "login", PAM_PHASE_AUTH, false, ret);
}

/* Each module says what its arguments say: "pam_x.so auth_err". */
static const char *as_argued(const struct pam_line *line, const void *ctx) {
        (void)ctx;
        return line->arguments + strspn(line->arguments, " ");
}

Test(pam_stack, comes_to_what_libpam_makes_of_it) {
        static const struct {
                bool grants;
                const char *why, *text;
        } cases[] = {
                { true, "one yes", "auth required a.so success\n" },
                { false, "one no", "auth required a.so auth_err\n" },
                { false, "nobody said anything", "auth required a.so ignore\n" },
                { false, "required no, then yes", "auth required a.so auth_err\nauth required b.so success\n" },
                { true, "sufficient yes ends it", "auth sufficient a.so success\nauth required b.so auth_err\n" },
                { true, "sufficient no is none", "auth sufficient a.so auth_err\nauth required b.so success\n" },
                { false, "sufficient after a required no",
                  "auth required a.so auth_err\nauth sufficient b.so success\n" },
                { false, "requisite no ends it", "auth requisite a.so auth_err\nauth sufficient b.so success\n" },
                { true, "optional alone", "auth optional a.so success\n" },
                { false, "a jump over everything",
                  "auth [success=1 default=ignore] a.so success\nauth required b.so success\n" },
                { false, "a jump beyond the end",
                  "auth required c.so success\nauth [success=9 default=ignore] a.so success\n" },
                { true, "Debian's own, yes",
                  "auth [success=1 default=ignore] pam_unix.so success\nauth requisite d.so auth_err\nauth required p.so success\n" },
                { false, "Debian's own, no",
                  "auth [success=1 default=ignore] pam_unix.so auth_err\nauth requisite d.so auth_err\nauth required p.so success\n" },
                { true, "a named exception",
                  "auth [success=ok user_unknown=ignore default=die] a.so user_unknown\nauth required b.so success\n" },
                { false, "die", "auth [success=ok default=die] a.so auth_err\nauth required b.so success\n" },
                { true, "reset forgets a no",
                  "auth required a.so auth_err\nauth [default=reset] b.so success\nauth required c.so success\n" },
                { false, "an unknown word is no yes", "auth perhaps a.so success\n" },
                { false, "an unknown action is no yes", "auth [success=perhaps] a.so success\n" },
                { false, "what no action is given for is no yes", "auth [auth_err=ignore] a.so success\n" },
                { true, "of another phase", "account required a.so auth_err\n-auth required b.so success\n" },
                { true, "continued and commented", "# x\nauth \\\n required a.so \\\n success # auth required b\n" },
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                auto_pam_stack s = NULL;

                cr_assert_eq(load(cases[i].text, &s), 0, "%s", cases[i].why);
                cr_expect_eq(pam_stack_grants(s, as_argued, NULL), cases[i].grants, "%s", cases[i].why);
        }
}

Test(pam_stack, a_substack_ends_only_itself) {
        auto_pam_stack s = NULL, flat = NULL;

        given_file("etc/pam.d/inner", "auth sufficient a.so success\nauth required b.so auth_err\n");
        cr_assert_eq(load("auth substack inner\nauth required c.so auth_err\n", &s), 0);
        cr_expect(!pam_stack_grants(s, as_argued, NULL));
        cr_assert_eq(load("auth include inner\nauth required c.so auth_err\n", &flat), 0);
        cr_expect(pam_stack_grants(flat, as_argued, NULL));
}

Test(pam_stack, what_libpam_would_refuse_is_refused) {
        static const struct {
                int r;
                const char *text;
        } hostile[] = {
                { -EBADMSG, "auth required\n" },         { -EBADMSG, "auth\n" },
                { -EBADMSG, "auth [success=ok a.so\n" }, { -EBADMSG, "@include\n" },
                { -EBADMSG, "@include ../shadow\n" },    { -EBADMSG, "auth include /etc/shadow\n" },
                { -ENOENT, "@include nobody\n" },        { -ELOOP, "@include login\n" },
                { -ELOOP, "auth substack login\n" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_pam_stack s = NULL;

                cr_expect_eq(load(hostile[i].text, &s), hostile[i].r, "%s", hostile[i].text);
                cr_expect_null(s);
        }
}

Test(pam_stack, more_than_any_stack_has_is_refused) {
        static char text[65536];
        auto_pam_stack s = NULL;

        for (size_t i = 0; i <= PAM_LINES_MAX; i++)
                words_add(text, sizeof text, "auth required a.so\n");
        cr_expect_eq(load(text, &s), -E2BIG);
        (void)memset(text, 'x', 4096);
        (void)memcpy(text, "auth ", 5);
        cr_expect_eq(load(text, &s), -EBADMSG, "a control of four thousand letters");
}

Test(pam_stack, every_truncation_is_read_or_refused) {
        static const char whole[] =
                "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n@include x\n";

        for (size_t n = 0; n < sizeof whole; n++) {
                auto_pam_stack s = NULL;
                char cut[sizeof whole] = "";

                (void)memcpy(cut, whole, n);
                if (load(cut, &s) == 0)
                        cr_expect_leq(s->n, 2);
        }
}

Test(pam_stack, a_service_without_a_phase_has_that_of_other) {
        auto_pam_stack s = NULL;

        given_file("etc/pam.d/other", "auth required pam_deny.so\n");
        cr_assert_eq(load("session required pam_limits.so\n", &s), 0);
        cr_expect(pam_stack_has(s, "pam_deny"));
}

Test(pam_stack, what_a_package_ships_counts_where_etc_is_silent) {
        auto_pam_stack shipped = NULL, own = NULL;

        given_file("usr/lib/pam.d/polkit-1", "auth required pam_permit.so\n");
        cr_assert_eq(pam_stack_load(&tree, "polkit-1", PAM_PHASE_AUTH, false, &shipped), 0);
        cr_expect(pam_stack_has(shipped, "pam_permit"));
        given_file("etc/pam.d/polkit-1", "auth required pam_deny.so\n");
        cr_assert_eq(pam_stack_load(&tree, "polkit-1", PAM_PHASE_AUTH, false, &own), 0);
        cr_expect(!pam_stack_has(own, "pam_permit"));
}

/* Debian's common files, before and after. */
static void given_commons(bool ours) {
        given_file("etc/pam.d/common-auth", ours ? "auth [success=end default=die] pam_sekimori.so\n"
                                                 : "auth [success=1 default=ignore] pam_unix.so nullok\n"
                                                   "auth requisite pam_deny.so\nauth required pam_permit.so\n");
        given_file("etc/pam.d/common-account", ours ? "account required pam_sekimori.so\naccount required pam_unix.so\n"
                                                    : "account required pam_unix.so\n");
}

static bool open_without_us(const char *service, bool as_if) {
        bool open = true;

        cr_assert_eq(door_is_open(&tree, service, as_if, &open), 0, "%s", service);
        return open;
}

Test(door, is_open_where_somebody_gets_in_without_us) {
        static const struct {
                bool open;
                const char *name, *text;
        } services[] = {
                { false, "login", "@include common-auth\n@include common-account\n" },
                { false, "su", "auth sufficient pam_rootok.so\n@include common-auth\n@include common-account\n" },
                { true, "own-auth", "auth required pam_unix.so\naccount required pam_unix.so\n" },
                { true, "permit", "auth required pam_permit.so\naccount required pam_permit.so\n" },
                { false, "gdm-autologin", "auth required pam_permit.so\n@include common-account\n" },
                { true, "round",
                  "auth sufficient pam_wheel.so trust\n@include common-auth\naccount required pam_unix.so\n" },
                { true, "soft",
                  "auth [authinfo_unavail=ignore default=die success=ok] pam_sekimori.so\n"
                  "auth optional pam_unix.so\naccount required pam_unix.so\n" },
                { true, "optional",
                  "auth optional pam_sekimori.so\nauth required pam_env.so\naccount required pam_unix.so\n" },
                { true, "sshd", "@include common-auth\naccount required pam_unix.so\n" },
                { false, "ssh-like", "@include common-auth\naccount required pam_unix.so\n" },
        };

        given_commons(false);
        for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
                char path[64];

                (void)snprintf(path, sizeof path, "etc/pam.d/%s", services[i].name);
                given_file(path, services[i].text);
                cr_expect_eq(open_without_us(services[i].name, true), services[i].open, "%s", services[i].name);
        }
        cr_expect(open_without_us("login", false), "as it is now, without us");
}

/* As pam-auth-update writes the profile: sudo has no account phase of ours, su none for root. */
Test(door, the_profile_of_the_package_is_understood) {
        static const char account[] =
                "account [success=3 default=ignore] pam_succeed_if.so quiet service in sudo:sudo-i\n"
                "account [success=ignore default=1] pam_succeed_if.so quiet service in su:su-l:chfn:chsh\n"
                "account [success=1 default=ignore] pam_rootok.so\n"
                "account [success=ok default=die] pam_sekimori.so\n"
                "account [success=1 default=ignore] pam_unix.so\n"
                "account requisite pam_deny.so\naccount required pam_permit.so\n";
        static const char *const names[] = { "login", "sshd", "sudo", "su" };
        bool in = false;

        given_file("etc/pam.d/common-auth", "auth [success=2 default=die] pam_sekimori.so\n"
                                            "auth [success=1 default=ignore] pam_unix.so nullok\n"
                                            "auth requisite pam_deny.so\nauth required pam_permit.so\n");
        given_file("etc/pam.d/common-account", account);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                char path[64];

                (void)snprintf(path, sizeof path, "etc/pam.d/%s", names[i]);
                given_file(path, "@include common-auth\n@include common-account\n");
                cr_expect(!open_without_us(names[i], false), "%s", names[i]);
                cr_assert_eq(door_lets_in(&tree, names[i], &in), 0);
                cr_expect(in, "%s", names[i]);
        }
}

Test(door, a_group_that_nobody_is_in_opens_nothing) {
        given_commons(false);
        given_file("etc/pam.d/lightdm", "auth sufficient pam_succeed_if.so user ingroup nopasswdlogin\n"
                                        "@include common-auth\naccount required pam_unix.so\n");
        cr_expect(!open_without_us("lightdm", true), "no such group");
        given_file("etc/group", "root:x:0:\nnopasswdlogin:x:120:\n");
        cr_expect(!open_without_us("lightdm", true));
        given_file("etc/group", "root:x:0:\nnopasswdlogin:x:120:hanako\n");
        cr_expect(open_without_us("lightdm", true));
}

Test(door, lets_in_whom_our_module_let_in) {
        bool in = false;

        given_commons(true);
        given_file("etc/pam.d/login",
                   "auth [success=end default=die] pam_sekimori.so\naccount required pam_sekimori.so\n");
        cr_assert_eq(door_lets_in(&tree, "login", &in), 0);
        cr_expect(!in, "'end' is pam-auth-update's word: written into a stack it lets nobody in");
        given_file("etc/pam.d/login", "auth requisite pam_deny.so\naccount required pam_unix.so\n");
        cr_assert_eq(door_lets_in(&tree, "login", &in), 0);
        cr_expect(!in);
        given_file("etc/pam.d/login", "auth [success=1 default=die] pam_sekimori.so\nauth requisite pam_deny.so\n"
                                      "auth required pam_permit.so\naccount required pam_sekimori.so\n");
        cr_assert_eq(door_lets_in(&tree, "login", &in), 0);
        cr_expect(in);
        given_file("etc/pam.d/login", "auth required pam_unix.so\naccount required pam_sekimori.so\n");
        cr_assert_eq(door_lets_in(&tree, "login", &in), 0);
        cr_expect(!in, "the account phase refuses whom our auth phase never asked");
        given_file("etc/pam.d/login", "auth [success=1 default=die] pam_sekimori.so\nauth requisite pam_deny.so\n"
                                      "auth required pam_permit.so\naccount required pam_sekimori.so\n");
        cr_expect(!open_without_us("login", false));
        cr_expect(door_is_ours(&tree));
        given_commons(false);
        cr_expect(!door_is_ours(&tree));
}
