/* SPDX-License-Identifier: MIT */
/* check_context.c — see check_context.h. The files belong to root, but are read as if they were untrusted. */
#include "cli/setup/check_context.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT 1024

const char *finding_name(enum finding verdict) {
        static const char *const names[] = { "ok", "warning", "stop" };

        return names[verdict];
}

void finding_add(struct check_context *g, enum finding verdict, const char *format, ...) {
        char text[TEXT], clean[4 * TEXT];
        va_list ap;

        va_start(ap, format);
        (void)vsnprintf(text, sizeof text, format, ap);
        va_end(ap);
        words_clean(text, clean, sizeof clean);
        (void)json_array_append_new(g->findings, json_pack("{s:s, s:s, s:s}", "check", g->check, "verdict",
                                                           finding_name(verdict), "text", clean));
}

void finding_unread(struct check_context *g, const char *path, int r) {
        if (r < 0 && r != -ENOENT)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "/%s を読めません（%s）。自分で確かめてください",
                                "/%s cannot be read (%s): look at it yourself"),
                            path, err_reason(r, g->l));
}

void finding_unfollowed(struct check_context *g, const char *path, unsigned number) {
        finding_add(g, FINDING_WARNING,
                    SAY(g->l, "/%s:%u が読み込ませるファイルは調べていません。自分で確かめてください",
                        "what /%s:%u includes was not looked at: look at it yourself"),
                    path, number);
}

const json_t *check_context_status(const struct check_context *g, const char *group, const char *key) {
        const json_t *in = group ? json_object_get(g->status, group) : g->status;

        return json_object_get(in, key);
}

bool check_context_has(const struct check_context *g, const char *path) {
        struct stat st;

        return fstatat(g->root, path, &st, 0) == 0;
}

bool check_context_link(const struct check_context *g, const char *path, char *to, size_t size) {
        ssize_t n = readlinkat(g->root, path, to, size - 1);

        if (n < 0)
                return false;
        to[n] = '\0';
        return true;
}

/* Cut at the first line end that no backslash continues, where one does (`joined`); *rest is behind it. A comment ends
 * with its line. */
static void cut_line(char *line, bool joined, char **rest, unsigned *number) {
        char *end = line;

        joined = joined && line[strspn(line, " \t\r")] != '#';
        while ((end = strchrnul(end, '\n')) && *end) {
                ++*number;
                if (end == line || !joined || end[-1] != '\\') {
                        *end = '\0';
                        *rest = end + 1;
                        return;
                }
                end[-1] = end[0] = ' ';
        }
        *rest = end;
}

static int tell_lines(const struct check_context *g, const char *path, bool joined, check_context_line *tell,
                      void *ctx) {
        auto_free uint8_t *text = NULL;
        unsigned number = 0;
        size_t size = 0;
        char *rest;
        int r = file_read(g->root, path, CHECK_CONTEXT_FILE_MAX, &text, &size);

        if (r < 0)
                return r;
        if (memchr(text, 0, size))
                return -EBADMSG;
        rest = (char *)text;
        while (*rest) {
                char *line = rest;

                cut_line(line, joined, &rest, &number);
                line += strspn(line, " \t\r");
                if (*line && !(joined && *line == '#'))
                        tell(ctx, number, line);
        }
        return 0;
}

int check_context_lines(const struct check_context *g, const char *path, check_context_line *tell, void *ctx) {
        return tell_lines(g, path, true, tell, ctx);
}

int check_context_plain_lines(const struct check_context *g, const char *path, check_context_line *tell, void *ctx) {
        return tell_lines(g, path, false, tell, ctx);
}

static bool is_left_behind(const char *name) {
        size_t n = strlen(name);

        return name[0] == '.' || name[0] == '#' || name[n - 1] == '~' || strstr(name, ".dpkg-")
               || strstr(name, ".pam-");
}

static bool ends_with(const char *name, const char *suffix) {
        size_t n = strlen(name), m = strlen(suffix);

        return n > m && strcmp(name + n - m, suffix) == 0;
}

static int by_name(const void *a, const void *b) {
        return strcmp(*(char *const *)a, *(char *const *)b);
}

static int check_context_list(DIR *d, const char *suffix, char **names, size_t *ret_n) {
        struct dirent *entry;

        while ((entry = readdir(d))) {
                if (is_left_behind(entry->d_name) || !ends_with(entry->d_name, suffix))
                        continue;
                if (*ret_n == CHECK_CONTEXT_NAMES_MAX)
                        return -E2BIG;
                names[*ret_n] = strdup(entry->d_name);
                if (!names[*ret_n])
                        return -ENOMEM;
                ++*ret_n;
        }
        return 0;
}

int check_context_names(const struct check_context *g, const char *path, const char *suffix, check_context_name *tell,
                        void *ctx) {
        auto_free char **names = calloc(CHECK_CONTEXT_NAMES_MAX, sizeof *names);
        auto_dir d = names ? listing_open(g->root, path) : NULL;
        size_t n = 0;
        int r;

        if (!d)
                return names && errno == ENOENT ? 0 : names ? -errno : -ENOMEM;
        r = check_context_list(d, suffix, names, &n);
        qsort(names, n, sizeof *names, by_name);
        for (size_t i = 0; i < n; i++) {
                tell(ctx, names[i]);
                free(names[i]);
        }
        return r;
}

char *line_word(char **line) {
        char *word = *line + strspn(*line, " \t\r");
        size_t n = strcspn(word, " \t\r");

        *line = word + n + (word[n] != '\0');
        word[n] = '\0';
        return n ? word : NULL;
}
