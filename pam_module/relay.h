/* SPDX-License-Identifier: MIT */
/* relay.h — relays between the agent and the person until there is a verdict. Only LOGIN_ALLOW becomes PAM_SUCCESS. */
#pragma once

#include "client.h"
#include "conversation.h"

/* A PAM code. flags are PAM's. When authenticating, and only on success, PAM_AUTHTOK is set where the agent says which
 * part of an answer is the password. Answers are wiped on every path. */
int relay_run(pam_handle_t *pamh, unsigned flags, struct client *c, const struct login_begin *begin);

/* PAM's code for "nobody could decide" in that phase: never PAM_IGNORE. */
int relay_failure(enum login_phase phase);

/* PAM's code for "no" in that phase. */
int relay_refusal(enum login_phase phase);
