/* SPDX-License-Identifier: MIT */
/* resolvers.h — whom the terminal is set up to ask for names, watched in a loop: a server that the policy does not name
 * is told of, once for as long as it stands there. A report only: who is asked is the packet filter's business. */
#pragma once

#include "decision/network.h"
#include "loop/loop.h"
#include "wire/network_event.h"

struct resolvers;

typedef void resolvers_tell(void *ctx, const struct resolver_facts *r, unsigned long untold);
typedef void resolvers_take(void *ctx, const struct resolver_facts *r);

/* `root` (the terminal's "/") is the caller's until resolvers_free(). 0 or -errno. */
int resolvers_new(struct loop *l, int root, resolvers_tell *tell, void *ctx, struct resolvers **ret);
void resolvers_free(struct resolvers *r);

/* From now on these terms, which live until others are followed (NULL: nobody is named); what stands there is told of
 * anew. */
void resolvers_follow(struct resolvers *r, const struct network_terms *terms);

/* Those that the policy does not name, now; with an error: a file that cannot be read in full. */
void resolvers_list(const struct resolvers *r, resolvers_take *take, void *ctx);
