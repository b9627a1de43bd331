/* SPDX-License-Identifier: MIT */
/* describe.c — a table of aspects: the name in both languages, and the function that prints it. See describe.h. */
#include "review/describe.h"

#include "base/date.h"
#include "base/hex.h"
#include "base/quote.h"
#include "decision/drivers.h"
#include "decision/kind.h"
#include "decision/list.h"

#include <string.h>

#define EVERY_DAY 0x7fU

static const char *const action_words[][2] = {
        [ACTION_DENY] = { "拒否", "deny" },
        [ACTION_READ_ONLY] = { "読み取り専用", "read-only" },
        [ACTION_ALLOW] = { "許可", "allow" },
};

const char *action_word(enum action a, bool english) {
        return action_words[a][english];
}

void list_describe(FILE *to, const char *list) {
        const char *between = "";

        for (; *list; list = list_next(list)) {
                (void)fprintf(to, "%s%s", between, list);
                between = ",";
        }
}

/* A space between parts, none before the first. */
static void describe_gap(FILE *to, bool *some) {
        if (*some)
                (void)fputc(' ', to);
        *some = true;
}

static void describe_text(FILE *to, const struct policy *p, const char *key, uint32_t text, bool prefix, bool *some) {
        struct quoted q;

        if (!text)
                return;
        describe_gap(to, some);
        q = quote(rule_text(p, text));
        (void)fprintf(to, "%s=%s%s", key, q.text, prefix ? "*" : "");
}

static void describe_part(FILE *to, int16_t part, const char *behind) {
        if (part < 0)
                (void)fprintf(to, "*%s", behind);
        else
                (void)fprintf(to, "%02x%s", (unsigned)part, behind);
}

static void describe_interfaces(FILE *to, const struct interface_set *set) {
        const char *between = "";

        for (uint32_t bit = 1; bit < UINT32_C(1) << KIND_COUNT; bit <<= 1)
                if (set->kinds & bit) {
                        (void)fprintf(to, "%s%s", between, kind_name(bit));
                        between = ",";
                }
        for (uint32_t i = 0; i < set->n; i++) {
                (void)fputs(between, to);
                describe_part(to, set->patterns[i].klass, ":");
                describe_part(to, set->patterns[i].subclass, ":");
                describe_part(to, set->patterns[i].protocol, "");
                between = ",";
        }
}

static void describe_match(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        const struct interface_set *set = rule_interfaces(p, r);
        bool some = false;

        if (r->bus != BUS_UNKNOWN) {
                describe_gap(to, &some);
                (void)fputs(bus_name(r->bus), to);
        }
        if (r->flags & RULE_VENDOR) {
                describe_gap(to, &some);
                (void)fprintf(to, r->flags & RULE_PRODUCT ? "id=%04x:%04x" : "id=%04x:*", r->vendor, r->product);
        }
        describe_text(to, p, "serial", r->serial, r->flags & RULE_SERIAL_PREFIX, &some);
        describe_text(to, p, "name", r->product_name, r->flags & RULE_NAME_PREFIX, &some);
        describe_text(to, p, "port", r->port, r->flags & RULE_PORT_PREFIX, &some);
        if (r->medium) {
                char uuid[UUID_TEXT];

                uuid_text(pool_at(&p->pool, r->medium), uuid);
                describe_gap(to, &some);
                (void)fprintf(to, "medium=%s", uuid);
        }
        if (r->fingerprint) {
                char hex[2 * FACTS_DIGEST + 1];

                hex_of(pool_at(&p->pool, r->fingerprint), FACTS_DIGEST, hex);
                describe_gap(to, &some);
                (void)fprintf(to, "fingerprint=%s", hex);
        }
        if (set) {
                describe_gap(to, &some);
                describe_interfaces(to, set);
        }
        if (!some)
                (void)fputs(english ? "any device" : "すべての機器", to);
}

static void describe_action(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)p;
        (void)fputs(action_word((enum action)r->action, english), to);
}

static void describe_partial(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)p;
        if (r->flags & RULE_PARTIAL)
                (void)fputs(english ? "matching interfaces only" : "一致する機能だけ", to);
}

static void describe_encrypted(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)p;
        if (r->flags & RULE_ENCRYPTED)
                (void)fputs(english ? "encrypted media only" : "暗号化された媒体だけ", to);
}

static void describe_malformed(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)p;
        if (r->flags & RULE_MALFORMED)
                (void)fputs(english ? "although its descriptors contradict themselves" : "記述子の食い違いを承知のうえ",
                            to);
}

