/* SPDX-License-Identifier: MIT */
/* check_signers.c — whether the policy in force could be followed by another: serials left, and people who could sign.
 */
#include "cli/setup/checks.h"
#include "signature/succession.h"

/* From `issued` on, or from now on where that is later. */
static void check_signers_look(struct check_context *g, const struct trust *next) {
        int64_t issued_s = policy_issued(g->policy), from_s = issued_s < g->now_s ? g->now_s : issued_s;
        struct err why = { "" };

        if (succession_check(g->policy, next, &why) < 0)
                finding_add(g, FINDING_STOP, "policy.yaml:%s", err_text(&why, g->l));
        else if (succession_ends(next, from_s, &why))
                finding_add(g, FINDING_WARNING, "%s", err_text(&why, g->l));
        else
                finding_add(g, FINDING_OK, SAY(g->l, "次のポリシーに署名できます", "the next policy can be signed"));
}

void check_signers(struct check_context *g) {
        const char *const *signers;
        struct trust *next = NULL;
        struct err why = { "" };
        size_t n;

        if (!g->policy)
                return; /* check_policy has said so */
        n = policy_signers(g->policy, &signers);
        if (trust_from_pem(signers, n, policy_threshold(g->policy), &next, &why) < 0)
                finding_add(g, FINDING_STOP, "%s", err_text(&why, g->l));
        else
                check_signers_look(g, next);
        trust_free(next);
}
