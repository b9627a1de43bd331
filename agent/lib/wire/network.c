/* SPDX-License-Identifier: MIT */
/* network.c — see network.h. The places in the policy's text are not kept: whoever reads a plan shows it to nobody. */
#include "wire/network.h"

#include <errno.h>
#include <stdlib.h>

#define VERSION 1
#define PLAN_USUAL 16384 /* bytes */
#define TAIL 8           /* bytes: the checksum */
#define TEXTS_AT_ONCE 3  /* are read before it is asked whether there was one */

enum plan_flag { FLAG_ENGLISH = 1, FLAG_TERMS = 2, FLAG_WIRELESS = 4, FLAG_BLUETOOTH = 8, FLAGS = 15 };

/* FNV-1a, against accidental damage: whoever may write the file is root. */
static uint64_t plan_checksum(struct bytes b) {
        uint64_t sum = 0xcbf29ce484222325;

        for (size_t i = 0; i < b.left; i++)
                sum = (sum ^ b.at[i]) * 0x100000001b3;
        return sum;
}

static void put_ranges(struct bytes_out *out, const struct address_range *ranges, size_t n) {
        for (size_t i = 0; i < n; i++) {
                bytes_put_uint(out, ranges[i].v6, 1);
                bytes_put(out, ranges[i].first, sizeof ranges[i].first);
                bytes_put(out, ranges[i].last, sizeof ranges[i].last);
        }
}

static void put_interface(struct bytes_out *out, const struct network_interface *i) {
        bytes_put_string(out, i->name);
        bytes_put_string(out, i->driver);
        bytes_put_string(out, i->path);
        bytes_put_uint(out, i->has_mac, 1);
        bytes_put_uint(out, i->dhcp, 1);
        bytes_put(out, i->mac, sizeof i->mac);
}

static void put_peer(struct bytes_out *out, const struct network_peer *p) {
        bytes_put_string(out, p->name);
        bytes_put_string(out, p->clause);
        bytes_put_string(out, p->reason);
        bytes_put_uint(out, p->protocols, 4);
        bytes_put_uint(out, p->direction, 1);
        bytes_put_uint(out, (uint8_t)(p->interface + 1), 1);
        bytes_put_uint(out, p->n_addresses, 4);
        bytes_put_uint(out, p->n_ports, 4);
        put_ranges(out, p->addresses, p->n_addresses);
        for (size_t i = 0; i < p->n_ports; i++) {
                bytes_put_uint(out, p->ports[i].first, 2);
                bytes_put_uint(out, p->ports[i].last, 2);
        }
}

static void put_terms(struct bytes_out *out, const struct network_terms *t) {
        size_t addresses = t->n_names + t->n_times, ports = 0;

        for (size_t i = 0; i < t->n_peers; i++) {
                addresses += t->peers[i].n_addresses;
                ports += t->peers[i].n_ports;
        }
        bytes_put_uint(out, t->n_interfaces, 4);
        bytes_put_uint(out, t->n_peers, 4);
        bytes_put_uint(out, t->n_names, 4);
        bytes_put_uint(out, t->n_times, 4);
        bytes_put_uint(out, addresses, 4);
        bytes_put_uint(out, ports, 4);
        for (size_t i = 0; i < t->n_interfaces; i++)
                put_interface(out, &t->interfaces[i]);
        for (size_t i = 0; i < t->n_peers; i++)
                put_peer(out, &t->peers[i]);
        put_ranges(out, t->names, t->n_names);
        put_ranges(out, t->times, t->n_times);
}

static void put_plan(struct bytes_out *out, const struct network_plan *p) {
        bytes_put_uint(out, VERSION, 1);
        bytes_put_uint(out,
                       (p->english ? FLAG_ENGLISH : 0) | (p->has_terms ? FLAG_TERMS : 0)
                               | (p->has_terms && p->terms.wireless ? FLAG_WIRELESS : 0)
                               | (p->has_terms && p->terms.bluetooth ? FLAG_BLUETOOTH : 0),
                       1);
        bytes_put_uint(out, p->serial, 8);
        if (p->has_terms)
                put_terms(out, &p->terms);
        bytes_put_uint(out, plan_checksum(bytes_of(out->start, out->used)), TAIL);
}

