/* SPDX-License-Identifier: MIT */
/* policy_sign.c — sekimori policy sign: one signature on a policy that would be accepted, in an envelope of its own or
 * beside those that are there. */
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/out.h"
#include "cli/policy/expiry.h"
#include "cli/policy/policy_edit.h"
#include "cli/policy/previous.h"
#include "cli/policy/signing.h"
#include "cli/verbs.h"
#include "decision/policy.h"
#include "signature/envelope.h"
#include "signature/signer.h"
#include "signature/trust.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct job {
        const char *file, *certificate, *key, *out, *previous;
        uint8_t *content, *text; /* the envelope, if there is one; the policy's text */
        size_t content_size, text_size;
        bool is_envelope, force;
        struct err waived; /* why a terminal takes it by force only */
        struct policy *policy;
        struct trust *myself; /* the signer's certificate */
        EVP_PKEY *secret;
};

static void job_deinit(struct job *j) {
        free(j->content);
        free(j->text);
        policy_free(j->policy);
        trust_free(j->myself);
        EVP_PKEY_free(j->secret);
}
#define auto_job __attribute__((cleanup(job_deinit))) struct job

static bool policy_sign_begins(const uint8_t *content, size_t size, const char *begin) {
        return size >= strlen(begin) && memcmp(content, begin, strlen(begin)) == 0;
}

static int read_policy(struct job *j) {
        struct err err = { "" };
        int code;

        code = read_argument(j->file, POLICY_TEXT_MAX, &j->content, &j->content_size);
        if (code != EXIT_OK)
                return code;
        j->is_envelope = policy_sign_begins(j->content, j->content_size, "-----BEGIN ");
        if (!j->is_envelope) {
                j->text_size = j->content_size;
                j->text = j->content;
                j->content = NULL;
        } else if (envelope_peek(bytes_of(j->content, j->content_size), &j->text, &j->text_size, &err) < 0) {
                return complain_err(EXIT_REFUSED, j->file, &err);
        }
        return EXIT_OK;
}

static void say_warning(void *context, unsigned line, unsigned column, const char *text) {
        const struct job *j = context;

        if (line)
                (void)complain(EXIT_OK, "%s:%u:%u: 注意: %s", "%s:%u:%u: note: %s", j->file, line, column, text);
        else
                (void)complain(EXIT_OK, "%s: 注意: %s", "%s: note: %s", j->file, text);
}

/* A policy that no terminal would accept is not signed. */
static int check_policy(struct job *j) {
        struct err err = { "" };

        if (policy_text_check(bytes_of(j->text, j->text_size), &j->waived, &j->policy, &err) < 0)
                return complain_in(EXIT_REFUSED, j->file, &err);
        policy_warnings(j->policy, language_follow(policy_language(j->policy)) == LANGUAGE_EN, say_warning, j);
        expiry_note(j->file, j->policy);
        return EXIT_OK;
}

/* What a terminal would set aside by force only: said, and without --force not signed. */
static int check_dates(const struct job *j, const struct signer *signer) {
        int code = EXIT_OK, refused = j->force ? EXIT_OK : EXIT_REFUSED;

        if (signer_validity(signer, policy_issued(j->policy)) != 0)
                code = complain(refused, "%s: 「%s」の証明書は、ポリシーの issued の日時には有効でありません",
                                "%s: the certificate of '%s' is not valid at the policy's 'issued'", j->certificate,
                                signer->name);
        if (code == EXIT_OK && j->waived.text[0])
                code = complain_in(refused, j->file, &j->waived);
        return code;
}

static int read_signer(struct job *j) {
        auto_free uint8_t *pem = NULL;
        struct err err = { "" };
        const struct signer *signer;
        size_t size;
        int code;

        code = read_argument(j->certificate, POLICY_TEXT_MAX, &pem, &size);
        if (code != EXIT_OK)
                return code;
        if (trust_parse(bytes_of(pem, size), &j->myself, &err) < 0)
                return complain_err(EXIT_REFUSED, j->certificate, &err);
        signer = trust_signer(j->myself, 0);
        if (trust_signer(j->myself, 1))
                return complain(EXIT_REFUSED, "%s: 証明書が二つ以上あります", "%s: more than one certificate",
                                j->certificate);
        code = previous_check(j->previous, j->file, j->policy, signer);
        if (code == EXIT_OK)
                code = check_dates(j, signer);
        if (code == EXIT_OK)
                code = signing_key(j->key, &j->secret);
        if (code != EXIT_OK)
                return code;
        if (X509_check_private_key(signer->certificate, j->secret) != 1)
                return complain(EXIT_REFUSED, "%s は %s の鍵ではありません", "%s is not the key of %s", j->key,
                                j->certificate);
        return EXIT_OK;
}

