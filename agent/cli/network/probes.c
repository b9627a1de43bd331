/* SPDX-License-Identifier: MIT */
/* probes.c — see probes.h. */
#include "cli/network/probes.h"

#include "base/cleanup.h"
#include "cli/answer.h"
#include "host/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHERTYPE_LOCAL 0x88b5 /* IEEE 802: for local experiments */
#define DISCARD 9              /* RFC 863 */

/* RFC 5737 and RFC 3849: addresses that nobody has. */
const struct probe probes[PROBES] = {
        { AF_INET, SOCK_STREAM, IPPROTO_TCP, 443, "192.0.2.1" },
        { AF_INET, SOCK_DGRAM, IPPROTO_UDP, 53, "198.51.100.1" },
        { AF_INET, SOCK_RAW, IPPROTO_ICMP, 0, "203.0.113.1" },
        { AF_INET, SOCK_DGRAM, IPPROTO_UDP, 5353, "224.0.0.251" },
        { AF_INET, SOCK_DGRAM, IPPROTO_UDP, DISCARD, "255.255.255.255" },
        { AF_INET6, SOCK_DGRAM, IPPROTO_UDP, 53, "2001:db8::1" },
        { AF_INET6, SOCK_DGRAM, IPPROTO_UDP, 5353, "ff02::fb" },
        { AF_PACKET, SOCK_RAW, ETHERTYPE_LOCAL, 0, "" },
};

static void call_add(struct call ret[CALLS_MAX], size_t *n, const char *peer, const struct address_range *a,
                     uint16_t port) {
        struct call *c = &ret[(*n)++];

        if (*n > CALLS_MAX)
                return;
        *c = (struct call){ .peer = peer, .v6 = a->v6, .port = port };
        memcpy(c->address, a->first, sizeof c->address);
        (void)inet_ntop(a->v6 ? AF_INET6 : AF_INET, c->address, c->text, sizeof c->text);
}

size_t calls_of(const struct network_terms *n, struct call ret[CALLS_MAX]) {
        size_t found = 0;

        for (size_t i = 0; i < n->n_peers; i++) {
                const struct network_peer *p = &n->peers[i];

                if (!(p->direction & NETWORK_OUT) || !(p->protocols & PROTOCOL_BIT(PROTOCOL_TCP)))
                        continue;
                for (size_t a = 0; a < p->n_addresses; a++)
                        for (size_t k = 0; k < p->n_ports; k++)
                                call_add(ret, &found, p->name, &p->addresses[a], p->ports[k].first);
        }
        return found;
}

static socklen_t address_fill(bool v6, const uint8_t *address, uint16_t port, unsigned ifindex,
                              struct sockaddr_storage *ret) {
        struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
        struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = ifindex };

        memcpy(&v4.sin_addr, address, sizeof v4.sin_addr);
        memcpy(&six.sin6_addr, address, sizeof six.sin6_addr);
        memcpy(ret, v6 ? (void *)&six : (void *)&v4, v6 ? sizeof six : sizeof v4);
        return v6 ? sizeof six : sizeof v4;
}

