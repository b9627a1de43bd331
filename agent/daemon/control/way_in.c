/* SPDX-License-Identifier: MIT */
/* way_in.c — reads factors and tally, and looks for an alternative at each entrance that has a file in /etc/pam.d or
 * /usr/lib/pam.d. See way_in.h. */
#include "control/way_in.h"

#include "auth/recovery.h"
#include "control/visit.h"
#include "decision/pam_service.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint32_t way_in_enrolled(const struct subject *s, const char *user) {
        struct petition p = { .subject = s };
        auto_visit v = NULL;
        uint32_t enrolled = 0;

        if (visit_begin(&p, user, &v) != CONTROL_OK)
                return 0;
        if (v->factors.n_tokens)
                enrolled |= FACTOR_BIT(FACTOR_TOTP);
        if (v->factors.n_cards)
                enrolled |= FACTOR_BIT(FACTOR_CARD);
        if (recovery_left(&v->factors, &v->tally))
                enrolled |= FACTOR_BIT(FACTOR_RECOVERY);
        return enrolled;
}

/* A card that is found by the name in its certificate is enrolled nowhere: it is taken to be there. */
uint32_t way_in_factors(const struct policy *p, uint32_t enrolled) {
        const struct login_terms *terms = policy_login_terms(p);
        const uint32_t card = FACTOR_BIT(FACTOR_CARD);
        uint32_t factors = (enrolled & ~card) | FACTOR_BIT(FACTOR_PASSWORD);

        if (terms->card.module && (enrolled & card || terms->card.map != CARD_MAP_NONE))
                factors |= card | FACTOR_BIT(FACTOR_PIN);
        return factors;
}

/* The console is everywhere. */
static bool way_in_is_here(const char *service) {
        static const char *const folders[] = { "/etc/pam.d", "/usr/lib/pam.d" };
        char path[128];

        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
                (void)snprintf(path, sizeof path, "%s/%s", folders[i], service);
                if (access(path, F_OK) == 0)
                        return true;
        }
        return strcmp(service, "login") == 0;
}

bool way_in_there(const struct policy *p, const struct person *who, uint32_t enrolled) {
        const uint32_t factors = way_in_factors(p, enrolled);
        struct login_plan plan;

        for (size_t i = 0; i < pam_services_n; i++)
                if (pam_services[i].kind == PAM_SERVICE_ENTRANCE && way_in_is_here(pam_services[i].name)
                    && policy_login_plan(p, who, pam_services[i].name, &plan) && login_plan_offers(&plan, factors))
                        return true;
        return false;
}
