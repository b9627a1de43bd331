/* SPDX-License-Identifier: MIT */
/* readonly_loop.c — see readonly_loop.h. Kernel: drivers/block/loop.c refuses each write to a loop device that was set
 * up for reading, and nothing sets it up otherwise afterwards. */
#include "keeper/readonly_loop.h"

#include "host/listing.h"
#include "keeper/device.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define MARK "sekimori:" /* followed by the diskseq: identifies our loop devices */
#define TRIES 8          /* another process may take the free one first */

static struct view *readonly_loop_find(struct readonly_loops *v, uint64_t diskseq) {
        for (size_t i = 0; i < READONLY_LOOPS_MAX; i++)
                if (v->view[i].diskseq == diskseq)
                        return &v->view[i];
        return NULL;
}

static int loop_open(const struct sysfs_dirs *g, unsigned number) {
        char name[32];
        int fd;

        (void)snprintf(name, sizeof name, "loop%u", number);
        fd = openat(g->dev, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        return fd < 0 ? -errno : fd;
}

/* Whether the kernel says now that the device is read-only. */
static bool is_read_only(int fd) {
        int is = 0;

        return ioctl(fd, BLKROGET, &is) == 0 && is == 1;
}

static void readonly_loop_restore(struct readonly_loops *v, const struct sysfs_dirs *g, unsigned number) {
        auto_fd fd = loop_open(g, number);
        struct view *place = readonly_loop_find(v, 0);
        struct loop_info64 info;
        uint64_t diskseq, bytes;

        if (fd < 0 || !place || ioctl(fd, LOOP_GET_STATUS64, &info) < 0 || ioctl(fd, BLKGETSIZE64, &bytes) < 0)
                return;
        if (sscanf((const char *)info.lo_file_name, MARK "%" SCNu64, &diskseq) == 1 && is_read_only(fd))
                *place = (struct view){ .diskseq = diskseq, .bytes = bytes, .loop = number };
}

void readonly_loops_restore(struct readonly_loops *v, const struct sysfs_dirs *g) {
        auto_dir all = listing_open(g->sys, "class/block");
        struct dirent *entry;
        unsigned number;
        int end;

        *v = (struct readonly_loops){ 0 };
        while (all && (entry = readdir(all)))
                if (sscanf(entry->d_name, "loop%u%n", &number, &end) == 1 && !entry->d_name[end]) /* no partition */
                        readonly_loop_restore(v, g, number);
}

int disk_open(const struct sysfs_dirs *g, const struct plane *p, const struct disk *d) {
        struct entry ours = { .opener = (uint32_t)getpid(), .diskseq = d->diskseq }, before;
        bool had = plane_get(p, &d->node, &before) == 0;
        struct stat st;
        int fd, r;

        if (had)
                ours.mode = before.mode;
        r = plane_set(p, &d->node, &ours);
        if (r < 0)
                return r;
        fd = openat(g->dev, d->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        r = fd < 0 ? -errno : fd;
        if (had)
                (void)plane_set(p, &d->node, &before);
        else
                plane_drop(p, &d->node);
        if (r >= 0
            && (fstat(fd, &st) < 0 || !S_ISBLK(st.st_mode) || major(st.st_rdev) != d->node.major
                || minor(st.st_rdev) != d->node.minor)) {
                (void)close(fd);
                return -ENODEV;
        }
        return r;
}

/* A drive without a disc can be opened all the same, and reports a meaningless size. Other disks do not know this
 * ioctl. */
static bool has_medium(int fd) {
        int status = ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT);

        return status < 0 || status == CDS_DISC_OK || status == CDS_NO_INFO;
}

/* A second safeguard: other users of the disk in the kernel cannot write to it either. */
static int write_protect(int fd) {
        const int on = 1;

        if (ioctl(fd, BLKROSET, &on) < 0)
                return -errno;
        return is_read_only(fd) ? 0 : -EIO;
}

static int loop_configure(const struct sysfs_dirs *g, int control, int disk, uint64_t diskseq) {
        struct loop_config config = { .fd = (uint32_t)disk, .info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_PARTSCAN };
        int number = ioctl(control, LOOP_CTL_GET_FREE), sector = 0;
        auto_fd fd = number < 0 ? -errno : loop_open(g, (unsigned)number);

        if (fd < 0 || ioctl(disk, BLKSSZGET, &sector) < 0)
                return fd < 0 ? fd : -errno;
        config.block_size = (uint32_t)sector;
        (void)snprintf((char *)config.info.lo_file_name, sizeof config.info.lo_file_name, MARK "%" PRIu64, diskseq);
        if (ioctl(fd, LOOP_CONFIGURE, &config) < 0)
                return -errno;
        if (is_read_only(fd))
                return number;
        (void)ioctl(fd, LOOP_CLR_FD);
        return -EIO;
}

static int view_make(const struct sysfs_dirs *g, int disk, struct view *place, uint64_t diskseq, uint64_t bytes) {
        auto_fd control = openat(g->dev, "loop-control", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        int number = control < 0 ? -errno : -EBUSY;

        for (unsigned i = 0; i < TRIES && number == -EBUSY; i++)
                number = loop_configure(g, control, disk, diskseq);
        if (number >= 0)
                *place = (struct view){ .diskseq = diskseq, .bytes = bytes, .loop = (unsigned)number };
        return number < 0 ? number : 0;
}

int readonly_loops_keep(struct readonly_loops *v, const struct sysfs_dirs *g, const struct plane *p,
                        const struct disk *d, struct err *err) {
        auto_fd disk = disk_open(g, p, d);
        struct view *have = readonly_loop_find(v, d->diskseq), *place;
        uint64_t bytes = 0;
        int r = disk < 0 ? disk : has_medium(disk) ? write_protect(disk) : -ENOMEDIUM;

        if (r == 0 && ioctl(disk, BLKGETSIZE64, &bytes) < 0)
                r = -errno;
        if (r == 0 && have && have->bytes == bytes)
                return 0;
        /* Another medium, or none: the view of the old one is dropped. */
        (void)readonly_loops_drop(v, g, d->diskseq);
        if (r == -ENOMEDIUM || (r == 0 && bytes == 0))
                return 0;
        place = readonly_loop_find(v, 0);
        if (r == 0)
                r = place ? view_make(g, disk, place, d->diskseq, bytes) : -ENOSPC;
        return r < 0 ? err_errno(err, r, "a view of %s", d->name) : 0;
}

bool readonly_loops_drop(struct readonly_loops *v, const struct sysfs_dirs *g, uint64_t diskseq) {
        struct view *have = diskseq ? readonly_loop_find(v, diskseq) : NULL;
        auto_fd fd = have ? loop_open(g, have->loop) : -1;

        if (fd >= 0)
                (void)ioctl(fd, LOOP_CLR_FD);
        if (have)
                *have = (struct view){ 0 };
        return have;
}

static bool disk_is_there(const struct sysfs_dirs *g, uint64_t diskseq) {
        auto_dir all = listing_open(g->sys, "class/block");
        struct dirent *entry;

        while (all && (entry = readdir(all))) {
                char link[64];

                (void)snprintf(link, sizeof link, "class/block/%.40s", entry->d_name);
                if (entry->d_name[0] != '.' && device_number(g, link, "diskseq") == diskseq)
                        return true;
        }
        return false;
}

void readonly_loops_sweep(struct readonly_loops *v, const struct sysfs_dirs *g) {
        for (size_t i = 0; i < READONLY_LOOPS_MAX; i++)
                if (v->view[i].diskseq && !disk_is_there(g, v->view[i].diskseq))
                        (void)readonly_loops_drop(v, g, v->view[i].diskseq);
}
