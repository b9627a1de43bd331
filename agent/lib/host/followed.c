/* SPDX-License-Identifier: MIT */
/* followed.c — one name after the other by O_PATH; what is found is opened again only once it is known for a file. See
 * followed.h. */
#include "host/followed.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK (O_PATH | O_CLOEXEC | O_NOFOLLOW)

struct followed_walk {
        int root, at;
        unsigned depth;      /* of `at` beneath root */
        char rest[PATH_MAX]; /* that is still to be gone */
};

static void walk_enter(struct followed_walk *w, int *dir) {
        (void)close(w->at);
        w->at = take_fd(dir);
}

static int walk_to_root(struct followed_walk *w) {
        auto_fd root = openat(w->root, ".", LOOK | O_DIRECTORY);

        if (root < 0)
                return -errno;
        walk_enter(w, &root);
        w->depth = 0;
        return 0;
}

static int walk_up(struct followed_walk *w) {
        auto_fd above = w->depth ? openat(w->at, "..", LOOK | O_DIRECTORY) : -1;

        if (!w->depth)
                return 0;
        if (above < 0)
                return -errno;
        walk_enter(w, &above);
        w->depth--;
        return 0;
}

/* The next name off the front of the rest; false: there is none. */
static bool walk_name(struct followed_walk *w, char name[NAME_MAX + 1], int *ret) {
        const char *at = w->rest + strspn(w->rest, "/");
        const size_t n = strcspn(at, "/");

        *ret = n > NAME_MAX ? -ENAMETOOLONG : 0;
        if (n == 0 || n > NAME_MAX)
                return false;
        memcpy(name, at, n);
        name[n] = '\0';
        memmove(w->rest, at + n, strlen(at + n) + 1);
        return true;
}

/* What the symlink says is gone before the rest. */
static int walk_link(struct followed_walk *w, int link) {
        char text[PATH_MAX];
        const ssize_t n = readlinkat(link, "", text, sizeof text);
        const size_t rest = strlen(w->rest);

        if (n < 0)
                return -errno;
        if ((size_t)n + rest >= sizeof w->rest)
                return -ENAMETOOLONG;
        memmove(w->rest + n, w->rest, rest + 1);
        memcpy(w->rest, text, (size_t)n);
        return n > 0 && text[0] == '/' ? walk_to_root(w) : 0;
}

/* 1: it is the file, in *ret. */
static int walk_found(struct followed_walk *w, int *found, int *ret) {
        struct stat st;

        if (fstat(*found, &st) < 0)
                return -errno;
        if (S_ISLNK(st.st_mode))
                return walk_link(w, *found);
        if (S_ISDIR(st.st_mode)) {
                walk_enter(w, found);
                w->depth++;
                return 0;
        }
        if (!S_ISREG(st.st_mode))
                return -EINVAL;
        *ret = take_fd(found);
        return w->rest[0] ? -ENOTDIR : 1;
}

static int walk_step(struct followed_walk *w, const char *name, followed_step *step, void *ctx, int *ret) {
        auto_fd found = -1;
        int r;

        if (strcmp(name, ".") == 0)
                return 0;
        if (strcmp(name, "..") == 0)
                return walk_up(w);
        r = step ? step(ctx, w->at, name) : 0;
        if (r < 0)
                return r;
        found = openat(w->at, name, LOOK);
        return found < 0 ? -errno : walk_found(w, &found, ret);
}

/* A directory where a file should be ends the walk, too. */
static int walk_all(struct followed_walk *w, followed_step *step, void *ctx, int *ret) {
        char name[NAME_MAX + 1];
        int r = walk_to_root(w);

        for (unsigned n = 0; r == 0; n++) {
                if (!walk_name(w, name, &r))
                        return r < 0 ? r : -EINVAL;
                r = n < FOLLOWED_STEPS ? walk_step(w, name, step, ctx, ret) : -ELOOP;
        }
        return r;
}

int followed_open(int root, const char *path, followed_step *step, void *ctx) {
        struct followed_walk w = { .root = root, .at = -1 };
        auto_fd found = -1;
        char again[32];
        int r, fd;

        if (snprintf(w.rest, sizeof w.rest, "%s", path) >= (int)sizeof w.rest)
                return -ENAMETOOLONG;
        r = walk_all(&w, step, ctx, &found);
        cleanup_close(&w.at);
        if (r > 0 && step)
                r = step(ctx, found, "");
        if (r < 0)
                return r;
        (void)snprintf(again, sizeof again, "/proc/self/fd/%d", found);
        fd = open(again, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        return fd < 0 ? -errno : fd;
}
