/* SPDX-License-Identifier: MIT */
/* factors.c — sekimori factors: who has what to log in with. Nothing here is secret. */
#include "cli/ask.h"
#include "cli/factors/people.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

static const char *factors_text(const json_t *o, const char *key) {
        const char *s = json_string_value(json_object_get(o, key));

        return s ? s : "";
}

static int factors_number(const json_t *o, const char *key) {
        return (int)json_integer_value(json_object_get(o, key));
}

static void print_tokens(const json_t *person, enum language l) {
        json_t *list = json_object_get(person, "tokens"), *t;
        size_t i;

        json_array_foreach(list, i, t)(void)
                printf(SAY(l, "  ワンタイムパスワード  %s（%s、%d桁、%d秒、%.10s 登録）\n",
                           "  one-time codes    %s (%s, %d digits, %d seconds, enrolled %.10s)\n"),
                       factors_text(t, "label"), factors_text(t, "algorithm"), factors_number(t, "digits"),
                       factors_number(t, "period"), factors_text(t, "enrolled"));
}

static void print_cards(const json_t *person, enum language l) {
        json_t *list = json_object_get(person, "cards"), *c;
        size_t i;

        json_array_foreach(list, i, c)(void)
                printf(SAY(l, "  カード                %s（%.16s…、%.10s 登録）\n",
                           "  card              %s (%.16s…, enrolled %.10s)\n"),
                       factors_text(c, "subject"), factors_text(c, "sha256"), factors_text(c, "enrolled"));
}

static void print_codes(const json_t *person, enum language l) {
        if (factors_number(person, "recovery"))
                (void)printf(SAY(l, "  回復コード            残り %d個（%d個のうち）\n",
                                 "  recovery codes    %d left of %d\n"),
                             factors_number(person, "recovery_left"), factors_number(person, "recovery"));
}

static void print_login(const json_t *person, enum language l) {
        const json_t *login = json_object_get(person, "last_login");
        const char *time = factors_text(login, "time");
        char when[64];

        words_time(l, time, when, sizeof when);
        if (*time)
                (void)printf(SAY(l, "  最後のログイン        %s %s\n", "  last login        %s %s\n"), when,
                             factors_text(login, "place"));
}

/* Each line is something that a person must act on. */
static void print_cares(const json_t *person, enum language l) {
        const char *user = factors_text(person, "user"), *until = factors_text(person, "throttled_until"),
                   *record = factors_text(person, "record");
        char when[64];

        words_time(l, until, when, sizeof when);
        if (*until)
                (void)printf(SAY(l, "  ! 失敗が続いたため、%s まで待ちます。すぐ使うには: sekimori unlock %s\n",
                                 "  ! waits until %s after failures; to go on at once: sekimori unlock %s\n"),
                             when, user);
        if (json_is_true(json_object_get(person, "clock_went_back")))
                (void)printf(
                        SAY(l,
                            "  ! 端末の時計が、前回のログインより前の時刻になっています。時計を合わせてから: sekimori unlock %s\n",
                            "  ! this terminal's clock is behind the time of the last login: set it right, then sekimori unlock %s\n"),
                        user);
        if (strcmp(record, "missing") == 0)
                (void)printf(
                        SAY(l, "  ! 使用済みコードの記録がありません。消されたか、失われています: sekimori unlock %s\n",
                            "  ! the record of used codes is missing: removed or lost: sekimori unlock %s\n"),
                        user);
        if (strcmp(record, "damaged") == 0)
                (void)printf(SAY(l, "  ! 使用済みコードの記録が壊れています: sekimori unlock %s\n",
                                 "  ! the record of used codes is damaged: sekimori unlock %s\n"),
                             user);
        if (json_is_true(json_object_get(person, "key_lost")))
                (void)printf(
                        SAY(l,
                            "  ! 鍵が失われ、ワンタイムパスワードとカードを確かめられません: sekimori forget %s all のあと、登録し直します\n",
                            "  ! the key is lost, codes and cards cannot be checked: sekimori forget %s all, then enrol\n"),
                        user);
        if (json_is_true(json_object_get(person, "recovery_damaged")))
                (void)printf(SAY(l, "  ! 回復コードを読めません: sekimori enrol %s recovery\n",
                                 "  ! the recovery codes cannot be read: sekimori enrol %s recovery\n"),
                             user);
        if (*factors_text(person, "unreadable"))
                (void)printf("  ! %s\n", factors_text(person, "unreadable"));
}

static void print_person(const json_t *person, enum language l) {
        (void)puts(factors_text(person, "user"));
        print_tokens(person, l);
        print_cards(person, l);
        print_codes(person, l);
        print_login(person, l);
        print_cares(person, l);
}

static bool has_something(const json_t *person) {
        return json_array_size(json_object_get(person, "tokens")) || json_array_size(json_object_get(person, "cards"))
               || factors_number(person, "recovery") || json_is_true(json_object_get(person, "key_lost"))
               || *factors_text(person, "unreadable");
}

/* EXIT_REFUSED where `user` is given and has nothing enrolled. */
static int print_people(const json_t *list, const char *user, bool known, enum language l) {
        json_t *person;
        size_t i;

        if (json_array_size(list) == 0)
                (void)puts(SAY(l, "だれも登録されていません", "nobody is enrolled"));
        if (user && !known && !has_something(json_array_get(list, 0)))
                return complain_unknown(user);
        json_array_foreach(list, i, person) print_person(person, l);
        if (!user || has_something(json_array_get(list, 0)))
                return EXIT_OK;
        (void)puts(SAY(l, "  何も登録されていません", "  nothing is enrolled"));
        return EXIT_REFUSED;
}

int factors(const struct typed *typed) {
        auto_terminal t = { .runtime_dir = typed->value[OPTION_RUNTIME_DIR] };
        auto_json list = NULL;
        char user[256] = "";
        bool known = false;
        int code;

        if (typed->n_words)
                known = person_is_known(typed->words[0], user, sizeof user);
        code = terminal_ask(&t);
        if (code == EXIT_OK)
                code = people_all(&t, user[0] ? user : NULL, &list);
        if (code != EXIT_OK)
                return code;
        if (!typed_has(typed, OPTION_JSON))
                return print_people(list, user[0] ? user : NULL, known, t.l);
        if (json_dumpf(list, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) < 0 || putchar('\n') == EOF
            || fflush(stdout))
                return complain_unwritten();
        return user[0] && !has_something(json_array_get(list, 0)) ? EXIT_REFUSED : EXIT_OK;
}
