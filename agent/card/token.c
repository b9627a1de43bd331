/* SPDX-License-Identifier: MIT */
/* token.c — C_GetSlotList, then C_OpenSession for each slot and a search for X.509 certificates; a certificate whose
 * key works without a PIN is left out. See token.h. */
#include "card/token.h"

#include "signature/signer.h"

#include <openssl/x509v3.h>
#include <string.h>

#define OBJECTS_MAX 32

static enum pin_state state_of(CK_FLAGS flags) {
        static const struct {
                CK_FLAGS flag;
                enum pin_state state;
        } worst_first[] = {
                { CKF_USER_PIN_LOCKED, PIN_LOCKED },
                { CKF_USER_PIN_FINAL_TRY, PIN_LAST_TRY },
                { CKF_USER_PIN_COUNT_LOW, PIN_COUNT_LOW },
        };

        for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++)
                if (flags & worst_first[i].flag)
                        return worst_first[i].state;
        return PIN_FRESH;
}

enum pin_state token_pin(const struct tokens *t, const struct card_token *token) {
        CK_TOKEN_INFO info = { 0 };

        return t->p11->C_GetTokenInfo(token->slot, &info) == CKR_OK ? state_of(info.flags) : 0;
}

bool token_is_present(const struct tokens *t, const struct card_token *token) {
        CK_SLOT_INFO info = { 0 };

        return t->p11->C_GetSlotInfo(token->slot, &info) == CKR_OK && (info.flags & CKF_TOKEN_PRESENT);
}

const struct card_token *tokens_token(const struct tokens *t, uint64_t slot) {
        for (size_t i = 0; i < t->n; i++)
                if (t->tokens[i].slot == slot)
                        return &t->tokens[i];
        return NULL;
}

const struct listed_key *tokens_key(const struct tokens *t, uint64_t slot, const uint8_t *id, size_t n_id) {
        for (size_t i = 0; i < t->n_keys; i++) {
                const struct listed_key *k = &t->keys[i];

                if (t->tokens[k->token].slot == slot && bytes_equal(bytes_of(k->id, k->n_id), bytes_of(id, n_id)))
                        return k;
        }
        return NULL;
}

static size_t token_clamp(size_t n, size_t least, size_t most) {
        return n < least ? least : n > most ? most : n;
}

/* Fill in what a slot and its token say. False: the token has nothing that a PIN protects. */
static bool token_describe(const struct tokens *t, struct card_token *token, struct card_found *f) {
        CK_TOKEN_INFO info = { 0 };
        CK_SLOT_INFO slot = { 0 };
        const CK_FLAGS protected = CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED;

        if (t->p11->C_GetSlotInfo(token->slot, &slot) != CKR_OK || t->p11->C_GetTokenInfo(token->slot, &info) != CKR_OK
            || (info.flags & protected) != protected)
                return false;
        token->hardware = slot.flags & CKF_HW_SLOT;
        token->pin_least = token_clamp(info.ulMinPinLen, 1, CARD_PIN - 1);
        token->pin_most = token_clamp(info.ulMaxPinLen ? info.ulMaxPinLen : CARD_PIN, token->pin_least, CARD_PIN - 1);
        module_text(bytes_of(slot.slotDescription, sizeof slot.slotDescription), token->reader, sizeof token->reader);
        *f = (struct card_found){ .slot = token->slot, .pin = state_of(info.flags) };
        f->pin_least = (uint8_t)token->pin_least;
        f->pin_most = (uint8_t)token->pin_most;
        module_text(bytes_of(info.label, sizeof info.label), f->label, sizeof f->label);
        module_text(bytes_of(info.serialNumber, sizeof info.serialNumber), f->serial, sizeof f->serial);
        memcpy(f->reader, token->reader, sizeof token->reader);
        return true;
}

/* The bytes of an attribute; 0 where there is none or it is longer than `room`. */
static CK_ULONG read_attribute(const struct tokens *t, const struct card_token *token, CK_OBJECT_HANDLE object,
                               CK_ATTRIBUTE_TYPE type, void *to, CK_ULONG room) {
        CK_ATTRIBUTE a = { type, to, room };

        return t->p11->C_GetAttributeValue(token->session, object, &a, 1) == CKR_OK && a.ulValueLen <= room
                       ? a.ulValueLen
                       : 0;
}

