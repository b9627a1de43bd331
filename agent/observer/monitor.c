/* SPDX-License-Identifier: MIT */
/* monitor.c — two libudev netlink monitors, "kernel" and "udev", with filters by subsystem and devtype; ENOBUFS on
 * the kernel's one becomes NEWS_LOST. See monitor.h. */
#include "observer/monitor.h"

#include "observer/hardware_db.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A hub full of sticks is some hundred announcements of 2 KiB; memory is only used while they wait. Without
 * CAP_NET_ADMIN net.core.rmem_max is the bound (208 KiB, which the kernel doubles): a scan then makes up for lost
 * announcements. */
#define RECEIVE_BUFFER (8 * 1024 * 1024)

static const char *const names[MONITOR_SOURCES] = { [MONITOR_KERNEL] = "kernel", [MONITOR_UDEV] = "udev" };

/* What each action means. Anything else ("unbind", "move" …) changes no fact: the kernel re-enumerates a device whose
 * descriptors change, which is a removal and an addition. A controller is told again once its root hub is configured
 * ("bind"): only then is there an interface of it. */
static const struct {
        const char *action;
        enum monitor_news what;
} actions[] = {
        { "add", NEWS_DEVICE },
        { "bind", NEWS_BOUND },
        { "change", NEWS_DEVICE },
        { "remove", NEWS_GONE },
};

static bool is_of(const char *have, const char *want) {
        return have && strcmp(have, want) == 0;
}

static int source_open(struct udev *udev, const char *name, struct udev_monitor **ret) {
        struct udev_monitor *m = udev_monitor_new_from_netlink(udev, name);

        if (!m)
                return -errno;
        (void)udev_monitor_set_receive_buffer_size(m, RECEIVE_BUFFER);
        if (udev_monitor_filter_add_match_subsystem_devtype(m, "usb", "usb_device") < 0
            || udev_monitor_filter_add_match_subsystem_devtype(m, "usb", "usb_interface") < 0
            || udev_monitor_filter_add_match_subsystem_devtype(m, "drivers", NULL) < 0
            || udev_monitor_filter_add_match_subsystem_devtype(m, "hid", NULL) < 0
            || udev_monitor_filter_add_match_subsystem_devtype(m, "block", "disk") < 0
            || udev_monitor_filter_add_match_subsystem_devtype(m, "thunderbolt", "thunderbolt_device") < 0
            || udev_monitor_enable_receiving(m) < 0) {
                udev_monitor_unref(m);
                return -EIO;
        }
        *ret = m;
        return 0;
}

int monitor_open(bool listens, struct monitor *m) {
        int r = 0;

        *m = (struct monitor){ .udev = udev_new() };
        if (!m->udev)
                return -ENOMEM;
        for (size_t i = 0; i < MONITOR_SOURCES && listens && r == 0; i++)
                r = source_open(m->udev, names[i], &m->source[i]);
        if (r < 0)
                monitor_close(m);
        return r;
}

void monitor_close(struct monitor *m) {
        for (size_t i = 0; i < MONITOR_SOURCES; i++)
                udev_monitor_unref(m->source[i]);
        udev_unref(m->udev);
        *m = (struct monitor){ 0 };
}

int monitor_fd(const struct monitor *m, enum monitor_source source) {
        return m->source[source] ? udev_monitor_get_fd(m->source[source]) : -1;
}

/* The kernel calls root hubs usb1, usb2 …; everything that is plugged begins with the bus number. */
static bool is_controller(struct udev_device *d) {
        const char *name = udev_device_get_sysname(d);

        return name && strncmp(name, "usb", 3) == 0 && isdigit((unsigned char)name[3]);
}

static bool monitor_speaks_mtp(struct udev_device *d) {
        for (size_t i = 0; hardware_db_mtp[i]; i++) {
                const char *value = udev_device_get_property_value(d, hardware_db_mtp[i]);

                if (value && *value && strcmp(value, "0") != 0)
                        return true;
        }
        return false;
}

static enum monitor_news monitor_meaning(const char *action) {
        for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
                if (is_of(action, actions[i].action))
                        return actions[i].what;
        }
        return NEWS_NOTHING;
}

/* What an interface did concerns its device: its path ends before the last slash. "unbind" says nothing: a driver that
 * declines binds and unbinds siblings, and what would answer to that would have it try again. */
static enum monitor_news interface_meaning(enum monitor_news what) {
        switch (what) {
        case NEWS_DEVICE:
        case NEWS_GONE:
                return NEWS_INTERFACE;
        case NEWS_BOUND:
                return NEWS_TAKEN;
        default:
                return NEWS_NOTHING;
        }
}

static bool news_of_interface(struct udev_device *d, const char *devpath, struct monitor_event *n) {
        const char *slash = strrchr(devpath, '/');

        if (!is_of(udev_device_get_devtype(d), "usb_interface"))
                return false;
        n->devpath[slash - devpath] = '\0';
        n->what = strstr(slash, "-0:") ? NEWS_NOTHING : interface_meaning(n->what); /* "1-0:1.0" is a root hub's */
        return true;
}

