/* SPDX-License-Identifier: MIT */
/* tell.c — on EAGAIN, poll for POLLOUT without a timeout, then send again; POLLERR and POLLHUP end it. See tell.h. */
#include "observer/tell.h"

#include "wire/socket.h"

#include <errno.h>
#include <poll.h>

int tell(int fd, const struct sighting *s) {
        uint8_t message[SIGHTING_MAX];
        size_t n = sighting_encode(s, message, sizeof message);
        int r;

        if (n == 0)
                return -EBADMSG;
        while ((r = socket_send(fd, message, n, -1)) == -EAGAIN) {
                struct pollfd room = { .fd = fd, .events = POLLOUT };

                if (poll(&room, 1, -1) > 0 && (room.revents & (POLLERR | POLLHUP)))
                        return -EPIPE;
        }
        return r == -ECONNRESET ? -EPIPE : r;
}
