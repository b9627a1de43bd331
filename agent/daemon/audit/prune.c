/* SPDX-License-Identifier: MIT */
/* prune.c — only the rotated log with the lowest number may go; its age is its mtime. See prune.h. */
#include "audit/prune.h"

#include "audit/rotate.h"
#include "audit/tail.h"
#include "base/cleanup.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct rotated {
        uint64_t bytes; /* of all */
        uint64_t first; /* of the oldest; 0: there is none */
        char name[48];
};

static int prune_survey(int dirfd, struct rotated *ret) {
        auto_dir directory = listing_open(dirfd, ".");
        struct dirent *entry;

        if (!directory)
                return -errno;
        *ret = (struct rotated){ 0 };
        while ((entry = readdir(directory))) {
                uint64_t first = rotate_seq(entry->d_name);
                struct stat st;

                if (!first || fstatat(dirfd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                        continue;
                ret->bytes += (uint64_t)st.st_size;
                if (ret->first && ret->first < first)
                        continue;
                ret->first = first;
                (void)snprintf(ret->name, sizeof ret->name, "%.47s", entry->d_name);
        }
        return 0;
}

/* Was the file last written longer than keep_s ago? A clock that was wrong then or is wrong now makes it look young, or
 * costs one file. */
static bool is_old(const struct stat *st, const struct prune_rules *rules) {
        return rules->keep_s && st->st_mtime < rules->now && (uint64_t)(rules->now - st->st_mtime) > rules->keep_s;
}

static void read_end(int fd, const struct stat *st, struct pruned *p) {
        struct tail t;

        if (tail_find(fd, (uint64_t)st->st_size, &t) != 1)
                return;
        p->last = t.seq;
        memcpy(p->digest, t.digest, sizeof p->digest);
}

int prune_choose(int dirfd, const struct prune_rules *rules, struct pruned *ret) {
        struct rotated rotated;
        auto_fd fd = -1;
        struct stat st;
        int r = prune_survey(dirfd, &rotated);

        if (r < 0 || !rotated.first)
                return r;
        fd = openat(dirfd, rotated.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        if (rotated.bytes <= rules->bytes && !is_old(&st, rules))
                return 0;
        *ret = (struct pruned){ .first = rotated.first, .reason = rotated.bytes > rules->bytes ? "bound" : "age" };
        (void)snprintf(ret->file, sizeof ret->file, "%s", rotated.name);
        read_end(fd, &st, ret);
        return 1;
}

int prune_remove(int dirfd, const struct pruned *p) {
        return unlinkat(dirfd, p->file, 0) < 0 || fsync(dirfd) < 0 ? -errno : 0;
}
