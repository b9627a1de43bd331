/* SPDX-License-Identifier: MIT */
/* chain.c — see chain.h. Whatever is found in the file, nothing is ever thrown away: it is set aside. */
#include "audit/chain.h"

#include "audit/rotate.h"
#include "audit/tail.h"
#include "host/auditors.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOG "audit.jsonl"
#define LOG_MODE 0640

struct chain {
        int dirfd, fd;
        uint64_t seq; /* of the last record */
        char prev[HASH_TEXT];
        uint64_t good; /* bytes of whole records in the file */
        bool known;    /* seq and prev are known: from here on the file is checked against them */
        bool half;     /* a write failed, and the partial line could not be cut off yet */
        struct chain_repair repair;
};

static int chain_note_repair(struct chain *c, const char *reason, uint64_t bytes, bool broken) {
        struct chain_repair *r = &c->repair;

        if (!r->reason[0])
                (void)snprintf(r->reason, sizeof r->reason, "%s", reason);
        r->bytes += bytes;
        r->broken = r->broken || broken;
        return 0;
}

static int set_aside_whole(struct chain *c, const char *reason, uint64_t bytes) {
        int r = rotate_set_aside(c->dirfd, LOG, c->repair.aside, sizeof c->repair.aside);

        return r < 0 ? r : chain_note_repair(c, reason, bytes, true);
}

static int set_aside_end(struct chain *c, const char *reason, uint64_t size) {
        int r = rotate_copy_aside(c->dirfd, c->fd, c->good, size, c->repair.aside, sizeof c->repair.aside);

        if (r == 0 && (ftruncate(c->fd, (off_t)c->good) < 0 || fsync(c->fd) < 0))
                r = -errno;
        return r < 0 ? r : chain_note_repair(c, reason, size - c->good, false);
}

/* Open or make the log. A directory, a symlink or a pipe in its place is moved out of the way. */
static int open_log(struct chain *c, struct stat *ret_st) {
        const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

        for (int tries = 0; tries < 2; tries++) {
                auto_fd fd = openat(c->dirfd, LOG, flags | O_CREAT, LOG_MODE);

                if (fd >= 0 && fstat(fd, ret_st) < 0)
                        return -errno;
                if (fd >= 0 && S_ISREG(ret_st->st_mode)) {
                        if (ret_st->st_size == 0 && fchmod(fd, LOG_MODE) < 0) /* whatever the umask */
                                return -errno;
                        if (ret_st->st_size == 0)
                                (void)auditors_follow(c->dirfd, fd);
                        c->fd = take_fd(&fd);
                        return fsync(c->dirfd) < 0 ? -errno : 0;
                }
                if (fd < 0 && errno != ELOOP && errno != EISDIR && errno != ENXIO)
                        return -errno;
                int r = set_aside_whole(c, "not-a-file", 0);
                if (r < 0)
                        return r;
        }
        return -EINVAL;
}

static void chain_drop(struct chain *c) {
        if (c->fd >= 0)
                (void)close(c->fd);
        c->fd = -1;
}

static void continue_from(struct chain *c, const struct tail *t, uint64_t good) {
        c->seq = t->seq;
        memcpy(c->prev, t->digest, sizeof c->prev);
        c->good = good;
        c->known = true;
}

/* An empty log continues the newest rotated one; where there is none either it is the very first. */
static int chain_begin(struct chain *c) {
        struct tail t = { .seq = 0, .digest = HASH_NONE };
        auto_fd fd = rotate_newest(c->dirfd);
        struct stat st;
        int r;

        if (fd >= 0) {
                r = fstat(fd, &st) < 0 ? -errno : tail_find(fd, (uint64_t)st.st_size, &t);
                if (r < 0)
                        return r;
                if (r == 0)
                        (void)chain_note_repair(c, "rotated-unreadable", 0, true);
        }
        continue_from(c, &t, 0);
        return 0;
}

