/* SPDX-License-Identifier: MIT */
/* medium.c — see medium.h. What is looked for, and where, is libblkid's knowledge; luks.c says whether a container
 * encrypts. */
#include "keeper/medium.h"

#include "base/cleanup.h"
#include "host/medium_token.h"
#include "keeper/luks.h"

#include <blkid/blkid.h>
#include <string.h>
#include <unistd.h>

/* Every file system has its first signature within this many bytes. */
#define BEGINNING (1 << 20)
#define CHUNK 4096
/* The kernel shows an extended partition with a size of one or two sectors: it holds only a partition table. */
#define TOO_SMALL 4096
#define FOUND_NOTHING 1 /* return value of blkid_do_safeprobe */

enum content {
        CONTENT_OTHER, /* also what cannot be read, or is ambiguous */
        CONTENT_NOTHING,
        CONTENT_LUKS,
};

CLEANUP(probe, blkid_probe, blkid_free_probe)
#define auto_probe AUTO(probe)

static void medium_add(struct medium_facts *m, const uint8_t uuid[UUID_SIZE]) {
        if (m->n < FACTS_UUIDS)
                memcpy(m->uuid[m->n++], uuid, UUID_SIZE);
}

/* The safe probe reports two signatures at once as an error of its own. A failed read counts as no signature, so that
 * "found nothing" proves little. The library stops at the first encrypted content, so other content is searched for
 * separately. */
static int medium_find(blkid_probe probe, int fd, struct span at, int which) {
        if (!probe || blkid_probe_set_device(probe, fd, (blkid_loff_t)at.start, (blkid_loff_t)at.size) < 0
            || blkid_probe_enable_superblocks(probe, 1) < 0
            || blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID) < 0
            || blkid_probe_filter_superblocks_usage(probe, which, BLKID_USAGE_CRYPTO) < 0)
                return -1;
        return blkid_do_safeprobe(probe);
}

static enum content medium_look(int fd, struct span at, struct medium_facts *m) {
        auto_probe others = blkid_new_probe(), probe = blkid_new_probe();
        const char *type, *text;
        uint8_t uuid[UUID_SIZE];
        int r;

        if (medium_find(others, fd, at, BLKID_FLTR_NOTIN) != FOUND_NOTHING)
                return CONTENT_OTHER;
        r = medium_find(probe, fd, at, BLKID_FLTR_ONLYIN);
        if (r == FOUND_NOTHING)
                return CONTENT_NOTHING;
        if (r != 0 || blkid_probe_lookup_value(probe, "TYPE", &type, NULL) < 0 || strcmp(type, "crypto_LUKS") != 0)
                return CONTENT_OTHER;
        if (blkid_probe_lookup_value(probe, "UUID", &text, NULL) == 0 && uuid_parse(text, uuid))
                medium_add(m, uuid);
        return luks_encrypts(fd, at) ? CONTENT_LUKS : CONTENT_OTHER;
}

static bool is_zero(int fd, struct span at) {
        uint8_t bytes[CHUNK];
        uint64_t end = at.start + (at.size < BEGINNING ? at.size : BEGINNING);

        while (at.start < end) {
                size_t n = end - at.start < CHUNK ? (size_t)(end - at.start) : CHUNK;

                if (pread(fd, bytes, n, (off_t)at.start) != (ssize_t)n)
                        return false;
                for (size_t i = 0; i < n; i++)
                        if (bytes[i])
                                return false;
                at.start += n;
        }
        return true;
}

static bool lies_within(uint64_t size, struct span at) {
        return at.start > 0 && at.start <= size && at.size > 0 && at.size <= size - at.start;
}

/* Whether the partition is LUKS, empty, or too small to matter; `luks` counts the LUKS ones. */
static bool partition_is_fine(int fd, uint64_t size, struct span at, struct medium_facts *m, size_t *luks) {
        enum content content;

        if (!lies_within(size, at))
                return false;
        if (at.size <= TOO_SMALL)
                return true;
        content = medium_look(fd, at, m);
        if (content == CONTENT_LUKS)
                ++*luks;
        return content == CONTENT_LUKS || (content == CONTENT_NOTHING && is_zero(fd, at));
}

static void read_token(int fd, const struct span *spans, size_t n, struct medium_facts *m) {
        uint8_t raw[TOKEN_SIZE], uuid[UUID_SIZE];

        for (size_t i = 0; i < n; i++)
                if (spans[i].start < TOKEN_AT + TOKEN_SIZE)
                        return; /* a partition's data */
        if (n > 0 && pread(fd, raw, sizeof raw, TOKEN_AT) == TOKEN_SIZE && medium_token_decode(raw, uuid))
                medium_add(m, uuid);
}

struct medium_facts medium_examine(int fd, uint64_t size, const struct span *spans, size_t n) {
        struct medium_facts m = { .state = MEDIUM_PLAIN };
        const struct span whole = { 0, size };
        enum content content;
        size_t luks = 0;
        bool fine;
        char first;

        if (size == 0 || pread(fd, &first, 1, 0) != 1)
                return (struct medium_facts){ .state = MEDIUM_UNREADABLE };
        read_token(fd, spans, n, &m);
        content = medium_look(fd, whole, &m);
        fine = content == (n > 0 ? CONTENT_NOTHING : CONTENT_LUKS) && n <= SPANS_MAX;
        for (size_t i = 0; i < n && i < SPANS_MAX; i++)
                fine = partition_is_fine(fd, size, spans[i], &m, &luks) && fine;
        if (fine && (n == 0 || luks > 0))
                m.state = MEDIUM_ENCRYPTED;
        return m;
}
