/* SPDX-License-Identifier: MIT */
/* firewall_words.h — what the network plane says in the journal, in English. */
#pragma once

#include "network/firewall.h"

/* What the exits tell is said; that their grants have changed is handed to `granted`. Static. */
const struct exits_listener *firewall_listener(void (*granted)(void *ctx));

void firewall_say_failure(const char *what, const struct err *err);
void firewall_say_errno(const char *what, int error);
void firewall_say_name(int link);
void firewall_say_restored(void);
void firewall_say_state(const struct firewall *f);
void firewall_idle(void *ctx);
