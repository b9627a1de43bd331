/* SPDX-License-Identifier: MIT */
/* answers.h — what a module could answer on one line of a stack: everything, unless it is known beforehand. */
#pragma once

#include "wire/stacks.h"

#define OURS "pam_sekimori"

struct stack_call {
        const char *module; /* without its folder and ".so" */
        int argc;
        const char **argv;
        const char *service;
        enum stacks_ours ours;
        enum stacks_others others;
};

/* What people and groups there are: who is in no group is not let in by it. */
struct stack_groups {
        const char *group, *passwd, *nsswitch; /* the text of these files; NULL where it cannot be read */
};

/* A bit for each value of libpam that is named in the files: those that nobody names are all treated alike. */
extern uint32_t answers_named;
void answers_note_names(const char *text);

#define ANSWERS_MAX 32
/* At least one. In the order in which they are worth trying. */
size_t answers_of(const struct stack_call *call, const struct stack_groups *groups, int ret[ANSWERS_MAX]);
