/* SPDX-License-Identifier: MIT */
/* Every alias by vendor and product of every kernel whose tables are here (installed, or for tests/vm), and each class
 * that rules let in: what the alias would bind is of that class's kind, or the interface is foreign. The oracle is the
 * text of modules.alias, matched by fnmatch(3). */
#include "observer/aliases.h"

#include "decision/drivers.h"

#include <criterion/criterion.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

static const struct interface_facts classes[] = {
        { 1, 0, 0x03, 1, 1 }, { 1, 0, 0x0b, 0, 0 }, { 1, 0, 0x09, 0, 1 }, { 1, 0, 0x07, 1, 2 }, { 1, 0, 0x01, 1, 0 },
};
#define CLASSES (sizeof classes / sizeof *classes)

struct alias {
        char pattern[256], module[64];
        unsigned vendor, product, release;
        bool hid;
};

/* False: not by vendor and product of one device on USB. */
static bool alias_read(const char *line, struct alias *a) {
        const char *ids;

        if (sscanf(line, "alias %255s %63s", a->pattern, a->module) != 2)
                return false;
        a->hid = strncmp(a->pattern, "hid:b0003", 9) == 0;
        a->release = 0x0100;
        if (a->hid)
                return (ids = strchr(a->pattern + 9, 'v')) && sscanf(ids, "v%8Xp%8X", &a->vendor, &a->product) == 2;
        if (sscanf(a->pattern, "usb:v%4Xp%4Xd", &a->vendor, &a->product) != 2)
                return false;
        (void)sscanf(a->pattern + strlen("usb:v1234p1234"), "d%4x", &a->release); /* else any will do */
        return true;
}

static bool alias_would_bind(const struct alias *a, const struct interface_facts *in) {
        char modalias[128];

        (void)snprintf(modalias, sizeof modalias, "usb:v%04Xp%04Xd%04Xdc00dsc00dp00ic%02Xisc%02Xip%02Xin00", a->vendor,
                       a->product, a->release, in->klass, in->subclass, in->protocol);
        return a->hid ? in->klass == 0x03 : fnmatch(a->pattern, modalias, 0) == 0;
}

static bool alias_is_of_its_kind(const struct alias *a, uint32_t kinds) {
        return a->hid ? hid_driver_is_for_input(a->module)
                      : module_takes_no_interface(a->module) || driver_may_serve(a->module, kinds, 0);
}

static void alias_opens_nothing(struct aliases *tables, const struct alias *a) {
        for (size_t i = 0; i < CLASSES; i++) {
                struct device_facts f = { .bus = BUS_USB,
                                          .vendor = (uint16_t)a->vendor,
                                          .product = (uint16_t)a->product,
                                          .n_interfaces = 1,
                                          .interfaces = { classes[i] } };
                bool own = alias_is_of_its_kind(a, kinds_of_interface(&f, 0));

                if (own || !alias_would_bind(a, &classes[i]))
                        continue;
                aliases_find_foreign(tables, (uint16_t)a->release, &f);
                cr_expect(f.foreign, "%s: %s would take class %02x", a->pattern, a->module, classes[i].klass);
        }
}

static unsigned kernel_opens_nothing(const char *folder) {
        char path[512], line[512];
        struct aliases tables;
        struct alias a;
        unsigned n = 0;
        FILE *f;

        aliases_open(&tables, folder, NULL);
        (void)snprintf(path, sizeof path, "%s/modules.alias", folder);
        f = fopen(path, "re");
        cr_assert(f && tables.kmod && !tables.unreadable, "%s", folder);
        while (fgets(line, sizeof line, f))
                if (alias_read(line, &a)) {
                        alias_opens_nothing(&tables, &a);
                        n++;
                }
        (void)fclose(f);
        aliases_close(&tables);
        return n;
}

static glob_t kernels_here(void) {
        glob_t found = { 0 };

        (void)glob("/lib/modules/*/modules.alias", 0, NULL, &found);
        (void)glob("/var/cache/sekimori/vm/*/kernel-*/root/lib/modules/*/modules.alias", GLOB_APPEND, NULL, &found);
        return found;
}

Test(aliases_of_kernels, no_device_by_its_ids_is_more_than_its_class, .timeout = 600) {
        glob_t found = kernels_here();
        unsigned n = 0;

        for (size_t i = 0; i < found.gl_pathc; i++) {
                *strrchr(found.gl_pathv[i], '/') = '\0';
                n += kernel_opens_nothing(found.gl_pathv[i]);
        }
        globfree(&found);
        if (n == 0)
                cr_skip_test("no kernel's tables are here");
}

/* What each kernel binds by class alone is no lie; a hub's driver is in the module usbcore. */
Test(aliases_of_kernels, honest_devices_are_what_they_say, .timeout = 600) {
        glob_t found = kernels_here();

        for (size_t k = 0; k < found.gl_pathc; k++) {
                static const uint16_t vendors[] = { 0x1209, 0x046d, 0x05ac, 0x1a40, 0x0409 };
                struct aliases tables;

                *strrchr(found.gl_pathv[k], '/') = '\0';
                aliases_open(&tables, found.gl_pathv[k], NULL);
                for (size_t i = 0; i < CLASSES * sizeof vendors / sizeof *vendors; i++) {
                        struct device_facts f = { .vendor = vendors[i / CLASSES],
                                                  .product = 0xfff0, /* in no table */
                                                  .n_interfaces = 1,
                                                  .interfaces = { classes[i % CLASSES] } };

                        aliases_find_foreign(&tables, 0x0100, &f);
                        cr_expect_eq(f.foreign, 0u, "%04x, class %02x: %s", f.vendor, f.interfaces[0].klass, f.driver);
                }
                aliases_close(&tables);
        }
        if (found.gl_pathc == 0)
                cr_skip_test("no kernel's tables are here");
        globfree(&found);
}
