/* SPDX-License-Identifier: MIT */
/* bed.c — the simulated machine: directories, files and links as sysfs has them. See bed.h; kernel.c moves it. */
#include "support/bed.h"

#include "support/kernel.h"
#include "support/ports.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <umockdev.h>
#include <unistd.h>

#define PLACES 256
#define CONTROLLER "pci0000:00/0000:00:14.%u/usb%u"

/* One thing in the machine: a root hub or a device. */
struct place {
        char path[256];
        char name[64];
        unsigned bus, ports; /* how many are taken */
};

struct bed {
        UMockdevTestbed *testbed;
        struct kernel *kernel;
        char *root;
        struct place places[PLACES];
        unsigned n, last_address[16];
};

static const char *at(const struct bed *bed, const char *path, const char *name) {
        static _Thread_local char text[1024];

        if (name[0] == '/')
                (void)snprintf(text, sizeof text, "%s%s", bed->root, name);
        else
                (void)snprintf(text, sizeof text, "%s/sys/devices/%s%s%s", bed->root, path, *name ? "/" : "", name);
        return text;
}

void bed_write_bytes(struct bed *bed, const char *path, const char *name, const void *p, size_t n) {
        FILE *f = fopen(at(bed, path, name), "we");

        assert(f);
        assert(fwrite(p, 1, n, f) == n);
        assert(fclose(f) == 0);
        assert(chmod(at(bed, path, name), 0666) == 0);
}

void bed_write(struct bed *bed, const char *path, const char *name, const char *text) {
        bed_write_bytes(bed, path, name, text, strlen(text));
}

