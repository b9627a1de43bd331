/* SPDX-License-Identifier: MIT */
/* options.h — every option of every verb, once: how it is typed, what may stand behind it, and what it means. Knows no
 * verb: verbs.c says which takes which. The parser, --help, the completions and the manual pages all read this. */
#pragma once

#include <stdbool.h>

enum option_id {
        OPTION_NONE, /* ends a verb's list */
        OPTION_ACCESS,
        OPTION_ALGORITHM,
        OPTION_ALL,
        OPTION_ASSIGN,
        OPTION_BEFORE,
        OPTION_BY,
        OPTION_CERT,
        OPTION_CERTIFICATE,
        OPTION_CHECK,
        OPTION_CODE,
        OPTION_CONFIRM,
        OPTION_DIGITS,
        OPTION_EXPECT,
        OPTION_FINGERPRINT,
        OPTION_FOLLOW,
        OPTION_FORCE_CHECK,
        OPTION_FORCE_PUSH,
        OPTION_FORCE_SIGN,
        OPTION_FORCE_TWIN,
        OPTION_FORCE_USER,
        OPTION_FROM_POLICY,
        OPTION_FROM_RECORD,
        OPTION_HOURS,
        OPTION_HTML,
        OPTION_ID,
        OPTION_IMPORT,
        OPTION_INTO,
        OPTION_JSON,
        OPTION_KEY,
        OPTION_LABEL,
        OPTION_LANG,
        OPTION_LANG_BOTH,
        OPTION_LAST,
        OPTION_LEDGER,
        OPTION_MEDIUM,
        OPTION_MODULE,
        OPTION_NAME,
        OPTION_NO_AGENT,
        OPTION_NO_QR,
        OPTION_NO_WAIT,
        OPTION_NOW,
        OPTION_OBSERVE,
        OPTION_OUTPUT,
        OPTION_PERIOD,
        OPTION_PERSON,
        OPTION_POLICY,
        OPTION_PREVIOUS,
        OPTION_PROMETHEUS,
        OPTION_PUB,
        OPTION_REPLACE,
        OPTION_ROOT,
        OPTION_RUNTIME_DIR,
        OPTION_SECTION,
        OPTION_SERIAL_CARD,
        OPTION_SERIAL_POLICY,
        OPTION_SIGNERS,
        OPTION_SINCE,
        OPTION_SLOT,
        OPTION_STATE_DIR,
        OPTION_THRESHOLD,
        OPTION_TOKEN,
        OPTION_TRANSPORT_KEY,
        OPTION_TRUST,
        OPTION_TYPE,
        OPTION_UNDO,
        OPTION_UNLESS_CONFIRMED,
        OPTION_UNTIL,
        OPTION_USERS,
        OPTION_WHICH,
        OPTION_WITNESS,
        OPTION_YES,
        OPTIONS,
};

struct option_row {
        const char *name;   /* behind two dashes; NULL: it has only its letter */
        char letter;        /* behind one dash; 0: none */
        bool needed, many;  /* it must be there; it may be there again, and each counts */
        const char *value;  /* what stands for its value in a usage line; NULL: it has none */
        const char *values; /* "ja|en": what may stand there; NULL: the verb looks at it */
        const char *usual;  /* its value where it is not typed; NULL: nothing */
        const char *with;   /* the word of the verb that it goes with ("totp"); NULL: any */
        const char *ja, *en;
};

extern const struct option_row options[OPTIONS];

#define OPTION_VALUES 64 /* that one option may have, each shorter than OPTION_VALUE */
#define OPTION_VALUE 24

/* "--runtime-dir", "-n": as messages name it. `to` has OPTION_TEXT bytes. */
#define OPTION_TEXT 32
const char *option_text(enum option_id id, char to[OPTION_TEXT]);
