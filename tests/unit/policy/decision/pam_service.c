/* SPDX-License-Identifier: MIT */
/* Which PAM services are known, and what people do at them. */
#include "decision/pam_service.h"

#include <criterion/criterion.h>
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
        cr_expect_not(pam_service_has("something", PAM_SERVICE_ONE_ANSWER));
}
