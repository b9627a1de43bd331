/* SPDX-License-Identifier: MIT */
/* ruleset.c — see ruleset.h. Every rule here is of fixed length however many peers there are. */
#include "network/ruleset.h"

#include "network/ruleset_map.h"
#include "network/ruleset_refused.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#define LO 1 /* the index of the loopback device in every network namespace */

struct writer {
        const struct ruleset *r;
        FILE *to;
        bool granted[CT_INTERFACE_MAX + 1];
        bool any[CT_INTERFACE_MAX + 1][2][2]; /* of an interface, outward and inward, IPv4 and IPv6: has it a map? */
};

const char ruleset_removal[] = "add table inet sekimori\ndelete table inet sekimori\n"
                               "add table arp sekimori\ndelete table arp sekimori\n"
                               "add table netdev sekimori\ndelete table netdev sekimori\n";

/* For a chain's end. In observation what is refused passes, with the token of what was let out. */
static const char *writer_end(const struct writer *w, char ret[64]) {
        if (w->r->observe)
                (void)snprintf(ret, 64, "meta mark set 0x%08x accept", w->r->token);
        else
                (void)snprintf(ret, 64, "drop");
        return ret;
}

/* libnftables looks a number up as a name first, and a link may be called "7": no link can have a name that long. In
 * quotes it is decimal; without them zeros make it octal, up to an 8 or a 9 (1.0.6, 1.1.3). */
static void index_write(const struct writer *w, unsigned ifindex) {
        (void)fprintf(w->to, "\"%020u\"", ifindex);
}

static bool interface_has_v6(const struct writer *w, int interface) {
        return w->any[interface][0][true] || w->any[interface][1][true];
}

/* Neighbours find each other where there is somebody to find; RFC 4861: from the same wire, as their hop limit says.
 * Conntrack does not track these. Whoever may open a socket may join any group, and so choose what a report says: only
 * those groups are reported that neighbours ask in, of which 24 bits can be chosen, and few. */
static void neighbours_write(const struct writer *w, int interface, bool out) {
        if (!interface_has_v6(w, interface))
                return;
        (void)fputs("\t\tct state untracked ip6 hoplimit 255 icmpv6 type { 135, 136 } icmpv6 code 0", w->to);
        if (out)
                (void)fprintf(w->to,
                              " meta mark set 0x%1$08x accept\n"
                              "\t\tct state untracked ip6 hoplimit 1 ip6 daddr ff02::1:ff00:0/104 icmpv6 type 131 "
                              "limit rate 30/minute burst 20 packets meta mark set 0x%1$08x accept\n",
                              w->r->token);
        else
                (void)fputs(" accept\n"
                            "\t\tct state untracked ip6 hoplimit 1 ip6 saddr fe80::/10 icmpv6 type 130 accept\n",
                            w->to);
}

static void dhcp_write(const struct writer *w, int interface, bool out) {
        bool v6 = interface_has_v6(w, interface);

        if (!w->r->terms->interfaces[interface].dhcp)
                return;
        if (!out) {
                (void)fputs("\t\tmeta nfproto ipv4 udp sport 67 udp dport 68 accept\n", w->to);
                (void)fputs(v6 ? "\t\tip6 saddr fe80::/10 udp sport 547 udp dport 546 accept\n" : "", w->to);
                return;
        }
        (void)fprintf(w->to, "\t\tmeta nfproto ipv4 udp sport 68 udp dport 67 meta mark set 0x%08x accept\n",
                      w->r->token);
        if (v6)
                (void)fprintf(w->to,
                              "\t\tip6 daddr ff02::1:2 udp sport 546 udp dport 547 meta mark set 0x%08x accept\n",
                              w->r->token);
}

/* The rule that knows peers: its lookup fails where there is none, and the rule with it. Whoever began the connection,
 * `peer` is the end that is not ours, and the port is that of whoever was asked. */
