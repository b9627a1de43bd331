/* SPDX-License-Identifier: MIT */
/* device_table.c — JSON members to cells: kinds, verdict, reason in words, the rest copied. See device_table.h. */
#include "cli/status/device_table.h"

#include "audit/record.h"
#include "cli/table.h"
#include "decision/kind.h"

#include <stdio.h>
#include <string.h>

enum device_column { KIND, NAME, ID, SERIAL, PORT, VERDICT, RULE, COLUMNS };

static const struct table_column columns[COLUMNS] = {
        [KIND] = { "機器", "DEVICE", 48 },      [NAME] = { "名前", "NAME", 32 },  [ID] = { "ID", "ID", 0 },
        [SERIAL] = { "製造番号", "SERIAL", 0 }, [PORT] = { "ポート", "PORT", 0 }, [VERDICT] = { "判定", "VERDICT", 0 },
        [RULE] = { "規則・理由", "RULE", 0 },
};

static const char *device_table_member(const json_t *element, const char *key) {
        const char *s = json_string_value(json_object_get(element, key));

        return s ? s : "";
}

/* The kind of a disk, and the word for its bus in a rule. False for a device on USB. */
static bool say_disk(const json_t *element, enum language l, char *to) {
        const char *class = json_string_value(json_array_get(json_object_get(element, "interfaces"), 0));
        const char *bus = device_table_member(element, "bus");
        const char *words = words_by_bus(l, bus_from_name(bus), class && strncmp(class, "08:02", 5) == 0);

        if (words)
                (void)snprintf(to, TABLE_CELL, "%s (%s)", words, bus);
        return words;
}

static void say_kind(const json_t *element, enum language l, char *to) {
        const json_t *names = json_object_get(element, "kinds");
        uint32_t kinds = 0;

        if (say_disk(element, l, to))
                return;
        for (size_t i = 0; i < json_array_size(names); i++) {
                const char *name = json_string_value(json_array_get(names, i));

                kinds |= name ? kind_from_name(name) : 0;
        }
        words_kind_set(l, kinds, to, TABLE_CELL);
}

static const char *say_verdict(enum language l, const char *verdict) {
        static const struct {
                const char *name, *ja, *en;
        } words[] = { { "allow", "許可", "allowed" }, { "read-only", "読み取り専用", "read-only" } };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
                if (strcmp(verdict, words[i].name) == 0)
                        return SAY(l, words[i].ja, words[i].en);
        }
        return SAY(l, "拒否", "denied");
}

/* The rule that decided, and the reason unless it is simply the rule. */
static void say_rule(const json_t *element, enum language l, char *to) {
        enum reason reason = reason_from_name(device_table_member(element, "reason"));
        enum malformed malformed = malformed_from_name(device_table_member(element, "malformed"));
        const char *rule = device_table_member(element, "rule");

        if (reason == REASON_MALFORMED && malformed)
                (void)snprintf(to, TABLE_CELL, "%s: %s", words_reason(l, reason), words_malformed(l, malformed));
        else if (reason == REASON_RULE)
                (void)snprintf(to, TABLE_CELL, "%s", rule);
        else
                (void)snprintf(to, TABLE_CELL, *rule ? "%s: %s" : "%s%s", rule, words_reason(l, reason));
}

static void device_table_fill(const json_t *element, enum language l, struct table *t, size_t row) {
        static const struct {
                enum device_column column;
                const char *key;
        } plain[] = { { NAME, "name" }, { SERIAL, "serial" }, { PORT, "port" } };

        say_kind(element, l, table_cell(t, row, KIND));
        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
                (void)snprintf(table_cell(t, row, plain[i].column), TABLE_CELL, "%s",
                               device_table_member(element, plain[i].key));
        (void)snprintf(table_cell(t, row, ID), TABLE_CELL, "%s:%s", device_table_member(element, "vid"),
                       device_table_member(element, "pid"));
        (void)snprintf(table_cell(t, row, VERDICT), TABLE_CELL, "%s",
                       say_verdict(l, device_table_member(element, "verdict")));
        say_rule(element, l, table_cell(t, row, RULE));
}

void device_table_print(const json_t *elements, enum language l) {
        size_t n = json_array_size(elements);
        auto_table t = table_new(columns, COLUMNS, n, l);

        if (n == 0)
                (void)puts(SAY(l, "機器はありません", "there are no devices"));
        if (!t || n == 0)
                return;
        for (size_t i = 0; i < n; i++)
                device_table_fill(json_array_get(elements, i), l, t, i);
        table_print(t);
}
