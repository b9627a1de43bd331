/* SPDX-License-Identifier: MIT */
/* login.c — what a compiled policy says of a login: the first rule for this person at this service. */
#include "decision/login_plane.h"

#include "decision/administrators.h"
#include "decision/list.h"
#include "decision/pam_service.h"
#include "decision/rule.h"

#include <string.h>

#define MINUTE_S 60

const struct login_terms login_terms_default = {
        .throttle = { .attempts = 5, .within_s = 15 * MINUTE_S, .pause_s = 30 * MINUTE_S },
        .totp = { .digits = 6, .period_s = 30, .skew = 1, .algorithm = TOTP_SHA1 },
        .card = { .grace_s = 30 },
};

/* The plan of a sealed terminal, and of a policy without `login:`: still two factors, and one of them is on paper, so
 * that nobody has to be enrolled under a policy before the first policy. */
static const struct login_plan plan_default = {
        .rule = "", .n = 1, .alternatives = { FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_RECOVERY) }
};

static bool login_rule_serves(const struct policy *p, const struct login_rule *r, const char *service) {
        return !r->services || list_has(rule_text(p, r->services), service);
}

bool login_rule_fits(const struct policy *p, const struct login_rule *r, const struct person *who,
                     const char *service) {
        return login_rule_serves(p, r, service) && (!r->users || list_names_person(rule_text(p, r->users), who));
}

static const struct login_rule *rule_for(const struct policy *p, const struct person *who, const char *service) {
        for (size_t i = 0; i < p->login.n_rules; i++)
                if (login_rule_fits(p, &p->login.rules[i], who, service))
                        return &p->login.rules[i];
        return NULL;
}

static void login_plan_fill(const struct policy *p, const struct login_rule *r, struct login_plan *ret) {
        ret->rule = rule_text(p, r->name);
        ret->n = r->n;
        memcpy(ret->alternatives, r->alternatives, r->n * sizeof *r->alternatives);
}

static bool login_single_prompt(const struct policy *p, const char *service) {
        return pam_service_has(service, PAM_SERVICE_ONE_ANSWER)
               || (p && list_has(rule_text(p, p->login.single_prompt), service));
}

bool policy_login_plan(const struct policy *p, const struct person *who, const char *service, struct login_plan *ret) {
        const struct login_rule *r;

        if (!who || !who->user || !*who->user || !service || !*service)
                return false;
        if (!p || !p->login.at.line) {
                *ret = plan_default;
                ret->single_prompt = login_single_prompt(p, service);
                return true;
        }
        r = rule_for(p, who, service);
        if (!r)
                return false;
        *ret = (struct login_plan){ .single_prompt = login_single_prompt(p, service) };
        login_plan_fill(p, r, ret);
        return true;
}

static bool login_rule_is_ordinary(const struct policy *p, const struct login_rule *r) {
        for (const char *name = rule_text(p, r->users); *name; name = list_next(name))
                if (!list_has(administrators, name))
                        return true;
        return !r->users;
}

void policy_login_decoy(const struct policy *p, const char *service, struct login_plan *ret) {
        const struct login_rule *chosen = NULL;

        *ret = plan_default;
        ret->single_prompt = login_single_prompt(p, service);
        if (!p || !p->login.at.line)
                return;
        *ret = (struct login_plan){ .rule = "", .single_prompt = ret->single_prompt };
        for (const struct login_rule *r = p->login.rules; r < p->login.rules + p->login.n_rules; r++)
                if (login_rule_serves(p, r, service)
                    && (!chosen || (!login_rule_is_ordinary(p, chosen) && login_rule_is_ordinary(p, r))))
                        chosen = r;
        if (chosen)
                login_plan_fill(p, chosen, ret);
}

static bool login_alternatives_offer(const uint32_t *alternatives, size_t n, uint32_t factors) {
        for (size_t i = 0; i < n; i++)
                if ((alternatives[i] & ~factors) == 0)
                        return true;
        return false;
}

bool policy_login_offers(const struct policy *p, uint32_t factors) {
        if (!p || !p->login.at.line)
                return login_alternatives_offer(plan_default.alternatives, plan_default.n, factors);
        for (size_t i = 0; i < p->login.n_rules; i++)
                if (login_alternatives_offer(p->login.rules[i].alternatives, p->login.rules[i].n, factors))
                        return true;
        return false;
}

bool login_plan_offers(const struct login_plan *plan, uint32_t factors) {
        return login_alternatives_offer(plan->alternatives, plan->n, factors);
}

bool policy_login_place(const struct policy *p, unsigned *ret_line, unsigned *ret_column) {
        *ret_line = p->login.at.line;
        *ret_column = p->login.at.column;
        return p->login.at.line;
}

bool policy_login_exempt(const struct policy *p, const char *service) {
        return p && service && *service && list_has(rule_text(p, p->login.exempt), service);
}

const struct login_terms *policy_login_terms(const struct policy *p) {
        return p ? &p->login.terms : &login_terms_default;
}

bool login_plane_settle(struct policy *p) {
        struct login_plane *l = &p->login;
        size_t n_pems = l->terms.card.n_authorities + l->terms.card.n_revocation, n = n_pems + l->terms.card.n_policies;

        if (l->module)
                l->terms.card.module = rule_text(p, l->module);
        if (l->domain)
                l->terms.card.domain = rule_text(p, l->domain);
        if (n == 0)
                return true;
        l->pems = calloc(n, sizeof *l->pems);
        for (size_t i = 0; l->pems && i < n; i++)
                l->pems[i] = rule_text(p, l->pem_offsets[i]);
        l->terms.card.authorities = l->pems;
        l->terms.card.revocation = l->pems ? l->pems + l->terms.card.n_authorities : NULL;
        l->terms.card.policies = l->pems ? l->pems + n_pems : NULL;
        free(l->pem_offsets);
        l->pem_offsets = NULL;
        return l->pems;
}

void login_plane_deinit(struct login_plane *l) {
        free(l->pem_offsets);
        free(l->pems);
        free(l->rules);
        *l = (struct login_plane){ 0 };
}
