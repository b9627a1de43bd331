/* SPDX-License-Identifier: MIT */
/* folder.c — one read() brings as many events as there is room for. See folder.h. */
#include "loop/folder.h"

#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

bool folder_told_of(int fd, const char *name) {
        _Alignas(struct inotify_event) char raw[4096];
        const struct inotify_event *e;
        bool told = false;
        ssize_t n;

        while ((n = read(fd, raw, sizeof raw)) > 0)
                for (const char *at = raw; at < raw + n; at += sizeof *e + e->len) {
                        e = (const void *)at;
                        told = told || e->mask & IN_Q_OVERFLOW || (e->len > 0 && strcmp(e->name, name) == 0);
                }
        return told;
}
