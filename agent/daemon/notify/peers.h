/* SPDX-License-Identifier: MIT */
/* peers.h — the peers connected to notify.sock, and which of them get a message. Knows no device and no wording. */
#pragma once

#include "base/cleanup.h"
#include "loop/loop.h"

#include <sys/types.h>

#define NOBODY ((uid_t)-1)

struct peers;

/* Who sits at the seat: a uid, or NOBODY. Asked whenever it matters; does not wait. */
typedef uid_t peers_seated(void);

/* Listen at runtime_dir/notify.sock. 0 or -errno. */
int peers_listen(struct loop *l, const char *runtime_dir, peers_seated *seated, struct peers **ret);
void peers_free(struct peers *p);
CLEANUP(peers, struct peers *, peers_free)
#define auto_peers AUTO(peers)

bool peers_any(const struct peers *p);

/* To the connections of `uid` (may be NOBODY), of root and of the console's notifier. A peer that cannot take the
 * message at once is disconnected. */
void peers_send(struct peers *p, uid_t uid, const void *message, size_t n);
