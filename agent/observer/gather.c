/* SPDX-License-Identifier: MIT */
/* gather.c — reads `descriptors` once, and takes the digest, our parser's and libusb's reading from the same bytes;
 * unsound facts with `devnum` gone mean that it was unplugged. See gather.h. */
#include "observer/gather.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "observer/attribute.h"
#include "observer/fingerprint.h"
#include "observer/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>

static const char devices[] = "/devices/";

int gather_place(enum sighting_type type, const char *devpath, struct sighting *ret) {
        size_t prefix = sizeof devices - 1, n = strlen(devpath);

        *ret = (struct sighting){ .type = type };
        if (strncmp(devpath, devices, prefix) != 0 || n - prefix >= sizeof ret->path)
                return -ENAMETOOLONG;
        memcpy(ret->path, devpath + prefix, n - prefix + 1);
        return 0;
}

static bool read_strings(int dirfd, struct device_facts *f) {
        bool serial = attribute_text(dirfd, "serial", f->serial, sizeof f->serial);
        bool name = attribute_text(dirfd, "product", f->name, sizeof f->name);
        bool manufacturer = attribute_text(dirfd, "manufacturer", f->manufacturer, sizeof f->manufacturer);

        return serial && name && manufacturer;
}

static bool read_port(const char *path, struct device_facts *f) {
        const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

        return snprintf(f->port, sizeof f->port, "%s", name) < (int)sizeof f->port;
}

static void copy_descriptors(const struct descriptors *d, struct device_facts *f) {
        f->vendor = d->vendor;
        f->product = d->product;
        f->klass = d->klass;
        f->subclass = d->subclass;
        f->protocol = d->protocol;
        f->n_interfaces = d->interfaces.n;
        f->ccid = d->interfaces.ccid;
        memcpy(f->interfaces, d->interfaces.of, sizeof f->interfaces);
}

/* Both readers must agree; on what Linux mends, too, once it is mended. */
static enum malformed descriptors_judge(uint8_t *raw, size_t size, struct descriptors *d, struct libusb_crosscheck *w) {
        if (d->wrong && !malformed_is_acceptable(d->wrong))
                return d->wrong;
        descriptors_mend(d, raw);
        return libusb_crosscheck_agrees(w, bytes_of(raw, size), d) ? d->wrong : MALFORMED_READERS_DIFFER;
}

/* Read the file once: the digest, our reading and the comparison with libusb's are all of these bytes. */
static enum malformed read_descriptors(int dirfd, struct readers *with, struct sighting *s) {
        auto_free uint8_t *raw = NULL;
        struct descriptors d;
        struct sha256_ctx sha;
        size_t size;

        if (file_read(dirfd, "descriptors", DESCRIPTORS_MAX, &raw, &size) < 0)
                return MALFORMED_UNREADABLE;
        sha256_init(&sha);
        sha256_update(&sha, size, raw);
        sha256_digest(&sha, sizeof s->descriptors, s->descriptors);
        descriptors_read(bytes_of(raw, size), &d);
        copy_descriptors(&d, &s->facts);
        aliases_find_foreign(&with->aliases, d.release, &s->facts);
        return descriptors_judge(raw, size, &d, &with->crosscheck);
}

static enum malformed identity_read(int dirfd, struct sighting *s) {
        bool strings = read_strings(dirfd, &s->facts), port = read_port(s->path, &s->facts);

        return strings && port ? MALFORMED_NOT : MALFORMED_IDENTITY;
}

int gather_device(const char *devpath, bool speaks_mtp, struct readers *with, struct sighting *ret) {
        struct sighting s;
        auto_fd dirfd = -1;
        int r = gather_place(SIGHTING_DEVICE, devpath, &s);

        if (r < 0)
                return r;
        dirfd = device_open(s.path, 0);
        if (dirfd < 0 || !attribute_number(dirfd, "busnum", &s.busnum) || !attribute_number(dirfd, "devnum", &s.devnum))
                return -ENODEV;
        s.facts.bus = BUS_USB;
        s.facts.malformed = read_descriptors(dirfd, with, &s);
        s.facts.speaks_mtp = speaks_mtp || hardware_db_speaks_mtp(with->udev, s.facts.vendor, s.facts.product);
        reports_gather(dirfd, &s);
        s.facts.malformed = malformed_graver(s.facts.malformed, identity_read(dirfd, &s));
        if (s.facts.malformed && faccessat(dirfd, "devnum", F_OK, 0) < 0)
                return -ENODEV; /* it was pulled while we read: gone, not malformed */
        fingerprint_of(&s.facts, s.facts.malformed ? s.descriptors : NULL, s.facts.fingerprint);
        *ret = s;
        return 0;
}
