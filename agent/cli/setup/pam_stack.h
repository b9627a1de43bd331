/* SPDX-License-Identifier: MIT */
/* pam_stack.h — the result of a service's PAM stack, worked out from its files (pam.conf(5)) without running a module:
 * who gets in when these modules agree and those refuse? */
#pragma once

#include "base/cleanup.h"
#include "cli/setup/check_context.h"

#define PAM_LINES_MAX 128
#define OUR_MODULE "pam_sekimori"

extern const char *const pam_directories[]; /* directories of services; the first match counts; NULL-terminated */

enum pam_phase { PAM_PHASE_AUTH, PAM_PHASE_ACCOUNT };

struct pam_line {
        char control[128]; /* "required", or what is between the brackets, with '[' before it */
        char module[64];   /* without its directory and ".so" */
        char arguments[128];
        unsigned level; /* how many substacks deep */
};

struct pam_stack {
        const struct check_context *context;
        enum pam_phase phase;
        bool as_if; /* common-auth and common-account are taken to be our module alone */
        size_t n;
        struct pam_line lines[PAM_LINES_MAX];
};

/* The lines of a service for one phase, or those of "other" where it has none. The caller frees. -ENOENT (also for a
 * file that is included), -EBADMSG (what libpam would refuse), -ELOOP, -E2BIG, -ENOMEM. */
int pam_stack_load(const struct check_context *g, const char *service, enum pam_phase phase, bool as_if,
                   struct pam_stack **ret);
CLEANUP(pam_stack, struct pam_stack *, free)
#define auto_pam_stack AUTO(pam_stack)

bool pam_stack_has(const struct pam_stack *s, const char *module);

/* What a module of this line returns, as pam.conf(5) writes it: "success", "auth_err", "ignore" … */
typedef const char *pam_answer(const struct pam_line *line, const void *ctx);

/* Whether the stack as a whole says yes. */
bool pam_stack_grants(const struct pam_stack *s, pam_answer *answer, const void *ctx);
