/* SPDX-License-Identifier: MIT */
/* sentence.c — a table with one function for each event type, which appends text in Japanese or English; an event
 * that is not in the table is shown by its type name. See sentence.h. */
#include "audit/sentence.h"

#include "audit/event.h"
#include "audit/record.h"
#include "audit/told.h"
#include "decision/kind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void sentence_text(const json_t *record, const char *key, char *to, size_t size) {
        const char *text = json_string_value(json_object_get(record, key));

        words_clean(text ? text : "", to, size);
}

void told_text(const struct told *s, const char *key, char *to, size_t size) {
        char ja[32];

        (void)snprintf(ja, sizeof ja, "%s_ja", key);
        sentence_text(s->record, s->l == LANGUAGE_JA && json_object_get(s->record, ja) ? ja : key, to, size);
}

bool told_is(const struct told *s, const char *key, const char *value) {
        const char *text = json_string_value(json_object_get(s->record, key));

        return text && strcmp(text, value) == 0;
}

int64_t told_number(const struct told *s, const char *key) {
        return json_integer_value(json_object_get(s->record, key));
}

static bool sentence_flag(const struct told *s, const char *key) {
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
        ADD_TEXT(s, "serial", " 製造番号 %s", " serial %s");
}

static void add_reason(const struct told *s) {
        char reason[1024];

        sentence_reason(s->l, s->record, reason, sizeof reason);
        if (*reason)
                words_add(s->to, s->size, SAY(s->l, "。%s", ": %s"), reason);
}

void told_policy(const struct told *s) {
        int64_t serial = told_number(s, "policy");

        if (serial)
                words_add(s->to, s->size, SAY(s->l, " ポリシー第%" PRId64 "号", " [policy %" PRId64 "]"), serial);
        else
                ADD(s, " ポリシーなし", " [no policy]");
}

/* Only root is shown by name: the names of other uids differ between machines, and the log may be read on any. */
void told_operator(const struct told *s) {
        const json_t *uid = json_object_get(s->record, "uid");

        if (!json_is_integer(uid))
                return;
        if (json_integer_value(uid) == 0)
                ADD(s, " 操作者 root（uid 0）", " [by root, uid 0]");
        else
                words_add(s->to, s->size, SAY(s->l, " 操作者 uid %" PRId64, " [by uid %" PRId64 "]"),
                          told_number(s, "uid"));
}

static void add_stage_name(const struct told *s, const char *key) {
        char stage[64];

        sentence_text(s->record, key, stage, sizeof stage);
        words_add(s->to, s->size, "%s", words_stage_name(s->l, stage));
}

/* Appends what is in force in that stage. */
static void add_stage(const struct told *s) {
        const char *stage = json_string_value(json_object_get(s->record, "stage"));
        const char *words = stage ? words_stage(s->l, stage) : "";

        if (*words)
                words_add(s->to, s->size, SAY(s->l, "（%s）", " (%s)"), words);
}

static void device_allowed(const struct told *s) {
        const char *name = json_string_value(json_object_get(s->record, "malformed"));
        enum malformed malformed = malformed_from_name(name);

        ADD(s, "使用を許可しました: ", "Allowed: ");
        add_device(s);
        if (told_is(s, "action", "read-only"))
                ADD(s, "（読み取り専用）", " (read-only)");
        if (sentence_flag(s, "partial"))
                ADD(s, "（一部の機能だけ）", " (only some of its functions)");
        if (malformed)
                words_add(s->to, s->size, SAY(s->l, "（食い違いを承知のうえ: %s）", " (accepted although: %s)"),
                          words_malformed(s->l, malformed));
}

/* If nothing was enforced, the sentence begins with that, so that nobody stops reading too early. */
static void device_refused(const struct told *s) {
        if (sentence_flag(s, "observed"))
                ADD(s, "【観察】拒否に当たる機器です（使用は止めていません）: ",
                    "[observing] Would be refused (it was not): ");
        else
                ADD(s, "使用を拒否しました: ", "Refused: ");
        add_device(s);
        add_reason(s);
}

static void device_revoked(const struct told *s) {
        if (sentence_flag(s, "observed"))
                ADD(s, "【観察】使用を止めることに当たる機器です（使用は止めていません）: ",
                    "[observing] Would be cut off (it was not): ");
        else
                ADD(s, "使用を途中で止めました: ", "Cut off: ");
        add_device(s);
        add_reason(s);
}

static void device_restored(const struct told *s) {
        if (told_is(s, "action", "deny"))
                ADD(s, "ほかのプログラムが許可したため、ふたたび止めました: ",
                    "Another program had let it in; it is stopped again: ");
        else
                ADD(s, "ほかのプログラムが止めたため、ふたたび許可しました: ",
                    "Another program had stopped it; it is let in again: ");
        add_device(s);
}

