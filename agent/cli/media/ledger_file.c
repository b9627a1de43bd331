/* SPDX-License-Identifier: MIT */
/* ledger_file.c — flock() on the directory, a refusal while LibreOffice's .~lock.NAME# exists, and file_edit(): a
 * temporary file, renamed into place. See ledger_file.h. */
#include "cli/media/ledger_file.h"
#include "cli/language.h"

#include "base/cleanup.h"
#include "cli/verbs.h"
#include "host/auditors.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define LEDGER_MAX (8 * 1024 * 1024)
#define LEDGER_MODE 0640

/* Create the usual directory of the ledger when it is first needed. Auditors may read what is in it. */
static int make_usual_place(struct err *err) {
        auto_fd dir = -1;
        int r = directory_make(AT_FDCWD, LEDGER_DIR, 0700, &dir, err);

        return r < 0 ? r : auditors_admit(dir, NULL, 02750);
}

static int open_above(const char *path, bool to_write) {
        size_t n = (size_t)(basename(path) - path);
        auto_free char *above = n ? strndup(path, n) : strdup(".");
        struct err err;
        int fd = above ? open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

        if (fd < 0 && errno == ENOENT && to_write && strcmp(path, LEDGER_PATH) == 0 && make_usual_place(&err) == 0)
                fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return fd < 0 ? -errno : fd;
}

/* The usual path does not work on a PC that is no terminal, or without root: the message then names --ledger. */
static int refuse_place(const char *path, int r) {
        if (strcmp(path, LEDGER_PATH) != 0 || r == -EFBIG)
                return complain_errno(r == -EFBIG ? EXIT_REFUSED : EXIT_COULD_NOT, path, r);
        return complain(EXIT_COULD_NOT, "%s: %s（root で実行するか、--ledger FILE）",
                        "%s: %s (as root, or --ledger FILE)", path, err_reason(r, language_now()));
}

static int read_it(struct ledger_file *f, enum language l, bool *ret_there) {
        struct err err = { 0 };
        size_t size = 0;
        int r = file_read(f->dir, basename(f->path), LEDGER_MAX, &f->text, &size);

        *ret_there = r == 0;
        if (r == -ENOENT)
                f->text = (uint8_t *)strdup("");
        else if (r < 0)
                return refuse_place(f->path, r);
        if (!f->text)
                return complain_memory();
        if (ledger_parse(bytes_of(f->text, size), l, &f->ledger, &err) == 0)
                return EXIT_OK;
        return complain_in(EXIT_REFUSED, f->path, &err);
}

int ledger_file_read(struct ledger_file *f, const char *path, enum language l, bool *ret_there) {
        *f = (struct ledger_file){ .path = path, .dir = open_above(path, false) };
        *ret_there = false;
        if (f->dir == -ENOENT) {
                f->text = (uint8_t *)strdup("");
                return f->text && ledger_parse(bytes_of(f->text, 0), l, &f->ledger, NULL) == 0 ? EXIT_OK
                                                                                               : complain_memory();
        }
        if (f->dir < 0)
                return refuse_place(path, f->dir);
        return read_it(f, l, ret_there);
}

/* LibreOffice's own lock file for an open file. LibreOffice asks before it overwrites a changed file, and people say
 * yes. */
static bool is_open_elsewhere(const struct ledger_file *f, char *mark, size_t size) {
        (void)snprintf(mark, size, ".~lock.%s#", basename(f->path));
        return faccessat(f->dir, mark, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Another process holds the lock for milliseconds only, unless it was stopped: so a wait is at least announced. */
static int ledger_file_lock(const struct ledger_file *f) {
        if (flock(f->dir, LOCK_EX | LOCK_NB) == 0)
                return EXIT_OK;
        if (errno == EWOULDBLOCK)
                (void)complain(EXIT_OK, "%s: 別の sekimori media を待っています",
                               "%s: waiting for another sekimori media", f->path);
        return flock(f->dir, LOCK_EX) == 0 ? EXIT_OK : complain_errno(EXIT_COULD_NOT, f->path, errno);
}

int ledger_file_open(struct ledger_file *f, const char *path, enum language l) {
        char mark[256];
        bool there;
        int code;

        *f = (struct ledger_file){ .path = path, .dir = open_above(path, true) };
        if (f->dir < 0)
                return refuse_place(path, f->dir);
        code = ledger_file_lock(f);
        if (code == EXIT_OK && is_open_elsewhere(f, mark, sizeof mark))
                code = complain(
                        EXIT_REFUSED,
                        "%s: LibreOffice で開かれています。閉じてから、もう一度実行してください（開いていなければ %s を消す）",
                        "%s: open in LibreOffice; close it and try again (if it is not, remove %s)", path, mark);
        return code == EXIT_OK ? read_it(f, l, &there) : code;
}

int ledger_file_write(struct ledger_file *f, struct bytes content) {
        struct err err;

        if (content.left > LEDGER_MAX)
                return complain(EXIT_REFUSED, "%s: 大きすぎます", "%s: too large", f->path);
        if (file_edit(f->dir, basename(f->path), content, LEDGER_MODE, &err) < 0)
                return complain_err(EXIT_COULD_NOT, f->path, &err);
        return EXIT_OK;
}

void ledger_file_close(struct ledger_file *f) {
        ledger_deinit(&f->ledger);
        free(f->text);
        if (f->dir >= 0)
                (void)close(f->dir);
        *f = (struct ledger_file){ .dir = -1 };
}
