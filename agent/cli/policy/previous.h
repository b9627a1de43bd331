/* SPDX-License-Identifier: MIT */
/* previous.h — would a terminal count this signature? Who may sign a policy stands in the one before it. */
#pragma once

#include "decision/policy.h"
#include "signature/signer.h"

/* `previous` names the policy in force (text or envelope, or the trust.pem of a terminal that has none yet): a signer
 * whom it does not list is refused, and a policy that would not follow it. NULL: only a note where `next` itself does
 * not list them. Complains itself under `file`; an enum exit_code. */
int previous_check(const char *previous, const char *file, const struct policy *next, const struct signer *signer);
