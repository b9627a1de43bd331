/* SPDX-License-Identifier: MIT */
/* The checks before the login stage: who gets in without being asked, and who gets in no more. */
#include "cli/setup/checks.h"

#include "support/ceremony.h"
#include "support/inputs.h"
#include "unit/agent/cli/setup/root_tree.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(login_check, .init = given_a_tree, .fini = drop_tree, .timeout = 60);

#define expect_said(part) cr_expect(strstr(said(), part), "'%s' is not in: %s", part, said())

Test(login_check, automatic_logins_are_found_wherever_they_are_set) {
        static const struct {
                const char *path, *text;
        } places[] = {
                { "etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable = True\n" },
                { "etc/lightdm/lightdm.conf.d/50-a.conf", "[Seat:*]\nautologin-user=hanako\n" },
                { "etc/sddm.conf.d/a.conf", "[Autologin]\nUser=hanako\n" },
                { "etc/systemd/system/getty@tty1.service.d/a.conf",
                  "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin hanako %I\n" },
                { "etc/systemd/system/serial-getty@.service",
                  "[Service]\nExecStart=-/sbin/agetty -a root %I \\\n linux\n" },
        };

        cr_expect_eq(looked(check_autologin), FINDING_OK);
        given_file("etc/gdm3/daemon.conf",
                   "[daemon]\n#AutomaticLoginEnable = true\nAutomaticLoginEnable=false\nAutomaticLoginEnabled\n");
        given_file("etc/lightdm/lightdm.conf", "[Seat:*]\nautologin-user=\nautologin-user-timeout=0\n");
        given_link("etc/systemd/system/getty@tty1.service", "/dev/null");
        given_file("etc/systemd/system/x.service", "[Service]\nExecStart=/bin/x -a\n");
        cr_expect_eq(looked(check_autologin), FINDING_OK);
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
                given_file(places[i].path, places[i].text);
                cr_expect_eq(looked(check_autologin), FINDING_WARNING, "%s", places[i].path);
                expect_said(places[i].path);
                given_file(places[i].path, "");
        }
}

Test(login_check, sshd_asks_through_pam) {
        cr_expect_eq(looked(check_sshd), FINDING_OK, "there is none");
        given_file("usr/sbin/sshd", "");
        given_file("etc/ssh/sshd_config",
                   "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nKbdInteractiveAuthentication no\n");
        cr_expect_eq(looked(check_sshd), FINDING_WARNING);
        expect_said("KbdInteractiveAuthentication yes");
        given_file("etc/ssh/sshd_config.d/a.conf", "KbdInteractiveAuthentication=yes\n");
        cr_expect_eq(looked(check_sshd), FINDING_OK, "the first that is said counts");
        given_file("etc/ssh/sshd_config.d/b.conf", "Include /etc/ssh/sshd_config.d/b.*\n");
        cr_expect_eq(looked(check_sshd), FINDING_WARNING, "no file includes itself for ever");
        expect_said("what /etc/ssh/sshd_config.d/b.conf:1 includes was not looked at");
        given_file("etc/ssh/sshd_config.d/b.conf", "");
        given_file("etc/ssh/sshd_config.d/a.conf", "usepam no\n");
        cr_expect_eq(looked(check_sshd), FINDING_WARNING);
        expect_said("UsePAM yes");
}

Test(login_check, sshd_is_read_as_sshd_reads_it) {
        static const struct {
                const char *text, *said; /* NULL: all is well */
        } cases[] = {
                { "UsePAM \"yes\"\n", NULL },
                { "UsePAM = yes # here\nUsePAM no\n", NULL },
                { "UsePAM yes\nMatch Group sftp\n  KbdInteractiveAuthentication no\n", "etc/ssh/sshd_config:3)" },
                { "UsePAM yes\nMatch all\nKbdInteractiveAuthentication yes\n", NULL },
                { "UsePAM yes\nAuthenticationMethods publickey\n", "keyboard-interactive to AuthenticationMethods" },
                { "UsePAM yes\nAuthenticationMethods publickey \"publickey,keyboard-interactive:pam\"\n", NULL },
                { "UsePAM yes\nMatch User taro\nAuthenticationMethods publickey,password\n", "sshd_config:3)" },
                { "UsePAM yes\nInclude other/*.cfg\n", "etc/ssh/other/a.cfg:2)" },
                { "Include \"/etc/more conf/x.conf\"\n", NULL },
                { "#UsePAM yes\n", "UsePAM yes" },
        };

        given_file("usr/sbin/sshd", "");
        given_file("etc/ssh/other/a.cfg", "Match Host *\nKbdInteractiveAuthentication no\n");
        given_file("etc/ssh/other/a.conf", "UsePAM no\n");
        given_file("etc/more conf/x.conf", "UsePAM yes\n");
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                given_file("etc/ssh/sshd_config", cases[i].text);
                cr_expect_eq(looked(check_sshd), cases[i].said ? FINDING_WARNING : FINDING_OK, "%s", cases[i].text);
                if (cases[i].said)
                        expect_said(cases[i].said);
        }
        given_file("etc/ssh/sshd_config", "Include other/*.cfg\nUsePAM yes\nKbdInteractiveAuthentication yes\n");
        cr_expect_eq(looked(check_sshd), FINDING_WARNING);
        cr_expect_not(strstr(said(), "sshd_config:3"), "a Match block ends with its file: %s", said());
}

