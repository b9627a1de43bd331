/* SPDX-License-Identifier: MIT */
/* socket_owner.c — the links of /proc/PID/fd. See socket_owner.h. */
#include "cli/network/socket_owner.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool has_socket(int proc, const char *pid, const char *wanted) {
        char path[NAME_MAX + 8], to[64];
        auto_dir fds = NULL;
        struct dirent *entry;
        ssize_t n;

        (void)snprintf(path, sizeof path, "%s/fd", pid);
        fds = listing_open(proc, path);
        while (fds && (entry = readdir(fds))) {
                n = readlinkat(dirfd(fds), entry->d_name, to, sizeof to - 1);
                if (n > 0 && (size_t)n == strlen(wanted) && memcmp(to, wanted, (size_t)n) == 0)
                        return true;
        }
        return false;
}

void socket_owner(int proc, unsigned long inode, char ret[SOCKET_OWNER]) {
        char wanted[40], path[NAME_MAX + 8], name[32];
        auto_dir all = proc < 0 ? NULL : listing_open(proc, ".");
        struct dirent *entry;

        ret[0] = '\0';
        (void)snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
        while (all && !ret[0] && (entry = readdir(all))) {
                if (!isdigit((unsigned char)entry->d_name[0]) || !has_socket(proc, entry->d_name, wanted))
                        continue;
                (void)snprintf(path, sizeof path, "%s/comm", entry->d_name);
                if (file_read_line(proc, path, name, sizeof name) > 0)
                        (void)snprintf(ret, SOCKET_OWNER, "%s", shown(name).text);
        }
}