static void device_gone(const struct told *s) {
        ADD(s, "取り外されました: ", "Unplugged: ");
        add_device(s);
}

static void devices_counted(const struct told *s) {
        ADD_TEXT(s, "port", "差し込み口 %s で、", "At port %s ");
        words_add(s->to, s->size,
                  SAY(s->l, "拒否や取り外しがほかに %" PRId64 "件ありました（多すぎるため、1件ずつは記録していません）",
                      "%" PRId64 " more refusals and removals: too many to be recorded one by one"),
                  told_number(s, "count"));
}

static void policy_installed(const struct told *s) {
        words_add(s->to, s->size,
                  SAY(s->l, "ポリシー第%" PRId64 "号を適用しました", "Policy %" PRId64 " is now in force"),
                  told_number(s, "serial"));
        ADD_TEXT(s, "title", "「%s」", ": \"%s\"");
        ADD_TEXT(s, "waived", "。--force で次のことを承知のうえ: %s", "; by --force, in spite of: %s");
        told_operator(s);
}

static void policy_refused(const struct told *s) {
        ADD(s, "ポリシーを受け付けませんでした（いまのポリシーが有効なままです）",
            "A policy was refused; the one in force stays");
        add_reason(s);
        told_operator(s);
}

static void policy_loaded(const struct told *s) {
        bool observing = told_is(s, "stage", "observe");

        if (sentence_flag(s, "sealed") && observing) {
                ADD(s, "有効なポリシーがありません", "There is no valid policy");
        } else if (sentence_flag(s, "sealed")) {
                ADD(s, "有効なポリシーがありません。ログインに必要な機器だけが使えます",
                    "There is no valid policy: only what is needed to log in may be used");
        } else {
                words_add(s->to, s->size,
                          SAY(s->l, "ポリシー第%" PRId64 "号を読み込みました", "Loaded policy %" PRId64),
                          told_number(s, "serial"));
                ADD_TEXT(s, "title", "「%s」", " \"%s\"");
        }
        if (observing)
                add_stage(s);
        ADD_TEXT(s, "note", ": %s", ": %s");
}

static void agent_started(const struct told *s) {
        ADD(s, "Sekimori の動作を開始しました", "The agent started");
}

static void agent_stopping(const struct told *s) {
        ADD(s, "Sekimori を停止します", "The agent is stopping");
        if (told_is(s, "stage", "observe"))
                ADD(s, "（観察のみのため、機器は制限されません）", "; it only observed, devices are not kept out");
        else if (json_is_string(json_object_get(s->record, "stage")))
                ADD(s, "（新しい機器は使えないままです）", "; new devices stay refused");
}

static void observer_lost(const struct told *s) {
        ADD(s, "機器調査プログラムを起動し直します", "The observer is being replaced");
        ADD_TEXT(s, "why", ": %s", ": %s");
}

static void kernel_baseline(const struct told *s) {
        if (sentence_flag(s, "ok"))
                ADD(s, "USB コントローラーを既定で拒否する状態にしました", "USB controller put under default deny");
        else
                ADD(s, "USB コントローラーを既定で拒否する状態にできませんでした（判定前の機器が動くおそれがあります）",
                    "USB controller COULD NOT be put under default deny; devices may come to life unjudged");
        ADD_TEXT(s, "what", ": %s", ": %s");
}

static void log_repaired(const struct told *s) {
        if (sentence_flag(s, "broken"))
                ADD(s, "監査記録の欠落を検知しました（失われた記録は戻っていません）",
                    "Records are missing (what was lost did not come back)");
        else
                ADD(s, "監査記録に異常を見つけ、別に残しました", "Something wrong in the log was set aside");
        add_reason(s);
        if (told_number(s, "bytes"))
                words_add(s->to, s->size, SAY(s->l, "。%" PRId64 "バイト", "; %" PRId64 " bytes"),
                          told_number(s, "bytes"));
        ADD_TEXT(s, "aside", "を %s に残しました", " kept in %s");
}

static void stage_changed(const struct told *s) {
        ADD(s, "運用の段階を変えました: ", "The stage was changed: ");
        ADD(s, "", "from ");
        add_stage_name(s, "before");
        ADD(s, "から", " to ");
        add_stage_name(s, "stage");
        ADD(s, "へ", "");
        add_stage(s);
        told_operator(s);
}

static void stage_confirmed(const struct told *s) {
        ADD_TEXT(s, "user", "管理者 %s のログインで、", "The login of the administrator %s ");
        ADD(s, "運用の段階が", "made the stage final: ");
        add_stage_name(s, "stage");
        ADD(s, "に確定しました", "");
        add_stage(s);
}