/* Each as cvtsudoers(1) reads it. */
Test(login_check, sudoers_is_read_as_sudo_reads_it) {
        static const struct {
                const char *text;
                bool asks;
        } cases[] = {
                { "#1000 ALL=(ALL) NOPASSWD: ALL\n", false },
                { "  %#27 ALL=(ALL) NOPASSWD: ALL\n", false },
                { "# hanako ALL=(ALL) NOPASSWD: ALL\n", true },
                { "taro ALL=(#0) ALL # NOPASSWD: ALL\n", true },
                { "# nothing \\\nhanako ALL=(ALL) NOPASSWD: ALL\n", false },
                { "taro ALL=(ALL) ALL # \\\nhanako ALL=(ALL) NOPASSWD: ALL\n", false },
                { "taro ALL=(ALL) /bin/echo \\#, NOPASSWD: /bin/ls\n", false },
                { "Defaults:hanako passprompt=\"# a\", !authenticate\n", false },
                { "Defaults ! authenticate\n", false },
                { "Defaults authenticate\n", true },
                { "Defaults exempt_group=sudo\n", false },
                { "#include /etc/open\n", false },
                { "@include open\n", false },
                { "#includedir /etc/sudoers.d\n", true },
                { "#includedir /etc/all\n", false },
                { "@include deep\n", false },
                { "@include /etc/none\n", true },
        };

        given_file("etc/open", "hanako ALL=(ALL) NOPASSWD: ALL\n");
        given_file("etc/all/x", "@include ../open\n");
        given_file("etc/deep", "@include all/x\n");
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                given_file("etc/sudoers", cases[i].text);
                cr_expect_eq(looked(check_sudo), cases[i].asks ? FINDING_OK : FINDING_WARNING, "%s", cases[i].text);
        }
}

Test(login_check, what_is_included_and_not_looked_at_is_said) {
        static const char *const cases[] = { "@include \"/etc/a b\"\n", "@include sudoers.%h\n", "@include\n",
                                             "@include /etc/a\n" };

        given_file("etc/a", "@include /etc/b\n");
        given_file("etc/b", "@include /etc/a\n");
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                given_file("etc/sudoers", cases[i]);
                cr_expect_eq(looked(check_sudo), FINDING_WARNING, "%s", cases[i]);
                expect_said("includes was not looked at");
        }
        given_file("usr/sbin/sshd", "");
        given_file("etc/ssh/sshd_config", "UsePAM yes\n# \\\nInclude /etc/*/more.conf\n");
        cr_expect_eq(looked(check_sshd), FINDING_WARNING);
        expect_said("what /etc/ssh/sshd_config:3 includes was not looked at");
}

Test(login_check, sudo_asks_and_rescue_opens) {
        given_file("etc/sudoers", "root ALL=(ALL:ALL) ALL\n# %sudo ALL=NOPASSWD: ALL\n");
        cr_expect_eq(looked(check_sudo), FINDING_OK);
        given_file("etc/sudoers.d/a", "hanako ALL=(ALL) \\\n NOPASSWD: ALL\n");
        cr_expect_eq(looked(check_sudo), FINDING_WARNING);
        expect_said("etc/sudoers.d/a:2");
        given_file("etc/sudoers.d/a", "");
        given_file("etc/sudoers", "@includedir /etc/sudoers.d\n@includedir /etc/more\n@include /etc/one\n");
        given_file("etc/one", "@include /etc/one\nDefaults !authenticate\n");
        given_file("etc/more/x", "taro ALL=(ALL) NOPASSWD: ALL\n");
        cr_expect_eq(looked(check_sudo), FINDING_WARNING);
        expect_said("(/etc/more/x:1, /etc/one:2)");
        given_file("etc/sudoers", "");
        cr_expect_eq(looked(check_sudo), FINDING_OK);
        given_file("etc/sudoers-rs", "taro ALL=(ALL) NOPASSWD: ALL\n");
        cr_expect_eq(looked(check_sudo), FINDING_WARNING, "sudo-rs has a file of its own");
        given_file("etc/shadow", "root:$y$j9T$abc:19000:0:99999:7:::\nhanako:!:1::::::\n");
        cr_expect_eq(looked(check_rescue), FINDING_OK);
        given_file("etc/shadow", "root:!*:19000:0:99999:7:::\n");
        cr_expect_eq(looked(check_rescue), FINDING_WARNING);
        given_file("etc/shadow", "root:$y$j9T$abc:1::::::\nhanako::1::::::\n");
        cr_expect_eq(looked(check_rescue), FINDING_WARNING);
        expect_said("hanako");
}

