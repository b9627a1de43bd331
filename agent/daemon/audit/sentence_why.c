/* SPDX-License-Identifier: MIT */
/* sentence_why.c — a record's reason in either language: the log's own codes, and what the agent wrote in words. */
#include "audit/event.h"
#include "audit/record.h"
#include "audit/told.h"

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

static const char *sentence_why_find(const struct reason_words *rows, enum language l, const char *code) {
        for (; rows->code; rows++)
                if (strcmp(rows->code, code) == 0)
                        return rows->words[l];
        return NULL;
}

const char *told_repair(enum language l, const char *code) {
        return sentence_why_find(repairs, l, code);
}

static const char *by_code(enum language l, enum event e, const char *code) {
        if (e >= EVENT_DEVICE_ALLOWED && e <= EVENT_DEVICE_GONE)
                return words_reason(l, reason_from_name(code));
        if (e == EVENT_LOG_REPAIRED || e == EVENT_LOG_PRUNED)
                return sentence_why_find(e == EVENT_LOG_PRUNED ? removals : repairs, l, code);
        return told_login_reason(l, code);
}

static void add_contradiction(const struct told *s, char *to, size_t size) {
        const char *name = json_string_value(json_object_get(s->record, "malformed"));
        enum malformed m = malformed_from_name(name);

        if (m)
                words_add(to, size, ": %s", words_malformed(s->l, m));
}

void sentence_reason(enum language l, const json_t *record, char *to, size_t size) {
        const struct told s = { .l = l, .record = record };
        const char *type = json_string_value(json_object_get(record, "type")), *words = NULL;
        enum event e = type ? event_from_name(type) : EVENT_NONE;
        char text[1024];

        told_text(&s, e == EVENT_POLICY_REFUSED ? "why" : "reason", text, sizeof text);
        if (*text && e != EVENT_POLICY_REFUSED)
                words = by_code(l, e, text);
        to[0] = '\0';
        words_add(to, size, "%s", words ? words : text); /* an unknown code of a later version is shown as it is */
        if (told_is(&s, "reason", reason_name(REASON_MALFORMED)))
                add_contradiction(&s, to, size);
}