static void add_network_stage(const struct told *s, const char *key) {
        static const struct {
                const char *name, *ja, *en;
        } words[] = { { "off", "制限なし", "no limits" },
                      { "observe", "観察", "observing" },
                      { "trial", "試行", "on trial" },
                      { "enforce", "制限", "in force" } };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (told_is(s, key, words[i].name))
                        ADD(s, words[i].ja, words[i].en);
}

static void network_stage_changed(const struct told *s) {
        ADD(s, "ネットワークの段階を変えました: ", "The stage of the network was changed: from ");
        add_network_stage(s, "before");
        ADD(s, "から", " to ");
        add_network_stage(s, "stage");
        ADD(s, "へ", "");
        told_operator(s);
}

static void log_pruned(const struct told *s) {
        words_add(s->to, s->size,
                  SAY(s->l, "監査記録 %" PRId64 "〜%" PRId64 "を削除しました",
                      "Records %" PRId64 " to %" PRId64 " were removed"),
                  told_number(s, "first"), told_number(s, "last"));
        add_reason(s);
}

static void sentence_checkpoint(const struct told *s) {
        ADD(s, "ここまでの監査記録に署名しました", "Signed the log up to here");
}

static void (*const tellers[EVENTS])(const struct told *s) = {
        [EVENT_DEVICE_ALLOWED] = device_allowed,
        [EVENT_DEVICE_REFUSED] = device_refused,
        [EVENT_DEVICE_REVOKED] = device_revoked,
        [EVENT_DEVICE_GONE] = device_gone,
        [EVENT_DEVICE_RESTORED] = device_restored,
        [EVENT_DEVICES_COUNTED] = devices_counted,
        [EVENT_POLICY_INSTALLED] = policy_installed,
        [EVENT_POLICY_REFUSED] = policy_refused,
        [EVENT_POLICY_LOADED] = policy_loaded,
        [EVENT_AGENT_STARTED] = agent_started,
        [EVENT_AGENT_STOPPING] = agent_stopping,
        [EVENT_OBSERVER_LOST] = observer_lost,
        [EVENT_KERNEL_BASELINE] = kernel_baseline,
        [EVENT_LOG_REPAIRED] = log_repaired,
        [EVENT_LOG_PRUNED] = log_pruned,
        [EVENT_LOGIN_ALLOWED] = told_login,
        [EVENT_LOGIN_REFUSED] = told_login,
        [EVENT_LOGIN_THROTTLED] = told_login,
        [EVENT_LOGIN_UNAVAILABLE] = told_login,
        [EVENT_LOGINS_COUNTED] = told_logins_counted,
        [EVENT_SESSION_OPENED] = told_session,
        [EVENT_SESSION_REFUSED] = told_session,
        [EVENT_SESSION_CLOSED] = told_session,
        [EVENT_SESSION_LOST] = told_session,
        [EVENT_FACTORS_CHANGED] = told_factors,
        [EVENT_CLOCK_SET_BACK] = told_clock,
        [EVENT_CARD_REMOVED] = told_card,
        [EVENT_CARD_LOST] = told_card_lost,
        [EVENT_STAGE_CHANGED] = stage_changed,
        [EVENT_STAGE_CONFIRMED] = stage_confirmed,
        [EVENT_NETWORK_STAGE_CHANGED] = network_stage_changed,
        [EVENT_NETWORK_IN_FORCE] = told_network_force,
        [EVENT_NETWORK_NOT_IN_FORCE] = told_network_force,
        [EVENT_NETWORK_RESTORED] = told_network_restored,
        [EVENT_NETWORK_SILENT] = told_network_silent,
        [EVENT_NETWORK_LINK_ALLOWED] = told_network_link,
        [EVENT_NETWORK_LINK_REFUSED] = told_network_link,
        [EVENT_NETWORK_LINK_STUCK] = told_network_link,
        [EVENT_NETWORK_SYSCTL] = told_network_sysctl,
        [EVENT_NETWORK_RADIO] = told_network_radio,
        [EVENT_NETWORK_ROUTE] = told_network_route,
        [EVENT_NETWORK_RESOLVER] = told_network_resolver,
        [EVENT_NETWORK_REFUSED] = told_network_refused,
        [EVENT_NETWORK_COUNTED] = told_network_counted,
        [EVENT_CHECKPOINT] = sentence_checkpoint,
};

static void add_particulars(const struct told *s, enum event e) {
        if (e < EVENT_DEVICE_ALLOWED || e > EVENT_DEVICE_GONE)
                return;
        ADD_TEXT(s, "rule", " 規則「%s」", " [rule: %s]");
        ADD_TEXT(s, "request", " 問い合わせ番号 %s", " [request %s]");
        ADD_TEXT(s, "user", " 利用者 %s", " [user %s]");
        told_policy(s);
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
                ADD_TEXT(&s, "type", "%s", "%s"); /* from a later version */
        add_particulars(&s, e);
}