static int chain_learn(struct chain *c, uint64_t size) {
        struct tail t;
        int r;

        if (size == 0)
                return chain_begin(c);
        r = tail_find(c->fd, size, &t);
        if (r < 0)
                return r;
        if (r == 1) {
                c->good = t.end;
                if (t.end < size)
                        r = set_aside_end(c, "torn", size);
                if (r >= 0)
                        continue_from(c, &t, t.end);
                return r < 0 ? r : 0;
        }
        r = set_aside_whole(c, "not-a-log", size);
        chain_drop(c);
        return r;
}

/* Repairs a file that is not as the agent left it. */
static int chain_restore(struct chain *c, const struct stat *st) {
        int r = 0;

        if ((uint64_t)st->st_size > c->good && st->st_nlink)
                return set_aside_end(c, "foreign", (uint64_t)st->st_size);
        if (st->st_nlink)
                r = set_aside_whole(c, "shortened", (uint64_t)st->st_size);
        else
                (void)chain_note_repair(c, "removed", 0, true);
        chain_drop(c);
        c->good = 0;
        return r;
}

int chain_ready(struct chain *c) {
        struct stat st;
        int r = 0;

        if (c->half && c->fd >= 0) {
                if (ftruncate(c->fd, (off_t)c->good) < 0)
                        return -errno;
                c->half = false;
        }
        for (int tries = 0; tries < 4 && r == 0; tries++) {
                if (c->fd >= 0)
                        r = fstat(c->fd, &st) < 0 ? -errno : 0;
                else
                        r = open_log(c, &st);
                if (r < 0)
                        return r;
                if (c->known && st.st_nlink && (uint64_t)st.st_size == c->good)
                        return 0;
                r = c->known ? chain_restore(c, &st) : chain_learn(c, (uint64_t)st.st_size);
        }
        return r < 0 ? r : -EAGAIN;
}

int chain_open(int dirfd, struct chain **ret, struct err *err) {
        auto_chain c = calloc(1, sizeof *c);

        if (!c)
                return err_set(err, -ENOMEM, "audit log");
        c->fd = -1;
        c->dirfd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (c->dirfd < 0)
                return err_say_errno(err, -errno, "監査記録のフォルダーを開けません", "open the audit directory");
        *ret = TAKE(c);
        return 0;
}

void chain_free(struct chain *c) {
        if (!c)
                return;
        chain_drop(c);
        if (c->dirfd >= 0)
                (void)close(c->dirfd);
        free(c);
}

struct chain_repair *chain_repair(struct chain *c) {
        return &c->repair;
}

void chain_note(struct chain *c, const char *reason, bool broken) {
        (void)chain_note_repair(c, reason, 0, broken);
}

uint64_t chain_next(const struct chain *c) {
        return c->seq + 1;
}

const char *chain_prev(const struct chain *c) {
        return c->prev;
}

int chain_append(struct chain *c, const char *line, size_t n) {
        char digest[HASH_TEXT];
        int r = hash_text(line, n - 1, digest);
        ssize_t wrote;

        if (r < 0)
                return r;
        do
                wrote = write(c->fd, line, n);
        while (wrote < 0 && errno == EINTR);
        if (wrote != (ssize_t)n) {
                r = wrote < 0 ? -errno : -ENOSPC;
                c->half = ftruncate(c->fd, (off_t)c->good) < 0;
                return r;
        }
        c->good += n;
        c->seq++;
        memcpy(c->prev, digest, sizeof c->prev);
        return 0;
}

int chain_sync(struct chain *c) {
        return c->fd >= 0 && fdatasync(c->fd) < 0 ? -errno : 0;
}

bool chain_full(const struct chain *c) {
        return c->good >= CHAIN_ROTATE;
}

int chain_rotate(struct chain *c) {
        int fd, r = chain_sync(c);

        if (r < 0)
                return r;
        fd = rotate_log(c->dirfd, c->fd, LOG, LOG_MODE);
        if (fd < 0)
                return fd;
        chain_drop(c);
        c->fd = fd;
        c->good = 0;
        return 0;
}
