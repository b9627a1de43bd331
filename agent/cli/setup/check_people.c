/* SPDX-License-Identifier: MIT */
/* check_people.c — whether administrators have what the policy will ask them for. */
#include "base/cleanup.h"
#include "cli/setup/checks.h"
#include "cli/setup/pam_tree.h"
#include "decision/login.h"
#include "decision/pam_service.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define ENOUGH 2
#define GROUPS_MAX 128

static const char *const administrators[] = { "root", "sudo", "wheel", "admin", "admins" };

/* Somebody enrolled, as the policy's rules see them. */
struct enrolled {
        const json_t *json;
        struct person who;
        const char *groups[GROUPS_MAX + 1];
        char *names[GROUPS_MAX]; /* owned */
        size_t n;
        bool administrator;
};

static void enrolled_deinit(struct enrolled *e) {
        for (size_t i = 0; i < e->n; i++)
                free(e->names[i]);
}

static bool is_of_administrators(const char *group) {
        for (size_t i = 0; i < sizeof administrators / sizeof *administrators; i++)
                if (strcmp(group, administrators[i]) == 0)
                        return true;
        return false;
}

static void groups_of(struct enrolled *e, const struct passwd *pw) {
        gid_t ids[GROUPS_MAX];
        int n = GROUPS_MAX;

        if (getgrouplist(pw->pw_name, pw->pw_gid, ids, &n) < 0)
                n = GROUPS_MAX;
        for (int i = 0; i < n; i++) {
                const struct group *gr = getgrgid(ids[i]);

                e->names[e->n] = gr ? strdup(gr->gr_name) : NULL;
                if (!e->names[e->n])
                        continue;
                e->administrator = e->administrator || is_of_administrators(e->names[e->n]);
                e->groups[e->n] = e->names[e->n];
                e->n++;
        }
        e->groups[e->n] = NULL;
}

static bool enrolled_init(struct enrolled *e, const json_t *json) {
        const char *user = json_string_value(json_object_get(json, "user"));
        const struct passwd *pw = user ? getpwnam(user) : NULL;

        *e = (struct enrolled){ .json = json, .who = { .user = user } };
        if (!pw)
                return false;
        e->administrator = pw->pw_uid == 0;
        groups_of(e, pw);
        e->who.groups = e->groups;
        return true;
}

struct hash {
        const char *user;
        bool locked;
};

static void shadow_line(void *ctx, unsigned number, char *line) {
        struct hash *h = ctx;
        size_t n = strlen(h->user);

        (void)number;
        if (strncmp(line, h->user, n) == 0 && line[n] == ':')
                h->locked = !line[n + 1] || strchr("!*:", line[n + 1]);
}

/* False only for an unusable password in /etc/shadow: a user who is not in it is taken to have one in a directory. */
static bool has_password(const struct check_context *g, const char *user) {
        struct hash h = { .user = user };

        return check_context_lines(g, "etc/shadow", shadow_line, &h) < 0 || !h.locked;
}

static uint32_t factors_had(const struct check_context *g, const json_t *person) {
        const struct login_terms *terms = policy_login_terms(g->policy);
        bool card = json_array_size(json_object_get(person, "cards")) > 0 || terms->card.map != CARD_MAP_NONE;
        uint32_t had = 0;

        if (json_is_true(json_object_get(person, "key_lost")))
                card = false;
        else if (json_array_size(json_object_get(person, "tokens")) > 0)
                had |= FACTOR_BIT(FACTOR_TOTP);
        if (json_integer_value(json_object_get(person, "recovery_left")) > 0)
                had |= FACTOR_BIT(FACTOR_RECOVERY);
        if (has_password(g, json_string_value(json_object_get(person, "user"))))
                had |= FACTOR_BIT(FACTOR_PASSWORD);
        return had | (card ? FACTOR_BIT(FACTOR_CARD) | FACTOR_BIT(FACTOR_PIN) : 0);
}

/* Is there an entrance of this terminal at which the person has every factor of one alternative? */
static bool can_get_in(const struct check_context *g, const struct enrolled *e) {
        uint32_t had = factors_had(g, e->json);
        struct login_plan plan;

        for (size_t i = 0; i < pam_services_n; i++)
                if (pam_services[i].kind == PAM_SERVICE_ENTRANCE && pam_tree_has(g, pam_services[i].name)
                    && policy_login_plan(g->policy, &e->who, pam_services[i].name, &plan)
                    && login_plan_offers(&plan, had))
                        return true;
        return false;
}

void check_administrators(struct check_context *g) {
        size_t n = 0;
        char names[512] = "";

        if (!g->status || !g->policy)
                return; /* check_agent and check_policy have said so */
        for (size_t i = 0; i < json_array_size(g->people); i++) {
                __attribute__((cleanup(enrolled_deinit))) struct enrolled e;

                if (enrolled_init(&e, json_array_get(g->people, i)) && e.administrator && can_get_in(g, &e))
                        words_add(names, sizeof names, "%s%s", n++ ? ", " : "", e.who.user);
        }
        if (n >= ENOUGH)
                finding_add(g, FINDING_OK, SAY(g->l, "ログインできる管理者: %s", "administrators who can log in: %s"),
                            names);
        else
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "ログインできる管理者が %zu 人しかいません（%s）。二人必要です: sekimori enrol USER totp、"
                            "sekimori enrol USER recovery（root か sudo グループの人）",
                            "only %zu administrators could log in (%s), and two are needed: sekimori enrol USER totp, sekimori "
                            "enrol USER recovery (root, or somebody in the group sudo)"),
                        n, n ? names : SAY(g->l, "なし", "nobody"));
}
