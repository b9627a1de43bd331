/* SPDX-License-Identifier: MIT */
/* unlock.c — sekimori unlock: let a person try to log in again, and say what was reset. */
#include "cli/ask.h"
#include "cli/factors/people.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

/* Print one line for each thing that was done, or that nothing was to be done; complain of an unknown user. */
static int unlock_report(const char *user, bool known, const json_t *o, enum language l) {
        int failures = (int)json_integer_value(json_object_get(o, "failures"));
        const char *record = json_string_value(json_object_get(o, "record"));
        bool new_record = record && strcmp(record, "fine") != 0;
        bool clock = json_is_true(json_object_get(o, "clock_went_back"));

        if (failures)
                (void)printf(SAY(l, "%s: 失敗回数（%d回）を 0 に戻しました\n",
                                 "%s: the count of failures (%d) is 0 again\n"),
                             user, failures);
        if (clock && !new_record)
                (void)printf(
                        SAY(l,
                            "%s: いまの時計で使えるようにしました。これまでに使ったワンタイムパスワードと回復コードは使えません\n",
                            "%s: goes by the clock of now; codes used before stay used\n"),
                        user);
        if (new_record)
                (void)printf(
                        SAY(l,
                            "%s: 使用済みコードの記録を作り直しました。ワンタイムパスワードは数分後から使えます。"
                            "回復コードは作り直してください（sekimori enrol %s recovery）\n",
                            "%s: the record of used codes was begun anew. One-time codes count again in some minutes; make new "
                            "recovery codes (sekimori enrol %s recovery)\n"),
                        user, user);
        if (json_is_true(json_object_get(o, "to_enrol_anew")))
                (void)printf(
                        SAY(l,
                            "%s: 時計が進んでいた間に何度も使われています。ワンタイムパスワードを登録し直してください\n",
                            "%s: used often while the clock was ahead: the one-time codes have to be enrolled anew\n"),
                        user);
        if (failures || clock || new_record)
                return EXIT_OK;
        if (!known)
                return complain_unknown(user);
        (void)printf(SAY(l, "%s: 解除するものはありませんでした\n", "%s: there was nothing to unlock\n"), user);
        return EXIT_OK;
}

int unlock(const struct typed *typed) {
        auto_terminal t = { .runtime_dir = typed->value[OPTION_RUNTIME_DIR] };
        auto_json answer = NULL;
        char user[256];
        bool known;
        int code;

        known = person_is_known(typed->words[0], user, sizeof user);
        code = terminal_ask(&t);
        if (code == EXIT_OK)
                code = people_ask(&t, CONTROL_UNLOCK, json_pack("{s:s}", "user", user), &answer, NULL);
        if (code == EXIT_OK)
                code = unlock_report(user, known, answer, t.l);
        return code;
}
