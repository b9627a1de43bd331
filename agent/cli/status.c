/* SPDX-License-Identifier: MIT */
/* status.c — sekimori status: what is in force, and what needs a person, in a few lines. */
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/people.h"
#include "cli/verbs.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define WARN_DAYS 30

static json_int_t number(const json_t *o, const char *group, const char *key) {
        return json_integer_value(json_object_get(json_object_get(o, group), key));
}

static const char *string(const json_t *o, const char *group, const char *key) {
        const json_t *in = group ? json_object_get(o, group) : o;
        const char *s = json_string_value(json_object_get(in, key));

        return s ? s : "";
}

static bool truth(const json_t *o, const char *group, const char *key) {
        return json_is_true(json_object_get(json_object_get(o, group), key));
}

static void policy_line(const json_t *o, bool ja) {
        if (strcmp(string(o, NULL, "state"), "sealed") == 0) {
                (void)puts(ja ? "ポリシー: ありません（封印中: キーボード・マウス・ハブ・カードリーダーだけが使えます）"
                              : "policy: none (sealed: keyboards, mice, hubs and card readers only)");
                return;
        }
        (void)printf(ja ? "ポリシー: 第%lld号 %s（%s から %s まで、あと%lld日）\n"
                        : "policy: serial %lld, %s (from %s until %s, %lld days left)\n",
                     (long long)number(o, "policy", "serial"), string(o, "policy", "title"),
                     string(o, "policy", "valid_from"), string(o, "policy", "valid_until"),
                     (long long)number(o, "policy", "days_left"));
}

/* Who needs a person, by what for. The agent is asked a page at a time: see docs/adr/0075. */
static const struct care {
        const char *key;           /* in the summary */
        const char *member, *word; /* of a person: this word, or (NULL) true or any text */
        const char *ja, *en;
        const char *ja_do, *en_do;
} cares_of_people[] = {
        { "throttled", "throttled_until", NULL, "失敗が続いて待っています", "waiting after failures",
          "すぐ使うには sekimori unlock USER", "to go on at once: sekimori unlock USER" },
        { "clock_went_back", "clock_went_back", NULL, "時計が戻ったため、ログインできません",
          "cannot log in because the clock went back", "date を確かめてから sekimori unlock USER",
          "check date, then sekimori unlock USER" },
        { "record_missing", "record", "missing", "使用の記録が消えています", "the record of use is missing",
          "sekimori unlock USER", "sekimori unlock USER" },
        { "record_damaged", "record", "damaged", "使用の記録が壊れています", "the record of use is damaged",
          "sekimori unlock USER", "sekimori unlock USER" },
        { "key_lost", "key_lost", NULL, "鍵が失われ、コードとカードを確かめられません",
          "the key is lost that opens what they have", "sekimori forget USER all のあと登録し直す",
          "sekimori forget USER all, then enrol anew" },
        { "recovery_damaged", "recovery_damaged", NULL, "回復コードを読めません", "the recovery codes cannot be read",
          "sekimori enrol USER recovery", "sekimori enrol USER recovery" },
        { "unreadable", "unreadable", NULL, "登録内容を読めません", "what they have cannot be read",
          "sekimori factors USER", "sekimori factors USER" },
};
#define CARES_OF_PEOPLE (sizeof cares_of_people / sizeof *cares_of_people)

static bool concerns(const struct care *c, const json_t *person) {
        const json_t *member = json_object_get(person, c->member);

        if (c->word)
                return json_is_string(member) && strcmp(json_string_value(member), c->word) == 0;
        return json_is_true(member) || json_is_string(member);
}

static json_t *summary_of(const json_t *people) {
        json_t *summary = json_pack("{s:I}", "enrolled", (json_int_t)json_array_size(people));

        for (size_t i = 0; i < CARES_OF_PEOPLE; i++) {
                json_t *names = json_array();

                for (size_t k = 0; k < json_array_size(people); k++)
                        if (concerns(&cares_of_people[i], json_array_get(people, k)))
                                (void)json_array_append(names, json_object_get(json_array_get(people, k), "user"));
                (void)json_object_set_new(summary, cares_of_people[i].key, names);
        }
        return summary;
}

/* The first few names; how many more there are. */
static void names_of(const json_t *array, char *to, size_t size) {
        size_t n = json_array_size(array);

        to[0] = '\0';
        for (size_t i = 0; i < n && i < 5; i++)
                words_add(to, size, "%s%s", i ? ", " : "", json_string_value(json_array_get(array, i)));
        if (n > 5)
                words_add(to, size, " … (%zu)", n);
}

static int attention_to_people(const json_t *o, bool ja) {
        int found = 0;

        for (size_t i = 0; i < CARES_OF_PEOPLE; i++) {
                const struct care *c = &cares_of_people[i];
                const json_t *names = json_object_get(json_object_get(o, "people"), c->key);
                char text[1024];

                if (json_array_size(names) == 0)
                        continue;
                names_of(names, text, sizeof text);
                (void)printf(ja ? "  ! %s: %s（%s）\n" : "  ! %s: %s (%s)\n", ja ? c->ja : c->en, text,
                             ja ? c->ja_do : c->en_do);
                found++;
        }
        return found;
}

