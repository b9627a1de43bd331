/* SPDX-License-Identifier: MIT */
/* claims.c — who wears a name comes from disk_names.h, what a device is made of from blockdev_parents.h. See
 * claims.h. */
#include "keeper/system/claims.h"

#include "keeper/system/blockdev_parents.h"
#include "keeper/system/disk_names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool claims_stood(const struct claims *c, const struct disk_group *g) {
        for (size_t i = 0; c->tell->stood && i < g->n; i++)
                if (c->tell->stood(c->tell->ctx, g->disk[i].path))
                        return true;
        return !c->tell->stood || g->n == 0;
}

void claims_missing(const struct claims *c, const char *why, const char *because) {
        char text[SYSTEM_WHY + 32];

        (void)snprintf(text, sizeof text, "%s%s", why, because);
        c->tell->missing(c->tell->ctx, text);
}

void claims_found(const struct claims *c, const struct disk_group *g, const char *why, enum claim claim) {
        const bool is_root = disk_group_is_within(g, &c->root);

        if (g->is_full)
                c->tell->unknown(c->tell->ctx, why);
        if (!is_root && !claims_stood(c, g)) {
                if (claim == BY_NAME || claim == BY_PLACE)
                        claims_missing(c, why, "");
                return;
        }
        for (size_t i = 0; i < g->n; i++)
                if (claim >= BY_PLACE || !g->disk[i].is_removable)
                        c->tell->found(c->tell->ctx, g->disk[i].path, why, g->disk[i].is_removable && !is_root);
}

static void claims_twin(const struct claims *c, const struct disk_group *g, const char *why) {
        for (size_t i = 0; i < g->n; i++)
                c->tell->twin(c->tell->ctx, g->disk[i].path, why);
}

bool claims_of_node(const struct claims *c, const char *node, struct disk_group *ret) {
        *ret = (struct disk_group){ .dirs = c->dirs };
        return blockdev_parents_of_node(c->dirs, node, disk_group_add, ret);
}

/* A link of udev's that holds the disk's own serial number: nothing of it is read from the medium. */
static bool claims_by_serial(const struct claims *c, const char *node, const char *device) {
        static const char *const buses[] = { "mmc-", "usb-", "memstick-", "ieee1394-", "ata-", "scsi-", "nvme-" };
        const char *name = strncmp(node, "disk/by-id/", 11) == 0 ? node + 11 : "";
        const bool is_card = strncmp(name, "mmc-", 4) == 0;
        char serial[64];

        for (size_t i = 0; i < sizeof buses / sizeof *buses; i++)
                if (strncmp(name, buses[i], strlen(buses[i])) == 0)
                        return disk_names_property(c->dirs, device, is_card ? "ID_SERIAL" : "ID_SERIAL_SHORT", serial)
                               && strstr(name, serial);
        return false;
}

/* Removable disks may be mounted because somebody copied a name. Once the plane is in force, what counted stays until
 * the next boot: what is mounted would be cut off. */
static bool claims_may_be_copy(const struct claims *c, const struct disk_group *g, const char *node,
                               const struct disk_names *wearers) {
        struct disk_group other;

        for (size_t i = 0; i < g->n; i++)
                if (c->tell->stood || !g->disk[i].is_removable)
                        return false;
        for (size_t i = 0; i < wearers->n; i++)
                if (claims_by_serial(c, node, wearers->device[i]) && claims_of_node(c, wearers->device[i], &other)
                    && disk_group_is_within(&other, g))
                        return false;
        return true;
}

/* Who wears the name of what is in use, without being part of it? A removable disk gives way to a fixed one: whoever
 * was first at the boot may have been the copy. Alone, it counts where its serial number is in the name. Not where / is
 * on it. */
void claims_take_place(const struct claims *c, const struct disk_group *g, const char *source, const char *why) {
        const bool may_lose = disk_group_is_removable(g) && !disk_group_is_within(g, &c->root);
        bool lost = false;
        auto_disk_names wearers = { 0 };
        struct disk_group other;
        char node[DISK_NAMES_NODE] = "";

        if (disk_names_node(source, node))
                disk_names_wearers(c->dirs, node, &wearers);
        for (size_t i = 0; i < wearers.n; i++) {
                if (!claims_of_node(c, wearers.device[i], &other) || disk_group_is_within(&other, g))
                        continue;
                if (!may_lose || disk_group_is_removable(&other))
                        claims_twin(c, &other, why);
                else {
                        claims_found(c, &other, why, BY_NAME);
                        lost = true;
                }
        }
        if (lost)
                claims_twin(c, g, why);
        else if (may_lose && claims_may_be_copy(c, g, node, &wearers))
                claims_missing(c, why, " (removable)");
        else
                claims_found(c, g, why, BY_PLACE);
}

/* A name is followed to a fixed bus, and to the disks of / on whatever bus: those count already. */
static bool claims_may_follow(const struct claims *c, const struct disk_group *g) {
        return !disk_group_is_removable(g) || disk_group_is_within(g, &c->root);
}

/* The first that a name is followed to; udev's link is asked first. SIZE_MAX: none is. */
static size_t claims_choose(const struct claims *c, const struct disk_names *wearers, struct disk_group *ret) {
        size_t chosen = SIZE_MAX;
        struct disk_group other;

        for (size_t i = 0; i < wearers->n && (chosen == SIZE_MAX || ret->n == 0); i++)
                if (claims_of_node(c, wearers->device[i], &other) && claims_may_follow(c, &other)
                    && (chosen == SIZE_MAX || other.n)) {
                        *ret = other;
                        chosen = i;
                }
        return chosen;
}

/* Of one btrfs or bcachefs, and neither a copy of the other. */
static bool are_members(const struct sysfs_dirs *g, const char *a, const char *b) {
        char type[64], also[64], id[64], other[64];

        return disk_names_property(g, a, "ID_FS_TYPE", type) && disk_names_property(g, b, "ID_FS_TYPE", also)
               && strcmp(type, also) == 0 && (strcmp(type, "btrfs") == 0 || strcmp(type, "bcachefs") == 0)
               && disk_names_property(g, a, "ID_FS_UUID_SUB", id) && disk_names_property(g, b, "ID_FS_UUID_SUB", other)
               && strcmp(id, other) != 0;
}

void claims_follow_name(const struct claims *c, const char *source, const char *why) {
        auto_disk_names wearers = { 0 };
        struct disk_group taken, other;
        char node[DISK_NAMES_NODE];
        size_t chosen;

        if (!disk_names_node(source, node))
                return; /* a network, a file, memory */
        disk_names_wearers(c->dirs, node, &wearers);
        chosen = claims_choose(c, &wearers, &taken);
        if (chosen == SIZE_MAX) {
                claims_missing(c, why, wearers.n ? " (removable)" : "");
                return;
        }
        claims_found(c, &taken, why, BY_NAME);
        for (size_t i = 0; i < wearers.n; i++) {
                if (!claims_of_node(c, wearers.device[i], &other) || disk_group_is_within(&other, &taken))
                        continue;
                if (claims_may_follow(c, &other) && are_members(c->dirs, wearers.device[chosen], wearers.device[i]))
                        claims_found(c, &other, why, BY_NAME);
                else
                        claims_twin(c, &other, why);
        }
}
