/* SPDX-License-Identifier: MIT */
/* language.c — see language.h. The environment selects words here and nothing else: no permission depends on it. */
#include "cli/language.h"

#include "text/login_words.h"
#include "text/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static struct {
        bool decided;
        enum language now;
} spoken = { .now = LANGUAGE_EN };

int language_in_locale(const char *name) {
        const char *encoding = strchr(name, '.');

        if (strncmp(name, "en", 2) == 0 && strchr("_.@", name[2]))
                return -1;
        if (strncmp(name, "ja", 2) != 0 || !strchr("_.@", name[2]))
                return 0;
        return !encoding || strncasecmp(encoding + 1, "UTF-8", 5) == 0 || strncasecmp(encoding + 1, "utf8", 4) == 0
                       ? 1
                       : -1;
}

/* The first that is set counts, as in setlocale(3). */
static int say_of_locale(void) {
        static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                const char *value = getenv(names[i]);

                if (value && *value)
                        return language_in_locale(value);
        }
        return 0;
}

/* The kernel's own console, also where somebody became root on it. */
static bool is_bare_console(int fd) {
        const char *term = getenv("TERM"), *name = ttyname(fd);

        return name && (language_on(LANGUAGE_JA, name) == LANGUAGE_EN || (term && strcmp(term, "linux") == 0));
}

void language_choose(const char *typed) {
        int said = say_of_locale();

        if (typed && strcmp(typed, "ja") != 0 && strcmp(typed, "en") != 0)
                typed = NULL;
        if (is_bare_console(STDOUT_FILENO) || is_bare_console(STDERR_FILENO))
                said = -1;
        spoken.decided = typed || said;
        spoken.now = typed ? language_of(typed) : said > 0 ? LANGUAGE_JA : LANGUAGE_EN;
}

enum language language_follow(const char *policys) {
        if (!spoken.decided && policys)
                spoken.now = language_of(policys);
        return spoken.now;
}

const char *language_code(enum language l) {
        return SAY(l, "ja", "en");
}

enum language language_now(void) {
        return spoken.now;
}
