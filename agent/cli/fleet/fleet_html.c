/* SPDX-License-Identifier: MIT */
/* fleet_html.c — the page as one HTML file: no script, no external resource, readable without colours, and on A4. */
#include "cli/fleet/fleet.h"

#include <inttypes.h>
#include <string.h>

static const char style[] =
        ":root{color-scheme:light}"
        "body{font:16px/1.5 sans-serif;margin:1.5rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a;background:#fff}"
        "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}"
        "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold;padding:.3rem 0}"
        "th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;vertical-align:top}"
        "thead th{background:#eee}td.n{text-align:right;white-space:nowrap}tbody th{font-weight:normal;min-width:7rem}td:nth-child(2){min-width:4.2rem}"
        "tr.alarm td.what{border-left:.4rem solid #b00020}tr.due td.what{border-left:.4rem solid #b06000}"
        "tr.soon td.what{border-left:.4rem solid #777}tr:target,details:target{outline:.2rem solid #0b57d0}"
        "td ul,details ul{margin:0;padding-left:1.2rem}td.what,td ul{overflow-wrap:anywhere}"
        "nav ul{columns:3;padding-left:1.2rem}.grave{font-weight:bold}"
        "@media print{@page{size:A4 landscape;margin:12mm}body{font-size:9pt;max-width:none;margin:0;padding:0}"
        "nav{display:none}thead{display:table-header-group}tr{break-inside:avoid}a{color:inherit;text-decoration:none}"
        "h2{break-after:avoid}}";

static void put_text(FILE *to, const char *s) {
        for (; *s; s++)
                switch (*s) {
                case '&':
                        (void)fputs("&amp;", to);
                        break;
                case '<':
                        (void)fputs("&lt;", to);
                        break;
                case '>':
                        (void)fputs("&gt;", to);
                        break;
                case '"':
                        (void)fputs("&quot;", to);
                        break;
                case '\'':
                        (void)fputs("&#39;", to);
                        break;
                default:
                        (void)fputc(*s, to);
                }
}

static void put_head(const struct fleet *f, FILE *to) {
        char heading[512];

        (void)fprintf(
                to,
                "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n<h1>%s</h1>\n<p>",
                SAY(f->l, "ja", "en"), SAY(f->l, "Sekimori: すべての端末", "Sekimori: all terminals"), style,
                SAY(f->l, "Sekimori: すべての端末", "Sekimori: all terminals"));
        fleet_heading(f, heading, sizeof heading);
        put_text(to, heading);
        (void)fputs("</p>\n", to);
}

static bool fleet_html_concerns(const struct station *s, const char *id) {
        for (size_t i = 0; i < s->n_remarks; i++)
                if (strcmp(s->remarks[i].id, id) == 0)
                        return true;
        return false;
}

/* The navigation of the page: each kind of work links to the list of the stations that need it. */
static void put_ways(const struct fleet *f, FILE *to) {
        const char *const *ids;
        size_t n = remark_kinds(&ids);

        (void)fprintf(to, "<nav aria-label=\"%s\"><ul>\n", SAY(f->l, "対応の種類", "kinds of work"));
        for (size_t i = 0; i < n; i++)
                if (fleet_count(f, ids[i]))
                        (void)fprintf(to, "<li%s><a href=\"#%s\">%s</a> %zu</li>\n",
                                      remark_gravity(ids[i]) == GRAVITY_ALARM ? " class=\"grave\"" : "", ids[i],
                                      remark_label(ids[i], f->l), fleet_count(f, ids[i]));
        (void)fprintf(to, "<li><a href=\"#fine\">%s</a> %zu</li>\n</ul></nav>\n", SAY(f->l, "問題なし", "fine"),
                      f->n - fleet_count(f, NULL));
}

static void put_work(const struct fleet *f, const char *id, FILE *to) {
        (void)fprintf(to, "<details id=\"%s\"><summary>%s (%zu)</summary>\n<ul>\n", id, remark_label(id, f->l),
                      fleet_count(f, id));
        for (size_t i = 0; i < f->n; i++) {
                if (!fleet_html_concerns(&f->stations[i], id))
                        continue;
                (void)fprintf(to, "<li><a href=\"#t%zu\">", i);
                put_text(to, f->stations[i].name);
                (void)fputs("</a></li>\n", to);
        }
        (void)fputs("</ul></details>\n", to);
}

