/* SPDX-License-Identifier: MIT */
/* token.h — the cards that are present: their PIN states, their certificates, and a session to each that lasts until
 * the card is pulled, so that the card that was listed is the card that signs. */
#pragma once

#include "card/module.h"

#define TOKENS_MAX 16
#define SLOTS_MAX 64

struct card_token {
        CK_SLOT_ID slot;
        CK_SESSION_HANDLE session;
        size_t pin_least, pin_most;
        char reader[65]; /* as the slot describes it, cut by PKCS#11 */
        bool hardware;
};

enum key_kind { KEY_RSA, KEY_P256, KEY_P384 };

/* A certificate that was reported, and the kind of its key. */
struct listed_key {
        size_t token;
        uint8_t n_id, id[CARD_ID];
        enum key_kind kind;
        const char *unfit; /* why it must not be used to sign; NULL: it may */
};

struct tokens {
        CK_FUNCTION_LIST *p11;
        size_t n, n_keys;
        struct card_token tokens[TOKENS_MAX];
        struct listed_key keys[CARDS_MAX];
};

/* Each answers 0 or -errno. */
struct token_teller {
        int (*authority)(const struct card_authority *a);
        int (*found)(const struct card_found *f);
};

/* Find every certificate with a key behind a PIN, and tell each, the authorities' of its card before it. ret->result is
 * CARD_OK if there is a card; the rest of `ret` is filled in. Returns 0, or -errno of the teller. */
int tokens_list(struct tokens *t, const struct token_teller *teller, struct card_listed *ret);

/* The readers of all slots that the module has, as it describes them: how many. */
size_t tokens_readers(const struct tokens *t, char to[SLOTS_MAX][65]);

/* The state at this moment; token_pin returns 0 if it cannot be read. */
enum pin_state token_pin(const struct tokens *t, const struct card_token *token);
bool token_is_present(const struct tokens *t, const struct card_token *token);

/* NULL: no such key or token was listed. */
const struct listed_key *tokens_key(const struct tokens *t, uint64_t slot, const uint8_t *id, size_t n_id);
const struct card_token *tokens_token(const struct tokens *t, uint64_t slot);
