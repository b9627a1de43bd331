/* SPDX-License-Identifier: MIT */
/* subject.h — to whom a request is charged: what it uses up of helpers, places, sessions and records. Pure. */
#pragma once

#include "auth/peer.h"

#include <stdint.h>

/* The least comes first: what is not known is a person's, who has no reserve. */
enum subject_class {
        SUBJECT_PERSON, /* somebody without root's rights, or who borrowed them (su, sudo, pkexec) */
        SUBJECT_AFAR,   /* root's programs: from another host, or from no place that is known */
        SUBJECT_DESK,   /* a person whose session is in front of the seat */
        SUBJECT_SEAT,   /* root's programs at the seat: a console, a display manager */
        SUBJECT_CLASSES,
};

struct login_subject {
        enum subject_class class;
        uid_t uid;                  /* a person's; PEER_NOBODY where the subject is none, or only a name */
        uint64_t key;               /* two that are equal are one subject */
        uint64_t place;             /* where its failures count (throttle.h) */
        char name[LOGIN_HOST + 16]; /* "uid 1000", "host 192.0.2.1", "seat seat0 tty2": for the log */
};

/* Somebody is a person by the first of these that is not root: the audit subsystem's login uid (the only one that
 * nobody changes: with subordinate uids a person has thousands of the others), the socket's uid, the real uid, the
 * owner of the session; what the module says of itself counts after that, so that it takes rights away and never gives
 * them. Root is the entrance it came through: its own session's, else what PAM was told. `self` counts as root, too: it
 * is who runs the agent in a demonstration. `desk`: whose session is in front of the seat, or PEER_NOBODY. */
struct login_subject subject_of(const struct peer *p, const struct login_begin *b, uid_t self, uid_t desk);
