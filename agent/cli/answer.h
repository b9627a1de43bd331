/* SPDX-License-Identifier: MIT */
/* answer.h — reads members of the agent's JSON answer, two levels deep at most; a missing member, or one of another
 * type, reads as 0, "", false or NULL. */
#pragma once

#include "base/language.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static inline json_t *answer_member(const json_t *o, const char *group, const char *key) {
        return json_object_get(group ? json_object_get(o, group) : o, key);
}

static inline json_int_t answer_number(const json_t *o, const char *group, const char *key) {
        return json_integer_value(answer_member(o, group, key));
}

static inline const char *answer_text(const json_t *o, const char *group, const char *key) {
        const char *s = json_string_value(answer_member(o, group, key));

        return s ? s : "";
}

/* Has the list `key` this word in it? */
static inline bool answer_lists(const json_t *o, const char *key, const char *word) {
        const json_t *list = json_object_get(o, key);

        for (size_t i = 0; i < json_array_size(list); i++)
                if (strcmp(json_string_value(json_array_get(list, i)) ?: "", word) == 0)
                        return true;
        return false;
}

/* The text of `key` in that language: Japanese where the agent sends it (KEY_ja, short); an older agent sends English
 * only. */
static inline const char *answer_said(const json_t *o, const char *group, const char *key, enum language l) {
        char ja[32];
        const char *said;

        (void)snprintf(ja, sizeof ja, "%s_ja", key);
        said = answer_text(o, group, l == LANGUAGE_JA ? ja : key);
        return *said ? said : answer_text(o, group, key);
}

static inline bool answer_flag(const json_t *o, const char *group, const char *key) {
        return json_is_true(answer_member(o, group, key));
}