Test(login_check, the_boot_menu_has_a_password) {
        cr_expect_eq(looked(check_grub), FINDING_OK, "no GRUB");
        given_file("boot/grub/grub.cfg", "set superusers=\"root\"\n# password_pbkdf2 root x\n");
        cr_expect_eq(looked(check_grub), FINDING_WARNING);
        given_file("boot/grub/grub.cfg", "set superusers=\"root\"\npassword_pbkdf2 root grub.pbkdf2.sha512.10000.AB\n");
        cr_expect_eq(looked(check_grub), FINDING_OK);
}

Test(login_check, a_file_that_is_no_text_is_for_a_person_to_look_at) {
        given_link("etc/sudoers", "/etc/hostname");
        cr_expect_eq(looked(check_sudo), FINDING_WARNING);
        expect_said("cannot be read");
}

static void given_ours(void) {
        given_file("etc/pam.d/common-auth", "auth requisite pam_sekimori.so\n");
        given_file("etc/pam.d/common-account", "account requisite pam_sekimori.so\n");
        given_file("etc/pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n");
        given_file("etc/pam.d/login", "@include common-auth\n@include common-account\n");
        given_file("usr/sbin/pam-auth-update", "");
        given_file("usr/share/pam-configs/sekimori", "");
        given_file("usr/lib/x86_64-linux-gnu/security/pam_sekimori.so", "");
}

Test(login_check, where_passwords_are_asked_takes_no_password_for_any_other) {
        static const char *const wrong[] = { "auth required pam_permit.so\n", "@include common-auth\n",
                                             "auth required pam_sekimori.so\n",
                                             "auth sufficient pam_permit.so\nauth required pam_unix.so\n" };

        given_ours();
        cr_expect_eq(looked(check_password), FINDING_STOP, "it is missing");
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                given_file("etc/pam.d/sekimori-password", wrong[i]);
                cr_expect_eq(looked(check_password), FINDING_STOP, "%s", wrong[i]);
        }
        given_file("etc/pam.d/sekimori-password", "auth required pam_unix.so\naccount required pam_unix.so\n");
        cr_expect_eq(looked(check_password), FINDING_OK);
}

Test(login_check, a_line_of_ours_that_is_never_asked_is_no_profile) {
        given_ours();
        cr_expect_eq(looked(check_profile), FINDING_OK, "%s", said());
        given_file("etc/pam.d/common-auth", "auth required pam_deny.so\nauth [default=die] pam_unix.so\n"
                                            "auth requisite pam_sekimori.so\n");
        cr_expect_eq(looked(check_profile), FINDING_STOP);
        expect_said("were changed by hand");
}

Test(login_check, services_that_go_round_are_named) {
        given_ours();
        given_file("etc/pam.d/login.dpkg-old", "auth required pam_permit.so\naccount required pam_permit.so\n");
        given_file("etc/pam.d/passwd", "@include common-password\n");
        given_file("etc/pam.d/sssd-shadowutils", "auth required pam_unix.so\naccount required pam_unix.so\n");
        cr_expect_eq(looked(check_services), FINDING_OK, "libpam refuses what includes nothing: %s", said());
        given_file("etc/pam.d/kiosk", "auth required pam_permit.so\naccount required pam_permit.so\n");
        given_file("etc/pam.d/vnc", "auth required pam_unix.so\naccount required pam_unix.so\n");
        cr_expect_eq(looked(check_services), FINDING_WARNING);
        expect_said("kiosk, vnc (pam_unix).");
        given_file("etc/pam.d/binary", "auth required\1pam_unix.so\n");
        given_link("etc/pam.d/nowhere", "/etc/pam.d/loop");
        given_link("etc/pam.d/loop", "/etc/pam.d/nowhere");
        cr_expect_eq(looked(check_services), FINDING_WARNING);
        expect_said("etc/pam.d/nowhere cannot be read");
}

