/* SPDX-License-Identifier: MIT */
/* strangers.c — SHA-256 over the key, a file of 32 random bytes, and the name: nobody sees more of it than which names
 * wait together. See strangers.h. */
#include "store/strangers.h"

#include "base/cleanup.h"
#include "host/digest.h"
#include "host/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define KEY_FILE "strangers"
#define NAME_MOST 256 /* bytes that count */

int strangers_key(int dirfd, uint8_t ret[STRANGERS_KEY]) {
        auto_free uint8_t *kept = NULL;
        size_t size = 0;

        if (file_read(dirfd, KEY_FILE, STRANGERS_KEY, &kept, &size) == 0 && size == STRANGERS_KEY) {
                memcpy(ret, kept, STRANGERS_KEY);
                return 0;
        }
        if (getrandom(ret, STRANGERS_KEY, 0) != STRANGERS_KEY)
                return -EIO;
        (void)file_replace(dirfd, KEY_FILE, bytes_of(ret, STRANGERS_KEY), 0600, NULL);
        return 0;
}

uint64_t stranger_draw(const uint8_t key[STRANGERS_KEY], const char *name) {
        uint8_t whole[STRANGERS_KEY + NAME_MOST], digest[DIGEST_SIZE] = { 0 };
        size_t n = strnlen(name, NAME_MOST);
        struct bytes from = bytes_of(digest, sizeof digest);

        memcpy(whole, key, STRANGERS_KEY);
        memcpy(whole + STRANGERS_KEY, name, n);
        (void)digest_sha256(bytes_of(whole, STRANGERS_KEY + n), digest);
        return bytes_u64(&from);
}

void stranger_name(uint64_t draw, char ret[STRANGER_NAME]) {
        (void)snprintf(ret, STRANGER_NAME, "~%04u", (unsigned)(draw % STRANGERS));
}

bool stranger_is(const char *user) {
        return user[0] == '~' && strlen(user) == STRANGER_NAME - 1
               && strspn(user + 1, "0123456789") == STRANGER_NAME - 2;
}
