/* SPDX-License-Identifier: MIT */
/* policy_verify.c — sekimori policy verify: who signed it, and is that enough? The same judgement as on a terminal, on
 * any PC. */
#include "base/cleanup.h"
#include "base/date.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/policy/expiry.h"
#include "cli/verbs.h"
#include "decision/policy.h"
#include "host/clock.h"
#include "signature/envelope.h"
#include "text/words.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct verify_report {
        const char *file;
        uint8_t *pem;
        size_t size;
        bool trust_given, threshold_given;
        char *trust_text; /* the given files' certificates, without their threshold lines */
        unsigned needed;
        struct policy *policy;
        struct envelope *envelope;
};

static void report_deinit(struct verify_report *r) {
        free(r->pem);
        free(r->trust_text);
        policy_free(r->policy);
        envelope_free(r->envelope);
}
#define auto_report __attribute__((cleanup(report_deinit))) struct verify_report

/* ---- trust from files ----------------------------------------------------------- */

/* Each file is parsed on its own, so that an error names its file; the certificates of all files count together. */
static int add_trust(struct verify_report *r, FILE *to, const char *path) {
        static const char key[] = "threshold:";
        auto_free uint8_t *text = NULL;
        auto_trust alone = NULL;
        struct err err = { "" };
        size_t size;
        int code;

        code = read_argument(path, POLICY_TEXT_MAX, &text, &size);
        if (code != EXIT_OK)
                return code;
        if (trust_parse(bytes_of(text, size), &alone, &err) < 0)
                return complain_err(EXIT_REFUSED, path, &err);
        for (char *line = strtok((char *)text, "\n"); line; line = strtok(NULL, "\n"))
                if (strncmp(line, key, strlen(key)) != 0)
                        (void)fprintf(to, "%s\n", line);
                else if (r->threshold_given && r->needed != trust_threshold(alone))
                        return complain(EXIT_USAGE, "%s: threshold が前のファイルと違います",
                                        "%s: another threshold than in the file before", path);
                else {
                        r->threshold_given = true;
                        r->needed = trust_threshold(alone);
                }
        return EXIT_OK;
}

static int read_trust(struct verify_report *r, const char *const *paths, size_t n) {
        size_t size;
        FILE *to = open_memstream(&r->trust_text, &size);
        int code = to ? EXIT_OK : complain_memory();

        for (size_t i = 0; i < n && code == EXIT_OK; i++)
                code = add_trust(r, to, paths[i]);
        if (to && fclose(to) != 0 && code == EXIT_OK)
                code = complain_memory();
        return code;
}

/* ---- the judgement --------------------------------------------------------------- */

static int open_under_given(struct verify_report *r, unsigned threshold, struct err *err) {
        auto_trust trust = NULL;
        auto_free char *text = NULL;
        int e;

        if (asprintf(&text, "threshold: %u\n%s", threshold, r->trust_text) < 0)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory");
        e = trust_parse(bytes_text(text), &trust, err);
        if (e < 0)
                return err_wrap(err, e, "--trust");
        envelope_free(TAKE(r->envelope));
        r->needed = threshold;
        return envelope_open(bytes_of(r->pem, r->size), trust, &r->envelope, err);
}

/* Verify under the --trust files: first the signature, then the text. Where they give no threshold, the policy's own
 * counts. */
static int judge_given(struct verify_report *r, struct err *err) {
        int e = open_under_given(r, r->threshold_given ? r->needed : 1, err);

        if (e == 0)
                e = policy_compile(envelope_text(r->envelope), &r->policy, err);
        if (e == 0 && !r->threshold_given)
                e = open_under_given(r, policy_threshold(r->policy), err);
        return e;
}

/* The signers that a policy names, which is a list that anybody could have written. */
static int own_trust(const struct policy *p, struct trust **ret, struct err *err) {
        const char *const *signers;
        size_t n = policy_signers(p, &signers);
        int e = trust_from_pem(signers, n, policy_threshold(p), ret, err);

        return e < 0 ? err_wrap(err, e, "signers") : 0;
}

static int judge_own(struct verify_report *r, struct err *err) {
        auto_free uint8_t *text = NULL;
        auto_trust trust = NULL;
        size_t size;
        int e = envelope_peek(bytes_of(r->pem, r->size), &text, &size, err);

        if (e == 0)
                e = policy_compile(bytes_of(text, size), &r->policy, err);
        if (e == 0)
                e = own_trust(r->policy, &trust, err);
        if (e < 0)
                return e;
        r->needed = policy_threshold(r->policy);
        return envelope_open(bytes_of(r->pem, r->size), trust, &r->envelope, err);
}

