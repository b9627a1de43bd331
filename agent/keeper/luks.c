/* SPDX-License-Identifier: MIT */
/* luks.c — headers as in "LUKS1 On-Disk Format Specification" 1.2.3 and "LUKS2 On-Disk Format Specification" 1.1.1.
 * Checksums are not looked at: every copy that cryptsetup could fall back to must be good. See luks.h. */
#include "keeper/luks.h"

#include "base/bytes.h"
#include "base/cleanup.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC_SIZE 6
#define BINARY_SIZE 4096 /* of a LUKS2 header; its JSON follows */
#define LUKS1_NAME 32

CLEANUP(json, json_t *, json_decref)
#define auto_json AUTO(json)

/* Where the second header of a LUKS2 container can be, which is also how large a header can be. */
static const uint64_t places[] = { 0x4000, 0x8000, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000, 0x200000, 0x400000 };

/* What cryptsetup has made by default or documents for slow machines. The null cipher is none of them. */
static bool luks_cipher_is_known(const char *cipher) {
        static const char *const ciphers[] = { "aes", "serpent", "twofish", "camellia", "aria", "sm4" };
        static const char *const modes[] = { "xts-plain64", "xts-plain", "cbc-essiv:sha256", "cbc-plain64",
                                             "cbc-plain" };
        static const char *const whole[] = { "xchacha12,aes-adiantum-plain64", "xchacha20,aes-adiantum-plain64" };
        const char *mode = strchr(cipher, '-');
        bool named = false;

        for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
                if (strcmp(cipher, whole[i]) == 0)
                        return true;
        for (size_t i = 0; mode && i < sizeof ciphers / sizeof *ciphers; i++)
                named = named
                        || (strlen(ciphers[i]) == (size_t)(mode - cipher)
                            && memcmp(cipher, ciphers[i], strlen(ciphers[i])) == 0);
        for (size_t i = 0; named && i < sizeof modes / sizeof *modes; i++)
                if (strcmp(mode + 1, modes[i]) == 0)
                        return true;
        return false;
}

static uint64_t luks_number(struct bytes *b, size_t width) {
        struct bytes raw = bytes_take(b, width);
        uint64_t value = 0;

        for (size_t i = 0; i < raw.left; i++)
                value = value << 8 | raw.at[i];
        return value;
}

static bool luks1_encrypts(struct bytes header) {
        struct bytes name = bytes_take(&header, LUKS1_NAME), mode = bytes_take(&header, LUKS1_NAME);
        char cipher[2 * LUKS1_NAME + 2] = "";

        if (header.broken || !memchr(name.at, '\0', LUKS1_NAME) || !memchr(mode.at, '\0', LUKS1_NAME))
                return false;
        (void)stpcpy(stpcpy(stpcpy(cipher, (const char *)name.at), "-"), (const char *)mode.at);
        return luks_cipher_is_known(cipher);
}

static bool luks_says_known(const json_t *encryption) {
        return json_is_string(encryption) && luks_cipher_is_known(json_string_value(encryption));
}

/* A segment of another type ("linear") is not encrypted; a key slot without a cipher of its own holds no key. */
static bool luks2_metadata_is_good(json_t *root) {
        json_t *segments = json_object_get(root, "segments"), *slots = json_object_get(root, "keyslots"), *value;
        const char *name, *type;

        if (json_object_size(segments) == 0)
                return false;
        json_object_foreach(segments, name, value) {
                type = json_string_value(json_object_get(value, "type"));
                if (!type || strcmp(type, "crypt") != 0 || !luks_says_known(json_object_get(value, "encryption")))
                        return false;
        }
        json_object_foreach(slots, name, value) {
                const json_t *encryption = json_object_get(json_object_get(value, "area"), "encryption");

                if (encryption && !luks_says_known(encryption))
                        return false;
        }
        return true;
}

static bool is_a_place(uint64_t size) {
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
                if (places[i] == size)
                        return true;
        return false;
}

/* cryptsetup's reader lets the last of two equal names count; here they are no JSON. */
static bool luks2_encrypts(int fd, struct span at, uint64_t place, struct bytes header) {
        uint64_t size = luks_number(&header, sizeof size);
        size_t room = size > BINARY_SIZE ? (size_t)size - BINARY_SIZE : 0;
        auto_free char *text = NULL;
        auto_json json = NULL;

        if (header.broken || !is_a_place(size) || size > at.size - place || !(text = malloc(room))
            || pread(fd, text, room, (off_t)(at.start + place + BINARY_SIZE)) != (ssize_t)room)
                return false;
        json = json_loadb(text, strnlen(text, room), JSON_REJECT_DUPLICATES, NULL);
        return json && luks2_metadata_is_good(json);
}

/* `*ret_absent`: no header begins there. */
static bool luks_header_is_good(int fd, struct span at, uint64_t place, const char magic[MAGIC_SIZE],
                                bool *ret_absent) {
        uint8_t raw[BINARY_SIZE];
        struct bytes header, mark;
        uint64_t version;

        *ret_absent = at.size < BINARY_SIZE || place > at.size - BINARY_SIZE;
        if (*ret_absent || pread(fd, raw, sizeof raw, (off_t)(at.start + place)) != (ssize_t)sizeof raw)
                return false;
        header = bytes_of(raw, sizeof raw);
        mark = bytes_take(&header, MAGIC_SIZE);
        version = luks_number(&header, 2);
        *ret_absent = memcmp(mark.at, magic, MAGIC_SIZE) != 0;
        if (*ret_absent)
                return false;
        return version == 1 && place == 0 ? luks1_encrypts(header)
                                          : version == 2 && luks2_encrypts(fd, at, place, header);
}

bool luks_encrypts(int fd, struct span at) {
        bool absent;

        if (!luks_header_is_good(fd, at, 0, "LUKS\xba\xbe", &absent))
                return false;
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
                if (!luks_header_is_good(fd, at, places[i], "SKUL\xba\xbe", &absent) && !absent)
                        return false;
        return true;
}