/* A driver of the HID bus has read what the interface says of itself: /…/1-2/1-2:1.0/0003:VVVV:PPPP.NNNN. */
static bool news_of_report(struct udev_device *d, const char *devpath, struct monitor_event *n) {
        if (!is_of(udev_device_get_subsystem(d), "hid"))
                return false;
        n->what = n->what == NEWS_BOUND && strstr(devpath, "/0003:") ? NEWS_DEVICE : NEWS_NOTHING;
        for (int above = 0; above < 2; above++) {
                char *slash = strrchr(n->devpath, '/');

                if (slash)
                        *slash = '\0';
        }
        return true;
}

static bool news_of_driver(struct udev_device *d, const char *devpath, struct monitor_event *n) {
        static const char on_usb[] = "/bus/usb/drivers/";

        if (!is_of(udev_device_get_subsystem(d), "drivers"))
                return false;
        n->what =
                n->what == NEWS_DEVICE && strncmp(devpath, on_usb, sizeof on_usb - 1) == 0 ? NEWS_DRIVER : NEWS_NOTHING;
        return true;
}

/* A device that is not on USB is not bound, or was bound before it was announced: NEWS_BOUND is of no use for it. */
static const struct {
        const char *subsystem;
        enum monitor_news here, gone;
} others[] = {
        { "block", NEWS_DISK, NEWS_DISK_GONE },
        { "thunderbolt", NEWS_ROUTER, NEWS_ROUTER_GONE },
};

static enum monitor_news on_its_bus(struct udev_device *d, enum monitor_news what) {
        const char *subsystem = udev_device_get_subsystem(d);

        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                if (is_of(subsystem, others[i].subsystem))
                        return what == NEWS_DEVICE ? others[i].here : what == NEWS_GONE ? others[i].gone : NEWS_NOTHING;
        return (what == NEWS_DEVICE || what == NEWS_BOUND) && is_controller(d) ? NEWS_CONTROLLER : what;
}

static struct monitor_event news_of(struct udev_device *d, enum monitor_news what) {
        struct monitor_event n = { .what = what, .speaks_mtp = monitor_speaks_mtp(d) };
        const char *devpath = udev_device_get_devpath(d);

        if (!devpath || snprintf(n.devpath, sizeof n.devpath, "%s", devpath) >= (int)sizeof n.devpath)
                n.what = NEWS_NOTHING;
        else if (!news_of_interface(d, devpath, &n) && !news_of_report(d, devpath, &n)
                 && !news_of_driver(d, devpath, &n))
                n.what = on_its_bus(d, what);
        return n;
}

bool monitor_next(struct monitor *m, enum monitor_source source, struct monitor_event *ret) {
        struct udev_device *d = udev_monitor_receive_device(m->source[source]);

        if (!d) {
                *ret = (struct monitor_event){ .what = NEWS_LOST };
                return source == MONITOR_KERNEL && errno == ENOBUFS;
        }
        *ret = news_of(d, monitor_meaning(udev_device_get_action(d)));
        udev_device_unref(d);
        /* The kernel's own announcements have said everything else already. */
        if (source == MONITOR_UDEV && !(ret->what == NEWS_DEVICE && ret->speaks_mtp))
                ret->what = NEWS_NOTHING;
        return true;
}

static void tell_all(struct monitor *m, struct udev_list_entry *list, enum monitor_news wanted,
                     void (*tell)(void *ctx, const struct monitor_event *n), void *ctx) {
        struct udev_list_entry *entry;

        udev_list_entry_foreach(entry, list) {
                struct udev_device *d = udev_device_new_from_syspath(m->udev, udev_list_entry_get_name(entry));
                struct monitor_event n;

                if (!d)
                        continue; /* gone since it was listed; its removal is announced */
                n = news_of(d, NEWS_DEVICE);
                udev_device_unref(d);
                if (n.what == wanted)
                        tell(ctx, &n);
        }
}

static struct udev_enumerate *monitor_listed(struct monitor *m, const char *subsystem, const char *type) {
        struct udev_enumerate *e = udev_enumerate_new(m->udev);

        if (e
            && (udev_enumerate_add_match_subsystem(e, subsystem) < 0
                || udev_enumerate_add_match_property(e, "DEVTYPE", type) < 0 || udev_enumerate_scan_devices(e) < 0))
                e = udev_enumerate_unref(e);
        return e;
}

int monitor_enumerate(struct monitor *m, void (*tell)(void *ctx, const struct monitor_event *n), void *ctx) {
        struct udev_enumerate *usb = monitor_listed(m, "usb", "usb_device"),
                              *block = monitor_listed(m, "block", "disk");
        struct udev_enumerate *tunnels = monitor_listed(m, "thunderbolt", "thunderbolt_device");
        bool all = usb && block && tunnels;

        if (all) {
                /* libudev lists by path, so a hub stands before what hangs on it. */
                tell_all(m, udev_enumerate_get_list_entry(usb), NEWS_CONTROLLER, tell, ctx);
                tell_all(m, udev_enumerate_get_list_entry(usb), NEWS_DEVICE, tell, ctx);
                tell_all(m, udev_enumerate_get_list_entry(block), NEWS_DISK, tell, ctx);
                tell_all(m, udev_enumerate_get_list_entry(tunnels), NEWS_ROUTER, tell, ctx);
        }
        udev_enumerate_unref(tunnels);
        udev_enumerate_unref(usb);
        udev_enumerate_unref(block);
        return all ? 0 : -EIO;
}
