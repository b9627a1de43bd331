/* SPDX-License-Identifier: MIT */
/* export.c — see export.h. The log grows while it is copied: each file is copied up to the size it had at the
 * beginning. */
#include "cli/audit/export.h"

#include "audit/lines.h"
#include "audit/rotate.h"
#include "cli/language.h"
#include "cli/unbroken.h"
#include "control/parcel.h"
#include "host/file.h"
#include "host/name.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#define BLOCK (1024 * 1024)
#define SPARE (1024 * 1024) /* for the folder itself and what is beside the log */
#define PROGRESS (64 * 1024 * 1024)

void export_name(int64_t now_s, char ret[EXPORT_NAME]) {
        char host[HOST_TEXT], when[32] = "";
        time_t now = now_s;
        struct tm local = { 0 };

        host_name(host);
        for (char *c = host; *c; c++) /* every file system of a stick can have these */
                if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", *c))
                        *c = '_';
        if (localtime_r(&now, &local))
                (void)strftime(when, sizeof when, "%Y%m%d-%H%M", &local);
        (void)snprintf(ret, EXPORT_NAME, "%s-%s", host[0] && host[0] != '.' ? host : "terminal", when);
}

/* Where record `since` begins in this file, or where the file ends. */
static int find_record(int fd, uint64_t since, off_t *ret) {
        auto_free struct lines *lines = malloc(sizeof *lines);
        off_t at = 0;
        char *line;
        size_t n;
        int r;

        if (!lines)
                return -ENOMEM;
        lines_init(lines, fd);
        while ((r = lines_next(lines, &line, &n)) > 0) {
                auto_json record = json_loadb(line, n, 0, NULL);

                if ((uint64_t)json_integer_value(json_object_get(record, "seq")) >= since)
                        break;
                at += (off_t)n + 1;
        }
        *ret = at;
        return r < 0 ? r : 0;
}

static int open_source(struct export *e, const char *path, struct err *err) {
        struct export_source *s = &e->sources[e->n];
        struct stat st;
        int r = 0;

        *s = (struct export_source){ .name = basename(path), .fd = logs_open(path) };
        if (s->fd < 0)
                return err_errno(err, s->fd, "%s", path);
        e->n++;
        if (fstat(s->fd, &st) < 0)
                return err_errno(err, -errno, "%s", path);
        s->to = st.st_size;
        if (e->n == 1 && e->since > 1)
                r = find_record(s->fd, e->since, &s->from);
        if (r < 0)
                return err_say_errno(err, r, "%s: 記録 %" PRIu64 " を探せません", "%s: looking for record %" PRIu64,
                                     path, e->since);
        e->bytes += (uint64_t)(s->to > s->from ? s->to - s->from : 0);
        return 0;
}

/* The first file that may have record `since`: the last of those that are named after a record no later than it. */
static size_t first_file(const struct logs *l, uint64_t since) {
        size_t first = 0;

        for (size_t i = 0; i < l->n; i++) {
                uint64_t begins = rotate_seq(basename(l->paths[i]));

                if (begins && begins <= since)
                        first = i;
        }
        return first;
}

int export_open(struct export *e, const struct logs *l, struct err *err) {
        int r = 0;

        e->sources = calloc(l->n, sizeof *e->sources);
        if (!e->sources)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the log");
        for (size_t i = first_file(l, e->since); i < l->n && r == 0; i++) {
                r = open_source(e, l->paths[i], err);
                if (r == 0 && e->bytes == 0 && i + 1 < l->n) /* record `since` is in the next file */
                        (void)close(e->sources[--e->n].fd);
        }
        if (r == 0 && e->bytes == 0)
                return err_say(err, -ENODATA, "監査記録に %" PRIu64 " 番はありません", "the log has no record %" PRIu64,
                               e->since);
        if (r == 0)
                e->partial = e->sources[0].from > 0 || strcmp(e->sources[0].name, basename(l->paths[0])) != 0;
        return r;
}

void export_deinit(struct export *e) {
        for (size_t i = 0; i < e->n; i++)
                (void)close(e->sources[i].fd);
        free(e->sources);
}

static void export_progress(const struct export *e, uint64_t done, const char *what) {
        if (e->bytes >= PROGRESS && isatty(STDERR_FILENO))
                (void)fprintf(stderr, "\r%s %3u %%%s", what, (unsigned)(100 * done / e->bytes),
                              done == e->bytes ? "\n" : "");
}

