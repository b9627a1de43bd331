/* SPDX-License-Identifier: MIT */
/* asker.c — getuid(2), and what the audit subsystem keeps of a process from its login on. See asker.h. */
#include "asker.h"

#include "base/cleanup.h"

#include <fcntl.h>
#include <stdlib.h>

static uint32_t asker_number(const char *path) {
        auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        char text[16], *end;
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        unsigned long number;

        if (n <= 0)
                return LOGIN_UNSET;
        text[n] = '\0';
        number = strtoul(text, &end, 10);
        return end == text || *end || number > UINT32_MAX ? LOGIN_UNSET : (uint32_t)number;
}

void asker_look(struct login_asker *ret) {
        *ret = (struct login_asker){
                .told = true,
                .uid = getuid(),
                .login_uid = asker_number("/proc/self/loginuid"),
                .login_session = asker_number("/proc/self/sessionid"),
        };
}
