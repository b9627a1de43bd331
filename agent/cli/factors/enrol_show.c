/* SPDX-License-Identifier: MIT */
/* enrol_show.c — sekimori enrol totp --import --check: what a file is, and whose tokens it has. No secret is shown. */
#include "cli/factors/enrol.h"

#include "cli/factors/seeds.h"
#include "control/token.h"

#include <stdio.h>

static void show_file(const struct factor_enrolment *e, const struct seeds *s) {
        static const struct phrase alphabets[SEEDS_ALPHABETS] = {
                [SEEDS_OWN_ALPHABET] = { "", "" },
                [SEEDS_HEX] = { "、16進数", ", hexadecimal" },
                [SEEDS_BASE32] = { "、base32", ", base32" },
        };
        const struct seeds_end *what = &s->what;
        enum language l = e->terminal.l;

        (void)printf(SAY(l, "%s: %s、%s%s、%zu 個\n", "%s: %s, %s%s, %zu tokens\n"), e->import,
                     SAY(l, what->format_ja, what->format), what->encoding,
                     SAY(l, alphabets[what->alphabet].ja, alphabets[what->alphabet].en), s->n);
}

static void show_seed(const struct factor_enrolment *e, const struct seed *s) {
        enum language l = e->terminal.l;
        const struct token *t = &s->token;

        (void)printf("%s  %s  ", s->user[0] ? s->user : SAY(l, "（利用者なし）", "(nobody's)"),
                     t->label[0] ? t->label : "-");
        (void)fputs(s->says_algorithm || e->says_algorithm ? algorithm_name(t->algorithm)
                                                           : SAY(l, "方式はポリシーのとおり", "the policy's algorithm"),
                    stdout);
        if (t->digits)
                (void)printf(SAY(l, "、%u桁", ", %u digits"), t->digits);
        else
                (void)fputs(SAY(l, "、桁数はポリシーのとおり", ", the policy's digits"), stdout);
        if (t->period_s)
                (void)printf(SAY(l, "、%u秒", ", %u seconds"), t->period_s);
        else
                (void)fputs(SAY(l, "、周期はポリシーのとおり", ", the policy's period"), stdout);
        (void)printf(SAY(l, "、秘密の値 %uバイト\n", ", a secret of %u bytes\n"), t->n_secret);
}

void enrol_show(const struct factor_enrolment *e, const struct seeds *s) {
        for (size_t i = 0; i < s->n; i++)
                show_seed(e, &s->all[i]);
        show_file(e, s);
}
