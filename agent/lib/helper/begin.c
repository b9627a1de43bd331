/* SPDX-License-Identifier: MIT */
/* begin.c — a helper's socket is looked at, its other descriptors are closed, its last words are said. See begin.h. */
#include "helper/begin.h"

#include "host/child.h"
#include "wire/socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

bool helper_begin(const char *program) {
        uid_t uid;
        gid_t gid;
        pid_t pid;

        if (socket_peer(CHILD_FD, &uid, &gid, &pid) < 0) {
                (void)fprintf(stderr, "%s: started by the agent, not by hand\n", program);
                return false;
        }
        (void)syscall(SYS_close_range, CHILD_FD + 1, ~0U, 0);
        return true;
}

_Noreturn void helper_fail(const char *program, const char *doing, int r) {
        (void)fprintf(stderr, "%s: %s: %s\n", program, doing, strerrordesc_np(-r));
        _exit(3);
}
