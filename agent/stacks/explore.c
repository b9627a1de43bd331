/* SPDX-License-Identifier: MIT */
/* explore.c — depth first over the modules' answers. What a run asks first follows from the answers before it, so that
 * a run is known by the choices made in it; the last one that has another answer left is changed, and what followed it
 * is chosen anew. See explore.h. */
#include "stacks/explore.h"

#include "stacks/stand_in.h"

#include <security/pam_appl.h>
#include <stdio.h>
#include <string.h>

#define DEPTH 256 /* lines asked in one run */

struct answer_tried {
        uint8_t n, at;
        int values[ANSWERS_MAX];
        char yes[64]; /* the module, if this answer is a yes of somebody else's */
};

static struct {
        const struct stacks_question *q;
        const struct stack_groups *groups;
        size_t depth, n; /* in this run; chosen */
        struct answer_tried path[DEPTH];
        bool reached, lost;
} run;

int explore_answer(const char *module, int argc, const char **argv) {
        const struct stack_call call = { module, argc, argv, run.q->service, run.q->ours, run.q->others };
        struct answer_tried *c = &run.path[run.depth];
        int value;

        if (run.depth == DEPTH) {
                run.lost = true;
                return PAM_ABORT;
        }
        if (run.depth == run.n) {
                c->n = (uint8_t)answers_of(&call, run.groups, c->values);
                c->at = 0;
                run.n++;
        }
        run.depth++;
        run.reached = run.reached || strcmp(module, OURS) == 0;
        value = c->values[c->at];
        c->yes[0] = '\0';
        if (value == PAM_SUCCESS && c->n > 1)
                (void)snprintf(c->yes, sizeof c->yes, "%s", module);
        return value;
}

/* The next run's choices; false: there is none. */
static bool explore_next(void) {
        run.n = run.depth; /* a shorter run has forgotten what was chosen behind its end */
        while (run.n && ++run.path[run.n - 1].at == run.path[run.n - 1].n)
                run.n--;
        return run.n > 0;
}

static int explore_once(pam_handle_t *h) {
        int r;

        run.depth = 0;
        r = run.q->phase == STACKS_AUTH ? pam_authenticate(h, PAM_SILENT) : pam_acct_mgmt(h, PAM_SILENT);
        /* Whose password has run out is asked for a new one, and is in. */
        return r == PAM_NEW_AUTHTOK_REQD && run.q->phase == STACKS_ACCOUNT ? PAM_SUCCESS : r;
}

static void explore_credit(char by[STACKS_BY]) {
        size_t at = 0;

        for (size_t i = 0; i < run.depth; i++)
                if (run.path[i].yes[0] && !strstr(by, run.path[i].yes) && at < STACKS_BY)
                        at += (size_t)snprintf(by + at, STACKS_BY - at, "%s%s", at ? ", " : "", run.path[i].yes);
}

static enum stacks_verdict explore_all(pam_handle_t *h, char by[STACKS_BY]) {
        for (unsigned runs = 0; runs < EXPLORE_RUNS_MAX; runs++) {
                bool yes = explore_once(h) == PAM_SUCCESS;

                if (run.lost || stand_in_is_lost())
                        return STACKS_UNKNOWN;
                if (run.q->reaches ? run.reached : yes) {
                        explore_credit(by);
                        return STACKS_EVER;
                }
                if (!explore_next())
                        return STACKS_NEVER;
        }
        return STACKS_UNKNOWN;
}

static int no_talk(int n, const struct pam_message **messages, struct pam_response **answers, void *ctx) {
        (void)n, (void)messages, (void)answers, (void)ctx;
        return PAM_CONV_ERR;
}

void explore(const struct stacks_question *q, const struct stack_groups *groups, struct stacks_answer *ret) {
        const struct pam_conv silent = { .conv = no_talk };
        pam_handle_t *h = NULL;

        *ret = (struct stacks_answer){ .verdict = STACKS_NEVER };
        (void)memset(&run, 0, sizeof run);
        run.q = q;
        run.groups = groups;
        stand_in_reset();
        if (pam_start_confdir(q->service, "hanako", &silent, stand_in_folder, &h) == PAM_SUCCESS)
                ret->verdict = (uint8_t)explore_all(h, ret->by);
        else if (stand_in_is_lost())
                ret->verdict = STACKS_UNKNOWN;
        if (h)
                (void)pam_end(h, PAM_SUCCESS);
}

bool explore_is_ours(void) {
        const struct stacks_question probe = { .service = STACKS_PROBE };
        struct stacks_answer a;

        explore(&probe, &(struct stack_groups){ 0 }, &a);
        return stand_in_has(STACKS_PROBE_MODULE); /* whatever came of it: a broken `other` lets nobody in at all */
}
