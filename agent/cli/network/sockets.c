/* SPDX-License-Identifier: MIT */
/* sockets.c — see sockets.h. The kernel writes an address as words in its own byte order, and a port as a number. */
#include "cli/network/sockets.h"

#include "base/hex.h"
#include "host/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_MAX (8 * 1024 * 1024) /* bytes: some 50,000 sockets */
#define STATE_ESTABLISHED 0x01
#define STATE_LISTEN 0x0a
#define STATE_UDP_UNCONNECTED 0x07

static const struct sockets_table {
        const char *name;
        enum protocol protocol;
} tables[] = { { "tcp", PROTOCOL_TCP }, { "tcp6", PROTOCOL_TCP }, { "udp", PROTOCOL_UDP }, { "udp6", PROTOCOL_UDP } };

static bool sockets_address(const char *hex, struct address_range *ret) {
        static const uint8_t v4_in_v6[12] = { [10] = 0xff, [11] = 0xff };
        size_t n = strlen(hex) / 2;
        uint8_t *to = ret->first;

        *ret = (struct address_range){ .v6 = n == 16 };
        if ((n != 4 && n != 16) || !hex_bytes(hex, to, n))
                return false;
        for (size_t i = 0; i < n; i += 4) {
                uint32_t word =
                        (uint32_t)to[i] << 24 | (uint32_t)to[i + 1] << 16 | (uint32_t)to[i + 2] << 8 | to[i + 3];

                memcpy(to + i, &word, sizeof word);
        }
        if (ret->v6 && memcmp(to, v4_in_v6, sizeof v4_in_v6) == 0) {
                memmove(to, to + sizeof v4_in_v6, 4);
                memset(to + 4, 0, 12);
                ret->v6 = false;
        }
        memcpy(ret->last, ret->first, sizeof ret->last);
        return true;
}

static bool is_loopback(const struct address_range *a) {
        static const uint8_t v6[16] = { [15] = 1 };

        return a->v6 ? memcmp(a->first, v6, sizeof v6) == 0 : a->first[0] == 127;
}

static int socket_parse(const char *line, enum protocol protocol, struct socket_seen *ret) {
        unsigned own_port, other_port, state;
        unsigned long inode;
        char own[33], other[33];

        if (sscanf(line, " %*u: %32[0-9A-F]:%4X %32[0-9A-F]:%4X %2X %*s %*s %*s %*s %*s %lu", own, &own_port, other,
                   &other_port, &state, &inode)
            != 6)
                return -EBADMSG;
        *ret = (struct socket_seen){ .protocol = protocol,
                                     .own_port = (uint16_t)own_port,
                                     .other_port = (uint16_t)other_port,
                                     .inode = inode,
                                     .listens = state == STATE_LISTEN || state == STATE_UDP_UNCONNECTED };
        if (!sockets_address(own, &ret->own) || !sockets_address(other, &ret->other))
                return -EBADMSG;
        if (!ret->listens && state != STATE_ESTABLISHED)
                return 0;
        return !is_loopback(&ret->own) && !is_loopback(&ret->other);
}

/* Room for one more, in powers of two. */
static bool sockets_grow(struct sockets_seen *s) {
        struct socket_seen *bigger;

        if (s->n & (s->n - 1) || (s->n && s->n < 16))
                return true;
        bigger = realloc(s->all, (s->n ? 2 * s->n : 16) * sizeof *s->all);
        if (bigger)
                s->all = bigger;
        return bigger;
}

static int table_parse(char *text, enum protocol protocol, struct sockets_seen *s) {
        char *save = NULL;

        (void)strtok_r(text, "\n", &save); /* the heading */
        for (char *line = strtok_r(NULL, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
                int r;

                if (!sockets_grow(s))
                        return -ENOMEM;
                r = socket_parse(line, protocol, &s->all[s->n]);
                if (r < 0)
                        return r;
                s->n += (size_t)r;
        }
        return 0;
}

int sockets_read(const struct network_sources *from, struct sockets_seen *ret, struct err *err) {
        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
                auto_free uint8_t *text = NULL;
                size_t size = 0;
                int r = file_read(from->net, tables[i].name, TABLE_MAX, &text, &size);

                if (r == -ENOENT) /* a kernel without IPv6 */
                        continue;
                if (r == 0)
                        r = table_parse((char *)text, tables[i].protocol, ret);
                if (r < 0)
                        return err_say_errno(err, r, "「%s」を読めません", "read '%s'", tables[i].name);
        }
        return 0;
}

bool socket_was_asked(const struct sockets_seen *s, const struct socket_seen *one) {
        for (size_t i = 0; i < s->n && !one->listens && one->protocol == PROTOCOL_TCP; i++)
                if (s->all[i].listens && s->all[i].protocol == PROTOCOL_TCP && s->all[i].own_port == one->own_port)
                        return true;
        return false;
}

void sockets_free(struct sockets_seen *s) {
        free(s->all);
        *s = (struct sockets_seen){ 0 };
}
