/* SPDX-License-Identifier: MIT */
/* sign.c — C_Login, the key by its CKA_ID, C_SignInit (CKM_RSA_PKCS or CKM_ECDSA), C_Sign, C_Logout. See sign.h. */
#include "card/sign.h"

#include "signature/crypto.h"
#include "wire/challenge.h"

#include <stdio.h>

#define RESETS_MAX 4 /* of the card by others, while it signs */

/* What is to be signed, as the card wants it. */
struct digest {
        CK_MECHANISM_TYPE mechanism;
        CK_ULONG n;
        CK_BYTE bytes[64];
};

/* RFC 8017 §9.2: DigestInfo of SHA-256. Raw RSA cards (JPKI) know no hash. */
static const CK_BYTE digest_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };

static bool digest_of(enum key_kind kind, const uint8_t nonce[CARD_NONCE], struct digest *ret) {
        uint8_t message[sizeof CARD_CHALLENGE - 1 + CARD_NONCE];
        size_t prefix = kind == KEY_RSA ? sizeof digest_info : 0;
        unsigned n = 0;

        memcpy(message, CARD_CHALLENGE, sizeof CARD_CHALLENGE - 1);
        memcpy(message + sizeof CARD_CHALLENGE - 1, nonce, CARD_NONCE);
        memcpy(ret->bytes, digest_info, prefix);
        if (!EVP_Digest(message, sizeof message, ret->bytes + prefix, &n,
                        kind == KEY_P384 ? EVP_sha384() : EVP_sha256(), NULL))
                return false;
        ret->mechanism = kind == KEY_RSA ? CKM_RSA_PKCS : CKM_ECDSA;
        ret->n = prefix + n;
        return true;
}

static CK_RV log_in(const struct tokens *t, const struct card_token *token, CK_USER_TYPE user,
                    const struct card_sign *s) {
        return t->p11->C_Login(token->session, user, (CK_UTF8CHAR_PTR)s->pin, strlen(s->pin));
}

/* After login the private key must be found: a certificate is easily copied to another card. */
static CK_OBJECT_HANDLE find_key(const struct tokens *t, const struct card_token *token, const struct card_sign *s) {
        CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
        CK_ATTRIBUTE by[] = { { CKA_CLASS, &class, sizeof class }, { CKA_ID, (void *)s->id, s->n_id } };
        CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
        CK_ULONG n = 0;

        if (t->p11->C_FindObjectsInit(token->session, by, 2) != CKR_OK)
                return CK_INVALID_HANDLE;
        if (t->p11->C_FindObjects(token->session, &key, 1, &n) != CKR_OK || n != 1)
                key = CK_INVALID_HANDLE;
        (void)t->p11->C_FindObjectsFinal(token->session);
        return key;
}

static bool asks_each_time(const struct tokens *t, const struct card_token *token, CK_OBJECT_HANDLE key) {
        CK_BBOOL always = CK_FALSE;
        CK_ATTRIBUTE a = { CKA_ALWAYS_AUTHENTICATE, &always, sizeof always };

        return t->p11->C_GetAttributeValue(token->session, key, &a, 1) == CKR_OK && always;
}

static enum card_result sign_fail(struct card_signed *ret, const char *why) {
        (void)snprintf(ret->text, sizeof ret->text, "%s", why);
        return CARD_UNABLE;
}

/* The length is asked for first, and a longer signature is refused: pam_p11 trusted a card here (CVE-2019-16058). */
static enum card_result take_signature(const struct tokens *t, const struct card_token *token, struct digest *d,
                                       struct card_signed *ret) {
        CK_ULONG n = 0, room;
        CK_RV rv = t->p11->C_Sign(token->session, d->bytes, d->n, NULL, &n);

        if (rv == CKR_OK && (n == 0 || n > sizeof ret->signature))
                return sign_fail(ret, "C_Sign: a signature of no possible length");
        room = n;
        if (rv == CKR_OK)
                rv = t->p11->C_Sign(token->session, d->bytes, d->n, ret->signature, &n);
        if (rv == CKR_OK && (n == 0 || n > room))
                return sign_fail(ret, "C_Sign: a signature longer than announced");
        ret->n_signature = rv == CKR_OK ? (uint16_t)n : 0;
        return module_result(rv, "C_Sign", ret->text, sizeof ret->text);
}

