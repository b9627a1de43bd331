/* SPDX-License-Identifier: MIT */
/* signer.c — d2i_X509(), then OpenSSL's view of key and keyUsage; EVP_PKEY_eq() compares keys. See signer.h. */
#include "signature/signer.h"

#include <errno.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

static const char *const curves[] = { "prime256v1", "secp384r1", "P-256", "P-384" };

const struct phrase *signer_key_unfit(const EVP_PKEY *key) {
        static const struct phrase is_short = { "RSA 鍵が 2048 ビットより短いので使えません",
                                                "its RSA key is shorter than 2048 bits" },
                                   kind = { "鍵が RSA、P-256、P-384 のどれでもありません",
                                            "its key is neither RSA nor P-256 nor P-384" },
                                   edwards = { "鍵が Ed25519 か Ed448 です。RSA、P-256、P-384 だけが使えます",
                                               "its key is of Ed25519 or Ed448, not RSA, P-256 or P-384" },
                                   pss = { "鍵が RSA-PSS 専用です。RSA、P-256、P-384 だけが使えます",
                                           "its key is for RSA-PSS only, not RSA, P-256 or P-384" },
                                   curve = { "鍵の曲線が P-256 でも P-384 でもありません",
                                             "its key is on a curve other than P-256 and P-384" };
        char name[64];
        size_t n;

        if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
                return EVP_PKEY_get_bits(key) >= 2048 ? NULL : &is_short;
        if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS)
                return &pss;
        if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 || EVP_PKEY_get_base_id(key) == EVP_PKEY_ED448)
                return &edwards;
        if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || !EVP_PKEY_get_group_name(key, name, sizeof name, &n))
                return &kind;
        for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
                if (strcmp(name, curves[i]) == 0)
                        return NULL;
        return &curve;
}

static const struct phrase *signer_unfit(X509 *certificate) {
        static const struct phrase unreadable = { "公開鍵を読めません", "its public key cannot be read" },
                                   extensions = { "拡張が互いに矛盾しています",
                                                  "its extensions contradict themselves" },
                                   usage = {
                                           "署名用の証明書ではありません（keyUsage に digitalSignature がありません）",
                                           "its keyUsage lacks digitalSignature: it is not for signing"
                                   };
        EVP_PKEY *key = X509_get0_pubkey(certificate);

        if (!key)
                return &unreadable;
        if (X509_get_extension_flags(certificate) & EXFLAG_INVALID)
                return &extensions;
        if (!(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE))
                return &usage;
        return signer_key_unfit(key);
}

int signer_init(struct signer *s, struct bytes der, struct err *err) {
        const unsigned char *at = der.at;
        auto_x509 certificate = d2i_X509(NULL, &at, (long)der.left);
        auto_free char *name = NULL;
        const struct phrase *why;

        if (!certificate)
                return err_say(err, -EBADMSG, "証明書として読めません（%s）", "not a certificate: %s", crypto_reason());
        if (at != der.at + der.left)
                return err_say(err, -EBADMSG, "証明書の後ろに余分なデータがあります", "bytes behind the certificate");
        name = crypto_name(X509_get_subject_name(certificate));
        if (!name)
                return err_say(err, -ENOMEM, "証明書: メモリーが足りません", "no memory for a certificate");
        why = signer_unfit(certificate);
        (void)crypto_reason();
        if (why)
                return err_say(err, -EBADMSG, "証明書「%s」: " IN_JA, "certificate '%s': " IN_EN, name, PHRASE(why));
        *s = (struct signer){ .certificate = TAKE(certificate), .name = TAKE(name) };
        return 0;
}

void signer_deinit(struct signer *s) {
        X509_free(s->certificate);
        free(s->name);
        *s = (struct signer){ 0 };
}

bool signer_same_key(const struct signer *a, const struct signer *b) {
        return EVP_PKEY_eq(X509_get0_pubkey(a->certificate), X509_get0_pubkey(b->certificate)) == 1;
}

int signer_validity(const struct signer *s, int64_t at_s) {
        if (ASN1_TIME_cmp_time_t(X509_get0_notBefore(s->certificate), (time_t)at_s) > 0)
                return -1;
        /* The certificate is expired unless its end is that second or later; an unreadable date counts as expired. */
        return ASN1_TIME_cmp_time_t(X509_get0_notAfter(s->certificate), (time_t)at_s) >= 0 ? 0 : 1;
}

static int64_t signer_second(const ASN1_TIME *at) {
        struct tm tm;

        return ASN1_TIME_to_tm(at, &tm) == 1 ? timegm(&tm) : 0;
}

int64_t signer_from(const struct signer *s) {
        return signer_second(X509_get0_notBefore(s->certificate));
}

int64_t signer_until(const struct signer *s) {
        return signer_second(X509_get0_notAfter(s->certificate));
}
