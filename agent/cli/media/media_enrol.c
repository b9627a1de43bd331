/* SPDX-License-Identifier: MIT */
/* media_enrol.c — sekimori media enrol: a medium gets its line in the ledger, and the rule that lets it in. */
#include "cli/media/media_enrol.h"
#include "cli/language.h"

#include "audit/record.h"
#include "base/date.h"
#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/media/media_device.h"
#include "cli/media/media_token.h"
#include "cli/shell_word.h"
#include "cli/unbroken.h"
#include "cli/verbs.h"
#include "host/clock.h"
#include "language/value.h"

#include <stdio.h>
#include <string.h>

static void enrolment_deinit(struct media_enrolment *e) {
        json_decref(e->element);
        media_policy_deinit(&e->policy);
        terminal_deinit(&e->terminal);
}

/* Say what the policy in force makes of the medium already. With --into, the named policy counts instead. */
static void note_verdict(const struct media_enrolment *e) {
        const char *rule = answer_text(e->element, NULL, "rule");
        bool allowed = strcmp(answer_text(e->element, NULL, "verdict"), "deny") != 0;
        enum language l = e->terminal.l;

        if (e->into || !*rule || reason_from_name(answer_text(e->element, NULL, "reason")) != REASON_RULE)
                return;
        (void)complain(EXIT_OK, "%s: 注意: 有効なポリシーの規則「%s」が、もう%sしています",
                       "%s: note: the rule '%s' of the policy in force %s it already", e->which, rule,
                       allowed ? SAY(l, "許可", "allows") : SAY(l, "拒否", "denies"));
}

static enum medium_how media_enrol_how(const struct media_enrolment *e) {
        return e->uuid || e->by_token ? MEDIUM_BY_UUID : e->by_fingerprint ? MEDIUM_BY_FINGERPRINT : MEDIUM_BY_SERIAL;
}

/* The UUID that identifies the medium: typed, or that of its token. */
static int take_uuid(struct media_enrolment *e) {
        enum token_fault fault;

        if (e->uuid)
                (void)uuid_parse(e->uuid, e->entry.medium.uuid);
        if (!e->by_token)
                return EXIT_OK;
        fault = token_find(answer_text(e->element, NULL, "path"), e->entry.medium.uuid);
        return fault == TOKEN_FINE
                       ? EXIT_OK
                       : complain(EXIT_REFUSED, "%s: %s", "%s: %s", e->which, token_fault_words(fault, e->terminal.l));
}

static int take_medium(struct media_enrolment *e) {
        enum language l = e->terminal.l;
        const char *why;
        int code = media_device_find(&e->terminal, e->alone, e->which, &e->element, &e->twins);

        if (code != EXIT_OK)
                return code;
        why = medium_of_element(e->element, media_enrol_how(e), l, &e->entry.medium);
        if (why)
                return complain(EXIT_REFUSED, "%s: 登録できません: %s", "%s: cannot be enrolled: %s", e->which, why);
        if (media_enrol_how(e) == MEDIUM_BY_UUID)
                code = take_uuid(e);
        else if (e->twins)
                (void)complain(
                        EXIT_OK,
                        "%s: 注意: 同じ製造番号の媒体がもう一つ差し込まれています。この規則では見分けられず、どちらも使えるようになります（--token なら見分けられます）",
                        "%s: note: another medium with the same serial number is plugged in. This rule does not tell them apart (--token would): "
                        "both will be let in",
                        e->which);
        if (e->by_fingerprint && !e->entry.medium.serial[0])
                (void)complain(EXIT_OK, "%s: 注意: 製造番号がありません。同じ型の媒体は、どれも使えるようになります",
                               "%s: note: it has no serial number: every medium of its model will be let in", e->which);
        if (code == EXIT_OK)
                note_verdict(e);
        return code;
}

/* Refuse a medium that is in use according to the ledger, or destroyed, unless forced. */
static int check_ledger(const struct media_enrolment *e, const struct ledger *ledger) {
        const struct ledger_row *row = ledger_latest(ledger, &e->entry.medium);

        if (!row || e->force || row->outcome == OUTCOME_RETURNED || row->outcome == OUTCOME_ERASED)
                return EXIT_OK;
        if (row->outcome == OUTCOME_DESTROYED)
                return complain(EXIT_REFUSED,
                                "%s: %s として%sに物理的破壊をしたと台帳にあります（別の媒体なら --force）",
                                "%s: destroyed, says the ledger (%s, %s); --force if it is another one", e->which,
                                row->cells[LEDGER_NUMBER], row->cells[LEDGER_RETIRED]);
        return complain(
                EXIT_REFUSED, "%s: もう台帳にあります: %s %s %s（同じ製造番号の別の媒体なら --force）",
                "%s: is in the ledger already: %s, %s, %s (--force if it is another one with the same serial number)",
                e->which, row->cells[LEDGER_NUMBER], row->cells[LEDGER_SECTION], row->cells[LEDGER_PERSON]);
}

