/* SPDX-License-Identifier: MIT */
/* check_context.h — what the checks before a stage use: the terminal's files beneath one directory, the agent's
 * answers, the policy, the time; and what they found. A check only reads. */
#pragma once

#include "base/err.h"
#include "decision/policy.h"
#include "text/words.h"

#include <jansson.h>
#include <stdint.h>

struct doors_once;

enum finding { FINDING_OK, FINDING_WARNING, FINDING_STOP };

struct check_context {
        int root;              /* the directory that stands for / */
        const char *root_path; /* and where it is; "" is / */
        enum language l;       /* of what is found */
        int64_t now_s;
        /* The agent's answers to `status`, `devices` and `factors`; NULL: it did not answer. */
        const json_t *status, *devices, *people;
        /* The devices as this version would judge them, where an agent of another version runs; else NULL. */
        const json_t *next;
        const struct policy *policy; /* in force; NULL: none, or it cannot be read */
        const char *check;           /* the check that is running */
        struct doors_once *doors;    /* for all checks of one preflight; NULL: each asks libpam for itself */
        json_t *findings;            /* [{"check", "verdict", "text"}, …] */
};

/* What is wrong and what to type, in one sentence of the context's language. Made printable here. */
void finding_add(struct check_context *g, enum finding verdict, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

const char *finding_name(enum finding verdict); /* "ok", "warning", "stop" */

/* Add a finding where r says that a file could not be read, for a person to look at. -ENOENT adds none. */
void finding_unread(struct check_context *g, const char *path, int r);

/* Add one where a file names others that are not looked for: beneath a pattern, or too many one within the other. */
void finding_unfollowed(struct check_context *g, const char *path, unsigned number);

/* A member of the agent's status; NULL, which reads as 0 and false, where there is none. */
const json_t *check_context_status(const struct check_context *g, const char *group, const char *key);

bool check_context_has(const struct check_context *g, const char *path);

/* The text of a symlink beneath the root; false where there is none. */
bool check_context_link(const struct check_context *g, const char *path, char *to, size_t size);

/* A reader of one file's lines. Lines are joined at a backslash before the newline, '#' comments and blank lines are
 * not told. `line` may be changed. */
typedef void check_context_line(void *ctx, unsigned number, char *line);

/* Tell each line of a regular file. 0, -ENOENT, or why not (-EFBIG: beyond CHECK_CONTEXT_FILE_MAX; -EBADMSG: a NUL in
 * it). */
#define CHECK_CONTEXT_FILE_MAX (1024 * 1024)
int check_context_lines(const struct check_context *g, const char *path, check_context_line *tell, void *ctx);

/* The same of a file in which a backslash continues nothing: no line is joined, and comments are told. */
int check_context_plain_lines(const struct check_context *g, const char *path, check_context_line *tell, void *ctx);

/* Tell the names in a directory, in order; `suffix` may be "". Those that packages and editors leave
 * behind are passed over. A directory that is not there has none. */
#define CHECK_CONTEXT_NAMES_MAX 1024
typedef void check_context_name(void *ctx, const char *name);
int check_context_names(const struct check_context *g, const char *path, const char *suffix, check_context_name *tell,
                        void *ctx);

/* The next word of a line, NUL-terminated in place; NULL at its end. */
char *line_word(char **line);
