/* SPDX-License-Identifier: MIT */
/* announced.c — NETLINK_KOBJECT_UEVENT; CLOCK_MONOTONIC after each recv(2); flock(2) on the file. See announced.h. */
#define _GNU_SOURCE
#include "announced.h"

#include <err.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_S 30

double now_ms(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* "ACTION@DEVPATH\0KEY=VALUE\0…": is it this, of this type? */
static int is(const char *message, size_t length, const char *action, const char *type) {
        char wanted[64];

        snprintf(wanted, sizeof wanted, "DEVTYPE=%s", type);
        return strncmp(message, action, strlen(action)) == 0
               && memmem(message, length, wanted, strlen(wanted) + 1) != NULL;
}

double await(int fd, const char *action, const char *type, char *message) {
        for (;;) {
                ssize_t n = recv(fd, message, MESSAGE_MAX - 1, 0);
                double now = now_ms();

                if (n < 0)
                        err(1, "no %s%s", action, type);
                message[n] = '\0';
                if (is(message, (size_t)n, action, type))
                        return now;
        }
}

int uevents_open(void) {
        struct sockaddr_nl kernel = { .nl_family = AF_NETLINK, .nl_groups = 1 };
        struct timeval timeout = { .tv_sec = TIMEOUT_S };
        int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT), backlog = 1 << 20;

        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &backlog, sizeof backlog) < 0
            || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0
            || bind(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0)
                err(1, "uevents");
        return fd;
}

void write_down_in(const char *path) {
        struct sched_param first = { .sched_priority = 50 }; /* whoever writes the times down goes before all others */
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        if (file < 0 || flock(file, LOCK_EX) < 0 || sched_setscheduler(0, SCHED_FIFO, &first) < 0)
                err(1, "%s", path);
        dup2(file, STDOUT_FILENO);
        dup2(file, STDERR_FILENO);
}
