/* SPDX-License-Identifier: MIT */
/* authorities.c — see authorities.h. Each list is verified here, once, against every authority of its issuer's name:
 * a login afterwards only looks serial numbers up. */
#include "signature/authorities.h"

#include "signature/pem.h"

#include <errno.h>

void authorities_deinit(struct authorities *a) {
        for (size_t i = 0; i < a->n; i++)
                X509_free(a->of[i].certificate);
        for (size_t i = 0; i < a->n_lists; i++)
                revocation_deinit(&a->lists[i]);
        free(a->of);
        free(a->lists);
        *a = (struct authorities){ 0 };
}

/* Room for one more, zeroed; NULL: no memory. */
static void *authorities_grow(void **all, size_t n, size_t size) {
        void *grown = reallocarray(*all, n + 1, size);

        if (!grown)
                return NULL;
        *all = grown;
        return memset((char *)grown + n * size, 0, size);
}

static int no_memory(struct err *err) {
        return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for authorities");
}

static int add_authority(struct authorities *a, struct bytes der, struct err *err) {
        const unsigned char *at = der.at;
        auto_x509 authority = d2i_X509(NULL, &at, (long)der.left);
        struct authority *new;

        if (!authority || at != der.at + der.left)
                return err_say(err, -EBADMSG, "証明書ではありません: %s", "not a certificate: %s", crypto_reason());
        if (X509_check_ca(authority) != 1)
                return err_say(
                        err, -EBADMSG,
                        "認証局の証明書ではありません（basicConstraints に CA とないか、keyUsage に keyCertSign がありません）",
                        "not an authority: its basicConstraints do not say CA, or its keyUsage not keyCertSign");
        new = authorities_grow((void **)&a->of, a->n, sizeof *a->of);
        if (!new)
                return no_memory(err);
        new->certificate = TAKE(authority);
        a->n++;
        return 0;
}

static int add_list(struct authorities *a, struct bytes der, struct err *err) {
        struct revocation_list *new = authorities_grow((void **)&a->lists, a->n_lists, sizeof *a->lists);
        int r = new ? revocation_init(new, der, err) : no_memory(err);

        a->n_lists += r == 0;
        return r;
}

/* The PEM blocks of one text, blank lines between them. */
static int add_blocks(struct authorities *a, const char *pem, const char *label,
                      int (*add)(struct authorities *, struct bytes, struct err *), struct err *err) {
        struct bytes text = bytes_text(pem);
        size_t n = 0;
        int done = 0;

        while (done == 0 && text.left) {
                struct bytes rest = text;
                auto_free uint8_t *der = NULL;
                size_t size;

                if (pem_line(&rest).left == 0) {
                        text = rest;
                        continue;
                }
                done = pem_read(&text, label, &der, &size, err);
                if (done == 0)
                        done = add(a, bytes_of(der, size), err);
                n++;
        }
        return done == 0 && n == 0 ? err_say(err, -EBADMSG, "空です", "empty") : done;
}

bool authority_issued(X509 *issuer, X509 *certificate) {
        EVP_PKEY *key = X509_get0_pubkey(issuer);

        return key && X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0
               && X509_verify(certificate, key) == 1;
}

/* What a revoked authority signed still takes back, and says of nobody that he is not. */
static void attribute_list(const struct authorities *a, struct revocation_list *l) {
        l->named = l->vouched = l->may_cover = false;
        for (size_t i = 0; i < a->n; i++) {
                X509 *authority = a->of[i].certificate;

                l->named = l->named || revocation_is_of(l, X509_get_subject_name(authority));
                if (l->may_cover || !revocation_signed(l, authority))
                        continue;
                l->vouched = true;
                l->may_cover = !a->of[i].revoked && revocation_may_sign(authority);
        }
}

static void attribute_lists(const struct authorities *a) {
        for (size_t i = 0; i < a->n_lists; i++)
                attribute_list(a, &a->lists[i]);
}

