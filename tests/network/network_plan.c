/* SPDX-License-Identifier: MIT */
/* network_plan.c — the plan of a policy without a signature, as the agent would write it: for the flows.
 *
 * usage: network-plan POLICY DIR */
#include "wire/network.h"

#include "host/file.h"

#include <fcntl.h>
#include <stdio.h>

static int plan_make(const char *policy, const char *dir, struct err *err) {
        auto_free uint8_t *text = NULL, *plan = NULL;
        auto_policy p = NULL;
        auto_fd to = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct network_plan made = { .has_terms = true };
        size_t size;
        int r = file_read(AT_FDCWD, policy, POLICY_TEXT_MAX, &text, &size);

        if (r < 0)
                return err_errno(err, r, "%s", policy);
        r = policy_compile(bytes_of(text, size), &p, err);
        if (r < 0)
                return r;
        made.serial = policy_serial(p);
        made.has_terms = policy_network(p) != NULL;
        if (made.has_terms)
                made.terms = *policy_network(p);
        r = network_plan_encode(&made, &plan, &size);
        return r < 0 ? r : file_replace(to, NETWORK_PLAN, bytes_of(plan, size), 0600, err);
}

int main(int argc, char **argv) {
        struct err err = { "" };
        int r = argc == 3 ? plan_make(argv[1], argv[2], &err) : err_set(&err, -1, "usage");

        if (r < 0)
                (void)fprintf(stderr, "network-plan: %s\n", err.text);
        return r < 0;
}
