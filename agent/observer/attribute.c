/* SPDX-License-Identifier: MIT */
/* attribute.c — a number must be decimal, or hex after 0x, up to its end; a text loses its last newline and must have
 * no NUL inside. See attribute.h. */
#include "observer/attribute.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int device_open(const char *path, unsigned above) {
        char place[PATH_MAX];
        int fd;

        (void)snprintf(place, sizeof place, "/sys/devices/%s", path);
        for (char *slash; above-- && (slash = strrchr(place, '/'));)
                *slash = '\0';
        fd = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        return fd < 0 ? -errno : fd;
}

bool attribute_number(int dirfd, const char *name, uint32_t *ret) {
        char text[16], *end;
        unsigned long value;

        if (file_read_line(dirfd, name, text, sizeof text) <= 0 || !isdigit((unsigned char)text[0]))
                return false;
        value = strtoul(text, &end, text[1] == 'x' ? 16 : 10);
        if (*end || value > UINT32_MAX)
                return false;
        *ret = (uint32_t)value;
        return true;
}

uint16_t attribute_id(int dirfd, const char *name) {
        uint32_t value = 0;

        return attribute_number(dirfd, name, &value) && value <= UINT16_MAX ? (uint16_t)value : 0;
}

bool attribute_text(int dirfd, const char *name, char *to, size_t size) {
        auto_free uint8_t *text = NULL;
        size_t n = 0;
        int r = file_read(dirfd, name, size, &text, &n);

        to[0] = '\0';
        if (r < 0)
                return r == -ENOENT;
        if (n > 0 && text[n - 1] == '\n')
                n--;
        (void)snprintf(to, size, "%.*s", (int)n, (const char *)text);
        return strlen(to) == n;
}