static int call_begin(const struct call *c) {
        struct sockaddr_storage to;
        socklen_t size = address_fill(c->v6, c->address, c->port, 0, &to);
        auto_fd fd = socket(c->v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        if (fd < 0 || (connect(fd, (const struct sockaddr *)&to, size) < 0 && errno != EINPROGRESS))
                return -1;
        return take_fd(&fd);
}

static enum answer_sort call_end(int fd) {
        int error = 0;
        socklen_t size = sizeof error;

        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
                return ANSWER_NONE;
        return error == 0 ? ANSWER_OPEN : error == ECONNREFUSED ? ANSWER_REFUSED : ANSWER_NONE;
}

/* poll() skips what is negative. */
void calls_make(struct call *calls, size_t n, int deadline_ms) {
        struct pollfd waits[CALLS_MAX] = { 0 };
        const int64_t end = clock_ms() + deadline_ms;
        size_t open = 0;

        n = n < CALLS_MAX ? n : CALLS_MAX;
        for (size_t i = 0; i < n; i++) {
                waits[i] = (struct pollfd){ .fd = call_begin(&calls[i]), .events = POLLOUT };
                open += waits[i].fd >= 0;
        }
        while (open && clock_ms() < end && poll(waits, n, (int)(end - clock_ms())) > 0)
                for (size_t i = 0; i < n; i++)
                        if (waits[i].fd >= 0 && waits[i].revents) {
                                calls[i].answer = call_end(waits[i].fd);
                                cleanup_close(&waits[i].fd);
                                waits[i].fd = -1;
                                open--;
                        }
        for (size_t i = 0; i < n; i++)
                cleanup_close(&waits[i].fd);
}

bool probe_is_allowed(const struct probe *p, const struct network_terms *n) {
        struct address_range a = { .v6 = p->family == AF_INET6 };

        if (p->family == AF_PACKET || inet_pton(p->family, p->address, a.first) != 1)
                return false;
        memcpy(a.last, a.first, sizeof a.last);
        return network_peer_at(n, NETWORK_OUT, &a);
}

static int frame_send(int fd, unsigned ifindex) {
        /* To everybody, from nobody. */
        static const uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
        const struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex, .sll_halen = 6 };

        return sendto(fd, frame, sizeof frame, 0, (const struct sockaddr *)&to, sizeof to) < 0 ? -errno : 0;
}

static int packet_send(int fd, const struct probe *p, const char *link, unsigned ifindex) {
        static const uint8_t echo[8] = { 8, 0, 0xf7, 0xff };
        const int yes = 1;
        struct sockaddr_storage to;
        uint8_t address[16] = { 0 };
        socklen_t size;

        (void)inet_pton(p->family, p->address, address);
        size = address_fill(p->family == AF_INET6, address, p->port, ifindex, &to);
        if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, link, (socklen_t)strlen(link)) < 0
            || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) < 0)
                return -errno;
        if (p->type == SOCK_STREAM)
                return connect(fd, (const struct sockaddr *)&to, size) < 0 && errno != EINPROGRESS ? -errno : 0;
        return sendto(fd, echo, sizeof echo, 0, (const struct sockaddr *)&to, size) < 0 ? -errno : 0;
}

int probe_send(const struct probe *p, const char *link, unsigned ifindex) {
        auto_fd fd =
                socket(p->family, p->type | SOCK_CLOEXEC | SOCK_NONBLOCK, p->family == AF_PACKET ? 0 : p->protocol);

        if (fd < 0)
                return -errno;
        return p->family == AF_PACKET ? frame_send(fd, ifindex) : packet_send(fd, p, link, ifindex);
}

/* All packets of that kind, whoever sent them. */
static json_int_t probe_counted(const struct probe *p, const json_t *answer) {
        const json_t *refused = json_object_get(answer, "refused");
        json_int_t packets = 0;

        if (p->family == AF_PACKET)
                return answer_number(answer, NULL, "refused_raw");
        for (size_t i = 0; i < json_array_size(refused); i++) {
                const json_t *r = json_array_get(refused, i);

                if (strcmp(answer_text(r, NULL, "direction"), "out") == 0
                    && strcmp(answer_text(r, NULL, "address"), p->address) == 0
                    && answer_number(r, NULL, "protocol") == p->protocol && answer_number(r, NULL, "port") == p->port
                    && !answer_flag(r, NULL, "observed"))
                        packets += answer_number(r, NULL, "packets");
        }
        return packets;
}

/* EPERM of sendto() is the packet filter's: this one's, where the set is full, or another table's before it. */
enum probe_result probe_judge(const struct probe *p, int sent, const json_t *before, const json_t *after) {
        if (probe_counted(p, after) > probe_counted(p, before) || (sent == -EPERM && p->type == SOCK_DGRAM))
                return PROBE_STOPPED;
        if (sent == -ENETUNREACH || sent == -EADDRNOTAVAIL || sent == -EHOSTUNREACH || sent == -EAFNOSUPPORT
            || sent == -ENETDOWN)
                return PROBE_NO_WAY;
        return answer_number(after, NULL, "refused_more") > answer_number(before, NULL, "refused_more") ? PROBE_UNKNOWN
                                                                                                        : PROBE_GOT_OUT;
}
