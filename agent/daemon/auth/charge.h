/* SPDX-License-Identifier: MIT */
/* charge.h — is there room for one more, for this subject? Conversations (with the helpers that each may have) and
 * sessions are charged to who asked for them (subject.h). A subject has a share of what its class has, and no class
 * takes another's room: whoever sits at the seat is kept out by nobody else, whoever came first. Pure: counts what is
 * held at the moment, so that nothing can be given back twice, or not at all. */
#pragma once

#include "auth/subject.h"

#include <stddef.h>

enum charge_kind {
        CHARGE_CONVERSATION, /* with two helpers at most */
        CHARGE_SESSION,      /* with one helper at most, that watches its card */
        CHARGE_KINDS,
};

#define CHARGES_MAX 424 /* of a kind, of all classes together */

enum charge_room {
        CHARGE_FITS,
        CHARGE_OWN_FULL,   /* the subject's share is used up: it may give back what it holds itself */
        CHARGE_CLASS_FULL, /* its class's is */
};

/* What somebody holds. */
struct charge {
        enum subject_class class;
        uint64_t key; /* of the subject */
};

struct charge charge_of(const struct login_subject *who);

enum charge_room charge_room(enum charge_kind kind, const struct charge *held, size_t n, struct charge who);
