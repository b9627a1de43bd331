/* SPDX-License-Identifier: MIT */
/* trust.c — `threshold:` is parsed here, certificates by pem_read() and signer_init(); 64 at most. See trust.h. */
#include "signature/trust.h"

#include "decision/policy.h"
#include "signature/pem.h"
#include "signature/signer.h"

#include <errno.h>
#include <openssl/pem.h>

#define SIGNERS_MAX 64

struct trust {
        unsigned threshold;
        size_t n;
        struct signer signers[SIGNERS_MAX];
};

void trust_free(struct trust *t) {
        if (!t)
                return;
        for (size_t i = 0; i < t->n; i++)
                signer_deinit(&t->signers[i]);
        free(t);
}

unsigned trust_threshold(const struct trust *t) {
        return t->threshold;
}

const struct signer *trust_signer(const struct trust *t, size_t i) {
        return i < t->n ? &t->signers[i] : NULL;
}

static struct trust *trust_new(struct err *err) {
        struct trust *t = calloc(1, sizeof *t);

        crypto_start();
        if (!t)
                (void)err_say(err, -ENOMEM, "署名者: メモリーが足りません", "no memory for signers");
        return t;
}

static int add_signer(struct trust *t, struct bytes der, struct err *err) {
        struct signer *new = &t->signers[t->n];
        int r;

        if (t->n == SIGNERS_MAX)
                return err_say(err, -EBADMSG, "証明書は %d 個までです", "more than %d certificates", SIGNERS_MAX);
        r = signer_init(new, der, err);
        if (r < 0)
                return r;
        for (size_t i = 0; i < t->n; i++)
                if (signer_same_key(&t->signers[i], new)) {
                        r = err_say(err, -EBADMSG, "「%s」と「%s」は同じ鍵です", "'%s' and '%s' are the same key",
                                    t->signers[i].name, new->name);
                        signer_deinit(new);
                        return r;
                }
        t->n++;
        return 0;
}

static int add_block(struct trust *t, struct bytes *text, struct err *err) {
        auto_free uint8_t *der = NULL;
        size_t size;
        int r;

        r = pem_read(text, "CERTIFICATE", &der, &size, err);
        return r < 0 ? r : add_signer(t, bytes_of(der, size), err);
}

static bool starts_with(struct bytes line, const char *with) {
        return line.left >= strlen(with) && memcmp(line.at, with, strlen(with)) == 0;
}

static unsigned line_number(const uint8_t *from, const uint8_t *at) {
        unsigned n = 1;

        while (from < at)
                n += *from++ == '\n';
        return n;
}

/* Certificates with blank lines and # comments between them. Anything else is more likely a mistake than a note. Where
 * one is refused, *in is left at its first line. */
static int add_blocks(struct trust *t, struct bytes *in, struct err *err) {
        int r = 0;

        while (in->left && r == 0) {
                struct bytes rest = *in, line = pem_line(&rest);

                if (starts_with(line, "-----BEGIN ") && memmem(line.at, line.left, "PRIVATE KEY", 11))
                        return err_say(err, -EBADMSG, "署名の鍵（秘密鍵）が入っています。証明書だけを書きます",
                                       "a private key has no place among certificates");
                if (line.left && line.at[0] != '#') {
                        rest = *in;
                        r = add_block(t, &rest, err);
                }
                if (r == 0)
                        *in = rest;
        }
        return r;
}

static int set_threshold(struct trust *t, uint64_t threshold, struct err *err) {
        if (t->n == 0)
                return err_say(err, -EBADMSG, "証明書がありません", "no certificate");
        if (threshold == 0 || threshold > t->n)
                return err_say(err, -EBADMSG, "threshold は %llu ですが、証明書は %zu 個です",
                               "threshold %llu with %zu certificates", (unsigned long long)threshold, t->n);
        t->threshold = (unsigned)threshold;
        return 0;
}

static int refuse_threshold(struct err *err) {
        return err_say(err, -EBADMSG, "「threshold:」には 1 から %d までの数を書きます",
                       "'threshold:' wants a number from 1 to %d", SIGNERS_MAX);
}

/* Read the first line that is neither blank nor a comment, if it is the threshold. Moves *text behind it. */
static int read_threshold(struct bytes *text, uint64_t *ret, struct err *err) {
        static const char key[] = "threshold: ";
        struct bytes rest = *text, line, begin;
        uint64_t value = 0;

        do {
                begin = rest;
                line = pem_line(&rest);
        } while (rest.left && (line.left == 0 || line.at[0] == '#'));
        if (starts_with(line, "threshold") && !starts_with(line, key)) {
                *text = begin;
                return err_say(err, -EBADMSG, "「threshold: 2」のように、半角のコロンと空白で書きます",
                               "it is written like 'threshold: 2', with a plain colon and a space");
        }
        if (!starts_with(line, key))
                return 0;
        *text = begin;
        (void)bytes_take(&line, strlen(key));
        if (line.left < 1 || line.left > 3)
                return refuse_threshold(err);
        for (size_t i = 0; i < line.left; i++) {
                if (line.at[i] < '0' || line.at[i] > '9')
                        return refuse_threshold(err);
                value = value * 10 + line.at[i] - '0';
        }
        *text = rest;
        *ret = value;
        return 1;
}

int trust_parse(struct bytes text, struct trust **ret, struct err *err) {
        auto_trust t = trust_new(err);
        const struct bytes whole = text;
        uint64_t threshold = 0;
        int said, r;

        if (!t)
                return -ENOMEM;
        if (text.left > POLICY_TEXT_MAX)
                return err_say(err, -EBADMSG, "%d バイトを超えています", "larger than %d bytes", POLICY_TEXT_MAX);
        said = read_threshold(&text, &threshold, err);
        r = said < 0 ? said : add_blocks(t, &text, err);
        if (r < 0)
                return err_say_wrap(err, r, "%u 行目", "line %u", line_number(whole.at, text.at));
        r = set_threshold(t, said ? threshold : t->n, err);
        if (r == 0)
                *ret = TAKE(t);
        return r;
}

int trust_from_pem(const char *const *pem, size_t n, unsigned threshold, struct trust **ret, struct err *err) {
        auto_trust t = trust_new(err);
        int r = t ? 0 : -ENOMEM;

        for (size_t i = 0; i < n && r == 0; i++) {
                struct bytes text = bytes_text(pem[i]);

                r = add_blocks(t, &text, err);
                if (r == 0 && t->n != i + 1)
                        r = err_say(err, -EBADMSG, "証明書がちょうど一つではありません", "not exactly one certificate");
                if (r < 0)
                        r = err_say_wrap(err, r, "%zu 番目の証明書", "certificate %zu", i + 1);
        }
        if (r == 0)
                r = set_threshold(t, threshold, err);
        if (r == 0)
                *ret = TAKE(t);
        return r;
}

int trust_text(const struct trust *t, char **ret, struct err *err) {
        auto_bio bio = BIO_new(BIO_s_mem());
        bool ok = bio && BIO_printf(bio, "threshold: %u\n", t->threshold) > 0;
        char *text = NULL;
        const char *data;
        long n;

        for (size_t i = 0; i < t->n && ok; i++)
                ok = PEM_write_bio_X509(bio, t->signers[i].certificate) == 1;
        if (ok) {
                n = BIO_get_mem_data(bio, &data);
                text = strndup(data, (size_t)n);
        }
        if (!text)
                return err_say(err, -ENOMEM, "trust.pem: メモリーが足りません", "no memory for trust.pem's text");
        *ret = text;
        return 0;
}
