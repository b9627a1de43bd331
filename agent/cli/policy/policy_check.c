/* SPDX-License-Identifier: MIT */
/* policy_check.c — `sekimori policy check`: would a terminal accept this text, and what would a careful colleague
 * say of it? Signatures are `verify`'s business. */
#include "cli/language.h"
#include "cli/policy/expiry.h"
#include "cli/policy/policy_edit.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs.h"
#include "decision/policy.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct check_report {
        const char *file;
        bool json, english;
        json_t *errors, *warnings;
};

static void policy_check_note(json_t *list, unsigned line, unsigned column, const char *text) {
        json_t *said = json_string(text); /* NULL where it is not UTF-8 */

        (void)json_array_append_new(list, json_pack("{s:i, s:i, s:o}", "line", (int)line, "column", (int)column, "text",
                                                    said ? said : json_string("")));
}

/* A reason is "line:column: text", or text alone. */
static void policy_check_refused(const struct check_report *r, const struct err *err) {
        const char *text = err_text(err, language_now());
        unsigned line = 0, column = 0;
        int behind = 0;

        if (!r->json) {
                (void)complain_in(EXIT_REFUSED, r->file, err);
                return;
        }
        if (sscanf(text, "%u:%u: %n", &line, &column, &behind) < 2 || behind == 0)
                line = column = 0, behind = 0;
        policy_check_note(r->errors, line, column, text + behind);
}

static void policy_check_warned(void *ctx, unsigned line, unsigned column, const char *text) {
        const struct check_report *r = ctx;
        const char *word = r->english ? "warning" : "注意";

        if (r->json)
                policy_check_note(r->warnings, line, column, text);
        else if (line)
                (void)fprintf(stderr, "%s:%u:%u: %s: %s\n", r->file, line, column, word, text);
        else
                (void)fprintf(stderr, "%s: %s: %s\n", r->file, word, text);
}

static void say_ok(const struct check_report *r, const struct policy *p) {
        unsigned long long serial = policy_serial(p);

        if (r->english)
                (void)printf("%s: serial %llu \"%s\", %zu rules: acceptable\n", r->file, serial, policy_title(p),
                             policy_rules(p));
        else
                (void)printf("%s: 通し番号 %llu 「%s」 規則 %zu 件: 受け入れられます\n", r->file, serial,
                             policy_title(p), policy_rules(p));
}

static int say_json(const struct check_report *r, const struct policy *p) {
        json_t *all = json_pack("{s:b, s:o, s:o, s:o, s:O, s:O}", "ok", p != NULL, "serial",
                                p ? json_integer((json_int_t)policy_serial(p)) : json_null(), "title",
                                p ? json_string(policy_title(p)) : json_null(), "rules",
                                p ? json_integer((json_int_t)policy_rules(p)) : json_null(), "errors", r->errors,
                                "warnings", r->warnings);
        int failed = !all || json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) < 0 || putchar('\n') == EOF;

        json_decref(all);
        return failed ? complain_memory() : p ? EXIT_OK : EXIT_REFUSED;
}

static void policy_check_signers(const struct check_report *r, const struct policy *p) {
        struct err ends = { "" };
        unsigned line, column;

        policy_signers_place(p, &line, &column);
        if (expiry_says_signers(p, policy_issued(p), &ends))
                policy_check_warned((void *)r, line, column, err_text(&ends, r->english ? LANGUAGE_EN : LANGUAGE_JA));
}

static int policy_check_file(struct check_report *r, struct bytes text) {
        auto_policy p = NULL;
        struct err err = { 0 };
        int error = policy_text_check(text, NULL, &p, &err);

        if (error < 0) {
                policy_check_refused(r, &err);
        } else {
                r->english = language_follow(policy_language(p)) == LANGUAGE_EN;
                policy_warnings(p, r->english, policy_check_warned, r);
                if (expiry_says(p, &err))
                        policy_check_warned(r, 0, 0, err_text(&err, r->english ? LANGUAGE_EN : LANGUAGE_JA));
                policy_check_signers(r, p);
        }
        if (r->json)
                return say_json(r, error < 0 ? NULL : p);
        if (error == 0)
                say_ok(r, p);
        return error < 0 ? EXIT_REFUSED : EXIT_OK;
}

static int check_file(struct check_report *r) {
        auto_free uint8_t *text = NULL;
        size_t size = 0;
        struct err err = { 0 };
        int code = policy_file_read(r->file, &text, &size, &err);

        if (code == EXIT_OK)
                return policy_check_file(r, bytes_of(text, size));
        if (err.text[0])
                policy_check_refused(r, &err);
        return r->json && code == EXIT_REFUSED ? say_json(r, NULL) : code;
}

int policy_check(const struct typed *t) {
        struct check_report r = { .file = t->words[0], .json = typed_has(t, OPTION_JSON) };
        int code;

        r.errors = json_array();
        r.warnings = json_array();
        code = r.errors && r.warnings ? check_file(&r) : complain_memory();
        json_decref(r.errors);
        json_decref(r.warnings);
        return code;
}
