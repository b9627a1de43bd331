/* SPDX-License-Identifier: MIT */
/* pam_stack.c — see pam_stack.h. The rules are pam.conf(5)'s and those of libpam/pam_dispatch.c. */
#include "cli/setup/pam_stack.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BLANK " \t\r"
#define DEPTH 8 /* of files that include files; libpam has 32 */

const char *const pam_directories[] = { "etc/pam.d", "usr/lib/pam.d", NULL };

static const char *const phases[] = { [PAM_PHASE_AUTH] = "auth", [PAM_PHASE_ACCOUNT] = "account" };

struct pam_reader {
        struct pam_stack *s;
        unsigned depth, level;
        int r; /* the first thing that went wrong */
};

static int read_file(struct pam_stack *s, const char *name, unsigned depth, unsigned level);

static void pam_stack_fail(struct pam_reader *r, int why) {
        if (r->r == 0)
                r->r = why;
}

/* A control as one word, or as [name=action …]. NULL: the bracket is not closed. */
static char *take_control(char **line) {
        char *start = *line + strspn(*line, " \t\r"), *end;

        if (*start != '[') {
                *line = start;
                return line_word(line);
        }
        end = strchr(start, ']');
        if (!end)
                return NULL;
        *end = '\0';
        *line = end + 1;
        return start;
}

static bool pam_stack_copied(char *to, size_t size, const char *from) {
        return snprintf(to, size, "%s", from) < (int)size;
}

/* "/lib/security/pam_unix.so" is pam_unix. */
static bool module_named(const char *path, struct pam_line *line) {
        const char *slash = strrchr(path, '/');
        size_t n;

        if (!pam_stack_copied(line->module, sizeof line->module, slash ? slash + 1 : path))
                return false;
        n = strlen(line->module);
        if (n > 3 && strcmp(line->module + n - 3, ".so") == 0)
                line->module[n - 3] = '\0';
        return true;
}

/* Without the blanks at its end. */
static size_t length_of(const char *text) {
        size_t n = strlen(text);

        while (n && strchr(BLANK, text[n - 1]))
                n--;
        return n;
}

static void pam_stack_add(struct pam_reader *r, const char *control, const char *module, const char *arguments) {
        struct pam_line *line = &r->s->lines[r->s->n];

        if (r->s->n == PAM_LINES_MAX) {
                pam_stack_fail(r, -E2BIG);
                return;
        }
        line->level = r->level;
        if (!pam_stack_copied(line->control, sizeof line->control, control) || !module_named(module, line)) {
                pam_stack_fail(r, -EBADMSG);
                return;
        }
        arguments += strspn(arguments, BLANK);
        (void)pam_stack_copied(line->arguments, sizeof line->arguments, arguments);
        line->arguments[length_of(line->arguments)] = '\0';
        r->s->n++;
}

static bool is_common(const struct pam_stack *s, const char *name) {
        return strncmp(name, "common-", 7) == 0 && strcmp(name + 7, phases[s->phase]) == 0;
}

static void pam_stack_include(struct pam_reader *r, const char *name, unsigned level) {
        struct pam_reader here = { .s = r->s, .level = level };

        if (!name || strchr(name, '/') || r->depth == DEPTH)
                pam_stack_fail(r, name && r->depth == DEPTH ? -ELOOP : -EBADMSG);
        else if (r->s->as_if && is_common(r->s, name))
                pam_stack_add(&here, "required", OUR_MODULE, "");
        else
                here.r = read_file(r->s, name, r->depth + 1, level);
        if (here.r < 0)
                pam_stack_fail(r, here.r);
}

static void read_line(void *ctx, unsigned number, char *line) {
        struct pam_reader *r = ctx;
        char *type, *control, *module;

        (void)number;
        line[strcspn(line, "#")] = '\0';
        type = line_word(&line);
        if (!type)
                return;
        if (strcmp(type, "@include") == 0) {
                pam_stack_include(r, line_word(&line), r->level);
                return;
        }
        if (strcasecmp(type + (type[0] == '-'), phases[r->s->phase]) != 0)
                return;
        control = take_control(&line);
        module = control ? line_word(&line) : NULL;
        if (!module)
                pam_stack_fail(r, -EBADMSG);
        else if (strcmp(control, "include") == 0 || strcmp(control, "substack") == 0)
                pam_stack_include(r, module, r->level + (control[0] == 's'));
        else
                pam_stack_add(r, control, module, line);
}

