/* SPDX-License-Identifier: MIT */
/* card_service.c — sekimori-card is started, and asked one thing. See card_service.h. */
#include "cli/status/card_service.h"

#include "host/child.h"
#include "wire/socket.h"

#include <poll.h>

#define AGAIN_MS 1000

static bool card_service_ask(int patience_ms, struct card_heard *ret) {
        struct child helper = CHILD_NONE;
        uint8_t message[CARD_MAX];
        struct pollfd wait;
        ssize_t n = -1;

        if (child_spawn("sekimori-card", NULL, &helper, NULL) < 0)
                return false;
        wait = (struct pollfd){ .fd = helper.fd, .events = POLLIN };
        if (socket_send(helper.fd, message, card_hear_encode(message), -1) == 0 && poll(&wait, 1, patience_ms) == 1)
                n = socket_receive(helper.fd, message, sizeof message, NULL);
        child_stop(&helper);
        return n > 0 && card_heard_decode(bytes_of(message, (size_t)n), ret) == 0;
}

bool card_service_lacks_one(unsigned let_in, unsigned known) {
        return known < let_in;
}

bool card_service_hears(int patience_ms, unsigned let_in, struct card_heard *ret) {
        if (!card_service_ask(patience_ms, ret))
                return false;
        if (ret->error || !card_service_lacks_one(let_in, ret->readers))
                return true;
        (void)poll(NULL, 0, AGAIN_MS);
        return card_service_ask(patience_ms, ret);
}
