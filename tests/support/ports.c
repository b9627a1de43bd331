/* SPDX-License-Identifier: MIT */
/* ports.c — "1-2/port" is a link to "1-0:1.0/usb1-port2" beside it, "1-2.3/port" to "1-2:1.0/1-2-port3". A device that
 * comes back has an address that is 40 higher. See ports.h. */
#include "support/ports.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAS ".devnum" /* what `devnum` was before the device left */

static const char *port_file(const char *path, const char *name) {
        static _Thread_local char text[1200];

        (void)snprintf(text, sizeof text, "%s/%s", path, name);
        return text;
}

void file_write(const char *path, const char *name, const char *text) {
        FILE *f = fopen(port_file(path, name), "we");

        assert(f);
        assert(fputs(text, f) >= 0);
        assert(fclose(f) == 0);
        assert(chmod(port_file(path, name), 0666) == 0);
}

static unsigned port_number(const char *path, const char *name) {
        FILE *f = fopen(port_file(path, name), "re");
        unsigned n = 0;

        assert(f);
        assert(fscanf(f, "%u", &n) == 1);
        (void)fclose(f);
        return n;
}

/* "../1-0:1.0/usb1-port2" for a device whose last component is `name`. */
static void port_link(const char *name, char *to, size_t size) {
        const char *dot = strrchr(name, '.'), *dash = strchr(name, '-');
        int bus = (int)(dash - name), hub = dot ? (int)(dot - name) : 0;

        if (dot)
                (void)snprintf(to, size, "../%.*s:1.0/%.*s-port%s", hub, name, hub, name, dot + 1);
        else
                (void)snprintf(to, size, "../%.*s-0:1.0/usb%.*s-port%s", bus, name, bus, name, dash + 1);
}

void port_of(const char *path, char *ret, size_t size) {
        const char *slash = strrchr(path, '/');
        char link[256];

        port_link(slash + 1, link, sizeof link);
        (void)snprintf(ret, size, "%.*s/%s", (int)(slash - path), path, link + strlen("../"));
}

void port_make(const char *path) {
        char link[256], folder[1024], *slash;

        port_link(strrchr(path, '/') + 1, link, sizeof link);
        port_of(path, folder, sizeof folder);
        slash = strrchr(folder, '/');
        *slash = '\0';
        if (mkdir(folder, 0755) == 0) { /* a root hub's: the kernel's own, and alive */
                file_write(folder, "authorized", "1\n");
                assert(symlink("hub", port_file(folder, "driver")) == 0);
        }
        *slash = '/';
        (void)mkdir(folder, 0755);
        file_write(folder, "disable", "");
        file_write(path, "remove", "");
        file_write(path, "power/persist", "1\n");
        assert(symlink(link, port_file(path, "port")) == 0);
}

/* The bus's list is four levels above and two aside: …/sys/devices/…, …/sys/bus/usb/devices/1-2. */
static void port_entry(const char *path, char *to, size_t size) {
        (void)snprintf(to, size, "%.*s/sys/bus/usb/devices%s", (int)(strstr(path, "/sys/devices/") - path), path,
                       strrchr(path, '/'));
}

void port_empties(const char *path) {
        char was[1024];

        (void)snprintf(was, sizeof was, "%s/" WAS, path);
        assert(rename(port_file(path, "devnum"), was) == 0);
}

void port_leaves(const char *path, const char *aside) {
        char entry[1024];

        port_entry(path, entry, sizeof entry);
        assert(unlink(entry) == 0);
        assert(rename(path, aside) == 0);
}

/* A directory of its own: whoever has the one of before open sees nothing in it, now as before. */
static void port_moves(const char *path, const char *aside) {
        DIR *directory = opendir(aside);
        struct dirent *e;

        assert(directory && mkdir(path, 0755) == 0);
        while ((e = readdir(directory)))
                if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
                        assert(renameat(dirfd(directory), e->d_name, AT_FDCWD, port_file(path, e->d_name)) == 0);
        (void)closedir(directory);
        assert(rmdir(aside) == 0);
}

/* As the root hub above says. */
static bool port_lets_in(const char *path) {
        const char *root = strstr(path, "/usb");
        char hub[1024];

        (void)snprintf(hub, sizeof hub, "%.*s", (int)(strchr(root + 1, '/') - path), path);
        return port_number(hub, "authorized_default") != 0;
}

void port_comes_back(const char *path, const char *aside) {
        unsigned bus = port_number(aside, "busnum"), address = port_number(aside, WAS) + 40;
        char entry[1024], target[1024], text[256];

        (void)snprintf(text, sizeof text, "%u\n", address);
        file_write(aside, "devnum", text);
        (void)snprintf(text, sizeof text,
                       "MAJOR=189\nMINOR=%u\nDEVNAME=bus/usb/%03u/%03u\nDEVTYPE=usb_device\nBUSNUM=%03u\nDEVNUM=%03u\n",
                       (bus - 1) * 128 + address - 1, bus, address, bus, address);
        file_write(aside, "uevent", text);
        file_write(aside, "authorized", port_lets_in(path) ? "1\n" : "0\n");
        file_write(aside, "remove", "");
        assert(unlink(port_file(aside, WAS)) == 0);
        port_moves(path, aside);
        port_entry(path, entry, sizeof entry);
        (void)snprintf(target, sizeof target, "../../..%s", strstr(path, "/devices/"));
        assert(symlink(target, entry) == 0);
}

bool port_written(const char *path, const char *name, char ret[static 16]) {
        FILE *f = fopen(port_file(path, name), "re");
        size_t n = f ? fread(ret, 1, 15, f) : 0;

        ret[n] = '\0';
        if (f)
                (void)fclose(f);
        return n > 0;
}

static int remove_one(const char *file, const struct stat *st, int type, struct FTW *ftw) {
        (void)st, (void)type, (void)ftw;
        return remove(file);
}

void folder_remove(const char *path) {
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
