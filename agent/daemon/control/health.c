/* SPDX-License-Identifier: MIT */
/* health.c — fstatvfs(), the gate's list of devices, and connect() to /run/pcscd/pcscd.comm. See health.h. */
#include "control/health.h"

#include "decision/kind.h"
#include "decision/login.h"
#include "gate/judge.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>

static json_int_t free_mib(int state_fd) {
        struct statvfs disk;

        return fstatvfs(state_fd, &disk) < 0 ? 0 : (json_int_t)(disk.f_bavail * disk.f_frsize >> 20);
}

static json_int_t readers_let_in(const struct gate *g) {
        json_int_t n = 0;

        for (const struct device *d = gate_devices(g); d; d = d->next)
                n += judge_is_in_as(d, KIND_SMARTCARD);
        return n;
}

/* If systemd listens on pcscd's socket, connecting starts pcscd, as a login would. */
static bool pcscd_answers(void) {
        static const struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "/run/pcscd/pcscd.comm" };
        auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        return fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) == 0;
}

json_t *health_object(const struct subject *s) {
        const struct login_terms *terms = policy_login_terms(state_policy(s->state));
        bool asked_for = terms->card.module != NULL, mapped = terms->card.map != CARD_MAP_NONE;

        const json_int_t readers = readers_let_in(s->gate);

        return json_pack("{s:{s:I}, s:{s:b, s:b, s:b, s:I, s:b}}", "disk", "free_mib", free_mib(store_fd(s->store)),
                         "card", "asked_for", asked_for, "mapped", mapped, "reader", readers > 0, "readers", readers,
                         "service", asked_for && pcscd_answers());
}
