/* SPDX-License-Identifier: MIT */
/* enrol_owners.c — whose each token of a file is, and that no token and no serial number is there twice. */
#include "cli/factors/enrol.h"

#include "base/secret.h"
#include "cli/factors/seeds.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE 64     /* names that a look at a table asks for */
#define ASKED_MOST 50 /* tokens that are asked for one by one */

static const struct phrase same_secret = { "同じ秘密の値が、前にもあります", "the same secret is in an earlier line" },
                           same_serial = { "同じ製造番号が、前にもあります", "the same serial is in an earlier line" },
                           another = { "別の人の行です", "this row is for somebody else" },
                           two_people = { "@ より前が同じ別の人が、前にもあります",
                                          "an earlier line has somebody else with the same name before the @" },
                           missing = { "この製造番号は、トークンのファイルにありません",
                                       "no token of the file has this serial" };

/* ---- twice --------------------------------------------------------------------------------------------------------
 */

static int owners_by_secret(const void *a, const void *b) {
        const struct seed *x = *(struct seed *const *)a, *y = *(struct seed *const *)b;
        int by = (int)x->token.n_secret - (int)y->token.n_secret;

        by = by ? by : memcmp(x->token.secret, y->token.secret, x->token.n_secret);
        return by ? by : x < y ? -1 : 1;
}

static int owners_by_serial(const void *a, const void *b) {
        const struct seed *x = *(struct seed *const *)a, *y = *(struct seed *const *)b;
        int by = strcmp(x->token.label, y->token.label);

        by = by ? by : strcmp(x->user, y->user);
        return by ? by : x < y ? -1 : 1;
}

static bool owners_share_secret(const struct seed *x, const struct seed *y) {
        return x->token.n_secret && x->token.n_secret == y->token.n_secret
               && secret_equal(x->token.secret, y->token.secret, x->token.n_secret);
}

static bool owners_share_serial(const struct seed *x, const struct seed *y) {
        return x->token.label[0] && strcmp(x->token.label, y->token.label) == 0 && strcmp(x->user, y->user) == 0;
}

/* The seeds in that order, with NULL behind them. */
static struct seed **owners_sorted(const struct seeds *s, int (*by)(const void *, const void *)) {
        struct seed **all = calloc(s->n + 1, sizeof *all);

        for (size_t i = 0; all && i < s->n; i++)
                all[i] = &s->all[i];
        if (all)
                qsort(all, s->n, sizeof *all, by);
        return all;
}

static int owners_refuse_twins(const char *path, const struct seeds *s) {
        struct seed **secrets = owners_sorted(s, owners_by_secret), **serials = owners_sorted(s, owners_by_serial);
        size_t faults = 0;

        for (size_t i = 1; secrets && serials && i < s->n; i++) {
                if (owners_share_secret(secrets[i - 1], secrets[i]))
                        seeds_refuse(path, &faults, secrets[i]->line, secrets[i]->secret_column, &same_secret);
                if (owners_share_serial(serials[i - 1], serials[i]))
                        seeds_refuse(path, &faults, serials[i]->line, serials[i]->serial_column, &same_serial);
        }
        if (!secrets || !serials)
                (void)complain_memory();
        faults += !secrets || !serials;
        free(secrets);
        free(serials);
        return seeds_refused(path, faults);
}

/* ---- as this terminal calls them ----------------------------------------------------------------------------------
 */

static int owners_by_user(const void *a, const void *b) {
        const struct seed *x = *(struct seed *const *)a, *y = *(struct seed *const *)b;
        int by = strcmp(x->user, y->user);

        return by ? by : x < y ? -1 : 1;
}

/* Two names of Entra ID that differ behind the @ only. */
static bool owners_are_mixed_up(const struct seed *x, const struct seed *y) {
        size_t n = strcspn(x->user, "@");

        return x->principal && y->principal && strncmp(x->user, y->user, n + 1) == 0 && strcmp(x->user, y->user) != 0;
}

/* Each name is a question to the name service. For a look at a long table some must do: where it knows none of them
 * whole, it is taken to know none. What is enrolled asks for all. */
static void owners_keep_known(struct seeds *s, bool look_only) {
        size_t unknown = 0, known = 0;
        char spelt[256];

        for (size_t i = 0; i < s->n; i++) {
                struct seed *one = &s->all[i];

                one->principal = one->principal && strchr(one->user, '@');
                if (!one->principal || (look_only && unknown >= SAMPLE && !known))
                        continue;
                one->principal = !person_is_known(one->user, spelt, sizeof spelt);
                unknown += one->principal;
                known += !one->principal;
        }
}

/* "hanako@example.lg.jp" is hanako, unless this terminal knows the whole name. Two people must not become one. */
static int owners_shorten(const char *path, struct seeds *s, bool look_only) {
        struct seed **all;
        size_t faults = 0;

        owners_keep_known(s, look_only);
        all = owners_sorted(s, owners_by_user);
        if (!all)
                return complain_memory();
        for (size_t i = 0; i < s->n; i++)
                if (all[i]->principal && (all[i]->user[0] == '@' || (i && owners_are_mixed_up(all[i - 1], all[i]))))
                        seeds_refuse(path, &faults, all[i]->line, all[i]->user_column, &two_people);
        free(all);
        for (size_t i = 0; i < s->n; i++)
                if (s->all[i].principal)
                        s->all[i].user[strcspn(s->all[i].user, "@")] = '\0';
        return seeds_refused(path, faults);
}

/* ---- whose --------------------------------------------------------------------------------------------------------
 */

