/* SPDX-License-Identifier: MIT */
/* exits_watch.c — watches the interfaces of the network namespace that it is started in, and says in lines what it
 * found and did. For the flows: no signature, no packet filter.
 *
 * usage: exits-watch POLICY STATE enforce|observe ROOT (beneath which it looks for resolv.conf)
 * "undo" on its input undoes; the end of its input ends it. */
#include "network/exits.h"

#include "host/file.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

struct watch {
        struct loop *loop;
        struct exits *exits;
        struct source input;
};

static void granted(void *ctx) {
        static struct link_grant grants[GUARD_LINKS];
        const struct watch *w = ctx;
        size_t n = w->exits ? exits_grants(w->exits, grants) : 0;

        (void)printf("granted");
        for (size_t i = 0; i < n; i++)
                (void)printf(" %d=%d", grants[i].index, grants[i].interface);
        (void)printf("\n");
}

static void link_told(void *ctx, const struct guard_event *e) {
        static const char *const deeds[] = { "met", "down", "failed" };

        (void)ctx;
        (void)printf("link %d %s %s %s times=%u untold=%lu error=%d\n", e->link->index, e->link->name, deeds[e->deed],
                     network_link_sort_name(e->identity.sort), e->times, e->untold, e->error);
}

static void sysctl_told(void *ctx, const char *path, long found, int error, unsigned long untold) {
        (void)ctx;
        (void)printf("sysctl %s %ld error=%d untold=%lu\n", path, found, error, untold);
}

static void radio_told(void *ctx, const struct radio *r, int error, unsigned long untold) {
        (void)ctx;
        (void)printf("radio %u error=%d untold=%lu\n", r->index, error, untold);
}

static void route_told(void *ctx, const struct route_facts *r, unsigned long untold) {
        (void)ctx;
        (void)printf("route v%c /%u out=%d untold=%lu\n", r->v6 ? '6' : '4', r->prefix, r->out, untold);
}

static void resolver_told(void *ctx, const struct resolver_facts *r, unsigned long untold) {
        char address[INET6_ADDRSTRLEN] = "";

        (void)ctx;
        (void)inet_ntop(r->v6 ? AF_INET6 : AF_INET, r->address, address, sizeof address);
        (void)printf("resolver %s %s error=%u untold=%lu\n", address, r->file, r->error, untold);
}

static void failed(void *ctx, const char *what, int error) {
        (void)ctx;
        (void)printf("failed %s %d\n", what, error);
}

static void input_ready(struct source *s, uint32_t events) {
        struct watch *w = container_of(s, struct watch, input);
        struct err err = { 0 };
        char line[64];
        ssize_t n = read(s->fd, line, sizeof line);

        (void)events;
        if (n <= 0)
                loop_stop(w->loop);
        else
                (void)printf("undone %d %s\n", exits_undo(w->exits, &err), err.text);
}

static void idle(void *ctx) {
        (void)ctx;
        (void)fflush(stdout);
}

static int policy_of(const char *path, struct policy **ret, struct err *err) {
        auto_free uint8_t *text = NULL;
        size_t size;
        int r = file_read(AT_FDCWD, path, POLICY_TEXT_MAX, &text, &size);

        return r < 0 ? err_errno(err, r, "%s", path) : policy_compile(bytes_of(text, size), ret, err);
}

static int watch(struct watch *w, const struct policy *p, int state, const char *const *words, struct err *err) {
        static const struct exits_listener listener = { granted,    link_told,     sysctl_told, radio_told,
                                                        route_told, resolver_told, failed };
        auto_fd sys = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        auto_fd net = open("/proc/sys/net", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        auto_fd root = open(words[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool enforces = strcmp(words[0], "enforce") == 0;
        const struct exits_dirs dirs = { sys, net, -1, state, state, root };
        int r = exits_new(w->loop, &dirs, &listener, w, &w->exits, err);

        if (r == 0)
                r = exits_follow(w->exits, policy_network(p), enforces ? GUARD_HOLDS : GUARD_LOOKS, err);
        if (r == 0)
                r = loop_add(w->loop, &w->input, EPOLLIN);
        if (r == 0) {
                (void)printf("ready\n");
                r = loop_run(w->loop, idle, NULL);
        }
        exits_free(w->exits);
        return r;
}

int main(int argc, char **argv) {
        struct watch w = { .input = { .fd = 0, .ready = input_ready } };
        auto_policy p = NULL;
        auto_loop loop = NULL;
        auto_fd state = -1;
        struct err err = { 0 };
        int r;

        if (argc != 5 || loop_new(&loop) < 0)
                return 2;
        w.loop = loop;
        r = policy_of(argv[1], &p, &err);
        if (r == 0)
                r = directory_make(AT_FDCWD, argv[2], 0700, &state, &err);
        if (r == 0)
                r = watch(&w, p, state, (const char *const *)argv + 3, &err);
        if (r < 0)
                (void)fprintf(stderr, "%s\n", err.text);
        return r < 0;
}
