/* SPDX-License-Identifier: MIT */
/* media_token.h — writes an enrolment token to a medium: a UUID in unused space behind its partition table. Overwrites
 * nothing, and changes nothing else. Knows no ledger and no policy. */
#pragma once

#include "base/uuid.h"
#include "text/words.h"

enum token_fault {
        TOKEN_FINE,
        TOKEN_NO_DISK, /* the device has none, or several */
        TOKEN_REFUSED, /* it may not be written here */
        TOKEN_BUSY,    /* mounted */
        TOKEN_NO_TABLE,
        TOKEN_NO_ROOM,  /* before the first partition */
        TOKEN_OCCUPIED, /* by something else */
        TOKEN_NOT_WRITTEN,
        TOKEN_FAULTS,
};

const char *token_fault_words(enum token_fault f, enum language l);

/* The UUID of the token that the medium of this device (beneath /sys/devices) has, or a new one that it could have. */
enum token_fault token_find(const char *device, uint8_t ret[UUID_SIZE]);

/* Put this UUID on the medium: written, flushed and read again, unless the medium has it already. */
enum token_fault token_put(const char *device, const uint8_t uuid[UUID_SIZE]);

/* The same for an open disk: `first` is where its first partition begins, `sector` its sector size, in bytes. Without a
 * token, token_at() gives a zero UUID. */
enum token_fault token_at(int fd, uint64_t first, uint32_t sector, uint8_t ret[UUID_SIZE]);
enum token_fault token_write(int fd, const uint8_t uuid[UUID_SIZE]);
