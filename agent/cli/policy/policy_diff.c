/* SPDX-License-Identifier: MIT */
/* policy_diff.c — `sekimori policy diff`: who and what gains or loses access, in words. */
#include "cli/language.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs.h"
#include "decision/policy.h"
#include "review/diff.h"

#include <stdio.h>
#include <string.h>

static void policy_diff_say(void *ctx, enum diff_kind kind, const char *text) {
        static const char *const marks[] = { [DIFF_OTHER] = "~", [DIFF_MORE] = "+", [DIFF_LESS] = "-" };

        (void)ctx;
        (void)printf("%s %s\n", marks[kind], text);
}

static int policy_diff_compare(const char *old_path, const char *new_path) {
        auto_policy old = NULL;
        auto_policy new = NULL;
        int code = policy_file_compile(old_path, &old), n;
        enum language l;

        if (code == EXIT_OK)
                code = policy_file_compile(new_path, &new);
        if (code != EXIT_OK)
                return code;
        l = language_follow(policy_language(new));
        n = policy_compare(old, new, l == LANGUAGE_EN, policy_diff_say, NULL);
        if (n < 0)
                return complain_memory();
        if (n == 0)
                (void)puts(SAY(l, "違いはありません", "no difference"));
        return EXIT_OK;
}

int policy_diff(const struct typed *t) {
        return policy_diff_compare(t->words[0], t->words[1]);
}
