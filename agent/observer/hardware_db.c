/* SPDX-License-Identifier: MIT */
/* hardware_db.c — libudev's reader of hwdb.bin, asked as udev's own rules ask it. See hardware_db.h. */
#include "observer/hardware_db.h"

#include <stdio.h>
#include <string.h>

const char *const hardware_db_mtp[] = { "ID_MTP_DEVICE", "ID_MEDIA_PLAYER", NULL };

static bool hardware_db_names_mtp(const char *property) {
        for (size_t i = 0; property && hardware_db_mtp[i]; i++)
                if (strcmp(property, hardware_db_mtp[i]) == 0)
                        return true;
        return false;
}

bool hardware_db_speaks_mtp(struct udev *udev, uint16_t vendor, uint16_t product) {
        struct udev_hwdb *hwdb = udev ? udev_hwdb_new(udev) : NULL;
        struct udev_list_entry *entry, *all;
        char modalias[32];
        bool speaks = false;

        if (!hwdb)
                return false;
        (void)snprintf(modalias, sizeof modalias, "usb:v%04Xp%04X:", vendor, product);
        all = udev_hwdb_get_properties_list_entry(hwdb, modalias, 0);
        udev_list_entry_foreach(entry, all) speaks = speaks || hardware_db_names_mtp(udev_list_entry_get_name(entry));
        (void)udev_hwdb_unref(hwdb);
        return speaks;
}
