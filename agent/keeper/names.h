/* SPDX-License-Identifier: MIT */
/* names.h — removable disks have no names at a boot, until the block plane is in force. A udev rule obeys the file that
 * says so; whoever started us removes it when we have ended, however that came, and has udev read those disks. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

/* Puts the file into the runtime directory, tells systemd that it is there, and waits for the plane, at most this long:
 * what is on a removable disk and needed by the boot must come well before systemd gives it up, after 90 s. */
int names_leave_unread(const char *runtime_dir, unsigned seconds, struct err *err);

/* An initramfs has btrfs look at every disk. What it told the kernel of removable ones, a copy among them that says
 * that it is the newer one, is forgotten again where nothing of it is mounted. */
void names_forget(const struct sysfs_dirs *g);
