/* SPDX-License-Identifier: MIT */
/* built_in.c — reads the kind of case, and the bus, the keys and the place of each input device. See built_in.h. */
#include "host/built_in.h"

#include "host/file.h"
#include "host/listing.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* KEY_ESC and the 30 keys behind it, as udev tells a keyboard (ID_INPUT_KEYBOARD). */
#define KEYS_OF_A_KEYBOARD 0xfffffffe

static unsigned long long built_in_number(int dirfd, const char *name, const char *attribute) {
        char file[64 + NAME_MAX], text[1024], *last, *end;
        unsigned long long value;

        (void)snprintf(file, sizeof file, "%.255s/%s", name, attribute);
        if (file_read_line(dirfd, file, text, sizeof text) <= 0)
                return 0;
        last = strrchr(text, ' ') ? strrchr(text, ' ') + 1 : text;
        value = strtoull(last, &end, 16);
        return *last && !*end ? value : 0;
}

static bool bus_is_built_in(unsigned long long bus) {
        return bus == BUS_I8042 || bus == BUS_I2C || bus == BUS_SPI || bus == BUS_HOST;
}

/* A program (uinput) or a radio (uhid) may claim any bus, and is in /sys/devices/virtual. */
static bool is_virtual(int dirfd, const char *name) {
        char target[PATH_MAX];
        ssize_t n = readlinkat(dirfd, name, target, sizeof target - 1);

        if (n < 0 || n == (ssize_t)sizeof target - 1)
                return true;
        target[n] = '\0';
        return strstr(target, "/virtual/") != NULL;
}

/* "System Enclosure or Chassis Types" of SMBIOS (DSP0134): portable, laptop, notebook, sub notebook, tablet,
 * convertible, detachable. */
static bool case_is_portable(int sys) {
        static const unsigned char portable[] = { 8, 9, 10, 14, 30, 31, 32 };
        char text[16], *end;
        unsigned long type;

        if (file_read_line(sys, "class/dmi/id/chassis_type", text, sizeof text) <= 0)
                return false;
        type = strtoul(text, &end, 10);
        return !*end && type < 256 && memchr(portable, (int)type, sizeof portable);
}

bool keyboard_is_built_in(int dirfd, const char *sys) {
        auto_fd tree = openat(dirfd, sys, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        auto_fd input = tree < 0 || !case_is_portable(tree)
                                ? -1
                                : openat(tree, "class/input", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        auto_dir all = input < 0 ? NULL : listing_open(input, ".");
        struct dirent *entry;

        while (all && (entry = readdir(all)))
                if (strncmp(entry->d_name, "input", 5) == 0 && !is_virtual(input, entry->d_name)
                    && bus_is_built_in(built_in_number(input, entry->d_name, "id/bustype"))
                    && (built_in_number(input, entry->d_name, "capabilities/key") & KEYS_OF_A_KEYBOARD)
                               == KEYS_OF_A_KEYBOARD)
                        return true;
        return false;
}
