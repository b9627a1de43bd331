/* SPDX-License-Identifier: MIT */
/* insert — measures how long the next USB device waits for its first interface (which is what authorizing it makes) and
 * for that one's driver: milliseconds between the kernel's own announcements.
 *
 *   insert FILE          someone else decides
 *   insert FILE floor    authorizes the device itself, as soon as the kernel has set it up: no decision can be faster
 */
#define _GNU_SOURCE
#include "announced.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void authorize(const char *devpath) {
        char path[MESSAGE_MAX + 32];
        int fd;

        snprintf(path, sizeof path, "/sys%s/authorized", devpath);
        fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "1", 1) < 0)
                err(1, "%s", path);
        close(fd);
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
        int writer = uevents_open(), watcher = uevents_open();

        if (argc < 2)
                errx(2, "usage: insert FILE [floor]");
        write_down_in(argv[1]);
        if (argc == 3 && fork() == 0)
                authorize_next(writer);
        if (fork() == 0)
                measure_next(watcher);
        return 0;
}
