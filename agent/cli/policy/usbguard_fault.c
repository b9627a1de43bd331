/* SPDX-License-Identifier: MIT */
/* usbguard_fault.c — one function for each shape of an attribute; each answers a reason. See usbguard_fault.h. How
 * usbguard compares is its Rule.hpp (setSolve…), USB.cpp and LocaltimeCondition.cpp. */
#include "cli/policy/usbguard_fault.h"

#include "decision/facts.h"
#include "language/text.h"
#include "language/value.h"

#include <ctype.h>
#include <string.h>

#define LABEL_MAX (LINE_MAX - 32) /* the name has a number in front */

static const struct phrase
        own_hash = { "usbguard 独自のハッシュです（この製品の fingerprint とは別のもの）",
                     "is usbguard's own; a fingerprint here is another" },
        parent = { "どの機器の先につながるかは書けません", "which device it hangs on cannot be said" },
        socket = { "差し込み口の種類は書けません", "the kind of socket cannot be said" },
        condition = { "この条件は書けません", "this condition cannot be said" },
        clock = { "usbguard は時刻を UTC で比べます。意味する時刻を hours で書いてください",
                  "usbguard compares it with UTC; say with hours what is meant" },
        several = { "1台の機器が持つ値は一つです。いくつかを書けるのは one-of だけです",
                    "a device has one; several can be said with one-of only" },
        second = { "いくつもの値を書ける属性は、規則ごとに一つです",
                   "only one attribute of a rule may list several values" },
        absent = { "「これではないこと」は書けません", "that something is not there cannot be said" },
        capitals = { "大文字の ID は、usbguard ではどの機器にも当てはまりません",
                     "usbguard fits an id in capitals to no device" },
        empty = { "空の値は書けません", "an empty value cannot be said" },
        star = { "* は、ここでは「以下は何でも」になります", "a * would stand for anything here" },
        long_text = { "長すぎます", "is too long" },
        hidden = { "表示されない文字か、UTF-8 ではない文字があります",
                   "has characters that do not show, or are no UTF-8" },
        count = { "インターフェースの数と順序は書けません（interfaces は、あってよいものの一覧です）",
                  "how many interfaces, and in which order, cannot be said: interfaces lists what "
                  "may be there" },
        any = { "このうち一つのインターフェースがあれば、その機器を拒否します",
                "a device is refused as soon as it has one of these" },
        besides = { "ほかのインターフェースもある機器を、まるごと許可することはできません",
                    "a device that has others besides cannot be let in whole" };

static const struct phrase *fault_of_text(const char *s, size_t size) {
        if (!*s)
                return &empty;
        if (strlen(s) >= size)
                return &long_text;
        for (const char *c = s; *c; c++)
                if ((unsigned char)*c < ' ')
                        return &hidden;
        return value_fault(s, strlen(s)) ? &hidden : NULL;
}

static const struct phrase *fault_of_value(const struct usbguard_rule *rule, enum usbguard_key key, const char *s) {
        const struct phrase *fault =
                key == USBGUARD_ID ? NULL : fault_of_text(s, FACTS_STRING - 1); /* an asterisk may follow */

        if (key != USBGUARD_ID)
                return fault || !strchr(s, '*') ? fault : &star;
        for (; *s && rule->target == USBGUARD_ALLOW; s++)
                if (isupper((unsigned char)*s))
                        return &capitals;
        return NULL;
}

/* id, name, serial, via-port: a device has exactly one. */
static const struct phrase *fault_of_one(const struct usbguard_rule *rule, enum usbguard_key key) {
        const struct usbguard_set *set = &rule->keys[key];
        const struct phrase *fault = NULL;

        if (set->how == USBGUARD_NONE_OF)
                return &absent;
        if (set->how == USBGUARD_MATCH_ALL || (set->n > 1 && set->how != USBGUARD_ONE_OF))
                return &several;
        for (enum usbguard_key before = USBGUARD_ID; set->n > 1 && before < key; before++)
                if (rule->keys[before].n > 1 && !fault_of_one(rule, before))
                        return &second;
        for (unsigned i = 0; i < set->n && !fault; i++)
                fault = fault_of_value(rule, key, set->values[i]);
        return fault;
}

/* `interfaces` with `partial` is one-of, and binds no more than what is named; without it it is match-all. */
static const struct phrase *fault_of_interfaces(const struct usbguard_rule *rule) {
        const struct usbguard_set *set = &rule->keys[USBGUARD_WITH_INTERFACE];

        if (set->how == USBGUARD_ONE_OF || (set->how == USBGUARD_ALL_OF && set->n == 1))
                return NULL;
        if (set->how == USBGUARD_NONE_OF)
                return &absent;
        if (rule->target != USBGUARD_ALLOW)
                return &any;
        if (set->how == USBGUARD_ALL_OF)
                return &besides;
        return set->how == USBGUARD_MATCH_ALL ? NULL : &count;
}

static const struct phrase *fault_of_condition(const struct usbguard_set *set) {
        const char *s = set->values[0];

        if (strncmp(s + (*s == '!'), "localtime", strlen("localtime")) == 0)
                return &clock;
        return set->n == 1 && set->how != USBGUARD_NONE_OF && (strcmp(s, "true") == 0 || strcmp(s, "!false") == 0)
                       ? NULL
                       : &condition;
}

const struct phrase *usbguard_fault(const struct usbguard_rule *rule, enum usbguard_key key) {
        static const struct phrase *const never[USBGUARD_KEYS] = {
                [USBGUARD_HASH] = &own_hash, [USBGUARD_PARENT_HASH] = &parent, [USBGUARD_CONNECT_TYPE] = &socket
        };

        if (!rule->keys[key].at.line || key == USBGUARD_LABEL)
                return NULL;
        if (key < USBGUARD_WITH_INTERFACE)
                return fault_of_one(rule, key);
        if (key == USBGUARD_WITH_INTERFACE)
                return fault_of_interfaces(rule);
        return key == USBGUARD_IF ? fault_of_condition(&rule->keys[key]) : never[key];
}

const struct phrase *usbguard_label_fault(const struct usbguard_set *set) {
        return set->n > 1 ? &several : fault_of_text(set->values[0], LABEL_MAX);
}
