/* SPDX-License-Identifier: MIT */
/* reading.c — see reading.h. */
#include "seeds/reading.h"

#include "base/secret.h"

#include <libxml/tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

bool reading_make_room(struct seeds_reading *r, size_t rows) {
        r->room = rows < SEEDS_MAX ? rows : SEEDS_MAX;
        r->rows = calloc(r->room + 1, sizeof *r->rows);
        return r->rows != NULL;
}

struct reading_row *reading_add(struct seeds_reading *r, uint32_t line) {
        if (r->n == r->room) {
                if (r->room != 0)
                        reading_refuse(r, line, 1, "一つのファイルには%d行までです。ファイルを分けてください",
                                       "%d in one file at most: divide it", SEEDS_MAX);
                r->room = 0; /* said once */
                return NULL;
        }
        if (r->room == 0)
                return NULL;
        r->rows[r->n].row.line = line;
        return &r->rows[r->n++];
}

void reading_refuse(struct seeds_reading *r, uint32_t line, uint32_t column, const char *ja, const char *en, ...) {
        struct seeds_fault *f;
        va_list ap;

        if (r->n_faults++ >= SEEDS_FAULTS)
                return;
        f = &r->faults[r->n_faults - 1];
        f->line = line;
        f->column = column;
        va_start(ap, en);
        (void)vsnprintf(f->text, sizeof f->text, en, ap);
        va_end(ap);
        va_start(ap, en);
        (void)vsnprintf(f->ja, sizeof f->ja, ja, ap);
        va_end(ap);
}

void reading_copy(struct seeds_reading *r, uint32_t line, uint32_t column, const char *from, char to[SEEDS_TEXT]) {
        if (strlen(from) < SEEDS_TEXT)
                memcpy(to, from, strlen(from) + 1);
        else
                reading_refuse(r, line, column, "長すぎます", "too long");
}

static bool reading_skips(struct bytes line) {
        if (line.left >= 4 && strncasecmp((const char *)line.at, "sep=", 4) == 0)
                return true;
        for (size_t i = 0; i < line.left; i++)
                if (!line.at[i] || !strchr(" \t\r,;", line.at[i]))
                        return line.at[i] == '#';
        return true;
}

struct bytes reading_first_line(const struct seeds_reading *r, uint32_t *ret_line) {
        struct bytes left = r->text.text;

        for (*ret_line = 1; left.left; ++*ret_line) {
                const uint8_t *end = memchr(left.at, '\n', left.left);
                struct bytes line = bytes_take(&left, end ? (size_t)(end - left.at) : left.left);

                (void)bytes_take(&left, end ? 1 : 0);
                if (!reading_skips(line))
                        return line;
        }
        return (struct bytes){ 0 };
}

void reading_deinit(struct seeds_reading *r) {
        if (r->rows)
                secret_wipe(r->rows, r->n * sizeof *r->rows);
        free(r->rows);
        xmlFreeDoc(r->xml);
        decoded_deinit(&r->text);
        secret_wipe(r, sizeof *r);
}
