/* SPDX-License-Identifier: MIT */
/* pam_service.c — the table; what it says of a service is the source of the program that asks for it. See
 * pam_service.h. */
#include "decision/pam_service.h"

#include <string.h>

const struct pam_service pam_services[] = {
        { "login", PAM_SERVICE_ENTRANCE, "login", false },
        { "remote", PAM_SERVICE_ENTRANCE, "inetutils-telnetd", false },
        { "sshd", PAM_SERVICE_ENTRANCE, "openssh-server", false },
        { "gdm", PAM_SERVICE_ENTRANCE, "gdm3", false },
        { "gdm3", PAM_SERVICE_ENTRANCE, "gdm3", false },
        { "gdm-password", PAM_SERVICE_ENTRANCE, "gdm3", false },
        { "gdm-smartcard", PAM_SERVICE_ENTRANCE, "gdm3", true },
        { "gdm-fingerprint", PAM_SERVICE_ENTRANCE, "gdm3", true },
        { "gdm-switchable-auth", PAM_SERVICE_ENTRANCE, "gdm3", true },
        { "lightdm", PAM_SERVICE_ENTRANCE, "lightdm", false },
        { "sddm", PAM_SERVICE_ENTRANCE, "sddm", false },
        { "lxdm", PAM_SERVICE_ENTRANCE, "lxdm", false },
        { "xdm", PAM_SERVICE_ENTRANCE, "xdm", false },
        { "greetd", PAM_SERVICE_ENTRANCE, "greetd", false },
        { "ly", PAM_SERVICE_ENTRANCE, "ly", false },
        { "xrdp-sesman", PAM_SERVICE_ENTRANCE, "xrdp", false },
        { "cockpit", PAM_SERVICE_ENTRANCE, "cockpit-ws", false },

        { "su", PAM_SERVICE_INSIDE, "util-linux", false },
        { "su-l", PAM_SERVICE_INSIDE, "util-linux", false },
        { "sudo", PAM_SERVICE_INSIDE, "sudo", false },
        { "sudo-i", PAM_SERVICE_INSIDE, "sudo", false },
        { "polkit-1", PAM_SERVICE_INSIDE, "polkitd", false },

        { "swaylock", PAM_SERVICE_LOCKER, "swaylock", false },
        { "i3lock", PAM_SERVICE_LOCKER, "i3lock", false },
        { "gtklock", PAM_SERVICE_LOCKER, "gtklock", false },
        { "hyprlock", PAM_SERVICE_LOCKER, "hyprlock", false },
        { "waylock", PAM_SERVICE_LOCKER, "waylock", false },
        { "xscreensaver", PAM_SERVICE_LOCKER, "xscreensaver", false },
        { "xfce4-screensaver", PAM_SERVICE_LOCKER, "xfce4-screensaver", false },
        { "mate-screensaver", PAM_SERVICE_LOCKER, "mate-screensaver", false },
        { "cinnamon-screensaver", PAM_SERVICE_LOCKER, "cinnamon-screensaver", false },
        { "kde", PAM_SERVICE_LOCKER, "libkscreenlocker6", false },
        { "kde-fingerprint", PAM_SERVICE_LOCKER, "libkscreenlocker6", false },
        { "kde-smartcard", PAM_SERVICE_LOCKER, "libkscreenlocker6", false },
        { "vlock", PAM_SERVICE_LOCKER, "vlock", false },
        { "physlock", PAM_SERVICE_LOCKER, "physlock", false },

        { "gdm-autologin", PAM_SERVICE_AUTOLOGIN, "gdm3", false },
        { "lightdm-autologin", PAM_SERVICE_AUTOLOGIN, "lightdm", false },
        { "sddm-autologin", PAM_SERVICE_AUTOLOGIN, "sddm", false },

        { "gdm-launch-environment", PAM_SERVICE_GREETER, "gdm3", false },
        { "lightdm-greeter", PAM_SERVICE_GREETER, "lightdm", false },
        { "sddm-greeter", PAM_SERVICE_GREETER, "sddm", false },
        { "greetd-greeter", PAM_SERVICE_GREETER, "greetd", false },

        { "systemd-user", PAM_SERVICE_MACHINERY, "systemd", false },
        { "systemd-run0", PAM_SERVICE_MACHINERY, "systemd", false }, /* polkit has asked before */
        { "cron", PAM_SERVICE_MACHINERY, "cron", false },
        { "atd", PAM_SERVICE_MACHINERY, "at", false },
        { "runuser", PAM_SERVICE_MACHINERY, "util-linux", false },
        { "runuser-l", PAM_SERVICE_MACHINERY, "util-linux", false },
        { "sssd-shadowutils", PAM_SERVICE_MACHINERY, "sssd-common", false },
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
