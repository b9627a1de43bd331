/* SPDX-License-Identifier: MIT */
/* certificate_name.c — see certificate_name.h. Names are compared as bytes with a length: a name with a NUL inside, or
 * in another case, matches no user. */
#include "auth/certificate_name.h"

#include "base/bytes.h"

#include <openssl/x509v3.h>
#include <strings.h>

/* What was seen of the names of one kind. */
struct names {
        const char *user, *domain; /* domain NULL: any */
        unsigned n;
        bool is_user;
};

/* Domains are alike in any case (RFC 4343); user names are not. */
static bool is_of_domain(struct bytes name, const uint8_t *at, const char *domain) {
        size_t n = at ? (size_t)(name.at + name.left - at) - 1 : 0;

        return at && n == strlen(domain) && strncasecmp((const char *)at + 1, domain, n) == 0;
}

static void certificate_name_see(struct names *seen, struct bytes name, bool is_address) {
        const char *user = seen->user;
        struct bytes wanted = bytes_text(user);
        const uint8_t *at = is_address && name.left ? memrchr(name.at, '@', name.left) : NULL;
        struct bytes before = bytes_of(name.at, at ? (size_t)(at - name.at) : 0);

        seen->n++;
        if (is_address && seen->domain && !is_of_domain(name, at, seen->domain))
                return;
        if (wanted.left && (bytes_equal(name, wanted) || (at && !strchr(user, '@') && bytes_equal(before, wanted))))
                seen->is_user = true;
}

static bool one_and_theirs(struct names seen) {
        return seen.n == 1 && seen.is_user;
}

static bool common_name_is(X509 *certificate, const char *user) {
        const X509_NAME *subject = X509_get_subject_name(certificate);
        struct names seen = { .user = user };

        for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
                unsigned char *text = NULL;
                int n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));

                certificate_name_see(&seen, bytes_of(text, n > 0 ? (size_t)n : 0), false);
                OPENSSL_free(text);
        }
        return one_and_theirs(seen);
}

static const ASN1_STRING *email_of(const GENERAL_NAME *name) {
        return name->type == GEN_EMAIL ? name->d.rfc822Name : NULL;
}

/* Microsoft's user principal name: an otherName whose value is a UTF8String. */
static const ASN1_STRING *upn_of(const GENERAL_NAME *name) {
        if (name->type != GEN_OTHERNAME || OBJ_obj2nid(name->d.otherName->type_id) != NID_ms_upn
            || name->d.otherName->value->type != V_ASN1_UTF8STRING)
                return NULL;
        return name->d.otherName->value->value.utf8string;
}

static bool alternative_is(X509 *certificate, const ASN1_STRING *(*pick)(const GENERAL_NAME *), const char *domain,
                           const char *user) {
        GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
        struct names seen = { .user = user, .domain = domain };

        for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
                const ASN1_STRING *name = pick(sk_GENERAL_NAME_value(all, i));

                if (name)
                        certificate_name_see(
                                &seen, bytes_of(ASN1_STRING_get0_data(name), (size_t)ASN1_STRING_length(name)), true);
        }
        GENERAL_NAMES_free(all);
        return one_and_theirs(seen);
}

bool certificate_names(X509 *certificate, enum card_map map, const char *domain, const char *user) {
        switch (map) {
        case CARD_MAP_CN:
                return common_name_is(certificate, user);
        case CARD_MAP_UPN:
                return alternative_is(certificate, upn_of, domain, user);
        case CARD_MAP_EMAIL:
                return alternative_is(certificate, email_of, domain, user);
        case CARD_MAP_NONE:
                break;
        }
        return false;
}
