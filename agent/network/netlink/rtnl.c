/* SPDX-License-Identifier: MIT */
/* rtnl.c — sockets and datagrams are ours, because libmnl's receiving does not say who sent; the walk through messages
 * and attributes is libmnl's. See rtnl.h. */
#include "network/netlink/rtnl.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define DATAGRAM 32768          /* a dump's parts are no larger, and no message of one link comes near it */
#define ROOM (16 * 1024 * 1024) /* bytes that may be queued: tens of thousands of changes */
#define PATIENCE_S 5            /* the kernel answers while we send; somebody may hold its lock */
#define LISTINGS 8

int rtnl_open(const unsigned *groups) {
        return rtnl_open_of(NETLINK_ROUTE, groups);
}

int rtnl_open_of(int protocol, const unsigned *groups) {
        const struct sockaddr_nl address = { .nl_family = AF_NETLINK };
        const struct timeval patience = { .tv_sec = PATIENCE_S };
        const bool listens = groups && *groups;
        const int room = ROOM, yes = 1;
        auto_fd fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | (listens ? SOCK_NONBLOCK : 0), protocol);

        if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0
            || setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes, sizeof yes) < 0)
                return -errno;
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        if (!listens && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
                return -errno;
        for (; groups && *groups; groups++)
                if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, groups, sizeof *groups) < 0)
                        return -errno;
        return take_fd(&fd);
}

/* Messages of processes (nl_pid is not 0) are skipped. The size, or -errno; -EAGAIN: none. */
static ssize_t rtnl_datagram(int fd, void *to, size_t size) {
        struct sockaddr_nl from;
        socklen_t from_size;
        ssize_t n;

        do {
                from = (struct sockaddr_nl){ .nl_pid = 1 };
                from_size = sizeof from;
                n = recvfrom(fd, to, size, MSG_TRUNC, (struct sockaddr *)&from, &from_size);
        } while ((n < 0 && errno == EINTR) || (n >= 0 && (from_size != sizeof from || from.nl_pid != 0)));
        return n < 0 ? -errno : (size_t)n > size ? -EBADMSG : n;
}

static int rtnl_walk(const void *raw, size_t size, rtnl_take *take, void *ctx) {
        const struct nlmsghdr *h = raw;
        int left = (int)size, r;

        for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
                r = take(ctx, h);
                if (r < 0)
                        return r;
        }
        return left > 0 ? -EBADMSG : 0; /* below 0: the padding of the last one is not sent */
}

int rtnl_receive(int fd, rtnl_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[DATAGRAM];
        ssize_t n = rtnl_datagram(fd, raw, sizeof raw);
        int r;

        if (n < 0)
                return n == -EAGAIN ? 0 : (int)n;
        r = rtnl_walk(raw, (size_t)n, take, ctx);
        return r < 0 ? r : 1;
}

struct rtnl_reply {
        uint32_t seq;
        uint16_t answer;
        bool is_over, was_disturbed;
        rtnl_take *take;
        void *ctx;
};

static uint32_t rtnl_seq(void) {
        static uint32_t last;

        return ++last;
}

/* One part of the reply to a request. What belongs to an earlier one, which was given up, is skipped. */
static int reply_take(void *ctx, const struct nlmsghdr *h) {
        struct rtnl_reply *reply = ctx;
        int error;

        if (h->nlmsg_seq != reply->seq)
                return 0;
        reply->was_disturbed = reply->was_disturbed || h->nlmsg_flags & NLM_F_DUMP_INTR;
        if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
                reply->is_over = true;
                if (mnl_nlmsg_get_payload_len(h) < sizeof error)
                        return h->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
                memcpy(&error, mnl_nlmsg_get_payload(h), sizeof error);
                return error > 0 ? -EBADMSG : error;
        }
        return reply->take && h->nlmsg_type == reply->answer ? reply->take(reply->ctx, h) : -EBADMSG;
}

static int rtnl_request(int fd, struct nlmsghdr *request, struct rtnl_reply *reply) {
        int r = 0;

        request->nlmsg_seq = reply->seq = rtnl_seq();
        if (send(fd, request, request->nlmsg_len, MSG_NOSIGNAL) < 0) /* a datagram: all of it, or none */
                return -errno;
        while (r >= 0 && !reply->is_over) {
                r = rtnl_receive(fd, reply_take, reply);
                if (r == 0)
                        return -ETIMEDOUT;
        }
        return r < 0 ? r : 0;
}

int rtnl_ask(int fd, struct nlmsghdr *request, uint16_t answer, rtnl_take *take, void *ctx) {
        struct rtnl_reply reply = { .answer = answer, .take = take, .ctx = ctx };

        request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
        return rtnl_request(fd, request, &reply);
}

int rtnl_dump(int fd, struct nlmsghdr *request, uint16_t answer, rtnl_take *take, void *ctx) {
        request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        for (unsigned i = 0; i < LISTINGS; i++) {
                struct rtnl_reply reply = { .answer = answer, .take = take, .ctx = ctx };
                int r = rtnl_request(fd, request, &reply);

                if (r < 0 || !reply.was_disturbed)
                        return r;
        }
        return -EAGAIN;
}

/* With strict checks the kernel wants the whole header of the kind that is asked for. */
static size_t header_size(uint16_t request) {
        return request == RTM_GETLINK ? sizeof(struct ifinfomsg) : sizeof(struct rtmsg);
}

int rtnl_list(int fd, uint16_t request, uint16_t answer, uint8_t family, rtnl_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[NLMSG_HDRLEN + sizeof(struct ifinfomsg) + sizeof(struct rtmsg)];
        struct nlmsghdr *h = mnl_nlmsg_put_header(raw);

        h->nlmsg_type = request;
        *(uint8_t *)mnl_nlmsg_put_extra_header(h, header_size(request)) = family;
        return rtnl_dump(fd, h, answer, take, ctx);
}

bool rtnl_attributes(const void *from, size_t size, rtnl_attribute *take, void *ctx) {
        const struct nlattr *a = from;
        size_t left = size;

        while (left && mnl_attr_ok(a, (int)left)) {
                const size_t whole = MNL_ALIGN(a->nla_len);

                if (whole > left || !take(ctx, a))
                        return false;
                left -= whole;
                a = mnl_attr_next(a);
        }
        return left == 0;
}

bool rtnl_message_attributes(const struct nlmsghdr *h, size_t header, rtnl_attribute *take, void *ctx) {
        const size_t payload = mnl_nlmsg_get_payload_len(h), skipped = NLMSG_ALIGN(header);

        return payload >= skipped
               && rtnl_attributes(mnl_nlmsg_get_payload_offset(h, header), payload - skipped, take, ctx);
}

bool rtnl_value(const struct nlattr *a, void *ret, size_t size) {
        if (mnl_attr_get_payload_len(a) != size)
                return false;
        memcpy(ret, mnl_attr_get_payload(a), size);
        return true;
}

bool rtnl_text(const struct nlattr *a, char *ret, size_t size) {
        const char *text = mnl_attr_get_payload(a);
        const size_t n = mnl_attr_get_payload_len(a);

        if (n == 0 || n > size || memchr(text, 0, n) != text + n - 1)
                return false;
        memset(ret, 0, size);
        memcpy(ret, text, n);
        return true;
}