/* FILE.cms beside FILE.yaml; where FILE is an envelope, FILE itself. The caller frees. */
static char *output_path(const struct job *j) {
        static const char *const endings[] = { ".yaml", ".yml" };
        size_t stem = strlen(j->file);
        char *path;

        if (j->out || j->is_envelope)
                return strdup(j->out ? j->out : j->file);
        for (size_t i = 0; i < 2; i++) {
                size_t n = strlen(endings[i]);

                if (stem > n && strcmp(j->file + stem - n, endings[i]) == 0) {
                        stem -= n;
                        break;
                }
        }
        return asprintf(&path, "%.*s.cms", (int)stem, j->file) < 0 ? NULL : path;
}

/* The second signer types the same command as the first: where `out` is an envelope with this very text, the signature
 * is added to it. Any other kind of file is refused: it may be the key, or the text itself. */
static int find_envelope(struct job *j, const char *out) {
        auto_free uint8_t *there = NULL, *text = NULL;
        size_t there_size, text_size;
        struct stat st;
        int code;

        if (stat(out, &st) < 0 || !S_ISREG(st.st_mode)) /* not there, or no regular file: out_write() complains */
                return EXIT_OK;
        code = read_argument(out, POLICY_TEXT_MAX, &there, &there_size);
        if (code != EXIT_OK)
                return code;
        if (there_size && !policy_sign_begins(there, there_size, "-----BEGIN CMS-----"))
                return complain(EXIT_REFUSED,
                                "%s: 署名済みのポリシーではないので、上書きしません。-o を確かめてください",
                                "%s: no signed policy, so it is not written over: look at -o", out);
        if (j->content || there_size == 0)
                return EXIT_OK;
        if (envelope_peek(bytes_of(there, there_size), &text, &text_size, NULL) == 0
            && bytes_equal(bytes_of(text, text_size), bytes_of(j->text, j->text_size))) {
                j->content = TAKE(there);
                j->content_size = there_size;
                return EXIT_OK;
        }
        return complain(EXIT_OK, "%s: 別の内容でしたので、置き換えます", "%s: held something else and is replaced",
                        out);
}

/* The result is opened again as a terminal would: a signature joined to a forged one must not sign the forger's text.
 */
static int policy_sign_text(const struct job *j, char **ret, struct err *err) {
        X509 *certificate = trust_signer(j->myself, 0)->certificate;
        struct bytes text = bytes_of(j->text, j->text_size);
        auto_free char *pem = NULL;
        auto_envelope opened = NULL;
        int r = j->content ? signing_join(bytes_of(j->content, j->content_size), certificate, j->secret, &pem, err)
                           : signing_start(text, certificate, j->secret, &pem, err);

        if (r == 0)
                r = envelope_open(bytes_text(pem), j->myself, &opened, err);
        if (r < 0)
                return r;
        if (!bytes_equal(envelope_text(opened), text))
                return err_say(err, -EBADMSG, "封筒の中身が、署名するはずの文と違います",
                               "the envelope does not hold the text that was to be signed");
        *ret = TAKE(pem);
        return 0;
}

static int sign_into(struct job *j, const char *out) {
        auto_free char *pem = NULL;
        struct err err = { "" };
        int code = find_envelope(j, out);

        if (code == EXIT_OK && policy_sign_text(j, &pem, &err) < 0)
                code = complain_err(EXIT_REFUSED, j->content ? out : j->file, &err);
        if (code == EXIT_OK)
                code = out_write(out, bytes_text(pem), 0644);
        if (code != EXIT_OK)
                return code;
        (void)printf(SAY(language_now(), "%s: %s が署名しました\n", "%s: signed by %s\n"), out,
                     trust_signer(j->myself, 0)->name);
        return EXIT_OK;
}

int policy_sign(const struct typed *t) {
        auto_job j = { .file = t->words[0],
                       .certificate = t->value[OPTION_CERT],
                       .key = t->value[OPTION_KEY],
                       .out = t->value[OPTION_OUTPUT],
                       .previous = t->value[OPTION_PREVIOUS],
                       .force = typed_has(t, OPTION_FORCE_SIGN) };
        auto_free char *out = NULL;
        int code = read_policy(&j);

        if (code == EXIT_OK)
                code = check_policy(&j);
        if (code == EXIT_OK)
                code = read_signer(&j);
        if (code != EXIT_OK)
                return code;
        out = output_path(&j);
        return out ? sign_into(&j, out) : complain_memory();
}