static int owners_find(const void *key, const void *at) {
        return strcmp(key, (*(struct seed *const *)at)->token.label);
}

/* Each line of the table names a token of the file, and each token has one line at most. */
static int owners_give(const struct factor_enrolment *e, struct seeds *s, const struct seeds *owners) {
        struct seed **tokens = owners_sorted(s, owners_by_serial);
        size_t faults = 0;

        if (!tokens)
                return complain_memory();
        for (size_t i = 0; i < owners->n; i++) {
                const struct seed *o = &owners->all[i];
                struct seed **found =
                        o->token.label[0] ? bsearch(o->token.label, tokens, s->n, sizeof *tokens, owners_find) : NULL;

                if (!found)
                        seeds_refuse(e->assign, &faults, o->line, o->serial_column, &missing);
                else if ((*found)->user[0] && strcmp((*found)->user, o->user) != 0)
                        seeds_refuse(e->assign, &faults, o->line, o->serial_column, &same_serial);
                else
                        (void)snprintf((*found)->user, sizeof(*found)->user, "%s", o->user);
        }
        free(tokens);
        return seeds_refused(e->assign, faults);
}

static int owners_assign(const struct factor_enrolment *e, struct seeds *s) {
        struct seeds_source from = { .path = e->assign, .want = SEEDS_OWNERS };
        struct seeds owners = { 0 };
        enum seeds_key wanted;
        int code = seeds_read(&from, &owners, &wanted);

        if (code == EXIT_OK)
                code = owners_shorten(e->assign, &owners, false);
        if (code == EXIT_OK)
                code = owners_give(e, s, &owners);
        seeds_wipe(&owners);
        return code;
}

/* Nothing typed: the token is left out. */
static int owners_ask(const struct factor_enrolment *e, struct seeds *s) {
        for (size_t i = 0; i < s->n; i++) {
                struct seed *one = &s->all[i];
                char prompt[512], name[SEEDS_TEXT];

                if (one->user[0])
                        continue;
                (void)snprintf(prompt, sizeof prompt,
                               SAY(e->terminal.l, "%s の利用者（登録しないときは Enter だけ）: ",
                                   "Whose is %s? (Enter: leave it out) "),
                               one->token.label[0] ? one->token.label : "?");
                if (!ask_line(prompt, name, sizeof name))
                        return complain(EXIT_REFUSED, "登録していません", "nothing was enrolled");
                if (name[0] && !factors_name_is_fit(name))
                        return complain(EXIT_REFUSED, "利用者名として使えない名前です", "that is no name of a user");
                if (name[0])
                        (void)person_is_known(name, one->user, sizeof one->user);
        }
        return EXIT_OK;
}

/* Take out what is nobody's. */
static void owners_leave_out(const struct factor_enrolment *e, struct seeds *s) {
        size_t kept = 0, all = s->n;

        for (size_t i = 0; i < all; i++)
                if (s->all[i].user[0])
                        s->all[kept++] = s->all[i];
        secret_wipe(&s->all[kept], (all - kept) * sizeof *s->all);
        s->n = kept;
        if (kept < all)
                (void)complain(EXIT_OK, "%s: 利用者のない %zu 個のトークンは登録しません",
                               "%s: %zu tokens are nobody's here, and are left out", e->import, all - kept);
}

static size_t owners_missing(const struct seeds *s) {
        size_t n = 0;

        for (size_t i = 0; i < s->n; i++)
                n += s->all[i].user[0] == '\0';
        return n;
}

static int owners_refuse_others(const struct factor_enrolment *e, struct seeds *s) {
        size_t faults = 0;

        for (size_t i = 0; i < s->n; i++)
                if (strcmp(s->all[i].user, e->user) != 0)
                        seeds_refuse(e->import, &faults, s->all[i].line, s->all[i].user_column, &another);
        return seeds_refused(e->import, faults);
}

static int owners_settle(const struct factor_enrolment *e, struct seeds *s, size_t nobodys) {
        int code;

        if (nobodys && e->check)
                return EXIT_OK; /* shown as nobody's */
        if (nobodys && (!e->asks || nobodys > ASKED_MOST || strcmp(e->import, "-") == 0))
                return complain(
                        EXIT_USAGE,
                        "%s: だれのトークンか書かれていません（%zu 個）。sekimori enrol USER totp --import か、--assign で指定してください",
                        "%s: it does not say whose its %zu tokens are: sekimori enrol USER totp --import, or --assign",
                        e->import, nobodys);
        code = nobodys ? owners_ask(e, s) : EXIT_OK;
        if (code == EXIT_OK)
                owners_leave_out(e, s);
        return code == EXIT_OK && s->n == 0
                       ? complain(EXIT_REFUSED, "%s: 一つも登録していません", "%s: nothing was enrolled", e->import)
                       : code;
}

int enrol_owners(const struct factor_enrolment *e, struct seeds *s) {
        int code = owners_shorten(e->import, s, e->check);

        if (code == EXIT_OK)
                code = owners_refuse_twins(e->import, s);
        if (code != EXIT_OK)
                return code;
        if (e->user[0]) {
                for (size_t i = 0; i < s->n; i++)
                        if (!s->all[i].user[0])
                                (void)snprintf(s->all[i].user, sizeof s->all[i].user, "%s", e->user);
                return owners_refuse_others(e, s);
        }
        if (!e->assign)
                return owners_settle(e, s, owners_missing(s));
        code = owners_assign(e, s);
        if (code == EXIT_OK)
                owners_leave_out(e, s);
        return code;
}
