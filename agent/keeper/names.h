/* SPDX-License-Identifier: MIT */
/* names.h — removable disks have no names at a boot, until the block plane is in force. A udev rule obeys the file that
 * says so; whoever started us removes it when we have ended, however that came, and has udev read those disks. */
#pragma once

#include "base/err.h"

/* Puts the file into the runtime directory, tells systemd that it is there, and waits for the plane, at most this long:
 * what is on a removable disk and needed by the boot must come well before systemd gives it up, after 90 s. */
int names_leave_unread(const char *runtime_dir, unsigned seconds, struct err *err);
