/* SPDX-License-Identifier: MIT */
/* sentence.c — see sentence.h. */
#include "audit/sentence.h"

#include "audit/event.h"
#include "audit/record.h"
#include "audit/told.h"
#include "kind.h"

#include <inttypes.h>
#include <string.h>

void sentence_text(const json_t *record, const char *key, char *to, size_t size) {
        const char *text = json_string_value(json_object_get(record, key));

        words_clean(text ? text : "", to, size);
}

bool told_is(const struct told *s, const char *key, const char *value) {
        const char *text = json_string_value(json_object_get(s->record, key));

        return text && strcmp(text, value) == 0;
}

int64_t told_number(const struct told *s, const char *key) {
        return json_integer_value(json_object_get(s->record, key));
}

static bool flag(const struct told *s, const char *key) {
        return json_is_true(json_object_get(s->record, key));
}

static void add_device(const struct told *s) {
        const json_t *kinds = json_object_get(s->record, "kinds");
        char what[512];
        uint32_t set = 0;

        for (size_t i = 0; i < json_array_size(kinds) && i < KIND_COUNT; i++) {
                const char *name = json_string_value(json_array_get(kinds, i));

                set |= name ? kind_from_name(name) : 0;
        }
        words_kind_set(s->l, set, what, sizeof what);
        words_add(s->to, s->size, "%s", what);
        ADD_TEXT(s, "name", "「%s」", " \"%s\"");
        ADD_TEXT(s, "vid", " (%s:", " (%s:");
        ADD_TEXT(s, "pid", "%s)", "%s)");
}

static void add_reason(const struct told *s) {
        const char *name = json_string_value(json_object_get(s->record, "reason"));

        if (name)
                words_add(s->to, s->size, SAY(s->l, "。%s", ": %s"), words_reason(s->l, reason_from_name(name)));
}

/* What holds in that stage. */
static void add_stage(const struct told *s) {
        const char *stage = json_string_value(json_object_get(s->record, "stage"));
        const char *words = stage ? words_stage(s->l, stage) : "";

        if (*words)
                words_add(s->to, s->size, SAY(s->l, "（%s）", " (%s)"), words);
}

static void device_allowed(const struct told *s) {
        ADD(s, "使用を許可しました: ", "Allowed: ");
        add_device(s);
        if (told_is(s, "action", "read-only"))
                ADD(s, "（読み取り専用）", " (read-only)");
        if (flag(s, "partial"))
                ADD(s, "（一部の機能だけ）", " (only some of its functions)");
}

static void device_refused(const struct told *s) {
        ADD(s, "使用を拒否しました: ", "Refused: ");
        add_device(s);
        add_reason(s);
}

static void device_revoked(const struct told *s) {
        ADD(s, "使用を途中で止めました: ", "Cut off: ");
        add_device(s);
        add_reason(s);
}

static void device_gone(const struct told *s) {
        ADD(s, "取り外されました: ", "Unplugged: ");
        add_device(s);
}

static void devices_counted(const struct told *s) {
        ADD_TEXT(s, "port", "差し込み口 %s で、", "At port %s ");
        words_add(s->to, s->size,
                  SAY(s->l, "拒否や取り外しがほかに %" PRId64 " 件ありました（多すぎるため個別には記録していません）",
                      "%" PRId64 " more refusals and removals: too many to be recorded one by one"),
                  told_number(s, "count"));
}

static void policy_installed(const struct told *s) {
        words_add(s->to, s->size,
                  SAY(s->l, "ポリシー %" PRId64 " を適用しました", "Policy %" PRId64 " is now in force"),
                  told_number(s, "serial"));
        ADD_TEXT(s, "title", "「%s」", ": \"%s\"");
}

static void policy_refused(const struct told *s) {
        ADD(s, "ポリシーを受け付けませんでした（いまのポリシーのままです）",
            "A policy was refused; the one in force stays");
        ADD_TEXT(s, "why", ": %s", ": %s");
}

static void policy_loaded(const struct told *s) {
        if (flag(s, "sealed")) {
                ADD(s, "有効なポリシーがありません。ログインに必要な機器だけが使えます",
                    "There is no valid policy: only what is needed to log in may be used");
        } else {
                words_add(s->to, s->size, SAY(s->l, "ポリシー %" PRId64 " を読み込みました", "Loaded policy %" PRId64),
                          told_number(s, "serial"));
                ADD_TEXT(s, "title", "「%s」", " \"%s\"");
        }
        if (told_is(s, "stage", "observe"))
                add_stage(s);
        ADD_TEXT(s, "note", ": %s", ": %s");
}

static void agent_started(const struct told *s) {
        ADD(s, "端末の見張りを始めました", "The agent started");
}

static void agent_stopping(const struct told *s) {
        ADD(s, "端末の見張りを終わります（新しい機器は使えないままです）",
            "The agent is stopping; new devices stay refused");
}

static void observer_lost(const struct told *s) {
        ADD(s, "機器を調べるプログラムを起動し直します", "The observer is being replaced");
        ADD_TEXT(s, "why", ": %s", ": %s");
}

static void kernel_baseline(const struct told *s) {
        if (flag(s, "ok"))
                ADD(s, "既定で拒否する状態にしました", "Put under default deny");
        else
                ADD(s, "既定で拒否する状態にできませんでした", "COULD NOT be put under default deny");
        ADD_TEXT(s, "what", ": %s", ": %s");
}

