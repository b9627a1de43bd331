/* SPDX-License-Identifier: MIT */
/* evidence.c — see evidence.h. What is counted here has a bound, that of the kernel's sets; what was seen longest ago
 * gives way, and only what no set has any more. */
#include "network/evidence.h"

#include "host/clock.h"
#include "network/netlink/nfnl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define LATER_MS 1000
#define DATAGRAMS 256 /* in one round */

static int64_t last_of(const struct counted *c, int64_t timeout_s) {
        return (int64_t)clock_now().unix_s - timeout_s + (int64_t)(c->left_ms / 1000);
}

/* The fields behind an address. False: a key that is none of ours. */
static bool refused_of(unsigned way, bool v6, const struct counted *c, struct network_refused *ret) {
        const size_t address = v6 ? 16 : 4;
        const uint8_t *rest = c->key + address;
        uint32_t uid;

        if (c->key_size != address + 12)
                return false;
        *ret = (struct network_refused){ .way = way, .v6 = v6, .protocol = rest[0] };
        memcpy(ret->address, c->key, address);
        ret->port = (uint16_t)(rest[4] << 8 | rest[5]);
        memcpy(&uid, rest + 8, sizeof uid);
        ret->uid = uid == REFUSED_UID_UNKNOWN ? -1 : (int64_t)uid;
        return true;
}

static bool is_same(const struct network_refused *a, const struct network_refused *b) {
        return a->way == b->way && a->v6 == b->v6 && a->protocol == b->protocol && a->port == b->port
               && a->uid == b->uid && a->observed == b->observed && memcmp(a->address, b->address, 16) == 0;
}

/* Sets have no more elements than there is room here, so one that none of them has gives way: found neither this time
 * nor the time before. NULL: there is none such yet. */
static struct refusal *refusal_new(struct evidence *e, const struct network_refused *what) {
        struct refusal *oldest = NULL;

        if (e->n_refusals < REFUSED_KINDS_MAX) {
                oldest = &e->refusals[e->n_refusals++];
        } else {
                for (size_t i = 0; i < e->n_refusals; i++)
                        if (e->refusals[i].reading + 1 < e->reading
                            && (!oldest || e->refusals[i].last_s < oldest->last_s))
                                oldest = &e->refusals[i];
                if (!oldest)
                        return NULL;
                e->more += oldest->what.packets;
        }
        *oldest = (struct refusal){ .what = *what };
        return oldest;
}

static struct refusal *refusal_of(struct evidence *e, const struct network_refused *what) {
        for (size_t i = 0; i < e->n_refusals; i++)
                if (is_same(&e->refusals[i].what, what))
                        return &e->refusals[i];
        return refusal_new(e, what);
}

/* An element that was forgotten and came again begins at nothing. */
static uint64_t evidence_risen(uint64_t now, uint64_t before) {
        return now >= before ? now - before : now;
}

void evidence_refused(struct evidence *e, unsigned way, bool v6, const struct counted *c) {
        struct network_refused what;
        struct refusal *r;

        if (!refused_of(way, v6, c, &what))
                return;
        what.observed = e->observed;
        r = refusal_of(e, &what);
        if (!r)
                return;
        e->seen[way] += evidence_risen(c->packets, r->set_packets);
        r->what.packets += evidence_risen(c->packets, r->set_packets);
        r->what.bytes += evidence_risen(c->bytes, r->set_bytes);
        r->set_packets = c->packets;
        r->set_bytes = c->bytes;
        r->reading = e->reading;
        r->last_s = last_of(c, REFUSED_TIMEOUT_S);
}

static void refusal_tell(struct evidence *e, struct refusal *r) {
        const int64_t now_s = clock_boot_s();
        struct network_refused since = r->what;

        if (!e->told || r->what.packets == r->told_packets || (r->told_s && now_s - r->told_s < EVIDENCE_TOLD_S))
                return;
        since.packets -= r->told_packets;
        since.bytes -= r->told_bytes;
        r->told_s = now_s ? now_s : 1;
        r->told_packets = r->what.packets;
        r->told_bytes = r->what.bytes;
        e->told(e->ctx, &since);
}

struct set_reader {
        struct evidence *e;
        unsigned way;
        bool v6;
};

static void refused_take(void *ctx, const struct counted *c) {
        const struct set_reader *r = ctx;

        evidence_refused(r->e, r->way, r->v6, c);
}

/* No table, no counts. */
static int unless_gone(int r) {
        return r == -ENOENT ? 0 : r;
}

/* The counter first: what comes meanwhile would seem to be in no set. */
static int way_read(struct evidence *e, unsigned way) {
        int r = unless_gone(counter_read(e->requests, NFPROTO_INET, refused_counters[way], &e->counter[way]));

        for (int v6 = 0; r == 0 && v6 <= 1; v6++) {
                struct set_reader reader = { e, way, v6 };
                char name[REFUSED_NAME];

                refused_set_name(way, v6, name);
                r = unless_gone(counts_read(e->requests, name, refused_take, &reader));
        }
        return r;
}

static int others_read(struct evidence *e) {
        static const struct {
                uint8_t family;
                const char *counter;
        } rows[OTHERS] = {
                [OTHER_RAW] = { NFPROTO_NETDEV, "refused_raw" }, [OTHER_ARP] = { NFPROTO_ARP, "refused_arp" }
        };
        int r = 0;

        for (unsigned i = 0; r == 0 && i < OTHERS; i++) {
                uint64_t now = e->others_now[i];

                r = unless_gone(counter_read(e->requests, rows[i].family, rows[i].counter, &now));
                e->others[i] += evidence_risen(now, e->others_now[i]);
                e->others_now[i] = now;
        }
        return r;
}