/* The agent stays in memory with all that it takes: most plans are small. */
int network_plan_encode(const struct network_plan *p, uint8_t **ret, size_t *ret_size) {
        for (size_t size = PLAN_USUAL; size <= NETWORK_PLAN_MAX; size *= 8) {
                auto_free uint8_t *to = malloc(size);
                struct bytes_out out = bytes_into(to, size);

                if (!to)
                        return -ENOMEM;
                put_plan(&out, p);
                if (out.broken)
                        continue;
                *ret_size = out.used;
                *ret = TAKE(to);
                return 0;
        }
        return -E2BIG;
}

/* What a decoded plan points into: one block. */
struct plan_memory {
        struct network_interface *interfaces;
        struct network_peer *peers;
        struct address_range *addresses;
        struct port_range *ports;
        char *texts;
        size_t n_addresses, n_ports, addresses_max, ports_max;
};

struct plan_counts {
        uint32_t interfaces, peers, names, times, addresses, ports;
};

/* A text has two bytes of length before it, so that its NUL always fits. */
static const char *take_text(struct bytes *b, char **to) {
        struct bytes raw = bytes_take(b, bytes_u16(b));
        char *text = *to;

        if (raw.left && memchr(raw.at, 0, raw.left))
                b->broken = true;
        if (raw.left)
                memcpy(text, raw.at, raw.left);
        text[raw.left] = '\0';
        *to += raw.left + 1;
        return text;
}

static bool take_flag(struct bytes *b) {
        uint8_t value = bytes_u8(b);

        b->broken = b->broken || value > 1;
        return value == 1;
}

static const struct address_range *take_ranges(struct bytes *b, size_t n, struct plan_memory *m) {
        const struct address_range *mine = m->addresses + m->n_addresses;

        if (n > m->addresses_max - m->n_addresses) {
                b->broken = true;
                return mine;
        }
        for (size_t i = 0; i < n; i++) {
                struct address_range *r = &m->addresses[m->n_addresses++];

                r->v6 = take_flag(b);
                bytes_copy(b, r->first, sizeof r->first);
                bytes_copy(b, r->last, sizeof r->last);
                b->broken = b->broken || memcmp(r->first, r->last, sizeof r->first) > 0;
        }
        return mine;
}

static const struct port_range *take_ports(struct bytes *b, size_t n, struct plan_memory *m) {
        const struct port_range *mine = m->ports + m->n_ports;

        if (n > m->ports_max - m->n_ports) {
                b->broken = true;
                return mine;
        }
        for (size_t i = 0; i < n; i++) {
                struct port_range *r = &m->ports[m->n_ports++];

                r->first = bytes_u16(b);
                r->last = bytes_u16(b);
                b->broken = b->broken || r->first == 0 || r->first > r->last;
        }
        return mine;
}

static void take_interface(struct bytes *b, struct network_interface *ret, char **texts) {
        ret->name = take_text(b, texts);
        ret->driver = take_text(b, texts);
        ret->path = take_text(b, texts);
        ret->has_mac = take_flag(b);
        ret->dhcp = take_flag(b);
        bytes_copy(b, ret->mac, sizeof ret->mac);
        b->broken = b->broken || (!ret->has_mac && !*ret->driver && !*ret->path);
}

static void take_peer(struct bytes *b, struct network_peer *ret, size_t n_interfaces, struct plan_memory *m,
                      char **texts) {
        ret->name = take_text(b, texts);
        ret->clause = take_text(b, texts);
        ret->reason = take_text(b, texts);
        ret->protocols = bytes_u32(b);
        ret->direction = (enum network_direction)bytes_u8(b);
        ret->interface = bytes_u8(b) - 1;
        ret->n_addresses = bytes_u32(b);
        ret->n_ports = bytes_u32(b);
        if (ret->protocols == 0 || ret->protocols > PROTOCOLS_ALL || ret->direction < NETWORK_OUT
            || ret->direction > NETWORK_BOTH || ret->interface >= (int)n_interfaces || ret->n_addresses == 0
            || (ret->n_ports && ret->protocols & ~PROTOCOLS_WITH_PORTS))
                b->broken = true;
        ret->addresses = take_ranges(b, b->broken ? 0 : ret->n_addresses, m);
        ret->ports = take_ports(b, b->broken ? 0 : ret->n_ports, m);
}

