/* SPDX-License-Identifier: MIT */
/* check_rivals.c — who else lets devices in or cuts them off on this terminal, and what to do about each. */
#include "cli/setup/checks.h"
#include "cli/setup/rivals.h"

static void check_rivals_say(void *ctx, const struct rival *rival) {
        struct check_context *g = ctx;

        finding_add(g, rival->kind == RIVAL_UNDOES ? FINDING_STOP : FINDING_WARNING,
                    SAY(g->l, "%s（%s）: %s。%s", "%s (%s): %s; %s"), rival->name, rival->where,
                    SAY(g->l, rival->means->ja, rival->means->en), SAY(g->l, rival->todo->ja, rival->todo->en));
}

void check_rivals(struct check_context *g) {
        size_t before = json_array_size(g->findings);

        rivals_look(g, check_rivals_say, g);
        if (json_array_size(g->findings) == before)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "ほかに機器を許可したり止めたりするものはありません",
                                "nothing else lets devices in or cuts them off"));
}
