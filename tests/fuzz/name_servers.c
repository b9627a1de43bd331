/* SPDX-License-Identifier: MIT */
/* name_servers.c — whatever stands in a resolv.conf: what a plain reader of it would ask is never missed, unless it is
 * said that not all could be read. */
#include "host/name_servers.h"

#include "fuzz/fuzz.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define KEY "nameserver "

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        static const char *const texts[] = {
                "nameserver 10.1.2.53\nnameserver 2001:db8::53\n",
                "# made by somebody\nsearch example\nnameserver 127.0.0.53\noptions edns0\n",
                " nameserver [fe80::1%eth0]:53#name\r\nnameserver 0x0a010235\nnameserver ::ffff:10.1.2.53",
        };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
                add(texts[i], strlen(texts[i]));
}

struct told {
        struct address_range all[NAME_SERVERS_EACH];
        size_t n;
        bool failed;
};

static void server(void *ctx, const char *file, const struct address_range *address) {
        struct told *t = ctx;

        (void)file;
        if (t->n == NAME_SERVERS_EACH)
                abort();
        t->all[t->n++] = *address;
}

static void failed(void *ctx, const char *file, int error) {
        (void)file;
        if (error >= 0)
                abort();
        ((struct told *)ctx)->failed = true;
}

static bool is_told(const struct told *t, const struct in_addr *address) {
        for (size_t i = 0; i < t->n; i++)
                if (!t->all[i].v6 && memcmp(t->all[i].first, address, sizeof *address) == 0)
                        return true;
        return t->failed;
}

static void line_try(const struct told *t, const uint8_t *line, size_t n) {
        char word[INET_ADDRSTRLEN];
        struct in_addr address;

        if (n < strlen(KEY) || n - strlen(KEY) >= sizeof word || memcmp(line, KEY, strlen(KEY)) != 0)
                return;
        memcpy(word, line + strlen(KEY), n - strlen(KEY));
        word[n - strlen(KEY)] = '\0';
        if (inet_pton(AF_INET, word, &address) == 1 && address.s_addr && ntohl(address.s_addr) >> 24 != 127
            && !is_told(t, &address))
                abort();
}

void fuzz_try(const uint8_t *p, size_t n) {
        struct told t = { .n = 0 };

        (void)name_servers_parse(bytes_of(p, n), "f", &(struct name_servers_reader){ server, failed, NULL, &t });
        for (size_t at = 0; at < n;) {
                const uint8_t *end = memchr(p + at, '\n', n - at);
                const size_t size = end ? (size_t)(end - p) - at : n - at;

                line_try(&t, p + at, size);
                at += size + 1;
        }
}
