/* SPDX-License-Identifier: MIT */
/* replaced.c — compares device_identity() with what it was when the grant was given. See replaced.h. */
#include "keeper/replaced.h"

#include "keeper/device.h"

#include <stdio.h>

void replaced_revoke(struct nodes *n) {
        for (size_t i = 0; i < GRANTS_MAX; i++) {
                const struct grant *each = &n->grants.grant[i];
                char path[GRANT_PATH];

                if (!each->path[0] || each->system || device_identity(&n->dirs, each->path) == each->is)
                        continue;
                (void)snprintf(path, sizeof path, "%s", each->path);
                (void)printf("another device, or none: /sys/%s\n", path);
                nodes_revoke(n, path);
        }
}
