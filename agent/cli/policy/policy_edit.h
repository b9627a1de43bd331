/* SPDX-License-Identifier: MIT */
/* policy_edit.h — adds a rule to a policy's text or removes one, and keeps every other byte. Text to text: no file. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decision/policy.h"

/* `rule` is an item of `devices:` without its indentation ("- name: …\n  match: …\n"). It becomes the first rule: there
 * a rule for one medium hides no other rule, and none hides it. *ret is the caller's, and so is *ret_policy, the
 * compiled result. -EBADMSG: the text has no list of the usual form, or a terminal would not accept the result;
 * -ENOMEM. */
int policy_text_add(struct bytes text, const char *rule, char **ret, struct policy **ret_policy, struct err *err);

/* The text without the rule of that name; comments around it stay. -ENOENT: there is none. */
int policy_text_remove(struct bytes text, const char *name, char **ret, struct policy **ret_policy, struct err *err);

/* Would a terminal accept it, as `sekimori policy check` asks? With `waived` also one after which none could follow,
 * which root can push by force: *waived says so then, and else nothing. */
int policy_text_check(struct bytes text, struct err *waived, struct policy **ret, struct err *err);
