/* SPDX-License-Identifier: MIT */
/* forget.h — makes the kernel forget a USB device, so that whoever holds a node of it open gets ENODEV from then on.
 * Knows no verdicts. Source: drivers/usb/core/port.c (disable_store), drivers/usb/core/sysfs.c (remove_store). */
#pragma once

#include "enforce/usb.h"

/* The attributes, open for writing. Each below 0: there is none. */
struct usb_forget {
        int disable; /* of the port in the hub above, kernel 6.0 and later: the device goes, and comes back as a new one
                      */
        int remove;  /* of the device: it goes, and stays away until it is plugged in anew */
        int device;  /* its directory */
};

/* Opens them; nothing here waits. `path` is beneath /sys/devices, `device_fd` the directory of the device that was
 * recognised there. -ENOENT: there is neither. -EMFILE and the like: that is not known now. */
int usb_forget_open(struct usb *u, int device_fd, const char *path, struct usb_forget *ret);
void usb_forget_close(struct usb_forget *f);

/* Does nothing where the device has left by then: `disable` is the port's. Waits for the device's lock, which a driver
 * may hold for a minute: for a process of its own. False: the port stayed off, or that is not known. */
bool usb_forget_write(const struct usb_forget *f);

/* Is its port one inside the case, and that of each hub above it? Nobody can plug it in anew. By `connect_type`, which
 * only the firmware says: where it says nothing, `removable` is the word of the hub's own descriptor (drivers/usb/core/
 * hub.c, set_usb_port_removable). */
bool usb_is_built_in(struct usb *u, int device_fd, const char *path);

/* Has a driver taken this interface of the device? */
bool usb_is_bound(int device_fd, const char *path, const struct interface_facts *i);

/* Has the kernel forgotten this plugging of the device? */
bool usb_is_forgotten(int device_fd);
