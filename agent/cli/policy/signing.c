/* SPDX-License-Identifier: MIT */
/* signing.c — OpenSSL: CMS_sign(), or CMS_add1_signer() with CMS_REUSE_DIGEST for one signature more; a passphrase is
 * asked for at most once for a key. See signing.h. */
#include "cli/policy/signing.h"

#include "base/secret.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/question.h"
#include "cli/verbs.h"
#include "signature/signed_data.h"

#include <errno.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#define KEY_MAX 65536

struct locked {
        const char *path;
        enum { NOT_ASKED, NOBODY_TO_ASK, NO_ANSWER, ANSWERED } passphrase;
        char answer[PEM_BUFSIZE + 1];
};

static void ask_once(struct locked *l) {
        char prompt[512];

        l->passphrase = isatty(STDIN_FILENO) ? NO_ANSWER : NOBODY_TO_ASK;
        (void)snprintf(prompt, sizeof prompt, SAY(language_now(), "%s のパスフレーズ: ", "Passphrase of %s: "),
                       l->path);
        if (l->passphrase == NO_ANSWER && ask_secret(prompt, l->answer, sizeof l->answer))
                l->passphrase = ANSWERED;
}

/* OpenSSL asks once for each of the ways in which it tries to read the key. */
static int give_passphrase(char *to, int size, int for_writing, void *context) {
        struct locked *l = context;

        (void)for_writing;
        if (l->passphrase == NOT_ASKED)
                ask_once(l);
        if (l->passphrase != ANSWERED || strlen(l->answer) > (size_t)size)
                return -1;
        memcpy(to, l->answer, strlen(l->answer));
        return (int)strlen(l->answer);
}

static int refuse_key(const struct locked *l, bool is_certificate) {
        const char *reason = crypto_reason();

        switch (l->passphrase) {
        case NOBODY_TO_ASK:
                return complain(EXIT_COULD_NOT, "%s: パスフレーズが必要ですが、入力が端末ではありません",
                                "%s: wants a passphrase, and stdin is not a terminal", l->path);
        case NO_ANSWER:
                return complain(EXIT_REFUSED, "%s: パスフレーズがないので、署名していません",
                                "%s: no passphrase, so nothing was signed", l->path);
        case ANSWERED:
                return complain(EXIT_REFUSED, "%s: パスフレーズが違います", "%s: wrong passphrase", l->path);
        default:
                return is_certificate
                               ? complain(EXIT_REFUSED, "%s: 証明書です。--key には署名の鍵（秘密鍵）を指定します",
                                          "%s: not a private key: a certificate; --key wants the key", l->path)
                               : complain(EXIT_REFUSED, "%s: 署名の鍵（秘密鍵）ではありません（%s）",
                                          "%s: not a private key: %s", l->path, reason);
        }
}

int signing_key(const char *path, EVP_PKEY **ret) {
        struct locked locked = { .path = path };
        auto_bio memory = NULL;
        bool is_certificate;
        uint8_t *text;
        size_t size;
        int code;

        code = read_argument(path, KEY_MAX, &text, &size);
        if (code != EXIT_OK)
                return code;
        crypto_start();
        memory = BIO_new_mem_buf(text, (int)size);
        *ret = memory ? PEM_read_bio_PrivateKey(memory, NULL, give_passphrase, &locked) : NULL;
        is_certificate = strstr((const char *)text, "-----BEGIN CERTIFICATE");
        secret_wipe(locked.answer, sizeof locked.answer);
        secret_wipe(text, size);
        free(text);
        return *ret ? EXIT_OK : refuse_key(&locked, is_certificate);
}

static int write_pem(CMS_ContentInfo *cms, char **ret, struct err *err) {
        auto_bio memory = BIO_new(BIO_s_mem());
        char *text = NULL;
        const char *data;
        long n;

        if (memory && PEM_write_bio_CMS_stream(memory, cms, NULL, 0) == 1) {
                n = BIO_get_mem_data(memory, &data);
                text = strndup(data, (size_t)n);
        }
        if (!text)
                return err_say(err, -ENOMEM, "封筒を書けません: %s", "write the envelope: %s", crypto_reason());
        *ret = text;
        return 0;
}

int signing_start(struct bytes text, X509 *certificate, EVP_PKEY *key, char **ret, struct err *err) {
        const unsigned flags = CMS_BINARY | CMS_NOSMIMECAP;
        auto_bio in = BIO_new_mem_buf(text.at, (int)text.left);
        auto_cms cms = in ? CMS_sign(NULL, NULL, NULL, NULL, CMS_BINARY | CMS_PARTIAL) : NULL;

        if (!cms || !CMS_add1_signer(cms, certificate, key, EVP_sha256(), flags)
            || CMS_final(cms, in, NULL, CMS_BINARY) != 1)
                return err_say(err, -EBADMSG, "署名できません: %s", "sign: %s", crypto_reason());
        return write_pem(cms, ret, err);
}

/* Has the certificate's key signed already, with whichever certificate? */
static bool has_signed(CMS_ContentInfo *cms, X509 *certificate) {
        STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(cms);
        bool found = false;

        for (int i = 0; i < sk_CMS_SignerInfo_num(all) && !found; i++) {
                CMS_SignerInfo *si = sk_CMS_SignerInfo_value(all, i);

                CMS_SignerInfo_set1_signer_cert(si, certificate);
                found = CMS_SignerInfo_verify(si) == 1;
        }
        (void)crypto_reason();
        return found;
}

static bool signing_carries(CMS_ContentInfo *cms, X509 *certificate) {
        STACK_OF(X509) *all = CMS_get1_certs(cms);
        bool found = false;

        for (int i = 0; i < sk_X509_num(all); i++)
                found |= X509_cmp(sk_X509_value(all, i), certificate) == 0;
        sk_X509_pop_free(all, X509_free);
        return found;
}

/* The digest of the text is taken over from an earlier signature that uses the same algorithm. Whoever calls this must
 * check the result: it could be the digest of another text. */
static bool add_signature(CMS_ContentInfo *cms, X509 *certificate, EVP_PKEY *key) {
        const EVP_MD *const digests[] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };
        unsigned flags =
                CMS_BINARY | CMS_NOSMIMECAP | CMS_REUSE_DIGEST | (signing_carries(cms, certificate) ? CMS_NOCERTS : 0);
        bool added = false;

        for (size_t i = 0; i < sizeof digests / sizeof *digests && !added; i++)
                added = CMS_add1_signer(cms, certificate, key, digests[i], flags) != NULL;
        return added;
}

int signing_join(struct bytes envelope, X509 *certificate, EVP_PKEY *key, char **ret, struct err *err) {
        auto_cms cms = NULL, looked_at = NULL;
        int r = signed_data_parse(envelope, &cms, err);

        if (r == 0)
                r = signed_data_parse(envelope, &looked_at, err);
        if (r < 0)
                return r;
        if (has_signed(looked_at, certificate))
                return err_say(err, -EEXIST, "この鍵ではすでに署名されています", "this key has signed it already");
        if (!add_signature(cms, certificate, key))
                return err_say(err, -EBADMSG, "署名を加えられません: %s", "add a signature: %s", crypto_reason());
        return write_pem(cms, ret, err);
}
