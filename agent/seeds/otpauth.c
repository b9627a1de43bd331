/* SPDX-License-Identifier: MIT */
/* otpauth.c — see otpauth.h. */
#include "seeds/otpauth.h"

#include "base/hex.h"
#include "base/secret.h"
#include "decision/login.h"
#include "seeds/secrets.h"
#include "seeds/values.h"

#include <strings.h>

#define SCHEME "otpauth://"
#define LINE 1024

static bool otpauth_begins(const struct seeds_reading *r, const char *with) {
        uint32_t line;
        struct bytes first = reading_first_line(r, &line);

        while (first.left && (first.at[0] == ' ' || first.at[0] == '\t'))
                (void)bytes_take(&first, 1);
        return first.left >= strlen(with) && strncasecmp((const char *)first.at, with, strlen(with)) == 0;
}

bool otpauth_is(const struct seeds_reading *r) {
        return otpauth_begins(r, SCHEME);
}

bool otpauth_is_migration(const struct seeds_reading *r) {
        return otpauth_begins(r, "otpauth-migration:");
}

void otpauth_refuse_migration(struct seeds_reading *r) {
        reading_refuse(
                r, 1, 1,
                "Google Authenticator の移行用のアドレスは読みません。トークンごとの otpauth:// を使ってください",
                "an address for moving Google Authenticator's tokens is not read: use an otpauth:// for each token");
}

/* %41 is A. False: not hexadecimal digits, a control character, or no UTF-8 is left to find out by who reads it. */
static bool otpauth_plain(char *text) {
        char *to = text;

        for (; *text; text++) {
                int64_t byte = *text == '%' ? hex_number(text + 1, 2) : (uint8_t)*text;

                if (byte < ' ' || byte == 0x7F)
                        return false;
                if (*text == '%')
                        text += 2;
                *to++ = (char)byte;
        }
        *to = '\0';
        return true;
}

/* The parameters that we need; an application's others (image, color) say nothing about the codes. */
static const struct {
        const char *name;
        value_take *take; /* NULL: the secret */
} parameters[] = { { "secret", NULL },
                   { "algorithm", value_algorithm },
                   { "digits", value_digits },
                   { "period", value_period },
                   { "counter", value_counter } };
#define PARAMETERS (sizeof parameters / sizeof *parameters)

static void otpauth_parameter(struct seeds_reading *r, struct reading_row *row, char *text, uint32_t column,
                              bool *seen) {
        char *value = strchr(text, '=');

        if (!value)
                return;
        *value++ = '\0';
        for (size_t i = 0; i < PARAMETERS; i++) {
                if (strcasecmp(parameters[i].name, text) != 0)
                        continue;
                column += (uint32_t)(value - text);
                if (seen[i] || !otpauth_plain(value))
                        reading_refuse(r, row->row.line, column, "この値は読めません", "this value cannot be read");
                else if (parameters[i].take)
                        parameters[i].take(r, &row->row, column, value);
                else
                        secrets_write(r, row, column, value);
                seen[i] = true;
        }
}

/* "Office:hanako" or "hanako". */
static void otpauth_label(struct seeds_reading *r, struct reading_row *row, char *text, uint32_t column) {
        char *user;

        if (!otpauth_plain(text)) {
                reading_refuse(r, row->row.line, column, "名前を読めません", "the name cannot be read");
                return;
        }
        user = strchr(text, ':') ? strchr(text, ':') + 1 : text;
        user += strspn(user, " ");
        value_principal(r, &row->row, column, user);
}

static void otpauth_take(struct seeds_reading *r, struct reading_row *row, char *text, uint32_t column) {
        bool seen[PARAMETERS] = { false };
        char *kind = text + strlen(SCHEME), *label = strchr(kind, '/'), *query = strchr(kind, '?');

        if (!label || !query || query < label) {
                reading_refuse(r, row->row.line, column, "otpauth://totp/名前?secret=… の形ではありません",
                               "not of the form otpauth://totp/NAME?secret=…");
                return;
        }
        *label++ = *query++ = '\0';
        value_kind(r, &row->row, column + (uint32_t)strlen(SCHEME), kind);
        otpauth_label(r, row, label, column + (uint32_t)(label - text));
        for (char *each = query, *next; each; each = next) {
                next = strchr(each, '&');
                if (next)
                        *next++ = '\0';
                otpauth_parameter(r, row, each, column + (uint32_t)(each - text), seen);
        }
}

static void otpauth_take_line(struct seeds_reading *r, uint32_t number, struct bytes line) {
        size_t before = r->n_faults;
        struct reading_row *row;
        uint32_t column = 1;
        char text[LINE];

        for (; line.left && (line.at[0] == ' ' || line.at[0] == '\t'); column++)
                (void)bytes_take(&line, 1);
        while (line.left && strchr(" \t\r", line.at[line.left - 1]))
                line.left--;
        if (!line.left || line.at[0] == '#')
                return;
        if (line.left >= sizeof text || memchr(line.at, 0, line.left)
            || strncasecmp((const char *)line.at, SCHEME, strlen(SCHEME)) != 0) {
                reading_refuse(r, number, column, "otpauth:// で始まる行ではありません",
                               "the line does not begin with otpauth://");
                return;
        }
        memcpy(text, line.at, line.left);
        text[line.left] = '\0';
        row = reading_add(r, number);
        if (row) {
                otpauth_take(r, row, text, column);
                r->n -= r->n_faults != before;
        }
        secret_wipe(text, sizeof text);
}

/* The format's own values where an address does not say (SHA-1, six digits, 30 seconds). */
static void otpauth_fill(struct seeds_reading *r) {
        for (size_t i = 0; i < r->n; i++) {
                struct seeds_row *row = &r->rows[i].row;

                row->algorithm = row->algorithm ? row->algorithm : 1 + TOTP_SHA1;
                row->digits = row->digits ? row->digits : 6;
                row->period_s = row->period_s ? row->period_s : 30;
        }
}

void otpauth_read(struct seeds_reading *r) {
        struct bytes left = r->text.text;

        if (!reading_make_room(r, left.left / 16 + 2)) {
                reading_refuse(r, 0, 0, "メモリーが足りません", "out of memory");
                return;
        }
        for (uint32_t number = 1; left.left; number++) {
                const uint8_t *end = memchr(left.at, '\n', left.left);

                otpauth_take_line(r, number, bytes_take(&left, end ? (size_t)(end - left.at) : left.left));
                (void)bytes_take(&left, end ? 1 : 0);
        }
        otpauth_fill(r);
        r->alphabet = SEEDS_BASE32;
        secrets_decide(r);
}
