/* SPDX-License-Identifier: MIT */
/* device_table.c — see device_table.h. */
#include "cli/device_table.h"

#include "audit/record.h"
#include "kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define CELL 512

enum column { KIND, NAME, ID, SERIAL, PORT, VERDICT, RULE, COLUMNS };

static const struct {
        const char *ja, *en;
        int widest; /* beyond it a cell is cut; 0: never (what a person may have to type, or read to the end) */
} columns[COLUMNS] = {
        [KIND] = { "機器", "DEVICE", 48 },      [NAME] = { "名前", "NAME", 32 },  [ID] = { "ID", "ID", 0 },
        [SERIAL] = { "製造番号", "SERIAL", 0 }, [PORT] = { "ポート", "PORT", 0 }, [VERDICT] = { "判定", "VERDICT", 0 },
        [RULE] = { "規則・理由", "RULE", 0 },
};

static int width_of(wchar_t c) {
        int width = wcwidth(c);

        return width < 0 ? 1 : width;
}

int columns_of(const char *text) {
        mbstate_t state = { 0 };
        wchar_t c;
        int width = 0;

        for (size_t n; (n = mbrtowc(&c, text, MB_CUR_MAX, &state)) != 0; text += n) {
                if (n > MB_CUR_MAX) { /* no letter of this locale: one column each, as terminals do */
                        state = (mbstate_t){ 0 };
                        n = 1;
                        width++;
                } else {
                        width += width_of(c);
                }
        }
        return width;
}

void columns_cut(const char *text, int max, char *to, size_t size) {
        mbstate_t state = { 0 };
        size_t used = 0, n;
        int width = 0;
        wchar_t c;

        if (columns_of(text) <= max) {
                (void)snprintf(to, size, "%s", text);
                return;
        }
        while ((n = mbrtowc(&c, text + used, MB_CUR_MAX, &state)) != 0 && n <= MB_CUR_MAX) {
                if (width + width_of(c) > max - 1)
                        break;
                width += width_of(c);
                used += n;
        }
        (void)snprintf(to, size, "%.*s…", (int)used, text);
}

static const char *member(const json_t *element, const char *key) {
        const char *s = json_string_value(json_object_get(element, key));

        return s ? s : "";
}

static void say_kind(const json_t *element, enum language l, char to[CELL]) {
        const json_t *names = json_object_get(element, "kinds");
        uint32_t kinds = 0;

        for (size_t i = 0; i < json_array_size(names); i++) {
                const char *name = json_string_value(json_array_get(names, i));

                kinds |= name ? kind_from_name(name) : 0;
        }
        words_kind_set(l, kinds, to, CELL);
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

/* The rule that decided; where it was not simply the rule, why. */
static void say_rule(const json_t *element, enum language l, char to[CELL]) {
        enum reason reason = reason_from_name(member(element, "reason"));
        const char *rule = member(element, "rule");

        if (reason == REASON_RULE)
                (void)snprintf(to, CELL, "%s", rule);
        else
                (void)snprintf(to, CELL, *rule ? "%s: %s" : "%s%s", rule, words_reason(l, reason));
}

static void fill(const json_t *element, enum language l, char cells[COLUMNS][CELL]) {
        say_kind(element, l, cells[KIND]);
        (void)snprintf(cells[NAME], CELL, "%s", member(element, "name"));
        (void)snprintf(cells[ID], CELL, "%s:%s", member(element, "vid"), member(element, "pid"));
        (void)snprintf(cells[SERIAL], CELL, "%s", member(element, "serial"));
        (void)snprintf(cells[PORT], CELL, "%s", member(element, "port"));
        (void)snprintf(cells[VERDICT], CELL, "%s", say_verdict(l, member(element, "verdict")));
        say_rule(element, l, cells[RULE]);
        for (size_t i = 0; i < COLUMNS; i++) {
                char whole[CELL];

                (void)memcpy(whole, cells[i], CELL);
                if (columns[i].widest)
                        columns_cut(whole, columns[i].widest, cells[i], CELL);
                if (!cells[i][0])
                        (void)snprintf(cells[i], CELL, "-");
        }
}

static void print_row(char cells[COLUMNS][CELL], const int widths[COLUMNS]) {
        for (size_t i = 0; i < COLUMNS - 1; i++)
                (void)printf("%s%*s", cells[i], widths[i] - columns_of(cells[i]) + 2, "");
        (void)puts(cells[COLUMNS - 1]);
}

void device_table_print(const json_t *elements, enum language l) {
        size_t n = json_array_size(elements);
        char(*rows)[COLUMNS][CELL] = calloc(n + 1, sizeof *rows);
        int widths[COLUMNS] = { 0 };

        if (!rows)
                return;
        for (size_t i = 0; i < COLUMNS; i++)
                (void)snprintf(rows[0][i], CELL, "%s", SAY(l, columns[i].ja, columns[i].en));
        for (size_t i = 0; i < n; i++)
                fill(json_array_get(elements, i), l, rows[i + 1]);
        for (size_t i = 0; i <= n; i++) {
                for (size_t k = 0; k < COLUMNS; k++) {
                        int width = columns_of(rows[i][k]);

                        widths[k] = width > widths[k] ? width : widths[k];
                }
        }
        for (size_t i = 0; i <= n; i++)
                print_row(rows[i], widths);
        free(rows);
}
