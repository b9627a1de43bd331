/* SPDX-License-Identifier: MIT */
/* signed_data.c — pem_read(), then d2i_CMS_ContentInfo(); bytes left behind either are refused. See signed_data.h. */
#include "signature/signed_data.h"

#include "decision/policy.h"
#include "signature/pem.h"

#include <errno.h>

/* Strangers may add signatures, but must not make us try for minutes. */
#define SIGNATURES_MAX 64

static const struct {
        int type;
        struct phrase refusal;
} others[] = {
        { NID_pkcs7_data, { "データだけで、署名がありません", "plain data, not signed" } },
        { NID_pkcs7_enveloped, { "暗号化だけで、署名がありません", "encrypted, not signed" } },
        { NID_pkcs7_encrypted, { "暗号化だけで、署名がありません", "encrypted, not signed" } },
        { NID_id_smime_ct_authEnvelopedData, { "暗号化だけで、署名がありません", "encrypted, not signed" } },
        { NID_pkcs7_digest, { "要約値だけで、署名がありません", "a digest, not signed" } },
        { NID_id_smime_ct_compressedData, { "圧縮だけで、署名がありません", "compressed, not signed" } },
};

static int refuse_type(int type, struct err *err) {
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                if (others[i].type == type)
                        return err_say(err, -EBADMSG, "署名ファイル: " IN_JA, "the envelope is " IN_EN,
                                       PHRASE(&others[i].refusal));
        return err_say(err, -EBADMSG, "署名ファイル（CMS SignedData）ではありません",
                       "the envelope is not CMS SignedData");
}

struct bytes signed_data_text(CMS_ContentInfo *cms) {
        ASN1_OCTET_STRING **content = CMS_get0_content(cms);

        if (!content || !*content)
                return (struct bytes){ .broken = true };
        return bytes_of(ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content));
}

static int check_shape(CMS_ContentInfo *cms, struct err *err) {
        int type = OBJ_obj2nid(CMS_get0_type(cms)), signatures;

        if (type != NID_pkcs7_signed)
                return refuse_type(type, err);
        if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
                return err_say(err, -EBADMSG, "署名ファイルの中身の種類が id-data ではありません",
                               "the content type of the envelope is not id-data");
        if (signed_data_text(cms).broken)
                return err_say(err, -EBADMSG, "署名だけで、本文が入っていません（-nodetach を付けて署名します）",
                               "the signature is detached: the text is not in the envelope");
        signatures = sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms));
        if (signatures < 1)
                return err_say(err, -EBADMSG, "だれも署名していません", "nobody signed the envelope");
        if (signatures > SIGNATURES_MAX)
                return err_say(err, -EBADMSG, "署名は %d 個までです", "more than %d signatures", SIGNATURES_MAX);
        return 0;
}

int signed_data_parse(struct bytes pem, CMS_ContentInfo **ret, struct err *err) {
        auto_free uint8_t *der = NULL;
        auto_cms cms = NULL;
        const unsigned char *at;
        size_t size;
        int r;

        crypto_start();
        if (pem.left > POLICY_TEXT_MAX)
                return err_say(err, -EBADMSG, "署名ファイルが %d バイトを超えています",
                               "the envelope is larger than %d bytes", POLICY_TEXT_MAX);
        r = pem_read(&pem, "CMS", &der, &size, err);
        if (r < 0)
                return r;
        if (pem.left)
                return err_say(err, -EBADMSG, "PEM の後ろに余分なデータが %zu バイトあります",
                               "%zu bytes behind the PEM block", pem.left);
        at = der;
        cms = d2i_CMS_ContentInfo(NULL, &at, (long)size);
        if (!cms)
                return err_say(err, -EBADMSG, "署名ファイル（CMS）として読めません（%s）",
                               "the envelope is not CMS: %s", crypto_reason());
        if (at != der + size)
                return err_say(err, -EBADMSG, "CMS の後ろに余分なデータが %zu バイトあります",
                               "%zu bytes behind the CMS structure", (size_t)(der + size - at));
        r = check_shape(cms, err);
        (void)crypto_reason();
        if (r == 0)
                *ret = TAKE(cms);
        return r;
}
