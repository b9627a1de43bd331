/* SPDX-License-Identifier: MIT */
/* container.c — see container.h. */
#include "unit/agent/keeper/container.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1 << 20)
#define MADE_BY "aes-xts-plain64"
#define LUKS1_NAME 8
#define LUKS1_MODE 40
#define CHECKSUM 448
#define CHECKSUM_ROOM 64

void container_make(const char *type, const char *uuid) {
        const bool two = strcmp(type, "luks2") == 0;

        spill("container", bytes_of("", 0));
        cr_assert_eq(truncate("container", 2 * MIB + MIB / 2), 0);
        spill("key", bytes_text("a long enough passphrase"));
        cr_assert_eq(tool("cryptsetup", "luksFormat", "-q", "--type", type, "--uuid", uuid, "--pbkdf", "pbkdf2",
                          "--pbkdf-force-iterations", "1000", "--key-file", "key", "--key-size", "256", "--cipher",
                          MADE_BY, two ? "--luks2-metadata-size" : "-q", two ? "16k" : "-q",
                          two ? "--luks2-keyslots-size" : "-q", two ? "256k" : "-q", "container", NULL),
                     0);
        cr_assert_eq(truncate("container", MIB), 0);
}

static void luks1_rename(uint8_t *header, const char *cipher) {
        const char *mode = strchr(cipher, '-') + 1;

        memset(header + LUKS1_NAME, 0, 2 * (LUKS1_MODE - LUKS1_NAME));
        memcpy(header + LUKS1_NAME, cipher, (size_t)(mode - 1 - cipher));
        memcpy(header + LUKS1_MODE, mode, strlen(mode));
}

/* The key slots keep theirs, as in what cryptsetup makes. */
static void luks2_rename(uint8_t *header, const char *cipher) {
        static const char before[] = "\"encryption\":\"";
        uint8_t *segments = memmem(header, CONTAINER_HEADER, "\"segments\"", 10), *at;

        cr_assert(segments && strlen(cipher) == strlen(MADE_BY));
        at = memmem(segments, (size_t)(header + CONTAINER_HEADER - segments), before, strlen(before));
        cr_assert(at && memcmp(at + strlen(before), MADE_BY, strlen(MADE_BY)) == 0);
        memcpy(at + strlen(before), cipher, strlen(cipher));
        memset(header + CHECKSUM, 0, CHECKSUM_ROOM);
        cr_assert(EVP_Digest(header, CONTAINER_HEADER, header + CHECKSUM, NULL, EVP_sha256(), NULL));
}

void container_make_by(const char *cipher, const char *type, const char *uuid) {
        char look[128];
        uint8_t *raw;

        container_make(type, uuid);
        raw = (uint8_t *)slurp("container").at;
        if (strcmp(type, "luks1") == 0) {
                luks1_rename(raw, cipher);
        } else {
                luks2_rename(raw, cipher);
                luks2_rename(raw + CONTAINER_HEADER, cipher);
        }
        spill("container", bytes_of(raw, MIB));
        cr_assert_eq(truncate("container", 2 * MIB + MIB / 2), 0);
        (void)snprintf(look, sizeof look, "/sbin/cryptsetup luksDump container | grep -q '%.*s'",
                       (int)strcspn(cipher, "-"), cipher);
        cr_assert_eq(tool("sh", "-c", look, NULL), 0);
        cr_assert_eq(truncate("container", MIB), 0);
}
