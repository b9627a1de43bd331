/* SPDX-License-Identifier: MIT */
/* media_list.c — sekimori media list: the ledger, and beside each medium what the policy says of it. */
#include "base/date.h"
#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/audit/logs.h"
#include "cli/language.h"
#include "cli/media/media.h"
#include "cli/policy/policy_file.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "host/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum standing { UNKNOWN, IN_FORCE, AT_TIMES, NOT_YET, DENIED, EXPIRED, RETIRED, STILL_IN_POLICY, STANDINGS };

static const struct {
        const char *name, *ja, *en;
        bool care; /* a person must do something */
} standings[STANDINGS] = {
        [UNKNOWN] = { "unknown", "不明", "unknown", false },
        [IN_FORCE] = { "in-force", "有効", "in force", false },
        [AT_TIMES] = { "at-times", "有効（いまは時間外か別の人）", "in force (not now, or not for you)", false },
        [NOT_YET] = { "not-yet", "まだポリシーにない", "not yet in the policy", true },
        [DENIED] = { "denied", "ポリシーが拒否", "denied by the policy", true },
        [EXPIRED] = { "expired", "期限切れ", "expired", true },
        [RETIRED] = { "retired", "処置済み", "retired", false },
        [STILL_IN_POLICY] = { "retired-but-in-policy", "処置済みだが、まだポリシーにある",
                              "retired, but still in the policy", true },
};

struct list {
        const char *ledger, *policy_path, *state_dir, *runtime_dir;
        bool all, json;
        enum language l;
        struct policy *policy; /* NULL: not known */
        struct moment now;
};

static enum standing judge_used(const struct list *l, const struct ledger_row *row) {
        struct device_facts facts = medium_facts(&row->medium);
        struct verdict v = policy_decide(l->policy, &facts, &l->now, NULL);

        if (row->until < l->now.day || v.reason == REASON_EXPIRED)
                return EXPIRED;
        if (v.action != ACTION_DENY)
                return IN_FORCE;
        if (v.reason == REASON_HOURS || v.reason == REASON_USER)
                return AT_TIMES;
        return v.reason == REASON_NO_RULE ? NOT_YET : DENIED;
}

static enum standing media_list_judge(const struct list *l, const struct ledger *ledger, const struct ledger_row *row) {
        const struct ledger_row *latest = ledger_latest(ledger, &row->medium);

        if (!row->outcome && !l->policy)
                return row->until < l->now.day ? EXPIRED : UNKNOWN;
        if (!row->outcome)
                return judge_used(l, row);
        /* A medium that was returned and issued again: its later row counts. */
        if (!l->policy || (latest != row && !latest->outcome))
                return RETIRED;
        return media_own_rule(l->policy, row) || media_letting_in(l->policy, row) ? STILL_IN_POLICY : RETIRED;
}

static const char *rule_for(const struct list *l, const struct ledger_row *row) {
        struct device_facts facts = medium_facts(&row->medium);
        struct verdict v;

        if (!l->policy)
                return "";
        v = policy_decide(l->policy, &facts, &l->now, NULL);
        return policy_rule_name(l->policy, v.rule);
}

static json_t *media_list_element(const struct list *l, const struct ledger_row *row, enum standing s) {
        static const struct {
                const char *key;
                enum ledger_column column;
        } texts[] = {
                { "number", LEDGER_NUMBER },
                { "medium", LEDGER_MEDIUM },
                { "name", LEDGER_NAME },
                { "section", LEDGER_SECTION },
                { "person", LEDGER_PERSON },
                { "hours", LEDGER_HOURS },
                { "request", LEDGER_REQUEST },
                { "enrolled", LEDGER_ENROLLED },
                { "enrolled_by", LEDGER_ENROLLED_BY },
                { "retired", LEDGER_RETIRED },
                { "retired_by", LEDGER_RETIRED_BY },
                { "witness", LEDGER_WITNESS },
                { "rule", LEDGER_RULE },
        };
        char until[DATE_TEXT];
        json_t *o = json_object();

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
                (void)json_object_set_new(o, texts[i].key, json_string(row->cells[texts[i].column]));
        date_text(row->until, until);
        (void)json_object_set_new(o, "until", json_string(until));
        (void)json_object_set_new(o, "access", json_string(access_word(row->read_only, LANGUAGE_EN)));
        (void)json_object_set_new(o, "outcome", json_string(outcome_word(row->outcome, LANGUAGE_EN)));
        (void)json_object_set_new(o, "standing", json_string(standings[s].name));
        (void)json_object_set_new(o, "policy_rule", json_string(rule_for(l, row)));
        return o;
}

enum media_column { MARK, NUMBER, SECTION, PERSON, ACCESS, UNTIL, STANDING, MEDIUM, NAME, COLUMNS };

