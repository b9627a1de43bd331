/* SPDX-License-Identifier: MIT */
/* revocation.c — see revocation.h. Scope is issuingDistributionPoint against cRLDistributionPoints, as RFC 5280 6.3.3
 * (b) has it; names are compared by OpenSSL. */
#include "signature/revocation.h"

#include <errno.h>

static bool extension_is_understood(X509_EXTENSION *e) {
        switch (OBJ_obj2nid(X509_EXTENSION_get_object(e))) {
        case NID_issuing_distribution_point:
        case NID_authority_key_identifier:
        case NID_crl_number:
        case NID_freshest_crl:
                return true;
        default:
                return !X509_EXTENSION_get_critical(e);
        }
}

/* Of an entry: certificateIssuer alone changes what it means. */
static bool entry_is_understood(const X509_REVOKED *entry) {
        for (int i = 0; i < X509_REVOKED_get_ext_count(entry); i++) {
                X509_EXTENSION *e = X509_REVOKED_get_ext(entry, i);

                if (X509_EXTENSION_get_critical(e)
                    && OBJ_obj2nid(X509_EXTENSION_get_object(e)) != NID_certificate_issuer)
                        return false;
        }
        return true;
}

static bool is_understood(X509_CRL *list) {
        STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(list);

        for (int i = 0; i < X509_CRL_get_ext_count(list); i++)
                if (!extension_is_understood(X509_CRL_get_ext(list, i)))
                        return false;
        for (int i = 0; i < sk_X509_REVOKED_num(entries); i++)
                if (!entry_is_understood(sk_X509_REVOKED_value(entries, i)))
                        return false;
        return true;
}

/* False: there is a scope, and it cannot be read. */
static bool read_point(struct revocation_list *l) {
        int critical;

        l->point = X509_CRL_get_ext_d2i(l->list, NID_issuing_distribution_point, &critical, NULL);
        if (!l->point)
                return critical == -1;
        return !l->point->distpoint || DIST_POINT_set_dpname(l->point->distpoint, X509_CRL_get_issuer(l->list));
}

int revocation_init(struct revocation_list *l, struct bytes der, struct err *err) {
        const unsigned char *at = der.at;
        auto_x509_crl list = d2i_X509_CRL(NULL, &at, (long)der.left);

        if (!list || at != der.at + der.left)
                return err_say(err, -EBADMSG, "失効リストではありません: %s", "not a revocation list: %s",
                               crypto_reason());
        if (X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0)
                return err_say(err, -EBADMSG, "別の失効リストとの差分だけです（delta CRL）",
                               "it tells changes to another list only (delta CRL)");
        *l = (struct revocation_list){ .list = TAKE(list) };
        l->unknown = !read_point(l) || !is_understood(l->list);
        return 0;
}

void revocation_deinit(struct revocation_list *l) {
        ISSUING_DIST_POINT_free(l->point);
        X509_CRL_free(l->list);
        *l = (struct revocation_list){ 0 };
}

bool revocation_is_of(const struct revocation_list *l, const X509_NAME *issuer) {
        return X509_NAME_cmp(X509_CRL_get_issuer(l->list), issuer) == 0;
}

bool revocation_signed(const struct revocation_list *l, X509 *authority) {
        EVP_PKEY *key = X509_get0_pubkey(authority);

        return key && revocation_is_of(l, X509_get_subject_name(authority)) && X509_CRL_verify(l->list, key) == 1;
}

/* Without the extension OpenSSL answers with every bit. */
bool revocation_may_sign(X509 *authority) {
        return X509_get_key_usage(authority) & KU_CRL_SIGN;
}

bool revocation_lists(const struct revocation_list *l, X509 *certificate) {
        X509_REVOKED *entry;

        return X509_CRL_get0_by_cert(l->list, &entry, certificate) == 1;
}

static bool names_share(const GENERAL_NAMES *some, const GENERAL_NAMES *others) {
        for (int i = 0; i < sk_GENERAL_NAME_num(some); i++)
                for (int j = 0; j < sk_GENERAL_NAME_num(others); j++)
                        if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(some, i), sk_GENERAL_NAME_value(others, j)) == 0)
                                return true;
        return false;
}

static bool names_hold(const GENERAL_NAMES *names, const X509_NAME *name) {
        for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
                const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);

                if (one->type == GEN_DIRNAME && X509_NAME_cmp(one->d.directoryName, name) == 0)
                        return true;
        }
        return false;
}

