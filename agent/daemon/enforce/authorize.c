/* SPDX-License-Identifier: MIT */
/* authorize.c — one device and its interfaces. See usb.h. */
#include "base/hex.h"
#include "enforce/bind.h"
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
        uint32_t kinds; /* as it was judged */
        bool allowed, bound;
        bool supposed; /* let in as a security key, which only its report descriptor can tell */
        bool read;     /* and that was read */
        bool waits;    /* for such an interface to be read */
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
        ssize_t n = file_read_line(dirfd, name, text, sizeof text);

        if (n < 0)
                return (int)n;
        if (n != 2 || (value = hex_number(text, 2)) < 0)
                return -EBADMSG;
        *ret = (uint8_t)value;
        return 0;
}

static int interface_read_class(struct interfaces_shown *i) {
        const struct {
                const char *name;
                uint8_t *to;
        } bytes[] = { { "bInterfaceNumber", &i->is.number },
                      { "bInterfaceClass", &i->is.klass },
                      { "bInterfaceSubClass", &i->is.subclass },
                      { "bInterfaceProtocol", &i->is.protocol } };
        int r = 0;

        for (size_t k = 0; k < sizeof bytes / sizeof *bytes && r == 0; k++)
                r = byte_read(i->fd, bytes[k].name, bytes[k].to);
        return r;
}

/* "1-2:1.0": the configuration stands in the name, the rest in attributes. */
static int interface_read(const struct device_dir *d, const char *name, struct interfaces_shown *ret) {
        struct interfaces_shown i = { .fd = -1 };
        unsigned configuration;
        int end = 0, r;

        if (sscanf(name + strlen(d->name), ":%u.%*u%n", &configuration, &end) != 1 || end == 0 || configuration > 255)
                return -EBADMSG;
        if ((size_t)snprintf(i.name, sizeof i.name, "%s", name) >= sizeof i.name)
                return -EBADMSG;
        i.fd = directory_open(d->fd, name);
        if (i.fd < 0)
                return i.fd;
        i.is.configuration = (uint8_t)configuration;
        r = interface_read_class(&i);
        if (r < 0)
                (void)close(i.fd);
        else
                *ret = i;
        return r;
}

/* An interface that disappears while it is read (another configuration, a device that is pulled) is passed over: the
 * kernel announces that, and the device is applied to once more. */
static int interfaces_list(struct device_dir *d) {
        size_t length = strlen(d->name);
        auto_dir directory = listing_open(d->fd, ".");
        struct dirent *entry;

        if (!directory)
                return -errno;
        while ((entry = readdir(directory))) {
                int r;

                if (strncmp(entry->d_name, d->name, length) != 0 || entry->d_name[length] != ':')
                        continue;
                r = d->n == INTERFACES_MAX ? -EBADMSG : interface_read(d, entry->d_name, &d->shown[d->n]);
                if (r == 0)
                        d->n++;
                else if (outcome_of(r) != OUTCOME_GONE)
                        return r;
        }
        return 0;
}

/* Was the interface that the kernel shows judged, and is it allowed? The observer may have been deceived or
 * compromised; what the kernel read is what its drivers will match. */
static int interface_judge(const struct sighting *s, const struct verdict *v, struct interfaces_shown *i) {
        for (unsigned k = 0; k < s->facts.n_interfaces; k++)
                if (memcmp(&s->facts.interfaces[k], &i->is, sizeof i->is) == 0) {
                        i->allowed = v->interfaces >> k & 1;
                        i->kinds = kinds_of_interface(&s->facts, k);
                        i->supposed = interfaces_of_generic_hid(&s->facts) >> k & 1
                                      && (v->kinds & (KIND_SECURITY_KEY | KIND_HID)) == KIND_SECURITY_KEY;
                        i->read = (s->facts.fido | s->facts.not_fido) >> k & 1;
                        if (i->supposed)
                                i->kinds = KIND_SECURITY_KEY; /* by usbhid alone its report descriptor is read */
                        return 0;
                }
        return -EBADMSG;
}

