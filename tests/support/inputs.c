/* SPDX-License-Identifier: MIT */
/* inputs.c — see inputs.h. */
#include "support/inputs.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* With the folders above it. */
static void input_write(const char *root, const char *path, const char *text) {
        char file[1024];
        FILE *f;

        (void)snprintf(file, sizeof file, "%s/%s", root, path);
        for (char *slash = file + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
                *slash = '\0';
                (void)mkdir(file, 0755);
        }
        f = fopen(file, "we");
        assert(f && fprintf(f, "%s\n", text) > 0 && fclose(f) == 0);
}

void input_add(const char *root, unsigned number, const char *parent, const char *bus, const char *keys) {
        char path[512], link[512], target[512];

        (void)snprintf(path, sizeof path, "sys/devices/%s/input/input%u/id/bustype", parent, number);
        input_write(root, path, bus);
        (void)snprintf(path, sizeof path, "sys/devices/%s/input/input%u/capabilities/key", parent, number);
        input_write(root, path, keys);
        input_write(root, "sys/class/input/uevent", "");
        (void)snprintf(link, sizeof link, "%s/sys/class/input/input%u", root, number);
        (void)snprintf(target, sizeof target, "../../devices/%s/input/input%u", parent, number);
        assert(symlink(target, link) == 0);
}

void case_set(const char *root, const char *type) {
        input_write(root, "sys/class/dmi/id/chassis_type", type);
}
