/* SPDX-License-Identifier: MIT */
/* list.h — lists of names in the policy's pool: users, services. Strings one behind the other, an empty one ends;
 * offset 0 is the empty list, which most keys take for "no limit". */
#pragma once

#include "decision/policy.h"
#include "decision/pool.h"

/* 0 for an empty list, and with the pool broken when memory ran out. */
uint32_t list_put(struct pool *p, char *const *names, unsigned n);

/* The entry behind this one: for (s = list; *s; s = list_next(s)) */
const char *list_next(const char *s);
bool list_has(const char *list, const char *name);
bool list_has_all(const char *list, const char *names);

/* Does the list have the person's name, or "group:" with one of their groups? False for NULL, or without a name. */
bool list_names_person(const char *list, const struct person *who);
