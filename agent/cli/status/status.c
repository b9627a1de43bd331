/* SPDX-License-Identifier: MIT */
/* status.c — sekimori status: what is in force, and what needs a person, in a few lines. */
#include "cli/status/status.h"
#include "base/cleanup.h"
#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/audit/logs.h"
#include "cli/audit/refusals.h"
#include "cli/factors/people.h"
#include "cli/out.h"
#include "cli/setup/rivals.h"
#include "cli/status/card_service.h"
#include "cli/status/cares.h"
#include "cli/status/metrics.h"
#include "cli/verbs.h"
#include "host/clock.h"
#include "host/name.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CARD_SERVICE_MS 3000 /* whoever collects from a thousand terminals waits for each */

static void policy_line(const json_t *o, bool ja) {
        long long left = (long long)answer_number(o, "policy", "days_left");

        if (strcmp(answer_text(o, NULL, "state"), "sealed") == 0) {
                if (strcmp(answer_text(o, NULL, "stage"), "observe") == 0)
                        (void)puts(
                                ja ? "ポリシー: ありません（制限を始めると、キーボード・マウス・ハブ・カードリーダーだけが使えます）"
                                   : "policy: none (once it is enforced: keyboards, mice, hubs and card readers only)");
                else
                        (void)puts(
                                ja ? "ポリシー: ありません（封印中: キーボード・マウス・ハブ・カードリーダーだけが使えます）"
                                   : "policy: none (sealed: keyboards, mice, hubs and card readers only)");
                return;
        }
        (void)printf(ja ? "ポリシー: 第%lld号 %s（%s から %s まで、%s%lld日）\n"
                        : "policy: serial %lld, %s (from %s until %s, %s%lld days%s)\n",
                     (long long)answer_number(o, "policy", "serial"), answer_text(o, "policy", "title"),
                     answer_text(o, "policy", "valid_from"), answer_text(o, "policy", "valid_until"),
                     left < 0 ? (ja ? "期限切れから" : "expired ") : (ja ? "あと" : ""), left < 0 ? -left : left,
                     left < 0 ? " ago" : " left");
}

static void login_line(const json_t *o, bool ja) {
        static const struct {
                const char *key, *ja, *en;
        } sources[] = {
                { "credential", "登録内容を守る鍵は systemd の資格情報", "key from systemd's credentials" },
                { "file", "登録内容を守る鍵はこの端末のファイル", "key in a file of this terminal" },
                { "none", "登録内容を守る鍵は、最初の登録のときに作られます",
                  "its key is made with the first enrolment" },
        };
        const char *key = answer_text(o, "login", "key");

        if (!answer_flag(o, "login", "ready"))
                return;
        for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
                if (strcmp(key, sources[i].key) == 0)
                        (void)printf(ja ? "ログインの登録: %lld人（%s）\n" : "enrolled to log in: %lld (%s)\n",
                                     (long long)answer_number(o, "login", "people"),
                                     ja ? sources[i].ja : sources[i].en);
}

/* Whether disks on other buses than USB are refused; an older agent does not report it. */
static void disks_line(const json_t *o, bool ja) {
        const char *why = answer_said(o, "disks", "note", ja ? LANGUAGE_JA : LANGUAGE_EN);
        const char *missing = answer_text(o, "disks", "missing");

        if (!answer_member(o, "disks", "denied_by_default") || strcmp(answer_text(o, NULL, "stage"), "observe") == 0)
                return;
        if (!answer_flag(o, "disks", "denied_by_default"))
                (void)printf(ja ? "USB でないディスク: 拒否していません（%s）\n"
                                : "disks on no USB: not refused (%s)\n",
                             *why ? why
                             : ja ? "sekimori-keeper が動いていません: sekimori setup devices"
                                  : "sekimori-keeper does not run: sekimori setup devices");
        else
                (void)printf(ja ? "USB でないディスク: 必要なものと許可したもののほかは拒否します%s%s%s\n"
                                : "disks on no USB: refused unless needed or allowed%s%s%s\n",
                             *missing ? (ja ? "（見つからない: " : " (not found: ") : "", missing,
                             *missing ? (ja ? "）" : ")") : "");
}

/* "": nobody has set it up, or the agent is older and does not report it. */
static const char *network_word(const json_t *o, bool ja) {
        static const struct {
                const char *stage, *ja, *en;
        } stages[] = { { "observe", "観察だけをしています", "only observed" },
                       { "trial", "試行中です", "on trial" },
                       { "enforce", "ポリシーのとおりに制限しています", "limited as the policy says" } };

        for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
                if (strcmp(answer_text(o, "network", "stage"), stages[i].stage) == 0) {
                        if (answer_flag(o, "network", "follows"))
                                return ja ? stages[i].ja : stages[i].en;
                        return ja ? "あるべき状態ではありません" : "NOT as it should be";
                }
        return "";
}

static void network_line(const json_t *o, bool ja) {
        const json_t *refused = json_object_get(json_object_get(o, "refusals"), "network");
        const char *word = network_word(o, ja);

        if (!*word)
                return;
        (void)printf(ja ? "ネットワーク: %s" : "network: %s", word);
        if (json_is_object(refused))
                (void)printf(ja ? "（24時間の拒否 %lld件）" : " (%lld refused in 24 h)",
                             (long long)answer_number(refused, NULL, "day"));
        (void)putchar('\n');
}

/* Those that only switch devices need nobody; an older tool does not report them. */
static void switching_line(const json_t *o, bool ja) {
        const json_t *list = answer_member(o, "rivals", "switching");

        for (size_t i = 0; i < json_array_size(list); i++)
                (void)printf("%s%s%s",
                             i    ? ja ? "、" : ", "
                             : ja ? "機器を切り替えるもの: "
                                  : "switch devices, which are judged again: ",
                             json_string_value(json_array_get(list, i)),
                             i + 1 < json_array_size(list) ? ""
                             : ja ? "（切り替わった機器は改めて判定します）\n"
                                  : "\n");
}

