/* SPDX-License-Identifier: MIT */
/* enrol_recovery.c — ten codes on paper, shown once. */
#include "cli/factors/enrol.h"

#include "cli/verbs.h"

#include <stdio.h>

static int codes_there(const struct factor_enrolment *e, int *ret) {
        auto_json answer = NULL;
        int code = people_ask(&e->terminal, CONTROL_FACTORS, json_pack("{s:s}", "user", e->user), &answer, NULL);
        json_t *person = json_array_get(json_object_get(answer, "people"), 0);

        *ret = (int)json_integer_value(json_object_get(person, "recovery"));
        return code;
}

static bool may_replace(const struct factor_enrolment *e) {
        return e->replace
               || (e->asks
                   && ask_yes(
                           e->terminal.l,
                           SAY(e->terminal.l,
                               "回復コードがすでにあります。作り直すと、前の紙の回復コードは使えなくなります。作り直しますか",
                               "There are recovery codes already; new ones make those on the old paper void. "
                               "Make new ones?")));
}

static int enrol_recovery_show(const struct factor_enrolment *e, const json_t *answer) {
        const json_t *codes = json_object_get(answer, "codes");

        (void)printf(
                SAY(e->terminal.l,
                    "%s の回復コードです。表示するのは今回だけです。紙に写し、封筒に入れて保管してください。\n"
                    "一つの回復コードは1回だけ使えます。\n\n",
                    "Recovery codes of %s. They are shown this once: copy them to paper, and keep it in an envelope.\n"
                    "Each is good once.\n\n"),
                e->user);
        for (size_t i = 0; i < json_array_size(codes); i++)
                (void)printf("  %2zu  %s\n", i + 1, json_string_value(json_array_get(codes, i)));
        (void)printf("\n%s\n", SAY(e->terminal.l, "写したら、画面を消してください（clear）", "Then clear the screen"));
        if (fflush(stdout) != 0)
                return complain(EXIT_COULD_NOT,
                                "回復コードを表示できませんでした。--replace を付けて作り直してください",
                                "cannot write the codes; make them anew with --replace");
        return EXIT_OK;
}

int enrol_recovery(struct factor_enrolment *e) {
        auto_json answer = NULL;
        int there = 0, code = codes_there(e, &there);
        json_t *asked;

        if (code != EXIT_OK)
                return code;
        if (there && !may_replace(e))
                return complain(EXIT_REFUSED, "前の回復コードはそのままです（作り直すには --replace）",
                                "the codes that are there stay (--replace makes new ones)");
        asked = json_pack("{s:s, s:s, s:b}", "user", e->user, "factor", "recovery", "replace", there > 0);
        code = people_ask(&e->terminal, CONTROL_ENROL, asked, &answer, NULL);
        return code == EXIT_OK ? enrol_recovery_show(e, answer) : code;
}