int evidence_read(struct evidence *e) {
        int r = 0, one;

        e->reading++;
        for (unsigned way = 0; way < REFUSED_WAYS; way++)
                if ((one = way_read(e, way)) < 0)
                        r = one;
        for (size_t i = 0; i < e->n_refusals; i++)
                refusal_tell(e, &e->refusals[i]);
        if ((one = others_read(e)) < 0)
                r = one;
        return (one = peer_uses_read(&e->uses, e->requests)) < 0 ? one : r;
}

static uint64_t table_more(const struct evidence *e) {
        uint64_t more = 0;

        for (unsigned way = 0; way < REFUSED_WAYS; way++)
                more += e->counter[way] > e->seen[way] ? e->counter[way] - e->seen[way] : 0;
        return more;
}

uint64_t evidence_more(const struct evidence *e) {
        return e->more + table_more(e);
}

int evidence_replaced(struct evidence *e, unsigned generation, bool observed) {
        e->more += table_more(e);
        e->observed = observed;
        for (unsigned way = 0; way < REFUSED_WAYS; way++)
                e->seen[way] = e->counter[way] = 0;
        for (unsigned i = 0; i < OTHERS; i++)
                e->others_now[i] = 0;
        for (size_t i = 0; i < e->n_refusals; i++)
                e->refusals[i].set_packets = e->refusals[i].set_bytes = e->refusals[i].reading = 0;
        return peer_uses_replaced(&e->uses, generation);
}

int evidence_follow(struct evidence *e, const struct network_terms *before, const struct network_terms *terms) {
        for (size_t i = 0; i < e->n_refusals; i++) /* another policy's refusals are news */
                e->refusals[i].told_s = 0;
        return peer_uses_follow(&e->uses, before, terms);
}

static void evidence_look(struct evidence *e) {
        uint64_t before = 0, after = 0;

        for (unsigned way = 0; way < REFUSED_WAYS; way++)
                before += e->counter[way];
        (void)evidence_read(e);
        for (unsigned way = 0; way < REFUSED_WAYS; way++)
                after += e->counter[way];
        (void)timer_in_ms(&e->later, after != before ? LATER_MS : -1);
        if (e->guessed && e->others_now[OTHER_RAW] >= EVIDENCE_GUESSES)
                e->guessed(e->ctx);
}

static int ring_ignore(void *ctx, const struct nlmsghdr *h) {
        (void)ctx;
        (void)h;
        return 0;
}

/* What rings is not looked at: the kernel has counted it. */
static void bell_ready(struct source *s, uint32_t events) {
        struct evidence *e = container_of(s, struct evidence, bell);

        (void)events;
        for (unsigned n = 0; n < DATAGRAMS && rtnl_receive(s->fd, ring_ignore, NULL) != 0; n++)
                ;
        evidence_look(e);
}

static void later_fired(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        evidence_look(container_of(t, struct evidence, later));
}

static int bell_ask(int fd, uint16_t attribute, const void *value, size_t size) {
        _Alignas(struct nlmsghdr) uint8_t raw[128];
        struct nlmsghdr *h = nfnl_request(raw, NFNL_TYPE(NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG), NFPROTO_UNSPEC);
        struct nfgenmsg *m = mnl_nlmsg_get_payload(h);

        m->res_id = htobe16(NETWORK_LOG_GROUP);
        mnl_attr_put(h, attribute, size, value);
        return rtnl_ask(fd, h, 0, NULL, NULL);
}

/* The kernel gathers what it has to say for a second. */
static int bell_hang(int fd) {
        const struct nfulnl_msg_config_cmd bind = { .command = NFULNL_CFG_CMD_BIND };
        const struct nfulnl_msg_config_mode nothing = { .copy_mode = NFULNL_COPY_NONE };
        int r = bell_ask(fd, NFULA_CFG_CMD, &bind, sizeof bind);

        if (r == 0)
                r = bell_ask(fd, NFULA_CFG_MODE, &nothing, sizeof nothing);
        return r == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : r;
}

int evidence_init(struct evidence *e, struct loop *l, int net, int kept, int *ret_bell) {
        int r;

        e->requests = rtnl_open_of(NETLINK_NETFILTER, NULL);
        e->bell = (struct source){ .fd = rtnl_open_of(NETLINK_NETFILTER, NULL), .ready = bell_ready };
        e->since_s = clock_now().unix_s;
        e->reading = 1;
        if (e->requests < 0 || e->bell.fd < 0)
                return -EIO;
        r = timer_init(&e->later, l, CLOCK_MONOTONIC, later_fired);
        if (r == 0)
                r = peer_uses_init(&e->uses, l, net, kept);
        if (r == 0)
                r = evidence_follow(e, NULL, NULL);
        *ret_bell = r == 0 ? bell_hang(e->bell.fd) : r;
        return r == 0 && *ret_bell == 0 ? loop_add(l, &e->bell, EPOLLIN) : r;
}

void evidence_deinit(struct evidence *e) {
        timer_deinit(&e->later);
        cleanup_close(&e->bell.fd);
        cleanup_close(&e->requests);
        peer_uses_deinit(&e->uses);
}
