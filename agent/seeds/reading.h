/* SPDX-License-Identifier: MIT */
/* reading.h — a file of tokens while it is read: its text, the rows found so far, and what is refused, each with its
 * place. Knows no format. */
#pragma once

#include "base/bytes.h"
#include "base/language.h"
#include "seeds/encoding.h"
#include "wire/seeds.h"

/* A row, and its secret as it was written until secrets_decide() has read it; "" where the format gives bytes. */
struct reading_row {
        struct seeds_row row;
        enum seeds_alphabet said; /* by "hex:" or "base32:" in front of it */
        char written[SEEDS_TEXT];
};

struct seeds_reading {
        struct bytes raw;
        struct decoded text; /* UTF-8; `text.encoding` is ENCODING_NONE where it could not be decoded */
        struct _xmlDoc *xml; /* xml.h: its tree; NULL */
        const struct seeds_asked *asked;
        struct phrase format; /* what it was taken for */
        enum seeds_alphabet alphabet;
        enum seeds_key key_wanted;
        size_t n, room;
        struct reading_row *rows;
        size_t n_faults; /* all; the first SEEDS_FAULTS are kept */
        struct seeds_fault faults[SEEDS_FAULTS];
};

/* Space for this many rows, at most SEEDS_MAX. False: no memory. */
bool reading_make_room(struct seeds_reading *r, size_t rows);

/* A new row, all zero; NULL where there are more than SEEDS_MAX, which is said once. */
struct reading_row *reading_add(struct seeds_reading *r, uint32_t line);

/* Refuse what stands there; the reason in both languages, and what to do about it. */
void reading_refuse(struct seeds_reading *r, uint32_t line, uint32_t column, const char *ja, const char *en, ...)
        __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* Copy what may be too long for a row: refused then. */
void reading_copy(struct seeds_reading *r, uint32_t line, uint32_t column, const char *from, char to[SEEDS_TEXT]);

/* The first line that is neither blank nor a remark (#) nor a spreadsheet's "sep=;", without its end; *ret_line is its
 * number. */
struct bytes reading_first_line(const struct seeds_reading *r, uint32_t *ret_line);

void reading_deinit(struct seeds_reading *r); /* wipes */
#define auto_reading __attribute__((cleanup(reading_deinit))) struct seeds_reading