/* The rule that already allows the medium as far as requested: there must be no second one. */
static bool has_rule(const struct media_enrolment *e, char to[MEDIA_TEXT]) {
        struct device_facts facts = medium_facts(&e->entry.medium);
        struct moment now = clock_now();
        struct verdict v;

        if (!e->policy.was)
                return false;
        v = policy_decide(e->policy.was, &facts, &now, NULL);
        if (v.action != ACTION_ALLOW && !(v.action == ACTION_READ_ONLY && e->entry.read_only))
                return false;
        (void)snprintf(to, MEDIA_TEXT, "%s", policy_rule_name(e->policy.was, v.rule));
        return true;
}

/* Refuse a medium that a rule denies individually, not together with others of its model: it may be lost or found to be
 * bad. */
static int refuse_denied(const struct media_enrolment *e) {
        struct device_facts facts = medium_facts(&e->entry.medium), other = facts;
        struct moment now = clock_now();
        struct verdict v;

        if (!e->policy.was)
                return EXIT_OK;
        other.serial[0] = '\0';
        memset(other.fingerprint, 0, sizeof other.fingerprint);
        other.medium.n = 0;
        v = policy_decide(e->policy.was, &facts, &now, NULL);
        if (v.action != ACTION_DENY || v.reason != REASON_RULE
            || policy_decide(e->policy.was, &other, &now, NULL).rule == v.rule)
                return EXIT_OK;
        return complain(EXIT_REFUSED,
                        "%s: 規則「%s」が、まさにこの媒体を拒否しています。使わせるなら、先にその規則を外してください",
                        "%s: the rule '%s' denies this very medium; to let it in, take that out first", e->into,
                        policy_rule_name(e->policy.was, v.rule));
}

static int make_rule(struct media_enrolment *e, const struct ledger *ledger, char **ret_rule) {
        struct media_entry *m = &e->entry;
        enum language l = ledger->l;

        *ret_rule = NULL;
        if (refuse_denied(e) != EXIT_OK)
                return EXIT_REFUSED;
        if (has_rule(e, m->rule)) {
                (void)complain(EXIT_OK, "%s: 規則「%s」がもう許可しているので、規則は加えません",
                               "%s: the rule '%s' lets it in already: no rule is added", e->into, m->rule);
                return EXIT_OK;
        }
        if (!m->rule[0])
                words_add(m->rule, sizeof m->rule, SAY(l, "%s 媒体 %s", "%s, medium %s"), m->section, m->number);
        if (line_fault(m->rule))
                return complain(EXIT_USAGE, "--section %s: 長すぎます", "--section %s: too long", m->section);
        *ret_rule = media_rule(m);
        if (!*ret_rule)
                return complain_memory();
        return e->into ? media_policy_add(&e->policy, *ret_rule) : EXIT_OK;
}

static int write_ledger(const struct media_enrolment *e, struct ledger_file *f) {
        char medium[MEDIUM_TEXT], until[DATE_TEXT], today[DATE_TEXT], typist[256];
        const struct media_entry *m = &e->entry;
        enum language l = f->ledger.l;
        auto_free char *text = NULL;
        size_t size;

        medium_text(&m->medium, medium);
        date_text(m->until, until);
        date_text(e->today, today);
        media_typist(typist, sizeof typist);
        if (ledger_append(&f->ledger,
                          (const char *const[LEDGER_COLUMNS]){
                                  [LEDGER_NUMBER] = m->number,
                                  [LEDGER_MEDIUM] = medium,
                                  [LEDGER_NAME] = m->medium.name,
                                  [LEDGER_SECTION] = m->section,
                                  [LEDGER_PERSON] = m->person,
                                  [LEDGER_ACCESS] = access_word(m->read_only, l),
                                  [LEDGER_HOURS] = m->hours,
                                  [LEDGER_UNTIL] = until,
                                  [LEDGER_RULE] = m->rule,
                                  [LEDGER_REQUEST] = answer_text(e->element, NULL, "request"),
                                  [LEDGER_ENROLLED] = today,
                                  [LEDGER_ENROLLED_BY] = typist,
                          },
                          &text, &size)
            < 0)
                return complain_memory();
        return ledger_file_write(f, bytes_of(text, size));
}

