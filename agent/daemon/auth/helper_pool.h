/* SPDX-License-Identifier: MIT */
/* helper_pool.h — a helper of each kind that is ready before the next login comes: started, its name service or its
 * PKCS#11 module loaded, and nothing asked yet. Most of what a login waits for is that start.
 *
 * Where nobody logs in there is no helper. A helper is started when an attempt has ended, is used once, and is stopped
 * if no login comes for a while. It knows no name and no PIN. A module may look at the cards that are there when it is
 * loaded (OpenSC does). */
#pragma once

#include "base/cleanup.h"
#include "host/child.h"
#include "loop/loop.h"

#include <stdbool.h>

enum helper { HELPER_PERSON, HELPER_CARD, HELPERS };

struct helper_pool;

/* `timeout_ms`: how long one is kept. */
int helper_pool_new(struct loop *l, int64_t timeout_ms, struct helper_pool **ret);
void helper_pool_free(struct helper_pool *s);
CLEANUP(helper_pool, struct helper_pool *, helper_pool_free)
#define auto_helper_pool AUTO(helper_pool)

/* Have one ready. `what`: the nested PAM service, or the PKCS#11 module. Does nothing where there is one already. */
void helper_pool_prepare(struct helper_pool *s, enum helper which, const char *what);

/* *ret: the prepared helper, or one just started; it is the caller's from now on. ret_was_ready may be NULL. */
int helper_pool_take(struct helper_pool *s, enum helper which, const char *what, struct child *ret,
                     bool *ret_was_ready);
