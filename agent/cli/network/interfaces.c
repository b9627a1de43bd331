/* SPDX-License-Identifier: MIT */
/* interfaces.c — see interfaces.h. /sys/class/net has links into /sys/devices; nothing is opened through one. */
#include "cli/network/interfaces.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CLASS "class/net"
#define LEASES "run/systemd/netif/leases"
#define ETHERNET "1"  /* ARPHRD_ETHER */
#define MADE_WITH "0" /* NET_ADDR_PERM: the address that the hardware was made with */
#define DEVICES "devices/"

static bool attribute_is(int fd, const char *name, const char *value) {
        char text[64];

        return file_read_line(fd, name, text, sizeof text) >= 0 && strcmp(text, value) == 0;
}

static void driver_read(int sys, const char *path, char ret[64]) {
        char device[512], link[256];
        auto_fd fd = -1;
        const char *name;
        ssize_t n;

        (void)snprintf(device, sizeof device, "devices/%s", path);
        fd = directory_open(sys, device);
        n = fd < 0 ? -1 : readlinkat(fd, "driver", link, sizeof link - 1);
        if (n <= 0)
                return;
        link[n] = '\0';
        name = strrchr(link, '/');
        (void)snprintf(ret, 64, "%.63s", name ? name + 1 : link);
}

/* systemd-networkd keeps a file for each lease, by the number of the interface. */
static bool has_lease(const struct network_sources *from, int fd) {
        char index[16], path[64];

        if (from->root < 0 || file_read_line(fd, "ifindex", index, sizeof index) <= 0)
                return false;
        (void)snprintf(path, sizeof path, LEASES "/%s", index);
        return faccessat(from->root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool interface_read(const struct network_sources *from, const char *name, const char *link,
                           struct interface_seen *ret) {
        const char *path = link + strlen(DEVICES), *end = strstr(path, "/net/");
        auto_fd fd = -1;

        *ret = (struct interface_seen){ .up = false };
        if (strncmp(path, "virtual/", strlen("virtual/")) == 0 || !end || (size_t)(end - path) >= sizeof ret->path)
                return false;
        fd = directory_open(from->sys, link);
        if (fd < 0 || !attribute_is(fd, "type", ETHERNET))
                return false;
        (void)snprintf(ret->name, sizeof ret->name, "%.31s", name);
        (void)snprintf(ret->path, sizeof ret->path, "%.*s", (int)(end - path), path);
        driver_read(from->sys, ret->path, ret->driver);
        if (!attribute_is(fd, "addr_assign_type", MADE_WITH)
            || file_read_line(fd, "address", ret->mac, sizeof ret->mac) < 0)
                ret->mac[0] = '\0';
        ret->up = attribute_is(fd, "operstate", "up");
        ret->wireless = faccessat(fd, "phy80211", F_OK, AT_SYMLINK_NOFOLLOW) == 0
                        || faccessat(fd, "wireless", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
        ret->dhcp = has_lease(from, fd);
        return true;
}

static int interfaces_by_name(const void *a, const void *b) {
        return strcmp(((const struct interface_seen *)a)->name, ((const struct interface_seen *)b)->name);
}

unsigned interfaces_read(const struct network_sources *from, struct interface_seen ret[INTERFACES_SEEN]) {
        auto_dir dir = from->sys < 0 ? NULL : listing_open(from->sys, CLASS);
        unsigned found = 0;

        for (struct dirent *e = dir ? readdir(dir) : NULL; e && found < INTERFACES_SEEN; e = readdir(dir)) {
                char link[512];

                if (file_sysfs_link(dirfd(dir), e->d_name, link, sizeof link) == 0
                    && strncmp(link, DEVICES, strlen(DEVICES)) == 0
                    && interface_read(from, e->d_name, link, &ret[found]))
                        found++;
        }
        qsort(ret, found, sizeof *ret, interfaces_by_name);
        return found;
}

/* Of an address that is not the hardware's nothing is known. */
static bool interface_fits(const struct network_interface *i, const struct interface_seen *s) {
        char mac[sizeof s->mac];

        (void)snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", i->mac[0], i->mac[1], i->mac[2], i->mac[3],
                       i->mac[4], i->mac[5]);
        return (!i->has_mac || !s->mac[0] || strcasecmp(mac, s->mac) == 0)
               && (!*i->driver || strcmp(i->driver, s->driver) == 0) && (!*i->path || strcmp(i->path, s->path) == 0);
}

/* But the loopback. */
static unsigned interfaces_count(const struct network_sources *from) {
        auto_dir dir = from->sys < 0 ? NULL : listing_open(from->sys, CLASS);
        unsigned n = 0;

        for (struct dirent *e; dir && (e = readdir(dir));)
                n += e->d_name[0] != '.' && strcmp(e->d_name, "lo") != 0;
        return n;
}

bool interfaces_may_be_named(const struct network_sources *from, const struct network_terms *terms) {
        static struct interface_seen seen[INTERFACES_SEEN];
        const unsigned n = interfaces_read(from, seen);
        const bool has_others = interfaces_count(from) > n;

        for (size_t i = 0; i < terms->n_interfaces; i++) {
                const struct network_interface *one = &terms->interfaces[i];

                if (has_others && (*one->driver || *one->path)) /* a bridge is named by its kind */
                        return true;
                for (unsigned k = 0; k < n; k++)
                        if (interface_fits(one, &seen[k]) && (!seen[k].wireless || terms->wireless))
                                return true;
        }
        return !n;
}
