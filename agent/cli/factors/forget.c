/* SPDX-License-Identifier: MIT */
/* forget.c — sekimori forget: remove what was enrolled for a person (a lost card, an old telephone, somebody who left).
 */
#include "cli/ask.h"
#include "cli/factors/people.h"
#include "cli/verbs.h"
#include "decision/login.h"

#include <stdio.h>
#include <string.h>

static json_t *forget_request(const char *user, const char *what, const char *label) {
        json_t *o = json_pack("{s:s, s:s}", "user", user, "what", what);

        if (label)
                (void)json_object_set_new(o, "label", json_string(label));
        return o;
}

static void forget_report(const char *user, const json_t *o, enum language l) {
        (void)printf(SAY(l, "%s: %d 件を消しました\n", "%s: %d taken away\n"), user,
                     (int)json_integer_value(json_object_get(o, "removed")));
        if (json_is_true(json_object_get(o, "nothing_left")))
                (void)printf(SAY(l, "%s: 登録されているものは、もうありません\n", "%s: nothing is enrolled any more\n"),
                             user);
}

int forget(const struct typed *typed) {
        auto_terminal t = { .runtime_dir = typed->value[OPTION_RUNTIME_DIR] };
        const char *label = typed->value[OPTION_WHICH], *what = typed->words[1];
        int code = typed_word(typed, 1, FACTORS_ENROLLED "|all");
        auto_json answer = NULL;
        char user[256];

        if (code == EXIT_OK && label && (strcmp(what, "all") == 0 || strcmp(what, "recovery") == 0))
                code = wrong_usage(typed->verb);
        if (code != EXIT_OK)
                return code;
        (void)person_is_known(typed->words[0], user, sizeof user);
        code = terminal_ask(&t);
        if (code == EXIT_OK)
                code = people_ask(&t, CONTROL_FORGET, forget_request(user, what, label), &answer, NULL);
        if (code == EXIT_OK)
                forget_report(user, answer, t.l);
        return code;
}
