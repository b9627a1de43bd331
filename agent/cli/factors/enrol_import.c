/* SPDX-License-Identifier: MIT */
/* enrol_import.c — hardware tokens from a file: every row is checked before any is stored; when a later row cannot be
 * stored, the earlier ones are removed again. */
#include "cli/factors/enrol.h"

#include "base/secret.h"
#include "cli/ask.h"
#include "cli/factors/seeds.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct import {
        struct factor_enrolment *e;
        struct seeds seeds;
        json_int_t *ids; /* of the tokens stored now; 0: the token was there before */
};

static int enrol_import_fault(const struct import *im, const struct seed *s, unsigned column, struct err *why) {
        (void)err_wrap(why, 0, "%u:%u", s->line, column ? column : 1);
        return complain_in(EXIT_REFUSED, im->e->import, why);
}

/* The first line of the file that --transport-key names. */
static int read_key(const struct factor_enrolment *e, char key[SEEDS_KEY]) {
        uint8_t *text = NULL;
        size_t size = 0, n;
        int code = read_argument(e->transport_key, 4096, &text, &size);

        if (code != EXIT_OK)
                return code;
        n = strcspn((const char *)text, "\r\n");
        if (n == 0 || n >= SEEDS_KEY)
                code = complain(EXIT_REFUSED, "%s: 1行目にパスワードか鍵がありません",
                                "%s: no password or key on its first line", e->transport_key);
        else
                memcpy(key, text, n);
        secret_wipe(text, size);
        free(text);
        return code;
}

static int ask_key(const struct factor_enrolment *e, enum seeds_key wanted, char key[SEEDS_KEY]) {
        bool password = wanted == SEEDS_PASSWORD;

        if (!e->asks || strcmp(e->import, "-") == 0)
                return complain(EXIT_REFUSED,
                                "%s: 暗号化されています。メーカーから届いた" IN_JA
                                "を --transport-key で指定してください",
                                "%s: it is encrypted: give its " IN_EN " with --transport-key", e->import,
                                password ? "パスワード" : "事前共有鍵（16進数）",
                                password ? "password" : "pre-shared key (hexadecimal)");
        return ask_secret(password ? SAY(e->terminal.l, "ファイルのパスワード: ", "The file's password: ")
                                   : SAY(e->terminal.l, "ファイルの事前共有鍵（16進数）: ",
                                         "The file's pre-shared key (hexadecimal): "),
                          key, SEEDS_KEY)
                       ? EXIT_OK
                       : complain(EXIT_REFUSED, "登録していません", "nothing was enrolled");
}

static int read_file(struct import *im) {
        struct factor_enrolment *e = im->e;
        char key[SEEDS_KEY] = "";
        struct seeds_source from = { e->import, SEEDS_TOKENS, key, e->defaults };
        enum seeds_key wanted = SEEDS_NO_KEY;
        int code = e->transport_key ? read_key(e, key) : EXIT_OK;

        if (code == EXIT_OK)
                code = seeds_read(&from, &im->seeds, &wanted);
        if (code == EXIT_REFUSED && !key[0] && wanted) {
                code = ask_key(e, wanted, key);
                if (code == EXIT_OK)
                        code = seeds_read(&from, &im->seeds, &wanted);
        }
        secret_wipe(key, sizeof key);
        return code;
}

static int check_people(const struct import *im) {
        const struct factor_enrolment *e = im->e;

        for (size_t i = 0; i < im->seeds.n; i++) {
                const struct seed *s = &im->seeds.all[i];
                struct err why = { "" };

                if (enrol_is_for_somebody(e, s->user))
                        continue;
                (void)err_say(&why, 0, "この端末にいない利用者です（それでも登録するには --force）",
                              "this terminal knows no such user (--force to enrol all the same)");
                return enrol_import_fault(im, s, s->user_column, &why);
        }
        if (im->seeds.n == 1 || (!e->code && !e->label))
                return EXIT_OK;
        return complain(EXIT_USAGE, "%s: --code と --label は、トークンが一つのときだけ使えます（%zu 個あります）",
                        "%s: --code and --label are for one token, and these are %zu", e->import, im->seeds.n);
}

