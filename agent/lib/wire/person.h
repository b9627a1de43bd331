/* SPDX-License-Identifier: MIT */
/* person.h — what the agent and sekimori-person say to each other: who a name is, and whether the password is theirs.
 * NSS and PAM may hang, crash and leak; so they run in a process of their own, one for each login, which the agent
 * kills at its deadline.
 *
 *   agent   PERSON_PREPARE service            ->  PERSON_READY             (at most once, before a login begins)
 *   agent   PERSON_LOOK user                  ->  PERSON_FOUND, or PERSON_UNKNOWN
 *   agent   PERSON_PASSWORD service, password ->  PERSON_RESULT            (once) */
#pragma once

#include "base/bytes.h"

#define PERSON_MAX 34816 /* bytes of one message: every group there may be, each with the longest name */
#define PERSON_NAME 256  /* sizes with their NUL */
#define PERSON_GROUPS                                                                                                  \
        256 /* a person in more groups is unknown: a rule that is stricter with one of them must not be missed */
#define PERSON_GROUP 128 /* no policy names a longer one (policy/language/value.c) */
#define PERSON_SERVICE 64
#define PERSON_PASSWORD_MAX 513

enum person_message {
        PERSON_LOOK = 1,
        PERSON_PASSWORD,
        PERSON_FOUND,
        PERSON_UNKNOWN,
        PERSON_RESULT,
        PERSON_PREPARE,
        PERSON_READY,
        PERSON_MESSAGES
};

/* As NSS tells it: the name in its own spelling, and the names of every group. */
struct person_found {
        char name[PERSON_NAME];
        uint32_t uid;
        size_t n_groups;
        char groups[PERSON_GROUPS][PERSON_GROUP];
};

struct person_password {
        char service[PERSON_SERVICE]; /* sekimori-password */
        char password[PERSON_PASSWORD_MAX];
};

struct person_result {
        bool right;
        int32_t code;   /* PAM's */
        char text[512]; /* what PAM told, cut; "" */
};

/* Bytes used; 0 where something does not fit or is out of range. `to` has PERSON_MAX bytes. */
size_t person_prepare_encode(const char *service, void *to);
size_t person_ready_encode(void *to);
size_t person_look_encode(const char *user, void *to);
size_t person_password_encode(const struct person_password *p, void *to);
size_t person_found_encode(const struct person_found *f, void *to); /* NULL: unknown */
size_t person_result_encode(const struct person_result *r, void *to);

/* -EBADMSG: short, long, of another version, out of range, a NUL inside a string, a control character in a name, a
 * service that is a path. *ret is all zero on failure (of a person: no name, no group). A password may hold any byte
 * but NUL. person_type tells the type of a message, or -EBADMSG; PERSON_UNKNOWN and PERSON_READY consist of their
 * type only. */
int person_type(struct bytes from);
int person_prepare_decode(struct bytes from, char ret[PERSON_SERVICE]);
int person_look_decode(struct bytes from, char ret[PERSON_NAME]);
int person_password_decode(struct bytes from, struct person_password *ret);
int person_found_decode(struct bytes from, struct person_found *ret);
int person_result_decode(struct bytes from, struct person_result *ret);
