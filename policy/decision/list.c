/* SPDX-License-Identifier: MIT */
/* list.c — a list goes into the pool as one block; look-ups compare entry by entry with strcmp(3). See list.h. */
#include "decision/list.h"

#include <string.h>

uint32_t list_put(struct pool *p, char *const *names, unsigned n) {
        auto_free char *list = NULL;
        size_t size = 1, used = 0;

        for (unsigned i = 0; i < n; i++)
                size += strlen(names[i]) + 1;
        list = n ? calloc(1, size) : NULL;
        p->broken = p->broken || (n && !list);
        if (!list)
                return 0;
        for (unsigned i = 0; i < n; i++) {
                memcpy(list + used, names[i], strlen(names[i]));
                used += strlen(names[i]) + 1;
        }
        return pool_put(p, list, size);
}

const char *list_next(const char *s) {
        return s + strlen(s) + 1;
}

bool list_has(const char *list, const char *name) {
        for (; *list; list = list_next(list))
                if (strcmp(list, name) == 0)
                        return true;
        return false;
}

bool list_has_all(const char *list, const char *names) {
        for (; *names; names = list_next(names))
                if (!list_has(list, names))
                        return false;
        return true;
}

static bool in_group(const struct person *who, const char *group) {
        for (size_t i = 0; who->groups && who->groups[i]; i++)
                if (strcmp(who->groups[i], group) == 0)
                        return true;
        return false;
}

bool list_names_person(const char *list, const struct person *who) {
        static const char group[] = "group:";

        if (!who || !who->user)
                return false;
        for (; *list; list = list_next(list)) {
                if (strncmp(list, group, strlen(group)) == 0) {
                        if (in_group(who, list + strlen(group)))
                                return true;
                } else if (strcmp(list, who->user) == 0) {
                        return true;
                }
        }
        return false;
}
