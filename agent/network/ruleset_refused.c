/* SPDX-License-Identifier: MIT */
/* ruleset_refused.c — see ruleset_refused.h. A set that is full fails its rule, and no other: the packet still ends. */
#include "network/ruleset_refused.h"

#define WITH_PORTS "{ 6, 17, 33, 132, 136 }" /* TCP, UDP, DCCP, SCTP, UDP-Lite */

const char *const refused_counters[REFUSED_WAYS] = { "refused_out", "refused_in", "refused_forward" };

/* Those of a terminal's own are told apart most. */
static const unsigned sizes[REFUSED_WAYS] = { 256, 128, 128 };
_Static_assert(2 * (256 + 128 + 128) == REFUSED_KINDS_MAX, "of both families");

void refused_set_name(unsigned way, bool v6, char ret[REFUSED_NAME]) {
        (void)snprintf(ret, REFUSED_NAME, "%s_%c", refused_counters[way], v6 ? '6' : '4');
}

static void set_write(unsigned way, bool v6, FILE *to) {
        char name[REFUSED_NAME];

        refused_set_name(way, v6, name);
        (void)fprintf(to,
                      "\tset %s { type %s . inet_proto . inet_service . uid; size %u; flags dynamic,timeout; "
                      "timeout %ds; counter; }\n",
                      name, v6 ? "ipv6_addr" : "ipv4_addr", sizes[way], REFUSED_TIMEOUT_S);
}

/* The address that is not ours: where it goes to, or, inward, where it comes from. A port is read only of what has
 * one: in the place of an echo's stands its checksum. */
static void kind_write(unsigned way, bool v6, bool has_port, bool has_socket, FILE *to) {
        char name[REFUSED_NAME];

        refused_set_name(way, v6, name);
        (void)fprintf(to, "\t\t%s update @%s { %s %s . meta l4proto . %s . ",
                      has_port ? "meta l4proto " WITH_PORTS : "", name, v6 ? "ip6" : "ip",
                      way == REFUSED_IN ? "saddr" : "daddr", has_port ? "th dport" : "0");
        (void)(has_socket ? fputs("meta skuid", to) : fprintf(to, "%u", REFUSED_UID_UNKNOWN));
        (void)fputs(" } return\n", to);
}

/* A packet goes to the first line that can be read of it; whose socket it is, is known on its way out only. */
static void kinds_write(unsigned way, FILE *to) {
        (void)fprintf(to, "\tchain kinds_%s {\n", refused_counters[way]);
        for (int v6 = 0; v6 <= 1; v6++)
                for (int port = 1; port >= 0; port--)
                        for (int has_socket = way == REFUSED_OUT; has_socket >= 0; has_socket--)
                                kind_write(way, v6, port, has_socket, to);
        (void)fputs("\t}\n", to);
}

void ruleset_bell_write(const char *prefix, FILE *to) {
        (void)fprintf(to, "\t\tlimit rate 2/second burst 5 packets log prefix \"%s\" group %d snaplen 1\n", prefix,
                      NETWORK_LOG_GROUP);
}

void ruleset_refused_write(const char *end, FILE *to) {
        for (unsigned way = 0; way < REFUSED_WAYS; way++) {
                const char *name = refused_counters[way];

                set_write(way, false, to);
                set_write(way, true, to);
                kinds_write(way, to);
                (void)fprintf(to, "\tcounter %1$s { }\n\tchain %1$s {\n\t\tcounter name %1$s\n\t\tjump kinds_%1$s\n",
                              name);
                ruleset_bell_write(name, to);
                (void)fprintf(to, "\t\t%s\n\t}\n", end);
        }
}
