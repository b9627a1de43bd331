/* SPDX-License-Identifier: MIT */
/* seat.c — one calloc() holds the struct, the array of group names with its NULL, and all the text. See seat.h. */
#include "gate/seat.h"

#include <string.h>

static size_t seat_length(const struct person *who, size_t *ret_groups) {
        size_t n = strlen(who->user) + 1, groups = 0;

        for (const char *const *g = who->groups; g && *g; g++, groups++)
                n += strlen(*g) + 1;
        *ret_groups = groups;
        return sizeof *who + (groups + 1) * sizeof(char *) + n;
}

struct person *person_copy(const struct person *who) {
        size_t groups, size = who ? seat_length(who, &groups) : 0;
        struct person *p = who ? calloc(1, size) : NULL;
        const char **list;
        char *text;

        if (!p)
                return NULL;
        list = (const char **)(p + 1);
        text = (char *)(list + groups + 1);
        p->user = text;
        p->groups = list;
        text = stpcpy(text, who->user) + 1;
        for (size_t i = 0; i < groups; i++) {
                list[i] = text;
                text = stpcpy(text, who->groups[i]) + 1;
        }
        return p;
}
