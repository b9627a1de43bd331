/* SPDX-License-Identifier: MIT */
/* admit.c — reads `descriptors` in sysfs, has them parsed in a sandboxed child, and authorizes with usb_apply, which
 * checks that the kernel sees the same interfaces. See admit.h. */
#include "hid/admit.h"

#include "enforce/usb.h"
#include "hid/keyboard.h"
#include "hid/sandboxed_parse.h"
#include "host/file.h"
#include "observer/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define RETRY_MS 20

static const char devices[] = "/devices/";

/* Beneath /sys/devices, through no symlink and not out of it. */
static int device_open(const char *path) {
        auto_fd top = open("/sys/devices", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        return top < 0 ? -errno : directory_open(top, path);
}

static bool is_let_in(int device) {
        char authorized[4];

        return file_read_line(device, "authorized", authorized, sizeof authorized) == 1 && authorized[0] == '1';
}

/* The kernel announces the interface, and udev loads its driver, only once the device is authorized. The alarm in
 * main() ends the wait; the interface stays unauthorized then. */
static enum outcome apply_when_driver_is_there(struct usb *u, int device, const struct sighting *s,
                                               const struct verdict *v, struct err *err) {
        const struct timespec pause = { .tv_nsec = RETRY_MS * 1000000 };
        enum outcome outcome;

        while ((outcome = usb_apply(u, device, s, v, err)) == OUTCOME_WAITING)
                (void)nanosleep(&pause, NULL);
        return outcome;
}

static bool in_whole(const struct interfaces *shown, uint64_t needed) {
        return needed == UINT64_MAX >> (FACTS_INTERFACES - shown->n);
}

/* As the agent does it: the kernel's own view of the interfaces must be what was judged, or the device is cut off. */
static int let_in(int device, const char *path, const struct interfaces *shown, uint64_t needed, struct err *err) {
        struct verdict v = { .action = ACTION_ALLOW, .interfaces = needed };
        struct sighting s = { .type = SIGHTING_DEVICE };
        auto_usb usb = NULL;
        int r = usb_open(&usb, err);

        if (r < 0)
                return r;
        (void)snprintf(s.path, sizeof s.path, "%s", path);
        s.facts.n_interfaces = shown->n;
        memcpy(s.facts.interfaces, shown->of, sizeof s.facts.interfaces);
        v.partial = !in_whole(shown, needed);
        switch (apply_when_driver_is_there(usb, device, &s, &v, err)) {
        case OUTCOME_DONE:
                return 1;
        case OUTCOME_GONE:
                return 0;
        default:
                return err_wrap(err, -EIO, "%s", path);
        }
}

int admit(const char *devpath, struct err *err) {
        size_t prefix = sizeof devices - 1;
        const char *path = devpath + prefix;
        auto_free uint8_t *raw = NULL;
        struct interfaces shown;
        auto_fd device = -1;
        uint64_t needed;
        size_t size;
        int r;

        if (strncmp(devpath, devices, prefix) != 0 || strlen(path) >= SIGHTING_PATH)
                return err_set(err, -EINVAL, "not the path of a device");
        device = device_open(path);
        if (device < 0 || is_let_in(device) || !usb_is_set_up(device))
                return device < 0 && device != -ENOENT ? err_errno(err, device, "%s", path) : 0;
        r = file_read(device, "descriptors", DESCRIPTORS_MAX, &raw, &size);
        if (r < 0)
                return r == -ENOENT || r == -ENODEV ? 0 : err_errno(err, r, "%s/descriptors", path);
        r = sandboxed_parse_interfaces(bytes_of(raw, size), &shown, err);
        needed = r == 0 ? keyboard_interfaces(&shown) : 0;
        if (r == -EBADMSG || (r == 0 && !needed))
                return 0;
        return r < 0 ? r : let_in(device, path, &shown, needed, err);
}
