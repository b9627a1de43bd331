/* SPDX-License-Identifier: MIT */
/* Who gets in where, as libpam itself runs the stacks: sekimori-stacks is asked, beside this program. The stacks are
 * Debian's, or what people have written. */
#include "cli/setup/door.h"

#include "unit/agent/cli/setup/root_tree.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void given_commons(void) {
        given_a_tree();
        given_file("etc/nsswitch.conf", "group: files systemd\n");
        given_file("etc/passwd", "hanako:x:1000:1000::/:/bin/sh\n");
        given_file("etc/group", "root:x:0:\n");
        given_file("etc/pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n");
        given_file("etc/pam.d/common-auth", "auth [success=2 default=die] pam_sekimori.so\n"
                                            "auth [success=1 default=ignore] pam_unix.so nullok\n"
                                            "auth requisite pam_deny.so\nauth required pam_permit.so\n");
        given_file("etc/pam.d/common-account",
                   "account [success=3 default=ignore] pam_succeed_if.so quiet service in sudo:sudo-i\n"
                   "account [success=ignore default=1] pam_succeed_if.so quiet service in su:su-l:chfn:chsh\n"
                   "account [success=1 default=ignore] pam_rootok.so\n"
                   "account [success=ok default=die] pam_sekimori.so\n"
                   "account [success=1 default=ignore] pam_unix.so\n"
                   "account requisite pam_deny.so\naccount required pam_permit.so\n");
}

TestSuite(door, .init = given_commons, .fini = drop_tree, .timeout = 60);

static void begin(struct doors *d) {
        struct err err = { 0 };

        cr_assert_eq(doors_open(&tree, DOORS_AS_THEY_ARE, d, &err), 0, "%s", err.text);
}

static enum stacks_verdict is_open(const char *service) {
        struct stacks_answer a;
        struct doors d;
        enum stacks_verdict r;

        begin(&d);
        r = door_is_open(&d, service, &a);
        doors_close(&d);
        return r;
}

static enum stacks_verdict lets_in(const char *service) {
        struct doors d;
        enum stacks_verdict r;

        begin(&d);
        r = door_lets_in(&d, service);
        doors_close(&d);
        return r;
}

static void given_service(const char *name, const char *text) {
        char path[64];

        (void)snprintf(path, sizeof path, "etc/pam.d/%s", name);
        given_file(path, text);
}

Test(door, is_open_where_somebody_gets_in_without_us) {
        static const struct {
                bool open;
                const char *name, *text;
        } services[] = {
                { false, "login", "@include common-auth\n@include common-account\n" },
                { false, "su", "auth sufficient pam_rootok.so\n@include common-auth\n@include common-account\n" },
                { false, "gdm-autologin", "auth required pam_permit.so\n@include common-account\n" },
                { false, "ssh-like", "@include common-auth\naccount required pam_unix.so\n" },
                { false, "i3lock", "auth include login\n" },
                { true, "own-auth", "auth required pam_unix.so\naccount required pam_unix.so\n" },
                { true, "permit", "auth required pam_permit.so\naccount required pam_permit.so\n" },
                { true, "round",
                  "auth sufficient pam_wheel.so trust\n@include common-auth\naccount required pam_unix.so\n" },
                { true, "soft",
                  "auth [authinfo_unavail=ignore default=die success=ok] pam_sekimori.so\n"
                  "auth optional pam_unix.so\naccount required pam_unix.so\n" },
                { true, "optional",
                  "auth optional pam_sekimori.so\nauth required pam_env.so\naccount required pam_unix.so\n" },
                { true, "sshd", "@include common-auth\naccount required pam_unix.so\n" },
                { true, "sudo", "auth sufficient pam_u2f.so cue\n@include common-auth\n@include common-account\n" },
                { true, "swaylock", "auth sufficient pam_u2f.so cue\nauth include login\n" },
                { true, "expired",
                  "auth required pam_unix.so\naccount [new_authtok_reqd=done default=ignore] pam_unix.so\n" },
        };

        for (size_t i = 0; i < sizeof services / sizeof *services; i++)
                given_service(services[i].name, services[i].text);
        for (size_t i = 0; i < sizeof services / sizeof *services; i++)
                cr_expect_eq(is_open(services[i].name), services[i].open ? STACKS_EVER : STACKS_NEVER, "%s",
                             services[i].name);
}

Test(door, the_profile_of_the_package_lets_in_whom_we_let_in) {
        static const char *const names[] = { "login", "sshd", "sudo", "su" };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                given_service(names[i], "@include common-auth\n@include common-account\n");
                cr_expect_eq(is_open(names[i]), STACKS_NEVER, "%s", names[i]);
                cr_expect_eq(lets_in(names[i]), STACKS_EVER, "%s", names[i]);
        }
}

