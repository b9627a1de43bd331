/* SPDX-License-Identifier: MIT */
/* unbroken.h — what is begun is ended: a Ctrl-C, a hangup or a kill waits until what is being written is whole, or
 * gone. No question is asked meanwhile. */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct unbroken {
        sigset_t before;
};

void unbroken_begin(struct unbroken *u);

/* Has one come? Whoever writes for long then stops, and takes away what they began. */
bool unbroken_is_over(void);

/* What came ends the program here. */
void unbroken_end(struct unbroken *u);
