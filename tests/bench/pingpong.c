/* SPDX-License-Identifier: MIT */
/* pingpong.c — one byte there and back between two network namespaces, in several such pairs in turn: each has the
 * packet filter that somebody put there. Prints a line for each pair: nanoseconds for a round trip, turn by turn,
 * so that what disturbs one turn disturbs all its pairs. A byte that does not arrive ends it.
 *
 * usage: bench-pingpong KIND ADDRESS PORT {ASKS ANSWERS}…     ASKS, ANSWERS: processes in these namespaces
 * KIND: tcp, udp   one process at both ends, so that nobody has to be woken: all of it is the kernel's network
 *       new        udp, each time from another port: a connection that nobody has seen
 *       stream     tcp, 16 times 60,000 bytes one way
 *       tcp2, udp2 two processes, each woken by the other, on one processor */
#include "bench/timing.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS_MAX 8
#define TURNS 1001 /* short ones: whoever else runs disturbs few of them */

struct game {
        const char *asks, *answers;
        struct sockaddr_in at;
        int asker, answerer; /* connected with each other, but for a new connection's, which has yet to ask */
};

struct kind {
        const char *name;
        int type, rounds; /* in a turn */
        void (*begin)(struct game *g);
        void (*round)(struct game *g);
};

static int socket_in(const char *pid, int type) {
        const struct timeval deadline = { .tv_sec = 2 };
        char path[64];
        int fd, ns;

        (void)snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
        ns = open(path, O_RDONLY | O_CLOEXEC);
        if (ns < 0 || setns(ns, CLONE_NEWNET) < 0)
                err(1, "%s", path);
        (void)close(ns);
        fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
        if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) < 0
            || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline) < 0
            || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline) < 0)
                err(1, "socket");
        return fd;
}

static int bound_in(const struct game *g, int type) {
        int fd = socket_in(g->answers, type);

        if (bind(fd, (const struct sockaddr *)&g->at, sizeof g->at) < 0)
                err(1, "bind");
        return fd;
}

static int asking_in(const struct game *g, int type) {
        int fd = socket_in(g->asks, type);

        if (connect(fd, (const struct sockaddr *)&g->at, sizeof g->at) < 0)
                err(3, "connect");
        return fd;
}

static void byte_passes(int from, int to) {
        char byte;

        if (send(from, "x", 1, MSG_NOSIGNAL) != 1 || recv(to, &byte, 1, 0) != 1)
                err(3, "a byte did not arrive");
}

/* Of somebody who is not known, and back to him. */
static void byte_is_answered(int asker, int answerer, struct sockaddr_in *ret_who) {
        socklen_t size = sizeof *ret_who;
        char byte;

        if (send(asker, "x", 1, 0) != 1 || recvfrom(answerer, &byte, 1, 0, (struct sockaddr *)ret_who, &size) != 1
            || sendto(answerer, "x", 1, 0, (struct sockaddr *)ret_who, size) != 1 || recv(asker, &byte, 1, 0) != 1)
                err(3, "a byte did not arrive");
}

static void tcp_begin(struct game *g) {
        int listening = bound_in(g, SOCK_STREAM);

        if (listen(listening, 1) < 0)
                err(1, "listen");
        g->asker = asking_in(g, SOCK_STREAM);
        g->answerer = accept(listening, NULL, NULL);
        if (g->answerer < 0 || setsockopt(g->asker, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int)) < 0
            || setsockopt(g->answerer, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int)) < 0)
                err(3, "accept");
        (void)close(listening);
}

static void udp_begin(struct game *g) {
        struct sockaddr_in who;

        g->answerer = bound_in(g, SOCK_DGRAM);
        g->asker = asking_in(g, SOCK_DGRAM);
        byte_is_answered(g->asker, g->answerer, &who);
        if (connect(g->answerer, (struct sockaddr *)&who, sizeof who) < 0)
                err(3, "connect");
}

static void new_begin(struct game *g) {
        g->answerer = bound_in(g, SOCK_DGRAM);
}