/* A root is never revoked: careless authorities give their root a serial that a person's certificate has, too. */
static bool is_its_own(X509 *certificate) {
        return X509_get_extension_flags(certificate) & EXFLAG_SS;
}

/* Is everybody revoked who vouches for this authority? Nobody does for a root. */
static bool vouchers_are_revoked(const struct authorities *a, X509 *one) {
        size_t vouch = 0, revoked = 0;

        for (size_t i = 0; i < a->n && !is_its_own(one); i++)
                if (a->of[i].certificate != one && authority_issued(a->of[i].certificate, one)) {
                        vouch++;
                        revoked += a->of[i].revoked;
                }
        return vouch && vouch == revoked;
}

/* Who is revoked takes with him whom he vouches for, from one to the next: at most n steps. True: somebody is. */
static bool revoke_authorities(struct authorities *a) {
        bool any = false, more;

        for (size_t i = 0; i < a->n; i++) {
                a->of[i].revoked =
                        !is_its_own(a->of[i].certificate) && authorities_revoke(a, a->of[i].certificate, NULL);
                any = any || a->of[i].revoked;
        }
        for (more = any; more;) {
                more = false;
                for (size_t i = 0; i < a->n; i++)
                        if (!a->of[i].revoked && vouchers_are_revoked(a, a->of[i].certificate))
                                a->of[i].revoked = more = true;
        }
        return any;
}

int authorities_read(struct authorities *a, const struct login_terms *terms, struct err *err) {
        int done = 0;

        *a = (struct authorities){ 0 };
        crypto_start();
        for (size_t i = 0; i < terms->card.n_authorities && done == 0; i++) {
                done = add_blocks(a, terms->card.authorities[i], "CERTIFICATE", add_authority, err);
                if (done < 0)
                        return err_wrap(err, done, "login.card.authorities: %zu", i + 1);
        }
        for (size_t i = 0; i < terms->card.n_revocation && done == 0; i++) {
                done = add_blocks(a, terms->card.revocation[i], "X509 CRL", add_list, err);
                if (done < 0)
                        return err_wrap(err, done, "login.card.revocation: %zu", i + 1);
        }
        attribute_lists(a);
        if (revoke_authorities(a))
                attribute_lists(a);
        (void)crypto_reason();
        return 0;
}

static bool is_signed_above(const struct revocation_list *l, const struct path_above *above, bool to_cover) {
        for (size_t i = 0; i < above->n; i++)
                if ((!to_cover || revocation_may_sign(above->of[i])) && revocation_signed(l, above->of[i]))
                        return true;
        return false;
}

bool authorities_revoke(const struct authorities *a, X509 *certificate, const struct path_above *above) {
        for (size_t i = 0; i < a->n_lists; i++) {
                const struct revocation_list *l = &a->lists[i];

                if (revocation_lists(l, certificate)
                    && (l->vouched || (above ? is_signed_above(l, above, false) : !l->named)))
                        return true;
        }
        return false;
}

enum list_fault authorities_cover(const struct authorities *a, X509 *certificate, const struct path_above *above,
                                  uint32_t grace_s, int64_t now_s) {
        enum list_fault nearest = LIST_NONE;
        unsigned reasons = 0;

        for (size_t i = 0; i < a->n_lists; i++) {
                const struct revocation_list *l = &a->lists[i];
                unsigned more;
                enum list_fault fault = revocation_covers(l, certificate, grace_s, now_s, &more);

                if (fault != LIST_NONE && !l->may_cover && (l->vouched || !is_signed_above(l, above, true)))
                        fault = LIST_KEY;
                if (fault == LIST_COVERS)
                        reasons |= more;
                if (fault == LIST_COVERS && reasons != LIST_ALL_REASONS)
                        fault = LIST_REASONS;
                if (fault > nearest)
                        nearest = fault;
        }
        return nearest;
}