static void make_directory(const char *directory) {
        char text[1024];

        (void)snprintf(text, sizeof text, "%s", directory);
        for (char *slash = strchr(text + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                (void)mkdir(text, 0755);
                *slash = '/';
        }
        (void)mkdir(text, 0755);
}

/* A device directory's links: to its subsystem, and from the bus's list to it. */
static void make_links(struct bed *bed, const char *path, const char *name) {
        char target[1024] = "", link[128];

        for (const char *s = path; s; s = strchr(s, '/') ? strchr(s, '/') + 1 : NULL)
                strcat(target, "../");
        strcat(target, "../bus/usb");
        assert(symlink(target, at(bed, path, "subsystem")) == 0);
        (void)snprintf(target, sizeof target, "../../../devices/%s", path);
        (void)snprintf(link, sizeof link, "/sys/bus/usb/devices/%s", name);
        (void)unlink(at(bed, "", link)); /* of what was unplugged here */
        assert(symlink(target, at(bed, "", link)) == 0);
}

static struct place *place_of(struct bed *bed, const char *path) {
        for (unsigned i = 0; i < bed->n; i++) {
                if (strcmp(bed->places[i].path, path) == 0)
                        return &bed->places[i];
        }
        abort();
}

static void write_uevent(struct bed *bed, const struct place *p, unsigned address, const char *property) {
        char text[512];

        (void)snprintf(
                text, sizeof text,
                "MAJOR=189\nMINOR=%u\nDEVNAME=bus/usb/%03u/%03u\nDEVTYPE=usb_device\nBUSNUM=%03u\nDEVNUM=%03u\n%s%s",
                (p->bus - 1) * 128 + address - 1, p->bus, address, p->bus, address, property ? property : "",
                property ? "\n" : "");
        bed_write(bed, p->path, "uevent", text);
}

static struct place *new_place(struct bed *bed, const char *path, unsigned bus) {
        struct place *p = &bed->places[bed->n++];

        assert(bed->n < PLACES);
        *p = (struct place){ .bus = bus };
        (void)snprintf(p->path, sizeof p->path, "%s", path);
        (void)snprintf(p->name, sizeof p->name, "%s", strrchr(path, '/') + 1);
        make_directory(at(bed, path, "power"));
        make_links(bed, p->path, p->name);
        return p;
}

static void write_identity(struct bed *bed, const struct place *p, const struct hardware *h) {
        const struct {
                const char *name, *text;
        } strings[] = { { "serial", h->serial }, { "product", h->product }, { "manufacturer", h->manufacturer } };
        unsigned address = ++bed->last_address[p->bus];
        char text[1024];

        (void)snprintf(text, sizeof text, "%u\n", p->bus);
        bed_write(bed, p->path, "busnum", text);
        (void)snprintf(text, sizeof text, "%u\n", address);
        bed_write(bed, p->path, "devnum", text);
        (void)snprintf(text, sizeof text, "%s\n", h->speed);
        bed_write(bed, p->path, "speed", text);
        for (size_t i = 0; i < 3; i++) {
                if (!strings[i].text)
                        continue;
                (void)snprintf(text, sizeof text, "%s\n", strings[i].text);
                bed_write(bed, p->path, strings[i].name, text);
        }
        bed_write_bytes(bed, p->path, "descriptors", h->descriptors, h->size);
        write_uevent(bed, p, address, h->property);
}

/* The first setting of each interface of the configuration that a kernel would choose: the first. */
static void make_interfaces(struct bed *bed, const struct place *p, const struct hardware *h) {
        size_t end = h->size < 22 ? 0 : 18u + (size_t)(h->descriptors[20] | h->descriptors[21] << 8);

        for (size_t i = 18; i + 9 <= h->size && i < end && h->descriptors[i] >= 2; i += h->descriptors[i]) {
                const uint8_t *d = h->descriptors + i;
                char name[96], path[384], text[8];

                if (d[1] != 4)
                        continue;
                (void)snprintf(name, sizeof name, "%s:%u.%u", p->name, h->descriptors[23], d[2]);
                (void)snprintf(path, sizeof path, "%s/%s", p->path, name);
                if (access(at(bed, path, ""), F_OK) == 0)
                        continue; /* another setting of it */
                make_directory(at(bed, path, "power"));
                make_links(bed, path, name);
                bed_write(bed, path, "uevent", "DEVTYPE=usb_interface\n");
                static const char *const numbers[] = { "bInterfaceNumber", "bAlternateSetting",  "bNumEndpoints",
                                                       "bInterfaceClass",  "bInterfaceSubClass", "bInterfaceProtocol" };
                for (size_t k = 0; k < 6; k++) {
                        (void)snprintf(text, sizeof text, k == 1 ? "%2d\n" : "%02x\n", d[2 + k]);
                        bed_write(bed, path, numbers[k], text);
                }
                bed_write(bed, path, "authorized", "0\n");
        }
}

const char *bed_controller(struct bed *bed, unsigned bus) {
        struct hardware h = hardware_device(9, 0, 1, 0x1d6b, 0x0002);
        char path[256], serial[32];
        struct place *p;

        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 9, 0, 0, 1);
        hardware_endpoint(&h, 0x81, 3, 4, 12);
        (void)snprintf(path, sizeof path, CONTROLLER, bus, bus);
        (void)snprintf(serial, sizeof serial, "0000:00:14.%u", bus);
        h.serial = serial;
        h.product = "xHCI Host Controller";
        p = new_place(bed, path, bus);
        write_identity(bed, p, &h);
        bed_write(bed, path, "authorized", "1\n");
        bed_write(bed, path, "authorized_default", "1\n");
        bed_write(bed, path, "interface_authorized_default", "1\n");
        bed_write(bed, path, "bConfigurationValue", "1\n");
        bed_announce(bed, path, "add");
        return p->path;
}

/* What the kernel does with a newcomer: as its root hub says. */
static const char *by_default(struct bed *bed, unsigned bus, const char *name) {
        char hub[256];

        (void)snprintf(hub, sizeof hub, CONTROLLER, bus, bus);
        return strcmp(bed_read(bed, hub, name), "0") == 0 ? "0\n" : "1\n";
}

