/* SPDX-License-Identifier: MIT */
/* peer.h — the process at the other end of auth.sock, as the kernel and systemd-logind's files have it. Believes no
 * word of the process itself. */
#pragma once

#include "wire/login.h"

#include <stdbool.h>
#include <sys/types.h>

#define PEER_NOBODY ((uid_t)-1)

struct peer {
        uid_t uid; /* the effective one, at connect() */
        pid_t pid;
        bool seen;   /* the rest is known, and of that very process; else it is zero */
        uid_t real;  /* the uid that a setuid program was started by */
        uid_t login; /* the audit subsystem's: who logged in, whoever they became since. PEER_NOBODY */
        uid_t owner; /* whose session or whose user manager it runs in. PEER_NOBODY */
        bool remote; /* that session comes from another host */
        char host[LOGIN_HOST], seat[LOGIN_NAME], tty[LOGIN_NAME]; /* of that session; "" where it has none */
};

/* -errno: not even the kernel's record of connect() can be had. Never waits for the process. */
int peer_look(int fd, struct peer *ret);
