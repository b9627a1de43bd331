/* SPDX-License-Identifier: MIT */
/* typed.h — a command line, taken apart by what verbs.c says of its verb. */
#pragma once

#include "cli/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verb_row;

struct typed {
        const struct verb_row *verb;
        const char *value[OPTIONS]; /* the last typed; "" for an option without a value; else its default or NULL */
        struct {
                enum option_id id;
                const char *value;
        } * all; /* as they were typed */
        size_t n_all;
        char **words; /* the others, NULL behind the last one */
        size_t n_words;
};

static inline bool typed_has(const struct typed *t, enum option_id id) {
        return t->value[id] != NULL;
}

/* Take `argv` apart: what follows the verb, NULL at its end. Complains, in one line, of what cannot be typed there.
 * EXIT_OK, EXIT_USAGE, EXIT_COULD_NOT. typed_deinit() in each case. */
int typed_parse(const struct verb_row *v, char **argv, struct typed *ret);
/* typed_word(): the word at that place must be one of `values` ("totp|card"), or missing. typed_number(): the number of
 * the option must be within the bounds; where the option was not typed, *ret stays. Each complains itself: EXIT_OK,
 * EXIT_USAGE. */
int typed_word(const struct typed *t, size_t at, const char *values);
int typed_number(const struct typed *t, enum option_id id, uint64_t least, uint64_t most, uint64_t *ret);

void typed_deinit(struct typed *t);
