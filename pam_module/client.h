/* SPDX-License-Identifier: MIT */
/* client.h — one connection to the agent, and one deadline for all waiting for it. Knows no PAM. */
#pragma once

#include "base/err.h"
#include "wire/login.h"

struct client {
        int fd; /* -1: none */
        const char *path;
        int64_t deadline_ms; /* CLOCK_MONOTONIC */
};

/* The deadline counts from this call. The path is borrowed. */
struct client client_to(const char *path, unsigned seconds);

/* The person's own time does not count: from client_pause to client_resume, which is given what that returned. */
int64_t client_pause(void);
void client_resume(struct client *c, int64_t since_ms);

/* Safe on one that never connected. */
void client_close(struct client *c);
#define auto_client __attribute__((cleanup(client_close))) struct client

/* Connect, anew where there is a connection, send `begin`, and receive the agent's first message. An agent that is not
 * there (it is being restarted) is waited for until the deadline. -ETIMEDOUT; -EPERM: the listener is not the agent;
 * others. */
int client_begin(struct client *c, const struct login_begin *begin, struct login_say *ret, struct err *err);

/* Receive the next message. -ETIMEDOUT, also where it came too late; -ECONNRESET: the agent is gone; -EBADMSG: it is
 * not a message of the agent. */
int client_hear(struct client *c, struct login_say *ret, struct err *err);

/* -EPIPE: the agent no longer listens; its last words may still be heard. -EMSGSIZE: too long an answer. */
int client_answer(struct client *c, const char *answer, struct err *err);
