/* SPDX-License-Identifier: MIT */
/* control.h — what the admin's tool and the agent say to each other over control.sock (SOCK_SEQPACKET).
 *
 * One request, one reply, and the connection is over. Texts and envelopes of any size travel as a memfd passed along,
 * never as a stream: nobody waits for a slow reader. docs/PROTOCOL.md is the same in prose. */
#pragma once

#include "base/bytes.h"

#define CONTROL_VERSION 1
#define CONTROL_SOCKET "control.sock" /* beneath the runtime directory */
#define CONTROL_MAX 1024              /* bytes of one request or reply */
#define CONTROL_REASON 600            /* room for a reason, with its NUL */

enum control_request {
        CONTROL_STATUS = 1, /* replies with JSON, one object */
        CONTROL_DEVICES,    /* replies with JSON, an array */
        CONTROL_PUSH,       /* brings the envelope: a memfd with every seal */
        /* Each brings one JSON object in such a memfd and is replied to with JSON (docs/PROTOCOL.md): */
        CONTROL_ENROL,      /* give a person a token, a card or recovery codes */
        CONTROL_FACTORS,    /* who has what; nothing secret */
        CONTROL_UNLOCK,     /* forgive a person's failures, and a clock that went back */
        CONTROL_FORGET,     /* take something of that away */
        CONTROL_STAGE,      /* how much is enforced from now on */
        CONTROL_CHECKPOINT, /* sign what of the log is not signed yet; brings nothing */
        CONTROL_PUSH_FORCE, /* CONTROL_PUSH, for a terminal that could not go on otherwise */
        CONTROL_REQUESTS,
};

enum control_code { CONTROL_OK = 0, CONTROL_REFUSED = 1, CONTROL_COULD_NOT = 3 };

/* Where the code is not CONTROL_OK, a memfd beside it has the same reason in Japanese. */
struct control_reply {
        uint8_t code;                /* enum control_code */
        char reason[CONTROL_REASON]; /* in English */
};

/* Bytes used. `to` has CONTROL_MAX bytes. */
size_t control_request_encode(enum control_request type, void *to);
size_t control_reply_encode(const struct control_reply *reply, void *to);

/* -EBADMSG: short, long, of another version, out of range. */
int control_request_decode(struct bytes from, enum control_request *ret);
int control_reply_decode(struct bytes from, struct control_reply *ret);

/* Bytes as a memfd that nobody can change any more. A descriptor or -errno. */
int memfd_sealed(const char *name, struct bytes content);

/* True when the descriptor is a memfd with every seal: reading it cannot block, and cannot change under us. */
bool memfd_is_sealed(int fd);
