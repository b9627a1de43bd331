/* SPDX-License-Identifier: MIT */
/* notice.h — what the agent tells the person at the desk over notify.sock (SOCK_SEQPACKET, mode 0666).
 *
 * One way: the agent sends, nothing is taken from a peer. docs/PROTOCOL.md is the same in prose. */
#pragma once

#include "base/bytes.h"

#define NOTICE_VERSION 1
#define NOTICE_SOCKET "notify.sock" /* beneath the runtime directory */
#define NOTICE_MAX 4096             /* bytes of one message */
#define NOTICE_REQUEST 16           /* sizes with their NUL */
#define NOTICE_TITLE 128
#define NOTICE_BODY 1536
#define NOTICE_LINE 1536

enum notice_kind {
        NOTICE_REFUSED = 1, /* a device was never let in */
        NOTICE_REVOKED,     /* one was in use, and no longer may be */
        NOTICE_ENDING,      /* one is in use, and soon no longer may be */
        NOTICE_KINDS,
};

/* As the Desktop Notifications Specification numbers them. */
enum notice_urgency { NOTICE_LOW, NOTICE_NORMAL, NOTICE_CRITICAL, NOTICE_URGENCIES };

struct notice {
        enum notice_kind kind;
        enum notice_urgency urgency;
        uint64_t device;              /* the same for the same device: a later notice takes the place of the earlier */
        char request[NOTICE_REQUEST]; /* "7K3-92A"; "" where nothing is, or could be, recorded */
        char title[NOTICE_TITLE], body[NOTICE_BODY]; /* UTF-8, in the policy's language */
        char line[NOTICE_LINE];                      /* ASCII, English: for a virtual console */
};

/* Bytes used, 0 where it is out of range. `to` has NOTICE_MAX bytes. */
size_t notice_encode(const struct notice *n, void *to);

/* -EBADMSG: short, long, of another version, out of range, a control character anywhere, a line that is not ASCII. */
int notice_decode(struct bytes from, struct notice *ret);
