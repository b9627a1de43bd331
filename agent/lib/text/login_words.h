/* SPDX-License-Identifier: MIT */
/* login_words.h — every sentence of the login plane, in Japanese and English side by side. Knows nothing of a login
 * attempt: the caller chooses the sentence and the values for its gaps. */
#pragma once

#include "text/words.h"

/* The sentences; in braces what they take from struct word_facts. */
enum login_word {
        /* Questions: one line that ends in a colon and a space. */
        WORD_ASK_PASSWORD,
        WORD_ASK_TOTP,             /* {count} digits */
        WORD_ASK_TOTP_OR_RECOVERY, /* {count} digits */
        WORD_ASK_RECOVERY,
        WORD_ASK_PIN,           /* PIN_FRESH */
        WORD_ASK_PIN_FEW,       /* PIN_COUNT_LOW */
        WORD_ASK_PIN_LAST,      /* PIN_LAST_TRY, where the policy lets it be spent */
        WORD_ASK_LINE,          /* a single prompt: the password, a plus sign and the {count} digits */
        WORD_ASK_LINE_RECOVERY, /* a single prompt: the password, a plus sign and a recovery code */
        WORD_ASK_LINE_EITHER,   /* a single prompt: the password, a plus sign, and {count} digits or a recovery code */
        WORD_ASK_LINE_BOTH,     /* a single prompt: the password, the {count} digits and a recovery code */
        WORD_ASK_CARD,          /* no card is there and nothing else is offered: put it in, press Enter */

        /* Notes beside a login that goes on or has gone well. */
        WORD_LAST_LOGIN,       /* {when}, {place} */
        WORD_FIRST_LOGIN,      /* nobody logged in under this name before */
        WORD_FAILED_SINCE,     /* {count} failures since the last login */
        WORD_RECOVERY_LEFT,    /* {count} recovery codes are left, few */
        WORD_RECOVERY_NO_MORE, /* the last recovery code was used */
        WORD_SEALED,           /* no policy: password and recovery code */

        /* Refusals, each with what, why, what now and whom ({contact}). */
        WORD_WRONG,           /* never says which factor */
        WORD_THROTTLED,       /* {wait} */
        WORD_CLOCK_BACK,      /* TOTP_CLOCK_BACK, or the tally's clock_s is ahead of the clock */
        WORD_TOKEN_OFF,       /* TOTP_OFF */
        WORD_CODE_USED,       /* TOTP_USED, or a recovery code's -EALREADY */
        WORD_CARD_NOT_THEIRS, /* CERTIFICATE_… from here */
        WORD_CARD_EXPIRED,
        WORD_CARD_NOT_YET,
        WORD_CARD_REVOKED,
        WORD_CARD_NO_LIST,
        WORD_CARD_LIST_KEY,
        WORD_CARD_LIST_UNKNOWN,
        WORD_CARD_LIST_INDIRECT,
        WORD_CARD_LIST_PART,
        WORD_CARD_LIST_AUTHORITIES,
        WORD_CARD_LIST_REASONS,
        WORD_CARD_STALE_LIST,
        WORD_CARD_CA_EXPIRED,
        WORD_CARD_CA_NOT_YET,
        WORD_CARD_CA_WEAK,
        WORD_CARD_UNKNOWN_CA,
        WORD_CARD_PURPOSE,
        WORD_CARD_WEAK,
        WORD_CARD_POLICY,
        WORD_CARD_UNREADABLE, /* CERTIFICATE_MALFORMED, CARD_UNABLE */
        WORD_CARD_UNREACHED,  /* in a reader that the module has no place for */
        WORD_CARD_UNPROVEN,   /* the signature is not the certificate's */
        WORD_CARD_NONE,       /* a reader, and no card in it */
        WORD_CARD_PULLED,     /* CARD_GONE in the middle of it */
        WORD_PIN_MALFORMED,   /* empty, too short or too long; the card was not asked */
        WORD_PIN_WRONG,       /* CARD_PIN_WRONG: names the factor, because another try may lock the card */
        WORD_PIN_LOCKED,
        WORD_PIN_LAST_REFUSED, /* one try is left, and the policy does not spend it */
        WORD_DISK,             /* the state cannot be written: -ENOSPC, -EROFS … */
        WORD_FACTORS_LOST,     /* -ENOKEY: the key or TPM that seals the factors is gone */
        WORD_STATE_BROKEN,     /* -EBADMSG of a tally: `sekimori unlock` */
        WORD_NO_RULE,          /* policy_login_plan says no */
        WORD_NOTHING_ENROLLED, /* a rule, and none of its alternatives is enrolled */
        WORD_NOT_THROUGH_US,   /* account phase: the session did not pass the authentication */
        WORD_TOO_MANY,         /* whoever asks has no room left for another login or session */
        WORD_UNAVAILABLE,      /* nobody could decide: a helper died, memory ran out */
        LOGIN_WORDS,
};
#define WORD_FIRST_NOTE WORD_LAST_LOGIN
#define WORD_FIRST_REFUSAL WORD_WRONG

/* The values for the gaps. Values that a sentence does not use may be left out; `place` is escaped here. */
struct word_facts {
        const char *contact; /* policy_contact; NULL or "": the IT section */
        unsigned count;
        int64_t wait_s;    /* seconds */
        int64_t when_s;    /* unix */
        const char *place; /* a service and its seat or line, or its host: struct tally's login_place */
};

/* `facts` may be NULL. 1 KiB is enough for every sentence with a contact of LINE_MAX bytes; cut as words.h says. */
void words_login(enum language l, enum login_word w, const struct word_facts *facts, char *to, size_t size);

/* The language for a terminal line ("tty2", "/dev/tty2", "pts/0", ":0", ""): the policy's, but English on a virtual
 * console, whose font in the kernel has no Japanese characters (at most 512 glyphs, console_codes(4)). */
enum language language_on(enum language l, const char *tty);