static void put_refused(const struct station *s, size_t plane, FILE *to) {
        if (s->counts[plane])
                (void)fprintf(to, "<td class=\"n\">%" PRIu64 " / %" PRIu64 "</td>", s->refused.day[plane],
                              s->refused.week[plane]);
        else
                (void)fputs("<td class=\"n\">–</td>", to);
}

static void put_cells(const struct fleet *f, const struct station *s, FILE *to) {
        char age[64];

        (void)fputs("<td>", to);
        put_text(to, fleet_stage(f, s));
        if (s->serial)
                (void)fprintf(to, "</td><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%d</td>", s->serial,
                              s->days_left);
        else
                (void)fputs("</td><td class=\"n\">–</td><td class=\"n\">–</td>", to);
        fleet_age(f, s, age, sizeof age);
        (void)fprintf(to, "<td class=\"n\">%s</td>", age);
        for (size_t i = 0; i < PLANES; i++)
                put_refused(s, i, to);
}

static void put_row(const struct fleet *f, size_t i, FILE *to) {
        static const char *const classes[] = { "fine", "soon", "due", "alarm" };
        const struct station *s = &f->stations[i];

        (void)fprintf(to, "<tr id=\"t%zu\" class=\"%s\"><th scope=\"row\">", i, classes[s->gravity]);
        put_text(to, s->name);
        (void)fputs("</th>", to);
        put_cells(f, s, to);
        (void)fputs("<td class=\"what\">", to);
        if (s->n_remarks)
                (void)fputs("<ul>", to);
        for (size_t k = 0; k < s->n_remarks; k++) {
                (void)fputs("<li>", to);
                put_text(to, s->remarks[k].text);
                (void)fputs("</li>", to);
        }
        (void)fputs(s->n_remarks ? "</ul></td></tr>\n" : "</td></tr>\n", to);
}

/* The table of the stations that need a person (`needy`), or of the others. */
static void put_table(const struct fleet *f, bool needy, FILE *to) {
        static const struct {
                const char *ja, *en;
        } heads[] = { { "端末", "Terminal" },
                      { "段階", "Stage" },
                      { "ポリシー（号）", "Policy serial" },
                      { "残り日数", "Days left" },
                      { "最後の確認", "Last heard" },
                      { "機器の拒否 24時間 / 7日", "Devices refused 24 h / 7 d" },
                      { "ログインの拒否 24時間 / 7日", "Logins refused 24 h / 7 d" },
                      { "通信の拒否 24時間 / 7日", "Network refused 24 h / 7 d" },
                      { "すること", "What to do" } };

        (void)fprintf(to, "<table>\n<caption>%s</caption>\n<thead><tr>",
                      needy ? SAY(f->l, "対応が必要な端末", "Terminals that need a person")
                            : SAY(f->l, "問題のない端末", "Terminals that are fine"));
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
                (void)fprintf(to, "<th scope=\"col\">%s</th>", SAY(f->l, heads[i].ja, heads[i].en));
        (void)fputs("</tr></thead>\n<tbody>\n", to);
        for (size_t i = 0; i < f->n; i++)
                if ((f->stations[i].n_remarks > 0) == needy)
                        put_row(f, i, to);
        (void)fputs("</tbody>\n</table>\n", to);
}

void fleet_print_html(const struct fleet *f, FILE *to) {
        const char *const *ids;
        size_t n = remark_kinds(&ids), needy = fleet_count(f, NULL);

        put_head(f, to);
        put_ways(f, to);
        (void)fputs("<main>\n", to);
        if (needy)
                put_table(f, true, to);
        if (needy)
                (void)fprintf(to, "<h2>%s</h2>\n", SAY(f->l, "することごとに", "By what is to be done"));
        for (size_t i = 0; i < n; i++)
                if (fleet_count(f, ids[i]))
                        put_work(f, ids[i], to);
        (void)fprintf(to, "<h2 id=\"fine\">%s</h2>\n", SAY(f->l, "問題なし", "Fine"));
        put_table(f, false, to);
        (void)fputs("</main>\n</body>\n</html>\n", to);
}
