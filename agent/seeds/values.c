/* SPDX-License-Identifier: MIT */
/* values.c — see values.h. */
#include "seeds/values.h"

#include "decision/login.h"
#include "seeds/secrets.h"

#include <ctype.h>
#include <stdlib.h>

#define WORD 32

/* In lower case and without what makers put between its parts: "HMAC-SHA-256" is "hmacsha256". "" if it is too long. */
static void values_bare(const char *text, char to[WORD]) {
        size_t n = 0;

        for (; *text; text++) {
                if (strchr(" -_./()", *text))
                        continue;
                if (n == WORD - 1) {
                        n = 0;
                        break;
                }
                to[n++] = (char)tolower((unsigned char)*text);
        }
        to[n] = '\0';
}

static bool values_among(const char *word, const char *const *list) {
        for (; *list; list++)
                if (strcmp(word, *list) == 0)
                        return true;
        return false;
}

void value_user(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        row->user_column = column;
        reading_copy(r, row->line, column, text, row->user);
}

void value_principal(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        row->principal = true;
        value_user(r, row, column, text);
}

void value_serial(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        row->serial_column = column;
        if (secrets_is_rounded(text))
                reading_refuse(
                        r, row->line, column,
                        "表計算ソフトが製造番号を数に直したため、桁が失われています。列を文字列にして書き出し直してください",
                        "a spreadsheet has made a number of the serial, and its digits are lost: make the column text, "
                        "and export it anew");
        else
                reading_copy(r, row->line, column, text, row->serial);
}

void value_algorithm(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        static const char *const names[] = { [TOTP_SHA1] = "sha1", [TOTP_SHA256] = "sha256", [TOTP_SHA512] = "sha512" };
        char word[WORD];
        const char *bare = word;

        if (!*text)
                return;
        values_bare(text, word);
        if (strncmp(bare, "hmac", 4) == 0)
                bare += 4;
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
                if (strcmp(bare, names[i]) == 0)
                        row->algorithm = (uint8_t)(1 + i);
        if (!row->algorithm)
                reading_refuse(r, row->line, column, "方式は sha1、sha256、sha512 のどれかです",
                               "the algorithm is one of sha1, sha256, sha512");
}

/* Decimal digits, and only them; 0 where it is something else. */
static unsigned values_number(const char *text) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);

        return text[0] >= '1' && text[0] <= '9' && !*end && value < 1000 ? (unsigned)value : 0;
}

void value_digits(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        unsigned value = values_number(text);

        if (*text && (value < 6 || value > 8))
                reading_refuse(r, row->line, column, "桁数は6、7、8のどれかです", "digits are 6, 7 or 8");
        else
                row->digits = (uint8_t)value;
}

void value_period(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        unsigned value = values_number(text);

        if (*text && (value < TOKEN_PERIOD_LEAST || value > TOKEN_PERIOD_MAX))
                reading_refuse(r, row->line, column, "周期は15秒から120秒です", "a period is 15 to 120 seconds");
        else
                row->period_s = (uint16_t)value;
}

bool value_is_totp(const char *kind) {
        static const char *const names[] = { "totp",     "oathtotp",        "time", "timebased",
                                             "timesync", "timesynchronous", NULL };
        char word[WORD];

        values_bare(kind, word);
        return values_among(word, names);
}

static void values_refuse_counter(struct seeds_reading *r, uint32_t line, uint32_t column) {
        reading_refuse(
                r, line, column,
                "回数で番号が変わるトークン（HOTP）です。時刻で変わるもの（TOTP）だけ登録できます。取り除いてください",
                "a token that counts (HOTP): only those that go by the clock (TOTP) can be enrolled; take it out");
}

void value_kind(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        static const char *const counting[] = { "hotp", "oathhotp", "hmac", "event", "eventbased", "counter", NULL };
        char word[WORD];

        values_bare(text, word);
        if (!*text || value_is_totp(text))
                return;
        if (values_among(word, counting))
                values_refuse_counter(r, row->line, column);
        else
                reading_refuse(r, row->line, column, "登録できる種類は totp だけです。取り除いてください",
                               "only the kind totp can be enrolled: take it out");
}

void value_counter(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text) {
        if (*text)
                values_refuse_counter(r, row->line, column);
}
