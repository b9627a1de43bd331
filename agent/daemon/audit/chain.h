/* SPDX-License-Identifier: MIT */
/* chain.h — the log as files: whole lines, each sealed by the next, one writer. Knows of a line only its first member
 * "seq" and its last one "prev"; what stands between is its caller's.
 *
 *   audit.jsonl              the log that grows
 *   audit-000000000001.jsonl what it was until it reached CHAIN_ROTATE bytes, named after its first record
 *   audit.torn.N             what was found where a record should have been, set aside byte for byte */
#pragma once

#include "audit/hash.h"
#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define CHAIN_LINE_MAX 16384 /* bytes of one line, with its newline */
#define CHAIN_ROTATE (16 * 1024 * 1024)
#define CHAIN_SEQ_MAX (UINT64_C(1) << 53) /* every JSON reader represents integers up to here exactly */

struct chain;

/* What had to be repaired before the log could go on. The caller records it and clears it. */
struct chain_repair {
        char reason[32]; /* "": nothing; torn, foreign, shortened, removed, missing, not-a-file, not-a-log … */
        char aside[32];  /* the file it went to; "": nowhere */
        uint64_t bytes;
        bool broken; /* records are missing: a verifier is going to find the gap */
};

/* Continue the log beneath dirfd (which the chain keeps a descriptor of), reading no more than its tail.
 * What is wrong with the file itself does not fail here but in chain_ready(). */
int chain_open(int dirfd, struct chain **ret, struct err *err);
void chain_free(struct chain *c);
CLEANUP(chain, struct chain *, chain_free)
#define auto_chain AUTO(chain)

/* Before each append: bring the file back to its last whole record, whatever happened to it. -errno: not now. */
int chain_ready(struct chain *c);
struct chain_repair *chain_repair(struct chain *c);

/* Add a repair that only the caller could notice. */
void chain_note(struct chain *c, const char *reason, bool broken);

uint64_t chain_next(const struct chain *c);    /* the seq that the next line must carry */
const char *chain_prev(const struct chain *c); /* the SHA-256 that it must carry, or zeros */

/* Append one line of n bytes, which ends with a newline: all of it or nothing. */
int chain_append(struct chain *c, const char *line, size_t n);

int chain_sync(struct chain *c); /* fdatasync */
bool chain_full(const struct chain *c);
int chain_rotate(struct chain *c); /* on failure the log goes on in the old file */