/* Go through the source block by block: write it to `to` or, with `compare`, compare it with the content of `to`. */
static int export_pass(const struct export *e, const struct export_source *s, int to, bool compare, uint64_t *done) {
        auto_free uint8_t *ours = malloc(BLOCK), *theirs = malloc(BLOCK);
        off_t at = s->from;

        if (!ours || !theirs)
                return -ENOMEM;
        while (at < s->to) {
                size_t want = s->to - at < BLOCK ? (size_t)(s->to - at) : BLOCK;
                ssize_t n = pread(s->fd, ours, want, at);
                int r = n <= 0 ? (n < 0 ? -errno : -ESTALE) : unbroken_is_over() ? -ECANCELED : 0;

                if (r == 0 && !compare)
                        r = fd_write_all(to, bytes_of(ours, (size_t)n));
                else if (r == 0 && (pread(to, theirs, (size_t)n, at - s->from) != n || memcmp(ours, theirs, (size_t)n)))
                        r = -EIO;
                if (r < 0)
                        return r;
                at += n;
                *done += (uint64_t)n;
                export_progress(e, *done,
                                compare ? SAY(language_now(), "確認中", "verifying")
                                        : SAY(language_now(), "書き込み中", "writing"));
        }
        return 0;
}

static int write_sources(const struct export *e, int dirfd, struct err *err) {
        uint64_t done = 0;

        for (size_t i = 0; i < e->n; i++) {
                const struct export_source *s = &e->sources[i];
                auto_fd to = openat(dirfd, s->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
                int r = to < 0 ? -errno : export_pass(e, s, to, false, &done);

                if (r == 0 && fsync(to) < 0)
                        r = -errno;
                if (r < 0)
                        return err_errno(err, r, "%s", s->name);
                (void)posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED); /* reading back must not read the cache */
        }
        return 0;
}

static int compare_sources(const struct export *e, int dirfd, struct err *err) {
        uint64_t done = 0;

        for (size_t i = 0; i < e->n; i++) {
                const struct export_source *s = &e->sources[i];
                auto_fd from = openat(dirfd, s->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
                int r = from < 0 ? -errno : export_pass(e, s, from, true, &done);

                if (r < 0)
                        return err_say_errno(err, r, "%s: 書いたものを読み返せません",
                                             "%s: what was written cannot be read back", s->name);
        }
        return 0;
}

static int write_files(const json_t *files, int dirfd, struct err *err) {
        const char *name;
        json_t *content;
        int r = 0;

        json_object_foreach((json_t *)files, name, content) {
                if (r == 0)
                        r = file_replace(dirfd, name, bytes_text(json_string_value(content)), 0640, err);
        }
        return r;
}

static int check_room(const struct export *e, struct err *err) {
        struct statvfs fs;
        uint64_t room;

        if (faccessat(e->stick, e->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
                return err_say(err, -EEXIST, "%s はすでにあります。上書きはしません",
                               "%s is there already: it is not written over", e->name);
        if (fstatvfs(e->stick, &fs) < 0)
                return err_say_errno(err, -errno, "空き容量を調べられません", "free space");
        room = (uint64_t)fs.f_bavail * fs.f_frsize;
        if (room < e->bytes + SPARE)
                return err_say(err, -ENOSPC,
                               "空き容量が足りません（必要 %" PRIu64 " MiB、空き %" PRIu64
                               " MiB）。別の USBメモリを使ってください",
                               "%" PRIu64 " MiB are needed, %" PRIu64 " MiB are free: use another stick",
                               (e->bytes + SPARE) / BLOCK + 1, room / BLOCK);
        return 0;
}

static int export_fill(const struct export *e, int dirfd, const json_t *files, struct err *err) {
        int r = write_sources(e, dirfd, err);

        if (r == 0)
                r = write_files(files, dirfd, err);
        return r == 0 ? compare_sources(e, dirfd, err) : r;
}

int export_write(const struct export *e, const json_t *files, struct err *err) {
        auto_fd dirfd = -1;
        struct unbroken whole;
        int r = check_room(e, err);

        unbroken_begin(&whole);
        if (r == 0)
                r = directory_begin(e->stick, e->name, 0750, &dirfd, err);
        if (r == 0)
                r = directory_settle(e->stick, e->name, dirfd, export_fill(e, dirfd, files, err), err);
        unbroken_end(&whole);
        return r;
}