static bool is_judged(const struct sighting *s, const struct verdict *v, struct interfaces_shown *i, struct err *note) {
        if (interface_judge(s, v, i) == 0 && (i->allowed || v->partial))
                return true;
        (void)err_say(note, 0, "カーネルから見えるインターフェース %s（%02x:%02x:%02x）は、判定していないものです",
                      "the kernel sees interface %s as %02x:%02x:%02x, which was not judged", i->name, i->is.klass,
                      i->is.subclass, i->is.protocol);
        return false;
}

/* A driver that is bound to an allowed interface must be one of its kinds; one that is bound to another interface is
 * unbound below. Linux binds drivers by vendor and product, too, whatever the class says. */
static bool driver_is_judged(const struct verdict *v, const struct interfaces_shown *i, struct err *note) {
        char driver[FACTS_DRIVER];

        if (!i->allowed || !interface_driver(i->fd, driver) || driver_may_serve(driver, i->kinds, v->kinds))
                return true;
        (void)err_say(note, 0, "インターフェース %s（%02x:%02x:%02x）に、種類の違うドライバー %s が結び付きました",
                      "interface %s (%02x:%02x:%02x) was taken by %s, a driver of another kind", i->name, i->is.klass,
                      i->is.subclass, i->is.protocol, driver);
        return false;
}

static enum outcome interfaces_judge(const struct sighting *s, const struct verdict *v, struct device_dir *d,
                                     struct err *note) {
        for (size_t k = 0; k < d->n; k++)
                if (!is_judged(s, v, &d->shown[k], note) || !driver_is_judged(v, &d->shown[k], note))
                        return OUTCOME_CONTRADICTED;
        return OUTCOME_DONE;
}

static int interface_authorize(const struct interfaces_shown *i, bool yes, struct err *note) {
        int r = number_set(i->fd, "authorized", yes);

        return r < 0 ? err_errno(note, r, "%s/authorized", i->name) : 0;
}

static int interfaces_authorize(int bus, const struct device_dir *d, struct err *note) {
        int r = 0;

        for (size_t k = 0; k < d->n && r == 0; k++) {
                const struct interfaces_shown *i = &d->shown[k];
                bool ready = !interface_needs_driver(i->kinds) || interface_driver_is_there(bus, i->kinds);

                r = interface_authorize(i, i->allowed && ready && !i->waits, note);
        }
        return r;
}

/* An interface that no driver of its kinds took goes back to unauthorized: any other driver could take it later. 1:
 * each driver that is needed is registered, whether it took the interface or not. 0: one is still missing, or an
 * interface waits for its turn. */
static int interfaces_close_rest(int bus, const struct device_dir *d, struct err *note) {
        bool all = true;
        int r = 0;

        for (size_t k = 0; k < d->n && r == 0; k++) {
                const struct interfaces_shown *i = &d->shown[k];
                char driver[FACTS_DRIVER];

                if (!i->allowed || !interface_needs_driver(i->kinds) || i->bound || interface_driver(i->fd, driver))
                        continue;
                all = all && !i->waits && interface_driver_is_there(bus, i->kinds);
                r = interface_authorize(i, false, note);
        }
        return r < 0 ? r : all;
}

/* What is supposed to be a key can type from being bound until it is read, which is told to the loop. So one at a time,
 * and nothing else beside it: usbhid waits 25 s for what does not answer, and the loop with it. */
static void interfaces_take_turns(struct device_dir *d) {
        char driver[FACTS_DRIVER];
        bool reading = false, taken;

        for (size_t k = 0; k < d->n; k++) {
                const struct interfaces_shown *i = &d->shown[k];

                reading = reading || (i->supposed && !i->read && interface_driver(i->fd, driver));
        }
        taken = reading;
        for (size_t k = 0; k < d->n; k++) {
                struct interfaces_shown *i = &d->shown[k];

                if (!i->allowed || interface_driver(i->fd, driver))
                        continue;
                i->waits = i->supposed ? taken : reading && interface_needs_driver(i->kinds);
                taken = taken || (i->supposed && !i->read);
        }
}

