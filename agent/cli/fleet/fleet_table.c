/* SPDX-License-Identifier: MIT */
/* fleet_table.c — the page on a terminal, a hundred columns wide, and the words that every page shares. */
#include "cli/fleet/fleet.h"
#include "cli/table.h"
#include "host/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 100
#define CELL 160

enum fleet_column { NAME, STAGE, SERIAL, DAYS, HEARD, DEVICES, LOGINS, NETWORK, COLUMNS };

static const struct {
        const char *ja, *en;
        int widest; /* beyond it a cell is cut */
} columns[COLUMNS] = {
        [NAME] = { "端末", "TERMINAL", 18 },    [STAGE] = { "段階", "STAGE", 8 },
        [SERIAL] = { "ポリシー", "POLICY", 8 }, [DAYS] = { "残り", "LEFT", 7 },
        [HEARD] = { "確認", "HEARD", 10 },      [DEVICES] = { "拒否1日/7日:機器", "REFUSED: DEVICES", 16 },
        [LOGINS] = { "ログイン", "LOGINS", 9 }, [NETWORK] = { "通信", "NETWORK", 9 },
};

void fleet_age(const struct fleet *f, const struct station *s, char *to, size_t size) {
        static const struct {
                int64_t s;
                const char *ja, *en;
        } units[] = { { 86400, "日前", "d ago" }, { 3600, "時間前", "h ago" }, { 0, "分前", "min ago" } };
        int64_t ago = f->now_s - s->time_s;
        size_t i = 0;

        if (s->why || ago < 0) {
                (void)snprintf(to, size, "%s", s->why ? "-" : SAY(f->l, "未来", "ahead"));
                return;
        }
        while (ago < 2 * units[i].s) /* 47 h is more exact than 1 d */
                i++;
        (void)snprintf(to, size, "%" PRId64 "%s", ago / (units[i].s ? units[i].s : 60),
                       SAY(f->l, units[i].ja, units[i].en));
}

const char *fleet_stage(const struct fleet *f, const struct station *s) {
        static const struct {
                const char *stage, *ja, *en;
        } words[] = { { "observe", "観察", "observe" },
                      { "devices", "機器", "devices" },
                      { "trial", "試行", "trial" },
                      { "login", "ログイン", "login" } };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (strcmp(s->stage, words[i].stage) == 0)
                        return SAY(f->l, words[i].ja, words[i].en);
        return s->stage[0] ? s->stage : "-";
}

static void fleet_table_refused(const struct station *s, size_t plane, char to[CELL]) {
        if (s->counts[plane])
                (void)snprintf(to, CELL, "%" PRIu64 "/%" PRIu64, s->refused.day[plane], s->refused.week[plane]);
        else
                (void)snprintf(to, CELL, "-");
}

static void fleet_table_fill(const struct fleet *f, const struct station *s, char cells[COLUMNS][CELL]) {
        (void)snprintf(cells[NAME], CELL, "%s", s->name);
        (void)snprintf(cells[STAGE], CELL, "%s", fleet_stage(f, s));
        (void)snprintf(cells[SERIAL], CELL, s->serial ? "%" PRIu64 : "-", s->serial);
        (void)snprintf(cells[DAYS], CELL, s->serial ? SAY(f->l, "%d日", "%d d") : "-", s->days_left);
        fleet_age(f, s, cells[HEARD], CELL);
        for (size_t i = 0; i < PLANES; i++)
                fleet_table_refused(s, i, cells[DEVICES + i]);
}

static void print_row(const char *mark, char cells[COLUMNS][CELL], const int widths[COLUMNS]) {
        char text[CELL];

        (void)fputs(mark, stdout);
        for (size_t i = 0; i < COLUMNS - 1; i++) {
                columns_cut(cells[i], widths[i], text, sizeof text);
                (void)printf("%s%*s", text, widths[i] - columns_of(text) + 2, "");
        }
        columns_cut(cells[COLUMNS - 1], widths[COLUMNS - 1], text, sizeof text);
        (void)puts(text);
}

/* How many bytes of the text fit into `room` columns, up to a space where there is one. */
static size_t fleet_table_fitting(const char *text, int room) {
        size_t used = 0, space = 0;
        char letter[8];

        while (text[used]) {
                size_t n = 1;

                while (((unsigned char)text[used + n] & 0xc0) == 0x80 && n < sizeof letter - 1)
                        n++;
                (void)snprintf(letter, sizeof letter, "%.*s", (int)n, text + used);
                room -= columns_of(letter);
                if (room < 0)
                        return space ? space : used ? used : n;
                used += n;
                space = letter[0] == ' ' ? used : space;
        }
        return used;
}

static void print_remark(const struct remark *r) {
        const char *lead = "     ! ", *text = r->text;

        while (*text) {
                size_t n = fleet_table_fitting(text, WIDTH - (int)strlen(lead));

                (void)printf("%s%.*s\n", lead, (int)(n - (text[n - 1] == ' ')), text);
                text += n;
                lead = "       ";
        }
}

void fleet_heading(const struct fleet *f, char *to, size_t size) {
        char now[CLOCK_TEXT], when[64];
        size_t needy = fleet_count(f, NULL);

        clock_text(f->now_s, now);
        words_time(f->l, now, when, sizeof when);
        to[0] = '\0';
        words_add(to, size,
                  SAY(f->l, "端末 %zu台: 対応が必要 %zu、問題なし %zu（%s",
                      "%zu terminals: %zu need a person, %zu fine (%s"),
                  f->n, needy, f->n - needy, when);
        if (f->newest)
                words_add(to, size, SAY(f->l, "、最新は第%" PRIu64 "号", ", newest policy %" PRIu64), f->newest);
        words_add(to, size, "%s", SAY(f->l, "）", ")"));
}

void fleet_print_totals(const struct fleet *f) {
        const char *const *ids;
        size_t n = remark_kinds(&ids);
        char heading[512];

        fleet_heading(f, heading, sizeof heading);
        (void)puts(heading);
        for (size_t i = 0; i < n; i++)
                if (fleet_count(f, ids[i]))
                        (void)printf("  %s %zu\n", remark_label(ids[i], f->l), fleet_count(f, ids[i]));
}

void fleet_print_table(const struct fleet *f) {
        static const char *const marks[] = {
                [GRAVITY_NONE] = "   ", [GRAVITY_SOON] = " . ", [GRAVITY_DUE] = " ! ", [GRAVITY_ALARM] = "!! "
        };
        int widths[COLUMNS] = { 0 };
        char cells[COLUMNS][CELL];

        for (size_t k = 0; k < COLUMNS; k++) {
                (void)snprintf(cells[k], CELL, "%s", SAY(f->l, columns[k].ja, columns[k].en));
                widths[k] = columns_of(cells[k]);
        }
        for (size_t i = 0; i < f->n; i++) {
                char row[COLUMNS][CELL];

                fleet_table_fill(f, &f->stations[i], row);
                for (size_t k = 0; k < COLUMNS; k++) {
                        int width = columns_of(row[k]);

                        width = width < columns[k].widest ? width : columns[k].widest;
                        widths[k] = width > widths[k] ? width : widths[k];
                }
        }
        print_row("   ", cells, widths);
        for (size_t i = 0; i < f->n; i++) {
                const struct station *s = &f->stations[i];

                fleet_table_fill(f, s, cells);
                print_row(marks[s->gravity], cells, widths);
                for (size_t k = 0; k < s->n_remarks; k++)
                        print_remark(&s->remarks[k]);
        }
}
