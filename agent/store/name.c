/* SPDX-License-Identifier: MIT */
/* name.c — which user names may name a file. Knows no file. */
#include "store/factors.h"

#include <string.h>

#define NAME_MOST 128
#define RECOVERY_SUFFIX ".recovery"

static bool is_fit_character(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || (c && strchr("_.-@+$\\", c));
}

/* Somebody of that name would share a file with the recovery codes of somebody else. */
static bool ends_like_a_file_of_ours(const char *user, size_t n) {
        size_t suffix = strlen(RECOVERY_SUFFIX);

        return n >= suffix && strcmp(user + n - suffix, RECOVERY_SUFFIX) == 0;
}

bool factors_name_is_fit(const char *user) {
        size_t n = 0;

        while (n <= NAME_MOST && is_fit_character(user[n]))
                n++;
        return n > 0 && n <= NAME_MOST && user[n] == '\0' && user[0] != '.' && user[0] != '-'
               && !ends_like_a_file_of_ours(user, n);
}