Test(login_check, where_nobody_would_get_in_is_said_before) {
        given_ours();
        given_file("etc/pam.d/swaylock", "auth include login\n");
        cr_expect_eq(looked(check_logins), FINDING_OK, "%s", said());
        given_file("etc/pam.d/gdm-fingerprint", "auth required pam_fprintd.so\n@include common-account\n");
        cr_expect_eq(looked(check_logins), FINDING_WARNING);
        expect_said("gdm-fingerprint");
        given_file("etc/pam.d/sshd", "auth required pam_google_authenticator.so\n@include common-account\n");
        cr_expect_eq(looked(check_logins), FINDING_STOP);
        expect_said("would let nobody in: sshd.");
}

static void given_unread(const char *path) {
        given_link(path, strrchr(path, '/') + 1); /* to itself */
}

Test(login_check, what_a_service_cannot_be_read_for_is_never_fine) {
        given_ours();
        given_unread("etc/pam.d/sshd");
        given_unread("etc/pam.d/swaylock");
        given_link("etc/pam.d/sekimori-password", "."); /* no regular file */
        given_file("etc/pam.d/xscreensaver", "auth include swaylock\n");
        cr_expect_eq(looked(check_services), FINDING_WARNING);
        expect_said("/etc/pam.d/sshd cannot be read");
        expect_said("go through Sekimori cannot be said: sshd, swaylock, xscreensaver.");
        cr_expect_eq(looked(check_logins), FINDING_STOP, "setup login would not go on");
        expect_said("people get in at these services cannot be said: sshd.");
        expect_said("people get in at these services cannot be said: swaylock, xscreensaver.");
        cr_expect_not(strstr(said(), "wherever they log in"));
        cr_expect_eq(looked(check_password), FINDING_STOP);
        expect_said("whether /etc/pam.d/sekimori-password checks passwords cannot be said");
}

Test(login_check, common_files_that_cannot_be_read_are_no_profile) {
        given_unread("etc/pam.d/common-auth");
        given_file("etc/pam.d/common-account", "account requisite pam_sekimori.so\n");
        given_file("etc/pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n");
        given_file("etc/pam.d/login", "@include common-auth\n@include common-account\n");
        given_file("usr/sbin/pam-auth-update", "");
        given_file("usr/share/pam-configs/sekimori", "");
        given_file("usr/lib/x86_64-linux-gnu/security/pam_sekimori.so", "");
        cr_expect_eq(looked(check_profile), FINDING_STOP);
        expect_said("whether it can be enabled in PAM cannot be said");
        cr_expect_eq(looked(check_services), FINDING_WARNING);
        expect_said("go through Sekimori cannot be said: login.");
        cr_expect_eq(looked(check_logins), FINDING_STOP);
        expect_said("cannot be said: login.");
        given_unread("usr/share/pam-configs/unread");
        cr_expect_eq(looked(check_services), FINDING_STOP, "what would be written is not known either");
        expect_said("the PAM services cannot be looked at");
}

Test(login_check, a_login_screen_is_no_person) {
        struct policy *p = NULL;
        struct err err = { "" };
        struct decree d = { 1 };

        ceremony_begin();
        make_people("alice", "bob", NULL);
        given_ours();
        given_file("etc/pam.d/gdm-launch-environment", "auth required pam_permit.so\n@include common-account\n");
        given_file("etc/pam.d/lightdm-greeter", "auth required pam_permit.so\naccount required pam_permit.so\n");
        given_file("usr/lib/pam.d/systemd-user", "@include common-account\n");
        given_file("etc/pam.d/other", "@include common-auth\n@include common-account\n");
        given_file("usr/bin/run0", "");
        write_policy("policy.yaml", &d);
        cr_assert_eq(policy_compile(slurp("policy.yaml"), &p, &err), 0, "%s", err.text);
        tree.policy = p;
        cr_expect_eq(looked(check_exempt), FINDING_STOP);
        expect_said("no login screen would appear (gdm-launch-environment):");
        expect_said("services without a person (systemd-run0, systemd-user) would be refused");
        given_unread("etc/pam.d/sddm-greeter");
        cr_expect_eq(looked(check_exempt), FINDING_STOP);
        expect_said("services without a person (sddm-greeter) go on working cannot be said");
        tree.policy = NULL;
        policy_free(p);
        ceremony_end();
}
