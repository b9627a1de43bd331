/* SPDX-License-Identifier: MIT */
/* checks.h — the single checks of preflight.c: each looks at one thing and says what it found. */
#pragma once

#include "cli/setup/check_context.h"
#include "wire/card.h"

typedef void check(struct check_context *g);

/* check_terminal.c */
check check_agent, check_policy, check_trust, check_clock, check_space, check_journal, check_boot;
/* check_signers.c */
check check_signers;
/* check_devices.c */
check check_devices, check_keyboard, check_network, check_mounts;
/* Does its verdict let in what of it is of that kind? An agent that does not say so says whether all of it is let in.
 */
bool device_is_in_as(const json_t *device, const char *kind);
/* check_upgrade.c */
check check_upgrade;
/* check_disks.c */
check check_disks;
/* check_rivals.c */
check check_rivals;
/* check_people.c */
check check_administrators;
/* check_reader.c */
check check_reader;
/* What the card helper heard of pcscd (NULL: it did not answer), where so many readers are let in; what is wrong is
 * found. True: nothing is. */
bool reader_service_fits(struct check_context *g, const char *module, unsigned let_in, const struct card_heard *heard);
/* check_pam.c */
check check_profile, check_password, check_services, check_logins, check_exempt;
/* check_isolation.c */
check check_isolation, check_early_network, check_cut_off;
/* check_doors.c */
check check_autologin, check_sshd, check_sudo, check_rescue, check_grub;
