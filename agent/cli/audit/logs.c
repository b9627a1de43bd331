/* SPDX-License-Identifier: MIT */
/* logs.c — readdir(); rotated logs are sorted by the number in their name, audit.jsonl comes last. See logs.h. */
#include "cli/audit/logs.h"

#include "audit/rotate.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOG "audit.jsonl"

static int no_memory(struct err *err) {
        return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the log's files");
}

static int logs_add(struct logs *l, const char *dir, const char *name, struct err *err) {
        char **paths = reallocarray(l->paths, l->n + 1, sizeof *paths);

        if (!paths)
                return no_memory(err);
        l->paths = paths;
        if (asprintf(&paths[l->n], "%s%s%s", dir, *dir ? "/" : "", name) < 0)
                return no_memory(err);
        l->n++;
        return 0;
}

/* The names are padded with zeros: as strings they are in order, and the one without a number is the last. */
static int by_number(const void *a, const void *b) {
        const char *x = strrchr(*(char *const *)a, '/') + 1, *y = strrchr(*(char *const *)b, '/') + 1;
        uint64_t m = rotate_seq(x), n = rotate_seq(y);

        return (m ? m : UINT64_MAX) < (n ? n : UINT64_MAX) ? -1 : 1;
}

static int add_directory(struct logs *l, const char *path, struct err *err) {
        auto_dir directory = opendir(path);
        size_t before = l->n;
        struct dirent *entry;

        if (!directory)
                return err_errno(err, -errno, "%s", path);
        while ((entry = readdir(directory)))
                if ((strcmp(entry->d_name, LOG) == 0 || rotate_seq(entry->d_name))
                    && logs_add(l, path, entry->d_name, err) < 0)
                        return -ENOMEM;
        if (l->n == before)
                return err_say(err, -ENOENT, "%s: 監査記録がありません", "%s: no audit log in there", path);
        qsort(l->paths + before, l->n - before, sizeof *l->paths, by_number);
        return 0;
}

static bool is_directory(const char *path) {
        struct stat st;

        return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int logs_find(const char *state_dir, char *const *named, size_t n, struct logs *ret, struct err *err) {
        int r = 0;

        if (n == 0) {
                auto_free char *path = NULL;

                if (asprintf(&path, "%s/audit", state_dir) < 0)
                        return no_memory(err);
                return add_directory(ret, path, err);
        }
        for (size_t i = 0; i < n && r == 0; i++)
                r = is_directory(named[i]) ? add_directory(ret, named[i], err) : logs_add(ret, "", named[i], err);
        return r;
}

void logs_deinit(struct logs *l) {
        for (size_t i = 0; i < l->n; i++)
                free(l->paths[i]);
        free(l->paths);
}

int logs_open(const char *path) {
        auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return -EINVAL;
        return take_fd(&fd);
}
