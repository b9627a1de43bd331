/* SPDX-License-Identifier: MIT */
/* front.h — which session is in front of seat0, by the files of systemd-logind. Never waits for logind. */
#pragma once

#include "loop/loop.h"

#include <sys/types.h>
#include <systemd/sd-login.h>

struct front {
        struct source source;
        struct loop *loop;
        sd_login_monitor *monitor; /* NULL: logind's files cannot be followed yet */
        void (*changed)(struct front *f);
};

void front_init(struct front *f, struct loop *l, void (*changed)(struct front *f));
void front_deinit(struct front *f);

/* logind's name of that session (the caller's to free) and whose it is. False, with *ret untouched: nobody's, a remote
 * one, logind does not say, or its next change would not be heard of. After true, `changed` is called whenever this
 * may have changed. */
bool front_session(struct front *f, char **ret, uid_t *ret_uid);
