/* SPDX-License-Identifier: MIT */
/* signer.c — see signer.h. */
#include "signer.h"

#include <errno.h>
#include <openssl/x509v3.h>
#include <string.h>

static const char *const curves[] = { "prime256v1", "secp384r1", "P-256", "P-384" };

const char *signer_key_unfit(const EVP_PKEY *key) {
        char curve[64];
        size_t n;

        if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
                return EVP_PKEY_get_bits(key) >= 2048 ? NULL : "its RSA key is shorter than 2048 bits";
        if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || !EVP_PKEY_get_group_name(key, curve, sizeof curve, &n))
                return "its key is neither RSA nor P-256 nor P-384";
        for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
                if (strcmp(curve, curves[i]) == 0)
                        return NULL;
        return "its key is on a curve other than P-256 and P-384";
}

static const char *unfit(X509 *certificate) {
        EVP_PKEY *key = X509_get0_pubkey(certificate);

        if (!key)
                return "its public key cannot be read";
        if (X509_get_extension_flags(certificate) & EXFLAG_INVALID)
                return "its extensions contradict themselves";
        if (!(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE))
                return "its keyUsage lacks digitalSignature";
        return signer_key_unfit(key);
}

int signer_init(struct signer *s, struct bytes der, struct err *err) {
        const unsigned char *at = der.at;
        auto_x509 certificate = d2i_X509(NULL, &at, (long)der.left);
        auto_free char *name = NULL;
        const char *why;

        if (!certificate)
                return err_set(err, -EBADMSG, "not a certificate: %s", crypto_reason());
        if (at != der.at + der.left)
                return err_set(err, -EBADMSG, "bytes behind the certificate");
        name = crypto_name(X509_get_subject_name(certificate));
        if (!name)
                return err_set(err, -ENOMEM, "no memory for a certificate");
        why = unfit(certificate);
        (void)crypto_reason();
        if (why)
                return err_set(err, -EBADMSG, "certificate '%s': %s", name, why);
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
        /* Anything but "after" or "at that second", an unreadable date included, is no longer. */
        return ASN1_TIME_cmp_time_t(X509_get0_notAfter(s->certificate), (time_t)at_s) >= 0 ? 0 : 1;
}