static const char *put_in(struct bed *bed, const char *hub, const struct hardware *h) {
        struct place *parent = place_of(bed, hub), *p;
        bool root = strncmp(parent->name, "usb", 3) == 0;
        char path[384];

        parent->ports++;
        if (root)
                (void)snprintf(path, sizeof path, "%s/%u-%u", hub, parent->bus, parent->ports);
        else
                (void)snprintf(path, sizeof path, "%s/%s.%u", hub, parent->name, parent->ports);
        p = new_place(bed, path, parent->bus);
        write_identity(bed, p, h);
        bed_write(bed, path, "bConfigurationValue", "");
        bed_write(bed, path, "authorized", by_default(bed, parent->bus, "authorized_default"));
        make_interfaces(bed, p, h);
        assert(symlink("subsystem/drivers/usb", at(bed, path, "driver")) == 0);
        port_make(at(bed, path, ""));
        kernel_watch(bed->kernel, at(bed, path, ""));
        return p->path;
}

const char *plug_into(struct bed *bed, const char *hub, struct hardware h) {
        const char *path = put_in(bed, hub, &h);

        bed_announce(bed, path, "add");
        return path;
}

const char *plug(struct bed *bed, struct hardware h) {
        return plug_into(bed, bed->places[0].path, h);
}

const char *plug_in_place(struct bed *bed, struct hardware h) {
        bed->places[0].ports--;
        return plug(bed, h);
}

const char *plug_silently(struct bed *bed, struct hardware h) {
        return put_in(bed, bed->places[0].path, &h);
}

void bed_announce(struct bed *bed, const char *path, const char *action) {
        char syspath[512];

        (void)snprintf(syspath, sizeof syspath, "/sys/devices/%s", path);
        umockdev_testbed_uevent(bed->testbed, syspath, action);
}

const char *plug_slowly(struct bed *bed, struct hardware h) {
        const char *path = plug_silently(bed, h);

        assert(unlink(at(bed, path, "driver")) == 0);
        bed_announce(bed, path, "add");
        return path;
}

void bed_set_up(struct bed *bed, const char *path) {
        assert(symlink("subsystem/drivers/usb", at(bed, path, "driver")) == 0);
        bed_announce(bed, path, "bind");
}

void unplug(struct bed *bed, const char *path) {
        struct place *p = place_of(bed, path);
        char link[128];

        (void)unlink(at(bed, path, "devnum")); /* no file of it is left when the kernel announces that */
        bed_announce(bed, path, "remove");
        kernel_forget(bed->kernel, at(bed, path, ""));
        (void)snprintf(link, sizeof link, "/sys/bus/usb/devices/%s", p->name);
        (void)unlink(at(bed, "", link));
        folder_remove(at(bed, path, ""));
        p->path[0] = '\0';
}

const char *bed_read(struct bed *bed, const char *path, const char *name) {
        static char line[1024];
        FILE *f = fopen(at(bed, path, name), "re");

        line[0] = '\0';
        if (f && fgets(line, sizeof line, f))
                line[strcspn(line, "\n")] = '\0';
        if (f)
                (void)fclose(f);
        return line;
}

bool bed_bound(struct bed *bed, const char *path, unsigned number) {
        struct stat st;
        char link[128];

        (void)snprintf(link, sizeof link, "%s:1.%u/driver", place_of(bed, path)->name, number);
        if (lstat(at(bed, path, link), &st) == 0)
                return true;
        (void)snprintf(link, sizeof link, "%s:1.%u/bInterfaceClass", place_of(bed, path)->name, number);
        if (!strstr("0b 06 fe ff", bed_read(bed, path, link)))
                return false;
        (void)snprintf(link, sizeof link, "%s:1.%u/authorized", place_of(bed, path)->name, number);
        return strcmp(bed_read(bed, path, link), "1") == 0;
}

bool bed_wait_bound(struct bed *bed, const char *path, unsigned number, bool bound) {
        for (int i = 0; i < 10000 && bed_bound(bed, path, number) != bound; i++)
                (void)usleep(1000);
        return bed_bound(bed, path, number) == bound;
}

