/* SPDX-License-Identifier: MIT */
/* arguments.c — getopt_long() over a copy of the table; an option's `val` is its row. See arguments.h. */
#include "host/arguments.h"

#include <getopt.h>
#include <stdio.h>

enum { HELP = 'h', VERSION = 'v', ROWS = 256 };

static void arguments_list(const struct program *p, struct option to[ARGUMENTS_MAX + 3]) {
        size_t n = 0;

        for (size_t i = 0; i < p->n_arguments && i < ARGUMENTS_MAX; i++)
                to[n++] = (struct option){ p->arguments[i].name, p->arguments[i].text ? required_argument : no_argument,
                                           NULL, ROWS + (int)i };
        to[n++] = (struct option){ "help", no_argument, NULL, HELP };
        if (p->has_version)
                to[n++] = (struct option){ "version", no_argument, NULL, VERSION };
        to[n] = (struct option){ 0 };
}

static void arguments_set(const struct argument *a, const char *text) {
        if (a->text)
                *a->text = text;
        else
                *a->flag = true;
}

int arguments_take(const struct program *p, int argc, char **argv) {
        struct option longs[ARGUMENTS_MAX + 3];
        int c;

        optind = 1; /* an earlier call of getopt may have moved it */
        arguments_list(p, longs);
        while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
                if (c >= ROWS)
                        arguments_set(&p->arguments[c - ROWS], optarg);
                else if (c == HELP)
                        return (void)fputs(p->help, stdout), 0;
                else if (c == VERSION)
                        return (void)printf("%s %s\n", p->name, SEKIMORI_VERSION), 0;
                else
                        return ARGUMENTS_MISUSED;
        }
        if (optind == argc)
                return ARGUMENTS_TAKEN;
        (void)fprintf(stderr, "%s: unexpected argument '%s'\n", p->name, argv[optind]);
        return ARGUMENTS_MISUSED;
}