/* For a policy that is written by hand: lines to paste, the rest as comments. */
static int print_rule(const char *rule, enum language l) {
        (void)printf(SAY(l, "# devices: の最初に置きます\n", "# put it first under devices:\n"));
        for (const char *line = rule; *line; line += strcspn(line, "\n") + 1)
                (void)printf("  %.*s\n", (int)strcspn(line, "\n"), line);
        return fflush(stdout) == 0 ? EXIT_OK : complain_unwritten();
}

static int hand_out(const struct media_enrolment *e, const char *rule, enum language l) {
        int code = EXIT_OK;

        if (e->policy.made)
                code = media_policy_write(&e->policy, l,
                                          (uint64_t)answer_number(e->terminal.status, NULL, "highest_serial"));
        else if (rule)
                code = print_rule(rule, l);
        if (code != EXIT_OK) {
                auto_free char *typed = shell_word(e->entry.number);

                (void)complain(code, "%s は台帳にあります。規則は、もう一度: sekimori media enrol %s",
                               "%s is in the ledger; for its rule, once more: sekimori media enrol %s", e->entry.number,
                               typed ? typed : "");
        }
        return code;
}

/* The token is written first: without ledger and rule it has no effect. */
static int write_token(const struct media_enrolment *e) {
        enum token_fault fault = TOKEN_FINE;

        if (e->by_token)
                fault = token_put(answer_text(e->element, NULL, "path"), e->entry.medium.uuid);
        return fault == TOKEN_FINE
                       ? EXIT_OK
                       : complain(EXIT_REFUSED, "%s: %s", "%s: %s", e->which, token_fault_words(fault, e->terminal.l));
}

/* The ledger is written before the rule: there must be no rule for a medium that nobody is responsible for. */
static int write_all(const struct media_enrolment *e, struct ledger_file *f, const char *rule) {
        int code = write_token(e);

        if (code == EXIT_OK)
                code = write_ledger(e, f);
        if (code != EXIT_OK)
                return code;
        (void)printf(SAY(e->terminal.l, "# 台帳に %s を書きました: %s\n", "# %s is in the ledger: %s\n"),
                     e->entry.number, f->path);
        return hand_out(e, rule, e->terminal.l);
}

static int enrol_it(struct media_enrolment *e) {
        auto_ledger_file f = { .dir = -1 };
        auto_free char *rule = NULL;
        struct unbroken whole;
        int code = ledger_file_open(&f, e->ledger, e->terminal.l);

        if (code == EXIT_OK)
                code = check_ledger(e, &f.ledger);
        if (code == EXIT_OK) /* the policy may have been edited during the questions */
                code = media_policy_read(&e->policy, e->into);
        if (code != EXIT_OK)
                return code;
        ledger_next_number(&f.ledger, e->today, e->entry.number);
        code = make_rule(e, &f.ledger, &rule);
        if (code != EXIT_OK)
                return code;
        unbroken_begin(&whole);
        code = write_all(e, &f, rule);
        unbroken_end(&whole);
        return code;
}

static int check_uuid(const struct media_enrolment *e) {
        uint8_t raw[UUID_SIZE];

        if ((e->uuid != NULL) + e->by_token + e->by_fingerprint > 1)
                return wrong_usage(e->verb);
        if (!e->uuid || uuid_parse(e->uuid, raw))
                return EXIT_OK;
        return complain(EXIT_USAGE, "--medium %s: UUID ではありません", "--medium %s: is no UUID", e->uuid);
}

static int check_users(const struct media_enrolment *e) {
        const char *users = e->entry.users;
        char one[256];

        if (users && !*users)
                return complain(EXIT_USAGE, "--users: %s", "--users: %s",
                                SAY(e->terminal.l, person_fault(users)->ja, person_fault(users)->en));
        while (users && *users) {
                size_t n = strcspn(users, ",");
                const struct phrase *why;

                (void)snprintf(one, sizeof one, "%.*s", (int)n, users);
                why = person_fault(n < sizeof one ? one : users);
                if (why)
                        return complain(EXIT_USAGE, "--users %s: %s", "--users %s: %s", one,
                                        SAY(e->terminal.l, why->ja, why->en));
                users += n + (users[n] == ',');
        }
        return EXIT_OK;
}

