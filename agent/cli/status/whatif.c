/* SPDX-License-Identifier: MIT */
/* whatif.c — see whatif.h. Devices are read by an observer process of its own, as the agent reads them. */
#include "cli/status/whatif.h"

#include "control/element.h"
#include "helper/observer.h"
#include "host/clock.h"

#include <errno.h>
#include <poll.h>

#define TIMEOUT_MS 10000
#define SCAN 1

/* The next sighting, waiting for it. */
static int whatif_next(struct child *o, struct sighting *ret) {
        struct pollfd wait = { .fd = o->fd, .events = POLLIN };
        int r;

        while ((r = observer_read(o, ret)) == 0) {
                r = poll(&wait, 1, TIMEOUT_MS);
                if (r == 0)
                        return -ETIMEDOUT;
                if (r < 0 && errno != EINTR)
                        return -errno;
        }
        return r < 0 ? r : 0;
}

static int whatif_collect(struct child *o, const struct policy *p, json_t *to) {
        struct moment now = clock_now();
        struct sighting s;
        int r = observer_scan(o, SCAN);

        while (r == 0 && (r = whatif_next(o, &s)) == 0 && s.type != SIGHTING_SCANNED) {
                struct verdict v;

                if (s.type != SIGHTING_DEVICE || facts_are_of_a_disk(&s.facts))
                        continue; /* which disks the system stands on only sekimori-keeper knows */
                v = policy_decide(p, &s.facts, &now, NULL);
                if (json_array_append_new(to, element_new(&s, &v, p)) < 0)
                        r = -ENOMEM;
        }
        return r;
}

int whatif(const struct policy *p, json_t **ret, struct err *err) {
        struct child o;
        json_t *array;
        int r = observer_spawn_for_scan(&o, err);

        if (r < 0)
                return r;
        array = json_array();
        r = array ? whatif_collect(&o, p, array) : -ENOMEM;
        child_stop(&o);
        if (r < 0) {
                json_decref(array);
                return err_say_errno(err, r, "差し込まれている機器を調べられません", "look at the devices present");
        }
        *ret = array;
        return 0;
}
