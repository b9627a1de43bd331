/* SPDX-License-Identifier: MIT */
/* enrolled.c — the rows: tokens, cards, recovery codes. See enrolled.h. */
#include "control/enrolled.h"

#include <string.h>

static unsigned enrolled_tokens(const struct factors *f) {
        return f->n_tokens;
}

static unsigned enrolled_cards(const struct factors *f) {
        return f->n_cards;
}

static unsigned enrolled_as_one(const struct factors *f) {
        (void)f;
        return 1;
}

static const struct enrolled_kind kinds[] = {
        { "totp", true, enrolled_tokens, enrol_add_token, forget_tokens },
        { "card", true, enrolled_cards, enrol_add_card, forget_cards },
        { "recovery", false, enrolled_as_one, enrol_add_recovery, forget_codes },
};

const struct enrolled_kind *enrolled_kind_at(size_t i) {
        return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

const struct enrolled_kind *enrolled_kind(const char *name) {
        const struct enrolled_kind *kind = NULL;

        for (size_t i = 0; (kind = enrolled_kind_at(i)) && strcmp(kind->name, name) != 0; i++)
                ;
        return kind;
}
