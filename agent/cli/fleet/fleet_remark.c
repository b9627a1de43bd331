/* SPDX-License-Identifier: MIT */
/* fleet_remark.c — the kinds of remarks about a station: how grave each is, and its label. */
#include "cli/fleet/fleet.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 480 /* of one remark: a compromised terminal must not fill the page */

/* The gravest first: the order on the page. An id that is missing here is a newly added care: GRAVITY_DUE. */
static const struct {
        const char *id;
        enum gravity gravity;
        const char *ja, *en;
} kinds[] = {
        { "log-rewritten", GRAVITY_ALARM, "監査記録が書き換えられた", "log rewritten" },
        { "log-went-back", GRAVITY_ALARM, "監査記録が短くなった", "log went back" },
        { "key-changed", GRAVITY_ALARM, "監査記録の署名鍵が変わった", "another log key" },
        { "twin", GRAVITY_ALARM, "同じ端末が二つある", "there twice" },
        { "unreadable", GRAVITY_ALARM, "読めないファイル", "unreadable file" },
        { "gone", GRAVITY_DUE, "前回あった端末がない", "gone since last time" },
        { "silent", GRAVITY_ALARM, "エージェントが応答しない", "agent does not answer" },
        { "kernel-open", GRAVITY_ALARM, "カーネルの既定拒否なし", "kernel not denying" },
        { "disks-open", GRAVITY_ALARM, "ディスクの拒否なし", "disks not refused" },
        { "network-unkept", GRAVITY_ALARM, "ネットワークの制限を見ていない", "nobody keeps the network" },
        { "network-open", GRAVITY_ALARM, "ネットワークの制限が働いていない", "network not limited" },
        { "no-policy", GRAVITY_ALARM, "ポリシーなし", "no policy" },
        { "device-held", GRAVITY_ALARM, "拒否した機器を切り離せない", "a refused device cannot be cut off" },
        { "log-stuck", GRAVITY_ALARM, "監査記録に書けない", "log cannot be written" },
        { "stage-illegible", GRAVITY_DUE, "段階を読めない", "stage illegible" },
        { "half-upgraded", GRAVITY_DUE, "更新の途中", "half upgraded" },
        { "disk-full", GRAVITY_DUE, "空き容量がない", "disk full" },
        { "logins-closed", GRAVITY_DUE, "ログインの登録を開けない", "enrolments cannot be opened" },
        { "observer-lost", GRAVITY_DUE, "機器調査プログラムが準備中", "observer not ready" },
        { "expired", GRAVITY_DUE, "ポリシーの期限切れ", "policy expired" },
        { "not-yet-valid", GRAVITY_DUE, "時計の遅れ", "clock behind" },
        { "clock-ahead", GRAVITY_DUE, "時計の進み", "clock ahead" },
        { "cards-unheard", GRAVITY_DUE, "カードの仕組みが応答しない", "card service silent" },
        { "reader-missing", GRAVITY_DUE, "カードリーダーがない", "no card reader" },
        { "reader-unknown", GRAVITY_DUE, "カードリーダーのドライバーがない", "a card reader without driver" },
        { "stale", GRAVITY_DUE, "収集が古い", "not collected lately" },
        { "behind", GRAVITY_DUE, "古いポリシー", "older policy" },
        { "ahead", GRAVITY_DUE, "知らないポリシー", "unknown newer policy" },
        { "note", GRAVITY_DUE, "エージェントからの知らせ", "the agent's note" },
        { "clock-went-back", GRAVITY_DUE, "時計が前回のログインより前の人", "people after a clock went back" },
        { "record-missing", GRAVITY_DUE, "使用済みコードの記録がない人", "people without record of used codes" },
        { "record-damaged", GRAVITY_DUE, "使用済みコードの記録が壊れた人", "people with a damaged record" },
        { "key-lost", GRAVITY_DUE, "鍵が失われた人", "people whose key is lost" },
        { "recovery-damaged", GRAVITY_DUE, "回復コードを読めない人", "people with unreadable codes" },
        { "factors-unreadable", GRAVITY_DUE, "登録内容を読めない人", "people with unreadable factors" },
        { "rivals", GRAVITY_DUE, "ほかに機器を許可するものがある", "something else lets devices in" },
        { "rivals-unread", GRAVITY_SOON, "ほかに機器を許可するものを調べられない", "others cannot be told" },
        { "disks-missing", GRAVITY_SOON, "fstab のディスクがない", "a disk of fstab missing" },
        { "other-name", GRAVITY_SOON, "名前の食い違い", "another name" },
        { "on-trial", GRAVITY_SOON, "ログインの試行中", "login on trial" },
        { "observing", GRAVITY_SOON, "観察だけ", "only observing" },
        { "expires-soon", GRAVITY_SOON, "期限が近いポリシー", "policy expires soon" },
        { "throttled", GRAVITY_SOON, "待ち時間に入っている人", "people waiting" },
};
#define KINDS (sizeof kinds / sizeof *kinds)

static size_t kind_of(const char *id) {
        size_t i = 0;

        while (i < KINDS && strcmp(kinds[i].id, id) != 0)
                i++;
        return i;
}

enum gravity remark_gravity(const char *id) {
        size_t i = kind_of(id);

        return i < KINDS ? kinds[i].gravity : GRAVITY_DUE;
}

const char *remark_label(const char *id, enum language l) {
        size_t i = kind_of(id);

        return i < KINDS ? SAY(l, kinds[i].ja, kinds[i].en) : id;
}

size_t remark_kinds(const char *const **ret) {
        static const char *ids[KINDS];

        for (size_t i = 0; i < KINDS; i++)
                ids[i] = kinds[i].id;
        *ret = ids;
        return KINDS;
}

/* Without memory it is missing from the list, and still counts for the gravity. */
void remark_add(struct station *s, const char *id, const char *format, ...) {
        struct remark *grown = reallocarray(s->remarks, s->n_remarks + 1, sizeof *grown);
        enum gravity gravity = remark_gravity(id);
        char raw[TEXT_MAX] = "", text[TEXT_MAX];
        va_list ap;

        s->gravity = gravity > s->gravity ? gravity : s->gravity;
        if (!grown)
                return;
        s->remarks = grown;
        va_start(ap, format);
        (void)vsnprintf(raw, sizeof raw, format, ap);
        va_end(ap);
        words_clean(raw, text, sizeof text);
        grown[s->n_remarks] = (struct remark){ .id = id, .text = strdup(text) };
        s->n_remarks += grown[s->n_remarks].text != NULL;
}