static int policy_verify_judge(struct verify_report *r, struct err *err) {
        auto_trust next = NULL;
        int e = r->trust_given ? judge_given(r, err) : judge_own(r, err);

        if (e == 0)
                e = own_trust(r->policy, &next, err);
        return e < 0 ? e : envelope_valid_at(r->envelope, policy_issued(r->policy), err);
}

/* ---- telling ----------------------------------------------------------------------- */

static void print_json(const struct verify_report *r, const char *reason) {
        json_t *signers = json_array();
        const char *const *names;
        size_t n = reason ? 0 : envelope_signers(r->envelope, &names);
        char until[DATE_TEXT];
        json_t *o;

        for (size_t i = 0; i < n; i++)
                (void)json_array_append_new(signers, json_string(names[i]));
        if (!reason)
                date_text(policy_valid_until(r->policy), until);
        if (reason)
                o = json_pack("{s:s, s:b, s:s}", "file", r->file, "ok", 0, "reason", reason);
        else
                o = json_pack("{s:s, s:b, s:s, s:I, s:s, s:I, s:s, s:I, s:O}", "file", r->file, "ok", 1, "trust",
                              r->trust_given ? "given" : "own", "serial", (json_int_t)policy_serial(r->policy), "title",
                              policy_title(r->policy), "issued", (json_int_t)policy_issued(r->policy), "valid_until",
                              until, "threshold", (json_int_t)r->needed, "signers", signers);
        (void)json_dumpf(o, stdout, JSON_INDENT(2));
        (void)putchar('\n');
        json_decref(signers);
        json_decref(o);
}

static void print_words(const struct verify_report *r) {
        const char *const *names;
        size_t n = envelope_signers(r->envelope, &names);
        enum language l = language_follow(policy_language(r->policy));
        char issued[CLOCK_TEXT], when[64];
        struct err why = { "" };

        clock_text(policy_issued(r->policy), issued);
        words_time(l, issued, when, sizeof when);
        (void)printf(SAY(l, "%s: 有効です\n  第%" PRIu64 "号 %s、発行 %s\n",
                         "%s: good\n  serial %" PRIu64 ", %s, issued %s\n"),
                     r->file, policy_serial(r->policy), policy_title(r->policy), when);
        for (size_t i = 0; i < n; i++)
                (void)printf(SAY(l, "  署名: %s\n", "  signed by: %s\n"), names[i]);
        (void)printf(SAY(l, "  必要 %u、あり %zu\n", "  %u needed, %zu there\n"), r->needed, n);
        expiry_note_envelope(r->file, bytes_of(r->pem, r->size));
        if (policy_check_new(r->policy, &why) < 0)
                (void)complain(EXIT_OK, "%s: 注意: 新しいポリシーとしては受け入れられません: %s",
                               "%s: note: not accepted as a new policy: %s", r->file, err_text(&why, language_now()));
        if (!r->trust_given)
                (void)complain(
                        EXIT_OK,
                        "確かめたのは、このポリシー自身の署名者一覧に対してだけです。端末が受け入れるかは --trust trust.pem で確かめられます",
                        "checked against the policy's own list of signers only; whether a terminal would accept it: --trust trust.pem");
}

/* `--trust *.pem`: the shell makes several words of it, and those behind the first belong to --trust, too. */
static int take_trust(struct verify_report *r, const struct typed *t) {
        auto_free const char **trusted = calloc(t->n_all + t->n_words, sizeof *trusted);
        size_t n = 0;

        if (!trusted)
                return complain_memory();
        for (size_t i = 0; i < t->n_all; i++)
                if (t->all[i].id == OPTION_TRUST)
                        trusted[n++] = t->all[i].value;
        r->trust_given = n > 0;
        if (t->n_words > 1 && !r->trust_given)
                return wrong_usage(t->verb);
        for (size_t i = 1; i < t->n_words; i++)
                trusted[n++] = t->words[i];
        return read_trust(r, trusted, n);
}

int policy_verify(const struct typed *t) {
        auto_report r = { .file = t->words[0] };
        struct err err = { "" };
        bool json = typed_has(t, OPTION_JSON);
        int code = take_trust(&r, t);

        if (code != EXIT_OK)
                return code;
        code = read_argument(r.file, POLICY_TEXT_MAX, &r.pem, &r.size);
        if (code != EXIT_OK)
                return code;
        code = policy_verify_judge(&r, &err) == 0 ? EXIT_OK : EXIT_REFUSED;
        if (json)
                print_json(&r, code == EXIT_OK ? NULL : err_text(&err, language_now()));
        else if (code == EXIT_OK)
                print_words(&r);
        return code == EXIT_OK || json ? code : complain_err(code, r.file, &err);
}
