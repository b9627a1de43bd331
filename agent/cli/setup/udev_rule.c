/* SPDX-License-Identifier: MIT */
/* udev_rule.c — one key after the other: KEY{attribute} operator "value". See udev_rule.h. */
#include "cli/setup/udev_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct udev_part {
        const char *at;
        size_t n;
};

static bool part_begins(struct udev_part s, const char *word) {
        return s.n >= strlen(word) && memcmp(s.at, word, strlen(word)) == 0;
}

/* authorized_default and interface_authorized_default have the word, too. */
static enum udev_writes words_of(struct udev_part s) {
        if (memmem(s.at, s.n, "authorized", strlen("authorized")))
                return UDEV_WRITES_AUTHORIZED;
        return memmem(s.at, s.n, "bConfigurationValue", strlen("bConfigurationValue")) ? UDEV_WRITES_CONFIGURATION
                                                                                       : UDEV_WRITES_NOTHING;
}

/* A key with its attribute, which may have an operator's characters in it. */
static struct udev_part part_key(const char **line) {
        struct udev_part key = { *line, strcspn(*line, "{=!+-: \t") };

        if (key.at[key.n] == '{')
                key.n += strcspn(key.at + key.n, "}") + 1;
        *line += strnlen(key.at, key.n);
        return key;
}

static struct udev_part part_value(const char **line) {
        struct udev_part value = { ++*line, 0 };

        while (value.at[value.n] && value.at[value.n] != '"')
                value.n += value.at[value.n] == '\\' && value.at[value.n + 1] ? 2 : 1;
        *line += value.n + (value.at[value.n] == '"');
        return value;
}

static enum udev_writes key_writes(struct udev_part key, bool assigns, struct udev_part value) {
        if (part_begins(key, "RUN") || part_begins(key, "PROGRAM") || part_begins(key, "IMPORT{program}"))
                return words_of(value);
        return assigns && (part_begins(key, "ATTR{") || part_begins(key, "SYSCTL{")) ? words_of(key)
                                                                                     : UDEV_WRITES_NOTHING;
}

enum udev_writes udev_rule_writes(const char *line) {
        struct udev_part whole = { line, strlen(line) };
        enum udev_writes worst = UDEV_WRITES_NOTHING, writes;

        for (line += strspn(line, " \t\r,"); *line; line += strspn(line, " \t\r,")) {
                struct udev_part key = part_key(&line), value;
                const char *how = line += strspn(line, " \t");
                bool assigns = strncmp(how, "==", 2) != 0 && strncmp(how, "!=", 2) != 0;

                line += strspn(line, "=!+-:");
                line += strspn(line, " \t");
                line += strspn(line, "ei"); /* e"with escapes", i"whatever the case" */
                if (line == how || *line != '"')
                        return words_of(whole);
                value = part_value(&line);
                writes = key_writes(key, assigns, value);
                worst = writes > worst ? writes : worst;
        }
        return worst;
}
