/* SPDX-License-Identifier: MIT */
/* console.c — writes to /dev/tty0, non-blocking, only in KD_TEXT mode; logind must say that seat0 has no active
 * session, or one of type tty on this same console. See console.h. */
#include "notifier/console.h"

#include "base/cleanup.h"

#include <fcntl.h>
#include <linux/kd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <systemd/sd-login.h>

/* The kernel's name for the console that is in front when it is opened. A udev rule lets our group write to it, whoever
 * uses it (to a person's own /dev/ttyN only that person may write). */
#define IN_FRONT "/dev/tty0"

/* The number of that console; 0 if it is in graphics mode. */
static unsigned number_of(int fd) {
        unsigned device;
        int mode;

        if (ioctl(fd, KDGETMODE, &mode) < 0 || mode != KD_TEXT || ioctl(fd, TIOCGDEV, &device) < 0)
                return 0;
        return minor(device);
}

/* Asked after the console was opened: if another one came to the front meanwhile, the numbers differ and nothing is
 * shown. */
static bool is_for_text(unsigned number) {
        auto_free char *session = NULL, *type = NULL;
        unsigned theirs;

        if (sd_seat_get_active("seat0", &session, NULL) < 0)
                return true; /* nobody is logged in there */
        return sd_session_get_type(session, &type) >= 0 && strcmp(type, "tty") == 0
               && sd_session_get_vt(session, &theirs) >= 0 && theirs == number;
}

void console_show(const struct notice *n) {
        auto_fd fd = open(IN_FRONT, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
        unsigned number = fd < 0 ? 0 : number_of(fd);

        if (number && is_for_text(number))
                (void)dprintf(fd, "\r\nSekimori: %s\r\n", n->line);
}
