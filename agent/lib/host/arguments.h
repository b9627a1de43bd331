/* SPDX-License-Identifier: MIT */
/* arguments.h — the command line of a program that systemd, a session or the boot starts: options from a table, --help,
 * --version. (What people type is the business of cli/typed.h.) */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ARGUMENTS_MAX 8    /* options of one program, beside --help and --version */
#define ARGUMENTS_TAKEN -1 /* go on */
#define ARGUMENTS_MISUSED 2

struct argument {
        const char *name;  /* without its dashes */
        const char **text; /* takes what follows: points into argv */
        bool *flag;        /* or, without a value, becomes true */
};

struct program {
        const char *name, *help;
        bool has_version; /* --version */
        const struct argument *arguments;
        size_t n_arguments;
};

/* ARGUMENTS_TAKEN, or the exit code: 0 after --help and --version; ARGUMENTS_MISUSED after one line on stderr. */
int arguments_take(const struct program *p, int argc, char **argv);
