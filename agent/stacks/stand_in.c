/* SPDX-License-Identifier: MIT */
/* stand_in.c — dlopen(3) and its kin by the names that libpam calls: a program's own come before the C library's. See
 * stand_in.h. */
#include "stacks/stand_in.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default"), used))

const char *stand_in_folder;

static struct {
        size_t n;
        char names[STAND_INS_MAX][64];
        bool lost;
} loaded;

/* libpam tells a module's function which line it is asked for, not which module it is: so each has one of its own. */
#define STAND_IN(i)                                                                                                    \
        static int stand_in_##i(pam_handle_t *h, int flags, int argc, const char **argv) {                             \
                (void)h, (void)flags;                                                                                  \
                return explore_answer(loaded.names[0##i], argc, argv);                                                 \
        }
#define NAME(i) stand_in_##i,
#define EIGHT(x, i) x(i##0) x(i##1) x(i##2) x(i##3) x(i##4) x(i##5) x(i##6) x(i##7)
#define SIXTY_FOUR(x) EIGHT(x, 0) EIGHT(x, 1) EIGHT(x, 2) EIGHT(x, 3) EIGHT(x, 4) EIGHT(x, 5) EIGHT(x, 6) EIGHT(x, 7)

SIXTY_FOUR(STAND_IN)
static int (*const stand_ins[STAND_INS_MAX])(pam_handle_t *, int, int, const char **) = { SIXTY_FOUR(NAME) };

void stand_in_reset(void) {
        (void)memset(&loaded, 0, sizeof loaded);
}

bool stand_in_is_lost(void) {
        return loaded.lost;
}

bool stand_in_has(const char *module) {
        for (size_t i = 0; i < loaded.n; i++)
                if (strcmp(loaded.names[i], module) == 0)
                        return true;
        return false;
}

/* "/lib/x86_64-linux-gnu/security/pam_unix.so" is pam_unix. */
static bool stand_in_module(const char *path, char to[64]) {
        const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
        size_t n = strlen(name);

        if (n > 3 && strcmp(name + n - 3, ".so") == 0)
                n -= 3;
        return snprintf(to, 64, "%.*s", (int)n, name) < 64;
}

EXPORTED void *dlopen(const char *path, int flags) {
        char name[64];

        (void)flags;
        if (!path || !stand_in_module(path, name) || strcmp(name, STACKS_UNREAD) == 0) {
                loaded.lost = true;
                return NULL;
        }
        for (size_t i = 0; i < loaded.n; i++)
                if (strcmp(loaded.names[i], name) == 0)
                        return loaded.names[i];
        if (loaded.n == STAND_INS_MAX) {
                loaded.lost = true;
                return NULL;
        }
        (void)memcpy(loaded.names[loaded.n], name, sizeof name);
        return loaded.names[loaded.n++];
}

EXPORTED void *dlsym(void *restrict handle, const char *restrict symbol) {
        size_t i = (size_t)((char(*)[64])handle - loaded.names);

        (void)symbol;
        return i < loaded.n ? *(void **)&stand_ins[i] : NULL;
}

EXPORTED int dlclose(void *handle) {
        (void)handle;
        return 0;
}

EXPORTED char *dlerror(void) {
        static char none[] = "no stand-in";

        return none;
}

/* Only to read, and only beneath the folder: libpam composes its paths with it, or has them out of a file. */
EXPORTED FILE *fopen(const char *restrict path, const char *restrict mode) {
        char name[PATH_MAX], to[PATH_MAX];
        size_t n = stand_in_folder ? strlen(stand_in_folder) : 0;
        bool within = n && strncmp(path, stand_in_folder, n) == 0;
        int fd;

        (void)mode;
        if (!n
            || (!within
                && (!stacks_name(path, strlen(path), name, sizeof name)
                    || snprintf(to, sizeof to, "%s/%s", stand_in_folder, name) >= (int)sizeof to))) {
                errno = ENOENT;
                return NULL;
        }
        fd = open(within ? path : to, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        return fd < 0 ? NULL : fdopen(fd, "r");
}
