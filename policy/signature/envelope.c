/* SPDX-License-Identifier: MIT */
/* envelope.c — see envelope.h.
 *
 * CMS_verify() is not used: it wants every signature good and every signer known, judges chains and the wall clock,
 * and takes certificates from the envelope. Here each signature is held against the trusted certificates alone. */
#include "signature/envelope.h"

#include "base/quote.h"
#include "signature/signed_data.h"
#include "signature/signer.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>

#define STRANGERS_TOLD 2

struct envelope {
        CMS_ContentInfo *cms;
        unsigned threshold;
        size_t n; /* who counted */
        struct signer *signers;
        const char **names;
};

void envelope_free(struct envelope *e) {
        if (!e)
                return;
        for (size_t i = 0; i < e->n; i++)
                signer_deinit(&e->signers[i]);
        free(e->signers);
        free(e->names);
        CMS_ContentInfo_free(e->cms);
        free(e);
}

static const EVP_MD *digest_of(CMS_SignerInfo *si) {
        X509_ALGOR *algorithm;

        CMS_SignerInfo_get0_algs(si, NULL, NULL, &algorithm, NULL);
        switch (OBJ_obj2nid(algorithm->algorithm)) {
        case NID_sha256:
                return EVP_sha256();
        case NID_sha384:
                return EVP_sha384();
        case NID_sha512:
                return EVP_sha512();
        default:
                return NULL;
        }
}

/* The value of a signed attribute that must be there exactly once, with exactly one value. */
static void *envelope_attribute(const CMS_SignerInfo *si, int nid, int type) {
        return CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(nid), -3, type);
}

static bool digest_matches(const CMS_SignerInfo *si, const EVP_MD *digest, struct bytes text) {
        const ASN1_OCTET_STRING *said = envelope_attribute(si, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING);
        unsigned char is[EVP_MAX_MD_SIZE];
        unsigned size;

        return said && EVP_Digest(text.at, text.left, is, &size, digest, NULL) == 1
               && ASN1_STRING_length(said) == (int)size && memcmp(ASN1_STRING_get0_data(said), is, size) == 0;
}

/* NULL where this signature counts for the signer, else why not. Without signed attributes (RFC 5652, 5.4) a signature
 * over attributes could be presented as one over a text, so they are required. */
static const struct phrase *why_not(CMS_SignerInfo *si, const struct signer *signer, struct bytes text) {
        static const struct phrase bare = { "署名属性がありません", "signed without signed attributes" },
                                   weak = { "要約が SHA-256、SHA-384、SHA-512 のどれでもありません",
                                            "signed with a digest other than SHA-256, SHA-384 and SHA-512" },
                                   type_other = { "id-data ではないものへの署名です",
                                                  "signed another content type than id-data" },
                                   text_other = { "別の本文への署名です", "signed another text" },
                                   key_other = { "その人の鍵による署名ではありません",
                                                 "the signature is not of that key" };
        const EVP_MD *digest = digest_of(si);
        const ASN1_OBJECT *type;

        if (CMS_signed_get_attr_count(si) <= 0)
                return &bare;
        if (!digest)
                return &weak;
        type = envelope_attribute(si, NID_pkcs9_contentType, V_ASN1_OBJECT);
        if (!type || OBJ_obj2nid(type) != NID_pkcs7_data)
                return &type_other;
        if (!digest_matches(si, digest, text))
                return &text_other;
        CMS_SignerInfo_set1_signer_cert(si, signer->certificate);
        return CMS_SignerInfo_verify(si) == 1 ? NULL : &key_other;
}

static int envelope_count(struct envelope *e, const struct signer *signer) {
        struct signer *mine = &e->signers[e->n];

        *mine = (struct signer){ .certificate = signer->certificate, .name = strdup(signer->name) };
        if (!mine->name)
                return -ENOMEM;
        (void)X509_up_ref(mine->certificate);
        e->names[e->n++] = mine->name;
        return 0;
}

/* Did this trusted signer sign? One good signature is enough: the identifiers in the others prove nothing. */
static bool signed_by(struct envelope *e, const struct signer *signer, struct err *doubt) {
        STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(e->cms);
        struct bytes text = signed_data_text(e->cms);

        for (int i = 0; i < sk_CMS_SignerInfo_num(all); i++) {
                CMS_SignerInfo *si = sk_CMS_SignerInfo_value(all, i);
                const struct phrase *why;

                if (CMS_SignerInfo_cert_cmp(si, signer->certificate) != 0)
                        continue;
                why = why_not(si, signer, text);
                if (!why)
                        return true;
                (void)err_say(doubt, 0, "。「%s」: " IN_JA, "; '%s': " IN_EN, signer->name, PHRASE(why));
        }
        return false;
}

