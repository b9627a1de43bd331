/* SPDX-License-Identifier: MIT */
/* value.h — small values as a policy writes them: numbers, durations, texts of one line, people. */
#pragma once

#include "base/language.h"

#include <stdbool.h>
#include <stdint.h>

/* Decimal, without sign, spaces or leading zeros. */
bool number_parse(const char *s, uint64_t *ret);

/* A number and one of s, m, h, d: "15m", "400d". At least one second, at most ten years. */
bool duration_parse(const char *s, uint32_t *ret_s);

/* Names, titles, contacts: one line that fits into messages and records. NULL where it is fine, else why not. */
#define LINE_MAX 256  /* bytes */
#define GROUP_MAX 127 /* of a group's name; longer ones are left out of a person's groups */
const struct phrase *line_fault(const char *s);

/* "name" or "group:name", as getpwnam(3) would know it. NULL where it is fine. */
const struct phrase *person_fault(const char *s);
