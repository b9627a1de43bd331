/* SPDX-License-Identifier: MIT */
/* peers.c — see peers.h. Anybody may connect: so a place costs little, nobody has many, and nothing is read. */
#include "notify/peers.h"

#include "wire/notice.h"
#include "wire/socket.h"

#include <errno.h>
#include <grp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PEERS 32
#define PEERS_OF_A_USER 4
#define QUEUE_BYTES 16384 /* a few notices: a peer whose queue is full does not read */

/* The group of one process, which runs as a dynamic user of systemd and writes to the console of the person there. */
#define CONSOLE_GROUP "sekimori-console"

struct notify_peer {
        struct source source;
        struct peers *all;
        uid_t uid;
        bool trusted;  /* hears everything */
        uint64_t came; /* 0: the place is free */
};

struct peers {
        struct source listening;
        struct loop *loop;
        peers_seated *seated;
        gid_t console;
        uint64_t arrivals;
        struct notify_peer places[PEERS];
};

static void peers_leave(struct notify_peer *p) {
        loop_remove(p->all->loop, &p->source);
        (void)close(p->source.fd);
        p->came = 0;
}

/* Only the end of it is listened for: see is_silenced() and someone_came(). */
static void peer_ready(struct source *source, uint32_t events) {
        (void)events;
        peers_leave(container_of(source, struct notify_peer, source));
}

static bool is_longer_here(const struct notify_peer *p, const struct notify_peer *than) {
        return p->came && (!than || p->came < than->came);
}

/* If all places are taken, the oldest peer that would get no notice now is disconnected; if the uid has its maximum,
 * the oldest of that uid. Root, the console and the person at the seat fill less than half of them. */
static struct notify_peer *make_room(struct peers *all, uid_t uid) {
        struct notify_peer *free_place = NULL, *own = NULL, *stranger = NULL;
        uid_t seated = all->seated();
        unsigned n = 0;

        for (struct notify_peer *p = all->places; p < all->places + PEERS; p++) {
                if (!p->came)
                        free_place = p;
                n += p->came && p->uid == uid;
                if (p->uid == uid && is_longer_here(p, own))
                        own = p;
                if (!p->trusted && p->uid != seated && is_longer_here(p, stranger))
                        stranger = p;
        }
        if (n < PEERS_OF_A_USER && free_place)
                return free_place;
        if (n < PEERS_OF_A_USER)
                own = stranger;
        if (own)
                peers_leave(own);
        return own;
}

/* Nothing is read from a peer: its read side is shut down, so that the kernel refuses what the peer sends, and the
 * agent is not woken by it. */
static bool is_silenced(int fd) {
        const int queue = QUEUE_BYTES;

        return shutdown(fd, SHUT_RD) == 0 && setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &queue, sizeof queue) == 0;
}

static void someone_came(struct source *source, uint32_t events) {
        struct peers *all = container_of(source, struct peers, listening);
        auto_fd fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        struct notify_peer *p;
        uid_t uid;
        gid_t gid;
        pid_t pid;

        (void)events;
        if (fd < 0 || socket_peer(fd, &uid, &gid, &pid) < 0 || !is_silenced(fd) || !(p = make_room(all, uid)))
                return;
        *p = (struct notify_peer){ .source = { .fd = fd, .ready = peer_ready }, .all = all, .uid = uid };
        /* The user who runs the agent in a demonstration gets what root would. */
        p->trusted = uid == 0 || uid == geteuid() || gid == all->console;
        if (loop_add(all->loop, &p->source, 0) < 0)
                return;
        p->came = ++all->arrivals;
        (void)take_fd(&fd);
}

/* No group has the number -1. */
static gid_t console_group(void) {
        const struct group *g = geteuid() == 0 ? getgrnam(CONSOLE_GROUP) : NULL;

        return g ? g->gr_gid : (gid_t)-1;
}

int peers_listen(struct loop *l, const char *runtime_dir, peers_seated *seated, struct peers **ret) {
        auto_peers p = calloc(1, sizeof *p);
        int r;

        if (!p)
                return -ENOMEM;
        p->loop = l, p->seated = seated, p->console = console_group();
        p->listening = (struct source){ .fd = -1, .ready = someone_came };
        r = socket_listen(runtime_dir, NOTICE_SOCKET, 0666, &p->listening.fd);
        if (r == 0)
                r = loop_add(l, &p->listening, EPOLLIN);
        if (r == 0)
                *ret = TAKE(p);
        return r;
}

void peers_free(struct peers *p) {
        if (!p)
                return;
        for (struct notify_peer *each = p->places; each < p->places + PEERS; each++)
                if (each->came)
                        peers_leave(each);
        if (p->listening.fd >= 0) {
                loop_remove(p->loop, &p->listening);
                (void)close(p->listening.fd);
        }
        free(p);
}

bool peers_any(const struct peers *p) {
        for (size_t i = 0; i < PEERS; i++)
                if (p->places[i].came)
                        return true;
        return false;
}

void peers_send(struct peers *p, uid_t uid, const void *message, size_t n) {
        for (struct notify_peer *each = p->places; each < p->places + PEERS; each++)
                if (each->came && (each->trusted || each->uid == uid)
                    && socket_send(each->source.fd, message, n, -1) < 0)
                        peers_leave(each);
}
