/* SPDX-License-Identifier: MIT */
/* verbs.c — the table of verbs, and how each is typed. After a change: make generate. */
#include "cli/verbs.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_THE_AGENT OPTION_LANG, OPTION_RUNTIME_DIR
#define MANY 1000000

const struct group_row groups[] = {
        { "policy", "ポリシーを作り、点検し、署名し、比べる", "make, check, sign and compare policies" },
        { "media", "電磁的記録媒体の台帳: だれがどれを、いつまで持つか",
          "the ledger of recording media: who has which, until when" },
        { "audit", "監査記録を読み、書き換えられていないかを調べ、持ち出す",
          "read the log of a terminal, find out whether anybody changed it, and take it along" },
};
const size_t n_groups = sizeof groups / sizeof *groups;

/* clang-format off: one verb, one block */
const struct verb_row verbs[] = {
        { "policy",
          "init",
          policy_init,
          "DIR",
          1,
          1,
          { OPTION_SIGNERS, OPTION_THRESHOLD, OPTION_NAME, OPTION_LANG },
          "試行用の一式（署名の鍵、trust.pem、説明つきのポリシー）を作る",
          "make a pilot kit: signing keys, trust.pem and a starter policy commented in Japanese" },
        { "policy",
          "check",
          policy_check,
          "FILE",
          1,
          1,
          { OPTION_JSON, OPTION_LANG },
          "端末が受け入れるポリシーかを点検する",
          "is this a policy that a terminal would accept?" },
        { "policy",
          "sign",
          policy_sign,
          "FILE",
          1,
          1,
          { OPTION_CERT, OPTION_KEY, OPTION_PREVIOUS, OPTION_OUTPUT, OPTION_LANG },
          "ポリシーに署名する。署名済みのものには署名を一つ加える",
          "sign a policy, or add one more signature to an envelope" },
        { "policy",
          "verify",
          policy_verify,
          "FILE.cms",
          1,
          MANY,
          { OPTION_TRUST, OPTION_JSON, OPTION_LANG },
          "だれが署名したか、それで足りるかを確かめる",
          "who signed it, and is that enough?" },
        { "policy",
          "show",
          policy_show,
          "FILE.cms|-",
          1,
          1,
          { OPTION_LANG },
          "署名されている本文を表示する",
          "print the text that is signed" },
        { "policy",
          "diff",
          policy_diff,
          "OLD NEW",
          2,
          2,
          { OPTION_LANG },
          "だれが何を使えるようになり、使えなくなるかを言葉で示す",
          "in words: who and what gains or loses access" },
        { NULL,
          "push",
          push,
          "FILE.cms|-|DIR",
          1,
          1,
          { AT_THE_AGENT },
          "署名したポリシーを有効にする",
          "make a signed policy the one in force" },
        { NULL,
          "devices",
          devices,
          "",
          0,
          0,
          { OPTION_POLICY, OPTION_JSON, AT_THE_AGENT },
          "つながっている機器と、その判定、根拠の規則を表示する",
          "every device present, its verdict and the rule behind it" },
        { NULL,
          "status",
          status,
          "[--json | --prometheus [FILE]]",
          0,
          1,
          { OPTION_JSON, OPTION_PROMETHEUS, AT_THE_AGENT, OPTION_STATE_DIR },
          "何が有効か、人の対応が必要なことは何かを表示する",
          "what is in force, and what needs a person" },
        { NULL,
          "fleet",
          fleet,
          "FILE|DIR...",
          1,
          MANY,
          { OPTION_BEFORE, OPTION_SERIAL_POLICY, OPTION_HTML, OPTION_JSON, OPTION_LANG, OPTION_NOW },
          "各端末の status --json を集めたものから、すべての端末を1枚で見る",
          "one page of all terminals, from what `status --json` said on each" },
        { NULL,
          "enrol",
          enrol,
          "[USER] (totp|card|recovery)",
          1,
          2,
          { OPTION_LABEL, OPTION_ALGORITHM, OPTION_DIGITS, OPTION_PERIOD, OPTION_NO_QR, OPTION_IMPORT, OPTION_CODE,
            OPTION_CERTIFICATE, OPTION_MODULE, OPTION_SLOT, OPTION_ID, OPTION_SERIAL_CARD, OPTION_REPLACE,
            OPTION_FORCE_USER, AT_THE_AGENT },
          "ログインに使うもの（ワンタイムパスワード、カード、回復コード）を人に登録する",
          "give a person something to log in with: one-time codes, a card, recovery codes" },
        { NULL,
          "factors",
          factors,
          "[USER]",
          0,
          1,
          { OPTION_JSON, AT_THE_AGENT },
          "だれが何を登録しているかを表示する",
          "who has what to log in with" },
        { NULL,
          "unlock",
          unlock,
          "USER",
          1,
          1,
          { AT_THE_AGENT },
          "失敗や時計のために待っている人が、すぐログインできるようにする",
          "forgive a person's failures, and a clock that went back" },
        { NULL,
          "forget",
          forget,
          "USER (totp|card|recovery|all)",
          2,
          2,
          { OPTION_WHICH, AT_THE_AGENT },
          "なくしたもの、使わなくなったものを消す",
          "take away what was lost or is not used any more" },
        { "media",
          "list",
          media_list,
          "",
          0,
          0,
          { OPTION_ALL, OPTION_JSON, OPTION_LEDGER, OPTION_POLICY, AT_THE_AGENT, OPTION_STATE_DIR },
          "台帳と、それぞれの媒体をポリシーがどう扱うかを表示する",
          "the ledger, and what the policy says of each medium in it" },
        { "media",
          "enrol",
          media_enrol,
          "PORT|REQUEST|NUMBER",
          1,
          1,
          { OPTION_SECTION, OPTION_PERSON, OPTION_UNTIL, OPTION_ACCESS, OPTION_HOURS, OPTION_USERS, OPTION_INTO,
            OPTION_LEDGER, OPTION_TOKEN, OPTION_MEDIUM, OPTION_FINGERPRINT, OPTION_FORCE_TWIN, OPTION_NO_AGENT,
            AT_THE_AGENT },
          "媒体を台帳に載せ、使えるようにする規則（署名するもの）を作る",
          "a medium gets its line in the ledger, and the rule to sign that lets it in" },
        { "media",
          "retire",
          media_retire,
          "NUMBER [returned|erased|destroyed]",
          1,
          2,
          { OPTION_BY, OPTION_WITNESS, OPTION_FROM_POLICY, OPTION_LEDGER, OPTION_LANG },
          "媒体の処置と立会者を台帳に書き、規則をポリシーから外す",
          "what became of a medium, before whose eyes, and its rule out of the policy" },
        { NULL,
          "setup",
          setup,
          "[check|observe|devices|login]",
          0,
          1,
          { OPTION_UNDO, OPTION_YES, OPTION_FORCE_CHECK, OPTION_NO_WAIT, OPTION_UNLESS_CONFIRMED, OPTION_JSON,
            OPTION_LANG, OPTION_ROOT },
          "端末の運用を一段ずつ始める。進む前に点検し、戻すこともできる",
          "bring a terminal into operation stage by stage; each looks first, and can be undone" },
        { "audit",
          "show",
          audit_show,
          "[FILE... | --state-dir D]",
          0,
          MANY,
          { OPTION_STATE_DIR, OPTION_JSON, OPTION_LANG_BOTH, OPTION_TYPE, OPTION_SINCE, OPTION_LAST, OPTION_FOLLOW },
          "何があったかを言葉で表示する",
          "what happened, in words" },
        { "audit",
          "verify",
          audit_verify,
          "[FILE... | --state-dir D]",
          0,
          MANY,
          { OPTION_STATE_DIR, OPTION_PUB, OPTION_FROM_RECORD, OPTION_JSON, OPTION_LANG },
          "監査記録が書き換えられていないかを検証する",
          "has anybody changed the log?" },
        { "audit",
          "export",
          audit_export,
          "DIR",
          1,
          1,
          { OPTION_SINCE, OPTION_STATE_DIR, OPTION_RUNTIME_DIR, OPTION_LANG },
          "監査記録をまるごと検証して USBメモリに書き出す",
          "the log onto a stick, whole and verified" },
};
/* clang-format on */
const size_t n_verbs = sizeof verbs / sizeof *verbs;

