/* SPDX-License-Identifier: MIT */
/* succeed_if.c — flags, then conditions of three words, all of which must hold. See succeed_if.h. */
#include "stacks/succeed_if.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_flag(const char *word) {
        static const char *const flags[] = { "debug", "use_uid", "quiet", "quiet_fail", "quiet_success", "audit" };

        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
                if (strcmp(word, flags[i]) == 0)
                        return true;
        return false;
}

static bool words_have(const char *list, const char *word) {
        size_t n = strlen(word);

        for (const char *at = list;; at++) {
                size_t here = strcspn(at, ":");

                if (here == n && strncmp(at, word, n) == 0)
                        return true;
                at += here;
                if (!*at)
                        return false;
        }
}

/* The line of a colon-separated file whose first field is this; NULL: none. */
static const char *line_of(const char *text, const char *name, size_t n) {
        for (const char *at = text; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
                if (strncmp(at, name, n) == 0 && at[n] == ':')
                        return at;
        return NULL;
}

static const char *field_of(const char *line, unsigned index) {
        for (; line && index; index--) {
                line += strcspn(line, ":\n");
                line = *line == ':' ? line + 1 : NULL;
        }
        return line;
}

/* Is it anybody's own group, in /etc/passwd? */
static bool is_primary(const char *passwd, unsigned long gid) {
        for (const char *at = passwd; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
                const char *own = field_of(at, 3);

                if (own && strtoul(own, NULL, 10) == gid)
                        return true;
        }
        return false;
}

/* Groups that no directory could add people to: nsswitch.conf names nothing but files and systemd. */
static bool groups_are_files(const char *nsswitch) {
        const char *at = nsswitch;

        while (at && strncmp(at, "group:", 6) != 0)
                at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
        if (!at)
                return false;
        for (at += 6; *at && *at != '\n' && *at != '#';) {
                size_t n = strcspn(at += strspn(at, " \t"), " \t\n#");
                bool ours = (n == 5 && strncmp(at, "files", n) == 0) || (n == 7 && strncmp(at, "systemd", n) == 0)
                            || (n == 0);

                if (!ours)
                        return false;
                at += n;
        }
        return true;
}

static bool group_is_empty(const struct stack_groups *g, const char *name, size_t n) {
        const char *line = line_of(g->group, name, n), *members = field_of(line, 3), *gid = field_of(line, 2);

        if (!g->group || !g->passwd || !groups_are_files(g->nsswitch))
                return false;
        return !line
               || (members && (*members == '\n' || *members == '\0') && gid
                   && !is_primary(g->passwd, strtoul(gid, NULL, 10)));
}

static enum succeed_if one_of_groups(const char *list, const struct stack_groups *groups, bool in) {
        for (const char *at = list; *at; at += *at == ':') {
                size_t n = strcspn(at, ":");

                if (!group_is_empty(groups, at, n))
                        return DEPENDS;
                at += n;
        }
        return in ? FAILS : SUCCEEDS;
}

static enum succeed_if condition_decides(const char *const word[3], const char *service,
                                         const struct stack_groups *groups) {
        const char *how = word[1];

        if (strcmp(how, "ingroup") == 0 || strcmp(how, "notingroup") == 0)
                return one_of_groups(word[2], groups, how[0] == 'i');
        if (strcmp(word[0], "service") != 0)
                return DEPENDS;
        if (strcmp(how, "in") == 0)
                return words_have(word[2], service) ? SUCCEEDS : FAILS;
        if (strcmp(how, "notin") == 0)
                return words_have(word[2], service) ? FAILS : SUCCEEDS;
        if (strcmp(how, "=") == 0)
                return strcmp(word[2], service) == 0 ? SUCCEEDS : FAILS;
        if (strcmp(how, "!=") == 0)
                return strcmp(word[2], service) == 0 ? FAILS : SUCCEEDS;
        return DEPENDS;
}

enum succeed_if succeed_if_decides(int argc, const char **argv, const char *service,
                                   const struct stack_groups *groups) {
        enum succeed_if all = SUCCEEDS;
        const char *word[3];
        int n = 0, conditions = 0;

        for (int i = 0; i < argc; i++) {
                if (is_flag(argv[i]))
                        continue;
                word[n++] = argv[i];
                if (n < 3)
                        continue;
                n = 0;
                conditions++;
                switch (condition_decides(word, service, groups)) {
                case FAILS:
                        return FAILS;
                case DEPENDS:
                        all = DEPENDS;
                        break;
                case SUCCEEDS:
                        break;
                }
        }
        return n || !conditions ? DEPENDS : all;
}
