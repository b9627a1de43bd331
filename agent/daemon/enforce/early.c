/* SPDX-License-Identifier: MIT */
/* early.c — an option file for modprobe, written or removed, then usb_hold_back() or usb_release(). See early.h. */
#include "enforce/early.h"

#include "enforce/release.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>

#define OPTION_FILE "sekimori.conf"

static const char option[] = "# Written by sekimorid --early: no USB device comes to life before it has been judged.\n"
                             "options usbcore authorized_default=0\n";

static int option_write(const char *modprobe_dir, struct err *err) {
        auto_fd dir = -1;
        int r = directory_make(AT_FDCWD, modprobe_dir, 0755, &dir, err);

        return r < 0 ? r : file_replace(dir, OPTION_FILE, bytes_text(option), 0644, err);
}

static int option_remove(const char *modprobe_dir, struct err *err) {
        auto_fd dir = open(modprobe_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        int r = dir < 0 ? -errno : file_remove(dir, OPTION_FILE);

        return r < 0 && r != -ENOENT ? err_errno(err, r, "%s/" OPTION_FILE, modprobe_dir) : 0;
}

/* Applies the kernel's side even if the option failed: `first` is the option's result. */
static int kernel_obey(int (*how)(struct usb *u, struct err *err), int first, struct err *err) {
        struct err *why = first < 0 ? NULL : err;
        auto_usb usb = NULL;
        int r = usb_open(&usb, why);

        if (r == 0)
                r = how(usb, why);
        if (r == -ENOENT)
                r = 0;
        return first < 0 ? first : r;
}

int early_deny(const char *modprobe_dir, struct err *err) {
        return kernel_obey(usb_hold_back, option_write(modprobe_dir, err), err);
}

int early_open(const char *modprobe_dir, struct err *err) {
        int r = kernel_obey(usb_release, option_remove(modprobe_dir, err), err);

        return r < 0 ? r : 0;
}
