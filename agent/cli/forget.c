/* SPDX-License-Identifier: MIT */
/* forget.c — sekimori forget: a lost card, an old telephone, somebody who left. */
#include "cli/ask.h"
#include "cli/people.h"
#include "cli/verbs.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static bool is_one_of_them(const char *what) {
        static const char *const all[] = { "totp", "card", "recovery", "all" };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                if (strcmp(what, all[i]) == 0)
                        return true;
        return false;
}

static json_t *request(const char *user, const char *what, const char *label) {
        json_t *o = json_pack("{s:s, s:s}", "user", user, "what", what);

        if (label)
                (void)json_object_set_new(o, "label", json_string(label));
        return o;
}

static void report(const char *user, const json_t *o, enum language l) {
        (void)printf(SAY(l, "%s: %d 件を消しました\n", "%s: %d taken away\n"), user,
                     (int)json_integer_value(json_object_get(o, "removed")));
        if (json_is_true(json_object_get(o, "nothing_left")))
                (void)printf(SAY(l, "%s: 登録されているものは、もうありません\n", "%s: nothing is enrolled any more\n"),
                             user);
}

int forget(int argc, char **argv) {
        static const struct option longs[] = { { "label", required_argument, NULL, 'L' },
                                               { "lang", required_argument, NULL, 'l' },
                                               { "runtime-dir", required_argument, NULL, 'r' },
                                               { 0 } };
        auto_terminal t = { .runtime_dir = RUNTIME_DIR };
        const char *label = NULL, *what;
        auto_json answer = NULL;
        char user[256];
        int c, code;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                label = c == 'L' ? optarg : label;
                t.language = c == 'l' ? optarg : t.language;
                t.runtime_dir = c == 'r' ? optarg : t.runtime_dir;
        }
        what = argc - optind == 2 ? argv[optind + 1] : "";
        if (!is_one_of_them(what) || (label && (strcmp(what, "all") == 0 || strcmp(what, "recovery") == 0)))
                return wrong_usage();
        (void)person_is_known(argv[optind], user, sizeof user);
        code = terminal_ask(&t);
        if (code == EXIT_OK)
                code = people_ask(&t, CONTROL_FORGET, request(user, what, label), &answer, NULL);
        if (code == EXIT_OK)
                report(user, answer, t.l);
        return code;
}
