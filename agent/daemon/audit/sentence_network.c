/* SPDX-License-Identifier: MIT */
/* sentence_network.c — what an auditor reads of the network: links, tables, and packets that were refused. */
#include "audit/told.h"

#include <inttypes.h>
#include <string.h>

struct network_words {
        const char *code, *words[LANGUAGES];
};

static const struct network_words forces[] = {
        { "refuses", { "ポリシーにない通信を拒否します", "what the policy does not name is refused" } },
        { "observes", { "記録だけを行い、まだ何も拒否しません", "it is only observed, nothing is refused yet" } },
        { "open", { "何も制限しません", "nothing is limited" } },
        { NULL },
};

static const struct network_words sorts[] = {
        { "unnamed", { "ポリシーにありません", "the policy does not name it" } },
        { "enslaved", { "ほかのインターフェイスの一部です", "it is a part of another link" } },
        { "radio", { "認めていない無線です", "it is a radio, which the policy does not allow" } },
        { "unreadable", { "何であるかを調べられません", "what it is cannot be read" } },
        { "second", { "ほかのインターフェイスと同じアドレスを名乗っています", "another link has its address" } },
        { NULL },
};

static const struct network_words ways[] = {
        { "out", { "宛先 ", "to " } },
        { "in", { "送信元 ", "from " } },
        { "forward", { "転送先 ", "forwarded to " } },
        { NULL },
};

static const struct network_words subjects[] = {
        { "links", { "インターフェイス", "links" } },
        { "tables", { "規則の書きかえ", "changes of the tables" } },
        { "sysctls", { "転送などの設定", "forwarding and the like" } },
        { "radios", { "無線", "radios" } },
        { "routes", { "経路", "routes" } },
        { "resolvers", { "名前解決のサーバー", "servers for names" } },
        { "events", { "エージェントの動作前の出来事", "events before the agent was there" } },
        { "out", { "外への通信の拒否", "refused on the way out" } },
        { "in", { "外からの通信の拒否", "refused on the way in" } },
        { "forward", { "転送の拒否", "refused to be forwarded" } },
        { NULL },
};

static const struct network_words radios[] = {
        { "wireless", { "無線LAN", "wireless" } },
        { "bluetooth", { "Bluetooth", "Bluetooth" } },
        { NULL },
};

/* The words of a code; an unknown one of a later version is shown as it is. */
static void add_word(const struct told *s, const char *key, const struct network_words *rows, const char *ja,
                     const char *en) {
        char text[512];

        told_text(s, key, text, sizeof text);
        if (!*text)
                return;
        for (; rows->code && strcmp(rows->code, text) != 0; rows++)
                ;
        ADD(s, ja, en);
        words_add(s->to, s->size, "%s", rows->code ? rows->words[s->l] : text);
}

static void add_count(const struct told *s, const char *key, const char *ja, const char *en) {
        if (told_number(s, key) <= 0)
                return;
        ADD(s, ja, en);
        words_add(s->to, s->size, "%" PRId64, told_number(s, key));
}

void told_network_force(const struct told *s) {
        if (told_is(s, "force", "failed"))
                ADD(s, "ネットワークの規則をカーネルに書けません（前の規則が残っています）",
                    "The network's rules could not be written; those before stay");
        else
                add_word(s, "force", forces, "ネットワークの制限の状態: ", "The network: ");
        add_count(s, "serial", "（ポリシー第", " (policy ");
        if (told_number(s, "serial") > 0)
                ADD(s, "号）", ")");
        ADD_TEXT(s, "why", ": %s", ": %s");
}

void told_network_restored(const struct told *s) {
        ADD(s, "ほかのプログラムがネットワークの規則を変えたため、書き直しました",
            "Something else changed the tables of the network; they stand again");
        told_policy(s);
}

void told_network_silent(const struct told *s) {
        ADD(s, "sekimori-firewall が動いていません（カーネルに入れた規則は残っていますが、書きかえられても直せません）",
            "sekimori-firewall is not there; what it put in force stays, and nothing is put right");
}

static void add_link(const struct told *s) {
        ADD_TEXT(s, "link", "%s", "%s");
        ADD_TEXT(s, "kind", "（種類 %s）", " (a %s)");
        ADD_TEXT(s, "driver", "（ドライバー %s）", " (driver %s)");
        ADD_TEXT(s, "mac", " %s", " %s");
}

