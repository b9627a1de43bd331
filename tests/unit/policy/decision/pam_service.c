/* SPDX-License-Identifier: MIT */
/* Which PAM services are known, and what people do at them. */
#include "decision/pam_service.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(pam_service, .timeout = 5);

Test(pam_service, where_people_come_in_and_not_where_they_go_on) {
        static const char *const in[] = { "login",       "gdm-password", "gdm-switchable-auth", "sshd", "ly",
                                          "xrdp-sesman", "cockpit" },
                                 *const on[] = { "sudo", "su-l",          "polkit-1",     "swaylock",
                                                 "kde",  "gdm-autologin", "systemd-user", "sddm-greeter",
                                                 "",     "log",           "something" };

        for (size_t i = 0; i < sizeof in / sizeof *in; i++)
                cr_expect(pam_service_is_entrance(in[i]), "%s", in[i]);
        for (size_t i = 0; i < sizeof on / sizeof *on; i++)
                cr_expect_not(pam_service_is_entrance(on[i]), "%s", on[i]);
}

Test(pam_service, each_is_there_once) {
        for (size_t i = 0; i < pam_services_n; i++)
                cr_expect_eq(pam_service_find(pam_services[i].name), &pam_services[i], "%s", pam_services[i].name);
}

Test(pam_service, what_is_special_about_it) {
        cr_expect(pam_service_has("sddm", PAM_SERVICE_ONE_ANSWER));
        cr_expect(pam_service_has("xrdp-sesman", PAM_SERVICE_ONE_ANSWER));
        cr_expect_not(pam_service_has("lightdm", PAM_SERVICE_ONE_ANSWER), "it asks again and again");
        cr_expect(pam_service_has("lightdm", PAM_SERVICE_OWN_WORDS));
        cr_expect(pam_service_has("lightdm", PAM_SERVICE_UNBROKEN_LINES));
        cr_expect(pam_service_has("gdm-smartcard", PAM_SERVICE_SPARE));
        cr_expect(pam_service_has("sshd", PAM_SERVICE_UNSEEN_SCREEN));
        cr_expect(pam_service_has("sudo-i", PAM_SERVICE_HUSHES));
        cr_expect_not(pam_service_has("something", PAM_SERVICE_ONE_ANSWER));
}

/* Of the services with this trait, "one, two". */
static void list(enum pam_service_trait t, const char *between, char *ret, size_t size) {
        FILE *to = fmemopen(ret, size, "w");
        const char *before = "";

        cr_assert(to);
        for (size_t i = 0; i < pam_services_n; i++)
                if (pam_services[i].traits & t) {
                        (void)fprintf(to, "%s%s", before, pam_services[i].name);
                        before = between;
                }
        cr_assert_eq(fclose(to), 0);
}

/* Without the backslashes of a manual page. */
static void read_plain(const char *path, char *ret, size_t size) {
        FILE *from = fopen(path, "r");
        size_t n = 0;

        cr_assert(from, "%s: run from the top of the repository", path);
        for (int c; (c = getc(from)) != EOF && n < size - 1;)
                if (c != '\\')
                        ret[n++] = (char)c;
        ret[n] = '\0';
        cr_assert_eq(fclose(from), 0);
}

Test(pam_service, what_is_named_elsewhere_is_the_tables) {
        static const char profile[] = "install/pam-configs/sekimori";
        static const struct {
                const char *path, *before;
                enum pam_service_trait trait;
                const char *between, *behind;
        } named[] = {
                { profile, "service in ", PAM_SERVICE_REMEMBERS, ":", "\n" },
                { profile, "service in ", PAM_SERVICE_ROOT_UNASKED, ":", "\n" },
                { "docs/man/pam_sekimori.8", "service in ", PAM_SERVICE_ROOT_UNASKED, ":", "\n" },
                { "docs/man/ja/pam_sekimori.8", "service in ", PAM_SERVICE_ROOT_UNASKED, ":", "\n" },
                { "docs/man/pam_sekimori.8", ".BR ", PAM_SERVICE_EXEMPTED, " \", \" ", "\n" },
                { "docs/man/ja/pam_sekimori.8", ".BR ", PAM_SERVICE_EXEMPTED, " \", \" ", "\n" },
                { "docs/OPERATING.md", "exempt: [", PAM_SERVICE_EXEMPTED, ", ", "]" },
                { "docs/ja/OPERATING.md", "exempt: [", PAM_SERVICE_EXEMPTED, ", ", "]" },
        };
        static char text[1 << 20];

        for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
                char names[256], whole[512];

                list(named[i].trait, named[i].between, names, sizeof names);
                (void)snprintf(whole, sizeof whole, "%s%s%s", named[i].before, names, named[i].behind);
                read_plain(named[i].path, text, sizeof text);
                cr_expect(strstr(text, whole), "%s does not have: %s", named[i].path, whole);
        }
}
