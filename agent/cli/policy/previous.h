/* SPDX-License-Identifier: MIT */
/* previous.h — would a terminal count this signature? Each policy lists who may sign the next one. */
#pragma once

#include "decision/policy.h"
#include "signature/signer.h"

/* `previous` names the policy in force (text or envelope, or the trust.pem of a terminal that has none yet): a signer
 * whom it does not list is refused, and so is a policy that a terminal would not accept after it. NULL: only a note
 * where `next` itself does not list the signer. Complains itself under `file`; an enum exit_code. */
int previous_check(const char *previous, const char *file, const struct policy *next, const struct signer *signer);