/* Take the language and the last possible day from the terminal, the ledger and the policy. */
static int look_around(struct media_enrolment *e, const struct ledger *ledger, bool there) {
        int code = e->alone ? EXIT_OK : terminal_ask(&e->terminal);

        if (there)
                e->terminal.l = language_follow(language_code(ledger->l));
        e->today = media_today();
        e->limit = INT32_MAX;
        (void)date_parse(answer_text(e->terminal.status, "policy", "valid_until"), &e->limit);
        if (code == EXIT_OK)
                code = media_policy_read(&e->policy, e->into);
        if (code == EXIT_OK && e->policy.was)
                e->limit = policy_valid_until(e->policy.was);
        return code;
}

static int enrol_new(struct media_enrolment *e, const struct ledger *ledger, bool there) {
        int code = look_around(e, ledger, there);

        if (code == EXIT_OK)
                code = take_medium(e);
        if (code == EXIT_OK)
                code = check_ledger(e, ledger);
        if (code == EXIT_OK)
                code = media_answers(e);
        return code == EXIT_OK ? enrol_it(e) : code;
}

/* Make the rule for a medium of the ledger once more: for a new policy, or because it failed before. */
static int rule_again(struct media_enrolment *e, const struct ledger *ledger, const struct ledger_row *row) {
        struct media_entry *m = &e->entry;
        auto_free char *rule = NULL;
        int code;

        e->terminal.l = language_follow(language_code(ledger->l));
        if (row->outcome)
                return complain(EXIT_REFUSED, "%s: 処置済みです（%s %s）", "%s: is retired already (%s, %s)",
                                row->cells[LEDGER_NUMBER], outcome_word(row->outcome, e->terminal.l),
                                row->cells[LEDGER_RETIRED]);
        m->medium = row->medium;
        m->read_only = row->read_only;
        m->until = row->until;
        (void)snprintf(m->number, sizeof m->number, "%s", row->cells[LEDGER_NUMBER]);
        (void)snprintf(m->section, sizeof m->section, "%s", row->cells[LEDGER_SECTION]);
        (void)snprintf(m->hours, sizeof m->hours, "%s", row->cells[LEDGER_HOURS]);
        if (strstr(row->cells[LEDGER_RULE], m->number)) /* else another rule already allows the medium */
                (void)snprintf(m->rule, sizeof m->rule, "%s", row->cells[LEDGER_RULE]);
        code = media_policy_read(&e->policy, e->into);
        if (code == EXIT_OK)
                code = make_rule(e, ledger, &rule);
        return code == EXIT_OK ? hand_out(e, rule, e->terminal.l) : code;
}

int media_enrol(const struct typed *t) {
        __attribute__((cleanup(enrolment_deinit))) struct media_enrolment e = {
                .verb = t->verb,
                .which = t->words[0],
                .terminal = { .runtime_dir = t->value[OPTION_RUNTIME_DIR], .l = language_now() },
                .ledger = t->value[OPTION_LEDGER],
                .into = t->value[OPTION_INTO],
                .section = t->value[OPTION_SECTION],
                .person = t->value[OPTION_PERSON],
                .until = t->value[OPTION_UNTIL],
                .access = t->value[OPTION_ACCESS],
                .hours = t->value[OPTION_HOURS],
                .entry.users = t->value[OPTION_USERS],
                .uuid = t->value[OPTION_MEDIUM],
                .by_fingerprint = typed_has(t, OPTION_FINGERPRINT),
                .by_token = typed_has(t, OPTION_TOKEN),
                .alone = typed_has(t, OPTION_NO_AGENT),
                .force = typed_has(t, OPTION_FORCE_TWIN),
        };
        auto_ledger_file f = { .dir = -1 };
        const struct ledger_row *row;
        int code = check_users(&e);
        bool there;

        if (code == EXIT_OK)
                code = check_uuid(&e);
        if (code == EXIT_OK)
                code = ledger_file_read(&f, e.ledger, e.terminal.l, &there);
        if (code != EXIT_OK)
                return code;
        row = ledger_find(&f.ledger, e.which);
        return row ? rule_again(&e, &f.ledger, row) : enrol_new(&e, &f.ledger, there);
}
