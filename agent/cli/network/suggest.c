/* SPDX-License-Identifier: MIT */
/* suggest.c — see suggest.h. What is connected becomes a peer; what only waits to be asked, and what is down, becomes a
 * comment. */
#include "cli/network/suggest.h"

#include "cli/network/interfaces.h"
#include "cli/network/servers.h"
#include "cli/network/sockets.h"
#include "cli/policy/yaml_quoted.h"
#include "decision/network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One conversation as a peer would have it: who, over which protocol, to which port of the one who is asked. */
struct suggested {
        enum network_direction direction;
        enum protocol protocol;
        uint16_t port;
        struct address_range other;
};

struct suggestion {
        struct sockets_seen sockets;
        struct servers_seen names, clocks;
        struct suggested *all;
        size_t n;
        FILE *to;
        enum language l;
};

static int suggest_compare(const void *a, const void *b) {
        const struct suggested *x = a, *y = b;

        if (x->direction != y->direction)
                return x->direction < y->direction ? -1 : 1;
        if (x->protocol != y->protocol)
                return x->protocol < y->protocol ? -1 : 1;
        if (x->port != y->port)
                return x->port < y->port ? -1 : 1;
        if (x->other.v6 != y->other.v6)
                return x->other.v6 ? 1 : -1;
        return memcmp(x->other.first, y->other.first, sizeof x->other.first);
}

/* Resolvers and clocks have keys of their own. */
static bool suggest_server(struct suggestion *s, const struct socket_seen *one) {
        if (one->other_port == NETWORK_PORT_NAMES)
                servers_add(&s->names, &one->other);
        else if (one->other_port == NETWORK_PORT_TIME && one->protocol == PROTOCOL_UDP)
                servers_add(&s->clocks, &one->other);
        else
                return false;
        return true;
}

static bool suggest_gather(struct suggestion *s) {
        s->all = calloc(s->sockets.n + 1, sizeof *s->all);
        for (size_t i = 0; s->all && i < s->sockets.n; i++) {
                const struct socket_seen *one = &s->sockets.all[i];
                bool in = socket_was_asked(&s->sockets, one);

                if (one->listens || (!in && suggest_server(s, one)))
                        continue;
                s->all[s->n++] = (struct suggested){ .direction = in ? NETWORK_IN : NETWORK_OUT,
                                                     .protocol = one->protocol,
                                                     .port = in ? one->own_port : one->other_port,
                                                     .other = one->other };
        }
        if (s->all)
                qsort(s->all, s->n, sizeof *s->all, suggest_compare);
        return s->all;
}

static const char *protocol_word(enum protocol p) {
        return p == PROTOCOL_UDP ? "udp" : "tcp";
}

static void suggest_interface(const struct suggestion *s, const struct interface_seen *i) {
        const char *off = i->up && !i->wireless ? "" : "# ";

        if (i->wireless)
                (void)fprintf(s->to, SAY(s->l, "    # 無線の口です\n", "    # a radio\n"));
        else if (!i->up)
                (void)fprintf(s->to, SAY(s->l, "    # いまはつながっていません\n", "    # not connected now\n"));
        (void)fprintf(s->to, "    %s- name: ", off);
        yaml_put_quoted(s->to, i->name);
        (void)fprintf(s->to, "\n    %s  path: ", off);
        yaml_put_quoted(s->to, i->path);
        if (*i->driver)
                (void)fprintf(s->to, "\n    %s  driver: %s", off, i->driver);
        if (*i->mac)
                (void)fprintf(s->to,
                              SAY(s->l, "\n    %s  # mac: %s   # この1台だけにするなら",
                                  "\n    %s  # mac: %s   # for this terminal alone"),
                              off, i->mac);
        (void)fprintf(s->to, "\n    %s  %sdhcp: allow%s\n", off, i->dhcp ? "" : "# ",
                      i->dhcp ? ""
                              : SAY(s->l, "   # アドレスをサーバーから受け取るなら",
                                    "   # if a server gives it its address"));
}

/* A list needs an item: where each would be a comment, the key is one, too. */
static void suggest_interfaces(const struct suggestion *s, const struct network_sources *from) {
        struct interface_seen all[INTERFACES_SEEN];
        unsigned n = interfaces_read(from, all);
        bool any = false;

        for (unsigned i = 0; i < n; i++)
                any = any || (all[i].up && !all[i].wireless);
        (void)fprintf(s->to,
                      SAY(s->l, "  %sinterfaces:   # 端末の口。ここにない口は、どこへも通信できません\n",
                          "  %sinterfaces:   # nothing passes through one that is not here\n"),
                      any ? "" : "# ");
        for (unsigned i = 0; i < n; i++)
                suggest_interface(s, &all[i]);
}