static CK_ULONG token_find_objects(const struct tokens *t, const struct card_token *token, CK_ATTRIBUTE *by,
                                   CK_ULONG n_by, CK_OBJECT_HANDLE found[OBJECTS_MAX]) {
        CK_ULONG n = 0;

        if (t->p11->C_FindObjectsInit(token->session, by, n_by) != CKR_OK)
                return 0;
        if (t->p11->C_FindObjects(token->session, found, OBJECTS_MAX, &n) != CKR_OK || n > OBJECTS_MAX)
                n = 0;
        (void)t->p11->C_FindObjectsFinal(token->session);
        return n;
}

/* Before login a key that needs a PIN is not listed, or is listed as private. A listed key that is not private (a PIV
 * card's 9E) signs without a PIN, so it must not be used where a PIN is asked for. */
static bool key_needs_no_pin(const struct tokens *t, const struct card_token *token, struct card_found *f) {
        CK_OBJECT_CLASS key = CKO_PRIVATE_KEY;
        CK_ATTRIBUTE by[] = { { CKA_CLASS, &key, sizeof key }, { CKA_ID, f->id, f->n_id } };
        CK_OBJECT_HANDLE found[OBJECTS_MAX];
        CK_ULONG n = token_find_objects(t, token, by, 2, found);

        for (CK_ULONG i = 0; i < n; i++) {
                CK_BBOOL is_private = CK_FALSE;

                if (!read_attribute(t, token, found[i], CKA_PRIVATE, &is_private, sizeof is_private) || !is_private)
                        return true;
        }
        return false;
}

/* Cards carry their authorities' certificates, too. Some modules say so in CKA_CERTIFICATE_CATEGORY; OpenSC 0.23 does
 * not. */
static bool is_authority(X509 *certificate) {
        return certificate && X509_check_ca(certificate) == 1
               && !(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE);
}

