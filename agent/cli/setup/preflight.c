/* SPDX-License-Identifier: MIT */
/* preflight.c — the table, in order: name, function of checks.h, and what it is a check for. See preflight.h. */
#include "cli/setup/preflight.h"

#include "cli/setup/checks.h"
#include "cli/setup/door.h"

#include <string.h>

#define ALL (PREFLIGHT_DEVICES | PREFLIGHT_LOGIN | PREFLIGHT_NETWORK)
#define DEVICES (PREFLIGHT_DEVICES | PREFLIGHT_LOGIN) /* login comes after devices, and has all of its checks */

static const struct {
        const char *name;
        check *look;
        unsigned for_what;
} checks[] = {
        { "agent", check_agent, ALL },
        { "policy", check_policy, ALL },
        { "trust", check_trust, ALL },
        { "signers", check_signers, ALL },
        { "clock", check_clock, ALL },
        { "space", check_space, ALL },
        { "journal", check_journal, DEVICES },
        { "boot", check_boot, DEVICES },
        { "grub", check_grub, DEVICES },
        { "devices", check_devices, DEVICES },
        { "upgrade", check_upgrade, DEVICES },
        { "keyboard", check_keyboard, DEVICES },
        { "network", check_network, DEVICES },
        { "mounts", check_mounts, DEVICES },
        { "disks", check_disks, DEVICES },
        { "rivals", check_rivals, DEVICES },
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
        { "isolation", check_isolation, PREFLIGHT_NETWORK },
        { "early-network", check_early_network, PREFLIGHT_NETWORK },
        { "cut-off", check_cut_off, PREFLIGHT_LIMITS },
};
#define CHECKS (sizeof checks / sizeof *checks)

void preflight(const struct check_context *g, unsigned for_what) {
        struct doors_once doors = { 0 };
        struct check_context all = *g;

        all.doors = &doors;
        for (size_t i = 0; i < CHECKS; i++) {
                if (!(checks[i].for_what & for_what))
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
