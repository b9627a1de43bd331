/* SPDX-License-Identifier: MIT */
/* policy_diff.c — `sekimori policy diff`: who and what gains or loses access, in words. */
#include "cli/policy_file.h"
#include "cli/verbs.h"
#include "diff.h"
#include "policy.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void say(void *ctx, enum diff_kind kind, const char *text) {
        static const char *const marks[] = { [DIFF_OTHER] = "~", [DIFF_MORE] = "+", [DIFF_LESS] = "-" };

        (void)ctx;
        (void)printf("%s %s\n", marks[kind], text);
}

static int compare(const char *old_path, const char *new_path, bool english) {
        auto_policy old = NULL;
        auto_policy new = NULL;
        int code = policy_file_compile(old_path, &old), n;

        if (code == EXIT_OK)
                code = policy_file_compile(new_path, &new);
        if (code != EXIT_OK)
                return code;
        n = policy_compare(old, new, english, say, NULL);
        if (n < 0)
                return complain(EXIT_COULD_NOT, "out of memory");
        if (n == 0)
                (void)puts(english ? "no difference" : "違いはありません");
        return EXIT_OK;
}

int policy_diff(int argc, char **argv) {
        static const struct option longs[] = { { "lang", required_argument, NULL, 'l' }, { 0 } };
        const char *language = "ja";
        int c;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                language = optarg;
        }
        if (optind != argc - 2 || (strcmp(language, "ja") != 0 && strcmp(language, "en") != 0))
                return wrong_usage();
        return compare(argv[optind], argv[optind + 1], strcmp(language, "en") == 0);
}
