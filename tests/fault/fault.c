/* SPDX-License-Identifier: MIT */
/* fault.c — preloaded into a program that keeps state: dies, or fails, at the n-th operation that changes the disk.
 *
 *   FAULT_UNDER  only operations on files and directories beneath this path count (their real path)
 *   FAULT_AT     which one, from 1; 0 or unset: none, so that the trace tells how many there are
 *   FAULT_KIND   kill   SIGKILL instead of the operation
 *                tear   write the first half, then SIGKILL; any other operation: as kill
 *                interrupt   SIGINT, and the operation all the same
 *                stop   SIGSTOP before it and before each one after it, and the operation once somebody says SIGCONT
 *                ENOSPC, EIO, EROFS, EDQUOT …   that error once; with a + behind it, from then on
 *   FAULT_ARM    nothing counts before this file exists
 *   FAULT_TRACE  gets one line for each counted operation
 *
 * Preload it before any other library that wraps the same functions: umockdev's goes to libc past all that follow it.
 *
 * Counted: write, pwrite, fsync, fdatasync, ftruncate, rename*, mkdir*, unlink*, and opening with O_CREAT. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define VISIBLE __attribute__((visibility("default")))

static atomic_uint counted;

static bool counts_fd(int fd) {
        const char *under = getenv("FAULT_UNDER"), *arm = getenv("FAULT_ARM");
        char link[64], path[PATH_MAX];
        struct stat st;
        ssize_t n;

        if (!under || (arm && syscall(SYS_access, arm, F_OK) != 0))
                return false;
        if (fd == AT_FDCWD)
                n = getcwd(path, sizeof path) ? (ssize_t)strlen(path) : -1;
        else if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
                (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                n = readlink(link, path, sizeof path);
        } else
                n = -1;
        return n >= (ssize_t)strlen(under) && strncmp(path, under, strlen(under)) == 0;
}

static void trace(unsigned number, const char *operation, const char *name) {
        const char *to = getenv("FAULT_TRACE");
        char line[PATH_MAX + 64];
        int n, fd = to ? (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

        if (fd < 0)
                return;
        n = snprintf(line, sizeof line, "%u %s %s\n", number, operation, name);
        (void)!syscall(SYS_write, fd, line, (size_t)n);
        (void)close(fd);
}

static int error_named(const char *name, bool *ret_stays) {
        size_t n = strcspn(name, "+");

        *ret_stays = name[n] == '+';
        for (int e = 1; e < 134; e++)
                if (strerrorname_np(e) && strncmp(strerrorname_np(e), name, n) == 0 && !strerrorname_np(e)[n])
                        return e;
        return EIO;
}

enum fate { GOES_ON, FAILS, TEARS };

/* What becomes of an operation that counts. Does not return where the process dies here. */
static enum fate fate_of(int fd, const char *operation, const char *name) {
        const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND");
        unsigned number, fatal = at ? (unsigned)atoi(at) : 0;
        bool stays;
        int error;

        if (!counts_fd(fd))
                return GOES_ON;
        number = atomic_fetch_add(&counted, 1) + 1;
        trace(number, operation, name);
        if (!kind || fatal == 0 || number < fatal)
                return GOES_ON;
        if (strcmp(kind, "tear") == 0 && strcmp(operation, "write") == 0)
                return TEARS;
        if (strcmp(kind, "kill") == 0 || strcmp(kind, "tear") == 0)
                (void)raise(SIGKILL);
        if (strcmp(kind, "interrupt") == 0) {
                (void)(number == fatal && raise(SIGINT));
                return GOES_ON;
        }
        if (strcmp(kind, "stop") == 0) {
                (void)raise(SIGSTOP);
                return GOES_ON;
        }
        error = error_named(kind, &stays);
        if (number > fatal && !stays)
                return GOES_ON;
        errno = error;
        return FAILS;
}

static ssize_t torn(ssize_t written) {
        (void)raise(SIGKILL);
        return written;
}

VISIBLE ssize_t write(int fd, const void *from, size_t size) {
        enum fate fate = fate_of(fd, "write", "");

        if (fate == FAILS)
                return -1;
        return fate == TEARS ? torn(REAL(write)(fd, from, size / 2)) : REAL(write)(fd, from, size);
}

VISIBLE ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
        enum fate fate = fate_of(fd, "write", "");

        if (fate == FAILS)
                return -1;
        return fate == TEARS ? torn(REAL(pwrite)(fd, from, size / 2, at)) : REAL(pwrite)(fd, from, size, at);
}

VISIBLE int fsync(int fd) {
        return fate_of(fd, "fsync", "") == FAILS ? -1 : REAL(fsync)(fd);
}

VISIBLE int fdatasync(int fd) {
        return fate_of(fd, "fsync", "") == FAILS ? -1 : REAL(fdatasync)(fd);
}

VISIBLE int ftruncate(int fd, off_t size) {
        return fate_of(fd, "truncate", "") == FAILS ? -1 : REAL(ftruncate)(fd, size);
}

VISIBLE int rename(const char *from, const char *to) {
        return fate_of(AT_FDCWD, "rename", to) == FAILS ? -1 : REAL(rename)(from, to);
}

VISIBLE int renameat(int from_fd, const char *from, int to_fd, const char *to) {
        return fate_of(to_fd, "rename", to) == FAILS ? -1 : REAL(renameat)(from_fd, from, to_fd, to);
}

VISIBLE int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
        return fate_of(to_fd, "rename", to) == FAILS ? -1 : REAL(renameat2)(from_fd, from, to_fd, to, flags);
}

VISIBLE int mkdir(const char *path, mode_t mode) {
        return fate_of(AT_FDCWD, "mkdir", path) == FAILS ? -1 : REAL(mkdir)(path, mode);
}

VISIBLE int mkdirat(int fd, const char *path, mode_t mode) {
        return fate_of(fd, "mkdir", path) == FAILS ? -1 : REAL(mkdirat)(fd, path, mode);
}

VISIBLE int unlink(const char *path) {
        return fate_of(AT_FDCWD, "unlink", path) == FAILS ? -1 : REAL(unlink)(path);
}

VISIBLE int unlinkat(int fd, const char *path, int flags) {
        return fate_of(fd, "unlink", path) == FAILS ? -1 : REAL(unlinkat)(fd, path, flags);
}

VISIBLE int openat(int fd, const char *path, int flags, ...) {
        mode_t mode = 0;
        va_list ap;

        if (flags & (O_CREAT | O_TMPFILE)) {
                va_start(ap, flags);
                mode = va_arg(ap, mode_t);
                va_end(ap);
        }
        if ((flags & O_CREAT) && fate_of(fd, "create", path) == FAILS)
                return -1;
        return REAL(openat)(fd, path, flags, mode);
}