static void know_key(struct listed_key *k, X509 *certificate) {
        const EVP_PKEY *key = certificate ? X509_get0_pubkey(certificate) : NULL;

        const struct phrase *unfit = key ? signer_key_unfit(key) : NULL;

        k->unfit = !key ? "its certificate cannot be read" : unfit ? unfit->en : NULL;
        if (!k->unfit && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
                k->kind = EVP_PKEY_get_bits(key) == 384 ? KEY_P384 : KEY_P256;
}

/* False: not a certificate that a person logs in with. */
static bool read_certificate(const struct tokens *t, const struct card_token *token, CK_OBJECT_HANDLE object,
                             struct card_found *f, struct listed_key *k) {
        auto_x509 certificate = NULL;
        const unsigned char *at = f->certificate;

        memset(f->id, 0, sizeof f->id);
        f->n_id = (uint8_t)read_attribute(t, token, object, CKA_ID, f->id, sizeof f->id);
        if (!f->n_id || key_needs_no_pin(t, token, f))
                return false;
        f->n_certificate = (uint16_t)read_attribute(t, token, object, CKA_VALUE, f->certificate, sizeof f->certificate);
        if (!f->n_certificate)
                return false;
        certificate = d2i_X509(NULL, &at, f->n_certificate);
        *k = (struct listed_key){ .n_id = f->n_id };
        memcpy(k->id, f->id, sizeof k->id);
        know_key(k, certificate);
        (void)crypto_reason();
        return !is_authority(certificate);
}

/* Authorities' certificates have no key on the card, and need no id. A card is read once: a module remembers. */
static int list_authorities(const struct tokens *t, const CK_OBJECT_HANDLE *found, CK_ULONG n,
                            const struct token_teller *teller) {
        static struct card_authority a;
        int r = 0, told = 0;

        for (CK_ULONG i = 0; i < n && told < CARD_AUTHORITIES_MAX && r == 0; i++) {
                const unsigned char *at = a.certificate;
                auto_x509 certificate = NULL;

                a.n_certificate = (uint16_t)read_attribute(t, &t->tokens[t->n], found[i], CKA_VALUE, a.certificate,
                                                           sizeof a.certificate);
                if (a.n_certificate)
                        certificate = d2i_X509(NULL, &at, a.n_certificate);
                if (certificate && X509_check_ca(certificate) == 1) {
                        told++;
                        r = teller->authority(&a);
                }
                (void)crypto_reason();
        }
        return r;
}

static int list_certificates(struct tokens *t, struct card_found *f, const struct token_teller *teller) {
        CK_OBJECT_CLASS class = CKO_CERTIFICATE;
        CK_CERTIFICATE_TYPE x509 = CKC_X_509;
        CK_ATTRIBUTE by[] = { { CKA_CLASS, &class, sizeof class }, { CKA_CERTIFICATE_TYPE, &x509, sizeof x509 } };
        const struct card_token *token = &t->tokens[t->n];
        CK_OBJECT_HANDLE found[OBJECTS_MAX];
        CK_ULONG n = token_find_objects(t, token, by, 2, found);
        int r = list_authorities(t, found, n, teller);

        for (CK_ULONG i = 0; i < n && t->n_keys < CARDS_MAX && r == 0; i++) {
                struct listed_key *k = &t->keys[t->n_keys];

                if (!read_certificate(t, token, found[i], f, k))
                        continue;
                k->token = t->n;
                t->n_keys++;
                r = teller->found(f);
        }
        return r;
}

/* 1: a usable card was listed; 0: no card, or an unusable one. */
static int list_token(struct tokens *t, CK_SLOT_ID slot, const struct token_teller *teller, struct card_listed *ret) {
        static struct card_found f;
        struct card_token *token = &t->tokens[t->n];
        CK_RV rv;
        int r;

        *token = (struct card_token){ .slot = slot };
        if (!token_describe(t, token, &f))
                return 0;
        rv = t->p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &token->session);
        if (rv != CKR_OK) {
                ret->result = module_result(rv, "C_OpenSession", ret->text, sizeof ret->text);
                return 0;
        }
        r = list_certificates(t, &f, teller);
        t->n++;
        return r < 0 ? r : 1;
}

int tokens_list(struct tokens *t, const struct token_teller *teller, struct card_listed *ret) {
        CK_SLOT_ID slots[SLOTS_MAX];
        CK_ULONG n = SLOTS_MAX;
        CK_ULONG counted = 0;
        CK_RV rv;
        bool any = false;

        /* Only a call without a buffer looks for readers that were added after C_Initialize (PKCS#11 2.40, 5.5). */
        (void)t->p11->C_GetSlotList(CK_TRUE, NULL, &counted);
        rv = t->p11->C_GetSlotList(CK_TRUE, slots, &n);
        *ret = (struct card_listed){ .result = CARD_GONE };
        if (rv != CKR_OK) {
                ret->result = module_result(rv, "C_GetSlotList", ret->text, sizeof ret->text);
                return 0;
        }
        for (CK_ULONG i = 0; i < n && t->n < TOKENS_MAX; i++) {
                int r = list_token(t, slots[i], teller, ret);

                if (r < 0)
                        return r;
                any = any || r == 1;
        }
        if (any)
                *ret = (struct card_listed){ .result = CARD_OK };
        ret->n = (uint32_t)t->n_keys;
        return 0;
}

size_t tokens_readers(const struct tokens *t, char to[SLOTS_MAX][65]) {
        CK_SLOT_ID slots[SLOTS_MAX];
        CK_ULONG n = SLOTS_MAX, told = 0;

        if (t->p11->C_GetSlotList(CK_FALSE, slots, &n) != CKR_OK)
                return 0;
        for (CK_ULONG i = 0; i < n; i++) {
                CK_SLOT_INFO slot = { 0 };

                if (t->p11->C_GetSlotInfo(slots[i], &slot) == CKR_OK)
                        module_text(bytes_of(slot.slotDescription, sizeof slot.slotDescription), to[told++], 65);
        }
        return told;
}
