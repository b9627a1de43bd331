/* SPDX-License-Identifier: MIT */
/* policy_show.c — sekimori policy show: the text that is signed, and who claims to have signed it. Verifies nothing. */
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/verbs.h"
#include "decision/policy.h"
#include "signature/signed_data.h"

#include <stdio.h>

/* The name in the certificate that the signature points at, where the envelope carries it; else the issuer's. */
static char *name_of(CMS_SignerInfo *si, STACK_OF(X509) * certificates) {
        ASN1_OCTET_STRING *key_id;
        ASN1_INTEGER *serial;
        X509_NAME *issuer;

        for (int i = 0; i < sk_X509_num(certificates); i++)
                if (CMS_SignerInfo_cert_cmp(si, sk_X509_value(certificates, i)) == 0)
                        return crypto_name(X509_get_subject_name(sk_X509_value(certificates, i)));
        if (CMS_SignerInfo_get0_signer_id(si, &key_id, &issuer, &serial) == 1 && issuer)
                return crypto_name(issuer);
        return NULL;
}

static void say_signers(CMS_ContentInfo *cms) {
        STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(cms);
        STACK_OF(X509) *certificates = CMS_get1_certs(cms);

        for (int i = 0; i < sk_CMS_SignerInfo_num(all); i++) {
                auto_free char *name = name_of(sk_CMS_SignerInfo_value(all, i), certificates);

                (void)complain(EXIT_OK, "署名者と称する者: %s", "claims to be signed by: %s", name ? name : "?");
        }
        sk_X509_pop_free(certificates, X509_free);
        (void)complain(EXIT_OK, "ここでは署名を確かめていません（sekimori policy verify で確かめられます）",
                       "not verified here: sekimori policy verify");
}

/* A file or a pipe gets the exact bytes. A terminal gets no control characters, because the text is not verified. */
static bool policy_show_print(struct bytes text) {
        bool tty = isatty(STDOUT_FILENO);

        for (size_t i = 0; i < text.left; i++) {
                uint8_t c = text.at[i];

                if (tty && ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f))
                        (void)printf("\\x%02x", c);
                else
                        (void)putchar(c);
        }
        return fflush(stdout) == 0;
}

int policy_show(const struct typed *t) {
        const char *path = t->words[0];
        auto_free uint8_t *pem = NULL;
        auto_cms cms = NULL;
        struct err err = { "" };
        size_t size;
        int code;

        code = read_argument(path, POLICY_TEXT_MAX, &pem, &size);
        if (code != EXIT_OK)
                return code;
        if (signed_data_parse(bytes_of(pem, size), &cms, &err) < 0)
                return complain_err(EXIT_REFUSED, path, &err);
        if (!policy_show_print(signed_data_text(cms)))
                return complain_unwritten();
        say_signers(cms);
        return EXIT_OK;
}
