/* SPDX-License-Identifier: MIT */
/* verify_report.c — printf() and jansson. The first word is the answer. See verify_report.h. */
#include "cli/audit/verify_report.h"

#include "cli/complain.h"
#include "cli/language.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static int report_json(json_t *o, int code) {
        (void)json_dumpf(o, stdout, JSON_INDENT(2));
        (void)putchar('\n');
        json_decref(o);
        return code;
}

static int report_changed(void) {
        (void)puts(SAY(language_now(), "NG: 改ざん、または記録の欠落があります",
                       "NOT ok: the log was changed, or records are missing"));
        return EXIT_REFUSED;
}

int report_fault(const struct audit_report *p, const char *path, const struct verify_fault *fault) {
        if (p->json)
                return report_json(json_pack("{s:b, s:s, s:I, s:I, s:s}", "ok", 0, "file", path, "line",
                                             (json_int_t)fault->line, "column", (json_int_t)fault->column, "reason",
                                             fault->why.text),
                                   EXIT_REFUSED);
        (void)fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", path, fault->line, fault->column,
                      err_text(&fault->why, language_now()));
        return report_changed();
}

/* An incomplete log without a sign of a change gets no verdict. */
int report_end(const struct audit_report *p, int why_code, const struct err *why) {
        if (p->json)
                return report_json(json_pack("{s:b, s:s}", "ok", 0, "reason", why->text), EXIT_REFUSED);
        if (why_code == -ENODATA) {
                (void)complain_err(EXIT_REFUSED, NULL, why);
                return report_changed();
        }
        (void)printf(SAY(language_now(), "判定できません: %s\n", "cannot tell: %s\n"), err_text(why, language_now()));
        return EXIT_REFUSED;
}

/* How it is known whose log it is; "unproven": it is not. A key that came with the log proves nothing: whoever rewrites
 * a log can make one. */
static const char *report_origin(const struct audit_report *p, const struct verify *v) {
        if (p->key_named)
                return "key";
        return verify_key_was_expected(v) ? "expected" : "unproven";
}

static int whole_json(const struct verify *v, const char *origin, const char *last, int code) {
        const struct verify_counts *n = verify_counts(v);

        return report_json(json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s}", "ok", code == EXIT_OK,
                                     "first", (json_int_t)n->first, "pruned", (json_int_t)n->pruned, "records",
                                     (json_int_t)n->records, "checkpoints", (json_int_t)n->checkpoints, "unsigned",
                                     (json_int_t)n->unsigned_records, "repairs", (json_int_t)n->repairs, "key",
                                     verify_key_id(v), "origin", origin, "last", last),
                           code);
}

static void print_remarks(enum language l, const struct audit_report *p, const struct verify_counts *n) {
        if (n->pruned)
                (void)printf(SAY(l, "記録 1〜%" PRIu64 "は端末が削除し、署名しています\n",
                                 "records 1 to %" PRIu64 " were removed by the agent, which signed for it\n"),
                             n->pruned);
        if (n->repairs)
                (void)printf(SAY(l, "途中で切れた行が %" PRIu64 "件あり、端末が別に残しています\n",
                                 "%" PRIu64 " torn lines were set aside by the agent\n"),
                             n->repairs);
        if (n->unsigned_records)
                (void)printf(SAY(l, "最後の %" PRIu64 "件は未署名です。書き出すと署名されます\n",
                                 "the last %" PRIu64 " records are not yet signed: an export signs them\n"),
                             n->unsigned_records);
        if (p->expected.seq)
                (void)printf(SAY(l, "記録 %" PRIu64 " は、控えたときのままです\n",
                                 "record %" PRIu64 " is as it was written down\n"),
                             p->expected.seq);
}

static void print_answer(enum language l, const struct verify_counts *n, int code) {
        if (code == EXIT_OK)
                (void)printf(SAY(l,
                                 "OK: 改ざん・欠落は検出されませんでした（記録 %" PRIu64 "件、署名 %" PRIu64 "件）\n",
                                 "ok: %" PRIu64 " records, %" PRIu64 " checkpoints\n"),
                             n->records, n->checkpoints);
        else
                (void)printf(
                        SAY(l,
                            "出所未確認: 記録どうしに矛盾はありませんが、この端末が書いた記録かどうかは分かりません"
                            "（記録 %" PRIu64 "件、署名 %" PRIu64 "件）\n"
                            "監査記録と一緒にあった鍵で検証したためです。記録を作り直した人は、鍵も作り直せます。"
                            "導入した日に控えた鍵を --pub で指定してください\n",
                            "consistent, origin unproven: %" PRIu64 " records, %" PRIu64 " checkpoints\n"
                            "the key lay beside the log, and whoever rewrites a log can make such a key: name "
                            "the one that was put aside with --pub\n"),
                        n->records, n->checkpoints);
}

int report_whole(const struct audit_report *p, const struct verify *v) {
        struct verify_mark last = verify_last(v);
        const char *origin = report_origin(p, v);
        int code = strcmp(origin, "unproven") == 0 ? EXIT_UNPROVEN : EXIT_OK;
        enum language l = language_now();
        char text[HASH_TEXT + 24];

        (void)snprintf(text, sizeof text, "%" PRIu64 ":%s", last.seq, last.digest);
        if (p->json)
                return whole_json(v, origin, text, code);
        print_remarks(l, p, verify_counts(v));
        print_answer(l, verify_counts(v), code);
        (void)printf(SAY(l, "署名の鍵（SHA-256）: %s\n次回の --expect に使う控え: %s\n",
                         "signed with the key (SHA-256): %s\nto write down, for --expect next time: %s\n"),
                     verify_key_id(v), text);
        return code;
}