static json_t *enrol_import_request(const struct import *im, const struct seed *s) {
        return enrol_token_request(s->user, &s->token, im->e->label ? im->e->label : s->token.label, im->e->code);
}

static int enrol_import_check(const struct import *im, size_t i) {
        const struct seed *s = &im->seeds.all[i];
        struct err why = { "" };
        json_t *asked = enrol_import_request(im, s);
        auto_json answer = NULL;
        int beside = 0, code;

        for (size_t k = 0; k < i; k++)
                beside += strcmp(im->seeds.all[k].user, s->user) == 0;
        (void)json_object_set_new(asked, "beside", json_integer(beside));
        (void)json_object_set_new(asked, "only_check", json_true());
        code = people_ask(&im->e->terminal, CONTROL_ENROL, asked, &answer, &why);
        return code == EXIT_REFUSED ? enrol_import_fault(im, s, s->secret_column, &why) : code;
}

static int enrol_import_store(struct import *im, size_t i) {
        const struct seed *s = &im->seeds.all[i];
        struct err why = { "" };
        auto_json answer = NULL;
        int code = people_ask(&im->e->terminal, CONTROL_ENROL, enrol_import_request(im, s), &answer, &why);
        const char *outcome = json_string_value(json_object_get(answer, "outcome"));

        if (code == EXIT_REFUSED)
                return enrol_import_fault(im, s, s->secret_column, &why);
        if (code == EXIT_OK && outcome && strcmp(outcome, "stored") == 0)
                im->ids[i] = json_integer_value(json_object_get(answer, "id"));
        return code;
}

/* Remove the tokens that were stored. True: no token of the file is left. */
static bool take_back(const struct import *im, size_t n) {
        bool all = true;

        for (size_t i = 0; i < n; i++) {
                auto_json answer = NULL;

                if (im->ids[i])
                        all &= people_ask(&im->e->terminal, CONTROL_FORGET,
                                          json_pack("{s:s, s:s, s:I}", "user", im->seeds.all[i].user, "what", "totp",
                                                    "id", im->ids[i]),
                                          &answer, NULL)
                               == EXIT_OK;
        }
        return all;
}

static void enrol_import_report(const struct import *im) {
        enum language l = im->e->terminal.l;
        size_t stored = 0;

        for (size_t i = 0; i < im->seeds.n; i++) {
                const struct seed *s = &im->seeds.all[i];

                (void)printf("%s  %s  %s\n", s->user, s->token.label[0] ? s->token.label : "-",
                             im->ids[i] ? SAY(l, "登録しました", "enrolled")
                                        : SAY(l, "登録済みでした", "was there already"));
                stored += im->ids[i] != 0;
        }
        (void)printf(SAY(l, "%zu 個のトークンを登録しました。秘密の値のファイルは消してください（shred -u）\n",
                         "%zu tokens enrolled; now remove the file of seeds (shred -u)\n"),
                     stored);
}

static int check_and_store(struct import *im) {
        int code = EXIT_OK;
        size_t i;

        for (i = 0; code == EXIT_OK && i < im->seeds.n; i++)
                code = enrol_import_check(im, i);
        for (i = 0; code == EXIT_OK && i < im->seeds.n; i++)
                code = enrol_import_store(im, i);
        if (code == EXIT_OK) {
                enrol_import_report(im);
                return code;
        }
        return take_back(im, i)
                       ? complain(code, "%s: 一つも登録していません", "%s: nothing was enrolled", im->e->import)
                       : complain(code, "%s: 途中まで登録されています。sekimori factors で確かめてください",
                                  "%s: a part was enrolled and could not be taken back: see sekimori factors",
                                  im->e->import);
}

int enrol_import(struct factor_enrolment *e) {
        struct import im = { .e = e };
        int code = read_file(&im);

        if (code == EXIT_OK)
                code = enrol_owners(e, &im.seeds);
        if (code == EXIT_OK && e->check) {
                enrol_show(e, &im.seeds);
        } else if (code == EXIT_OK) {
                im.ids = calloc(im.seeds.n + 1, sizeof *im.ids);
                code = im.ids ? check_people(&im) : complain_memory();
                if (code == EXIT_OK)
                        code = check_and_store(&im);
        }
        seeds_wipe(&im.seeds);
        free(im.ids);
        return code;
}
