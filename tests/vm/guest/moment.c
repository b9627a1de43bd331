/* SPDX-License-Identifier: MIT */
/* moment — authorizes a USB disk and takes it away again some milliseconds after it could first be opened.
 * Prints how long it could be opened: the test of the spinner needs to know what it asked for.
 *
 *   moment USB_DEVICE_DIRECTORY DISK MILLISECONDS */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void attribute_write(const char *path, const char *value) {
        int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, value, strlen(value)) < 0)
                err(1, "%s", path);
        close(fd);
}

int main(int argc, char **argv) {
        char authorized[512], node[64], delete[128];
        int disk;

        if (argc != 4)
                errx(2, "usage: moment USB_DEVICE_DIRECTORY DISK MILLISECONDS");
        snprintf(authorized, sizeof authorized, "%s/authorized", argv[1]);
        snprintf(node, sizeof node, "/dev/%s", argv[2]);
        snprintf(delete, sizeof delete, "/sys/class/block/%s/device/delete", argv[2]);
        attribute_write(authorized, "1");
        while ((disk = open(node, O_RDONLY | O_CLOEXEC)) < 0)
                ;
        double openable = now_ms();
        close(disk);
        while (now_ms() < openable + atof(argv[3]))
                ;
        double gone = now_ms();
        attribute_write(delete, "1");
        attribute_write(authorized, "0");
        printf("%.1f\n", gone - openable);
        return 0;
}