/* Do two names of distribution points meet? A name relative to the issuer is a whole one in `dpname`. */
static bool points_meet(const DIST_POINT_NAME *a, const DIST_POINT_NAME *b) {
        if (a->type == 0 && b->type == 0)
                return names_share(a->name.fullname, b->name.fullname);
        if (a->type == 1 && b->type == 1)
                return a->dpname && b->dpname && X509_NAME_cmp(a->dpname, b->dpname) == 0;
        return a->type == 1 ? a->dpname && names_hold(b->name.fullname, a->dpname)
                            : b->dpname && names_hold(a->name.fullname, b->dpname);
}

static unsigned reasons_of(const ASN1_BIT_STRING *some) {
        unsigned reasons = 0;

        if (!some)
                return LIST_ALL_REASONS;
        for (int bit = 0; bit < 16; bit++) /* in OpenSSL's order: the first bit is the highest of the low byte */
                if (ASN1_BIT_STRING_get_bit(some, bit))
                        reasons |= bit < 8 ? 0x80u >> bit : 0x8000u >> (bit - 8);
        return reasons & LIST_ALL_REASONS;
}

/* Is the list the one of a point that the certificate names, or is it of the whole issuer? */
static enum list_fault point_meets(const struct revocation_list *l, X509 *certificate, unsigned *reasons) {
        const DIST_POINT_NAME *own = l->point ? l->point->distpoint : NULL;
        CRL_DIST_POINTS *all = X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
        enum list_fault fault = own ? LIST_PART : LIST_COVERS;
        unsigned met = 0;

        for (int i = 0; i < sk_DIST_POINT_num(all) && own; i++) {
                DIST_POINT *p = sk_DIST_POINT_value(all, i);
                bool elsewhere = p->CRLissuer && !names_hold(p->CRLissuer, X509_CRL_get_issuer(l->list));
                const X509_NAME *base = X509_CRL_get_issuer(l->list);

                if (elsewhere)
                        fault = fault == LIST_PART ? LIST_INDIRECT : fault;
                else if (p->distpoint ? DIST_POINT_set_dpname(p->distpoint, base) && points_meet(p->distpoint, own)
                                      : p->CRLissuer && own->type == 0 && names_share(p->CRLissuer, own->name.fullname))
                        fault = LIST_COVERS, met |= reasons_of(p->reasons);
        }
        CRL_DIST_POINTS_free(all);
        *reasons = own ? met : LIST_ALL_REASONS;
        return fault;
}

bool revocation_is_endless(const struct revocation_list *l, uint32_t grace_s) {
        return !grace_s && !X509_CRL_get0_nextUpdate(l->list);
}

bool revocation_in_time(const struct revocation_list *l, uint32_t grace_s, int64_t now_s) {
        const ASN1_TIME *until = X509_CRL_get0_nextUpdate(l->list);

        /* 0 is "the same second"; a negative result (earlier, or an unreadable date) means that the grace is over. */
        return revocation_is_endless(l, grace_s)
               || ASN1_TIME_cmp_time_t(until ? until : X509_CRL_get0_lastUpdate(l->list), (time_t)(now_s - grace_s))
                          >= 0;
}

static bool is_of_its_class(const ISSUING_DIST_POINT *point, X509 *certificate) {
        bool of_authorities = X509_check_ca(certificate) == 1;

        return point->onlyattr <= 0 && (of_authorities ? point->onlyuser <= 0 : point->onlyCA <= 0);
}

enum list_fault revocation_covers(const struct revocation_list *l, X509 *certificate, uint32_t grace_s, int64_t now_s,
                                  unsigned *reasons) {
        enum list_fault fault;

        *reasons = 0;
        if (!revocation_is_of(l, X509_get_issuer_name(certificate)))
                return LIST_NONE;
        if (l->unknown)
                return LIST_UNKNOWN;
        fault = point_meets(l, certificate, reasons);
        if (fault != LIST_COVERS)
                return fault;
        if (l->point && !is_of_its_class(l->point, certificate))
                return LIST_AUTHORITIES;
        if (l->point)
                *reasons &= reasons_of(l->point->onlysomereasons);
        return revocation_in_time(l, grace_s, now_s) ? LIST_COVERS : LIST_OLD;
}
