/* SPDX-License-Identifier: MIT */
/* resolvers.c — a line is "nameserver ADDRESS", as glibc reads it: from its first column, blanks between. See
 * resolvers.h. */
#include "network/resolvers.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define KEYWORD "nameserver"

static bool is_blank(char c) {
        return c == ' ' || c == '\t';
}

/* glibc takes what inet_aton() takes; an address like 10.1 counts as unreadable, and so is reported. */
static bool address_read(const char *at, size_t n, struct address_range *ret) {
        char text[INET6_ADDRSTRLEN];
        const char *zone = memchr(at, '%', n);
        struct address_range r = { .v6 = memchr(at, ':', n) != NULL };
        size_t length = zone && r.v6 ? (size_t)(zone - at) : n;

        if (length == 0 || length >= sizeof text)
                return false;
        memcpy(text, at, length);
        text[length] = '\0';
        if (strlen(text) != length || inet_pton(r.v6 ? AF_INET6 : AF_INET, text, r.first) != 1)
                return false;
        memcpy(r.last, r.first, sizeof r.last);
        *ret = r;
        return true;
}

static void line_take(struct resolvers *r, const char *line, size_t n) {
        const size_t keyword = strlen(KEYWORD);
        size_t from = keyword, to;

        if (n <= keyword || memcmp(line, KEYWORD, keyword) != 0 || !is_blank(line[keyword]))
                return;
        while (from < n && is_blank(line[from]))
                from++;
        for (to = from; to < n && !is_blank(line[to]); to++)
                ;
        if (r->n < RESOLVERS_MAX && address_read(line + from, to - from, &r->address[r->n]))
                r->n++;
        else
                r->unreadable++;
}

struct resolvers resolvers_parse(struct bytes text) {
        struct resolvers r = { 0 };

        while (text.left) {
                const uint8_t *end = memchr(text.at, '\n', text.left);
                const char *line = (const char *)text.at;
                const size_t n = end ? (size_t)(end - text.at) : text.left;

                line_take(&r, line, n);
                (void)bytes_take(&text, end ? n + 1 : n);
        }
        return r;
}

int resolvers_load(int dirfd, const char *name, struct resolvers *ret) {
        auto_fd fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        auto_free uint8_t *text = NULL;
        struct stat st;
        size_t size;
        int r;

        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        r = S_ISREG(st.st_mode) ? file_read_fd(fd, RESOLVERS_TEXT, &text, &size) : -EINVAL;
        if (r == 0)
                *ret = resolvers_parse(bytes_of(text, size));
        return r;
}

static bool is_own(const struct address_range *a) {
        static const uint8_t loopback[16] = { [15] = 1 };

        return a->v6 ? memcmp(a->first, loopback, sizeof loopback) == 0 : a->first[0] == 127;
}

bool resolver_is_named(const struct network_terms *t, const struct address_range *address) {
        const size_t n = address->v6 ? 16 : 4;

        if (is_own(address))
                return true;
        for (size_t i = 0; t && i < t->n_names; i++)
                if (t->names[i].v6 == address->v6 && memcmp(t->names[i].first, address->first, n) == 0)
                        return true;
        return false;
}
