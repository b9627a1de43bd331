/* SPDX-License-Identifier: MIT */
/* fleet.c — sekimori fleet: one page of all terminals from what `status --json` said on each. Asks nobody. */
#include "cli/fleet.h"
#include "cli/language.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "date.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <time.h>

struct options {
        const char *before, *html, *language;
        uint64_t serial;
        int64_t now_s;
        bool json;
};

static bool parse_serial(const char *text, uint64_t *ret) {
        char *end;

        errno = 0;
        *ret = strtoull(text, &end, 10);
        return text[0] >= '1' && text[0] <= '9' && !*end && !errno;
}

static int parse(int argc, char **argv, struct options *o) {
        static const struct option longs[] = { { "before", required_argument, NULL, 'b' },
                                               { "serial", required_argument, NULL, 's' },
                                               { "html", required_argument, NULL, 'h' },
                                               { "json", no_argument, NULL, 'j' },
                                               { "lang", required_argument, NULL, 'l' },
                                               { "now", required_argument, NULL, 'n' },
                                               { 0 } };
        int c;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                if (c == 's' && !parse_serial(optarg, &o->serial))
                        return complain(EXIT_USAGE,
                                        "--serial にはポリシーの番号を書きます（「%s」は番号ではありません）",
                                        "--serial wants the serial of a policy, not '%s'", optarg);
                if (c == 'n' && !instant_parse(optarg, &o->now_s))
                        return complain(
                                EXIT_USAGE,
                                "--now には 2026-12-01T09:00:00+09:00 のように日時を書きます（「%s」は使えません）",
                                "--now wants a time like 2026-12-01T09:00:00+09:00, not '%s'", optarg);
                o->before = c == 'b' ? optarg : o->before;
                o->html = c == 'h' ? optarg : o->html;
                o->language = c == 'l' ? optarg : o->language;
                o->json |= c == 'j';
        }
        return optind < argc ? EXIT_OK : wrong_usage();
}

static int write_html(const struct fleet *f, const char *path) {
        struct out page;

        out_open(&page);
        if (page.to)
                fleet_print_html(f, page.to);
        return out_close(&page, path, 0640);
}

static int show(const struct fleet *f, const struct options *o) {
        if (o->html && write_html(f, o->html) != EXIT_OK)
                return EXIT_COULD_NOT;
        if (o->json && fleet_print_json(f, stdout) < 0)
                return complain_unwritten();
        if (!o->json)
                fleet_print_totals(f);
        if (!o->json && !o->html)
                fleet_print_table(f);
        if (fflush(stdout) != 0)
                return complain_unwritten();
        return fleet_is_doubtful(f) ? EXIT_REFUSED : EXIT_OK;
}

/* Each by its name, also where nobody looks at the page. */
static void complain_of(const struct fleet *f) {
        for (size_t i = 0; i < f->n; i++)
                if (f->stations[i].why)
                        (void)complain(EXIT_REFUSED, "%s", "%s", f->stations[i].why);
}

int fleet(int argc, char **argv) {
        struct options o = { .now_s = time(NULL) };
        struct fleet now = { 0 }, before = { 0 };
        char *earlier[1];
        int code = parse(argc, argv, &o);

        if (code != EXIT_OK)
                return code;
        now.l = before.l = language_now();
        now.now_s = o.now_s;
        earlier[0] = (char *)o.before;
        if (fleet_read(&now, argv + optind, (size_t)(argc - optind)) < 0
            || fleet_read(&before, earlier, o.before ? 1 : 0) < 0) {
                code = complain_memory();
        } else {
                fleet_judge(&now, o.before ? &before : NULL, o.serial);
                complain_of(&now);
                complain_of(&before);
                code = now.n ? show(&now, &o)
                             : complain(EXIT_COULD_NOT, "%s: *.json がありません", "%s: no *.json in there",
                                        argv[optind]);
        }
        fleet_deinit(&now);
        fleet_deinit(&before);
        return code;
}
