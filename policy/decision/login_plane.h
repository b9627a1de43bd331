/* SPDX-License-Identifier: MIT */
/* login_plane.h — `login:` compiled, from within. For the files of policy/; agent/ sees login.h. */
#pragma once

#include "base/place.h"
#include "decision/login.h"

/* Offsets are into the policy's pool. */
struct login_rule {
        uint32_t name;
        uint32_t users, services; /* lists; 0: everybody, every service */
        uint32_t n;
        uint32_t alternatives[ALTERNATIVES_MAX];
        struct place at;
};

struct login_plane {
        struct place at; /* of the key; line 0: the policy says nothing of login */
        struct login_rule *rules;
        size_t n_rules;
        uint32_t exempt, single_prompt; /* lists */
        struct place at_exempt, at_card;
        struct {
                struct place at; /* line 0: there is none */
                uint32_t factors;
        } two_codes; /* the first alternative that asks for a token's code and one from paper */
        uint32_t module, domain;
        uint32_t *pem_offsets; /* while it is compiled: the authorities, the revocation lists, the policies */
        const char **pems;
        struct login_terms terms;
};

extern const struct login_terms login_terms_default;

/* Call when the pool is settled: pointers into the pool are set. False when memory ran out. */
bool login_plane_settle(struct policy *p);
void login_plane_deinit(struct login_plane *l);

/* Does the rule speak of this service, and of this person? */
bool login_rule_fits(const struct policy *p, const struct login_rule *r, const struct person *who, const char *service);

/* What a careful colleague would say of it: each sentence once, where it stands. */
typedef void login_warn(void *ctx, struct place at, const char *text);
void login_warnings(const struct policy *p, bool english, login_warn *warn, void *ctx);