static void lookup_write(const struct writer *w, int interface, bool out, bool answers, bool v6) {
        enum network_direction began = out != answers ? NETWORK_OUT : NETWORK_IN;
        char map[MAP_NAME];

        if (!w->any[interface][began == NETWORK_IN][v6])
                return;
        ruleset_map_name(interface, began, v6, map);
        (void)fprintf(w->to, "\t\tct direction %s ct mark set %s %s . meta l4proto . th %s map @%s goto passed_%s\n",
                      answers ? "reply" : "original", v6 ? "ip6" : "ip", out ? "daddr" : "saddr",
                      answers ? "sport" : "dport", map, out ? "out" : "in");
}

/* What is new, and what an earlier policy let in: between an address of ours and a peer. Whoever may open a socket may
 * send from any address of IPv6 (IPV6_FREEBIND), and have the answer go there. An error that belongs to a connection
 * (related) has passed by the mark of that, or does not: by its own look-up it would mark the connection as an icmp
 * peer's. */
static void unknown_write(const struct writer *w, int interface, bool out) {
        const char *refused = out ? "refused_out" : "refused_in";

        (void)fprintf(w->to,
                      "\t\tct direction original fib %2$s type != local goto %1$s\n"
                      "\t\tct direction original icmp type != 8 goto %1$s\n"
                      "\t\tct direction original icmpv6 type != 128 goto %1$s\n",
                      refused, out ? "saddr" : "daddr . iif");
        for (int answers = 0; answers <= 1; answers++)
                for (int v6 = 0; v6 <= 1; v6++)
                        lookup_write(w, interface, out, answers, v6);
        (void)fprintf(w->to, "\t\tgoto %s\n\t}\n", refused);
}

/* What a rule of that interface does with a packet that may pass, and which connections are its own. */
struct pass {
        char accept[64], mine[64];
};

static struct pass pass_of(const struct writer *w, int interface, bool out) {
        struct pass p = { .accept = "accept" };

        (void)snprintf(p.mine, sizeof p.mine, "ct mark & 0x%08x == 0x%08x", CT_MASK,
                       CT_MARK(w->r->generation, interface, 0));
        if (out)
                (void)snprintf(p.accept, sizeof p.accept, "meta mark set 0x%08x accept", w->r->token);
        return p;
}

/* What a peer has been let through for. Counted here, and not where most packets pass: there a set costs each of them
 * more than all rules of that chain together. Where there is no room it passes uncounted. */
static void passed_write(const struct writer *w) {
        (void)fprintf(w->to,
                      "\tset " USED_SET " { type mark; size 65535; flags dynamic,timeout; timeout %ds; counter; }\n",
                      USED_TIMEOUT_S);
        for (int out = 0; out <= 1; out++)
                (void)fprintf(w->to, "\tchain passed_%s {\n\t\tupdate @" USED_SET " { ct mark }\n\t\t%s\n\t}\n",
                              out ? "out" : "in", pass_of(w, 0, out).accept);
}

static void interface_write(const struct writer *w, int interface, bool out) {
        struct pass p = pass_of(w, interface, out);

        (void)fprintf(w->to,
                      "\tchain %c_%d {\n"
                      "\t\tct state related meta l4proto { 1, 58 } %s %s\n",
                      out ? 'o' : 'i', interface, p.mine, p.accept);
        neighbours_write(w, interface, out);
        (void)fprintf(w->to, "\t\tct state invalid,untracked,related goto refused_%s\n", out ? "out" : "in");
        dhcp_write(w, interface, out);
        unknown_write(w, interface, out);
}

/* Who has a packet go by way of a peer names the peer as its target, and somebody else in an option or a header that
 * any program may ask for (IPV6_RTHDR). What is established is no better: a socket can be told at any time. */
static void detours_write(const struct writer *w) {
        (void)fputs("\tchain detours {\n\t\toif ", w->to);
        index_write(w, LO);
        (void)fputs(" return\n"
                    "\t\tip option lsrr exists goto refused_out\n"
                    "\t\tip option ssrr exists goto refused_out\n"
                    "\t\texthdr rt exists goto refused_out\n\t}\n",
                    w->to);
}

