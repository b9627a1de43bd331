/* SPDX-License-Identifier: MIT */
/* process.c — pidfd_open(2), then field 22 of /proc/PID/stat, read while the descriptor says that the process is there.
 * See process.h. */
#include "host/process.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STAT_MAX 1024

/* The second field is the program's name in parentheses, which may hold any character: what follows the last one is
 * counted. */
static int read_start(pid_t pid, uint64_t *ret) {
        char path[64], line[STAT_MAX];
        const char *at;
        ssize_t n;

        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        n = file_read_line(AT_FDCWD, path, line, sizeof line);
        if (n < 0)
                return (int)n;
        at = strrchr(line, ')');
        for (int field = 3; at && field <= 22; field++)
                at = strchr(at + 1, ' ');
        return at && sscanf(at, " %" SCNu64, ret) == 1 ? 0 : -EBADMSG;
}

int process_follow(pid_t pid, uint64_t *ret_start) {
        auto_fd fd = (int)syscall(SYS_pidfd_open, pid, 0);
        struct pollfd end = { .fd = fd, .events = POLLIN };
        uint64_t start;
        int r;

        if (fd < 0)
                return -errno;
        r = read_start(pid, &start);
        if (poll(&end, 1, 0) != 0)
                return -ESRCH;
        if (r < 0)
                return r;
        *ret_start = start;
        return take_fd(&fd);
}
