/* SPDX-License-Identifier: MIT */
/* setup.c — sekimori setup: one step after the other, each with a look before it and a way back. */
#include "cli/setup.h"

#include "base/cleanup.h"
#include "cli/verbs.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static int parse(int argc, char **argv, struct setup *s) {
        static const struct option longs[] = { { "json", no_argument, NULL, 'j' },
                                               { "lang", required_argument, NULL, 'l' },
                                               { "root", required_argument, NULL, 'R' },
                                               { 0 } };
        int c, code = EXIT_OK;

        while (code == EXIT_OK && (c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                s->json |= c == 'j';
                s->t.language = c == 'l' ? optarg : s->t.language;
                s->root_path = c == 'R' ? optarg : s->root_path;
                code = c == '?' ? EXIT_USAGE : EXIT_OK;
        }
        s->word = optind < argc ? argv[optind] : "check";
        if (code == EXIT_OK && (argc - optind > 1 || strcmp(s->word, "check") != 0))
                return complain(EXIT_USAGE, "usage: sekimori setup [check] ...; see sekimori setup --help");
        return code;
}

static int open_root(struct setup *s) {
        s->root = open(*s->root_path ? s->root_path : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (s->root < 0)
                return complain(EXIT_COULD_NOT, "%s: %m", s->root_path);
        if (snprintf(s->runtime_dir, sizeof s->runtime_dir, "%s/run/sekimori", s->root_path)
            >= (int)sizeof s->runtime_dir)
                return complain(EXIT_USAGE, "--root is too long");
        s->t.runtime_dir = s->runtime_dir;
        return EXIT_OK;
}

int setup(int argc, char **argv) {
        struct setup s = { .root_path = "", .root = -1 };
        int code = parse(argc, argv, &s);

        if (code == EXIT_OK)
                code = open_root(&s);
        if (code == EXIT_OK) {
                setup_look(&s);
                code = setup_check(&s, PREFLIGHT_LOGIN, true);
        }
        terminal_deinit(&s.t);
        accepted_deinit(&s.in_force);
        if (s.root >= 0)
                (void)close(s.root);
        return code;
}