static void login_line(const json_t *o, bool ja) {
        static const struct {
                const char *key, *ja, *en;
        } sources[] = {
                { "credential", "鍵は systemd の資格情報", "key from systemd's credentials" },
                { "file", "鍵はこの端末のファイル", "key in a file of this terminal" },
                { "none", "鍵はまだありません", "no key yet" },
        };
        const char *key = string(o, "login", "key");

        if (!truth(o, "login", "ready"))
                return;
        for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
                if (strcmp(key, sources[i].key) == 0)
                        (void)printf(ja ? "ログイン: %lld 人を登録（%s）\n" : "login: %lld enrolled (%s)\n",
                                     (long long)number(o, "login", "people"), ja ? sources[i].ja : sources[i].en);
}

/* Each is a thing that a person must do something about, with what to type. */
static int attention(const json_t *o, bool ja) {
        bool has_policy = json_is_object(json_object_get(o, "policy"));
        const struct {
                bool is_so;
                const char *ja, *en;
        } cares[] = {
                { !has_policy, "ポリシーを入れてください: sekimori push FILE.cms",
                  "install a policy: sekimori push FILE.cms" },
                { truth(o, "policy", "expired"),
                  "ポリシーの期限が過ぎています（効力は続いています）: 新しいものを push してください",
                  "the policy has expired (it is still enforced): push a new one" },
                { truth(o, "policy", "not_yet_valid"),
                  "ポリシーの開始日より前です: 端末の時計を確かめてください（date）",
                  "before the policy's first day: check this terminal's clock (date)" },
                { has_policy && !truth(o, "policy", "expired") && number(o, "policy", "days_left") <= WARN_DAYS,
                  "ポリシーの期限が近づいています: 更新の準備をしてください",
                  "the policy expires soon: prepare the next one" },
                { !truth(o, "audit", "healthy"),
                  "監査ログに書けません: 空き容量を確かめてください（df /var/lib/sekimori）",
                  "the audit log cannot be written: check free space (df /var/lib/sekimori)" },
                { !truth(o, "kernel", "denies_by_default"),
                  "カーネルの既定拒否が働いていません: systemctl restart sekimorid のあと、もう一度確かめてください",
                  "the kernel does not deny by default: systemctl restart sekimorid, then look again" },
                { !truth(o, "observer", "settled"),
                  "観測係が準備中です: 数秒後にもう一度確かめてください（journalctl -u sekimorid）",
                  "the observer is not ready: look again in a few seconds (journalctl -u sekimorid)" },
                { !truth(o, "login", "ready"),
                  "ログインの登録を開けません: 空き容量と journalctl -u sekimorid を確かめてください",
                  "what people log in with cannot be opened: check free space and journalctl -u sekimorid" },
        };
        int found = attention_to_people(o, ja);

        for (size_t i = 0; i < sizeof cares / sizeof *cares; i++)
                if (cares[i].is_so) {
                        (void)printf("  ! %s\n", ja ? cares[i].ja : cares[i].en);
                        found++;
                }
        if (string(o, NULL, "note")[0]) {
                (void)printf("  ! %s\n", string(o, NULL, "note"));
                found++;
        }
        return found;
}

static void show(const json_t *o, bool ja) {
        policy_line(o, ja);
        (void)printf(ja ? "機器: %lld 台（許可 %lld、拒否 %lld）\n"
                        : "devices: %lld present (%lld allowed, %lld denied)\n",
                     (long long)number(o, "devices", "present"), (long long)number(o, "devices", "authorized"),
                     (long long)number(o, "devices", "denied"));
        login_line(o, ja);
        if (attention(o, ja) == 0)
                (void)puts(ja ? "対応が必要なことはありません" : "nothing needs a person");
}

/* Without the people there is still the rest to tell. */
static int look(struct terminal *t) {
        json_t *list = NULL;
        int code = terminal_ask(t);

        if (code != EXIT_OK)
                return code;
        if (truth(t->status, "login", "ready") && people_all(t, NULL, &list) == EXIT_OK)
                (void)json_object_set_new(t->status, "people", summary_of(list));
        json_decref(list);
        return EXIT_OK;
}

static int print_json(const json_t *o) {
        if (json_dumpf(o, stdout, JSON_COMPACT) < 0 || putchar('\n') == EOF || fflush(stdout) != 0)
                return complain(EXIT_COULD_NOT, "cannot write the answer");
        return EXIT_OK;
}

int status(int argc, char **argv) {
        static const struct option longs[] = { { "json", no_argument, NULL, 'j' },
                                               { "lang", required_argument, NULL, 'l' },
                                               { "runtime-dir", required_argument, NULL, 'r' },
                                               { 0 } };
        auto_terminal t = { .runtime_dir = RUNTIME_DIR };
        bool raw = false;
        int c, code;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                raw |= c == 'j';
                t.language = c == 'l' ? optarg : t.language;
                t.runtime_dir = c == 'r' ? optarg : t.runtime_dir;
        }
        if (optind != argc)
                return complain(EXIT_USAGE, "usage: sekimori status [--json] [--lang ja|en] [--runtime-dir D]");
        code = look(&t);
        if (code != EXIT_OK)
                return code;
        if (raw)
                return print_json(t.status);
        show(t.status, t.l == LANGUAGE_JA);
        return EXIT_OK;
}
