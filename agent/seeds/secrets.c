/* SPDX-License-Identifier: MIT */
/* secrets.c — see secrets.h. A seed of 16 bytes is in one of ten thousand cases without 0, 1, 8 and 9, and then it is
 * base32 as well: so no cell decides for itself, only one that cannot be the other, for its whole column. */
#include "seeds/secrets.h"

#include "base/secret.h"
#include "base/seed_text.h"

#include <errno.h>
#include <strings.h>

static const struct phrase alphabets[SEEDS_ALPHABETS] = {
        [SEEDS_HEX] = { "16進数", "hexadecimal" },
        [SEEDS_BASE32] = { "base32", "base32" },
};

void secrets_write(struct seeds_reading *r, struct reading_row *row, uint32_t column, const char *text) {
        static const struct {
                const char *mark;
                enum seeds_alphabet alphabet;
        } marks[] = { { "hex:", SEEDS_HEX }, { "0x", SEEDS_HEX }, { "base32:", SEEDS_BASE32 } };

        row->row.secret_column = column;
        for (size_t i = 0; i < sizeof marks / sizeof *marks && !row->said; i++)
                if (strncasecmp(text, marks[i].mark, strlen(marks[i].mark)) == 0) {
                        row->said = marks[i].alphabet;
                        text += strlen(marks[i].mark);
                }
        reading_copy(r, row->row.line, column, text, row->written);
}

bool secrets_is_rounded(const char *text) {
        size_t n = strspn(text, "0123456789");
        bool fraction = text[n] == '.' || text[n] == ',';
        const char *power;

        if (n == 0)
                return false;
        n += fraction ? 1 + strspn(text + n + 1, "0123456789") : 0;
        if (text[n] != 'E' && text[n] != 'e')
                return false;
        power = text + n + 1;
        /* Without a sign and a point it may be a serial number, or hexadecimal: 26E12. */
        if (*power == '+' || *power == '-')
                power++;
        else if (!fraction)
                return false;
        return *power && power[strspn(power, "0123456789")] == '\0';
}

bool secrets_is_one(const char *text) {
        size_t first = strcspn(text, " "), n = first;

        if (!text[first])
                return true;
        while (*text) {
                n = strcspn(text, " ");
                text += n;
                text += strspn(text, " ");
                if (n > first || (n < first && *text))
                        return false;
        }
        return first <= 8;
}

/* What it can be: SEEDS_OWN_ALPHABET where both or none. */
static enum seeds_alphabet secrets_only(const struct seed_text *s) {
        bool hex = seed_text_is_hex(s), base32 = seed_text_is_base32(s);

        return hex == base32 ? SEEDS_OWN_ALPHABET : hex ? SEEDS_HEX : SEEDS_BASE32;
}

static bool secrets_tidy(const struct reading_row *row, struct seed_text *s) {
        *s = (struct seed_text){ .n = 0 };
        return row->written[0] && secrets_is_one(row->written) && seed_text_tidy(row->written, s) == 0;
}

/* The first row that can be one alphabet only; NULL: there is none. */
static const struct reading_row *secrets_decider(const struct seeds_reading *r, enum seeds_alphabet *ret) {
        const struct reading_row *decider = NULL;

        for (size_t i = 0; i < r->n && !decider; i++) {
                struct seed_text s;

                if (!r->rows[i].said && secrets_tidy(&r->rows[i], &s))
                        *ret = secrets_only(&s);
                if (*ret)
                        decider = &r->rows[i];
                secret_wipe(&s, sizeof s);
        }
        return decider;
}

static void secrets_refuse_text(struct seeds_reading *r, const struct reading_row *row) {
        uint32_t line = row->row.line, column = row->row.secret_column;

        if (!row->written[0])
                reading_refuse(r, line, column, "秘密の値がありません", "there is no secret");
        else if (secrets_is_rounded(row->written))
                reading_refuse(
                        r, line, column,
                        "表計算ソフトが数に直したため、桁が失われています。列を文字列にして書き出し直してください",
                        "a spreadsheet has made a number of it, and its digits are lost: make the column text, "
                        "and export it anew");
        else
                reading_refuse(r, line, column,
                               "空白があります。製造番号と秘密の値が一つのセルにあるなら、列を分けてください",
                               "blanks in it: where serial number and secret share a cell, put them into two columns");
}

static void secrets_refuse_alphabet(struct seeds_reading *r, const struct reading_row *row, const struct seed_text *s,
                                    enum seeds_alphabet alphabet, const struct reading_row *decider) {
        uint32_t line = row->row.line, column = row->row.secret_column;
        bool any = seed_text_is_hex(s) || seed_text_is_base32(s);
        bool odd = s->n % 2 && s->n && strspn(s->at, "0123456789abcdefABCDEF") >= s->n;

        if (alphabet && any && decider && decider != row)
                reading_refuse(r, line, column,
                               IN_JA "ではありません。%u 行目から、この列は" IN_JA
                                     "です（違うなら hex: か base32: を前に）",
                               "not " IN_EN ": line %u says that the column is " IN_EN
                               " (where it is not, put hex: or base32: in front)",
                               PHRASE(&alphabets[alphabet]), decider->row.line, PHRASE(&alphabets[alphabet]));
        else if (odd)
                reading_refuse(
                        r, line, column,
                        "16進数としては桁が一つ足りません。先頭の 0 を表計算ソフトが消していないか確かめてください",
                        "hexadecimal with a digit missing: has a spreadsheet taken a 0 off its front?");
        else if (alphabet)
                reading_refuse(r, line, column, IN_JA "ではありません", "not " IN_EN, PHRASE(&alphabets[alphabet]));
        else
                reading_refuse(r, line, column, "base32 でも16進数でもありません", "neither base32 nor hexadecimal");
}

static void secrets_read(struct seeds_reading *r, struct reading_row *row, enum seeds_alphabet column,
                         const struct reading_row *decider) {
        enum seeds_alphabet alphabet = row->said ? row->said : column;
        uint32_t line = row->row.line, at = row->row.secret_column;
        struct seed_text s;
        bool can;

        if (!secrets_tidy(row, &s)) {
                secrets_refuse_text(r, row);
                return;
        }
        can = alphabet == SEEDS_HEX ? seed_text_is_hex(&s) : alphabet == SEEDS_BASE32 && seed_text_is_base32(&s);
        if (can && seed_text_decode(&s, alphabet == SEEDS_HEX, row->row.secret, &row->row.n_secret) < 0)
                reading_refuse(r, line, at, "秘密の値の長さが違います（16〜64バイト）", "a secret has 16 to 64 bytes");
        else if (!can && !alphabet && seed_text_is_hex(&s) && seed_text_is_base32(&s))
                reading_refuse(r, line, at, "16進数とも base32 とも読めます。前に hex: か base32: と書いてください",
                               "it can be hexadecimal and base32: write hex: or base32: in front of it");
        else if (!can && secrets_is_rounded(row->written))
                secrets_refuse_text(r, row);
        else if (!can)
                secrets_refuse_alphabet(r, row, &s, alphabet, decider);
        secret_wipe(&s, sizeof s);
}

void secrets_decide(struct seeds_reading *r) {
        const struct reading_row *decider = r->alphabet ? NULL : secrets_decider(r, &r->alphabet);

        for (size_t i = 0; i < r->n; i++) {
                if (r->rows[i].row.n_secret)
                        continue;
                secrets_read(r, &r->rows[i], r->alphabet, decider);
                secret_wipe(r->rows[i].written, sizeof r->rows[i].written);
        }
        for (size_t i = 0; i < r->n && !r->alphabet; i++)
                r->alphabet = r->rows[i].said;
}
