/* SPDX-License-Identifier: MIT */
/* identity.c — sysfs is read beneath one descriptor of the link's own directory, whose `ifindex` must be that of the
 * link: a link may be renamed while we look. See identity.h. */
#include "network/identity.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DEVICES "devices/"
#define VIRTUAL "devices/virtual/"
#define UEVENT_MAX 4096

/* The target of class/net/NAME without its leading ../: "devices/…/net/NAME". */
static int link_target(int sys, const char *name, char ret[HARDWARE_TEXT]) {
        char link[sizeof "class/net/" + LINK_NAME];
        int r;

        if (strchr(name, '/') || strcmp(name, "..") == 0 || strcmp(name, ".") == 0)
                return -EBADMSG;
        (void)snprintf(link, sizeof link, "class/net/%s", name);
        r = file_sysfs_link(sys, link, ret, HARDWARE_TEXT);
        if (r < 0)
                return r;
        return strncmp(ret, DEVICES, strlen(DEVICES)) == 0 && !strstr(ret, "..") ? 0 : -EBADMSG;
}

static bool is_of(int dir, int index) {
        char text[16], expected[16];

        (void)snprintf(expected, sizeof expected, "%d", index);
        return file_read_line(dir, "ifindex", text, sizeof text) > 0 && strcmp(text, expected) == 0;
}

static bool has_entry(int dir, const char *name) {
        return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* DEVTYPE= in its uevent, and for older drivers what 802.11 puts beside it. */
static int radio_read(int dir, enum hardware_radio *ret) {
        static const struct {
                const char *line;
                enum hardware_radio radio;
        } types[] = {
                { "DEVTYPE=wlan", RADIO_WIRELESS },       { "DEVTYPE=wwan", RADIO_WIRELESS },
                { "DEVTYPE=wimax", RADIO_WIRELESS },      { "DEVTYPE=wpan", RADIO_WIRELESS },
                { "DEVTYPE=bluetooth", RADIO_BLUETOOTH },
        };
        auto_free char *text = NULL;
        size_t size;
        int r = file_read(dir, "uevent", UEVENT_MAX, (uint8_t **)(void *)&text, &size);

        if (r < 0)
                return r;
        *ret = has_entry(dir, "phy80211") || has_entry(dir, "wireless") ? RADIO_WIRELESS : RADIO_NONE;
        for (char *at = text, *line; (line = strsep(&at, "\n"));)
                for (size_t i = 0; i < sizeof types / sizeof *types; i++)
                        if (strcmp(line, types[i].line) == 0)
                                *ret = types[i].radio;
        return 0;
}

/* The device that the directory stands in: "devices/PATH/net/NAME". A virtual one has none. */
static int device_read(int sys, const char *target, struct link_hardware *h) {
        const char *end = strrchr(target, '/');
        size_t n = (size_t)(end - target);
        char driver[HARDWARE_TEXT], device[HARDWARE_TEXT];
        auto_fd dir = -1;
        ssize_t length;

        if (strncmp(target, VIRTUAL, strlen(VIRTUAL)) == 0)
                return 0;
        if (n <= strlen(DEVICES "/net") || strncmp(end - 4, "/net", 4) != 0)
                return -EBADMSG;
        memcpy(device, target, n - 4);
        device[n - 4] = '\0';
        dir = directory_open(sys, device);
        if (dir < 0)
                return dir;
        length = readlinkat(dir, "driver", driver, sizeof driver - 1);
        if (length < 0 && errno != ENOENT) /* a Bluetooth connection has none */
                return -errno;
        driver[length < 0 ? 0 : length] = '\0';
        (void)snprintf(h->path, sizeof h->path, "%s", device + strlen(DEVICES));
        (void)snprintf(h->driver, sizeof h->driver, "%s", strrchr(driver, '/') ? strrchr(driver, '/') + 1 : driver);
        return 0;
}

int hardware_read(int sys, const struct link_facts *l, struct link_hardware *ret) {
        struct link_hardware h = { 0 };
        char target[HARDWARE_TEXT];
        auto_fd dir = -1;
        int r = link_target(sys, l->name, target);

        if (r < 0)
                return r;
        dir = directory_open(sys, target);
        if (dir < 0)
                return dir;
        if (!is_of(dir, l->index))
                return -ESTALE;
        r = radio_read(dir, &h.radio);
        if (r == 0)
                r = device_read(sys, target, &h);
        if (r == 0)
                *ret = h;
        return r;
}

/* The address that the hardware was made with. A virtual link has none: that which it has now counts, but only where
 * the policy names its kind. */
static bool has_named_mac(const struct network_interface *i, const struct link_facts *l) {
        const bool is_virtual = l->kind[0] != '\0';
        const uint8_t *mac = is_virtual ? l->mac : l->permanent_mac;

        if (!i->has_mac)
                return true;
        if (is_virtual ? !i->driver[0] || !l->has_mac : !l->has_permanent_mac)
                return false;
        return memcmp(i->mac, mac, LINK_MAC) == 0;
}

static bool is_interface(const struct network_interface *i, const struct link_facts *l, const struct link_hardware *h) {
        const char *driver = l->kind[0] ? l->kind : h->driver;

        if (!i->has_mac && !i->driver[0] && !i->path[0])
                return false;
        return (l->kind[0] || h->path[0]) && has_named_mac(i, l) && (!i->driver[0] || strcmp(i->driver, driver) == 0)
               && (!i->path[0] || strcmp(i->path, h->path) == 0);
}

static bool is_refused_radio(const struct network_terms *t, enum hardware_radio radio) {
        return (radio == RADIO_WIRELESS && !t->wireless) || (radio == RADIO_BLUETOOTH && !t->bluetooth);
}

struct identity identity_of(const struct network_terms *t, const struct link_facts *l, const struct link_hardware *h) {
        struct identity none = { IDENTITY_UNNAMED, NETWORK_INTERFACE_ANY };

        if (l->is_loopback)
                none.sort = IDENTITY_LOOPBACK;
        else if (l->master)
                none.sort = IDENTITY_ENSLAVED;
        else if (!h)
                none.sort = IDENTITY_UNREADABLE;
        else if (t && is_refused_radio(t, h->radio))
                none.sort = IDENTITY_RADIO;
        if (none.sort != IDENTITY_UNNAMED || !t)
                return none;
        for (size_t i = 0; i < t->n_interfaces; i++)
                if (is_interface(&t->interfaces[i], l, h))
                        return (struct identity){ IDENTITY_NAMED, (int)i };
        return none;
}
