/* SPDX-License-Identifier: MIT */
/* cut_off.c — the kernel's table of sockets against the policy, and /proc/PID/fd for whose they are. See cut_off.h. */
#include "cli/network/cut_off.h"

#include "base/cleanup.h"
#include "cli/network/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void cut_off_say_login(const struct cut_off *c, struct err *ret) {
        char address[ADDRESS_RANGE_TEXT];

        address_range_text(&c->other, address);
        (void)err_say(
                ret, 0,
                "いまログインしている ssh が切れます: %s から（ポリシーの peers: に direction: in で書いてください）",
                "cuts off an ssh login of now: from %s (name it among peers:, with direction: in)", address);
}

struct cut_offs {
        struct cut_off *all;
        size_t n;
};

static bool is_the_same(const struct cut_off *a, const struct cut_off *b) {
        return a->began == b->began && a->protocol == b->protocol && a->port == b->port && a->other.v6 == b->other.v6
               && memcmp(a->other.first, b->other.first, sizeof a->other.first) == 0
               && strcmp(a->program, b->program) == 0;
}

static bool cut_off_is_known(const struct cut_offs *c, const struct cut_off *one) {
        for (size_t i = 0; i < c->n; i++)
                if (is_the_same(&c->all[i], one))
                        return true;
        return false;
}

static void cut_off_add(struct cut_offs *c, const struct sockets_seen *all, const struct socket_seen *one, int proc,
                        const struct network_terms *terms) {
        bool in = socket_was_asked(all, one);
        struct cut_off found = { .began = in ? NETWORK_IN : NETWORK_OUT,
                                 .protocol = one->protocol,
                                 .other = one->other,
                                 .port = in ? one->own_port : one->other_port };

        if (one->listens || network_allows(terms, found.began, found.protocol, &found.other, found.port))
                return;
        socket_owner(proc, one->inode, found.program);
        found.is_login = in && strncmp(found.program, "sshd", 4) == 0;
        if (!cut_off_is_known(c, &found))
                c->all[c->n++] = found;
}

int cut_off_look(const struct network_sources *from, int proc, const struct network_terms *terms, cut_off_told *tell,
                 void *ctx, struct err *err) {
        struct sockets_seen sockets = { 0 };
        struct cut_offs c = { 0 };
        int r = sockets_read(from, &sockets, err);

        if (r == 0) {
                c.all = calloc(sockets.n + 1, sizeof *c.all);
                if (!c.all)
                        r = err_say_errno(err, -ENOMEM, "接続を並べられません", "sort the connections");
        }
        for (size_t i = 0; r == 0 && i < sockets.n; i++)
                cut_off_add(&c, &sockets, &sockets.all[i], proc, terms);
        for (size_t i = 0; i < c.n; i++)
                tell(ctx, &c.all[i]);
        free(c.all);
        sockets_free(&sockets);
        return r;
}
