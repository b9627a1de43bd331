/* SPDX-License-Identifier: MIT */
/* preflight.c — the table, in order: name, function of checks.h, and stage from which it runs. See preflight.h. */
#include "cli/setup/preflight.h"

#include "cli/setup/checks.h"
#include "cli/setup/door.h"

#include <string.h>

static const struct {
        const char *name;
        check *look;
        enum preflight since;
} checks[] = {
        { "agent", check_agent, PREFLIGHT_DEVICES },
        { "policy", check_policy, PREFLIGHT_DEVICES },
        { "trust", check_trust, PREFLIGHT_DEVICES },
        { "signers", check_signers, PREFLIGHT_DEVICES },
        { "clock", check_clock, PREFLIGHT_DEVICES },
        { "space", check_space, PREFLIGHT_DEVICES },
        { "journal", check_journal, PREFLIGHT_DEVICES },
        { "boot", check_boot, PREFLIGHT_DEVICES },
        { "grub", check_grub, PREFLIGHT_DEVICES },
        { "devices", check_devices, PREFLIGHT_DEVICES },
        { "upgrade", check_upgrade, PREFLIGHT_DEVICES },
        { "keyboard", check_keyboard, PREFLIGHT_DEVICES },
        { "network", check_network, PREFLIGHT_DEVICES },
        { "mounts", check_mounts, PREFLIGHT_DEVICES },
        { "disks", check_disks, PREFLIGHT_DEVICES },
        { "rivals", check_rivals, PREFLIGHT_DEVICES },
        { "administrators", check_administrators, PREFLIGHT_LOGIN },
        { "reader", check_reader, PREFLIGHT_LOGIN },
        { "profile", check_profile, PREFLIGHT_LOGIN },
        { "password", check_password, PREFLIGHT_LOGIN },
        { "services", check_services, PREFLIGHT_LOGIN },
        { "logins", check_logins, PREFLIGHT_LOGIN },
        { "exempt", check_exempt, PREFLIGHT_LOGIN },
        { "autologin", check_autologin, PREFLIGHT_LOGIN },
        { "sshd", check_sshd, PREFLIGHT_LOGIN },
        { "sudo", check_sudo, PREFLIGHT_LOGIN },
        { "rescue", check_rescue, PREFLIGHT_LOGIN },
};
#define CHECKS (sizeof checks / sizeof *checks)

void preflight(const struct check_context *g, enum preflight for_what) {
        struct doors_once doors = { 0 };
        struct check_context all = *g;

        all.doors = &doors;
        for (size_t i = 0; i < CHECKS; i++) {
                if (checks[i].since > for_what)
                        continue;
                all.check = checks[i].name;
                checks[i].look(&all);
        }
        doors_once_close(&doors);
}

bool preflight_knows(const char *name) {
        for (size_t i = 0; i < CHECKS; i++)
                if (strcmp(checks[i].name, name) == 0)
                        return true;
        return false;
}
