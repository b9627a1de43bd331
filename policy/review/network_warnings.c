/* SPDX-License-Identifier: MIT */
/* network_warnings.c — what a careful colleague would say of `network:`. */
#include "base/quote.h"
#include "decision/list.h"
#include "decision/rule.h"
#include "review/compare.h"

#include <stdio.h>

#define SSH_PORT 22

enum network_warning { NO_INTERFACE, HIDDEN, EVERYBODY, SELF_GIVEN, NO_SSH };

static const struct phrase words[] = {
        [NO_INTERFACE] = { "interfaces がないため、どの口からも通信できません",
                           "names no interfaces: nothing passes through any" },
        [HIDDEN] = { "この相手は要りません。ほかの相手の範囲に含まれています",
                     "not needed: all of it is within another peer" },
        [EVERYBODY] = { "マルチキャストやブロードキャストのアドレスです。誰が聞いているかは決められません",
                        "a multicast or broadcast address: whoever listens hears" },
        [SELF_GIVEN] = { "リンクローカルのアドレスです。どの機器も自分に付けられます",
                         "a link-local address: any machine may give itself one" },
        [NO_SSH] = { "login は sshd を使いますが、端末へ向かう 22 番ポートの相手（direction: in）がありません。"
                     "ネットワーク越しの管理ができなくなります",
                     "login names sshd, but no peer may reach port 22 (direction: in): nobody can manage the terminal "
                     "over the network" },
};

struct network_speaker {
        const struct policy *p;
        enum language language;
        network_warn *warn;
        void *ctx;
};

static void network_warnings_say(const struct network_speaker *s, struct place at, enum network_warning w,
                                 const char *name) {
        char text[512];

        (void)snprintf(text, sizeof text, name ? SAY(s->language, "%s: 「%s」", "%s: '%s'") : "%s",
                       SAY(s->language, words[w].ja, words[w].en), name ? shown(name).text : "");
        s->warn(s->ctx, at, text);
}

/* RFC 5771, RFC 919, RFC 3927, RFC 4291. */
static const struct {
        struct address_range range;
        enum network_warning w;
} unwise[] = {
        { { .first = { 224 }, .last = { 239, 255, 255, 255 } }, EVERYBODY },
        { { .first = { 255, 255, 255, 255 }, .last = { 255, 255, 255, 255 } }, EVERYBODY },
        { { .v6 = true,
            .first = { 0xff },
            .last = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 } },
          EVERYBODY },
        { { .first = { 169, 254 }, .last = { 169, 254, 255, 255 } }, SELF_GIVEN },
        { { .v6 = true,
            .first = { 0xfe, 0x80 },
            .last = { 0xfe, 0xbf, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 } },
          SELF_GIVEN },
};

/* Of a wide range (0.0.0.0/0), which has a reason, these are not what is meant. */
static void addresses_warnings(const struct network_speaker *s, const struct network_peer *peer) {
        for (size_t i = 0; i < peer->n_addresses; i++)
                for (size_t k = 0; k < sizeof unwise / sizeof *unwise; k++)
                        if (address_range_covers(&unwise[k].range, &peer->addresses[i])) {
                                network_warnings_say(s, peer->at, unwise[k].w, peer->name);
                                return;
                        }
}

/* Of two that say the same, the later one is not needed. */
static void peer_warnings(const struct network_speaker *s, const struct network_terms *n, size_t at) {
        const struct network_peer *peer = &n->peers[at];

        addresses_warnings(s, peer);
        for (size_t i = 0; i < n->n_peers; i++)
                if (i != at && network_peer_within(peer, &n->peers[i])
                    && (i < at || !network_peer_within(&n->peers[i], peer))) {
                        network_warnings_say(s, peer->at, HIDDEN, n->peers[i].name);
                        return;
                }
}

static bool login_names_ssh(const struct policy *p) {
        for (size_t i = 0; i < p->login.n_rules; i++)
                if (p->login.rules[i].services && list_has(rule_text(p, p->login.rules[i].services), "sshd"))
                        return true;
        return false;
}

static bool ssh_may_come_in(const struct network_terms *n) {
        for (size_t i = 0; i < n->n_peers; i++) {
                const struct network_peer *peer = &n->peers[i];

                if (!(peer->direction & NETWORK_IN) || !(peer->protocols & PROTOCOL_BIT(PROTOCOL_TCP)))
                        continue;
                if (!peer->n_ports)
                        return true;
                for (size_t k = 0; k < peer->n_ports; k++)
                        if (peer->ports[k].first <= SSH_PORT && SSH_PORT <= peer->ports[k].last)
                                return true;
        }
        return false;
}

void network_warnings(const struct policy *p, bool english, network_warn *warn, void *ctx) {
        const struct network_speaker s = { p, english ? LANGUAGE_EN : LANGUAGE_JA, warn, ctx };
        const struct network_terms *n = policy_network(p);

        if (!n)
                return;
        if (!n->n_interfaces)
                network_warnings_say(&s, n->at, NO_INTERFACE, NULL);
        for (size_t i = 0; i < n->n_peers; i++)
                peer_warnings(&s, n, i);
        if (login_names_ssh(p) && !ssh_may_come_in(n))
                network_warnings_say(&s, n->at, NO_SSH, NULL);
}
