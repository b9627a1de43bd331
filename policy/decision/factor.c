/* SPDX-License-Identifier: MIT */
/* factor.c — see factor.h. Two factors of one class are one factor. */
#include "decision/factor.h"

#include <stdio.h>
#include <string.h>

enum class { KNOWLEDGE, POSSESSION, CLASSES };

#define CLASS_BIT(class) (1U << (class))
#define EVERY_CLASS (CLASS_BIT(CLASSES) - 1)

/* Indexed by the set of classes. The full set needs no words: it is never refused. */
static const struct phrase class_words[EVERY_CLASS] = {
        [0] = { "何もない状態", "nothing" },
        [CLASS_BIT(KNOWLEDGE)] = { "知識", "knowledge" },
        [CLASS_BIT(POSSESSION)] = { "所持", "possession" },
};

#define FACTOR_ROW(factor, name, class, ja, en) [factor] = { name, class },
static const struct {
        const char *name;
        enum class class;
} factors[FACTORS] = { FACTOR_ROWS(FACTOR_ROW) };

static const struct phrase twice = { "同じ要素が二つあります", "names one factor twice" },
                           unknown = { "知らない要素があります（password、pin、totp、card、recovery のどれか）",
                                       "names an unknown factor; there are password, pin, totp, card, recovery" },
                           pin_alone = { "pin は card と組みにします（カードの暗証番号です）",
                                         "asks for a pin without a card; the pin is the card's" };

const char *factor_name(enum factor f) {
        return (unsigned)f < FACTORS ? factors[f].name : "";
}

/* In the order in which people write them: card+pin, password+totp. */
void factors_words(uint32_t set, char *to, size_t size) {
        static const enum factor order[FACTORS] = { FACTOR_CARD, FACTOR_PASSWORD, FACTOR_PIN, FACTOR_TOTP,
                                                    FACTOR_RECOVERY };
        size_t used = 0;

        to[0] = '\0';
        for (size_t i = 0; i < FACTORS; i++) {
                int n = 0;

                if (set & FACTOR_BIT(order[i]))
                        n = snprintf(to + used, size - used, "%s%s", used ? "+" : "", factors[order[i]].name);
                used = used + (size_t)n < size ? used + (size_t)n : size - 1;
        }
}

static int factor_find(const char *s, size_t n) {
        for (int i = 0; i < FACTORS; i++)
                if (strlen(factors[i].name) == n && strncmp(factors[i].name, s, n) == 0)
                        return i;
        return -1;
}

static void factor_add(struct alternative *a, int factor) {
        if (a->factors & FACTOR_BIT(factor))
                a->fault = &twice;
        a->factors |= FACTOR_BIT(factor);
}

static unsigned classes_of(uint32_t set) {
        unsigned classes = 0;

        for (int i = 0; i < FACTORS; i++)
                if (set & FACTOR_BIT(i))
                        classes |= CLASS_BIT(factors[i].class);
        return classes;
}

struct alternative alternative_parse(const char *s) {
        struct alternative a = { 0 };
        unsigned classes;

        for (;;) {
                size_t n = strcspn(s, "+");
                int factor = factor_find(s, n);

                if (factor < 0)
                        a.fault = &unknown;
                if (a.fault)
                        return a;
                factor_add(&a, factor);
                if (s[n] == '\0')
                        break;
                s += n + 1;
        }
        classes = classes_of(a.factors);
        a.spans = classes == EVERY_CLASS;
        a.only = a.spans ? NULL : &class_words[classes];
        if (a.spans && a.factors & FACTOR_BIT(FACTOR_PIN) && !(a.factors & FACTOR_BIT(FACTOR_CARD)))
                a.fault = &pin_alone;
        return a;
}