/* All on this processor: on which of several the scheduler puts somebody is worth more than any table. */
static void processor_keep(void) {
        cpu_set_t one;

        CPU_ZERO(&one);
        CPU_SET((size_t)sched_getcpu(), &one);
        if (sched_setaffinity(0, sizeof one, &one) < 0)
                err(1, "sched_setaffinity");
}

/* Whoever answers is a process of its own, and ends with this one. */
static void answerer_leaves(struct game *g) {
        pid_t parent = getpid(), child;
        char byte;

        processor_keep();
        child = fork();

        if (child < 0)
                err(1, "fork");
        if (child > 0)
                return;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (getppid() == parent)
                if (recv(g->answerer, &byte, 1, 0) == 1)
                        (void)send(g->answerer, &byte, 1, MSG_NOSIGNAL);
        _exit(0);
}

static void tcp2_begin(struct game *g) {
        tcp_begin(g);
        answerer_leaves(g);
}

static void udp2_begin(struct game *g) {
        udp_begin(g);
        answerer_leaves(g);
}

static void round_alone(struct game *g) {
        byte_passes(g->asker, g->answerer);
        byte_passes(g->answerer, g->asker);
}

static void round_new(struct game *g) {
        struct sockaddr_in who;
        int asker = asking_in(g, SOCK_DGRAM);

        byte_is_answered(asker, g->answerer, &who);
        (void)close(asker);
}

static void round_two(struct game *g) {
        byte_passes(g->asker, g->asker);
}

/* As much as the kernel passes on as one; it is read before the next is sent. */
static void round_stream(struct game *g) {
        static char block[60000];

        for (int i = 0; i < 16; i++)
                if (send(g->asker, block, sizeof block, MSG_NOSIGNAL) != sizeof block
                    || recv(g->answerer, block, sizeof block, MSG_WAITALL) != sizeof block)
                        err(3, "the stream broke");
}

static const struct kind kinds[] = {
        { "tcp", SOCK_STREAM, 20, tcp_begin, round_alone }, { "udp", SOCK_DGRAM, 20, udp_begin, round_alone },
        { "new", SOCK_DGRAM, 5, new_begin, round_new },     { "stream", SOCK_STREAM, 1, tcp_begin, round_stream },
        { "tcp2", SOCK_STREAM, 10, tcp2_begin, round_two }, { "udp2", SOCK_DGRAM, 10, udp2_begin, round_two }
};

static double turn_ns(const struct kind *k, struct game *g) {
        double began = now_us();

        for (int i = 0; i < k->rounds; i++)
                k->round(g);
        return (now_us() - began) * 1e3 / k->rounds;
}

static void play(const struct kind *k, struct game *games, int n) {
        static double took[PAIRS_MAX][TURNS];

        for (int i = 0; i < n; i++)
                k->begin(&games[i]);
        for (int turn = -1; turn < TURNS; turn++) /* the first warms up */
                for (int i = 0; i < n; i++)
                        took[i][turn < 0 ? 0 : turn] = turn_ns(k, &games[i]);
        for (int i = 0; i < n; i++)
                for (int turn = 0; turn < TURNS; turn++)
                        (void)printf("%.0f%c", took[i][turn], turn == TURNS - 1 ? '\n' : ' ');
}

int main(int argc, char **argv) {
        struct game games[PAIRS_MAX] = { 0 };
        int n = (argc - 4) / 2;

        if (argc < 6 || argc % 2 || n > PAIRS_MAX)
                errx(2, "usage: see the file");
        for (int i = 0; i < n; i++) {
                games[i] =
                        (struct game){ .asks = argv[4 + 2 * i], .answers = argv[5 + 2 * i], .at.sin_family = AF_INET };
                games[i].at.sin_port = htons((uint16_t)atoi(argv[3]));
                if (inet_pton(AF_INET, argv[2], &games[i].at.sin_addr) != 1)
                        errx(2, "%s: no address", argv[2]);
        }
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
                if (strcmp(kinds[i].name, argv[1]) == 0)
                        return play(&kinds[i], games, n), 0;
        errx(2, "%s: no such kind", argv[1]);
}