static enum card_result use_key(const struct tokens *t, const struct card_token *token, const struct card_sign *s,
                                struct digest *d, struct card_signed *ret) {
        CK_OBJECT_HANDLE key = find_key(t, token, s);
        CK_MECHANISM mechanism = { d->mechanism, NULL, 0 };
        CK_RV rv;

        if (key == CK_INVALID_HANDLE)
                return sign_fail(ret, "the card has no private key for this certificate");
        rv = t->p11->C_SignInit(token->session, &mechanism, key);
        if (rv != CKR_OK)
                return module_result(rv, "C_SignInit", ret->text, sizeof ret->text);
        if (asks_each_time(t, token, key)) {
                rv = log_in(t, token, CKU_CONTEXT_SPECIFIC, s);
                if (rv != CKR_OK)
                        return module_result(rv, "C_Login", ret->text, sizeof ret->text);
        }
        return take_signature(t, token, d, ret);
}

/* An existing login was not made with this PIN: log out, and verify this PIN. */
static enum card_result sign_unlock(const struct tokens *t, const struct card_token *token, const struct card_sign *s,
                                    struct card_signed *ret) {
        CK_RV rv = log_in(t, token, CKU_USER, s);

        if (rv == CKR_USER_ALREADY_LOGGED_IN) {
                (void)t->p11->C_Logout(token->session);
                rv = log_in(t, token, CKU_USER, s);
        }
        return module_result(rv, "C_Login", ret->text, sizeof ret->text);
}

/* The PIN was right, so it may be shown again: whenever another program that had the card open ends, pcscd resets the
 * card. Each login that used it before us is such a program. As long as no try was spent on it: it may be another card
 * by now, or a key with a PIN of its own. */
static enum card_result use_key_until_done(const struct tokens *t, const struct card_token *token,
                                           const struct card_sign *s, struct digest *d, struct card_signed *ret) {
        enum card_result result = use_key(t, token, s, d, ret);

        for (unsigned i = 0; i < RESETS_MAX && result == CARD_UNABLE && token_pin(t, token) == PIN_FRESH; i++) {
                enum card_result unlocked = sign_unlock(t, token, s, ret);

                if (unlocked == CARD_OK)
                        result = use_key(t, token, s, d, ret);
                else if (unlocked != CARD_UNABLE)
                        result = unlocked;
        }
        return result;
}

static enum card_result sign_try(const struct tokens *t, const struct card_token *token, const struct listed_key *key,
                                 const struct card_sign *s, struct card_signed *ret) {
        size_t n = strlen(s->pin);
        enum card_result result;
        struct digest d;

        if (key->unfit)
                return sign_fail(ret, key->unfit);
        if (!digest_of(key->kind, s->nonce, &d))
                return sign_fail(ret, "no digest");
        if (token_pin(t, token) == PIN_LOCKED)
                return CARD_PIN_IS_LOCKED;
        /* A card with a verified PIN may take an empty PIN for a status query (CVE-2023-40660). */
        if (n < token->pin_least || n > token->pin_most)
                return CARD_PIN_MALFORMED;
        result = sign_unlock(t, token, s, ret);
        if (result != CARD_OK)
                return result;
        result = use_key_until_done(t, token, s, &d, ret);
        (void)t->p11->C_Logout(token->session);
        return result;
}

/* The module's error code may not show the state of the card (OpenSC: CKR_GENERAL_ERROR for a JPKI card that locked its
 * PIN), so the state is read again. */
static enum card_result look_again(const struct tokens *t, const struct card_token *token, enum card_result result,
                                   enum pin_state *ret_pin) {
        if (result == CARD_GONE || !token_is_present(t, token))
                return CARD_GONE;
        *ret_pin = token_pin(t, token);
        if (*ret_pin == PIN_LOCKED && (result == CARD_UNABLE || result == CARD_PIN_WRONG))
                return CARD_PIN_IS_LOCKED;
        return result;
}

void sign_challenge(const struct tokens *t, const struct card_sign *s, struct card_signed *ret) {
        const struct listed_key *key = tokens_key(t, s->slot, s->id, s->n_id);
        const struct card_token *token = key ? &t->tokens[key->token] : NULL;

        *ret = (struct card_signed){ .result = CARD_GONE };
        if (!token)
                return;
        ret->result = sign_try(t, token, key, s, ret);
        if (ret->result == CARD_OK) {
                ret->text[0] = '\0';
                ret->pin = PIN_FRESH; /* a correct PIN resets the retry counter */
                return;
        }
        ret->n_signature = 0;
        ret->result = look_again(t, token, ret->result, &ret->pin);
}