static void describe_nodes(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        const char *between = english ? "nodes " : "ノード ";

        (void)p;
        for (unsigned bit = 1; bit <= r->nodes; bit <<= 1)
                if (r->nodes & bit) {
                        (void)fprintf(to, "%s%s", between, node_name(bit));
                        between = ",";
                }
}

static void describe_users(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)english;
        list_describe(to, rule_text(p, r->users));
}

static void describe_days(FILE *to, uint32_t days, bool english) {
        static const char *const words[7][2] = { { "月", "mon" }, { "火", "tue" }, { "水", "wed" }, { "木", "thu" },
                                                 { "金", "fri" }, { "土", "sat" }, { "日", "sun" } };
        const char *between = "";

        if (days == EVERY_DAY) {
                (void)fputs(english ? "every day" : "毎日", to);
                return;
        }
        for (unsigned i = 0; i < 7; i++)
                if (days & 1U << i) {
                        (void)fprintf(to, "%s%s", between, words[i][english]);
                        between = english ? "," : "";
                }
}

static void describe_hours(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        const struct hours *h = rule_hours(p, r);

        for (uint32_t i = 0; h && i < h->n; i++) {
                const struct window *w = &h->windows[i];

                (void)fputs(i ? ", " : "", to);
                if (i == 0 || w->days != h->windows[i - 1].days) {
                        describe_days(to, w->days, english);
                        (void)fputc(' ', to);
                }
                (void)fprintf(to, "%02u:%02u-%02u:%02u", w->from / 60U, w->from % 60U, w->until / 60U, w->until % 60U);
        }
}

static void describe_day(FILE *to, int32_t day, const char *format_before, const char *format_behind) {
        char text[DATE_TEXT];

        date_text(day, text);
        (void)fprintf(to, "%s%s%s", format_before, text, format_behind);
}

static void describe_from(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)p;
        if (r->from != DAY_ALWAYS)
                describe_day(to, r->from, english ? "from " : "", english ? "" : " から");
}

static void describe_until(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)p;
        if (r->until != DAY_NEVER)
                describe_day(to, r->until, english ? "until " : "", english ? "" : " まで");
}

static void describe_clause(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        (void)english;
        (void)fputs(rule_text(p, r->clause), to);
}

static const struct {
        const char *name[2];
        void (*describe)(FILE *to, const struct policy *p, const struct rule *r, bool english);
} aspects[ASPECT_COUNT] = {
        [ASPECT_MATCH] = { { "対象", "match" }, describe_match },
        [ASPECT_ACTION] = { { "扱い", "action" }, describe_action },
        [ASPECT_PARTIAL] = { { "複合機器", "composite devices" }, describe_partial },
        [ASPECT_ENCRYPTED] = { { "暗号化", "encryption" }, describe_encrypted },
        [ASPECT_MALFORMED] = { { "食い違い", "contradictions" }, describe_malformed },
        [ASPECT_NODES] = { { "ノード", "nodes" }, describe_nodes },
        [ASPECT_USERS] = { { "利用者", "users" }, describe_users },
        [ASPECT_HOURS] = { { "時間", "hours" }, describe_hours },
        [ASPECT_FROM] = { { "開始日", "start" }, describe_from },
        [ASPECT_UNTIL] = { { "終了日", "end" }, describe_until },
        [ASPECT_CLAUSE] = { { "根拠", "clause" }, describe_clause },
};

const char *aspect_name(enum aspect a, bool english) {
        return aspects[a].name[english];
}

void aspect_describe(FILE *to, const struct policy *p, const struct rule *r, enum aspect a, bool english) {
        aspects[a].describe(to, p, r, english);
}

static bool describe_says(const struct rule *r, enum aspect a) {
        const bool there[ASPECT_COUNT] = {
                [ASPECT_MATCH] = true,
                [ASPECT_ACTION] = true,
                [ASPECT_PARTIAL] = r->flags & RULE_PARTIAL,
                [ASPECT_ENCRYPTED] = r->flags & RULE_ENCRYPTED,
                [ASPECT_MALFORMED] = r->flags & RULE_MALFORMED,
                [ASPECT_NODES] = r->nodes,
                [ASPECT_USERS] = r->users,
                [ASPECT_HOURS] = r->hours,
                [ASPECT_FROM] = r->from != DAY_ALWAYS,
                [ASPECT_UNTIL] = r->until != DAY_NEVER,
        };

        return there[a];
}

void rule_describe(FILE *to, const struct policy *p, const struct rule *r, bool english) {
        for (enum aspect a = ASPECT_MATCH; a < ASPECT_CLAUSE; a++) {
                if (!describe_says(r, a))
                        continue;
                if (a > ASPECT_MATCH)
                        (void)fputs(english ? "; " : "、", to);
                aspect_describe(to, p, r, a, english);
        }
}
