/* SPDX-License-Identifier: MIT */
/* judged.c — roots_new() from the named PEM files before each call of certificate_judge(). See judged.h. */
#include "unit/agent/daemon/auth/judged.h"

#include "support/authority.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <stdio.h>

struct login_terms terms;
struct factors enrolled;
const char *authorities[4], *lists[4];

void given_an_authority(void) {
        ceremony_begin();
        certify(&(struct certified){ .name = "root", .extensions = AS_AUTHORITY });
        authorities[0] = "root";
        terms.card.n_authorities = 1;
        terms.card.map = CARD_MAP_CN;
        terms.card.crl_grace_s = 7 * DAY;
}

void enrol(const char *name) {
        struct bytes der = der_of(name);

        (void)SHA256(der.at, der.left, enrolled.cards[enrolled.n_cards++].sha256);
}

const char *text_of(const char *name, const char *suffix) {
        char file[64];
        struct bytes pem;

        (void)snprintf(file, sizeof file, "%s%s", name, suffix);
        pem = slurp(file);
        return strndup((const char *)pem.at, pem.left);
}

/* With the names in `authorities` and `lists` as PEM. */
struct roots *roots(void) {
        const char *pem[4], *crl[4];
        struct login_terms with = terms;
        struct roots *r = NULL;
        struct err err = { "" };

        for (size_t i = 0; i < terms.card.n_authorities; i++)
                pem[i] = text_of(authorities[i], ".crt");
        for (size_t i = 0; i < terms.card.n_revocation; i++)
                crl[i] = text_of(lists[i], ".crl");
        with.card.authorities = pem;
        with.card.revocation = crl;
        cr_assert_eq(roots_new(&with, &r, &err), 0, "%s", err.text);
        for (size_t i = 0; i < terms.card.n_authorities; i++)
                free((void *)pem[i]);
        for (size_t i = 0; i < terms.card.n_revocation; i++)
                free((void *)crl[i]);
        return r;
}

enum certificate_fault judged_bytes(struct bytes der, const char *user, int64_t now_s) {
        auto_roots r = roots();

        return certificate_judge(r, &terms, der, NULL, user, &enrolled, now_s);
}

void expect_at(const char *name, const char *user, int64_t now_s, enum certificate_fault fault) {
        enum certificate_fault found = judged_bytes(der_of(name), user, now_s);

        cr_expect_eq(found, fault, "%s for %s: %s, not %s", name, user, certificate_fault_name(found),
                     certificate_fault_name(fault));
}

void expect(const char *name, const char *user, enum certificate_fault fault) {
        expect_at(name, user, NOW, fault);
}
