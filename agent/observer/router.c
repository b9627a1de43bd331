/* SPDX-License-Identifier: MIT */
/* router.c — a name is "DOMAIN-ROUTE", and route 0 is the computer itself; the facts are attributes of sysfs
 * (`unique_id`, `vendor_name` ...), and an empty `unique_id` makes them malformed. See router.h. */
#include "observer/router.h"

#include "base/cleanup.h"
#include "observer/attribute.h"
#include "observer/fingerprint.h"
#include "observer/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "0-1", "1-301": domain and route, as drivers/thunderbolt/switch.c names them. Route 0 is the computer's own. */
static bool is_plugged_in(const char *name) {
        unsigned domain;
        unsigned long long route;
        int end = 0;

        return sscanf(name, "%u-%llx%n", &domain, &route, &end) == 2 && !name[end] && route != 0;
}

bool router_place(const char *devpath, char ret[SIGHTING_PATH]) {
        const char *name = strrchr(devpath, '/');
        struct sighting s;

        if (!name || !is_plugged_in(name + 1) || gather_place(SIGHTING_DEVICE, devpath, &s) < 0)
                return false;
        (void)memcpy(ret, s.path, SIGHTING_PATH);
        return true;
}

static bool read_facts(int dirfd, struct device_facts *f) {
        bool serial = attribute_text(dirfd, "unique_id", f->serial, sizeof f->serial);
        bool name = attribute_text(dirfd, "device_name", f->name, sizeof f->name);
        bool maker = attribute_text(dirfd, "vendor_name", f->manufacturer, sizeof f->manufacturer);

        f->vendor = attribute_id(dirfd, "vendor");
        f->product = attribute_id(dirfd, "device");
        return serial && name && maker && f->serial[0];
}

int router_gather(const char *devpath, struct sighting *ret) {
        struct sighting s = {
                .type = SIGHTING_DEVICE,
                .facts = { .bus = BUS_THUNDERBOLT, .n_interfaces = 1, .interfaces = { { .klass = 0xff } } }
        };
        auto_fd dirfd = -1;
        bool sound;

        if (!router_place(devpath, s.path))
                return -EINVAL;
        dirfd = device_open(s.path, 0);
        if (dirfd < 0)
                return -ENODEV;
        sound = read_facts(dirfd, &s.facts);
        (void)snprintf(s.facts.port, sizeof s.facts.port, "%.*s", FACTS_PORT - 1, strrchr(s.path, '/') + 1);
        if (faccessat(dirfd, "unique_id", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                return -ENODEV;
        s.facts.malformed = sound ? MALFORMED_NOT : MALFORMED_IDENTITY;
        fingerprint_of(&s.facts, NULL, s.facts.fingerprint);
        *ret = s;
        return 0;
}

int router_gone(const char *devpath, struct sighting *ret) {
        *ret = (struct sighting){ .type = SIGHTING_GONE };
        return router_place(devpath, ret->path) ? 0 : -EINVAL;
}
