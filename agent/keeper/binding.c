/* SPDX-License-Identifier: MIT */
/* binding.c — writes 0 to `drivers_autoprobe` of the buses scsi, mmc and firewire; then binds what may be bound
 * through `drivers_probe` and unbinds the rest through `driver/unbind`. See binding.h. */
#include "keeper/binding.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"
#include "keeper/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static const char *const buses[] = { "scsi", "mmc", "firewire" };
#define BUSES (sizeof buses / sizeof *buses)

static int bus_open(const struct sysfs_dirs *g, const char *bus) {
        char path[64];

        (void)snprintf(path, sizeof path, "bus/%s", bus);
        return directory_open(g->sys, path);
}

static bool may_be_bound(struct grants *grants, const char *path) {
        return device_is_on_usb(path) || grants_find_system(grants, path);
}

static void binding_probe(int bus, const char *name) {
        int r = file_poke(bus, "drivers_probe", name);

        if (r < 0 && r != -ENODEV) /* gone meanwhile */
                (void)fprintf(stderr, "sekimori-keeper: %s: no driver: %s\n", name, strerror(-r));
}

static void binding_unbind(const struct sysfs_dirs *g, const char *path, const char *name) {
        char unbind[SYSFS_DIRS_PATH + 16];
        int r;

        (void)snprintf(unbind, sizeof unbind, "%s/driver/unbind", path);
        r = file_poke(g->sys, unbind, name);
        if (r == 0)
                (void)printf("no driver any more: /sys/%s\n", path);
        else if (r != -ENOENT)
                (void)fprintf(stderr, "sekimori-keeper: /sys/%s keeps its driver: %s\n", path, strerror(-r));
}

/* Every device of the bus, by its path beneath /sys. */
static void binding_each(const struct sysfs_dirs *g, const char *bus,
                         void (*visit)(void *ctx, const char *path, const char *name), void *ctx) {
        char link[SYSFS_DIRS_PATH], path[SYSFS_DIRS_PATH];
        struct dirent *entry;
        auto_dir all = NULL;

        (void)snprintf(link, sizeof link, "bus/%s/devices", bus);
        all = listing_open(g->sys, link);
        while (all && (entry = readdir(all))) {
                (void)snprintf(link, sizeof link, "bus/%s/devices/%.200s", bus, entry->d_name);
                if (entry->d_name[0] != '.' && sysfs_dirs_block(g, link, path) == 0)
                        visit(ctx, path, entry->d_name);
        }
}

struct bus_visit {
        const struct sysfs_dirs *dirs;
        struct grants *grants;
        int bus;
};

static void sort_out(void *ctx, const char *path, const char *name) {
        const struct bus_visit *v = ctx;

        if (may_be_bound(v->grants, path))
                binding_probe(v->bus, name);
        else
                binding_unbind(v->dirs, path, name);
}

static void probe_each(void *ctx, const char *path, const char *name) {
        const struct bus_visit *v = ctx;

        (void)path;
        binding_probe(v->bus, name);
}

int binding_hold(const struct sysfs_dirs *g, struct grants *grants, struct err *err) {
        unsigned held = 0;

        for (size_t i = 0; i < BUSES; i++) {
                auto_fd bus = bus_open(g, buses[i]);
                int r = bus < 0 ? bus : file_poke(bus, "drivers_autoprobe", "0\n");

                if (r == -ENOENT)
                        continue; /* its driver is not loaded */
                if (r < 0)
                        return err_errno(err, r, "/sys/bus/%s/drivers_autoprobe", buses[i]);
                binding_each(g, buses[i], sort_out, &(struct bus_visit){ g, grants, bus });
                held++;
        }
        return held ? 0
                    : err_say(err, -ENOENT, "ドライバーの割り当てを止められるバスがありません",
                              "no bus that could be held");
}

void binding_announced(const struct sysfs_dirs *g, struct grants *grants, const struct uevent *u) {
        for (size_t i = 0; i < BUSES; i++) {
                auto_fd bus = -1;
                const char *name = strrchr(u->path, '/');

                if (strcmp(u->action, "add") != 0 || strcmp(u->subsystem, buses[i]) != 0 || !name)
                        continue;
                bus = bus_open(g, buses[i]);
                if (bus >= 0 && may_be_bound(grants, u->path))
                        binding_probe(bus, name + 1);
        }
}

void binding_release(const struct sysfs_dirs *g) {
        for (size_t i = 0; i < BUSES; i++) {
                auto_fd bus = bus_open(g, buses[i]);
                char now[8];

                if (bus < 0 || file_read_line(bus, "drivers_autoprobe", now, sizeof now) < 0 || now[0] != '0')
                        continue;
                (void)file_poke(bus, "drivers_autoprobe", "1\n");
                binding_each(g, buses[i], probe_each, &(struct bus_visit){ .dirs = g, .bus = bus });
        }
}
