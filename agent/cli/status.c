/* SPDX-License-Identifier: MIT */
/* status.c — sekimori status: what is in force, and what needs a person, in a few lines. */
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/verbs.h"
#include "notify/words.h"

#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
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
        };
        int found = 0;

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
        if (attention(o, ja) == 0)
                (void)puts(ja ? "対応が必要なことはありません" : "nothing needs a person");
}

int status(int argc, char **argv) {
        static const struct option longs[] = { { "json", no_argument, NULL, 'j' },
                                               { "lang", required_argument, NULL, 'l' },
                                               { "runtime-dir", required_argument, NULL, 'r' },
                                               { 0 } };
        const char *runtime_dir = RUNTIME_DIR, *lang = NULL;
        struct control_reply reply = { 0 };
        auto_free char *text = NULL;
        bool raw = false;
        json_t *o;
        int c, code;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                raw |= c == 'j';
                lang = c == 'l' ? optarg : lang;
                runtime_dir = c == 'r' ? optarg : runtime_dir;
        }
        if (optind != argc)
                return complain(EXIT_USAGE, "usage: sekimori status [--json] [--lang ja|en] [--runtime-dir D]");
        code = ask(runtime_dir, CONTROL_STATUS, -1, &reply, &text);
        if (code != EXIT_OK || !text)
                return code == EXIT_OK ? EXIT_COULD_NOT : code;
        o = raw ? NULL : json_loads(text, 0, NULL);
        if (raw)
                (void)puts(text);
        else
                show(o, language_of(lang ? lang : string(o, "policy", "language")) == LANGUAGE_JA);
        json_decref(o);
        return EXIT_OK;
}
