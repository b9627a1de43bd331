/* SPDX-License-Identifier: MIT */
/* reports.c — in each interface's directory, the HID device that the kernel made of it (0003:VVVV:PPPP.NNNN) has
 * `report_descriptor`, empty until a driver has parsed it. See reports.h. */
#include "observer/reports.h"

#include "host/file.h"
#include "host/listing.h"
#include "observer/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define CLASS_HID 0x03
#define REPORT_MAX 16384 /* HID_MAX_DESCRIPTOR_SIZE of Linux 6.12 */
#define ON_USB "0003:"   /* BUS_USB, in the names of HID devices */

/* Every HID device of the interface counts; there is one, unless something is wrong. */
static void reports_of_interface(int interface, struct report *found, bool *read) {
        auto_dir directory = listing_open(interface, ".");
        struct dirent *entry;

        while (directory && (entry = readdir(directory))) {
                auto_free uint8_t *raw = NULL;
                struct report r = { .other = true };
                char path[300];
                size_t size = 0;
                int error;

                if (strncmp(entry->d_name, ON_USB, sizeof ON_USB - 1) != 0)
                        continue;
                (void)snprintf(path, sizeof path, "%s/report_descriptor", entry->d_name);
                error = file_read(interface, path, REPORT_MAX, &raw, &size);
                if (error == -ENOENT || error == -ENODEV || (error == 0 && size == 0))
                        continue;
                if (error == 0)
                        r = report_read(bytes_of(raw, size));
                *found = (struct report){ found->fido || r.fido, found->other || r.other };
                *read = true;
        }
}

void reports_gather(int dirfd, struct sighting *s) {
        const char *slash = strrchr(s->path, '/'), *name = slash ? slash + 1 : s->path;
        struct device_facts *f = &s->facts;

        for (size_t i = 0; i < f->n_interfaces; i++) {
                const struct interface_facts *in = &f->interfaces[i];
                struct report found = { 0 };
                auto_fd interface = -1;
                char path[SIGHTING_PATH + 16];
                bool read = false;

                if (in->klass != CLASS_HID)
                        continue;
                (void)snprintf(path, sizeof path, "%s:%u.%u", name, in->configuration, in->number);
                interface = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
                if (interface >= 0)
                        reports_of_interface(interface, &found, &read);
                f->fido |= (uint64_t)(read && found.fido) << i;
                f->not_fido |= (uint64_t)(read && found.other) << i;
        }
}
