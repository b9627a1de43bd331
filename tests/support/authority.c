/* SPDX-License-Identifier: MIT */
/* authority.c — `openssl ca` with files for each authority; libcrypto turns DER into r and s. See authority.h. */
#include "support/authority.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_text(const char *file, const char *text) {
        spill(file, bytes_text(text));
}

/* What `openssl ca` keeps its books in: each authority its own. */
static const char *books(const char *authority) {
        const char *config = file_of(authority, ".cnf"), *index = file_of(authority, ".index");
        char text[1024];

        if (access(config, F_OK) == 0)
                return config;
        (void)snprintf(
                text, sizeof text,
                "[ca]\ndefault_ca = own\n[own]\ndatabase = %s\nnew_certs_dir = .\nserial = %s.serial\n"
                "crlnumber = %s.crlnumber\ncertificate = %s.crt\nprivate_key = %s.key\npolicy = any\n"
                "default_md = sha256\nunique_subject = no\nstring_mask = utf8only\n"
                "[any]\ncommonName = optional\n[req]\ndistinguished_name = name\nstring_mask = utf8only\n[name]\n",
                index, authority, authority, authority, authority);
        write_text(config, text);
        write_text(index, "");
        write_text(file_of(authority, ".serial"), "1000\n");
        write_text(file_of(authority, ".crlnumber"), "01\n");
        return config;
}

static void make_key(const char *name, const char *kind) {
        char option[64];
        int r;

        if (strncmp(kind, "RSA-", 4) == 0 && kind[4] != 'P') {
                (void)snprintf(option, sizeof option, "rsa_keygen_bits:%s", kind + 4);
                r = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", option, "-out", file_of(name, ".key"), NULL);
        } else if (strcmp(kind, "ED25519") == 0 || strcmp(kind, "RSA-PSS") == 0) {
                r = openssl("genpkey", "-algorithm", kind, "-out", file_of(name, ".key"), NULL);
        } else {
                (void)snprintf(option, sizeof option, "ec_paramgen_curve:%s", kind);
                r = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", option, "-out", file_of(name, ".key"), NULL);
        }
        cr_assert_eq(r, 0, "%s.key", name);
}

static void sign_request(const struct certified *c, const char *extensions) {
        const char *own[] = { "-selfsign", "-keyfile", file_of(c->name, ".key") };
        const char *const *extra = c->issuer ? (const char *[]){ "-batch", "-batch", "-batch" } : own;
        int r = openssl("ca", "-batch", "-config", books(c->issuer ? c->issuer : c->name), "-in",
                        file_of(c->name, ".csr"), "-out", file_of(c->name, ".crt"), "-notext", "-preserveDN",
                        "-startdate", c->from ? c->from : "20200101000000Z", "-enddate",
                        c->till ? c->till : "20400101000000Z", "-md", c->digest ? c->digest : "sha256", "-extfile",
                        extensions, extra[0], extra[1], extra[2], NULL);

        if (r != 0) {
                struct bytes log = slurp("tool.log");

                cr_assert_fail("%s.crt: %.*s", c->name, (int)log.left, (const char *)log.at);
        }
}

/* The command since 3.2 writes version 3 whatever there is to say, but for its own option; before, without extensions
 * it was version 1. */
static bool of_version_1(const struct certified *c, const char *subject) {
        return openssl("req", "-x509v1", "-utf8", "-config", books(c->name), "-key", file_of(c->name, ".key"), "-subj",
                       subject, "-CA", file_of(c->issuer, ".crt"), "-CAkey", file_of(c->issuer, ".key"), "-not_before",
                       "20200101000000Z", "-not_after", "20400101000000Z", "-out", file_of(c->name, ".crt"), NULL)
               == 0;
}

void certify(const struct certified *c) {
        const char *extensions = file_of(c->name, ".ext"),
                   *subject = c->subject ? c->subject : file_of("/CN=", c->name);

        make_key(c->name, c->key ? c->key : "P-256");
        if (c->extensions && !*c->extensions && of_version_1(c, subject))
                return;
        write_text(extensions, c->extensions ? c->extensions : "keyUsage=critical,digitalSignature\n");
        cr_assert_eq(openssl("req", "-new", "-utf8", "-config", books(c->name), "-key", file_of(c->name, ".key"),
                             "-subj", subject, "-out", file_of(c->name, ".csr"), NULL),
                     0, "%s.csr", c->name);
        sign_request(c, extensions);
}

struct bytes der_of(const char *name) {
        cr_assert_eq(
                openssl("x509", "-in", file_of(name, ".crt"), "-outform", "DER", "-out", file_of(name, ".der"), NULL),
                0);
        return slurp(file_of(name, ".der"));
}

