/* SPDX-License-Identifier: MIT */
/* audit_show.c — sekimori audit show: what happened, in words. The files may have been tampered with: their content is
 * checked for its shape but never trusted, and everything is made printable. */
#include "audit/event.h"
#include "audit/lines.h"
#include "audit/sentence.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "cli/audit/logs.h"
#include "cli/language.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define LAST_MAX 100000
#define FOLLOW_MS 250

CLEANUP(json, json_t *, json_decref)

struct show_options {
        const char *state_dir, *type;
        uint64_t since;
        size_t last; /* 0: all */
        bool json, follow, in[LANGUAGES];
};

/* Keeps the newest `last` lines that match, until the whole log has been read. */
struct show {
        struct show_options o;
        char **ring;
        size_t seen;
        bool live; /* print at once */
        bool unreadable, some;
};

/* The parser accepts "both", which is not a language that language_now() can return. */
static void take_language(struct show_options *o, const char *typed) {
        if (typed && strcmp(typed, "both") == 0)
                o->in[LANGUAGE_JA] = o->in[LANGUAGE_EN] = true;
        else
                o->in[language_now()] = true;
}

static bool asked_for(const struct show_options *o, const json_t *record) {
        const char *type = json_string_value(json_object_get(record, "type"));

        return (uint64_t)json_integer_value(json_object_get(record, "seq")) >= o->since
               && (!o->type || (type && strcmp(type, o->type) == 0));
}

/* Where the record's time ends and its sentence begins: 2026年12月31日 09:00:00（+09:00） is the longest. */
#define TIME_COLUMNS 33

static void print_head(enum language l, const json_t *record) {
        const char *time = json_string_value(json_object_get(record, "time"));
        char when[48];
        int gap;

        words_time(l, time ? time : "", when, sizeof when);
        gap = TIME_COLUMNS - columns_of(when);
        (void)printf("%6" JSON_INTEGER_FORMAT "  %s%*s", json_integer_value(json_object_get(record, "seq")), when,
                     gap > 0 ? gap + 2 : 2, "");
}

static void print_record(const struct show_options *o, const json_t *record) {
        bool first = true;

        print_head(o->in[LANGUAGE_JA] ? LANGUAGE_JA : LANGUAGE_EN, record);
        for (enum language l = 0; l < LANGUAGES; l++) {
                char text[SENTENCE_MAX];

                if (!o->in[l])
                        continue;
                sentence_of(l, record, text, sizeof text);
                (void)printf("%*s%s\n", first ? 0 : 6 + 2 + TIME_COLUMNS + 2, "", text);
                first = false;
        }
}

static void print_clean(const char *line) {
        static char text[4 * CHAIN_LINE_MAX];

        words_clean(line, text, sizeof text);
        (void)puts(text);
}

static void print_line(const struct show_options *o, const char *line) {
        AUTO(json) record = json_loads(line, 0, NULL);

        if (!o->json)
                print_record(o, record);
        else if (isatty(STDOUT_FILENO))
                print_clean(line);
        else
                (void)puts(line); /* byte for byte, so that its SHA-256 can be computed */
}

static int audit_show_keep(struct show *s, const char *line) {
        char **slot = &s->ring[s->seen % s->o.last];

        free(*slot);
        *slot = strdup(line);
        s->seen++;
        return *slot ? 0 : -ENOMEM;
}

static int take_line(struct show *s, const char *line, size_t n) {
        AUTO(json) record = json_loadb(line, n, 0, NULL);

        if (!json_is_object(record)) {
                s->unreadable = true;
                return 0;
        }
        if (!asked_for(&s->o, record))
                return 0;
        s->some = true;
        if (s->o.last && !s->live)
                return audit_show_keep(s, line);
        print_line(&s->o, line);
        return 0;
}

static int read_lines(struct show *s, struct lines *lines) {
        char *line;
        size_t n;
        int r;

        while ((r = lines_next(lines, &line, &n)) != 0) {
                if (r < 0 && r != -EMSGSIZE)
                        return r;
                s->unreadable |= r < 0;
                r = r < 0 ? 0 : take_line(s, line, n);
                if (r < 0)
                        return r;
        }
        return 0;
}

