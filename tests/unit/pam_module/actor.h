/* SPDX-License-Identifier: MIT */
/* actor.h — somebody at auth.sock who plays the agent from a script, in a process of its own. */
#pragma once

#include "wire/login.h"

#include <stdatomic.h>
#include <sys/types.h>

#define HEARD 8

/* After an ASK the actor hears the answer. At its end the connection is closed. */
struct script {
        const struct login_say *says;
        size_t n;
        const uint8_t *raw; /* instead of says[0]: these bytes */
        size_t n_raw;
        bool hang;       /* at the end: neither close nor say anything more */
        bool rush;       /* does not wait for answers */
        bool leaves;     /* does not wait for the last one */
        bool passes_fd;  /* the first packet brings a descriptor */
        bool deaf;       /* reads nothing: not even the begin */
        bool only_right; /* keep nothing of what was answered: refuse unless it is `right`, folded by 0x55 */
        const char *right;
};

/* What the actor reports, in memory that both processes see. */
struct heard {
        atomic_uint connections, closed; /* accepted; ended by us */
        unsigned begins, answers;
        struct login_begin begin[HEARD];
        char answer[HEARD][LOGIN_ANSWER];
};

/* One script for each connection, in this order, and then the process ends. */
struct play {
        const char *path; /* of the socket */
        const struct script *scripts;
        size_t n;
        uid_t uid;      /* who calls listen(): SO_PEERCRED. Root only; 0 leaves it as it is */
        bool late;      /* appears, folder and all, once somebody waits with inotify in the parent process */
        bool not_ready; /* listens with no room and never accepts */
};

/* Starts it; returns when it listens (unless late). Ends with actor_end, or with the caller. */
pid_t actor_begin(const struct play *play, struct heard **ret);

/* Ends it and waits for that. */
void actor_end(pid_t pid);