void take_back(const char *authority, const char *name) {
        cr_assert_eq(openssl("ca", "-config", books(authority), "-revoke", file_of(name, ".crt"), NULL), 0, "%s", name);
}

void make_list(const char *authority, const char *list, const char *from, const char *till) {
        cr_assert_eq(openssl("ca", "-gencrl", "-config", books(authority), "-crl_lastupdate", from, "-crl_nextupdate",
                             till, "-out", file_of(list, ".crl"), NULL),
                     0, "%s", list);
}

void make_list_of(const char *authority, const char *list, const char *extensions) {
        struct bytes text = slurp(books(authority));
        const char *config = file_of(list, ".cnf");
        char whole[4096];

        (void)snprintf(whole, sizeof whole, "%.*s[shape]\n%s", (int)text.left, (const char *)text.at, extensions);
        write_text(config, whole);
        cr_assert_eq(openssl("ca", "-gencrl", "-config", config, "-crlexts", "shape", "-crl_lastupdate",
                             "20261101000000Z", "-crl_nextupdate", "20261231000000Z", "-out", file_of(list, ".crl"),
                             NULL),
                     0, "%s", list);
}

static EVP_PKEY *key_of(const char *name) {
        FILE *f = fopen(file_of(name, ".key"), "re");
        EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;

        cr_assert(key, "%s.key", name);
        (void)fclose(f);
        return key;
}

static X509_CRL *without_next_update(X509_CRL *from) {
        STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(from);
        X509_CRL *to = X509_CRL_new();

        cr_assert(to && X509_CRL_set_version(to, X509_CRL_VERSION_2)
                  && X509_CRL_set_issuer_name(to, X509_CRL_get_issuer(from))
                  && X509_CRL_set1_lastUpdate(to, X509_CRL_get0_lastUpdate(from)));
        for (int i = 0; i < sk_X509_REVOKED_num(entries); i++)
                cr_assert(X509_CRL_add0_revoked(to, X509_REVOKED_dup(sk_X509_REVOKED_value(entries, i))));
        return to;
}

/* The openssl command always writes a nextUpdate. */
void make_endless_list(const char *authority, const char *list, const char *from) {
        EVP_PKEY *key = key_of(authority);
        X509_CRL *whole, *crl;
        FILE *f;

        make_list(authority, list, from, "20401231000000Z");
        f = fopen(file_of(list, ".crl"), "r+e");
        whole = f ? PEM_read_X509_CRL(f, NULL, NULL, NULL) : NULL;
        cr_assert(whole, "%s.crl", list);
        crl = without_next_update(whole);
        rewind(f);
        cr_assert(X509_CRL_sign(crl, key, EVP_sha256()) > 0 && ftruncate(fileno(f), 0) == 0
                  && PEM_write_X509_CRL(f, crl) && fclose(f) == 0);
        X509_CRL_free(whole);
        X509_CRL_free(crl);
        EVP_PKEY_free(key);
}

void renew(const char *name, const char *again, const char *from) {
        int r = openssl("ca", "-batch", "-config", books(name), "-in", file_of(name, ".csr"), "-out",
                        file_of(again, ".crt"), "-notext", "-preserveDN", "-startdate", from, "-enddate",
                        "20400101000000Z", "-md", "sha256", "-extfile", file_of(name, ".ext"), "-selfsign", "-keyfile",
                        file_of(name, ".key"), NULL);

        cr_assert_eq(r, 0, "%s.crt", again);
}

static bool key_is_ec(const char *name) {
        EVP_PKEY *key = key_of(name);
        bool ec = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;

        EVP_PKEY_free(key);
        return ec;
}

static struct bytes halves_of(struct bytes der) {
        const unsigned char *at = der.at;
        ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)der.left);
        int half = der.left > 80 ? 48 : 32; /* of P-384 and P-256 */
        unsigned char raw[96];

        cr_assert(pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, half) == half
                  && BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + half, half) == half);
        ECDSA_SIG_free(pair);
        spill("halves", bytes_of(raw, 2 * (size_t)half));
        return slurp("halves");
}

struct bytes signature_of(const char *name, const char *digest, struct bytes message) {
        spill("message", message);
        cr_assert_eq(openssl("dgst", file_of("-", digest), "-sign", file_of(name, ".key"), "-out", "signature",
                             "message", NULL),
                     0, "%s signs", name);
        return key_is_ec(name) ? halves_of(slurp("signature")) : slurp("signature");
}
