/* SPDX-License-Identifier: MIT */
/* observer.c — child_spawn() and sighting_decode() over one socket. See observer.h. */
#include "helper/observer.h"

#include "wire/socket.h"

#include <errno.h>

#define PROGRAM "sekimori-observer"

int observer_spawn(struct child *ret, struct err *err) {
        return child_spawn(PROGRAM, NULL, ret, err);
}

int observer_spawn_for_scan(struct child *ret, struct err *err) {
        static const char *const arguments[] = { OBSERVER_SCAN_ONLY, NULL };

        return child_spawn(PROGRAM, arguments, ret, err);
}

int observer_scan(const struct child *o, uint32_t scan) {
        uint8_t request[SCAN_REQUEST_SIZE];

        scan_request_encode(scan, request);
        return socket_send(o->fd, request, sizeof request, -1);
}

int observer_read(const struct child *o, struct sighting *ret) {
        uint8_t message[SIGHTING_MAX];
        ssize_t n = socket_receive(o->fd, message, sizeof message, NULL);
        int r;

        if (n == -EAGAIN)
                return 0;
        if (n == 0 || n == -ECONNRESET)
                return -EPIPE;
        if (n < 0)
                return n == -EMSGSIZE ? -EBADMSG : (int)n;
        r = sighting_decode(bytes_of(message, (size_t)n), ret);
        return r < 0 ? r : 1;
}
