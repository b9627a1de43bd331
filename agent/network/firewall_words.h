/* SPDX-License-Identifier: MIT */
/* firewall_words.h — what the network plane says in the journal, in English, and tells the agent. */
#pragma once

#include "network/firewall.h"

/* What the exits tell is said; that their grants have changed is handed to `granted`. Static. */
const struct exits_listener *firewall_listener(void (*granted)(void *ctx));

void firewall_say_failure(const char *what, const struct err *err);
void firewall_say_errno(const char *what, int error);
void firewall_say_name(int link);
void firewall_say_restored(struct firewall *f);
void firewall_tell_refused(void *ctx, const struct network_refused *r);
void firewall_tell_force(struct firewall *f, const struct err *err); /* err: why the tables are not in force */
void firewall_say_state(const struct firewall *f);
void firewall_idle(void *ctx);
