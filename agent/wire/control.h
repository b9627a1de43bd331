/* SPDX-License-Identifier: MIT */
/* control.h — what the admin's tool and the agent say to each other over control.sock (SOCK_SEQPACKET).
 *
 * One request, then REPLY_TEXT packets whose payloads concatenate to one UTF-8 text (JSON for STATUS and DEVICES),
 * then one REPLY_END. docs/PROTOCOL.md is the same in prose. */
#pragma once

#include "base/bytes.h"

#define CONTROL_VERSION 1
#define CONTROL_SOCKET "control.sock" /* beneath the runtime directory */
#define CONTROL_REQUEST_MAX 256
#define CONTROL_PACKET_MAX 16384

enum control_request {
        CONTROL_STATUS = 1,
        CONTROL_DEVICES,
        CONTROL_PUSH, /* carries one descriptor: a memfd with every seal, the envelope */
        CONTROL_REQUESTS,
};

enum control_reply {
        REPLY_TEXT = 1,
        REPLY_END, /* u8 exit code (0 ok, 1 refused, 3 could not), then a string: the reason */
};

/* `to` has CONTROL_REQUEST_MAX bytes; returns bytes used. */
size_t control_request_encode(enum control_request type, void *to);
int control_request_decode(struct bytes from, enum control_request *ret_type); /* -EBADMSG */

size_t control_end_encode(uint8_t code, const char *reason, void *to, size_t size);
/* `reason` is cut to `size`. */
int control_end_decode(struct bytes from, uint8_t *ret_code, char *reason, size_t size);
