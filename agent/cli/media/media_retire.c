/* SPDX-License-Identifier: MIT */
/* media_retire.c — sekimori media retire: record what became of a medium and who witnessed it, and remove its rule from
 * the policy. */
#include "base/date.h"
#include "cli/language.h"
#include "cli/media/media.h"
#include "cli/shell_word.h"
#include "cli/unbroken.h"
#include "cli/verbs.h"
#include "host/clock.h"

#include <stdio.h>
#include <string.h>

struct retirement {
        const struct verb_row *verb;
        const char *number, *ledger, *from;
        const char *by_typed, *witness_typed;
        enum language l;
        enum ledger_outcome outcome; /* NONE: it is retired already, and only its rule is meant */
        char by[MEDIA_TEXT], witness[MEDIA_TEXT];
        struct media_policy policy;
};

static void retirement_deinit(struct retirement *r) {
        media_policy_deinit(&r->policy);
}

static const char *witness_fault(const void *ctx, enum language l, const char *answer) {
        const struct retirement *r = ctx;
        const char *why = media_line_fault(NULL, l, answer);

        if (!why && strcmp(answer, r->by) == 0)
                why = SAY(l, "立会者は、処置した人とは別の人です", "the witness is another person");
        return why;
}

static int take_name(const struct retirement *r, const char *option, const char *typed, const char *question,
                     const char *usual, media_fault *fault, char to[MEDIA_TEXT]) {
        const char *why = typed ? fault(r, r->l, typed) : NULL;

        if (why)
                return complain(EXIT_USAGE, "%s: %s", "%s: %s", option, why);
        if (!typed)
                return media_ask(r->l, question, usual, fault, r, to);
        (void)snprintf(to, MEDIA_TEXT, "%s", typed);
        return EXIT_OK;
}

static int ask_who(struct retirement *r) {
        char typist[256];
        int code;

        if (!isatty(STDIN_FILENO) && (!r->by_typed || !r->witness_typed))
                return complain(EXIT_USAGE, "足りない指定:%s%s", "missing:%s%s", r->by_typed ? "" : " --by",
                                r->witness_typed ? "" : " --witness");
        media_typist(typist, sizeof typist);
        code = take_name(r, "--by", r->by_typed, SAY(r->l, "処置した人", "done by"), typist, media_line_fault, r->by);
        return code == EXIT_OK ? take_name(r, "--witness", r->witness_typed, SAY(r->l, "立会者", "witness"), "",
                                           witness_fault, r->witness)
                               : code;
}

/* Either the number is in use and an outcome was given; or it is retired already, with no outcome and --from. */
static int check_row(const struct retirement *r, const struct ledger_row *row) {
        if (!row)
                return complain(EXIT_REFUSED, "%s: %s: この管理番号は台帳にありません",
                                "%s: %s: this number is not in the ledger", r->ledger, r->number);
        if (!row->outcome && r->outcome)
                return EXIT_OK;
        if (row->outcome && !r->outcome && r->from)
                return EXIT_OK;
        if (!row->outcome)
                return wrong_usage(r->verb);
        return complain(EXIT_REFUSED, "%s: もう処置済みです: %s %s（規則だけを外すには、処置を書かずに --from）",
                        "%s: is retired already: %s, %s (to take out its rule alone, name no outcome, and --from)",
                        r->number, outcome_word(row->outcome, r->l), row->cells[LEDGER_RETIRED]);
}

static const struct ledger_row *another_in_use(const struct ledger *l, const struct ledger_row *row) {
        for (size_t i = 0; i < l->n; i++)
                if (&l->rows[i] != row && !l->rows[i].outcome && medium_is(&l->rows[i].medium, &row->medium))
                        return &l->rows[i];
        return NULL;
}

/* The row whose own rule is in the policy: this row, or another row of the same medium. NULL: there is no such rule. */
static const struct ledger_row *owner_of_rule(const struct ledger *l, const struct policy *p,
                                              const struct ledger_row *row) {
        for (size_t i = 0; i < l->n; i++)
                if (medium_is(&l->rows[i].medium, &row->medium) && media_own_rule(p, &l->rows[i]))
                        return &l->rows[i];
        return NULL;
}

/* A rule that was made for a medium has its number in its name. Any other rule that allows the medium may be for more
 * than this medium, and a person must look at it. */
