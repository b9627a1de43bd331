/* SPDX-License-Identifier: MIT */
/* judge.c — judges certificates as a login does: a case in each line of JSON, from run. Prints "ID fault" for each.
 *
 * A case: `id`, `leaf`, `authorities` (the policy's), `card` (what the card brings), `lists`: PEM; `policies`: OIDs;
 * `at`: second; `purpose`: false where only the path is asked for. */
#include "auth/certificate.h"
#include "auth/roots.h"
#include "signature/pem.h"

#include <jansson.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#define TEXTS 256

struct texts {
        size_t n;
        const char *of[TEXTS];
};

static struct texts texts_of(const json_t *one, const char *key) {
        struct texts t = { 0 };
        json_t *all = json_object_get(one, key), *item;
        size_t i;

        json_array_foreach(all, i, item) if (t.n < TEXTS) t.of[t.n++] = json_string_value(item);
        return t;
}

static uint8_t *der_of(const char *pem, size_t *ret_size) {
        struct bytes in = bytes_text(pem);
        uint8_t *der = NULL;

        return pem_read(&in, "CERTIFICATE", &der, ret_size, NULL) < 0 ? NULL : der;
}

static enum certificate_fault judge_with(const struct roots *r, const struct login_terms *terms, const json_t *one,
                                         const struct card_chain *chain) {
        int64_t at = json_integer_value(json_object_get(one, "at"));
        struct factors enrolled = { .n_cards = 1 };
        size_t size = 0;
        auto_free uint8_t *der = der_of(json_string_value(json_object_get(one, "leaf")), &size);
        const unsigned char *from = der;
        auto_x509 certificate = der ? d2i_X509(NULL, &from, (long)size) : NULL;

        if (!certificate)
                return CERTIFICATE_MALFORMED;
        (void)SHA256(der, size, enrolled.cards[0].sha256);
        if (json_is_false(json_object_get(one, "purpose")))
                return roots_verify(r, certificate, chain, terms->card.crl_grace_s, at);
        return certificate_judge(r, terms, bytes_of(der, size), chain, "somebody", &enrolled, at);
}

static const char *judge(const json_t *one) {
        const struct texts authorities = texts_of(one, "authorities"), lists = texts_of(one, "lists"),
                           policies = texts_of(one, "policies"), card = texts_of(one, "card");
        struct login_terms terms = { .card = { .authorities = authorities.of,
                                               .n_authorities = authorities.n,
                                               .revocation = lists.of,
                                               .n_revocation = lists.n,
                                               .policies = policies.of,
                                               .n_policies = policies.n } };
        struct card_chain chain = { 0 };
        auto_roots r = NULL;
        const char *fault;

        if (roots_new(&terms, &r, NULL) < 0)
                return "policy-refused";
        for (size_t i = 0; i < card.n; i++) {
                size_t size = 0;
                auto_free uint8_t *der = der_of(card.of[i], &size);

                if (der)
                        card_chain_add(&chain, bytes_of(der, size));
        }
        fault = certificate_fault_name(judge_with(r, &terms, one, &chain));
        card_chain_deinit(&chain);
        return fault;
}

int main(void) {
        char *line = NULL;
        size_t size = 0;

        while (getline(&line, &size, stdin) > 0) {
                json_t *one = json_loads(line, 0, NULL);

                (void)printf("%s %s\n", json_string_value(json_object_get(one, "id")), judge(one));
                json_decref(one);
        }
        free(line);
        return 0;
}
