/* SPDX-License-Identifier: MIT */
/* crypto.c — OPENSSL_INIT_NO_LOAD_CONFIG keeps openssl.cnf out; X509_NAME_print_ex() prints names. See crypto.h. */
#include "signature/crypto.h"

#include "base/quote.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <stdbool.h>
#include <string.h>

void crypto_start(void) {
        (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

const char *crypto_reason(void) {
        const char *reason = ERR_reason_error_string(ERR_peek_error());

        ERR_clear_error();
        return reason ? reason : "no reason given";
}

/* Hidden characters, and those without width; OpenSSL itself escapes the controls of ASCII. */
static bool crypto_deceives(unsigned c) {
        return (c >= 0x80 && character_hides(c)) || (c >= 0x200b && c <= 0x200d);
}

static bool is_plain(const char *text, size_t size) {
        while (size) {
                unsigned long c;
                int n = UTF8_getc((const unsigned char *)text, (int)size, &c);

                if (n <= 0 || crypto_deceives((unsigned)c))
                        return false;
                text += n;
                size -= (size_t)n;
        }
        return true;
}

static char *name_with(const X509_NAME *name, unsigned long flags) {
        auto_bio bio = BIO_new(BIO_s_mem());
        const char *text;
        long n;

        if (!bio || X509_NAME_print_ex(bio, name, 0, flags) < 0)
                return NULL;
        n = BIO_get_mem_data(bio, &text);
        return n > 0 ? strndup(text, (size_t)n) : strdup("");
}

char *crypto_name(const X509_NAME *name) {
        auto_free char *readable = name_with(name, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);

        if (readable && is_plain(readable, strlen(readable)))
                return TAKE(readable);
        return name_with(name, XN_FLAG_RFC2253);
}
