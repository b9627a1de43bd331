/* SPDX-License-Identifier: MIT */
/* cards.c — judging a card against 50 authorities and five lists of 100,000 entries, beside what OpenSSL takes to
 * verify the same certificate with the same lists; and what reading a policy with them takes, once.
 * Prints one line for each number: its name, the value, the unit. */
#include "auth/certificate.h"
#include "bench/timing.h"

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 101
#define AUTHORITIES 50
#define LISTS 5
#define ENTRIES 100000
#define NOON 1800000000

static void must(bool done) {
        if (!done)
                abort();
}

static struct {
        X509 *of[AUTHORITIES], *card;
        X509_CRL *list[LISTS];
        EVP_PKEY *key[AUTHORITIES];
        char *authorities[AUTHORITIES], *lists[LISTS];
        struct roots *roots;
        struct login_terms terms;
        struct factors enrolled;
        uint8_t *der;
        int n_der;
        X509_STORE *store;
} g;

static void add_extension(X509 *to, int nid, const char *value) {
        X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

        must(e && X509_add_ext(to, e, -1));
        X509_EXTENSION_free(e);
}

static X509 *make_certificate(const char *name, long serial, EVP_PKEY *key, X509 *issuer, EVP_PKEY *by) {
        X509 *one = X509_new();
        X509_NAME *subject = X509_get_subject_name(one);

        must(X509_set_version(one, X509_VERSION_3) && ASN1_INTEGER_set(X509_get_serialNumber(one), serial)
             && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0)
             && X509_set_issuer_name(one, issuer ? X509_get_subject_name(issuer) : subject)
             && ASN1_TIME_set(X509_getm_notBefore(one), NOON - 86400)
             && ASN1_TIME_set(X509_getm_notAfter(one), NOON + 86400) && X509_set_pubkey(one, key));
        add_extension(one, NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
        add_extension(one, NID_key_usage, issuer ? "critical,digitalSignature" : "critical,keyCertSign,cRLSign");
        must(X509_sign(one, by, EVP_sha256()) > 0);
        return one;
}

static X509_CRL *make_list(X509 *issuer, EVP_PKEY *by) {
        X509_CRL *list = X509_CRL_new();
        ASN1_TIME *from = ASN1_TIME_set(NULL, NOON - 86400), *until = ASN1_TIME_set(NULL, NOON + 86400);

        must(X509_CRL_set_version(list, X509_CRL_VERSION_2)
             && X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) && X509_CRL_set1_lastUpdate(list, from)
             && X509_CRL_set1_nextUpdate(list, until));
        for (long i = 0; i < ENTRIES; i++) {
                X509_REVOKED *entry = X509_REVOKED_new();
                ASN1_INTEGER *serial = ASN1_INTEGER_new();

                must(ASN1_INTEGER_set(serial, 1000 + 2 * i) && X509_REVOKED_set_serialNumber(entry, serial)
                     && X509_REVOKED_set_revocationDate(entry, from) && X509_CRL_add0_revoked(list, entry));
                ASN1_INTEGER_free(serial);
        }
        must(X509_CRL_sort(list) && X509_CRL_sign(list, by, EVP_sha256()) > 0);
        ASN1_TIME_free(from);
        ASN1_TIME_free(until);
        return list;
}

static char *text_of(BIO *bio) {
        char *text, *copy;
        long n = BIO_get_mem_data(bio, &text);

        copy = strndup(text, (size_t)n);
        BIO_free(bio);
        return copy;
}

static void make_authorities(void) {
        char name[32];

        for (int i = 0; i < AUTHORITIES; i++) {
                BIO *bio = BIO_new(BIO_s_mem());

                (void)snprintf(name, sizeof name, "town %d", i);
                g.key[i] = EVP_EC_gen("P-256");
                g.of[i] = make_certificate(name, 1, g.key[i], NULL, g.key[i]);
                must(PEM_write_bio_X509(bio, g.of[i]));
                g.authorities[i] = text_of(bio);
        }
        for (int i = 0; i < LISTS; i++) {
                BIO *bio = BIO_new(BIO_s_mem());

                g.list[i] = make_list(g.of[i], g.key[i]);
                must(PEM_write_bio_X509_CRL(bio, g.list[i]));
                g.lists[i] = text_of(bio);
        }
}

/* Of the last authority that has a list; not on it. */
static void make_card(void) {
        EVP_PKEY *key = EVP_EC_gen("P-256");

        g.card = make_certificate("tanaka", 1001, key, g.of[LISTS - 1], g.key[LISTS - 1]);
        g.n_der = i2d_X509(g.card, &g.der);
        must(g.n_der > 0);
        g.enrolled.n_cards = 1;
        (void)SHA256(g.der, (size_t)g.n_der, g.enrolled.cards[0].sha256);
        EVP_PKEY_free(key);
}

static void given_a_policy(void) {
        g.terms.card.authorities = (const char *const *)g.authorities;
        g.terms.card.n_authorities = AUTHORITIES;
        g.terms.card.revocation = (const char *const *)g.lists;
        g.terms.card.n_revocation = LISTS;
        g.store = X509_STORE_new();
        for (int i = 0; i < AUTHORITIES; i++)
                must(X509_STORE_add_cert(g.store, g.of[i]));
        for (int i = 0; i < LISTS; i++)
                must(X509_STORE_add_crl(g.store, g.list[i]));
}

static void judge(void) {
        must(certificate_judge(g.roots, &g.terms, bytes_of(g.der, (size_t)g.n_der), NULL, "tanaka", &g.enrolled, NOON)
             == CERTIFICATE_FINE);
}

static void verify(void) {
        X509_STORE_CTX *ctx = X509_STORE_CTX_new();

        must(X509_STORE_CTX_init(ctx, g.store, g.card, NULL));
        X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), NOON);
        must(X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx), X509_V_FLAG_CRL_CHECK));
        must(X509_verify_cert(ctx) == 1);
        X509_STORE_CTX_free(ctx);
}

int main(void) {
        static double ours[ROUNDS], theirs[ROUNDS];
        double start, read_us;

        make_authorities();
        make_card();
        given_a_policy();
        start = now_us();
        must(roots_new(&g.terms, &g.roots, NULL) == 0);
        read_us = now_us() - start;
        for (int i = 0; i < ROUNDS; i++) {
                double between;

                start = now_us();
                judge();
                between = now_us();
                verify();
                ours[i] = between - start;
                theirs[i] = now_us() - between;
        }
        (void)printf("judge %.1f us\nopenssl_verify %.1f us\nread %.0f us\n", median(ours, ROUNDS),
                     median(theirs, ROUNDS), read_us);
        return 0;
}