static void print_care(void *ctx, const struct care *care) {
        (void)ctx;
        if (care->is_so)
                (void)printf("  ! %s\n", care->text);
}

static void status_show(const json_t *o, bool ja) {
        const char *stage = answer_text(o, NULL, "stage");

        policy_line(o, ja);
        (void)printf(ja ? "段階: %s。%s\n" : "stage: %s (%s)\n",
                     words_stage_name(ja ? LANGUAGE_JA : LANGUAGE_EN, stage),
                     words_stage(ja ? LANGUAGE_JA : LANGUAGE_EN, stage));
        (void)printf(
                ja ? "機器: %lld 台（許可 %lld、拒否 %lld）\n" : "devices: %lld present (%lld allowed, %lld denied)\n",
                (long long)answer_number(o, "devices", "present"), (long long)answer_number(o, "devices", "authorized"),
                (long long)answer_number(o, "devices", "denied"));
        disks_line(o, ja);
        network_line(o, ja);
        switching_line(o, ja);
        login_line(o, ja);
        if (cares_tell(o, ja ? LANGUAGE_JA : LANGUAGE_EN, print_care, NULL) == 0)
                (void)puts(ja ? "対応が必要なことはありません" : "nothing needs a person");
}

/* Null where the log cannot be read: an unknown number is not zero. */
static json_t *refusals_of(const char *state_dir) {
        struct refusals r;

        if (refusals_count(state_dir, time(NULL), &r) < 0)
                return json_null();
        return refusals_object(&r);
}

/* Null where not even / can be looked at, which is not the same as nobody. */
static json_t *rivals_object(void) {
        auto_fd root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        json_t *found = root >= 0 ? rivals_of(root) : NULL;

        return found ? found : json_null();
}

/* Whether pcscd knows the readers that are let in: asked for only where cards are, and left out where it says nothing
 * to whoever asks. */
static void add_readers_known(json_t *status) {
        const int64_t let_in = answer_number(status, "card", "readers");
        struct card_heard heard = { 0 };

        if (let_in > 0 && answer_flag(status, "card", "service")
            && card_service_hears(CARD_SERVICE_MS, (unsigned)let_in, &heard) && heard.error == 0)
                (void)json_object_set_new(json_object_get(status, "card"), "known", json_integer(heard.readers));
}

/* The answer is collected by programs: they must learn, too, that no agent answers. */
static json_t *status_silence(void) {
        char host[HOST_TEXT], now[CLOCK_TEXT];

        host_name(host);
        clock_text(time(NULL), now);
        return json_pack("{s:s, s:s, s:s}", "hostname", host, "time", now, "state", STATE_SILENT);
}

static void name_care(void *ctx, const struct care *care) {
        if (care->is_so)
                (void)json_array_append_new(ctx, json_string(care->id));
}

/* If the people cannot be read, the rest is still added. */
static void add_what_the_agent_does_not_say(struct terminal *t, const char *state_dir) {
        json_t *list = NULL;

        if (answer_flag(t->status, "login", "ready") && people_all(t, NULL, &list) == EXIT_OK)
                (void)json_object_set_new(t->status, "people", cares_of_people(list));
        json_decref(list);
        add_readers_known(t->status);
        (void)json_object_set_new(t->status, "refusals", refusals_of(state_dir));
        (void)json_object_set_new(t->status, "rivals", rivals_object());
        (void)json_object_set_new(t->status, "tool_version", json_string(SEKIMORI_VERSION));
}

int status_collect(struct terminal *t, const char *state_dir) {
        json_t *needs = json_array();
        int code = terminal_ask(t);

        if (code == EXIT_OK) {
                add_what_the_agent_does_not_say(t, state_dir);
        } else {
                json_decref(t->status);
                t->status = status_silence();
        }
        (void)cares_tell(t->status, t->l, name_care, needs);
        (void)json_object_set_new(t->status, "needs", needs);
        return code;
}

enum form { FORM_WORDS, FORM_JSON, FORM_METRICS };

static int status_print(const struct terminal *t, enum form form, const char *path) {
        struct out out;

        out_open(&out);
        if (out.to && form == FORM_METRICS)
                metrics_print(t->status, out.to);
        else if (out.to && json_dumpf(t->status, out.to, JSON_COMPACT) == 0)
                (void)fputc('\n', out.to);
        return out_close(&out, path, 0644);
}

/* Of --json and --prometheus, the one that was typed last. */
static enum form form_of(const struct typed *t) {
        enum form form = FORM_WORDS;

        for (size_t i = 0; i < t->n_all; i++)
                form = t->all[i].id == OPTION_JSON         ? FORM_JSON
                       : t->all[i].id == OPTION_PROMETHEUS ? FORM_METRICS
                                                           : form;
        return form;
}

int status(const struct typed *typed) {
        auto_terminal t = { .runtime_dir = typed->value[OPTION_RUNTIME_DIR] };
        enum form form = form_of(typed);
        int code;

        if (typed->n_words > (form == FORM_METRICS))
                return wrong_usage(typed->verb);
        code = status_collect(&t, typed->value[OPTION_STATE_DIR]);
        if (form != FORM_WORDS && status_print(&t, form, typed->words[0]) != EXIT_OK)
                return EXIT_COULD_NOT;
        if (code == EXIT_OK && form == FORM_WORDS)
                status_show(t.status, t.l == LANGUAGE_JA);
        return code;
}
