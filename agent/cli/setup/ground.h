/* SPDX-License-Identifier: MIT */
/* ground.h — what the checks before a stage stand on: the terminal's files beneath one directory, the agent's answers,
 * the policy, the time; and what they found. A check only reads. */
#pragma once

#include "base/err.h"
#include "decision/policy.h"
#include "text/words.h"

#include <jansson.h>
#include <stdint.h>

enum finding { FINDING_OK, FINDING_WARNING, FINDING_STOP };

struct ground {
        int root;              /* the directory that stands for / */
        const char *root_path; /* and where it is; "" is / */
        enum language l;       /* of what is found */
        int64_t now_s;
        /* The agent's answers to `status`, `devices` and `factors`; NULL: it did not answer. */
        const json_t *status, *devices, *people;
        const struct policy *policy; /* in force; NULL: none, or it cannot be read */
        const char *check;           /* whose turn it is */
        json_t *findings;            /* [{"check", "verdict", "text"}, …] */
};

/* What is wrong and what to type, in one sentence of the ground's language. Made printable here. */
void find(struct ground *g, enum finding verdict, const char *format, ...) __attribute__((format(printf, 3, 4)));

const char *finding_name(enum finding verdict); /* "ok", "warning", "stop" */

/* A file that could not be read although it is there: somebody has to look at it. -ENOENT is none. */
void find_unread(struct ground *g, const char *path, int r);

/* Of the agent's status. NULL, 0 and false where there is none. */
const json_t *ground_status(const struct ground *g, const char *group, const char *key);

bool ground_has(const struct ground *g, const char *path);

/* The text of a symlink beneath the root; false where there is none. */
bool ground_link(const struct ground *g, const char *path, char *to, size_t size);

/* A reader of one file's lines. Lines are joined at a backslash before the newline, '#' comments and blank lines are
 * not told. `line` may be changed. */
typedef void ground_line(void *ctx, unsigned number, char *line);

/* Tell each line of a regular file. 0, -ENOENT, or why not (-EFBIG: beyond GROUND_FILE_MAX; -EBADMSG: a NUL in it). */
#define GROUND_FILE_MAX (1024 * 1024)
int ground_lines(const struct ground *g, const char *path, ground_line *tell, void *ctx);

/* Tell the names of a directory's regular files, in order; `suffix` may be "". Those that packages and editors leave
 * behind are passed over. A directory that is not there has none. */
#define GROUND_NAMES_MAX 1024
typedef void ground_name(void *ctx, const char *name);
int ground_names(const struct ground *g, const char *path, const char *suffix, ground_name *tell, void *ctx);

/* The next word of a line, NUL-terminated in place; NULL at its end. */
char *line_word(char **line);