static int take_rule_out(struct retirement *r, const struct ledger *ledger, const struct ledger_row *row) {
        const struct ledger_row *other = another_in_use(ledger, row);
        const struct ledger_row *owner = owner_of_rule(ledger, r->policy.was, row);
        struct media_policy *p = &r->policy;
        const char *left;
        int code = EXIT_OK;

        if (other) {
                (void)complain(EXIT_OK, "%s: 規則は残します: 同じ媒体として %s がまだ使われています",
                               "%s: its rule stays: %s is in use as the same medium", row->cells[LEDGER_NUMBER],
                               other->cells[LEDGER_NUMBER]);
                return EXIT_OK;
        }
        if (owner)
                code = media_policy_remove(p, owner->cells[LEDGER_RULE]);
        left = media_letting_in(p->is ? p->is : p->was, row);
        if (code == EXIT_OK && left)
                (void)complain(
                        EXIT_OK,
                        "%s: 規則「%s」が許可しています。ほかの媒体にも使われるかもしれないので、手で直してください",
                        "%s: the rule '%s' lets it in; it may be there for others, too: change it by hand", p->path,
                        left);
        else if (code == EXIT_OK && !p->made)
                (void)printf(SAY(r->l, "%s に、この媒体の規則はありません\n", "%s has no rule for it\n"), p->path);
        return code;
}

static int write_outcome(const struct retirement *r, struct ledger_file *f, const struct ledger_row *row) {
        auto_free char *text = NULL;
        char today[DATE_TEXT];
        size_t size;
        int code;

        date_text(media_today(), today);
        if (ledger_change(&f->ledger, row,
                          (const char *const[LEDGER_COLUMNS]){
                                  [LEDGER_OUTCOME] = outcome_word(r->outcome, f->ledger.l),
                                  [LEDGER_RETIRED] = today,
                                  [LEDGER_RETIRED_BY] = r->by,
                                  [LEDGER_WITNESS] = r->witness,
                          },
                          &text, &size)
            < 0)
                return complain_memory();
        code = ledger_file_write(f, bytes_of(text, size));
        if (code == EXIT_OK)
                (void)printf(SAY(r->l, "台帳に書きました: %s %s（%s、立会者 %s）\n",
                                 "in the ledger: %s %s (%s, witness %s)\n"),
                             r->number, outcome_word(r->outcome, r->l), r->by, r->witness);
        return code;
}

static int media_retire_finish(const struct retirement *r, const struct ledger_row *row) {
        if (r->policy.made)
                return media_policy_write(&r->policy, r->l, 0);
        if (!r->from && row->cells[LEDGER_RULE][0]) {
                auto_free char *number = shell_word(r->number);

                if (!number)
                        return complain_memory();
                (void)printf(
                        SAY(r->l,
                            "ポリシーから規則「%s」を外し、署名して配ってください: sekimori media retire %s --from policy.yaml\n",
                            "take the rule '%s' out of the policy, sign and push: sekimori media retire %s --from "
                            "policy.yaml\n"),
                        row->cells[LEDGER_RULE], number);
        }
        return EXIT_OK;
}

static int media_retire_row(struct retirement *r) {
        auto_ledger_file f = { .dir = -1 };
        const struct ledger_row *row;
        struct unbroken whole;
        int code = ledger_file_open(&f, r->ledger, r->l);

        if (code != EXIT_OK)
                return code;
        row = ledger_find(&f.ledger, r->number);
        code = check_row(r, row);
        if (code == EXIT_OK) /* the policy may have been edited during the questions */
                code = media_policy_read(&r->policy, r->from);
        if (code == EXIT_OK && r->from)
                code = take_rule_out(r, &f.ledger, row);
        unbroken_begin(&whole);
        if (code == EXIT_OK && r->outcome)
                code = write_outcome(r, &f, row);
        if (code == EXIT_OK)
                code = media_retire_finish(r, row);
        unbroken_end(&whole);
        return code;
}

/* Find errors without the lock, before any question is asked. */
static int media_retire_prepare(struct retirement *r) {
        auto_ledger_file f = { .dir = -1 };
        bool there;
        int code = ledger_file_read(&f, r->ledger, r->l, &there);

        if (code != EXIT_OK)
                return code;
        r->l = language_follow(language_code(f.ledger.l));
        code = check_row(r, ledger_find(&f.ledger, r->number));
        if (code == EXIT_OK)
                code = media_policy_read(&r->policy, r->from);
        return code == EXIT_OK && r->outcome ? ask_who(r) : code;
}

int media_retire(const struct typed *t) {
        __attribute__((cleanup(retirement_deinit))) struct retirement r = { .verb = t->verb,
                                                                            .number = t->words[0],
                                                                            .ledger = t->value[OPTION_LEDGER],
                                                                            .from = t->value[OPTION_FROM_POLICY],
                                                                            .by_typed = t->value[OPTION_BY],
                                                                            .witness_typed = t->value[OPTION_WITNESS],
                                                                            .l = language_now() };
        int code;

        r.outcome = t->n_words > 1 ? outcome_from_word(t->words[1]) : OUTCOME_NONE;
        if (r.outcome == OUTCOMES || (t->n_words == 2 && !r.outcome))
                return typed_word(t, 1, "returned|erased|destroyed");
        code = media_retire_prepare(&r);
        return code == EXIT_OK ? media_retire_row(&r) : code;
}
