/* SPDX-License-Identifier: MIT */
/* ruleset_map.c — see ruleset_map.h. */
#include "network/ruleset_map.h"

#include "decision/network_boxes.h"

#include <arpa/inet.h>

void ruleset_map_name(int interface, enum network_direction direction, bool v6, char ret[MAP_NAME]) {
        (void)snprintf(ret, MAP_NAME, "%c_%d_%c", direction == NETWORK_OUT ? 'o' : 'i', interface, v6 ? '6' : '4');
}

static void address_write(box_address a, bool v6, FILE *to) {
        uint8_t bytes[16];
        char text[INET6_ADDRSTRLEN];

        for (int i = v6 ? 16 : 4; i-- > 0; a >>= 8)
                bytes[i] = (uint8_t)a;
        (void)fputs(inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text, sizeof text), to);
}

static void numbers_write(unsigned first, unsigned last, FILE *to) {
        if (first == last)
                (void)fprintf(to, " . %u", first);
        else
                (void)fprintf(to, " . %u-%u", first, last);
}

static void box_write(const struct box *b, bool v6, uint32_t mark, FILE *to) {
        address_write(b->first, v6, to);
        if (b->first != b->last) {
                (void)fputc('-', to);
                address_write(b->last, v6, to);
        }
        numbers_write(b->protocol_first, b->protocol_last, to);
        numbers_write(b->port_first, b->port_last, to);
        (void)fprintf(to, " : 0x%08x", mark);
}

int ruleset_map_write(const struct ruleset *r, int interface, enum network_direction direction, bool v6, FILE *to,
                      bool *ret_any, struct err *err) {
        const struct box_question q = { direction, interface, v6 };
        auto_free struct box *boxes = NULL;
        const uint32_t began = direction == NETWORK_IN ? CT_CAME_IN : 0;
        char name[MAP_NAME];
        size_t n = 0;
        int e = boxes_make(r->terms, &q, &boxes, &n, err);

        if (e < 0)
                return e;
        *ret_any = n > 0;
        if (!n)
                return 0;
        ruleset_map_name(interface, direction, v6, name);
        (void)fprintf(to, "\tmap %s { type %s . inet_proto . inet_service : mark; flags interval; elements = {\n", name,
                      v6 ? "ipv6_addr" : "ipv4_addr");
        for (size_t i = 0; i < n; i++) {
                (void)fputs(i ? ",\n" : "", to);
                box_write(&boxes[i], v6, CT_MARK(r->generation, interface, boxes[i].peer) | began, to);
        }
        (void)fputs(" }; }\n", to);
        return 0;
}
