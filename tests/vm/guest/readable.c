/* SPDX-License-Identifier: MIT */
/* readable — measures how long after the next USB device appears the first sector of a partition of its disk is read:
 * milliseconds. Whether it may be read yet nobody announces, so that is tried again and again.
 *
 *   readable FILE
 */
#define _GNU_SOURCE
#include "announced.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_US 200
#define TIMEOUT_MS 60000

/* "DEVNAME=sda1" among the members of an announcement. */
static void node_of(const char *message, char ret[64]) {
        const char *name = memmem(message, MESSAGE_MAX, "DEVNAME=", 8);

        snprintf(ret, 64, "/dev/%.50s", name ? name + 8 : "");
}

static int can_be_read(const char *node) {
        char sector[512];
        int fd = open(node, O_RDONLY | O_CLOEXEC), read = fd >= 0 && pread(fd, sector, sizeof sector, 0) > 0;

        if (fd >= 0)
                close(fd);
        return read;
}

int main(int argc, char **argv) {
        static char message[MESSAGE_MAX];
        int uevents = uevents_open();
        double plugged, now;
        char node[64];

        if (argc != 2)
                errx(2, "usage: readable FILE");
        write_down_in(argv[1]);
        if (fork() != 0)
                return 0;
        plugged = await(uevents, "add@", "usb_device", message);
        await(uevents, "add@", "partition", message);
        node_of(message, node);
        while (!can_be_read(node) && now_ms() - plugged < TIMEOUT_MS)
                usleep(PAUSE_US);
        now = now_ms();
        if (!can_be_read(node))
                errx(1, "%s cannot be read", node);
        printf("%.3f\n", now - plugged);
        return 0;
}
