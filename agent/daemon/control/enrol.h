/* SPDX-License-Identifier: MIT */
/* enrol.h — giving a person something to log in with: what enrolling each kind has in common. */
#pragma once

#include "control/visit.h"
#include "decision/login.h"

const struct login_terms *visit_terms(const struct visit *v);

/* Ids are never used again, not even if the person's file is gone and the tally stayed: the mark of an old token must
 * not count for a new one. */
void enrol_skip_used_ids(struct visit *v);

/* Can factors be added? The sealed part must open, and the tally must be whole. */
enum control_code enrol_can_add(struct visit *v);