Test(door, lets_nobody_in_who_cannot_be_asked) {
        static const struct {
                const char *why, *text;
        } closed[] = {
                { "'end' is pam-auth-update's word: libpam does not know it",
                  "auth [success=end default=die] pam_sekimori.so\n@include common-account\n" },
                { "deny", "auth requisite pam_deny.so\n@include common-account\n" },
                { "our account phase refuses whom our auth phase never asked",
                  "auth required pam_google_authenticator.so\n@include common-account\n" },
                { "a file that is missing", "@include common-auth\nauth include missing\n@include common-account\n" },
                { "beyond its end", "auth [success=9 default=die] pam_sekimori.so\n@include common-account\n" },
        };

        for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
                given_service("login", closed[i].text);
                cr_expect_eq(lets_in("login"), STACKS_NEVER, "%s", closed[i].why);
        }
        given_service("swaylock", "@include common-auth\n");
        cr_expect_eq(lets_in("swaylock"), STACKS_EVER, "a locker has no account phase");
}

Test(door, files_are_found_where_libpam_finds_them) {
        given_file("usr/lib/pam.d/polkit-1", "auth required pam_permit.so\naccount required pam_permit.so\n");
        cr_expect_eq(is_open("polkit-1"), STACKS_EVER, "what a package ships");
        given_service("polkit-1", "@include common-auth\n@include common-account\n");
        cr_expect_eq(is_open("polkit-1"), STACKS_NEVER, "counts where /etc is silent");
        given_link("etc/pam.d/gdm-smartcard", "/etc/alternatives/gdm-smartcard");
        given_link("etc/alternatives/gdm-smartcard", "/etc/pam.d/permit");
        given_service("permit", "auth required pam_permit.so\naccount required pam_permit.so\n");
        cr_expect_eq(is_open("gdm-smartcard"), STACKS_EVER, "an alternative");
        given_file("etc/authselect/system-auth", "auth required pam_permit.so\n");
        given_service("absolute", "@include /etc/authselect/system-auth\naccount include /etc/pam.d/permit\n");
        cr_expect_eq(is_open("absolute"), STACKS_EVER, "an absolute path");
        cr_expect_eq(is_open("nobody-has-it"), STACKS_NEVER, "then other");
}

Test(door, a_group_that_nobody_is_in_opens_nothing) {
        given_service("lightdm", "auth sufficient pam_succeed_if.so user ingroup nopasswdlogin\n"
                                 "@include common-auth\naccount required pam_unix.so\n");
        cr_expect_eq(is_open("lightdm"), STACKS_NEVER, "no such group");
        given_file("etc/group", "root:x:0:\nnopasswdlogin:x:120:\n");
        cr_expect_eq(is_open("lightdm"), STACKS_NEVER);
        given_file("etc/group", "root:x:0:\nnopasswdlogin:x:120:hanako\n");
        cr_expect_eq(is_open("lightdm"), STACKS_EVER);
}

Test(door, too_much_to_try_is_not_known) {
        static char text[8192] = "";
        struct stacks_answer a;
        struct doors d;

        for (int i = 0; i < 12; i++)
                words_add(text, sizeof text, "auth required pam_%d.so\n", i);
        words_add(text, sizeof text, "auth required pam_sekimori.so\naccount required pam_permit.so\n");
        given_service("long", text);
        for (int i = 0; i < 80; i++)
                words_add(text, sizeof text, "auth optional pam_other_%d.so\n", i);
        given_service("many", text);
        begin(&d);
        cr_expect_eq(door_is_open(&d, "long", &a), STACKS_UNKNOWN);
        cr_expect_eq(door_is_open(&d, "many", &a), STACKS_UNKNOWN, "more modules than stand-ins");
        doors_close(&d);
}

Test(door, nothing_is_left_behind_and_nobody_answering_is_not_known) {
        struct stacks_answer a;
        struct doors d;
        char path[sizeof d.tree.path];

        begin(&d);
        (void)memcpy(path, d.tree.path, sizeof path);
        cr_expect_eq(access(path, F_OK), 0);
        child_stop(&d.stacks);
        cr_expect_eq(door_is_open(&d, "login", &a), STACKS_UNKNOWN);
        cr_expect_eq(door_lets_in(&d, "login"), STACKS_UNKNOWN);
        doors_close(&d);
        cr_expect_neq(access(path, F_OK), 0);
}

Test(door, ours_is_seen_in_the_files) {
        cr_expect_eq(door_is_ours(&tree), 1);
        given_file("etc/pam.d/common-auth", "# pam_sekimori was here\nauth required pam_unix.so\n");
        cr_expect_eq(door_is_ours(&tree), 1, "the account phase still has it");
        given_file("etc/pam.d/common-account", "account required pam_unix.so\n");
        cr_expect_eq(door_is_ours(&tree), 0);
        given_link("etc/pam.d/common-auth", "common-auth");
        cr_expect_eq(door_is_ours(&tree), -ELOOP, "what cannot be read is not without ours");
}
