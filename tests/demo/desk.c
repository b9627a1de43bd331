/* SPDX-License-Identifier: MIT */
/* desk.c — see desk.h. Hears what sekimori-notify would show. */
#include "demo/desk.h"

#include "wire/notice.h"
#include "wire/socket.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static int agent = -1;
static struct notice notice;

void desk_sits_down(void) {
        (void)socket_connect("run", NOTICE_SOCKET, &agent);
}

bool desk_reads(void) {
        struct pollfd p = { .fd = agent, .events = POLLIN };
        uint8_t message[NOTICE_MAX];
        ssize_t n = poll(&p, 1, 2000) == 1 ? socket_receive(agent, message, sizeof message, NULL) : -1;

        (void)close(agent);
        return n > 0 && notice_decode(bytes_of(message, (size_t)n), &notice) == 0;
}

const char *desk_text(void) {
        static char text[NOTICE_TITLE + NOTICE_BODY + 2];

        (void)snprintf(text, sizeof text, "%s\n%s\n", notice.title, notice.body);
        return text;
}