/* Of a link; nearly every packet ends at its first rule, which is why that stands in no chain of its interface. */
static void links_write(const struct writer *w, bool out) {
        const char *link = out ? "oif" : "iif";

        for (size_t i = 0; i < w->r->n_grants; i++) {
                const struct network_grant *g = &w->r->grants[i];
                struct pass p = pass_of(w, g->interface, out);

                (void)fprintf(w->to, "\t\t%s ", link);
                index_write(w, g->ifindex);
                (void)fprintf(w->to, " ct state established %s %s\n", p.mine, p.accept);
        }
        (void)fprintf(w->to, "\t\t%s vmap { ", link);
        index_write(w, LO);
        (void)fputs(" : accept", w->to);
        for (size_t i = 0; i < w->r->n_grants; i++) {
                (void)fputs(", ", w->to);
                index_write(w, w->r->grants[i].ifindex);
                (void)fprintf(w->to, " : goto %c_%d", out ? 'o' : 'i', w->r->grants[i].interface);
        }
        (void)fputs(" }\n", w->to);
}

/* Rules come into force a moment before the policy does, so each of the kernel's chains ends in one that refuses. */
static void hook_open(const struct writer *w, const char *chain) {
        (void)fprintf(w->to, "\tchain %1$s { type filter hook %1$s priority filter - 10; policy %2$s;\n", chain,
                      w->r->observe ? "accept" : "drop");
}

static void hook_write(const struct writer *w, const char *chain, bool out) {
        hook_open(w, chain);
        if (out)
                (void)fputs("\t\tip hdrlength != 5 jump detours\n\t\texthdr rt exists jump detours\n", w->to);
        links_write(w, out);
        (void)fprintf(w->to, "\t\tgoto refused_%s\n\t}\n", out ? "out" : "in");
}

static int inet_write(struct writer *w, struct err *err) {
        char end[64];
        int e = 0;

        (void)fputs("table inet sekimori {\n", w->to);
        for (int i = 0; i <= (int)CT_INTERFACE_MAX; i++)
                for (int in = 0; in <= 1; in++)
                        for (int v6 = 0; e == 0 && w->granted[i] && v6 <= 1; v6++)
                                e = ruleset_map_write(w->r, i, in ? NETWORK_IN : NETWORK_OUT, v6, w->to,
                                                      &w->any[i][in][v6], err);
        ruleset_refused_write(writer_end(w, end), w->to);
        detours_write(w);
        if (w->r->n_grants)
                passed_write(w);
        for (int i = 0; i <= (int)CT_INTERFACE_MAX; i++)
                for (int out = 0; w->granted[i] && out <= 1; out++)
                        interface_write(w, i, out);
        hook_write(w, "output", true);
        hook_write(w, "input", false);
        hook_open(w, "forward");
        (void)fputs("\t\tgoto refused_forward\n\t}\n}\n", w->to);
        return e;
}

static void arp_hook_write(const struct writer *w, const char *chain, bool out) {
        char end[64], token[64] = "";

        if (out)
                (void)snprintf(token, sizeof token, "meta mark set 0x%08x ", w->r->token);
        hook_open(w, chain);
        for (size_t i = 0; i < w->r->n_grants; i++) {
                (void)fputs(out ? "\t\toif " : "\t\tiif ", w->to);
                index_write(w, w->r->grants[i].ifindex);
                (void)fprintf(w->to, " arp htype 1 arp ptype 0x0800 arp operation { 1, 2 } %saccept\n", token);
        }
        (void)fprintf(w->to, "\t\tcounter name refused_arp\n\t\t%s\n\t}\n", writer_end(w, end));
}

/* The kernel's own questions and answers pass here, and get the token; frames that somebody made himself do not. */
static void arp_write(const struct writer *w) {
        (void)fputs("table arp sekimori {\n\tcounter refused_arp { }\n", w->to);
        arp_hook_write(w, "output", true);
        arp_hook_write(w, "input", false);
        (void)fputs("}\n", w->to);
}

/* Whether an address is somebody else's, and that it is taken now, is asked and said by programs, in raw frames: as the
 * kernel would ask it, with nothing behind it. NetworkManager asks until it may, and has no address until then. */
static const char address_questions[] =
        "\t\tether daddr ff:ff:ff:ff:ff:ff arp htype 1 arp ptype 0x0800 arp hlen 6 arp plen 4 arp operation 1 "
        "arp daddr ether 00:00:00:00:00:00 meta length 42 limit rate 10/second burst 20 packets accept\n";

