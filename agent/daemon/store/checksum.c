/* SPDX-License-Identifier: MIT */
/* checksum.c — one SHA-256 call over a copy: the record, then the name (at most 128 bytes). See checksum.h. */
#include "store/checksum.h"

#include <errno.h>

#define FILE_NAME_MAX 128

int checksum(struct bytes record, const char *user, uint8_t ret[DIGEST_SIZE]) {
        uint8_t whole[CHECKSUM_MAX + FILE_NAME_MAX];
        size_t n = strlen(user);

        if (record.left > CHECKSUM_MAX || n > FILE_NAME_MAX)
                return -EINVAL;
        memcpy(whole, record.at, record.left);
        memcpy(whole + record.left, user, n);
        return digest_sha256(bytes_of(whole, record.left + n), ret);
}

bool checksum_is(struct bytes record, const char *user, const uint8_t expected[DIGEST_SIZE]) {
        uint8_t right[DIGEST_SIZE];

        return checksum(record, user, right) == 0 && memcmp(right, expected, DIGEST_SIZE) == 0;
}
