/* SPDX-License-Identifier: MIT */
/* administrators.c — two constant lists: admin groups (sudo ...), PAM services (sshd ...). See administrators.h. */
#include "decision/administrators.h"

#include "decision/list.h"

const char administrators[] = "root\0group:root\0group:sudo\0group:wheel\0group:admin\0group:admins\0";

const char entrances[] = "login\0remote\0sshd\0gdm\0gdm3\0gdm-password\0gdm-smartcard\0lightdm\0sddm\0lxdm\0xdm\0"
                         "greetd\0ly\0";

bool person_is_administrator(const struct person *who) {
        return list_names_person(administrators, who);
}

bool service_is_entrance(const char *service) {
        return list_has(entrances, service);
}