/* The last thing before the driver: what no chain above has let out (raw frames, bridged ones) is stopped. */
static void egress_write(const struct writer *w, const struct network_grant *g) {
        char end[64];

        (void)fprintf(w->to,
                      "\tchain egress_%u { type filter hook egress device \"%s\" priority filter; policy %s;\n"
                      "\t\tmeta mark 0x%08x accept\n",
                      g->ifindex, g->link, w->r->observe ? "accept" : "drop", w->r->token);
        if (w->r->terms->interfaces[g->interface].dhcp) /* a client without an address asks by raw frames */
                (void)fputs("\t\tip daddr 255.255.255.255 udp sport 68 udp dport 67 accept\n", w->to);
        (void)fputs(address_questions, w->to);
        (void)fputs("\t\tcounter name refused_raw\n", w->to);
        ruleset_bell_write("refused_raw", w->to);
        (void)fprintf(w->to, "\t\t%s\n\t}\n", writer_end(w, end));
}

/* Added to the table that stands by then. The rule refuses from the first moment on, the policy one later. */
static void strangers_write(const struct writer *w) {
        for (size_t i = 0; !w->r->observe && i < w->r->n_strangers; i++)
                if (ruleset_link_fits(w->r->strangers[i].link))
                        (void)fprintf(
                                w->to,
                                "add chain netdev sekimori stranger_%1$u { type filter hook egress device \"%2$s\" "
                                "priority filter; policy drop; }\n"
                                "add rule netdev sekimori stranger_%1$u drop\n",
                                w->r->strangers[i].ifindex, w->r->strangers[i].link);
}

static void netdev_write(const struct writer *w) {
        (void)fputs("table netdev sekimori {\n\tcounter refused_raw { }\n", w->to);
        for (size_t i = 0; i < w->r->n_grants; i++)
                egress_write(w, &w->r->grants[i]);
        (void)fputs("}\n", w->to);
        strangers_write(w);
}

bool ruleset_link_fits(const char *s) {
        size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

        return n && n < IFNAMSIZ && s[n] == '\0';
}

static int grants_check(const struct ruleset *r, struct writer *w, struct err *err) {
        if (r->generation < 1 || r->generation > CT_GENERATION_MAX || r->terms->n_peers + 1 > CT_PEER_MAX)
                return err_set(err, -EINVAL, "generation %u, %zu peers", r->generation, r->terms->n_peers);
        for (size_t i = 0; i < r->n_grants; i++) {
                const struct network_grant *g = &r->grants[i];

                if (g->interface < 0 || (size_t)g->interface >= r->terms->n_interfaces
                    || g->interface > (int)CT_INTERFACE_MAX || g->ifindex <= LO || g->ifindex > INT32_MAX)
                        return err_set(err, -EINVAL, "link %u, interface %d", g->ifindex, g->interface);
                if (!ruleset_link_fits(g->link))
                        return err_say(err, -EINVAL, "インターフェース %u の名前は使えません",
                                       "interface %u has a name that cannot be used", g->ifindex);
                for (size_t k = 0; k < i; k++)
                        if (r->grants[k].ifindex == g->ifindex)
                                return err_set(err, -EINVAL, "link %u twice", g->ifindex);
                w->granted[g->interface] = true;
        }
        return 0;
}

int ruleset_write(const struct ruleset *r, char **ret, struct err *err) {
        struct writer w = { .r = r };
        auto_free char *text = NULL;
        size_t size = 0;
        int e = grants_check(r, &w, err);

        if (e < 0)
                return e;
        w.to = open_memstream(&text, &size);
        if (!w.to)
                return err_say(err, -ENOMEM, "メモリーが足りません", "out of memory");
        (void)fputs(ruleset_removal, w.to);
        e = inet_write(&w, err);
        arp_write(&w);
        netdev_write(&w);
        if (fclose(w.to) != 0 && e == 0)
                e = err_say(err, -ENOMEM, "メモリーが足りません", "out of memory");
        if (e == 0)
                *ret = TAKE(text);
        return e;
}
