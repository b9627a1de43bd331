/* SPDX-License-Identifier: MIT */
/* policy_edit.h — one rule into or out of a policy's text, and every other byte as it is. Text to text: no file. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decision/policy.h"

/* `rule` is an item of `devices:` without its indentation ("- name: …\n  match: …\n"). It becomes the first: a rule
 * that names one medium hides no other there, and none hides it. *ret is the caller's, and so is *ret_policy, the
 * policy that it makes. -EBADMSG: the text has no list of the usual form, or a terminal would not accept what it would
 * become; -ENOMEM. */
int policy_text_add(struct bytes text, const char *rule, char **ret, struct policy **ret_policy, struct err *err);

/* The text without the rule of that name; comments around it stay. -ENOENT: there is none. */
int policy_text_remove(struct bytes text, const char *name, char **ret, struct policy **ret_policy, struct err *err);

/* Would a terminal accept it, as `sekimori policy check` asks? */
int policy_text_check(struct bytes text, struct policy **ret, struct err *err);