static const struct {
        const char *code, *words[LANGUAGES];
} repairs[] = {
        { "torn", { "最後の行が途中で切れていました", "the last line was torn" } },
        { "foreign", { "ほかのプログラムが書き込んでいました", "something else had written to it" } },
        { "shortened", { "途中から後ろがなくなっていました", "it had been cut short" } },
        { "removed", { "動作中に削除されていました", "it had been removed while the agent was running" } },
        { "missing", { "以前の記録がなくなっていました", "earlier records were missing" } },
        { "no-key",
          { "端末の署名鍵が使えず、署名できません", "the terminal's key is unusable, nothing can be signed" } },
        { "not-a-file",
          { "ファイルではないものに置き換えられていました", "something that is no file stood in its place" } },
        { "not-a-log", { "記録ではないものに置き換えられていました", "something that is no log stood in its place" } },
        { "rotated-unreadable", { "前の記録ファイルを読めませんでした", "the log file before it could not be read" } },
};

static void log_repaired(const struct told *s) {
        ADD(s, "記録を修復しました", "The log was repaired");
        for (size_t i = 0; i < sizeof repairs / sizeof *repairs; i++)
                if (told_is(s, "reason", repairs[i].code))
                        words_add(s->to, s->size, ": %s", repairs[i].words[s->l]);
        if (told_number(s, "bytes"))
                words_add(s->to, s->size, SAY(s->l, "。%" PRId64 " バイト", "; %" PRId64 " bytes"),
                          told_number(s, "bytes"));
        ADD_TEXT(s, "aside", "を %s に残しました", " kept in %s");
}

static void stage_changed(const struct told *s) {
        ADD(s, "運用の段階を変えました: ", "The stage was changed: ");
        ADD_TEXT(s, "before", "%s から ", "from %s ");
        ADD_TEXT(s, "stage", "%s へ", "to %s");
        add_stage(s);
        words_add(s->to, s->size, SAY(s->l, " 操作者 uid %" PRId64, " [by uid %" PRId64 "]"), told_number(s, "uid"));
}

static void stage_confirmed(const struct told *s) {
        ADD_TEXT(s, "user", "管理者 %s のログインで、", "The login of the administrator %s ");
        ADD_TEXT(s, "stage", "運用の段階が %s に確定しました", "made the stage final: %s");
        add_stage(s);
}

static void log_pruned(const struct told *s) {
        words_add(s->to, s->size,
                  SAY(s->l, "記録 %" PRId64 " 〜 %" PRId64 " を削除しました",
                      "Records %" PRId64 " to %" PRId64 " were removed"),
                  told_number(s, "first"), told_number(s, "last"));
        if (told_is(s, "reason", "age"))
                ADD(s, "（保存期間が過ぎたため）", ": they were older than the policy keeps them");
        else
                ADD(s, "（容量の上限に達したため）", ": there is no more room for them");
}

static void checkpoint(const struct told *s) {
        ADD(s, "ここまでの記録に署名しました", "Signed the log up to here");
}

static void (*const tellers[EVENTS])(const struct told *s) = {
        [EVENT_DEVICE_ALLOWED] = device_allowed,   [EVENT_DEVICE_REFUSED] = device_refused,
        [EVENT_DEVICE_REVOKED] = device_revoked,   [EVENT_DEVICE_GONE] = device_gone,
        [EVENT_DEVICES_COUNTED] = devices_counted, [EVENT_POLICY_INSTALLED] = policy_installed,
        [EVENT_POLICY_REFUSED] = policy_refused,   [EVENT_POLICY_LOADED] = policy_loaded,
        [EVENT_AGENT_STARTED] = agent_started,     [EVENT_AGENT_STOPPING] = agent_stopping,
        [EVENT_OBSERVER_LOST] = observer_lost,     [EVENT_KERNEL_BASELINE] = kernel_baseline,
        [EVENT_LOG_REPAIRED] = log_repaired,       [EVENT_LOG_PRUNED] = log_pruned,
        [EVENT_LOGIN_ALLOWED] = told_login,        [EVENT_LOGIN_REFUSED] = told_login,
        [EVENT_LOGIN_THROTTLED] = told_login,      [EVENT_LOGIN_UNAVAILABLE] = told_login,
        [EVENT_SESSION_OPENED] = told_session,     [EVENT_SESSION_REFUSED] = told_session,
        [EVENT_SESSION_CLOSED] = told_session,     [EVENT_FACTORS_CHANGED] = told_factors,
        [EVENT_CLOCK_SET_BACK] = told_clock,       [EVENT_CARD_REMOVED] = told_card,
        [EVENT_STAGE_CHANGED] = stage_changed,     [EVENT_STAGE_CONFIRMED] = stage_confirmed,
        [EVENT_CHECKPOINT] = checkpoint,
};

static void add_particulars(const struct told *s, enum event e) {
        if (e < EVENT_DEVICE_ALLOWED || e > EVENT_DEVICE_GONE)
                return;
        ADD_TEXT(s, "rule", " 規則「%s」", " [rule: %s]");
        ADD_TEXT(s, "request", " 申請番号 %s", " [request %s]");
        ADD_TEXT(s, "user", " 利用者 %s", " [user %s]");
        words_add(s->to, s->size, SAY(s->l, " ポリシー %" PRId64, " [policy %" PRId64 "]"), told_number(s, "policy"));
        if (flag(s, "observed") && (e == EVENT_DEVICE_REFUSED || e == EVENT_DEVICE_REVOKED))
                ADD(s, "（記録だけの段階のため、実際には止めていません）", " (observing: it was not actually stopped)");
        ADD_TEXT(s, "note", "（%s）", " (%s)");
}

void sentence_of(enum language l, const json_t *record, char *to, size_t size) {
        const struct told s = { l, record, to, size };
        const char *type = json_string_value(json_object_get(record, "type"));
        enum event e = type ? event_from_name(type) : EVENT_NONE;

        to[0] = '\0';
        if (tellers[e])
                tellers[e](&s);
        else
                ADD_TEXT(&s, "type", "%s", "%s"); /* a later version's */
        add_particulars(&s, e);
}
