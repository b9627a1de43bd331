/* SPDX-License-Identifier: MIT */
/* routers.c — attributes and links below the bed's sys/; bed_announce() sends the uevent. See routers.h. */
#include "support/routers.h"

#include <assert.h>
#include <ftw.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *below(struct bed *bed, const char *path) {
        static char text[1024];

        (void)snprintf(text, sizeof text, "%s/sys/%s", bed_root(bed), path);
        return text;
}

static void link_up(struct bed *bed, const char *path) {
        char up[256] = "../", target[512], link[512];

        for (const char *s = strchr(path, '/'); s; s = strchr(s + 1, '/'))
                strcat(up, "../");
        assert(g_mkdir_with_parents(below(bed, "bus/thunderbolt/devices"), 0755) == 0);
        (void)snprintf(target, sizeof target, "%s../bus/thunderbolt", up);
        (void)snprintf(link, sizeof link, "devices/%s/subsystem", path);
        assert(symlink(target, below(bed, link)) == 0);
        (void)snprintf(link, sizeof link, "bus/thunderbolt/devices%s", strrchr(path, '/'));
        (void)snprintf(target, sizeof target, "../../../devices/%s", path);
        assert(symlink(target, below(bed, link)) == 0);
}

static void make(struct bed *bed, const char *path, const char *type) {
        char place[512], text[64];

        (void)snprintf(place, sizeof place, "devices/%s", path);
        assert(g_mkdir_with_parents(below(bed, place), 0755) == 0);
        (void)snprintf(text, sizeof text, "DEVTYPE=%s\n", type);
        bed_write(bed, path, "uevent", text);
        link_up(bed, path);
}

void a_thunderbolt_port(struct bed *bed, bool can_take_back) {
        make(bed, ROUTER_DOMAIN, "thunderbolt_domain");
        bed_write(bed, ROUTER_DOMAIN, "deauthorization", can_take_back ? "1\n" : "0\n");
        connect_router(bed, ROUTER_HOST, "00000000-0000-0018-2e54-6b1c5ad1c922", "1\n");
}

void connect_router(struct bed *bed, const char *path, const char *unique_id, const char *authorized) {
        char line[64];

        make(bed, path, "thunderbolt_device");
        (void)snprintf(line, sizeof line, "%s\n", unique_id);
        bed_write(bed, path, "unique_id", line);
        bed_write(bed, path, "vendor", "0x108\n");
        bed_write(bed, path, "device", "0x1630\n");
        bed_write(bed, path, "vendor_name", "Lenovo\n");
        bed_write(bed, path, "device_name", "ThinkPad Thunderbolt 3 Dock\n");
        if (authorized)
                bed_write(bed, path, "authorized", authorized);
        bed_announce(bed, path, "add");
}

static int remove_one(const char *file, const struct stat *st, int type, struct FTW *ftw) {
        (void)st, (void)type, (void)ftw;
        return remove(file);
}

void disconnect_router(struct bed *bed, const char *path) {
        char place[512];

        bed_announce(bed, path, "remove");
        (void)snprintf(place, sizeof place, "bus/thunderbolt/devices%s", strrchr(path, '/'));
        assert(unlink(below(bed, place)) == 0);
        (void)snprintf(place, sizeof place, "devices/%s", path);
        assert(nftw(below(bed, place), remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
}
