/* SPDX-License-Identifier: MIT */
/* choice.c — nearest.h gives the suggestion; choice_say() makes one only among five words or more. See choice.h. */
#include "base/choice.h"

#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

static void choice_join(char *to, size_t size, const char *between, const char *const *words, size_t n) {
        size_t used = strlen(to);

        for (size_t i = 0; i < n && used < size; i++) {
                (void)snprintf(to + used, size - used, "%s%s", i ? between : "", words[i]);
                used = strlen(to);
        }
}

static void choice_add(struct err *err, const struct err *more) {
        err_append(err, "", more);
}

static void say_all(struct err *err, const char *const *words, size_t n) {
        struct err ends = { "", "" }, more = { " (one of ", "（" };

        if (n == 1)
                more = (struct err){ " (only ", "（" };
        choice_join(more.ja, sizeof more.ja, "、", words, n);
        choice_join(more.text, sizeof more.text, ", ", words, n);
        (void)err_say(&ends, 0, n == 1 ? " だけが書けます）" : " のどれか）", ")");
        choice_add(err, &more);
        choice_add(err, &ends);
}

static void say_near(struct err *err, const char *near) {
        struct err more = { "" };

        (void)err_say(&more, 0, "（「%s」ではありませんか）", " (did you mean '%s'?)", near);
        choice_add(err, &more);
}

static const char *near_of(const char *typed, const char *const *words, size_t n) {
        struct nearest near = { .typed = typed };

        for (size_t i = 0; i < n; i++)
                nearest_consider(&near, words[i]);
        return near.found;
}

void choice_say(struct err *err, const char *typed, const char *const *words, size_t n) {
        const char *near = n > 4 ? near_of(typed, words, n) : NULL; /* a short list needs no suggestion */

        if (near)
                say_near(err, near);
        say_all(err, words, n);
}

void choice_suggest(struct err *err, const char *typed, const char *const *words, size_t n) {
        const char *near = near_of(typed, words, n);

        if (near)
                say_near(err, near);
        else
                say_all(err, words, n);
}
