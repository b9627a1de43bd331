/* SPDX-License-Identifier: MIT */
/* pam_service.c — the table; what it says of a service is the source of the program that asks for it, and what was
 * seen of it (docs/adr/0210-what-a-login-screen-can-show.md). See pam_service.h. */
#include "decision/pam_service.h"

#include <string.h>

const struct pam_service pam_services[] = {
        { "login", PAM_SERVICE_ENTRANCE, "login", 0 },
        { "remote", PAM_SERVICE_ENTRANCE, "inetutils-telnetd", PAM_SERVICE_UNSEEN_SCREEN },
        { "sshd", PAM_SERVICE_ENTRANCE, "openssh-server", PAM_SERVICE_UNSEEN_SCREEN },
        { "gdm", PAM_SERVICE_ENTRANCE, "gdm3", 0 },
        { "gdm3", PAM_SERVICE_ENTRANCE, "gdm3", 0 },
        { "gdm-password", PAM_SERVICE_ENTRANCE, "gdm3", 0 },
        { "gdm-smartcard", PAM_SERVICE_ENTRANCE, "gdm3", PAM_SERVICE_SPARE },
        { "gdm-fingerprint", PAM_SERVICE_ENTRANCE, "gdm3", PAM_SERVICE_SPARE },
        { "gdm-switchable-auth", PAM_SERVICE_ENTRANCE, "gdm3", PAM_SERVICE_SPARE },
        { "lightdm", PAM_SERVICE_ENTRANCE, "lightdm", PAM_SERVICE_OWN_WORDS | PAM_SERVICE_UNBROKEN_LINES },
        { "sddm", PAM_SERVICE_ENTRANCE, "sddm", PAM_SERVICE_ONE_ANSWER },
        { "lxdm", PAM_SERVICE_ENTRANCE, "lxdm", PAM_SERVICE_ONE_ANSWER },
        { "xdm", PAM_SERVICE_ENTRANCE, "xdm", 0 },
        { "greetd", PAM_SERVICE_ENTRANCE, "greetd", 0 },
        { "ly", PAM_SERVICE_ENTRANCE, "ly", PAM_SERVICE_ONE_ANSWER },
        { "xrdp-sesman", PAM_SERVICE_ENTRANCE, "xrdp", PAM_SERVICE_ONE_ANSWER },
        { "cockpit", PAM_SERVICE_ENTRANCE, "cockpit-ws", 0 },

        { "su", PAM_SERVICE_INSIDE, "util-linux", PAM_SERVICE_ROOT_UNASKED },
        { "su-l", PAM_SERVICE_INSIDE, "util-linux", PAM_SERVICE_ROOT_UNASKED },
        { "chfn", PAM_SERVICE_INSIDE, "passwd", PAM_SERVICE_SPARE | PAM_SERVICE_ROOT_UNASKED },
        { "chsh", PAM_SERVICE_INSIDE, "passwd", PAM_SERVICE_SPARE | PAM_SERVICE_ROOT_UNASKED },
        { "sudo", PAM_SERVICE_INSIDE, "sudo", PAM_SERVICE_REMEMBERS | PAM_SERVICE_HUSHES },
        { "sudo-i", PAM_SERVICE_INSIDE, "sudo", PAM_SERVICE_REMEMBERS | PAM_SERVICE_HUSHES },
        { "polkit-1", PAM_SERVICE_INSIDE, "polkitd", 0 },

        { "swaylock", PAM_SERVICE_LOCKER, "swaylock", PAM_SERVICE_ONE_ANSWER },
        { "i3lock", PAM_SERVICE_LOCKER, "i3lock", PAM_SERVICE_ONE_ANSWER },
        { "gtklock", PAM_SERVICE_LOCKER, "gtklock", PAM_SERVICE_ONE_ANSWER },
        { "hyprlock", PAM_SERVICE_LOCKER, "hyprlock", PAM_SERVICE_ONE_ANSWER },
        { "waylock", PAM_SERVICE_LOCKER, "waylock", PAM_SERVICE_ONE_ANSWER },
        { "xscreensaver", PAM_SERVICE_LOCKER, "xscreensaver", 0 },
        { "xfce4-screensaver", PAM_SERVICE_LOCKER, "xfce4-screensaver", 0 },
        { "mate-screensaver", PAM_SERVICE_LOCKER, "mate-screensaver", 0 },
        { "cinnamon-screensaver", PAM_SERVICE_LOCKER, "cinnamon-screensaver", 0 },
        { "kde", PAM_SERVICE_LOCKER, "libkscreenlocker6", 0 },
        { "kde-fingerprint", PAM_SERVICE_LOCKER, "libkscreenlocker6", 0 },
        { "kde-smartcard", PAM_SERVICE_LOCKER, "libkscreenlocker6", 0 },
        { "vlock", PAM_SERVICE_LOCKER, "vlock", 0 },
        { "physlock", PAM_SERVICE_LOCKER, "physlock", 0 },

        { "gdm-autologin", PAM_SERVICE_AUTOLOGIN, "gdm3", 0 },
        { "lightdm-autologin", PAM_SERVICE_AUTOLOGIN, "lightdm", 0 },
        { "sddm-autologin", PAM_SERVICE_AUTOLOGIN, "sddm", 0 },

        { "systemd-user", PAM_SERVICE_MACHINERY, "systemd", PAM_SERVICE_EXEMPTED },
        { "systemd-run0", PAM_SERVICE_MACHINERY, "systemd", PAM_SERVICE_EXEMPTED }, /* polkit has asked before */
        { "cron", PAM_SERVICE_MACHINERY, "cron", PAM_SERVICE_EXEMPTED },
        { "atd", PAM_SERVICE_MACHINERY, "at", PAM_SERVICE_EXEMPTED },
        { "runuser", PAM_SERVICE_MACHINERY, "util-linux", 0 },
        { "runuser-l", PAM_SERVICE_MACHINERY, "util-linux", 0 },
        { "sssd-shadowutils", PAM_SERVICE_MACHINERY, "sssd-common", 0 },

        { "gdm-launch-environment", PAM_SERVICE_GREETER, "gdm3", PAM_SERVICE_EXEMPTED },
        { "lightdm-greeter", PAM_SERVICE_GREETER, "lightdm", 0 },
        { "sddm-greeter", PAM_SERVICE_GREETER, "sddm", PAM_SERVICE_EXEMPTED },
        { "greetd-greeter", PAM_SERVICE_GREETER, "greetd", PAM_SERVICE_EXEMPTED },
};
const size_t pam_services_n = sizeof pam_services / sizeof *pam_services;

const struct pam_service *pam_service_find(const char *name) {
        for (size_t i = 0; i < pam_services_n; i++)
                if (strcmp(pam_services[i].name, name) == 0)
                        return &pam_services[i];
        return NULL;
}

bool pam_service_is_entrance(const char *name) {
        const struct pam_service *s = pam_service_find(name);

        return s && s->kind == PAM_SERVICE_ENTRANCE;
}

bool pam_service_has(const char *name, enum pam_service_trait t) {
        const struct pam_service *s = pam_service_find(name);

        return s && s->traits & t;
}
