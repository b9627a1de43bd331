/* SPDX-License-Identifier: MIT */
/* disk.c — the sysfs path tells the bus (mmc_host, nvme, fw, ata, host, virtio), and the bus tells which attributes
 * to read; a SCSI serial number comes from `vpd_pg80`. See disk.h. */
#include "observer/disk.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "observer/attribute.h"
#include "observer/fingerprint.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEVICES "/devices/"
#define TYPE_OPTICAL 5 /* SPC-4, peripheral device type */
#define SERIAL_PAGE "vpd_pg80"
#define SERIAL_AT 4 /* behind the page's header; its last byte is the length */

static bool has_mark(const char *path, const char *mark) {
        size_t n = strcspn(mark, "#");

        for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/'))
                if (strncmp(at, mark, n) == 0 && (!mark[n] || isdigit((unsigned char)at[n])))
                        return true;
        return false;
}

bool disk_place(const char *devpath, char ret[SIGHTING_PATH]) {
        size_t prefix = sizeof DEVICES - 1;
        const char *block = strstr(devpath, "/block/");
        int n = block ? (int)(block - devpath) : (int)strlen(devpath);

        if (strncmp(devpath, DEVICES, prefix) != 0 || has_mark(devpath, "/usb#")
            || strncmp(devpath, DEVICES "virtual/", prefix + strlen("virtual/")) == 0
            || (block && strchr(block + strlen("/block/"), '/')) || (!block && !has_mark(devpath, "/nvme/")))
                return false;
        n -= (int)prefix;
        return snprintf(ret, SIGHTING_PATH, "%.*s", n, devpath + prefix) == n && n > 0 && n < SIGHTING_PATH;
}

struct disk_dirs {
        const char *path; /* of the unit, beneath /sys/devices */
        int unit, disk;   /* directories */
};

/* SCSI and NVMe pad with blanks, some on the left. */
static bool trimmed_text(int dirfd, const char *name, char *to) {
        bool sound = attribute_text(dirfd, name, to, FACTS_STRING);
        size_t blanks = strspn(to, " "), n = strlen(to + blanks);

        memmove(to, to + blanks, n + 1);
        while (n > 0 && to[n - 1] == ' ')
                to[--n] = '\0';
        return sound;
}

/* SPC-4 §7.8.10, as the kernel read it; many drives have no such page. */
static bool serial_page(int dirfd, char *to) {
        auto_free uint8_t *page = NULL;
        size_t size = 0, at = SERIAL_AT, n;
        int r = file_read(dirfd, SERIAL_PAGE, SERIAL_AT + UINT8_MAX, &page, &size);

        if (r < 0)
                return r == -ENOENT;
        n = size < SERIAL_AT ? 0 : SERIAL_AT + (size_t)page[SERIAL_AT - 1];
        if (n == 0 || n > size || memchr(page + SERIAL_AT, '\0', n - SERIAL_AT))
                return false;
        while (at < n && page[at] == ' ')
                at++;
        while (n > at && page[n - 1] == ' ')
                n--;
        (void)snprintf(to, FACTS_STRING, "%.*s", (int)(n - at), (const char *)page + at);
        return true;
}

static bool read_mmc(const struct disk_dirs *at, struct device_facts *f) {
        bool name = trimmed_text(at->unit, "name", f->name);

        f->vendor = attribute_id(at->unit, "manfid");
        f->product = attribute_id(at->unit, "oemid");
        return trimmed_text(at->unit, "serial", f->serial) && name;
}

static bool read_scsi(const struct disk_dirs *at, struct device_facts *f) {
        bool maker = trimmed_text(at->unit, "vendor", f->manufacturer), name = trimmed_text(at->unit, "model", f->name);
        uint32_t type = 0;

        if (attribute_number(at->unit, "type", &type) && type == TYPE_OPTICAL)
                f->interfaces[0].subclass = 0x02;
        return serial_page(at->unit, f->serial) && maker && name;
}

/* The attributes of the controller hold for all its namespaces. */
static bool read_nvme(const struct disk_dirs *at, struct device_facts *f) {
        auto_fd controller = device_open(at->path, 1), function = device_open(at->path, 3);

        if (controller < 0 || function < 0)
                return false;
        f->vendor = attribute_id(function, "vendor");
        f->product = attribute_id(function, "device");
        return trimmed_text(controller, "serial", f->serial) && trimmed_text(controller, "model", f->name);
}

static bool read_virtio(const struct disk_dirs *at, struct device_facts *f) {
        return trimmed_text(at->disk, "serial", f->serial);
}

/* The first mark that is in the path says the bus; behind a mark with '#' there is a number. */
static const struct bus_row {
        const char *mark;
        enum bus bus;
        bool (*read)(const struct disk_dirs *at, struct device_facts *f); /* false: what stands there is malformed */
} rows[] = {
        { "/mmc_host/", BUS_MMC, read_mmc }, { "/nvme/", BUS_NVME, read_nvme }, { "/fw#", BUS_FIREWIRE, read_scsi },
        { "/ata#", BUS_ATA, read_scsi },     { "/host#", BUS_SCSI, read_scsi }, { "/virtio#", BUS_VIRTIO, read_virtio },
};

static bool read_facts(const char *devpath, const struct disk_dirs *at, struct device_facts *f) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (has_mark(devpath, rows[i].mark)) {
                        f->bus = rows[i].bus;
                        return rows[i].read(at, f);
                }
        return true; /* BUS_UNKNOWN */
}

int disk_gather(const char *devpath, struct sighting *ret) {
        struct sighting s = { .type = SIGHTING_DEVICE, .facts.n_interfaces = 1 };
        auto_fd unit = -1, disk = -1;
        bool sound;

        if (!disk_place(devpath, s.path))
                return -EINVAL;
        unit = device_open(s.path, 0);
        disk = device_open(devpath + sizeof DEVICES - 1, 0);
        if (unit < 0 || disk < 0)
                return -ENODEV;
        (void)attribute_number(disk, "diskseq", &s.devnum);
        s.facts.interfaces[0] = (struct interface_facts){ .klass = 0x08, .subclass = 0x06 };
        sound = read_facts(devpath, &(struct disk_dirs){ s.path, unit, disk }, &s.facts);
        (void)snprintf(s.facts.port, sizeof s.facts.port, "%.*s", FACTS_PORT - 1, strrchr(s.path, '/') + 1);
        if (faccessat(disk, "dev", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                return -ENODEV; /* pulled while we read: gone, not malformed */
        s.facts.malformed = sound ? MALFORMED_NOT : MALFORMED_IDENTITY;
        fingerprint_of(&s.facts, NULL, s.facts.fingerprint);
        *ret = s;
        return 0;
}

int disk_gone(const char *devpath, struct sighting *ret) {
        *ret = (struct sighting){ .type = SIGHTING_GONE };
        return disk_place(devpath, ret->path) ? 0 : -EINVAL;
}
