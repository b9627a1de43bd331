/* SPDX-License-Identifier: MIT */
/* ip_protocol.c — a table of our own: nobody's file decides what a record says. See ip_protocol.h. */
#include "base/ip_protocol.h"

#include <netinet/in.h>
#include <stddef.h>

const char *ip_protocol_name(uint8_t number) {
        switch (number) {
        case IPPROTO_ICMP:
                return "icmp";
        case IPPROTO_IGMP:
                return "igmp";
        case IPPROTO_TCP:
                return "tcp";
        case IPPROTO_UDP:
                return "udp";
        case IPPROTO_DCCP:
                return "dccp";
        case IPPROTO_GRE:
                return "gre";
        case IPPROTO_ESP:
                return "esp";
        case IPPROTO_ICMPV6:
                return "icmpv6";
        case IPPROTO_SCTP:
                return "sctp";
        default:
                return NULL;
        }
}
