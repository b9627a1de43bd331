/* SPDX-License-Identifier: MIT */
/* fleet.c — sekimori fleet: one page of all terminals, from the output of `status --json` on each. Asks no agent. */
#include "cli/fleet/fleet.h"
#include "base/date.h"
#include "cli/language.h"
#include "cli/out.h"
#include "cli/verbs.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static int write_html(const struct fleet *f, const char *path) {
        struct out page;

        out_open(&page);
        if (page.to)
                fleet_print_html(f, page.to);
        return out_close(&page, path, 0640);
}

static int fleet_show(const struct fleet *f, const char *html, bool json) {
        if (html && write_html(f, html) != EXIT_OK)
                return EXIT_COULD_NOT;
        if (json && fleet_print_json(f, stdout) < 0)
                return complain_unwritten();
        if (!json)
                fleet_print_totals(f);
        if (!json && !html)
                fleet_print_table(f);
        if (fflush(stdout) != 0)
                return complain_unwritten();
        return fleet_is_doubtful(f) ? EXIT_REFUSED : EXIT_OK;
}

/* Name each unreadable file on stderr, too: perhaps nobody looks at the page. */
static void complain_of(const struct fleet *f) {
        for (size_t i = 0; i < f->n; i++)
                if (f->stations[i].why)
                        (void)complain(EXIT_REFUSED, "%s", "%s", f->stations[i].why);
}

static int fleet_read_and_judge(const struct typed *t, struct fleet *now, uint64_t serial) {
        const char *before = t->value[OPTION_BEFORE];
        struct fleet earlier = { .l = now->l };
        char *named[] = { (char *)before };
        int code;

        if (fleet_read(now, t->words, t->n_words) < 0 || fleet_read(&earlier, named, before ? 1 : 0) < 0) {
                code = complain_memory();
        } else {
                fleet_judge(now, before ? &earlier : NULL, serial);
                complain_of(now);
                complain_of(&earlier);
                code = now->n ? fleet_show(now, t->value[OPTION_HTML], typed_has(t, OPTION_JSON))
                              : complain(EXIT_COULD_NOT, "%s: *.json がありません", "%s: no *.json in there",
                                         t->words[0]);
        }
        fleet_deinit(&earlier);
        return code;
}

int fleet(const struct typed *t) {
        struct fleet now = { .now_s = time(NULL), .l = language_now() };
        const char *when = t->value[OPTION_NOW];
        uint64_t serial = 0;
        int code = typed_number(t, OPTION_SERIAL_POLICY, 1, INT64_MAX, &serial);

        if (code == EXIT_OK && when && !instant_parse(when, &now.now_s))
                code = complain(EXIT_USAGE,
                                "--now には 2026-12-01T09:00:00+09:00 のように日時を書きます（「%s」は使えません）",
                                "--now wants a time like 2026-12-01T09:00:00+09:00, not '%s'", when);
        if (code == EXIT_OK)
                code = fleet_read_and_judge(t, &now, serial);
        fleet_deinit(&now);
        return code;
}