static bool is_trusted(const struct trust *trust, X509 *certificate) {
        const struct signer *signer;

        for (size_t i = 0; (signer = trust_signer(trust, i)); i++)
                if (EVP_PKEY_eq(X509_get0_pubkey(signer->certificate), X509_get0_pubkey(certificate)) == 1)
                        return true;
        return false;
}

/* Name others who claim to have signed. The certificates in the envelope prove nothing, but can show that a wrong key
 * was used. */
static void name_strangers(const struct envelope *e, const struct trust *trust, struct err *doubt) {
        STACK_OF(X509) *all = CMS_get1_certs(e->cms);

        for (int i = 0, told = 0; i < sk_X509_num(all) && told < STRANGERS_TOLD; i++) {
                X509 *certificate = sk_X509_value(all, i);
                auto_free char *name = crypto_name(X509_get_subject_name(certificate));
                struct err more = { "" };

                if (!name || is_trusted(trust, certificate))
                        continue;
                (void)err_say(&more, 0, "。「%s」は署名できる人の一覧にありません", "; '%s' is not one of them",
                              shown(name).text);
                err_append(doubt, "", &more);
                told++;
        }
        sk_X509_pop_free(all, X509_free);
}

static int count_signers(struct envelope *e, const struct trust *trust, struct err *err) {
        struct err doubt = { "" };
        const struct signer *signer;

        for (size_t i = 0; (signer = trust_signer(trust, i)); i++)
                if (signed_by(e, signer, &doubt) && envelope_count(e, signer) < 0)
                        return err_say(err, -ENOMEM, "署名ファイル: メモリーが足りません", "no memory for an envelope");
        if (e->n < e->threshold)
                name_strangers(e, trust, &doubt);
        (void)crypto_reason();
        if (e->n >= e->threshold)
                return 0;
        (void)err_say(err, -EKEYREJECTED, "署名できる人の署名が足りません（あり %zu、必要 %u）",
                      "signed by %zu of the trusted signers, %u needed", e->n, e->threshold);
        err_append(err, "", &doubt);
        return -EKEYREJECTED;
}

static int envelope_new(const struct trust *trust, struct envelope **ret) {
        auto_envelope e = calloc(1, sizeof *e);
        size_t n = 0;

        while (trust_signer(trust, n))
                n++;
        if (!e)
                return -ENOMEM;
        e->threshold = trust_threshold(trust);
        e->signers = calloc(n, sizeof *e->signers);
        e->names = calloc(n, sizeof *e->names);
        if (!e->signers || !e->names)
                return -ENOMEM;
        *ret = TAKE(e);
        return 0;
}

int envelope_open(struct bytes pem, const struct trust *trust, struct envelope **ret, struct err *err) {
        auto_envelope e = NULL;
        int r;

        if (envelope_new(trust, &e) < 0)
                return err_say(err, -ENOMEM, "署名ファイル: メモリーが足りません", "no memory for an envelope");
        r = signed_data_parse(pem, &e->cms, err);
        if (r == 0)
                r = count_signers(e, trust, err);
        if (r == 0)
                *ret = TAKE(e);
        return r;
}

struct bytes envelope_text(const struct envelope *e) {
        return signed_data_text(e->cms);
}

int envelope_valid_at(const struct envelope *e, int64_t issued_s, struct err *err) {
        static const struct phrase not_yet = { "まだ有効ではありませんでした", "was not yet" },
                                   expired = { "期限切れでした", "had expired" };
        unsigned valid = 0;
        size_t out = 0;

        for (size_t i = 0; i < e->n; i++)
                if (signer_validity(&e->signers[i], issued_s) == 0)
                        valid++;
                else
                        out = i;
        if (valid >= e->threshold)
                return 0;
        return err_say(err, -EKEYEXPIRED,
                       "発行日時（issued）に有効だった署名者の証明書が足りません（あり %u、必要 %u）: 「%s」は" IN_JA,
                       "at 'issued' only %u of %u needed certificates was valid: '%s' " IN_EN, valid, e->threshold,
                       e->names[out], PHRASE(signer_validity(&e->signers[out], issued_s) < 0 ? &not_yet : &expired));
}

size_t envelope_signers(const struct envelope *e, const char *const **ret_names) {
        *ret_names = e->names;
        return e->n;
}

int envelope_peek(struct bytes pem, uint8_t **ret, size_t *ret_size, struct err *err) {
        auto_cms cms = NULL;
        struct bytes text;
        uint8_t *copy;
        int r;

        r = signed_data_parse(pem, &cms, err);
        if (r < 0)
                return r;
        text = signed_data_text(cms);
        copy = malloc(text.left + 1);
        if (!copy)
                return err_say(err, -ENOMEM, "本文: メモリーが足りません", "no memory for the text");
        if (text.left)
                memcpy(copy, text.at, text.left);
        copy[text.left] = '\0';
        *ret = copy;
        *ret_size = text.left;
        return 0;
}
