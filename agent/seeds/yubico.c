/* SPDX-License-Identifier: MIT */
/* yubico.c — see yubico.h. Each line is refused with what it is: OATH-HOTP counts, the others are no OATH at all. */
#include "seeds/yubico.h"

#include <ctype.h>

#define CELLS 6
#define CELL 64

struct yubico_line {
        size_t n;
        char cells[CELLS][CELL];
};

/* Kinds of the traditional format, in its first cell. */
static const struct {
        const char *name;
        bool counts;
} kinds[] = { { "OATH-HOTP", true },
              { "Yubico OTP", false },
              { "Static Password", false },
              { "Challenge-Response", false },
              { "LOGGING START", false } };
#define KINDS (sizeof kinds / sizeof *kinds)

static struct yubico_line yubico_cut(struct bytes line) {
        struct yubico_line ret = { .n = 1 };
        size_t at = 0;

        for (; line.left; (void)bytes_take(&line, 1)) {
                if (line.at[0] == ',') {
                        if (ret.n == CELLS)
                                break;
                        ret.n++;
                        at = 0;
                } else if (at < CELL - 1 && line.at[0] != '\r') {
                        ret.cells[ret.n - 1][at++] = (char)line.at[0];
                }
        }
        return ret;
}

static size_t yubico_kind(const struct yubico_line *l) {
        size_t i = 0;

        while (i < KINDS && strncmp(l->cells[0], kinds[i].name, strlen(kinds[i].name)) != 0)
                i++;
        return i;
}

/* SERIAL,PUBLIC,PRIVATE,KEY,ACCESS,2013-12-12T08:41:07: in its sixth cell is when. */
static bool yubico_is_dated(const struct yubico_line *l) {
        const char *t = l->cells[CELLS - 1];

        return l->n == CELLS && strlen(t) >= 19 && isdigit((unsigned char)t[0]) && t[4] == '-' && t[7] == '-'
               && t[10] == 'T';
}

bool yubico_is(const struct seeds_reading *r) {
        uint32_t number;
        struct yubico_line first = yubico_cut(reading_first_line(r, &number));

        return yubico_kind(&first) < KINDS || yubico_is_dated(&first);
}

static void yubico_refuse_line(struct seeds_reading *r, uint32_t number, struct bytes text) {
        struct yubico_line l = yubico_cut(text);
        size_t kind = yubico_kind(&l);

        if (l.n < CELLS || l.cells[0][0] == '#' || (kind < KINDS && strcmp(kinds[kind].name, "LOGGING START") == 0))
                return;
        if (kind < KINDS ? kinds[kind].counts : strcmp(l.cells[2], "0") == 0)
                reading_refuse(r, number, 1,
                               "回数で番号が変わる YubiKey（OATH-HOTP）です。時刻で変わるもの（TOTP）だけ登録できます",
                               "a YubiKey that counts (OATH-HOTP): only what goes by the clock (TOTP) can be enrolled");
        else
                reading_refuse(r, number, 1, "YubiKey 独自の方式です（TOTP ではありません）",
                               "Yubico's own way, and no TOTP");
}

void yubico_refuse(struct seeds_reading *r) {
        struct bytes left = r->text.text;

        for (uint32_t number = 1; left.left; number++) {
                const uint8_t *end = memchr(left.at, '\n', left.left);

                yubico_refuse_line(r, number, bytes_take(&left, end ? (size_t)(end - left.at) : left.left));
                (void)bytes_take(&left, end ? 1 : 0);
        }
        if (!r->n_faults)
                reading_refuse(r, 1, 1, "表が空です", "the table is empty");
}
