/* SPDX-License-Identifier: MIT */
/* value.c — numbers are read digit by digit; one that overflows (__builtin_mul_overflow) is refused. See value.h. */
#include "language/value.h"

#include <stddef.h>
#include <string.h>

#define LONGEST_S (UINT64_C(10) * 366 * 86400)

/* The number at *s, which moves behind it. */
static bool number_read(const char **s, uint64_t *ret) {
        uint64_t value = 0;
        const char *at = *s;

        if (*at < '0' || *at > '9' || (*at == '0' && at[1] >= '0' && at[1] <= '9'))
                return false;
        for (; *at >= '0' && *at <= '9'; at++)
                if (__builtin_mul_overflow(value, 10U, &value)
                    || __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
                        return false;
        *s = at;
        *ret = value;
        return true;
}

bool number_parse(const char *s, uint64_t *ret) {
        uint64_t value;

        if (!number_read(&s, &value) || *s)
                return false;
        *ret = value;
        return true;
}

static uint64_t unit_s(char unit) {
        static const struct {
                char name;
                uint32_t s;
        } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };

        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
                if (units[i].name == unit)
                        return units[i].s;
        return 0;
}

bool duration_parse(const char *s, uint32_t *ret_s) {
        uint64_t value;

        if (!number_read(&s, &value) || value == 0 || !*s || s[1])
                return false;
        if (__builtin_mul_overflow(value, unit_s(*s), &value) || value == 0 || value > LONGEST_S)
                return false;
        *ret_s = (uint32_t)value;
        return true;
}

const struct phrase *line_fault(const char *s) {
        static const struct phrase too_long = { "長すぎます", "is too long" },
                                   lines = { "一行で書きます", "must be one line" };

        if (strlen(s) > LINE_MAX)
                return &too_long;
        return strpbrk(s, "\n\t") ? &lines : NULL;
}

const struct phrase *person_fault(const char *s) {
        static const struct phrase size = { "名前がないか、長すぎます", "has no name, or too long a one" },
                                   shape = { "利用者名でも「group:グループ名」でもありません",
                                             "is not a user's name nor group:NAME" };
        static const char group[] = "group:";
        size_t most = LINE_MAX;

        if (strncmp(s, group, strlen(group)) == 0) {
                s += strlen(group);
                most = GROUP_MAX;
        }
        if (!*s || strlen(s) > most)
                return &size;
        return strpbrk(s, " \t\n:,") ? &shape : NULL;
}
