/* SPDX-License-Identifier: MIT */
/* insert — measures how long the next USB device waits for its first interface (which is what authorizing it makes) and
 * for that one's driver: milliseconds between the kernel's own announcements. Nothing is polled, not even by whoever
 * wants the result: it returns once it listens, and FILE stays locked until the two numbers are in it.
 *
 *   insert FILE          someone else decides
 *   insert FILE floor    authorizes the device itself, as soon as the kernel has set it up: no decision can be faster
 */
#define _GNU_SOURCE
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

#define PATIENCE_S 30
#define MESSAGE_MAX 16384

static double now_ms(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void authorize(const char *devpath) {
        char path[4096];
        int fd;

        snprintf(path, sizeof path, "/sys%s/authorized", devpath);
        fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "1", 1) < 0)
                err(1, "%s", path);
        close(fd);
}

/* "ACTION@DEVPATH\0KEY=VALUE\0…": is it this, of this type? */
static int is(const char *message, size_t length, const char *action, const char *type) {
        char wanted[64];

        snprintf(wanted, sizeof wanted, "DEVTYPE=%s", type);
        return strncmp(message, action, strlen(action)) == 0
               && memmem(message, length, wanted, strlen(wanted) + 1) != NULL;
}

/* The next announcement of that kind; when it came. */
static double await(int fd, const char *action, const char *type, char *message) {
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

static int uevents_open(void) {
        struct sockaddr_nl kernel = { .nl_family = AF_NETLINK, .nl_groups = 1 };
        struct timeval patience = { .tv_sec = PATIENCE_S };
        int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT), backlog = 1 << 20;

        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &backlog, sizeof backlog) < 0
            || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0
            || bind(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0)
                err(1, "uevents");
        return fd;
}

/* In a process of its own: the write takes until the drivers are bound. */
static void authorize_next(int uevents) {
        static char message[MESSAGE_MAX];

        await(uevents, "bind@", "usb_device", message); /* before that the kernel would undo it: docs/adr/0085 */
        authorize(message + strlen("bind@"));
        _exit(0);
}

static void measure_next(int uevents) {
        static char message[MESSAGE_MAX];
        double plugged = await(uevents, "add@", "usb_device", message);
        double authorized = await(uevents, "add@", "usb_interface", message);
        double bound = await(uevents, "bind@", "usb_interface", message);

        printf("%.3f %.3f\n", authorized - plugged, bound - plugged);
        fflush(stdout);
        _exit(0);
}

int main(int argc, char **argv) {
        struct sched_param first = { .sched_priority = 50 }; /* who writes the times down goes before all others */
        int writer = uevents_open(), watcher = uevents_open(), file;

        if (argc < 2)
                errx(2, "usage: insert FILE [floor]");
        file = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (file < 0 || flock(file, LOCK_EX) < 0 || sched_setscheduler(0, SCHED_FIFO, &first) < 0)
                err(1, "%s", argv[1]);
        dup2(file, STDOUT_FILENO);
        dup2(file, STDERR_FILENO);
        if (argc == 3 && fork() == 0)
                authorize_next(writer);
        if (fork() == 0)
                measure_next(watcher);
        return 0;
}
