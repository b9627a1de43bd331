/* SPDX-License-Identifier: MIT */
/* fuzz.h — what a fuzz target is. loop.c mutates, guided by coverage; a target is one file beside it:
 *
 *   void fuzz_seeds(void (*add)(const void *p, size_t n))   a few sound inputs to begin with
 *   void fuzz_try(const uint8_t *p, size_t n)               try one; abort() where a claim is broken
 *
 * `tests/fuzz/run 60` builds every target with gcc's sanitizers and runs each; nothing else is needed. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUZZ_SIZE 16384 /* no input is larger */

void fuzz_seeds(void (*add)(const void *p, size_t n));
void fuzz_try(const uint8_t *p, size_t n);

/* A claim about the input under test. */
#define CLAIM(condition)                                                                                               \
        do {                                                                                                           \
                if (!(condition)) {                                                                                    \
                        (void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                  \
                        abort();                                                                                       \
                }                                                                                                      \
        } while (0)
