/* SPDX-License-Identifier: MIT */
/* sysfs.c — folders, links like class/block, dev/block, slaves; files dev, diskseq, partition. See sysfs.h. */
#include "unit/agent/keeper/sysfs.h"

#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void folders(const char *path) {
        char copy[600];

        (void)snprintf(copy, sizeof copy, "%s", path);
        for (char *at = copy; (at = strchr(at, '/')); at++) {
                *at = '\0';
                cr_assert(mkdir(copy, 0755) == 0 || errno == EEXIST, "%s", copy);
                *at = '/';
        }
}

void sysfs_write(const char *path, const char *text) {
        folders(path);
        spill(path, bytes_text(text));
}

const char *sysfs_line(const struct sysfs_dirs *g, const char *path) {
        static char text[64];

        text[0] = '\0';
        (void)file_read_line(g->sys, path, text, sizeof text);
        return text;
}

void sysfs_link(const char *link, const char *to) {
        folders(link);
        (void)unlink(link);
        cr_assert_eq(symlink(to, link), 0, "%s", link);
}

struct sysfs_dirs sysfs_begin(void) {
        static const char *const names[] = { "sys", "proc", "etc", "dev", "run" };
        struct sysfs_dirs g;
        int fd[5];

        ceremony_begin();
        for (size_t i = 0; i < 5; i++) {
                cr_assert_eq(mkdir(names[i], 0755), 0);
                fd[i] = open(names[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        }
        g = (struct sysfs_dirs){ fd[0], fd[1], fd[2], fd[3], fd[4] };
        sysfs_write("proc/self/mountinfo", "22 1 0:20 / /proc rw - proc proc rw\n");
        sysfs_write(
                "proc/devices",
                "Character devices:\n 21 sg\n166 ttyACM\n180 usb\n188 ttyUSB\n189 usb_device\n249 bsg\n\nBlock devices:\n  7 loop\n253 device-mapper\n");
        return g;
}

void sysfs_end(struct sysfs_dirs *g) {
        sysfs_dirs_close(g);
        ceremony_end();
}

static void link_of(char to[600], const char *kind, const char *class, const char *rest) {
        (void)snprintf(to, 600, "sys/%s/%s/%s", kind, class, rest);
}

void sysfs_device(const char *class, const char *path, const char *numbers, const char *diskseq) {
        char link[600], target[600], file[600];

        (void)snprintf(target, sizeof target, "../../%s", path);
        link_of(link, "class", class, strrchr(path, '/') + 1);
        sysfs_link(link, target);
        link_of(link, "dev", strcmp(class, "block") == 0 ? "block" : "char", numbers);
        sysfs_link(link, target);
        (void)snprintf(file, sizeof file, "sys/%s/dev", path);
        sysfs_write(file, numbers);
        (void)snprintf(file, sizeof file, "sys/%s/%s", path, diskseq ? "diskseq" : "partition");
        if (strcmp(class, "block") == 0)
                sysfs_write(file, diskseq ? diskseq : "1\n");
}

void sysfs_remove(const char *class, const char *path, const char *numbers) {
        char link[600];

        link_of(link, "class", class, strrchr(path, '/') + 1);
        cr_assert_eq(unlink(link), 0);
        link_of(link, "dev", strcmp(class, "block") == 0 ? "block" : "char", numbers);
        cr_assert_eq(unlink(link), 0);
}

void sysfs_node(const char *node, const char *name) {
        char link[600], target[600];

        (void)snprintf(link, sizeof link, "dev/%s", node);
        (void)snprintf(target, sizeof target, "../../%s", name);
        sysfs_link(link, target);
}

void sysfs_slave(const char *upper, const char *lower) {
        char link[600], target[600];

        (void)snprintf(link, sizeof link, "sys/%s/slaves/%s", upper, strrchr(lower, '/') + 1);
        (void)snprintf(target, sizeof target, "../../%s", lower);
        sysfs_link(link, target);
}
