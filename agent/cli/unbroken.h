/* SPDX-License-Identifier: MIT */
/* unbroken.h — output is never left half written: a Ctrl-C, a hangup or a kill waits until the output is complete, or
 * removed. No question is asked meanwhile. */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct unbroken {
        sigset_t before;
};

void unbroken_begin(struct unbroken *u);

/* Is such a signal pending? A long write then stops, and removes what it has written. */
bool unbroken_is_over(void);

/* A signal that is pending ends the program here. */
void unbroken_end(struct unbroken *u);
