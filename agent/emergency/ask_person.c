/* SPDX-License-Identifier: MIT */
/* ask_person.c — child_spawn, two messages, and a deadline of 30 s for each answer (poll); the password is sent for an
 * unknown name, too, so that the response time reveals nothing. See ask_person.h. */
#include "emergency/ask_person.h"

#include "base/secret.h"
#include "host/child.h"
#include "wire/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#define PASSWORD_SERVICE "sekimori-password"
#define CHECK_MS 30000 /* a name service may wait for a network that is not there */

/* Send, and wait for the answer. Its length, or -errno. */
static ssize_t ask_person_exchange(int fd, const uint8_t *message, size_t n, uint8_t *reply, size_t size) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int r = n ? socket_send(fd, message, n, -1) : -EINVAL;
        ssize_t got;

        if (r < 0)
                return r;
        if (poll(&p, 1, CHECK_MS) <= 0)
                return -ETIMEDOUT;
        got = socket_receive(fd, reply, size, NULL);
        return got == 0 ? -EPIPE : got;
}

static int ask_person_look(int fd, const char *name, struct person_found *ret, bool *ret_known) {
        static uint8_t message[PERSON_MAX], reply[PERSON_MAX];
        ssize_t n = ask_person_exchange(fd, message, person_look_encode(name, message), reply, sizeof reply);
        struct bytes said = bytes_of(reply, n > 0 ? (size_t)n : 0);

        if (n < 0)
                return (int)n;
        *ret_known = person_type(said) == PERSON_FOUND && person_found_decode(said, ret) == 0;
        return *ret_known || person_type(said) == PERSON_UNKNOWN ? 0 : -EBADMSG;
}

static int ask_person_check(int fd, const char *password, bool *ret_right) {
        struct person_password p = { .service = PASSWORD_SERVICE };
        struct person_result result = { 0 };
        uint8_t message[2048], reply[2048];
        ssize_t n;
        int r;

        (void)snprintf(p.password, sizeof p.password, "%s", password);
        n = ask_person_exchange(fd, message, person_password_encode(&p, message), reply, sizeof reply);
        secret_wipe(&p, sizeof p);
        secret_wipe(message, sizeof message);
        r = n < 0 ? (int)n : person_result_decode(bytes_of(reply, (size_t)n), &result);
        *ret_right = r == 0 && result.right;
        return r;
}

int ask_person(const char *name, const char *password, struct person_found *ret, bool *ret_known, bool *ret_right,
               struct err *err) {
        struct child c = CHILD_NONE;
        int r = child_spawn("sekimori-person", NULL, &c, err);

        *ret_known = *ret_right = false;
        if (r < 0)
                return r;
        r = ask_person_look(c.fd, name, ret, ret_known);
        if (r == 0)
                r = ask_person_check(c.fd, password, ret_right);
        child_stop(&c);
        return r < 0 ? err_errno(err, r, "sekimori-person") : 0;
}
