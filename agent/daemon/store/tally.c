/* SPDX-License-Identifier: MIT */
/* tally.c — see tally.h. The agent ensures that there is only one writer: one process, one thread. */
#include "store/tally.h"

#include "host/file.h"
#include "store/factors.h"
#include "store/strangers.h"
#include "store/tally_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

/* A copy has a block to itself: a disk that tears one does not touch the other. */
#define BLOCK 4096
#define COPIES 2
#define FILE_SIZE ((size_t)(COPIES * BLOCK))

struct tallies {
        int fd;
        uint8_t strangers[STRANGERS_KEY];
};

/* Generation g goes to copy g % 2 first: the other one holds g - 1, synced, until that is done. */
static int first_copy(uint64_t generation) {
        return (int)(generation % COPIES);
}

void tallies_close(struct tallies *t) {
        if (!t)
                return;
        cleanup_close(&t->fd);
        free(t);
}

int tallies_open(int state_fd, struct tallies **ret, struct err *err) {
        auto_tallies t = calloc(1, sizeof *t);
        auto_fd login = -1;
        int r;

        if (!t)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the tallies");
        t->fd = -1;
        r = directory_make(state_fd, "login", 0700, &login, err);
        if (r == 0)
                r = directory_make(login, "tally", 0700, &t->fd, err);
        if (r == 0 && (r = strangers_key(login, t->strangers)) < 0)
                (void)err_say_errno(err, r, "乱数を得られません", "get random bytes");
        if (r == 0)
                *ret = TAKE(t);
        return r;
}

uint64_t tally_draw(const struct tallies *t, const char *name) {
        return stranger_draw(t->strangers, name);
}

static bool read_copy(int fd, int copy, uint8_t record[TALLY_RECORD]) {
        return pread(fd, record, TALLY_RECORD, (off_t)copy * BLOCK) == TALLY_RECORD;
}

/* The same bytes are judged once: a login reads them again and again, and a checksum over them is most of its work. */
static void read_copies(int fd, const char *user, bool whole[static COPIES], struct tally t[static COPIES]) {
        uint8_t records[COPIES][TALLY_RECORD];

        for (int i = 0; i < COPIES; i++) {
                whole[i] = read_copy(fd, i, records[i]);
                if (i > 0 && whole[i] && whole[0] && memcmp(records[0], records[i], TALLY_RECORD) == 0)
                        t[i] = t[0];
                else
                        whole[i] = whole[i] && tally_record_parse(bytes_of(records[i], TALLY_RECORD), user, &t[i]) == 0;
        }
}

/* Reads the newest copy, and the generation that comes after it. False: neither copy is whole. */
static bool read_newest(int fd, const char *user, struct tally *ret, uint64_t *ret_next) {
        struct tally t[COPIES] = { 0 };
        bool whole[COPIES], in_place;
        int newest;

        read_copies(fd, user, whole, t);
        if (!whole[0] && !whole[1])
                return false;
        newest = !whole[0] || (whole[1] && t[1].generation > t[0].generation);
        *ret = t[newest];
        /* If the copy that was synced first is damaged, one generation is skipped, so that the damaged copy is written
         * first again, and never the only good one. */
        in_place = whole[first_copy(ret->generation)] && t[first_copy(ret->generation)].generation == ret->generation;
        *ret_next = ret->generation + (in_place ? 1 : 2);
        return true;
}

static int open_tally(const struct tallies *t, const char *user, int flags) {
        int fd;

        if (!factors_name_is_fit(user) && !stranger_is(user))
                return -EINVAL;
        fd = openat(t->fd, user, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        return fd < 0 ? -errno : fd;
}

int tally_read(struct tallies *t, const char *user, struct tally *ret, struct err *err) {
        auto_fd fd = open_tally(t, user, O_RDONLY);
        uint64_t next;

        *ret = (struct tally){ .fresh = fd == -ENOENT };
        if (ret->fresh)
                return 0;
        if (fd < 0)
                return err_say_errno(err, fd, "「%s」の使用済みコードの記録を開けません", "open the tally of '%s'",
                                     user);
        if (read_newest(fd, user, ret, &next))
                return 0;
        *ret = (struct tally){ .broken = true };
        if (stranger_is(user))
                return 0; /* no code is in it that could come back: the next failure begins it anew */
        return err_say(err, -EBADMSG, "「%s」の使用済みコードの記録が壊れています。sekimori unlock %s で作り直せます",
                       "the tally of '%s' is damaged: `sekimori unlock %s` begins a new one", user, user);
}

static int put_copy(int fd, int copy, const uint8_t record[TALLY_RECORD]) {
        ssize_t n = pwrite(fd, record, TALLY_RECORD, (off_t)copy * BLOCK);

        if (n < 0)
                return -errno;
        return n == TALLY_RECORD ? 0 : -ENOSPC;
}

/* Writes in place. A record that could not be made durable is erased, so that it is not taken for the newest. */
static int write_over(int fd, const char *user, const struct tally *t) {
        static const uint8_t nothing[TALLY_RECORD];
        uint8_t record[TALLY_RECORD];
        int first = first_copy(t->generation), r = tally_record_make(t, user, record);

        if (r < 0)
                return r;
        r = put_copy(fd, first, record);
        if (r == 0 && fdatasync(fd) < 0)
                r = -errno;
        if (r < 0)
                (void)put_copy(fd, first, nothing);
        else
                (void)put_copy(fd, !first, record); /* in case the first one is damaged later; not waited for */
        return r;
}

static int write_new(const struct tallies *ts, const char *user, const struct tally *t, struct err *err) {
        static uint8_t whole[FILE_SIZE]; /* zeros where no record is */
        int r = tally_record_make(t, user, whole);

        if (r < 0)
                return err_say_errno(err, r, "使用済みコードの記録を作れません", "make the tally");
        memcpy(whole + BLOCK, whole, TALLY_RECORD);
        r = file_replace(ts->fd, user, bytes_of(whole, sizeof whole), 0600, err);
        if (r < 0 && t->fresh)
                (void)unlinkat(ts->fd, user, 0); /* the file may exist, but is not durable */
        return r;
}

/* `fd`: what is stored, or -ENOENT. */
static int write_after(const struct tallies *ts, int fd, const char *user, struct tally *t, struct err *err) {
        struct tally stored = { 0 };
        uint64_t next = 1;
        bool whole = fd >= 0 && read_newest(fd, user, &stored, &next);
        int r;

        if (whole ? t->fresh || t->broken || t->generation != stored.generation : fd < 0 ? !t->fresh : !t->broken)
                return err_say(err, -ESTALE, "その間に変わっています", "it changed meanwhile");
        t->generation = next;
        if (!whole)
                return write_new(ts, user, t, err);
        r = write_over(fd, user, t);
        return r < 0 ? err_say_errno(err, r, "書けません", "write") : 0;
}

int tally_write(struct tallies *ts, const char *user, struct tally *tally, struct err *err) {
        auto_fd fd = open_tally(ts, user, O_RDWR);
        struct tally t = *tally;
        int r;

        if (fd < 0 && fd != -ENOENT)
                return err_say_errno(err, fd, "「%s」の使用済みコードの記録を開けません", "open the tally of '%s'",
                                     user);
        r = write_after(ts, fd, user, &t, err);
        if (r < 0)
                return err_say_wrap(err, r, "「%s」の使用済みコードの記録", "the tally of '%s'", user);
        t.fresh = t.broken = false;
        *tally = t;
        return 0;
}
