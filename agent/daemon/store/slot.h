/* SPDX-License-Identifier: MIT */
/* slot.h — one policy on disk, and the mark beside it. Knows nothing of which one is in force. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decision/policy.h"
#include "signature/envelope.h"
#include "signature/trust.h"

#include <stdint.h>

/* All beneath policy_fd, the store's `policy` directory. */

struct mark {
        uint64_t highest, previous; /* 0: none */
};

/* -ENOENT where there is none yet, -EBADMSG where it is not what mark_write writes. */
int mark_read(int policy_fd, struct mark *ret);
int mark_write(int policy_fd, struct mark mark, struct err *err);
int mark_remove(int policy_fd); /* durably; none is fine */

/* The latest second at which somebody signed what was accepted here. As mark_read and mark_write. */
int floor_read(int policy_fd, int64_t *ret_s);
int floor_write(int policy_fd, int64_t s, struct err *err);

/* The serials of all slots, highest first; other entries are not listed. The caller frees. */
int slots_list(int policy_fd, uint64_t **ret, size_t *ret_n, struct err *err);

/* A policy that an envelope carries, and who may sign the next one. */
struct accepted {
        struct policy *policy;
        struct trust *next;
        int doubt; /* 0, or why a push refuses it unless it is forced; what is in force already is loaded all the same
                    */
        struct err why;
};
void accepted_deinit(struct accepted *a);
void accepted_doubt(struct accepted *a, int r, const struct err *why); /* one more, where r is negative */
#define auto_accepted __attribute__((cleanup(accepted_deinit))) struct accepted

/* Signature, text, its signers, in that order. -EKEYREJECTED, -EBADMSG. A doubt is no failure here: -EKEYEXPIRED, too
 * few of those who signed had a valid certificate at `issued`; else what succession_check says. */
int slot_judge(struct bytes envelope, const struct trust *trust, struct accepted *ret, struct err *err);

/* The same for the slot `serial`: under `trust`, or under the one recorded in the slot where that is NULL. A slot
 * whose policy bears another serial is -EBADMSG. */
int slot_read(int policy_fd, uint64_t serial, const struct trust *trust, struct accepted *ret, struct err *err);

/* Make the slot, whole and durable or not at all. */
int slot_write(int policy_fd, uint64_t serial, struct bytes envelope, const struct trust *trust, struct err *err);

/* Durably; none is fine. Not atomic: half a slot does not verify. */
int slot_remove(int policy_fd, uint64_t serial);

/* slot_remove after a failure `r`, which err says. Returns r; where even that fails, err says what may come of it. */
int slot_undo(int policy_fd, uint64_t serial, int r, struct err *err);

/* Remove every slot but those in `keep`, and what an interrupted slot_write left. An entry that cannot be removed
 * stays; it is not loaded either. */
void slots_prune(int policy_fd, struct mark keep);
