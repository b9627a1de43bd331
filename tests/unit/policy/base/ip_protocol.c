/* SPDX-License-Identifier: MIT */
/* ip_protocol.c — against the system's own table, which names each of ours so. */
#include "base/ip_protocol.h"

#include <criterion/criterion.h>
#include <netdb.h>
#include <netinet/in.h>
#include <strings.h>

Test(ip_protocol_name, is_the_systems_where_there_is_one, .timeout = 20) {
        unsigned named = 0;

        for (unsigned i = 0; i <= UINT8_MAX; i++) {
                const char *name = ip_protocol_name((uint8_t)i);
                const struct protoent *p = name ? getprotobynumber((int)i) : NULL;

                named += name != NULL;
                if (p) /* ipv6-icmp is known by its alias */
                        cr_expect(strcmp(p->p_name, name) == 0 || i == IPPROTO_ICMPV6, "%u: %s, %s", i, name,
                                  p->p_name);
        }
        cr_expect_eq(named, 9);
        cr_expect_str_eq(ip_protocol_name(IPPROTO_TCP), "tcp");
        cr_expect_str_eq(ip_protocol_name(IPPROTO_ICMPV6), "icmpv6");
        cr_expect_null(ip_protocol_name(0));
}
