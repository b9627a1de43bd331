/* SPDX-License-Identifier: MIT */
/* usb.c — default deny on the controllers. See usb.h. */
#include "enforce/usb.h"

#include "enforce/tree.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETER "/sys/module/usbcore/parameters/authorized_default"
#define BUS "/sys/bus/usb"

int usb_open(struct usb **ret, struct err *err) {
        auto_usb u = calloc(1, sizeof *u);

        if (!u)
                return err_set(err, -ENOMEM, "usb");
        u->bus = -1;
        u->devices = open("/sys/devices", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (u->devices < 0)
                return err_errno(err, -errno, "/sys/devices");
        *ret = TAKE(u);
        return 0;
}

void usb_free(struct usb *u) {
        if (!u)
                return;
        if (u->devices >= 0)
                (void)close(u->devices);
        if (u->bus >= 0)
                (void)close(u->bus);
        free(u);
}

int usb_bus(struct usb *u) {
        /* usbcore may be loaded after the agent starts, so this is opened on demand. */
        if (u->bus < 0)
                u->bus = open(BUS, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        return u->bus < 0 ? -errno : u->bus;
}

int number_read(int dirfd, const char *name, unsigned *ret) {
        char text[16], *end;
        ssize_t n = file_read_line(dirfd, name, text, sizeof text);
        unsigned long value;

        if (n < 0)
                return (int)n;
        errno = 0;
        value = strtoul(text, &end, 10);
        if (n == 0 || *end || errno || value > UINT32_MAX)
                return -EBADMSG; /* also for -1 and "all": callers want a plain 0 or 1 */
        *ret = (unsigned)value;
        return 0;
}

int number_put(int dirfd, const char *name, unsigned value) {
        unsigned now;
        int r = file_poke(dirfd, name, value ? "1\n" : "0\n");

        if (r < 0)
                return r;
        /* Read back: on some hubs the write succeeds while the device is already on its way out. */
        r = number_read(dirfd, name, &now);
        if (r < 0)
                return r;
        return now == value ? 0 : -EIO;
}

int number_set(int dirfd, const char *name, unsigned value) {
        unsigned now;

        return number_read(dirfd, name, &now) == 0 && now == value ? 0 : number_put(dirfd, name, value);
}

int usb_parameters(void) {
        int fd = open("/sys/module/usbcore/parameters", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        return fd < 0 ? -errno : fd;
}

static int parameter_deny(void) {
        auto_fd dir = usb_parameters();

        return dir < 0 ? dir : number_set(dir, "authorized_default", 0);
}

static int hub_set(int hub, const char *name, struct err *err) {
        int r = number_set(hub, name, 0);

        return r < 0 ? err_errno(err, r, "%s", name) : 0;
}

static int hub_hold_devices(int hub, struct err *err) {
        return hub_set(hub, "authorized_default", err);
}

static int hub_deny(int hub, struct err *err) {
        int r = hub_hold_devices(hub, err);

        return r < 0 ? r : hub_set(hub, "interface_authorized_default", err);
}

/* Authorizes the root hub's own interface, which belongs to the kernel. If default deny was set between the hub's
 * appearance and its configuration, that interface is held back as well, and with it every port of the controller. */
static int hub_wake(struct usb *u, int hub, const char *path, struct err *err) {
        const char *name = strrchr(path, '/');
        char interface[32];
        auto_fd dir = -1;
        int r;

        (void)snprintf(interface, sizeof interface, "%.20s-0:1.0", name ? name + strlen("/usb") : "");
        dir = directory_open(hub, interface);
        if (dir < 0)
                return 0; /* not configured yet: retried on "bind" */
        r = number_set(dir, "authorized", 1);
        if (r == 0 && faccessat(dir, "driver", F_OK, 0) < 0)
                r = usb_bus(u) < 0 ? usb_bus(u) : file_poke(usb_bus(u), "drivers_probe", interface);
        return r < 0 ? err_errno(err, r, "%s", interface) : 0;
}

int usb_controller(struct usb *u, const char *path, struct err *err) {
        auto_fd hub = directory_open(u->devices, path);
        int r;

        if (hub < 0)
                return err_errno(err, hub, "%s", path);
        r = parameter_deny();
        if (r < 0 && r != -ENOENT)
                return err_errno(err, r, PARAMETER);
        r = hub_deny(hub, err);
        if (r == 0)
                r = hub_wake(u, hub, path, err);
        return r < 0 ? err_wrap(err, r, "%s", path) : 0;
}

/* Calls visit(root hub) for each one present; stops at the first negative answer. The entries are the kernel's own
 * symlinks, so they are followed. */
static int root_hubs(struct usb *u, int (*visit)(int hub, struct err *err), struct err *err) {
        int bus = usb_bus(u), r = 0;
        auto_dir directory = bus < 0 ? NULL : listing_open(bus, "devices");
        struct dirent *entry;

        if (!directory)
                return err_errno(err, bus < 0 ? bus : -errno, BUS "/devices");
        while (r >= 0 && (entry = readdir(directory))) {
                auto_fd hub = -1;

                if (strncmp(entry->d_name, "usb", 3) != 0)
                        continue;
                hub = openat(dirfd(directory), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                if (hub >= 0)
                        r = visit(hub, err);
                if (r < 0)
                        r = err_wrap(err, r, "%s", entry->d_name);
        }
        return r;
}

static int usb_deny(struct usb *u, int (*hub)(int hub, struct err *err), struct err *err) {
        int r = parameter_deny();

        return r < 0 ? err_errno(err, r, PARAMETER) : root_hubs(u, hub, err);
}

int usb_baseline(struct usb *u, struct err *err) {
        return usb_deny(u, hub_deny, err);
}

int usb_hold_back(struct usb *u, struct err *err) {
        return usb_deny(u, hub_hold_devices, err);
}

static int hub_denies(int hub, struct err *err) {
        unsigned value = 1;

        (void)err;
        return number_read(hub, "authorized_default", &value) == 0 && value == 0 ? 0 : -EPERM;
}

bool usb_denies_by_default(struct usb *u) {
        auto_fd dir = usb_parameters();
        unsigned value = 1;

        return dir >= 0 && number_read(dir, "authorized_default", &value) == 0 && value == 0
               && root_hubs(u, hub_denies, NULL) == 0;
}
