/* SPDX-License-Identifier: MIT */
/* seat.h — the gate's own copy of who sits at the terminal. */
#pragma once

#include "base/cleanup.h"
#include "decision/policy.h"

/* A copy of `who` in one piece of memory that free() gives back; NULL where nobody sits, or memory runs out (which
 * is as strict: rules for people do not apply then). */
struct person *person_copy(const struct person *who);
