/* SPDX-License-Identifier: MIT */
/* envelope_given.c — the openssl command for what it can do, libcrypto for the rest. See envelope_given.h. */
#include "unit/policy/signature/envelope_given.h"

#include "decision/policy.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <openssl/pem.h>
#include <stdio.h>

static const char said[] = "sekimori: 1\ntitle: 標準ポリシー\r\nbinary:\0 kept\n";

const struct bytes text = { .at = (const uint8_t *)said, .left = sizeof said - 1 };

void given_people_and_a_text(void) {
        ceremony_begin();
        make_people("alice", "bob", "mallory", NULL);
        spill("text", text);
        cms_sign("text", "alice.cms", "alice", NULL);
}

struct trust *trusted(struct bytes pem) {
        struct trust *t = NULL;
        struct err err = { "" };

        cr_assert_eq(trust_parse(pem, &t, &err), 0, "%s", err.text);
        return t;
}

int open_with(struct bytes pem, struct bytes trust_pem, struct err *err) {
        auto_trust t = trusted(trust_pem);
        auto_envelope e = NULL;
        const char *const *names;
        int r = envelope_open(pem, t, &e, err);

        if (r < 0) {
                cr_expect_null(e);
                return r;
        }
        cr_expect(bytes_equal(envelope_text(e), text), "another text came out");
        return (int)envelope_signers(e, &names);
}

void expect_refused(struct bytes pem, struct bytes trust_pem, int code, const char *reason) {
        struct err err = { "" };

        cr_expect_eq(open_with(pem, trust_pem, &err), code, "%s", reason);
        cr_expect(strstr(err.text, reason), "'%s' lacks '%s'", err.text, reason);
        cr_expect_null(strchr(err.text, '\n'));
}

struct bytes joined(struct bytes a, struct bytes b) {
        FILE *f = fopen("joined", "we");

        cr_assert(f && fwrite(a.at, 1, a.left, f) == a.left && fwrite(b.at, 1, b.left, f) == b.left && !fclose(f));
        return slurp("joined");
}

static void add_signature(CMS_ContentInfo *cms, const char *name, const EVP_MD *digest) {
        char path[64];
        FILE *f;
        X509 *certificate;
        EVP_PKEY *key;

        (void)snprintf(path, sizeof path, "%s.crt", name);
        f = fopen(path, "re");
        cr_assert(f && (certificate = PEM_read_X509(f, NULL, NULL, NULL)) && fclose(f) == 0);
        (void)snprintf(path, sizeof path, "%s.key", name);
        f = fopen(path, "re");
        cr_assert(f && (key = PEM_read_PrivateKey(f, NULL, NULL, NULL)) && fclose(f) == 0);
        cr_assert(CMS_add1_signer(cms, certificate, key, digest, CMS_NOCERTS));
        X509_free(certificate);
        EVP_PKEY_free(key);
}

void sign_at_once(const char *out, const char *one, const EVP_MD *md_one, const char *two, const EVP_MD *md_two) {
        CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
        BIO *in = BIO_new_mem_buf(text.at, (int)text.left), *to = BIO_new_file(out, "w");

        cr_assert(cms && in && to);
        add_signature(cms, one, md_one);
        add_signature(cms, two, md_two);
        cr_assert(CMS_final(cms, in, NULL, CMS_BINARY) && PEM_write_bio_CMS_stream(to, cms, NULL, 0));
        CMS_ContentInfo_free(cms);
        BIO_free(in);
        BIO_free(to);
}