static void print_kept(struct show *s) {
        size_t n = s->seen < s->o.last ? s->seen : s->o.last;

        for (size_t i = s->seen - n; i < s->seen; i++)
                print_line(&s->o, s->ring[i % s->o.last]);
        s->live = true;
}

static bool was_rotated(int fd, const char *path) {
        struct stat here, there;

        return fstat(fd, &here) == 0 && stat(path, &there) == 0 && here.st_ino != there.st_ino;
}

/* Runs until it is interrupted. The log is small and read by people: looking four times a second is soon enough. */
static int audit_show_follow(struct show *s, struct lines *lines, const char *path) {
        const struct timespec pause = { .tv_nsec = FOLLOW_MS * 1000000L };
        int r = 0;

        while (r == 0 && fflush(stdout) == 0) {
                bool rotated = was_rotated(lines->fd, path);

                r = read_lines(s, lines); /* first the lines that were written before the rotation */
                if (r == 0 && rotated) {
                        int fd = logs_open(path);

                        if (fd < 0)
                                return fd;
                        (void)close(lines->fd);
                        lines_init(lines, fd);
                }
                (void)nanosleep(&pause, NULL);
        }
        return r;
}

static int show_file(struct show *s, const char *path, bool is_last) {
        auto_fd fd = logs_open(path);
        struct lines lines;
        int r;

        if (fd < 0)
                return fd;
        lines_init(&lines, fd);
        r = read_lines(s, &lines);
        if (r == 0 && is_last) {
                print_kept(s);
                s->unreadable |= lines_rest(&lines) > 0 && !s->o.follow;
                if (s->o.follow)
                        r = audit_show_follow(s, &lines, path);
                fd = lines.fd;
        }
        return r;
}

static int audit_show_run(struct show *s, const struct logs *l) {
        for (size_t i = 0; i < l->n; i++) {
                int r = show_file(s, l->paths[i], i + 1 == l->n);

                if (r < 0)
                        return complain_errno(EXIT_COULD_NOT, l->paths[i], r);
        }
        if (s->unreadable)
                return complain(EXIT_COULD_NOT,
                                "監査記録として読めない行があります。場所は sekimori audit verify で分かります",
                                "some lines are no records; `sekimori audit verify` says where");
        if (!s->some)
                return s->o.since || s->o.type
                               ? complain(EXIT_REFUSED, "当てはまる記録はありません", "no record is like that")
                               : complain(EXIT_REFUSED, "記録がありません", "there are no records");
        return EXIT_OK;
}

int audit_show(const struct typed *t) {
        struct show s = { .o = { .state_dir = t->value[OPTION_STATE_DIR],
                                 .type = t->value[OPTION_TYPE],
                                 .json = typed_has(t, OPTION_JSON),
                                 .follow = typed_has(t, OPTION_FOLLOW) } };
        struct logs logs = { 0 };
        struct err err = { 0 };
        uint64_t last = 0;
        int code = typed_number(t, OPTION_SINCE, 0, CHAIN_SEQ_MAX, &s.o.since);

        if (code == EXIT_OK)
                code = typed_number(t, OPTION_LAST, 1, LAST_MAX, &last);
        s.o.last = (size_t)last;
        take_language(&s.o, t->value[OPTION_LANG_BOTH]);
        if (code != EXIT_OK)
                return code;
        s.ring = calloc(s.o.last + 1, sizeof *s.ring);
        if (!s.ring)
                code = complain_memory();
        else if (logs_find(s.o.state_dir, t->words, t->n_words, &logs, &err) < 0)
                code = complain_err(EXIT_COULD_NOT, NULL, &err);
        else
                code = audit_show_run(&s, &logs);
        for (size_t i = 0; s.ring && i < s.o.last; i++)
                free(s.ring[i]);
        free(s.ring);
        logs_deinit(&logs);
        return code;
}