static struct plan_counts take_counts(struct bytes *b) {
        struct plan_counts c = { 0 };

        c.interfaces = bytes_u32(b);
        c.peers = bytes_u32(b);
        c.names = bytes_u32(b);
        c.times = bytes_u32(b);
        c.addresses = bytes_u32(b);
        c.ports = bytes_u32(b);
        if (c.interfaces > NETWORK_INTERFACES_MAX || c.peers > NETWORK_PEERS_MAX || c.addresses > NETWORK_ADDRESSES_MAX
            || c.ports > b->left)
                b->broken = true;
        if (b->broken)
                c = (struct plan_counts){ 0 };
        return c;
}

/* Calloc'd, so that a plan that breaks off points at nothing. */
static bool plan_allocate(const struct plan_counts *c, size_t text, struct plan_memory *m) {
        m->interfaces = calloc(c->interfaces + 1, sizeof *m->interfaces);
        m->peers = calloc(c->peers + 1, sizeof *m->peers);
        m->addresses = calloc(c->addresses + 1, sizeof *m->addresses);
        m->ports = calloc(c->ports + 1, sizeof *m->ports);
        m->texts = calloc(text + TEXTS_AT_ONCE, 1);
        m->addresses_max = c->addresses;
        m->ports_max = c->ports;
        return m->interfaces && m->peers && m->addresses && m->ports && m->texts;
}

static int take_terms(struct bytes *b, struct network_plan *p, struct plan_memory *m) {
        struct plan_counts c = take_counts(b);
        struct network_terms *t = &p->terms;
        char *texts;

        if (!plan_allocate(&c, b->left, m))
                return -ENOMEM;
        texts = m->texts;
        for (uint32_t i = 0; i < c.interfaces && !b->broken; i++)
                take_interface(b, &m->interfaces[i], &texts);
        for (uint32_t i = 0; i < c.peers && !b->broken; i++)
                take_peer(b, &m->peers[i], c.interfaces, m, &texts);
        t->names = take_ranges(b, b->broken ? 0 : c.names, m);
        t->times = take_ranges(b, b->broken ? 0 : c.times, m);
        t->interfaces = m->interfaces;
        t->peers = m->peers;
        t->n_interfaces = c.interfaces;
        t->n_peers = c.peers;
        t->n_names = c.names;
        t->n_times = c.times;
        if (m->n_addresses != c.addresses || m->n_ports != c.ports)
                b->broken = true;
        return 0;
}

int network_plan_decode(struct bytes from, struct network_plan *ret) {
        struct bytes body = from.left > TAIL ? bytes_of(from.at, from.left - TAIL) : bytes_of(from.at, 0), tail;
        struct network_plan p = { .memory = calloc(1, sizeof(struct plan_memory)) };
        uint8_t flags;
        int r = 0;

        if (!p.memory)
                return -ENOMEM;
        tail = bytes_of(from.at + body.left, from.left - body.left);
        if (bytes_uint(&tail, TAIL) != plan_checksum(body) || tail.broken || bytes_u8(&body) != VERSION)
                body.broken = true;
        flags = bytes_u8(&body);
        p.serial = bytes_u64(&body);
        p.english = flags & FLAG_ENGLISH;
        p.has_terms = flags & FLAG_TERMS;
        p.terms.wireless = flags & FLAG_WIRELESS;
        p.terms.bluetooth = flags & FLAG_BLUETOOTH;
        if (flags > FLAGS || (!p.has_terms && flags & ~(unsigned)FLAG_ENGLISH))
                body.broken = true;
        if (p.has_terms && !body.broken)
                r = take_terms(&body, &p, p.memory);
        if (r == 0 && !bytes_done(&body))
                r = -EBADMSG;
        if (r == 0)
                *ret = p;
        else
                network_plan_free(&p);
        return r;
}

void network_plan_free(struct network_plan *p) {
        struct plan_memory *m = p->memory;

        if (m) {
                free(m->interfaces);
                free(m->peers);
                free(m->addresses);
                free(m->ports);
                free(m->texts);
                free(m);
        }
        *p = (struct network_plan){ 0 };
}