const char *bed_driver(struct bed *bed, const char *path, unsigned number) {
        static char target[256];
        char link[128];
        ssize_t n;

        (void)snprintf(link, sizeof link, "%s:1.%u/driver", place_of(bed, path)->name, number);
        n = readlink(at(bed, path, link), target, sizeof target - 1);
        target[n < 0 ? 0 : n] = '\0';
        return target;
}

void bed_takes(struct bed *bed, const char *path, unsigned number, const char *driver) {
        char interface[384], target[128];

        (void)snprintf(interface, sizeof interface, "%s/%s:1.%u", path, place_of(bed, path)->name, number);
        (void)snprintf(target, sizeof target, "subsystem/drivers/%s", driver);
        (void)unlink(at(bed, interface, "driver"));
        assert(symlink(target, at(bed, interface, "driver")) == 0);
        bed_announce(bed, interface, "bind");
}

static void driver_rename(struct bed *bed, const char *from, const char *to) {
        char old[1024], new[128];

        (void)snprintf(new, sizeof new, "/sys/bus/usb/drivers/%s", from);
        (void)snprintf(old, sizeof old, "%s", at(bed, "", new));
        (void)snprintf(new, sizeof new, "/sys/bus/usb/drivers/%s", to);
        assert(rename(old, at(bed, "", new)) == 0);
}

void bed_unregister(struct bed *bed, const char *driver) {
        char hidden[64];

        (void)snprintf(hidden, sizeof hidden, ".%s", driver);
        driver_rename(bed, driver, hidden);
}

void bed_register(struct bed *bed, const char *driver) {
        char hidden[64], name[128];

        (void)snprintf(hidden, sizeof hidden, ".%s", driver);
        driver_rename(bed, hidden, driver);
        (void)snprintf(name, sizeof name, "/sys/bus/usb/drivers/%s/subsystem", driver);
        assert(symlink("../../../drivers", at(bed, "", name)) == 0);
        (void)snprintf(name, sizeof name, "/sys/bus/usb/drivers/%s/uevent", driver);
        bed_write(bed, "", name, "");
        (void)snprintf(name, sizeof name, "/sys/bus/usb/drivers/%s", driver);
        umockdev_testbed_uevent(bed->testbed, name, "add");
}

bool bed_settle(struct bed *bed) {
        for (int i = 0; i < 10000 && !kernel_is_idle(bed->kernel); i++)
                (void)usleep(1000);
        return kernel_is_idle(bed->kernel);
}

const char *bed_root(const struct bed *bed) {
        return bed->root;
}

static void bed_say(void *ctx, const char *path, const char *action) {
        struct bed *bed = ctx;

        bed_announce(bed, path + strlen(bed->root) + strlen("/sys/devices/"), action);
}

struct bed *bed_new(void) {
        struct bed *bed = calloc(1, sizeof *bed);

        assert(bed);
        bed->testbed = umockdev_testbed_new();
        assert(umockdev_in_mock_environment());
        bed->root = umockdev_testbed_get_root_dir(bed->testbed);
        assert(chmod(bed->root, 01777) == 0);
        make_directory(at(bed, "", "/sys/devices"));
        make_directory(at(bed, "", "/sys/bus/usb/devices"));
        make_directory(at(bed, "", "/sys/bus/usb/drivers/usb"));
        make_directory(at(bed, "", "/sys/module/usbcore/parameters"));
        /* A kernel would say -1; in a plain file, "0" written over that would leave "01". */
        bed_write(bed, "", "/sys/module/usbcore/parameters/authorized_default", "1\n");
        bed->kernel = kernel_start(at(bed, "", "/sys/bus/usb"), &(struct kernel_voice){ bed_say, bed });
        (void)bed_controller(bed, 1);
        return bed;
}

void bed_free(struct bed *bed) {
        if (!bed)
                return;
        kernel_stop(bed->kernel);
        g_object_unref(bed->testbed);
        free(bed->root);
        free(bed);
}