void told_network_link(const struct told *s) {
        if (told_is(s, "done", "failed"))
                ADD(s, "ネットワークインターフェイスを止められません: ", "A network interface COULD NOT be set down: ");
        else if (told_is(s, "done", "set-down"))
                ADD(s, "ネットワークインターフェイスを止めました: ", "A network interface was set down: ");
        else if (told_is(s, "sort", "named"))
                ADD(s, "ポリシーにあるネットワークインターフェイスです: ", "A network interface of the policy: ");
        else if (json_is_true(json_object_get(s->record, "observed")))
                ADD(s, "【観察】使えなくなるネットワークインターフェイスです（止めていません）: ",
                    "[observing] A network interface that could not be used (it can be now): ");
        else
                ADD(s, "通信できないネットワークインターフェイスです: ", "A network interface that may not be used: ");
        add_link(s);
        ADD_TEXT(s, "interface", "「%s」", " \"%s\"");
        if (!told_is(s, "sort", "named"))
                add_word(s, "sort", sorts, "。", ": ");
        ADD_TEXT(s, "why", "（%s）", " (%s)");
        told_policy(s);
}

/* Whether it was put right. */
static void add_put_right(const struct told *s) {
        if (json_object_get(s->record, "why"))
                ADD_TEXT(s, "why", "。無効にできません: %s", "; it could not be switched off: %s");
        else
                ADD(s, "。無効にしました", "; it was switched off");
}

void told_network_sysctl(const struct told *s) {
        ADD_TEXT(s, "path", "ネットワークの設定 %s が有効でした", "%s was on");
        add_put_right(s);
}

void told_network_radio(const struct told *s) {
        ADD(s, "認めていない無線が有効でした", "A radio that the policy does not allow was on");
        add_word(s, "kind", radios, ": ", ": ");
        add_put_right(s);
}

void told_network_route(const struct told *s) {
        ADD(s, "ポリシーにない出口への経路があります", "There is a way out that the policy does not name");
        ADD_TEXT(s, "link", ": %s", ": through %s");
        ADD_TEXT(s, "address", "（ゲートウェイ %s）", " by %s");
        told_policy(s);
}

void told_network_resolver(const struct told *s) {
        if (json_object_get(s->record, "why"))
                ADD(s, "名前解決のサーバーの設定に、読めないところがあります",
                    "Whom this terminal asks for names cannot be read in full");
        else
                ADD(s, "ポリシーにない名前解決のサーバーが設定されています",
                    "This terminal is set up to ask for names whom the policy does not name");
        ADD_TEXT(s, "address", ": %s", ": %s");
        ADD_TEXT(s, "file", "（%s）", " (%s)");
        ADD_TEXT(s, "why", ": %s", ": %s");
        told_policy(s);
}

void told_network_refused(const struct told *s) {
        if (json_is_true(json_object_get(s->record, "observed")))
                ADD(s, "【観察】拒否に当たる通信です（止めていません）: ",
                    "[observing] Would be refused on the network (it was not): ");
        else
                ADD(s, "通信を拒否しました: ", "Refused on the network: ");
        add_word(s, "direction", ways, "", "");
        ADD_TEXT(s, "address", "%s", "%s");
        add_count(s, "port", " ポート ", " port ");
        ADD_TEXT(s, "protocol", "（%s）", " (%s)");
        add_count(s, "packets", " パケット数 ", ", packets: ");
        if (json_is_integer(json_object_get(s->record, "uid")))
                words_add(s->to, s->size, SAY(s->l, " 利用者 uid %" PRId64, " [by uid %" PRId64 "]"),
                          told_number(s, "uid"));
        ADD_TEXT(s, "rule", "（相手は規則「%s」にありますが、この使い方はありません）",
                 " [rule \"%s\" names the address, but not this]");
        told_policy(s);
}

void told_network_counted(const struct told *s) {
        add_word(s, "subject", subjects, "ネットワーク（", "The network (");
        words_add(s->to, s->size,
                  SAY(s->l, "）: ほかに %" PRId64 "件ありました（多すぎるため、1件ずつは記録していません）",
                      "): %" PRId64 " more: too many to be recorded one by one"),
                  told_number(s, "count"));
}
