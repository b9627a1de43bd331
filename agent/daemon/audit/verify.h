/* SPDX-License-Identifier: MIT */
/* verify.h — has anybody changed the log? Reads what may have been forged from end to end, and trusts one thing only:
 * the public key it is given. Needs no agent, no root and no state; memory does not grow with the log. */
#pragma once

#include "audit/hash.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct verify;

/* A record's number and the SHA-256 of its line: short enough to be written down, and it stands for every line up to
 * this one. */
struct verify_mark {
        uint64_t seq;
        char digest[HASH_TEXT];
};

struct verify_counts {
        uint64_t first, records, checkpoints;
        uint64_t unsigned_records; /* after the last checkpoint: no signature covers these yet */
        uint64_t pruned;           /* records 1 to this are gone, and the agent said so and signed it; 0: none */
        uint64_t repairs;          /* torn lines that the agent set aside; nothing that it had confirmed is missing */
};

/* Where it is wrong, and why. */
struct verify_fault {
        uint64_t line, column; /* both from 1 */
        struct err why;
};

/* All records from number `first` on must be there, for a log whose earlier files are kept elsewhere; earlier records
 * that are there are verified, too. 0: from 1, or from where the log itself says that the agent has left it. */
int verify_new(struct bytes public_key_pem, uint64_t first, struct verify **ret, struct err *err);
void verify_free(struct verify *v);
CLEANUP(verify, struct verify *, verify_free)
#define auto_verify AUTO(verify)

/* What somebody wrote down of this log earlier. The record must be in it, or be the one before its first record, and
 * have that digest. Called before the first file. */
void verify_expect(struct verify *v, const struct verify_mark *written_down);

/* The next file of the chain. 0; -EBADMSG with *ret set: the first line that is not what the agent wrote; -errno. */
int verify_file(struct verify *v, int fd, struct verify_fault *ret);

/* Checks what cannot be seen line by line. 0, or with a reason: -EBADMSG, it is not all there (no record at all, none
 * that is signed, not the first ones); -ENODATA, it ends before the record that was expected. */
int verify_end(const struct verify *v, struct err *err);

/* Is the key the one that signed the log when the expected record was written down? A checkpoint up to that record
 * names its key, and the digest covers the checkpoint. */
bool verify_key_was_expected(const struct verify *v);

struct verify_mark verify_last(const struct verify *v); /* what to write down for next time */

const struct verify_counts *verify_counts(const struct verify *v);
const char *verify_key_id(const struct verify *v);
