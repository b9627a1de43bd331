/* SPDX-License-Identifier: MIT */
/* forget.c — finds the port by the device's link to it, writes `disable` 1, `remove`, `disable` 0, and reads whether
 * the port is on again. See forget.h. */
#include "enforce/forget.h"

#include "enforce/tree.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* "../1-0:1.0/usb1-port2", as the kernel formats it: beside the device, an interface of the hub above. */
static int port_open(struct usb *u, int device_fd, const char *path) {
        const char *slash = strrchr(path, '/');
        char link[128], port[SIGHTING_PATH + sizeof link];
        ssize_t n = readlinkat(device_fd, "port", link, sizeof link - 1);

        if (n < 0)
                return -errno;
        link[n] = '\0';
        if (!slash || strncmp(link, "../", 3) != 0 || strstr(link + 3, ".."))
                return -EBADMSG;
        (void)snprintf(port, sizeof port, "%.*s/%s", (int)(slash - path), path, link + 3);
        return directory_open(u->devices, port);
}

static int attribute_open(int dir, const char *name, int access) {
        int fd = dir < 0 ? dir : openat(dir, name, access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

        return fd < 0 && dir >= 0 ? -errno : fd;
}

/* Whether there is such an attribute is not known by that. */
static bool is_for_now(int r) {
        return r == -EMFILE || r == -ENFILE || r == -ENOMEM;
}

int usb_forget_open(struct usb *u, int device_fd, const char *path, struct usb_forget *ret) {
        auto_fd port = port_open(u, device_fd, path);
        auto_fd disable = attribute_open(port, "disable", O_RDWR);
        auto_fd remove = attribute_open(device_fd, "remove", O_WRONLY);
        auto_fd device = fcntl(device_fd, F_DUPFD_CLOEXEC, 0);

        if (device < 0)
                return -errno;
        if (is_for_now(disable) || is_for_now(remove))
                return is_for_now(disable) ? disable : remove;
        if (disable < 0 && remove < 0)
                return -ENOENT;
        *ret = (struct usb_forget){ .disable = take_fd(&disable),
                                    .remove = take_fd(&remove),
                                    .device = take_fd(&device) };
        return 0;
}

void usb_forget_close(struct usb_forget *f) {
        const int each[] = { f->disable, f->remove, f->device };

        for (size_t i = 0; i < sizeof each / sizeof *each; i++)
                if (each[i] >= 0)
                        (void)close(each[i]);
        *f = (struct usb_forget){ -1, -1, -1 };
}

static void forget_put(int fd, char value) {
        const char text[] = { value, '\n' };

        if (fd >= 0)
                (void)!pwrite(fd, text, sizeof text, 0);
}

/* By what its hub reports (disable_show). */
static bool port_is_on(int disable) {
        char is;

        return disable < 0 || (pread(disable, &is, 1, 0) == 1 && is == '0');
}

/* What each write comes to is not asked: the descriptor of `remove` is that of the device as it was, so the write does
 * nothing (ENODEV) where the port has done its part; and a port that was turned off in part must be turned on again.
 * The port itself has whatever is in it by now. */
bool usb_forget_write(const struct usb_forget *f) {
        if (usb_is_forgotten(f->device))
                return true;
        forget_put(f->disable, '1');
        forget_put(f->remove, '1');
        forget_put(f->disable, '0');
        return port_is_on(f->disable);
}

static bool port_is_hardwired(struct usb *u, int device_fd, const char *path) {
        auto_fd port = port_open(u, device_fd, path);
        char type[16];

        return port >= 0 && file_read_line(port, "connect_type", type, sizeof type) > 0
               && strcmp(type, "hardwired") == 0;
}

/* "…/usb1/1-2/1-2.3": the hubs above are the folders above, up to the root hub. */
bool usb_is_built_in(struct usb *u, int device_fd, const char *path) {
        char hub[SIGHTING_PATH], *slash;

        if (!port_is_hardwired(u, device_fd, path))
                return false;
        (void)snprintf(hub, sizeof hub, "%s", path);
        while ((slash = strrchr(hub, '/'))) {
                auto_fd above = -1;

                *slash = '\0';
                slash = strrchr(hub, '/');
                if (slash && strncmp(slash, "/usb", 4) == 0)
                        return true;
                above = directory_open(u->devices, hub);
                if (above < 0 || !port_is_hardwired(u, above, hub))
                        return false;
        }
        return false;
}

bool usb_is_bound(int device_fd, const char *path, const struct interface_facts *i) {
        const char *slash = strrchr(path, '/');
        char driver[SIGHTING_PATH + 32];

        (void)snprintf(driver, sizeof driver, "%s:%u.%u/driver", slash ? slash + 1 : path, i->configuration, i->number);
        return faccessat(device_fd, driver, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool usb_is_forgotten(int device_fd) {
        return faccessat(device_fd, "devnum", F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}