static void suggest_peer(const struct suggestion *s, size_t first, size_t end) {
        const struct suggested *p = &s->all[first];
        char text[ADDRESS_RANGE_TEXT];
        const char *between = "";

        (void)fprintf(
                s->to,
                SAY(s->l, "    - name: \"%s %s %u\"   # 何の通信か\n", "    - name: \"%s %s %u\"   # what it is\n"),
                p->direction == NETWORK_IN ? SAY(s->l, "受付", "in:") : SAY(s->l, "接続先", "out:"),
                protocol_word(p->protocol), p->port);
        (void)fprintf(s->to, SAY(s->l, "      # clause: \"6(3)\"   # 根拠の条項\n      addresses: [",
                                 "      # clause: \"6(3)\"   # which it carries out\n      addresses: ["));
        for (size_t i = first; i < end; i++) {
                if (i > first && suggest_compare(&s->all[i - 1], &s->all[i]) == 0)
                        continue;
                address_range_text(&s->all[i].other, text);
                (void)fprintf(s->to, "%s\"%s\"", between, text);
                between = ", ";
        }
        (void)fprintf(s->to, "]\n      protocol: %s\n      ports: [%u]\n%s", protocol_word(p->protocol), p->port,
                      p->direction == NETWORK_IN ? "      direction: in\n" : "");
}

static void suggest_peers(const struct suggestion *s) {
        (void)fprintf(s->to,
                      SAY(s->l, "  %speers:   # いま通信している相手\n", "  %speers:   # whom it talks with now\n"),
                      s->n ? "" : "# ");
        for (size_t first = 0, end; first < s->n; first = end) {
                for (end = first + 1; end < s->n; end++)
                        if (s->all[end].direction != s->all[first].direction
                            || s->all[end].protocol != s->all[first].protocol || s->all[end].port != s->all[first].port)
                                break;
                suggest_peer(s, first, end);
        }
}

static bool has_asked(const struct suggestion *s, uint16_t port) {
        for (size_t i = 0; i < s->n; i++)
                if (s->all[i].direction == NETWORK_IN && s->all[i].port == port)
                        return true;
        return false;
}

static bool was_listed(const struct suggestion *s, size_t at) {
        for (size_t i = 0; i < at; i++)
                if (s->sockets.all[i].listens && s->sockets.all[i].protocol == PROTOCOL_TCP
                    && s->sockets.all[i].own_port == s->sockets.all[at].own_port)
                        return true;
        return false;
}

static void suggest_waiting(const struct suggestion *s) {
        for (size_t i = 0; i < s->sockets.n; i++) {
                const struct socket_seen *one = &s->sockets.all[i];

                if (!one->listens || one->protocol != PROTOCOL_TCP || was_listed(s, i) || has_asked(s, one->own_port))
                        continue;
                (void)fprintf(
                        s->to,
                        SAY(s->l,
                            "    # tcp %u で待ち受けていますが、いまは誰もつないでいません。要るなら:\n"
                            "    # - {name: \"受付 tcp %u\", addresses: [相手のアドレス], protocol: tcp, ports: [%u], "
                            "direction: in}\n",
                            "    # something waits on tcp %u, and nobody is connected now. If it is needed:\n"
                            "    # - {name: \"in: tcp %u\", addresses: [THEIRS], protocol: tcp, ports: [%u], "
                            "direction: in}\n"),
                        one->own_port, one->own_port, one->own_port);
        }
}

static void suggest_servers(const struct suggestion *s, const char *key, const struct servers_seen *servers) {
        char text[ADDRESS_RANGE_TEXT];

        (void)fprintf(s->to, "  %s%s: [", servers->n ? "" : "# ", key);
        for (unsigned i = 0; i < servers->n; i++) {
                address_range_text(&servers->all[i], text);
                (void)fprintf(s->to, "%s\"%s\"", i ? ", " : "", text);
        }
        (void)fputs("]\n", s->to);
        for (unsigned i = 0; i < servers->n_by_name; i++)
                (void)fprintf(s->to,
                              SAY(s->l, "  # 「%s」という名前で設定されています。アドレスを調べて書いてください\n",
                                  "  # set up by the name '%s': look its address up and write it\n"),
                              servers->by_name[i]);
}

static void suggest_write(const struct suggestion *s, const struct network_sources *from) {
        (void)fprintf(
                s->to,
                SAY(s->l,
                    "# この端末がいま使っているネットワークです。要らないものを消し、名前を付けてから署名してください。\n"
                    "network:\n  default: deny   # ここに書かれていない通信は拒否します\n",
                    "# How this terminal uses the network now. Strike out what is not needed, give names, "
                    "then sign.\nnetwork:\n  default: deny   # what is not here is denied\n"));
        suggest_interfaces(s, from);
        suggest_peers(s);
        suggest_waiting(s);
        suggest_servers(s, "names", &s->names);
        suggest_servers(s, "time", &s->clocks);
        (void)fputs("  wireless: deny\n  bluetooth: deny\n  forwarding: deny\n", s->to);
}

int network_suggest(const struct network_sources *from, FILE *to, enum language l, struct err *err) {
        struct suggestion s = { .to = to, .l = l };
        int r = sockets_read(from, &s.sockets, err);

        if (r == 0 && !suggest_gather(&s))
                r = err_say_errno(err, -ENOMEM, "接続を並べられません", "sort the connections");
        if (r == 0) {
                resolvers_read(from, &s.names);
                clocks_read(from, &s.clocks);
                suggest_write(&s, from);
        }
        free(s.all);
        sockets_free(&s.sockets);
        return r;
}
