/* SPDX-License-Identifier: MIT */
/* plans.c — see plans.h. */
#include "network/plans.h"

#include "host/file.h"
#include "host/network_stage.h"
#include "wire/network.h"

#include <stdlib.h>
#include <string.h>

static struct network_plan plan_of(const struct policy *p) {
        const struct network_terms *terms = policy_network(p);

        struct network_plan plan = { .serial = p ? policy_serial(p) : 0,
                                     .english = p && strcmp(policy_language(p), "en") == 0,
                                     .has_terms = terms != NULL };

        if (terms)
                plan.terms = *terms;
        return plan;
}

static bool plan_stands(int dir, struct bytes plan) {
        auto_free uint8_t *old = NULL;
        size_t size;

        return file_read(dir, NETWORK_PLAN, NETWORK_PLAN_MAX, &old, &size) == 0
               && bytes_equal(bytes_of(old, size), plan);
}

/* One that stands already is not written again: an agent starts at each boot. */
static int plan_write(const struct plans *p, struct err *err) {
        const struct network_plan plan = plan_of(state_policy(p->state));
        auto_free uint8_t *bytes = NULL;
        auto_fd dir = -1;
        size_t size = 0;
        int r = network_plan_encode(&plan, &bytes, &size);

        if (r < 0)
                return err_say_errno(err, r, "ネットワークの計画を書けません", "write the plan of the network");
        r = directory_make(p->state_fd, NETWORK_DIR, 0700, &dir, err);
        if (r < 0 || plan_stands(dir, bytes_of(bytes, size)))
                return r;
        return file_replace(dir, NETWORK_PLAN, bytes_of(bytes, size), 0600, err);
}

static int plans_changed(void *ctx, const struct in_force *before, struct err *err) {
        const struct plans *p = ctx;

        return before->policy == state_policy(p->state) ? 0 : plan_write(p, err);
}

int plans_keep(struct plans *p, struct state *s, int state_fd, struct err *err) {
        *p = (struct plans){ .subscriber = { .changed = plans_changed, .ctx = p }, .state = s, .state_fd = state_fd };
        state_subscribe(s, &p->subscriber);
        return plan_write(p, err);
}
