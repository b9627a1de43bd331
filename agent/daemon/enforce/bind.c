/* SPDX-License-Identifier: MIT */
/* bind.c — writes the interface's name to drivers/NAME/bind, which answers with an error where that driver does not
 * match or does not take it. See bind.h. */
#include "enforce/bind.h"

#include "host/file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Each driver of these kinds, until `visit` says true of one. */
static bool drivers_any(int bus, uint32_t kinds, bool (*visit)(int driver, const char *interface),
                        const char *interface) {
        for (unsigned bit = 0; bit < KIND_COUNT; bit++) {
                const char *const *drivers = drivers_of_kind(kinds & UINT32_C(1) << bit);

                for (; *drivers; drivers++) {
                        char path[sizeof "drivers/" + FACTS_DRIVER];
                        auto_fd driver = -1;

                        (void)snprintf(path, sizeof path, "drivers/%s", *drivers);
                        driver = directory_open(bus, path);
                        if (driver >= 0 && visit(driver, interface))
                                return true;
                }
        }
        return false;
}

static bool driver_is_there(int driver, const char *interface) {
        (void)driver, (void)interface;
        return true;
}

static bool driver_takes(int driver, const char *interface) {
        return file_poke(driver, "bind", interface) == 0;
}

static bool interface_may_be_anything(uint32_t kinds) {
        return kinds & (KIND_VENDOR | KIND_OTHER);
}

bool interface_needs_driver(uint32_t kinds) {
        return !interface_may_be_anything(kinds) && !(nodes_of_kinds(kinds) & NODES_USBFS);
}

bool interface_driver_is_there(int bus, uint32_t kinds) {
        return drivers_any(bus, kinds, driver_is_there, NULL);
}

bool interface_driver(int interface, char ret[static FACTS_DRIVER]) {
        char link[PATH_MAX];
        ssize_t n = readlinkat(interface, "driver", link, sizeof link - 1);
        const char *name;

        if (n < 0)
                return false;
        link[n] = '\0';
        name = strrchr(link, '/');
        (void)snprintf(ret, FACTS_DRIVER, "%.*s", FACTS_DRIVER - 1, name ? name + 1 : link);
        return true;
}

bool interface_bind(int bus, int interface, const char *name, uint32_t kinds) {
        char driver[FACTS_DRIVER];

        if (interface_driver(interface, driver))
                return true;
        if (interface_may_be_anything(kinds))
                return file_poke(bus, "drivers_probe", name) == 0;
        return drivers_any(bus, kinds, driver_takes, name);
}
