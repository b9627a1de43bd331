/* SPDX-License-Identifier: MIT */
/* ledger.h — the ledger of media as a table: what each column means, and changes that leave every other byte as it is.
 * Knows no file: see ledger_file.h. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "cli/media/medium.h"
#include "text/words.h"

#define LEDGER_ROWS 10000 /* media, in all the years */

enum ledger_column {
        LEDGER_NUMBER, /* M2026-001: fiscal year, and which of it */
        LEDGER_MEDIUM, /* medium_text() */
        LEDGER_NAME,   /* what the medium calls itself */
        LEDGER_SECTION,
        LEDGER_PERSON, /* in charge */
        LEDGER_ACCESS,
        LEDGER_HOURS, /* "": always */
        LEDGER_UNTIL,
        LEDGER_RULE,    /* in the policy */
        LEDGER_REQUEST, /* request number of the device at its enrolment */
        LEDGER_ENROLLED,
        LEDGER_ENROLLED_BY,
        LEDGER_OUTCOME, /* "": in use */
        LEDGER_RETIRED,
        LEDGER_RETIRED_BY,
        LEDGER_WITNESS,
        LEDGER_COLUMNS,
};

enum ledger_outcome { OUTCOME_NONE, OUTCOME_RETURNED, OUTCOME_ERASED, OUTCOME_DESTROYED, OUTCOMES };

struct ledger_row {
        size_t begin, end; /* in the text, without the line's end */
        unsigned line;
        char *cells[LEDGER_COLUMNS]; /* plain */
        struct medium medium;
        bool read_only;
        int32_t until; /* a local day */
        enum ledger_outcome outcome;
};

struct ledger {
        struct bytes text; /* as it was read; the caller's */
        enum language l;   /* of its header */
        size_t n_file;     /* columns of the file: ours in any order, and those of others between them */
        int *order;        /* for each column of the file the ledger_column, or -1 */
        struct ledger_row *rows;
        size_t n;
};

/* An empty text is a ledger without rows, whose header will be in `l`. On failure err says "line:column: reason". */
int ledger_parse(struct bytes text, enum language l, struct ledger *ret, struct err *err);
void ledger_deinit(struct ledger *l);
#define auto_ledger __attribute__((cleanup(ledger_deinit))) struct ledger

/* The row of that number, or the last one of that medium; NULL. */
const struct ledger_row *ledger_find(const struct ledger *l, const char *number);
const struct ledger_row *ledger_latest(const struct ledger *l, const struct medium *m);

/* The next free number of the fiscal year that a day belongs to. */
#define LEDGER_NUMBER_TEXT 32
void ledger_next_number(const struct ledger *l, int32_t day, char to[LEDGER_NUMBER_TEXT]);

/* The text with one row more, or with cells of a row changed (NULL: as it is). The caller frees *ret. */
int ledger_append(const struct ledger *l, const char *const cells[LEDGER_COLUMNS], char **ret, size_t *ret_size);
int ledger_change(const struct ledger *l, const struct ledger_row *row, const char *const cells[LEDGER_COLUMNS],
                  char **ret, size_t *ret_size);

/* Words of the header and the cells: written in the language of the header, read in both. */
const char *ledger_heading(enum ledger_column c, enum language l);
const char *outcome_word(enum ledger_outcome o, enum language l);
enum ledger_outcome outcome_from_word(const char *word); /* also as it is typed: returned, erased, destroyed */
const char *access_word(bool read_only, enum language l);
bool access_from_word(const char *word, bool *ret_read_only);

/* "2027-03-31", and also as spreadsheets write it back: "2027/3/31". */
bool ledger_date(const char *text, int32_t *ret_day);
