/* SPDX-License-Identifier: MIT */
/* settings.h — the arguments of pam_sekimori.so in a file of pam.d. Nothing else changes what the module does. */
#pragma once

#include "base/err.h"

struct settings {
        const char *socket; /* absolute; borrowed from argv */
        unsigned timeout_s; /* for the agent, all waiting for it added up */
};

/* -EINVAL: an unknown argument, or an invalid value. A typing error must not become a default. */
int settings_read(int argc, const char *const *argv, struct settings *ret, struct err *err);
