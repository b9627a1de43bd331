/* SPDX-License-Identifier: MIT */
/* release.c — in sysfs, sets what is 0 to 1: authorized_default, interface_authorized_default and authorized, for
 * root hubs, then devices, then interfaces; then drivers_probe. See release.h. */
#include "enforce/release.h"

#include "enforce/tree.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* The value for usbcore.authorized_default: all but wireless USB, as Debian 12 boots without the agent. Debian 13 boots
 * with 1, and knows both. */
#define KERNEL_DEFAULT "-1"

/* Sets 0 to 1; a 2 that somebody set (only ports inside the case) is left alone. */
static int open_one(int dir, const char *name) {
        unsigned now;

        return number_read(dir, name, &now) == 0 && now == 0 ? number_put(dir, name, 1) : 0;
}

/* `dir` may be a root hub, a device or an interface: each has some of these attributes, and a default is set before
 * what it applies to. */
static int open_entry(struct usb *u, int dir, const char *name, struct err *err) {
        static const char *const switches[] = { "authorized_default", "interface_authorized_default", "authorized" };

        (void)u;
        for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
                int r = open_one(dir, switches[i]);

                if (r < 0 && r != -ENODEV && r != -ENOENT) /* gone meanwhile: nothing to open */
                        return err_errno(err, r, "%s/%s", name, switches[i]);
        }
        return 0;
}

/* Probes an interface without a driver: it was held back until now, or no driver wants it. */
static int bind_entry(struct usb *u, int dir, const char *name, struct err *err) {
        int r = faccessat(dir, "driver", F_OK, 0) < 0 ? file_poke(usb_bus(u), "drivers_probe", name) : 0;

        return r < 0 && r != -ENODEV ? err_say_errno(err, r, "%s をドライバーに結び付けられません（drivers_probe）",
                                                     "drivers_probe %s", name)
                                     : 0;
}

static bool is_root_hub(const char *name) {
        return strncmp(name, "usb", 3) == 0;
}

static bool is_device(const char *name) {
        return name[0] != '.' && !is_root_hub(name) && !strchr(name, ':');
}

static bool is_interface(const char *name) {
        return strchr(name, ':') != NULL;
}

/* The entries are the kernel's own symlinks, so they are followed. */
static int release_each(struct usb *u, bool (*is)(const char *name),
                        int (*visit)(struct usb *u, int dir, const char *name, struct err *err), struct err *err) {
        int bus = usb_bus(u), first = 0;
        auto_dir directory = bus < 0 ? NULL : listing_open(bus, "devices");
        struct dirent *entry;

        if (!directory)
                return err_errno(err, bus < 0 ? bus : -errno, "/sys/bus/usb/devices");
        while ((entry = readdir(directory))) {
                auto_fd dir = is(entry->d_name)
                                      ? openat(dirfd(directory), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                                      : -1;
                int r = dir < 0 ? 0 : visit(u, dir, entry->d_name, first < 0 ? NULL : err);

                first = first < 0 ? first : r;
        }
        return first;
}

static int parameter_open(int parameters) {
        char now[16];
        int r = file_poke(parameters, "authorized_default", KERNEL_DEFAULT "\n");

        if (r == 0 && file_read_line(parameters, "authorized_default", now, sizeof now) < 0)
                return -EIO;
        return r == 0 && strcmp(now, KERNEL_DEFAULT) != 0 ? -EIO : r;
}

int usb_release(struct usb *u, struct err *err) {
        static const struct {
                bool (*is)(const char *name);
                int (*visit)(struct usb *u, int dir, const char *name, struct err *err);
        } steps[] = {
                { is_root_hub, open_entry },  /* for devices to come */
                { is_device, open_entry },    /* devices held back; the kernel creates their interfaces meanwhile */
                { is_interface, open_entry }, /* all before the first is probed: a driver may claim a sibling */
                { is_interface, bind_entry },
        };
        auto_fd parameters = usb_parameters();
        unsigned now;
        int r = 0, opened;

        if (parameters < 0 || number_read(parameters, "authorized_default", &now) < 0 || now != 0)
                return 0;
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
                int step = release_each(u, steps[i].is, steps[i].visit, r < 0 ? NULL : err);

                r = r < 0 ? r : step;
        }
        opened = parameter_open(parameters);
        if (r == 0 && opened < 0)
                r = err_say_errno(err, opened, "usbcore の authorized_default を書けません",
                                  "usbcore's authorized_default");
        return r < 0 ? r : 1;
}

int usb_release_one(struct usb *u, const char *path, struct err *err) {
        auto_fd dir = directory_open(u->devices, path);

        return dir < 0 ? 0 : open_entry(u, dir, path, err);
}
