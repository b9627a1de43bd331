/* SPDX-License-Identifier: MIT */
/* policy.c — what a compiled policy says of itself. */
#include "decision/policy.h"

#include "decision/rule.h"

#include <stdlib.h>

void policy_free(struct policy *p) {
        if (!p)
                return;
        login_plane_deinit(&p->login);
        network_plane_deinit(&p->network);
        index_deinit(&p->index);
        pool_deinit(&p->pool);
        free(p->signers);
        free(p->rules);
        free(p);
}

uint32_t policy_audit_keep_s(const struct policy *p) {
        return p->audit_keep_s;
}

uint64_t policy_serial(const struct policy *p) {
        return p->serial;
}

const char *policy_title(const struct policy *p) {
        return rule_text(p, p->title);
}

const char *policy_contact(const struct policy *p) {
        return rule_text(p, p->contact);
}

const char *policy_language(const struct policy *p) {
        return p->english ? "en" : "ja";
}

int64_t policy_issued(const struct policy *p) {
        return p->issued;
}

int32_t policy_valid_from(const struct policy *p) {
        return p->valid_from;
}

int32_t policy_valid_until(const struct policy *p) {
        return p->valid_until;
}

size_t policy_signers(const struct policy *p, const char *const **ret_pem) {
        *ret_pem = p->signers;
        return p->n_signers;
}

unsigned policy_threshold(const struct policy *p) {
        return p->threshold;
}

void policy_signers_place(const struct policy *p, unsigned *ret_line, unsigned *ret_column) {
        *ret_line = p->at_signers.line;
        *ret_column = p->at_signers.column;
}

void policy_serial_place(const struct policy *p, unsigned *ret_line, unsigned *ret_column) {
        *ret_line = p->at_serial.line;
        *ret_column = p->at_serial.column;
}

size_t policy_rules(const struct policy *p) {
        return p->n_rules;
}

static const struct rule *rule_at(const struct policy *p, int rule) {
        return p && rule >= 0 && (size_t)rule < p->n_rules ? &p->rules[rule] : NULL;
}

const char *policy_rule_name(const struct policy *p, int rule) {
        const struct rule *r = rule_at(p, rule);

        return r ? rule_text(p, r->name) : "";
}

const char *policy_rule_clause(const struct policy *p, int rule) {
        const struct rule *r = rule_at(p, rule);

        return r ? rule_text(p, r->clause) : "";
}
