/* SPDX-License-Identifier: MIT */
/* signals.h — what ends a resident program. */
#pragma once

#include "base/err.h"
#include "loop/loop.h"

struct signals {
        struct source source; /* its fd is the owner's to close */
        struct loop *loop;
};

/* From here on SIGTERM and SIGINT stop the loop, SIGPIPE and SIGHUP do nothing. */
int signals_watch(struct signals *s, struct loop *l, struct err *err);