static void interfaces_bind_those(int bus, struct device_dir *d, bool supposed) {
        for (size_t k = 0; k < d->n; k++) {
                struct interfaces_shown *i = &d->shown[k];

                if (i->supposed == supposed)
                        i->bound = i->allowed && !i->waits && interface_bind(bus, i->fd, i->name, i->kinds);
        }
}

/* All are authorized before the first is bound: a driver may claim a sibling (CDC, audio, video). What is supposed to
 * be a key comes last, so that nothing of the device is waited for once it can type. */
static int interfaces_bind(struct usb *u, struct device_dir *d, struct err *note) {
        int bus = usb_bus(u), r;

        if (bus < 0)
                return err_errno(note, bus, "/sys/bus/usb");
        interfaces_take_turns(d);
        r = interfaces_authorize(bus, d, note);
        if (r < 0)
                return r;
        interfaces_bind_those(bus, d, false);
        interfaces_bind_those(bus, d, true);
        return interfaces_close_rest(bus, d, note);
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
        r = number_set(d->fd, "authorized", 1); /* a write would wait for the device, even where nothing changes */
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
        if (r < 0)
                return outcome_of(r);
        /* Once more: what was bound just now is what counts. */
        outcome = interfaces_judge(s, v, d, note);
        return outcome == OUTCOME_DONE && r == 0 ? OUTCOME_WAITING : outcome;
}

bool usb_is_set_up(int device_fd) {
        return faccessat(device_fd, "driver", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool usb_is_let_in(int device_fd) {
        unsigned is;

        return number_read(device_fd, "authorized", &is) < 0 || is != 0;
}

int usb_persist_not(int device_fd) {
        int r = number_set(device_fd, "power/persist", 0);

        return r == -ENOENT ? 0 : r;
}

bool usb_differs(int device_fd, bool let_in) {
        unsigned is;

        return number_read(device_fd, "authorized", &is) == 0 && (is != 0) != let_in;
}

/* An interface that disappeared meanwhile is no reason to cut the device off: the kernel announces that, too. */
static enum outcome outcome_of_device(const struct device_dir *d, const struct verdict *v, enum outcome outcome) {
        bool stays = outcome == OUTCOME_GONE && v->action != ACTION_DENY && faccessat(d->fd, "devnum", F_OK, 0) == 0;

        return stays ? OUTCOME_WAITING : outcome;
}

enum outcome usb_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                       struct err *note) {
        const char *slash = strrchr(s->path, '/');
        struct device_dir d = { .fd = device_fd, .name = slash ? slash + 1 : s->path };
        enum outcome outcome = v->action == ACTION_DENY ? OUTCOME_DONE : device_allow(u, s, v, &d, note);

        outcome = outcome_of_device(&d, v, outcome);
        interfaces_close(&d);
        if (v->action == ACTION_DENY || !outcome_is_done(outcome)) {
                int cut = number_set(d.fd, "authorized", 0);

                if (cut < 0 && outcome == OUTCOME_DONE) {
                        (void)err_errno(note, cut, "%s/authorized", s->path);
                        outcome = outcome_of(cut);
                }
        }
        return outcome;
}

enum outcome usb_verify(int device_fd, const struct sighting *s, const struct verdict *v, struct err *note) {
        const char *slash = strrchr(s->path, '/');
        struct device_dir d = { .fd = device_fd, .name = slash ? slash + 1 : s->path };
        int r = interfaces_list(&d);
        enum outcome outcome = r < 0 ? outcome_of(r) : interfaces_judge(s, v, &d, note);

        if (r < 0)
                (void)err_errno(note, r, "%s", s->path);
        interfaces_close(&d);
        if (outcome == OUTCOME_CONTRADICTED || outcome == OUTCOME_FAILED)
                (void)number_set(d.fd, "authorized", 0);
        return outcome;
}
