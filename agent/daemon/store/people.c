/* SPDX-License-Identifier: MIT */
/* people.c — see people.h; and which names of users are fit for the name of a file. */
#include "store/people.h"

#include "host/listing.h"
#include "store/factors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define FILE_NAME_MAX 128

static bool is_fit_character(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || (c && strchr("_.-@+$\\", c));
}

static bool ends_in_recovery(const char *name, size_t n) {
        size_t suffix = strlen(PEOPLE_RECOVERY);

        return n >= suffix && strcmp(name + n - suffix, PEOPLE_RECOVERY) == 0;
}

bool factors_name_is_fit(const char *user) {
        size_t n = 0;

        while (n <= FILE_NAME_MAX && is_fit_character(user[n]))
                n++;
        return n > 0 && n <= FILE_NAME_MAX && user[n] == '\0' && user[0] != '.' && user[0] != '-'
               && !ends_in_recovery(user, n);
}

struct people {
        char **names;
        size_t n, room;
};

static void people_deinit(struct people *p) {
        for (size_t i = 0; i < p->n; i++)
                free(p->names[i]);
        free(p->names);
}
#define auto_people __attribute__((cleanup(people_deinit))) struct people

static int people_add(struct people *p, const char *file) {
        size_t n = strlen(file);
        char *name = strndup(file, ends_in_recovery(file, n) ? n - strlen(PEOPLE_RECOVERY) : n);

        if (name && !factors_name_is_fit(name)) { /* what a crash left behind, and what is not ours */
                free(name);
                return 0;
        }
        if (name && p->n == p->room) {
                char **larger = reallocarray(p->names, p->room * 2 + 16, sizeof *larger);

                if (larger) {
                        p->names = larger;
                        p->room = p->room * 2 + 16;
                }
        }
        if (!name || p->n == p->room) {
                free(name);
                return -ENOMEM;
        }
        p->names[p->n++] = name;
        return 0;
}

static int by_name(const void *a, const void *b) {
        return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A person may have two files. */
static void keep_each_once(struct people *p) {
        size_t kept = 0;

        if (p->n)
                qsort(p->names, p->n, sizeof *p->names, by_name);
        for (size_t i = 0; i < p->n; i++) {
                if (kept && strcmp(p->names[kept - 1], p->names[i]) == 0)
                        free(p->names[i]);
                else
                        p->names[kept++] = p->names[i];
        }
        p->n = kept;
}

int people_list(int people_fd, char ***ret, size_t *ret_n) {
        auto_dir d = listing_open(people_fd, ".");
        auto_people p = { 0 };
        struct dirent *entry;
        int r = 0;

        if (!d)
                return -errno;
        while (r == 0 && (errno = 0, entry = readdir(d)))
                r = people_add(&p, entry->d_name);
        if (r == 0 && errno)
                r = -errno;
        if (r < 0)
                return r;
        keep_each_once(&p);
        *ret = TAKE(p.names);
        *ret_n = p.n;
        p.n = 0;
        return 0;
}
