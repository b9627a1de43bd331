/* SPDX-License-Identifier: MIT */
/* sentence_why.c — a record's reason in either language: the log's own codes, and what the agent wrote in English. */
#include "audit/event.h"
#include "audit/record.h"
#include "audit/told.h"

#include <stdio.h>
#include <string.h>

struct reason_words {
        const char *code, *words[LANGUAGES];
};

static const struct reason_words repairs[] = {
        { "torn", { "最後の行が途中で切れていました", "the last line was torn" } },
        { "foreign", { "ほかのプログラムが書き込んでいました", "something else had written to it" } },
        { "shortened", { "途中から後ろがなくなっていました", "it had been cut short" } },
        { "removed", { "動作中に削除されていました", "it had been removed while the agent was running" } },
        { "missing", { "以前の監査記録がなくなっていました", "earlier records were missing" } },
        { "no-key",
          { "端末の署名鍵が使えず、署名できません", "the terminal's key is unusable, nothing can be signed" } },
        { "not-a-file",
          { "ファイルではないものに置き換えられていました", "something that is no file stood in its place" } },
        { "not-a-log",
          { "監査記録ではないものに置き換えられていました", "something that is no log stood in its place" } },
        { "rotated-unreadable",
          { "前の監査記録のファイルを読めませんでした", "the log file before it could not be read" } },
        { NULL },
};

static const struct reason_words removals[] = {
        { "age", { "保存期間が過ぎたため", "they were older than the policy keeps them" } },
        { "bound", { "容量の上限に達したため", "there is no more room for them" } },
        { NULL },
};

static const char *find(const struct reason_words *rows, enum language l, const char *code) {
        for (; rows->code; rows++)
                if (strcmp(rows->code, code) == 0)
                        return rows->words[l];
        return NULL;
}

const char *told_repair(enum language l, const char *code) {
        return find(repairs, l, code);
}

/* Why a policy was not taken: the agent's own words, of which these are the ones that an office meets. */
static const struct {
        const char *begins, *ja;
} whys[] = {
        { "'issued' is earlier", "発行日時（issued）が、有効なポリシーの発行日時より前です" },
        { "at 'issued' only", "発行日時（issued）に、署名者の証明書が有効ではありません" },
        { "no one may sign yet", "署名者の一覧（trust.pem）を使えません" },
        { "would lock people out", "ただ一つのキーボードが使えなくなります" },
        { "", "内容を受け付けられません" },
};

static void say_why(const char *why, char *to, size_t size) {
        unsigned long long there, needed;
        size_t i = 0;

        if (sscanf(why, "signed by %llu of the trusted signers, %llu needed", &there, &needed) == 2) {
                words_add(to, size, "署名が足りません（必要 %llu、あり %llu）", needed, there);
                return;
        }
        if (sscanf(why, "serial %llu is not higher than %llu", &there, &needed) == 2) {
                words_add(to, size, "第%llu号は、すでに使われた第%llu号より新しい番号ではありません", there, needed);
                return;
        }
        while (strncmp(why, whys[i].begins, strlen(whys[i].begins)) != 0)
                i++;
        words_add(to, size, "%s（%s）", whys[i].ja, why);
}

static const char *by_code(enum language l, enum event e, const char *code) {
        if (e >= EVENT_DEVICE_ALLOWED && e <= EVENT_DEVICE_GONE)
                return words_reason(l, reason_from_name(code));
        if (e == EVENT_LOG_REPAIRED || e == EVENT_LOG_PRUNED)
                return find(e == EVENT_LOG_PRUNED ? removals : repairs, l, code);
        return told_login_reason(l, code);
}

void sentence_reason(enum language l, const json_t *record, char *to, size_t size) {
        const char *type = json_string_value(json_object_get(record, "type"));
        enum event e = type ? event_from_name(type) : EVENT_NONE;
        const char *words = NULL;
        char text[512];

        sentence_text(record, e == EVENT_POLICY_REFUSED ? "why" : "reason", text, sizeof text);
        to[0] = '\0';
        if (*text && e != EVENT_POLICY_REFUSED)
                words = by_code(l, e, text);
        if (*text && e == EVENT_POLICY_REFUSED && l == LANGUAGE_JA)
                say_why(text, to, size);
        else
                words_add(to, size, "%s", words ? words : text); /* a later version's code stands for itself */
}
