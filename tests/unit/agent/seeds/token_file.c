/* SPDX-License-Identifier: MIT */
/* token_file.c — see token_file.h. */
#include "unit/agent/seeds/token_file.h"

#include "seeds/format.h"

#include <stdio.h>

struct seeds_reading token_file_read(struct bytes raw, enum seeds_want want, const char *key) {
        static struct seeds_asked asked;
        struct seeds_reading r = { .raw = raw, .asked = &asked };

        asked = (struct seeds_asked){ .want = want };
        (void)snprintf(asked.key, sizeof asked.key, "%s", key);
        encoding_prepare();
        format_read(&r);
        return r;
}

struct seeds_reading token_file(const char *text) {
        return token_file_read(bytes_text(text), SEEDS_TOKENS, "");
}

const char *token_file_said(const struct seeds_reading *r) {
        static char said[SEEDS_REASON + 32];

        said[0] = '\0';
        if (r->n_faults)
                (void)snprintf(said, sizeof said, "%u:%u: %s", r->faults[0].line, r->faults[0].column,
                               r->faults[0].text);
        return said;
}
