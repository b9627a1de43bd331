/* SPDX-License-Identifier: MIT */
/* pilot.c — the people who may sign: see pilot.h. */
#include "cli/policy/pilot.h"

#include "base/quote.h"

#include <errno.h>
#include <limits.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400
#define JAPAN_S (9 * 3600)

static bool add_extension(X509 *c, int nid, const char *value) {
        X509V3_CTX context;
        X509_EXTENSION *extension;
        bool ok;

        X509V3_set_ctx(&context, c, c, NULL, NULL, 0);
        extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
        ok = extension && X509_add_ext(c, extension, -1) == 1;
        X509_EXTENSION_free(extension);
        return ok;
}

/* Random, positive, 128 bits: certificates of two kits never have the same serial. */
static bool set_serial(X509 *c) {
        unsigned char raw[16];
        BIGNUM *number;
        bool ok;

        if (RAND_bytes(raw, sizeof raw) != 1)
                return false;
        raw[0] = (unsigned char)((raw[0] & 0x7f) | 0x40);
        number = BN_bin2bn(raw, sizeof raw, NULL);
        ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(c));
        BN_free(number);
        return ok;
}

bool pilot_name_fits(const char *name) {
        size_t size, left = strlen(name), characters = 0;
        unsigned c = 0;

        if (!left || name[0] == ' ' || name[left - 1] == ' ')
                return false;
        for (; left; name += size, left -= size, characters++) {
                size = utf8_next(name, left, &c);
                if (size == 0 || character_hides(c))
                        return false;
        }
        return characters <= PILOT_NAME_MAX;
}

void pilot_default_name(unsigned n, int64_t now_s, char ret[4 * PILOT_NAME_MAX + 1]) {
        time_t in_japan = (time_t)now_s + JAPAN_S;
        char host[HOST_NAME_MAX + 1] = "", when[32];
        struct tm tm;

        (void)gethostname(host, sizeof host - 1);
        host[strcspn(host, ".")] = '\0';
        (void)gmtime_r(&in_japan, &tm);
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
        (void)snprintf(ret, 4 * PILOT_NAME_MAX + 1, "signer%u %.32s %s", n, pilot_name_fits(host) ? host : "pc", when);
}

static bool set_name(X509 *c, const char *common) {
        X509_NAME *name = X509_get_subject_name(c);

        return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"Sekimori pilot", -1, -1, 0)
               && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common, -1, -1, 0)
               && X509_set_issuer_name(c, name);
}

static bool pilot_fill(X509 *c, const char *name, int64_t now_s, EVP_PKEY *key) {
        /* From the day's beginning: clocks of two PCs differ. */
        time_t from = (time_t)(now_s - now_s % DAY_S), till = from + (5 * 365 + 1) * (time_t)DAY_S;

        return X509_set_version(c, X509_VERSION_3) && set_serial(c) && set_name(c, name) && X509_set_pubkey(c, key)
               && ASN1_TIME_set(X509_getm_notBefore(c), from) && ASN1_TIME_set(X509_getm_notAfter(c), till)
               && add_extension(c, NID_basic_constraints, "critical,CA:FALSE")
               && add_extension(c, NID_key_usage, "critical,digitalSignature")
               && add_extension(c, NID_subject_key_identifier, "hash") && X509_sign(c, key, EVP_sha256());
}

int pilot_signer(const char *name, int64_t now_s, EVP_PKEY **ret_key, X509 **ret_certificate, struct err *err) {
        auto_pkey key = NULL;
        auto_x509 certificate = NULL;

        crypto_start();
        key = EVP_EC_gen("P-256");
        certificate = X509_new();
        if (!key || !certificate || !pilot_fill(certificate, name, now_s, key))
                return err_say(err, -EIO, "署名の鍵を作れません: %s", "make a signing key: %s", crypto_reason());
        *ret_key = TAKE(key);
        *ret_certificate = TAKE(certificate);
        return 0;
}

static char *text_of(BIO *memory) {
        const char *data;
        long n = BIO_get_mem_data(memory, &data);

        return n > 0 ? strndup(data, (size_t)n) : NULL;
}

char *pilot_certificate_pem(X509 *certificate) {
        auto_bio memory = BIO_new(BIO_s_mem());

        return memory && PEM_write_bio_X509(memory, certificate) ? text_of(memory) : NULL;
}

char *pilot_key_pem(EVP_PKEY *key) {
        auto_bio memory = BIO_new(BIO_s_secmem());

        return memory && PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL) ? text_of(memory) : NULL;
}