/* As in libpam: the file that a package ships counts only where /etc has none. */
static int read_file(struct pam_stack *s, const char *name, unsigned depth, unsigned level) {
        struct pam_reader r = { .s = s, .depth = depth, .level = level };
        int error = -ENOENT;

        for (size_t i = 0; pam_directories[i] && error == -ENOENT; i++) {
                char path[300];

                if (snprintf(path, sizeof path, "%s/%s", pam_directories[i], name) >= (int)sizeof path)
                        return -ENAMETOOLONG;
                error = check_context_lines(s->context, path, read_line, &r);
        }
        return error < 0 ? error : r.r;
}

int pam_stack_load(const struct check_context *g, const char *service, enum pam_phase phase, bool as_if,
                   struct pam_stack **ret) {
        auto_pam_stack s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return -ENOMEM;
        s->context = g;
        s->phase = phase;
        s->as_if = as_if;
        r = read_file(s, service, 0, 0);
        if (r == 0 && s->n == 0)
                r = read_file(s, "other", 0, 0);
        if (r < 0)
                return r;
        *ret = TAKE(s);
        return 0;
}

bool pam_stack_has(const struct pam_stack *s, const char *module) {
        for (size_t i = 0; i < s->n; i++)
                if (strcmp(s->lines[i].module, module) == 0)
                        return true;
        return false;
}

/* The word behind "NAME=" in a bracketed control, cut at its end. */
static bool find_action(const char *control, const char *name, char *to, size_t size) {
        size_t n = strlen(name);

        for (const char *at = control; (at = strcasestr(at, name)); at += n) {
                if (at[n] != '=' || (at > control && !isspace((unsigned char)at[-1]) && at[-1] != '['))
                        continue;
                (void)snprintf(to, size, "%.*s", (int)strcspn(at + n + 1, " \t]"), at + n + 1);
                return true;
        }
        return false;
}

/* The four words, as pam.conf(5) spells them out. */
static const struct {
        const char *word, *success, *otherwise;
} words[] = {
        { "required", "ok", "bad" },
        { "requisite", "ok", "die" },
        { "sufficient", "done", "ignore" },
        { "optional", "ok", "ignore" },
};

static void action_of(const struct pam_line *line, const char *answer, char to[16]) {
        (void)snprintf(to, 16, "bad"); /* an unknown control counts as a refusal */
        if (line->control[0] == '[') {
                if (!find_action(line->control, answer, to, 16))
                        (void)find_action(line->control, "default", to, 16);
                return;
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (strcasecmp(line->control, words[i].word) == 0) {
                        bool success = strcmp(answer, "success") == 0 || strcmp(answer, "new_authtok_reqd") == 0;
                        bool ignored = strcmp(answer, "ignore") == 0 && i < 2;

                        (void)snprintf(to, 16, "%s",
                                       success   ? words[i].success
                                       : ignored ? "ignore"
                                                 : words[i].otherwise);
                }
}

/* The index behind the lines of this substack; at level 0 the end of the whole stack. */
static size_t pam_stack_behind(const struct pam_stack *s, size_t i) {
        unsigned level = s->lines[i].level;

        if (level == 0)
                return s->n;
        while (i < s->n && s->lines[i].level >= level)
                i++;
        return i;
}

struct impression {
        enum { NONE_YET, YES, NO } so_far;
        bool success; /* of the answer that YES rests on */
};

static size_t pam_stack_follow(const struct pam_stack *s, size_t i, const char *action, const char *answer,
                               struct impression *so) {
        bool done = strcasecmp(action, "done") == 0;

        if (strcasecmp(action, "ignore") == 0)
                return i + 1;
        if (isdigit((unsigned char)action[0]))
                return i + 1 + (size_t)strtoul(action, NULL, 10);
        if (strcasecmp(action, "reset") == 0) {
                *so = (struct impression){ 0 };
                return i + 1;
        }
        if (done || strcasecmp(action, "ok") == 0) {
                if ((so->so_far == NONE_YET || (so->so_far == YES && so->success)) && strcmp(answer, "ignore") != 0)
                        *so = (struct impression){ YES, strcmp(answer, "success") == 0 };
                return done && so->so_far == YES ? pam_stack_behind(s, i) : i + 1;
        }
        so->so_far = NO;
        return strcasecmp(action, "die") == 0 ? pam_stack_behind(s, i) : i + 1;
}

bool pam_stack_grants(const struct pam_stack *s, pam_answer *answer, const void *ctx) {
        struct impression so = { 0 };

        size_t i = 0;

        while (i < s->n) {
                const char *said = answer(&s->lines[i], ctx);
                char action[16];

                action_of(&s->lines[i], said, action);
                i = pam_stack_follow(s, i, action, said, &so);
        }
        return i == s->n && so.so_far == YES && so.success; /* a jump beyond the end is a refusal in libpam, too */
}
