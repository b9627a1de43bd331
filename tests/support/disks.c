/* SPDX-License-Identifier: MIT */
/* disks.c — see disks.h. What stands in the attributes is what QEMU's devices show in Debian's 6.1. */
#include "support/disks.h"

#include <assert.h>
#include <ftw.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const card[][2] = { { "name", "QEMU!" },   { "serial", "0xdeadbeef" }, { "manfid", "0x0000aa" },
                                       { "oemid", "0x5859" }, { "type", "SD" },           { NULL, NULL } };
static const char *const disk[][2] = {
        { "vendor", "QEMU    " }, { "model", "QEMU HARDDISK   " }, { "type", "0" }, { NULL, NULL }
};
static const char *const optical[][2] = {
        { "vendor", "QEMU    " }, { "model", "QEMU DVD-ROM    " }, { "type", "5" }, { NULL, NULL }
};
static const char *const nothing[][2] = { { NULL, NULL } };

#define PCI "pci0000:00/0000:00:"

struct disk_made a_card(void) {
        return (struct disk_made){ PCI "06.0/mmc_host/mmc0/mmc0:4567", "mmcblk0", card, 21 };
}

struct disk_made a_scsi_disk(void) {
        return (struct disk_made){ PCI "07.0/virtio3/host2/target2:0:1/2:0:1:0", "sdb", disk, 22 };
}

struct disk_made an_optical_drive(void) {
        return (struct disk_made){ PCI "1f.2/ata3/host4/target4:0:0/4:0:0:0", "sr0", optical, 23 };
}

struct disk_made a_namespace(void) {
        return (struct disk_made){ PCI "08.0/0000:01:00.0/nvme/nvme0/nvme0n1", "nvme0n1", nothing, 24 };
}

struct disk_made a_virtio_disk(void) {
        return (struct disk_made){ PCI "09.0/virtio5", "vdb", nothing, 25 };
}

struct disk_made a_floppy(void) {
        return (struct disk_made){ "platform/floppy.0", "fd0", nothing, 26 };
}

static bool is_unit(const struct disk_made *d) {
        const char *slash = strrchr(d->unit, '/');

        return slash && strcmp(slash + 1, d->node) == 0;
}

static const char *devpath_of(const struct disk_made *d) {
        static char text[512];

        (void)snprintf(text, sizeof text, "/devices/%s%s%s", d->unit, is_unit(d) ? "" : "/block/",
                       is_unit(d) ? "" : d->node);
        return text;
}

static const char *below(struct bed *bed, const char *path) {
        static char text[1024];

        (void)snprintf(text, sizeof text, "%s/sys%s", bed_root(bed), path);
        return text;
}

static void link_up(struct bed *bed, const struct disk_made *d, const char *devpath) {
        char target[600], link[600], up[256] = "";

        for (const char *s = devpath + 1; s; s = strchr(s, '/') ? strchr(s, '/') + 1 : NULL)
                strcat(up, "../");
        (void)snprintf(target, sizeof target, "%sclass/block", up);
        (void)snprintf(link, sizeof link, "%s/subsystem", devpath);
        assert(g_mkdir_with_parents(below(bed, "/class/block"), 0755) == 0);
        assert(symlink(target, below(bed, link)) == 0);
        (void)snprintf(link, sizeof link, "/class/block/%s", d->node);
        (void)snprintf(target, sizeof target, "../..%s", devpath);
        assert(symlink(target, below(bed, link)) == 0);
}

const char *insert(struct bed *bed, const struct disk_made *d) {
        const char *devpath = devpath_of(d), *path = devpath + strlen("/devices/");
        char text[128];

        assert(g_mkdir_with_parents(below(bed, devpath), 0755) == 0);
        for (size_t i = 0; d->attributes[i][0]; i++) {
                (void)snprintf(text, sizeof text, "%s\n", d->attributes[i][1]);
                bed_write(bed, d->unit, d->attributes[i][0], text);
        }
        (void)snprintf(text, sizeof text, "8:%u\n", d->seq);
        bed_write(bed, path, "dev", text);
        (void)snprintf(text, sizeof text, "%u\n", d->seq);
        bed_write(bed, path, "diskseq", text);
        (void)snprintf(text, sizeof text, "MAJOR=8\nMINOR=%u\nDEVNAME=%s\nDEVTYPE=disk\n", d->seq, d->node);
        bed_write(bed, path, "uevent", text);
        link_up(bed, d, devpath);
        bed_announce(bed, path, "add");
        return devpath;
}

static int remove_one(const char *file, const struct stat *st, int type, struct FTW *ftw) {
        (void)st, (void)type, (void)ftw;
        return remove(file);
}

void take_out(struct bed *bed, const struct disk_made *d) {
        char link[128];

        bed_announce(bed, devpath_of(d) + strlen("/devices/"), "remove");
        (void)snprintf(link, sizeof link, "/class/block/%s", d->node);
        assert(unlink(below(bed, link)) == 0);
        (void)snprintf(link, sizeof link, "/devices/%s", d->unit);
        assert(nftw(below(bed, link), remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

void change_medium(struct bed *bed, const struct disk_made *d, unsigned seq) {
        const char *path = devpath_of(d) + strlen("/devices/");
        char text[32];

        (void)snprintf(text, sizeof text, "%u\n", seq);
        bed_write(bed, path, "diskseq", text);
        bed_announce(bed, path, "change");
}
