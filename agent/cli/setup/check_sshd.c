/* SPDX-License-Identifier: MIT */
/* check_sshd.c — does ssh ask through PAM, for everybody? sshd_config(5): the first value of a keyword counts, a Match
 * block is for some people only and ends with its file, values may be quoted. */
#include "cli/setup/checks.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FOLDER "etc/ssh"
#define DEPTH 4 /* of files that include files; sshd has 16 */

struct sshd {
        struct check_context *context;
        const char *path;    /* of the file that is being read */
        const char *pattern; /* of the names that an Include means, in `folder` */
        const char *folder;
        unsigned depth;
        bool matching;        /* in a Match block */
        bool no_pam, has_pam; /* the first UsePAM */
        bool has_asks, no_asks, has_methods, no_methods;
        size_t n;
        char where[512]; /* Match blocks in which nobody could be asked */
};

static void sshd_line(void *ctx, unsigned number, char *line);

/* The next value, without its quotes; NULL at the line's end. */
static char *sshd_word(char **line) {
        char *start = *line + strspn(*line, " \t\r"), *end;

        if (*start == '"') {
                end = strchr(++start, '"');
                if (!end)
                        return NULL;
        } else {
                end = start + strcspn(start, " \t\r");
        }
        if (!*start || *start == '#')
                return NULL;
        *line = *end ? end + 1 : end;
        *end = '\0';
        return start;
}

/* "Key value", "Key=value", "Key = value" */
static char *sshd_key(char **line) {
        char *key = *line + strspn(*line, " \t\r"), *end = key + strcspn(key, " \t\r="), *behind = end;

        behind += strspn(behind, " \t\r");
        behind += *behind == '=';
        *end = '\0';
        *line = behind;
        return key;
}

static void sshd_file(struct sshd *s, const char *path) {
        const char *before = s->path;
        bool matching = s->matching;

        s->path = path;
        finding_unread(s->context, path, check_context_plain_lines(s->context, path, sshd_line, s));
        s->path = before;
        s->matching = matching;
}

static void sshd_named(void *ctx, const char *name) {
        struct sshd *s = ctx;
        char path[512];

        if (fnmatch(s->pattern, name, 0) == 0
            && snprintf(path, sizeof path, "%s/%s", s->folder, name) < (int)sizeof path)
                sshd_file(s, path);
}

/* One pattern of an Include, whose names are in one folder. False: it is another kind of pattern. */
static bool sshd_include(struct sshd *s, const char *pattern) {
        const char *folder_before = s->folder, *pattern_before = s->pattern;
        char folder[300], *slash;

        if (s->depth == DEPTH
            || snprintf(folder, sizeof folder, "%s%s", pattern[0] == '/' ? "" : FOLDER "/",
                        pattern + (pattern[0] == '/'))
                       >= (int)sizeof folder)
                return false;
        slash = strrchr(folder, '/');
        if (!slash)
                return false;
        *slash = '\0';
        if (strpbrk(folder, "*?["))
                return false;
        s->pattern = slash + 1;
        s->folder = folder;
        s->depth++;
        finding_unread(s->context, folder, check_context_names(s->context, folder, "", sshd_named, s));
        s->depth--;
        s->folder = folder_before;
        s->pattern = pattern_before;
        return true;
}

/* Does one of the lists have keyboard-interactive, by which alone all our questions can be asked? */
static bool sshd_methods_ask(char *line) {
        for (char *list; (list = sshd_word(&line));)
                if (strcasecmp(list, "any") == 0 || strstr(list, "keyboard-interactive"))
                        return true;
        return false;
}

/* It holds for everybody, if it is the first; in a Match block, for some. */
static void sshd_note(struct sshd *s, unsigned number, bool no, bool *has, bool *none) {
        if (s->matching && no)
                words_add(s->where, sizeof s->where, "%s/%s:%u", s->n++ ? ", " : "", s->path, number);
        if (s->matching || *has)
                return;
        *has = true;
        *none = no;
}

static void sshd_line(void *ctx, unsigned number, char *line) {
        struct sshd *s = ctx;
        char *value, *key = sshd_key(&line);

        if (strcasecmp(key, "Match") == 0) {
                value = sshd_word(&line);
                s->matching = !value || strcasecmp(value, "all") != 0;
        } else if (strcasecmp(key, "Include") == 0) {
                while ((value = sshd_word(&line)))
                        if (!sshd_include(s, value))
                                finding_unfollowed(s->context, s->path, number);
        } else if (strcasecmp(key, "AuthenticationMethods") == 0) {
                sshd_note(s, number, !sshd_methods_ask(line), &s->has_methods, &s->no_methods);
        } else if (strcasecmp(key, "UsePAM") == 0) {
                value = sshd_word(&line);
                sshd_note(s, number, !value || strcasecmp(value, "yes") != 0, &s->has_pam, &s->no_pam);
        } else if (strcasecmp(key, "KbdInteractiveAuthentication") == 0
                   || strcasecmp(key, "ChallengeResponseAuthentication") == 0) {
                value = sshd_word(&line);
                sshd_note(s, number, value && strcasecmp(value, "no") == 0, &s->has_asks, &s->no_asks);
        }
}

static void sshd_say(struct check_context *g, const struct sshd *s) {
        if (!s->has_pam || s->no_pam)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l,
                                "ssh は PAM を通りません: sshd_config に UsePAM yes を書き、systemctl restart ssh",
                                "ssh goes round PAM: put UsePAM yes into sshd_config, then systemctl restart ssh"));
        else if (s->no_asks)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "ssh ではログインできなくなります: sshd_config に KbdInteractiveAuthentication yes を書き、"
                            "systemctl restart ssh",
                            "nobody could log in by ssh: put KbdInteractiveAuthentication yes into sshd_config, then systemctl "
                            "restart ssh"));
        else if (s->no_methods)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "ssh ではログインできなくなります: sshd_config の AuthenticationMethods に "
                            "keyboard-interactive を加え、systemctl restart ssh",
                            "nobody could log in by ssh: add keyboard-interactive to AuthenticationMethods in sshd_config, "
                            "then systemctl restart ssh"));
        else
                finding_add(g, FINDING_OK, SAY(g->l, "ssh は PAM を通ります", "ssh goes through PAM"));
        if (s->n)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "Match に当たる人は ssh でログインできなくなります（%s）: keyboard-interactive を使えるようにしてください",
                            "whoever fits that Match could not log in by ssh (%s): leave keyboard-interactive on there"),
                        s->where);
}

void check_sshd(struct check_context *g) {
        struct sshd s = { .context = g };

        if (!check_context_has(g, "usr/sbin/sshd")) {
                finding_add(g, FINDING_OK, SAY(g->l, "sshd はありません", "there is no sshd"));
                return;
        }
        sshd_file(&s, FOLDER "/sshd_config");
        sshd_say(g, &s);
}
