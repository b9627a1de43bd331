/* SPDX-License-Identifier: MIT */
/* aliases.c — one lookup for each interface by its modalias, as the kernel announces it; for HID one more for each
 * group that hid-core may find in the report descriptor, which nobody has read yet. See aliases.h. */
#include "observer/aliases.h"

#include "decision/drivers.h"

#include <libkmod.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CLASS_HID 0x03

/* HID_GROUP_* of include/linux/hid.h: generic, multitouch, sensor hub, Windows 8, then those of vendors. */
static const uint16_t hid_groups[] = { 0x0001, 0x0002, 0x0003, 0x0004, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0105 };

static void aliases_unload(struct aliases *a) {
        (void)kmod_unref(a->kmod);
        (void)kmod_unref(a->tables);
        a->kmod = a->tables = NULL;
}

static void aliases_load(struct aliases *a) {
        static const char *const nothing[] = { NULL };

        a->kmod = kmod_new(a->folder, a->config);
        a->tables = kmod_new(a->folder, nothing);
        a->unreadable =
                !a->kmod || !a->tables || kmod_load_resources(a->kmod) < 0 || kmod_load_resources(a->tables) < 0;
}

void aliases_open(struct aliases *a, const char *folder, const char *const *config) {
        struct utsname u;

        *a = (struct aliases){ .config = config };
        if (folder)
                (void)snprintf(a->folder, sizeof a->folder, "%s", folder);
        else if (uname(&u) == 0)
                (void)snprintf(a->folder, sizeof a->folder, "/lib/modules/%s", u.release);
        if (access(a->folder, F_OK) < 0)
                a->folder[0] = '\0';
        else
                aliases_load(a);
}

void aliases_close(struct aliases *a) {
        aliases_unload(a);
        *a = (struct aliases){ 0 };
}

/* depmod replaces the tables when a package brings modules, and an administrator may write to modprobe.d. */
static bool aliases_are_readable(struct aliases *a) {
        if (a->unreadable || kmod_validate_resources(a->kmod) != KMOD_RESOURCES_OK
            || kmod_validate_resources(a->tables) != KMOD_RESOURCES_OK) {
                aliases_unload(a);
                aliases_load(a);
        }
        return !a->unreadable;
}

/* The name of the first module that this modalias would load and `fits` says no of; false: there is none. */
static bool lookup_misfit(struct kmod_ctx *kmod, const char *modalias, bool (*fits)(const char *module, uint32_t kinds),
                          uint32_t kinds, char ret[static FACTS_DRIVER]) {
        struct kmod_list *list = NULL, *each;
        bool found = false;

        if (kmod_module_new_from_lookup(kmod, modalias, &list) < 0) {
                (void)snprintf(ret, FACTS_DRIVER, "?");
                return true;
        }
        kmod_list_foreach(each, list) {
                struct kmod_module *module = kmod_module_get_module(each);
                const char *name = kmod_module_get_name(module);

                if (!found && !fits(name, kinds)) {
                        (void)snprintf(ret, FACTS_DRIVER, "%s", name);
                        found = true;
                }
                (void)kmod_module_unref(module);
        }
        (void)kmod_module_unref_list(list);
        return found;
}

static bool aliases_misfit(struct aliases *a, const char *modalias, bool (*fits)(const char *module, uint32_t kinds),
                           uint32_t kinds, char ret[static FACTS_DRIVER]) {
        return lookup_misfit(a->kmod, modalias, fits, kinds, ret)
               || lookup_misfit(a->tables, modalias, fits, kinds, ret);
}

static bool usb_module_fits(const char *module, uint32_t kinds) {
        return module_takes_no_interface(module) || driver_may_serve(module, kinds, 0);
}

static bool hid_module_fits(const char *module, uint32_t kinds) {
        (void)kinds;
        return hid_driver_is_for_input(module);
}

static bool hid_is_foreign(struct aliases *a, const struct device_facts *f, char ret[static FACTS_DRIVER]) {
        char modalias[64];

        for (size_t i = 0; i < sizeof hid_groups / sizeof *hid_groups; i++) {
                (void)snprintf(modalias, sizeof modalias, "hid:b0003g%04Xv%08Xp%08X", hid_groups[i], f->vendor,
                               f->product);
                if (aliases_misfit(a, modalias, hid_module_fits, 0, ret))
                        return true;
        }
        return false;
}

static bool interface_is_foreign(struct aliases *a, uint16_t release, const struct device_facts *f, size_t i,
                                 char ret[static FACTS_DRIVER]) {
        const struct interface_facts *in = &f->interfaces[i];
        uint32_t kinds = kinds_of_interface(f, i);
        char modalias[96];

        if (kinds & (KIND_VENDOR | KIND_OTHER))
                return false; /* it does not say what it is */
        if (!aliases_are_readable(a)) {
                (void)snprintf(ret, FACTS_DRIVER, "?");
                return nodes_of_kinds(kinds) & NODES_USBFS;
        }
        (void)snprintf(modalias, sizeof modalias, "usb:v%04Xp%04Xd%04Xdc%02Xdsc%02Xdp%02Xic%02Xisc%02Xip%02Xin%02X",
                       f->vendor, f->product, release, f->klass, f->subclass, f->protocol, in->klass, in->subclass,
                       in->protocol, in->number);
        return aliases_misfit(a, modalias, usb_module_fits, kinds, ret)
               || (in->klass == CLASS_HID && hid_is_foreign(a, f, ret));
}

void aliases_find_foreign(struct aliases *a, uint16_t release, struct device_facts *f) {
        uint64_t foreign = 0;

        f->foreign = 0;
        f->driver[0] = '\0';
        if (!a->folder[0])
                return;
        for (size_t i = 0; i < f->n_interfaces; i++) {
                char driver[FACTS_DRIVER];

                if (!interface_is_foreign(a, release, f, i, driver))
                        continue;
                if (!foreign)
                        (void)snprintf(f->driver, sizeof f->driver, "%s", driver);
                foreign |= UINT64_C(1) << i;
        }
        f->foreign = foreign;
}
