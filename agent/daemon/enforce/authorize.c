/* SPDX-License-Identifier: MIT */
/* authorize.c — one device and its interfaces. See usb.h. */
#include "base/hex.h"
#include "enforce/tree.h"
#include "enforce/usb.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define INTERFACES_MAX 32 /* USB_MAXINTERFACES */

/* An interface directory of the device in question, open, with what the kernel read there. */
struct interfaces_shown {
        char name[64];
        int fd;
        struct interface_facts is;
        bool allowed;
};

struct device_dir {
        int fd;
        const char *name; /* last component of the path */
        size_t n;
        struct interfaces_shown shown[INTERFACES_MAX];
};

static void interfaces_close(struct device_dir *d) {
        for (size_t i = 0; i < d->n; i++)
                (void)close(d->shown[i].fd);
}

static int byte_read(int dirfd, const char *name, uint8_t *ret) {
        char text[8];
        int64_t value;

        if (file_read_line(dirfd, name, text, sizeof text) != 2 || (value = hex_number(text, 2)) < 0)
                return -EBADMSG;
        *ret = (uint8_t)value;
        return 0;
}

/* "1-2:1.0": the configuration stands in the name, the rest in attributes. */
static int interface_read(const struct device_dir *d, const char *name, struct interfaces_shown *ret) {
        struct interfaces_shown i = { .fd = -1 };
        unsigned configuration;
        int end = 0;

        if (sscanf(name + strlen(d->name), ":%u.%*u%n", &configuration, &end) != 1 || end == 0 || configuration > 255)
                return -EBADMSG;
        if ((size_t)snprintf(i.name, sizeof i.name, "%s", name) >= sizeof i.name)
                return -EBADMSG;
        i.fd = directory_open(d->fd, name);
        if (i.fd < 0)
                return i.fd;
        i.is.configuration = (uint8_t)configuration;
        if (byte_read(i.fd, "bInterfaceNumber", &i.is.number) < 0 || byte_read(i.fd, "bInterfaceClass", &i.is.klass) < 0
            || byte_read(i.fd, "bInterfaceSubClass", &i.is.subclass) < 0
            || byte_read(i.fd, "bInterfaceProtocol", &i.is.protocol) < 0) {
                (void)close(i.fd);
                return -EBADMSG;
        }
        *ret = i;
        return 0;
}

static int interfaces_list(struct device_dir *d) {
        size_t length = strlen(d->name);
        auto_dir directory = listing_open(d->fd, ".");
        struct dirent *entry;
        int r = 0;

        if (!directory)
                return -errno;
        while (r == 0 && (entry = readdir(directory))) {
                if (strncmp(entry->d_name, d->name, length) != 0 || entry->d_name[length] != ':')
                        continue;
                r = d->n == INTERFACES_MAX ? -EBADMSG : interface_read(d, entry->d_name, &d->shown[d->n]);
                if (r == 0)
                        d->n++;
        }
        return r;
}

/* Was the interface that the kernel shows judged, and is it allowed? The observer may have been deceived or
 * compromised; what the kernel read is what its drivers will match. */
static int interface_judge(const struct sighting *s, const struct verdict *v, struct interfaces_shown *i) {
        for (unsigned k = 0; k < s->facts.n_interfaces; k++)
                if (memcmp(&s->facts.interfaces[k], &i->is, sizeof i->is) == 0) {
                        i->allowed = v->interfaces >> k & 1;
                        return 0;
                }
        return -EBADMSG;
}

static enum outcome interfaces_judge(const struct sighting *s, const struct verdict *v, struct device_dir *d,
                                     struct err *note) {
        for (size_t k = 0; k < d->n; k++) {
                struct interfaces_shown *i = &d->shown[k];

                if (interface_judge(s, v, i) < 0 || (!i->allowed && !v->partial)) {
                        (void)err_say(
                                note, 0,
                                "カーネルから見えるインターフェース %s（%02x:%02x:%02x）は、判定していないものです",
                                "the kernel sees interface %s as %02x:%02x:%02x, which was not judged", i->name,
                                i->is.klass, i->is.subclass, i->is.protocol);
                        return OUTCOME_CONTRADICTED;
                }
        }
        return OUTCOME_DONE;
}

/* All are authorized before the first is probed: a driver may claim a sibling (CDC, audio). */
static int interfaces_bind(struct usb *u, struct device_dir *d, struct err *note) {
        int bus = usb_bus(u);

        if (bus < 0)
                return err_errno(note, bus, "/sys/bus/usb");
        for (size_t k = 0; k < d->n; k++) {
                int r = number_put(d->shown[k].fd, "authorized", d->shown[k].allowed);

                if (r < 0)
                        return err_errno(note, r, "%s/authorized", d->shown[k].name);
        }
        for (size_t k = 0; k < d->n; k++) {
                int r = d->shown[k].allowed && faccessat(d->shown[k].fd, "driver", F_OK, 0) < 0
                                ? file_poke(bus, "drivers_probe", d->shown[k].name)
                                : 0;

                if (r < 0)
                        return err_errno(note, r, "drivers_probe %s", d->shown[k].name);
        }
        return 0;
}

/* The root hub above must hold interfaces back, or authorizing the device would bind all of them at once. If it no
 * longer does, it is put under default deny again. */
static int controller_holds(struct usb *u, const char *path, struct err *note) {
        const char *root = strstr(path, "/usb"), *end = root ? strchr(root + 1, '/') : NULL;
        char hub[SIGHTING_PATH];
        auto_fd dir = -1;
        unsigned lets;

        if (!end)
                return err_say(note, -EINVAL, "%s: 上にルートハブがありません", "%s: no root hub above it", path);
        (void)snprintf(hub, sizeof hub, "%.*s", (int)(end - path), path);
        dir = directory_open(u->devices, hub);
        if (dir >= 0 && number_read(dir, "interface_authorized_default", &lets) == 0 && lets == 0)
                return 0;
        return usb_controller(u, hub, note);
}

static enum outcome device_allow(struct usb *u, const struct sighting *s, const struct verdict *v, struct device_dir *d,
                                 struct err *note) {
        enum outcome outcome;
        int r = controller_holds(u, s->path, note);

        if (r < 0)
                return outcome_of(r);
        r = number_put(d->fd, "authorized", 1);
        if (r == 0)
                r = interfaces_list(d);
        if (r < 0) {
                (void)err_errno(note, r, "%s", s->path);
                return outcome_of(r);
        }
        outcome = interfaces_judge(s, v, d, note);
        if (outcome != OUTCOME_DONE)
                return outcome;
        r = interfaces_bind(u, d, note);
        return r < 0 ? outcome_of(r) : OUTCOME_DONE;
}

bool usb_is_set_up(int device_fd) {
        return faccessat(device_fd, "driver", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool usb_is_let_in(int device_fd) {
        unsigned is;

        return number_read(device_fd, "authorized", &is) < 0 || is != 0;
}

enum outcome usb_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                       struct err *note) {
        const char *slash = strrchr(s->path, '/');
        struct device_dir d = { .fd = device_fd, .name = slash ? slash + 1 : s->path };
        enum outcome outcome = v->action == ACTION_DENY ? OUTCOME_DONE : device_allow(u, s, v, &d, note);

        interfaces_close(&d);
        if (v->action == ACTION_DENY || outcome != OUTCOME_DONE) {
                int cut = number_set(d.fd, "authorized", 0);

                if (cut < 0 && outcome == OUTCOME_DONE) {
                        (void)err_errno(note, cut, "%s/authorized", s->path);
                        outcome = outcome_of(cut);
                }
        }
        return outcome;
}