static const struct table_column columns[COLUMNS] = {
        [MARK] = { "", "", 0 },
        [NUMBER] = { "管理番号", "NUMBER", 0 },
        [SECTION] = { "所属", "SECTION", 24 },
        [PERSON] = { "担当者", "PERSON", 20 },
        [ACCESS] = { "権限", "ACCESS", 0 },
        [UNTIL] = { "期限", "UNTIL", 0 },
        [STANDING] = { "ポリシー", "POLICY", 0 },
        [MEDIUM] = { "媒体", "MEDIUM", 0 },
        [NAME] = { "品名", "PRODUCT", 32 },
};

static void media_list_fill(const struct list *l, const struct ledger_row *row, enum standing s, struct table *t,
                            size_t at) {
        static const struct {
                enum media_column to;
                enum ledger_column from;
        } plain[] = { { NUMBER, LEDGER_NUMBER },
                      { SECTION, LEDGER_SECTION },
                      { PERSON, LEDGER_PERSON },
                      { MEDIUM, LEDGER_MEDIUM },
                      { NAME, LEDGER_NAME } };

        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
                words_clean(row->cells[plain[i].from], table_cell(t, at, plain[i].to), TABLE_CELL);
        (void)snprintf(table_cell(t, at, MARK), TABLE_CELL, "%s", standings[s].care ? "!" : "");
        (void)snprintf(table_cell(t, at, ACCESS), TABLE_CELL, "%s", access_word(row->read_only, l->l));
        date_text(row->until, table_cell(t, at, UNTIL));
        (void)snprintf(table_cell(t, at, STANDING), TABLE_CELL, "%s", SAY(l->l, standings[s].ja, standings[s].en));
        if (row->outcome)
                words_add(table_cell(t, at, STANDING), TABLE_CELL, SAY(l->l, "（%s %s）", " (%s %s)"),
                          outcome_word(row->outcome, l->l), row->cells[LEDGER_RETIRED]);
}

/* A medium that is retired and no longer in the policy is shown only with --all. */
static int media_list_print(const struct list *l, const struct ledger *ledger) {
        auto_table t = table_new(columns, COLUMNS, ledger->n, l->l);
        auto_json all = json_array();
        size_t n = 0;

        if (!t || !all)
                return complain_memory();
        for (size_t i = 0; i < ledger->n; i++) {
                const struct ledger_row *row = &ledger->rows[i];
                enum standing s = media_list_judge(l, ledger, row);

                if (s == RETIRED && !l->all)
                        continue;
                media_list_fill(l, row, s, t, n++);
                (void)json_array_append_new(all, media_list_element(l, row, s));
        }
        table_shorten(t, n);
        if (l->json && (json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) < 0 || putchar('\n') == EOF))
                return complain_unwritten();
        if (!l->json)
                table_print(t);
        return fflush(stdout) == 0 ? EXIT_OK : complain_unwritten();
}

/* The policy that is named, or the one in force: the agent knows its serial, and only root can read its text. */
static int find_policy(struct list *l) {
        auto_json status = NULL;
        char path[4096];

        if (l->policy_path)
                return policy_file_compile(l->policy_path, &l->policy);
        if (ask_json(l->runtime_dir, CONTROL_STATUS, &status) == EXIT_OK && answer_number(status, "policy", "serial")) {
                (void)snprintf(path, sizeof path, "%s/policy/%" PRId64 "/envelope.cms", l->state_dir,
                               (int64_t)answer_number(status, "policy", "serial"));
                if (policy_file_compile(path, &l->policy) == EXIT_OK)
                        return EXIT_OK;
        }
        (void)complain(EXIT_OK, "有効なポリシーを読めないので、台帳だけを示します（root で実行するか、--policy FILE）",
                       "the policy in force cannot be read: this is the ledger alone (as root, or --policy FILE)");
        return EXIT_OK;
}

static int media_list_all(struct list *l) {
        auto_ledger_file f = { .dir = -1 };
        bool there;
        int code = ledger_file_read(&f, l->ledger, l->l, &there);

        if (code != EXIT_OK)
                return code;
        if (!there)
                return complain(EXIT_REFUSED, "%s: 台帳はまだありません（sekimori media enrol で始まります）",
                                "%s: there is no ledger yet (sekimori media enrol begins one)", l->ledger);
        l->l = language_follow(language_code(f.ledger.l));
        code = find_policy(l);
        return code == EXIT_OK ? media_list_print(l, &f.ledger) : code;
}

int media_list(const struct typed *t) {
        struct list l = { .ledger = t->value[OPTION_LEDGER],
                          .policy_path = t->value[OPTION_POLICY],
                          .state_dir = t->value[OPTION_STATE_DIR],
                          .runtime_dir = t->value[OPTION_RUNTIME_DIR],
                          .all = typed_has(t, OPTION_ALL),
                          .json = typed_has(t, OPTION_JSON),
                          .l = language_now(),
                          .now = clock_now() };
        int code = media_list_all(&l);

        policy_free(l.policy);
        return code;
}