const char *verb_text(const struct verb_row *v, char to[VERB_TEXT]) {
        (void)snprintf(to, VERB_TEXT, "%s%s%s", v->group ? v->group : "", v->group ? " " : "", v->name);
        return to;
}

bool verb_takes(const struct verb_row *v, enum option_id id) {
        for (const enum option_id *o = v->options; *o; o++)
                if (*o == id)
                        return true;
        return false;
}

static void put_option(FILE *to, const struct option_row *o) {
        (void)fprintf(to, o->needed ? " " : " [");
        if (o->letter)
                (void)fprintf(to, "-%c", o->letter);
        else
                (void)fprintf(to, "--%s", o->name);
        if (o->value)
                (void)fprintf(to, " %s", o->values && strlen(o->values) <= 20 ? o->values : o->value);
        (void)fprintf(to, "%s%s", o->needed ? "" : "]", o->many ? "..." : "");
}

/* An option that the words show already is not shown again. */
char *verb_usage(const struct verb_row *v) {
        auto_free char *text = NULL;
        char name[OPTION_TEXT];
        size_t size;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return NULL;
        (void)fprintf(to, "%s%s", *v->words ? " " : "", v->words);
        for (const enum option_id *o = v->options; *o; o++)
                if (!strstr(v->words, option_text(*o, name)))
                        put_option(to, &options[*o]);
        return fclose(to) == 0 ? TAKE(text) : NULL;
}

int wrong_usage(const struct verb_row *v) {
        auto_free char *usage = verb_usage(v);
        char name[VERB_TEXT];

        return complain(EXIT_USAGE, "使い方: sekimori %s%s", "usage: sekimori %s%s", verb_text(v, name),
                        usage ? usage : "");
}

int verb_call(verb *run, char **argv) {
        const struct verb_row *v = verbs;
        struct typed typed;
        int code;

        while (v->run != run)
                v++;
        code = typed_parse(v, argv, &typed);
        if (code == EXIT_OK)
                code = run(&typed);
        typed_deinit(&typed);
        return code;
}
