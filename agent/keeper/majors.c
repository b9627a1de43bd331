/* SPDX-License-Identifier: MIT */
/* majors.c — each name of its table that /proc/devices lists becomes a MINOR_ANY entry in the plane. See majors.h. */
#include "keeper/majors.h"

#include "host/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEVICES_MAX 65536 /* bytes of /proc/devices */

/* As /proc/devices calls them. */
static const struct {
        const char *name;
        enum node_type type;
        uint32_t mode;
} majors[] = {
        { "device-mapper", NODE_BLOCK, MODE_WRITE },
        { "md", NODE_BLOCK, MODE_WRITE },
        { "mdp", NODE_BLOCK, MODE_WRITE },
        { "loop", NODE_BLOCK, MODE_WRITE },
        { "ramdisk", NODE_BLOCK, MODE_WRITE },
        { "zram", NODE_BLOCK, MODE_WRITE },
        { "sg", NODE_CHAR, MODE_NONE },
        { "bsg", NODE_CHAR, MODE_NONE },
        { "st", NODE_CHAR, MODE_NONE },
        { "nvme", NODE_CHAR, MODE_NONE },
        { "nvme-generic", NODE_CHAR, MODE_NONE },
        { "firewire", NODE_CHAR, MODE_NONE },   /* a program may speak SBP-2 itself */
        { "rpmb", NODE_CHAR, MODE_NONE },       /* of an eMMC: the driver passes any command on */
        { "usb_device", NODE_CHAR, MODE_NONE }, /* usbfs: the kernel passes control requests to a denied device, too */
        { "usb", NODE_CHAR, MODE_NONE },        /* usblp, cdc-wdm, hiddev, usbtmc */
        { "ttyACM", NODE_CHAR, MODE_NONE },
        { "ttyUSB", NODE_CHAR, MODE_NONE },
};

static int major_is(const struct plane *p, uint32_t number, const char *name, enum node_type type) {
        for (size_t i = 0; i < sizeof majors / sizeof *majors; i++)
                if (majors[i].type == type && strcmp(majors[i].name, name) == 0)
                        return plane_set(p, &(struct node){ type, number, MINOR_ANY },
                                         &(struct entry){ .mode = majors[i].mode });
        return 0;
}

int majors_set(const struct sysfs_dirs *g, const struct plane *p, struct err *err) {
        auto_free uint8_t *text = NULL;
        enum node_type type = NODE_CHAR;
        char *rest = NULL, name[64];
        uint32_t number;
        size_t size;
        int r = file_read(g->proc, "devices", DEVICES_MAX, &text, &size);

        for (char *at = r < 0 ? NULL : strtok_r((char *)text, "\n", &rest); at && r == 0;
             at = strtok_r(NULL, "\n", &rest))
                if (strcmp(at, "Block devices:") == 0)
                        type = NODE_BLOCK;
                else if (sscanf(at, "%" SCNu32 " %63s", &number, name) == 2)
                        r = major_is(p, number, name, type);
        return r < 0 ? err_errno(err, r, "/proc/devices") : 0;
}
