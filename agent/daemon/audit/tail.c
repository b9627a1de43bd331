/* SPDX-License-Identifier: MIT */
/* tail.c — see tail.h. After a power cut the end may hold half a line, zeros, or both with whole lines behind them. */
#include "audit/tail.h"

#include "audit/chain.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

CLEANUP(json, json_t *, json_decref)

static bool is_digest(const char *s) {
        size_t n = 0;

        while (s && hex_digit(s[n]) >= 0)
                n++;
        return s && n == HASH_TEXT - 1 && s[n] == '\0';
}

/* The record's number; 0 if the line is no record. */
static uint64_t record_seq(const char *line, size_t n) {
        AUTO(json) record = NULL;
        json_int_t seq;

        if (n < 2 || n >= CHAIN_LINE_MAX || line[0] != '{' || line[n - 1] != '}')
                return 0;
        record = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
        seq = json_integer_value(json_object_get(record, "seq"));
        if (seq < 1 || (uint64_t)seq >= CHAIN_SEQ_MAX || !is_digest(json_string_value(json_object_get(record, "prev"))))
                return 0;
        return (uint64_t)seq;
}

static int read_window(int fd, char *to, size_t n, uint64_t from) {
        for (size_t have = 0; have < n;) {
                ssize_t got = pread(fd, to + have, n - have, (off_t)(from + have));

                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        return got < 0 ? -errno : -EIO;
                have += (size_t)got;
        }
        return 0;
}

/* Searches back from the end, line by line. `whole`: the window starts where the file does. */
static int tail_search(const char *window, size_t n, bool whole, struct tail *ret) {
        const char *newline = memrchr(window, '\n', n);

        while (newline) {
                const char *before = memrchr(window, '\n', (size_t)(newline - window));
                const char *line = before ? before + 1 : window;
                uint64_t seq = before || whole ? record_seq(line, (size_t)(newline - line)) : 0;

                if (seq) {
                        ret->seq = seq;
                        ret->end = (uint64_t)(newline + 1 - window);
                        return hash_text(line, (size_t)(newline - line), ret->digest) < 0 ? -EIO : 1;
                }
                newline = before;
        }
        return 0;
}

int tail_find(int fd, uint64_t size, struct tail *ret) {
        size_t n = size < TAIL_WINDOW ? (size_t)size : TAIL_WINDOW;
        auto_free char *window = malloc(n + 1);
        int r;

        if (!window)
                return -ENOMEM;
        r = read_window(fd, window, n, size - n);
        if (r == 0)
                r = tail_search(window, n, n == size, ret);
        if (r == 1)
                ret->end += size - n;
        return r;
}
