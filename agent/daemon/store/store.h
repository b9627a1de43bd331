/* SPDX-License-Identifier: MIT */
/* store.h — policies on disk: the one in force, the last good one before it, and the serial that must rise.
 *
 *   STATE/policy/SERIAL/envelope.cms   what was pushed, byte for byte
 *   STATE/policy/SERIAL/trust.pem      the trust it was accepted under
 *   STATE/policy/mark                  "HIGHEST PREVIOUS\n": serials that may be loaded, and the mark that must rise
 *   STATE/policy/issued                "SECOND\n": the latest `issued` ever in force; nothing older is accepted
 *
 * A slot appears by rename of a fully synced directory, so a crash at any point leaves the old policy or the new one.
 */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "decision/policy.h"
#include "signature/trust.h"

struct store;

/* Opens (and makes, mode 0711; what is in it is closed) state_dir. It is the one writer there as long as it lives:
 * -EBUSY where another is. config_dir/trust.pem is read by a push that finds no policy in force, so it may appear
 * later. */
int store_open(const char *config_dir, const char *state_dir, struct store **ret, struct err *err);
void store_free(struct store *s);
CLEANUP(store, struct store *, store_free)
#define auto_store AUTO(store)

/* Load the highest slot that verifies and compiles, falling back to the one before it. *ret NULL and 0: there is none
 * (sealed). `note` gets one line about anything that was skipped, and about why no policy could follow this one; ""
 * where there is neither. Finishes a push that a crash interrupted after its slot was there, and removes what earlier
 * ones left. */
int store_load(struct store *s, struct policy **ret, struct err *note);

/* Verify under the trust in force (the signers of the policy in force; config_dir/trust.pem where there is none),
 * compile, compare serials, ask whether another could follow. *ret is the caller's. -EKEYREJECTED, -EKEYEXPIRED,
 * -EBADMSG, -ESTALE (serial not higher than the mark, or issued before the latest), -ERANGE (too high).
 *
 * With `waived` root sets aside what would keep a terminal where it is (docs/adr/0193), or that nothing says any more
 * what was in force (docs/adr/0213): it gets what that was, "" where there was nothing to set aside. Signatures, and
 * that nothing older comes back than what is known, are never set aside. */
int store_check(struct store *s, struct bytes envelope, struct err *waived, struct policy **ret, struct err *err);

/* Make what store_check accepted (`forced`: with `waived`) the policy in force. Durable once it returns 0; otherwise
 * nothing has changed. */
int store_install(struct store *s, struct bytes envelope, const struct policy *p, bool forced, struct err *err);

uint64_t store_highest_serial(const struct store *s);

/* A descriptor of the state directory (O_PATH semantics not guaranteed), owned by the store: for other modules that
 * keep state. */
int store_fd(const struct store *s);
