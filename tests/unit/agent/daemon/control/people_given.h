/* SPDX-License-Identifier: MIT */
/* people_given.h — what an administrator asks about people, answered on a terminal of ours. */
#pragma once

#include "control/parcel.h" /* auto_json */
#include "control/people.h"
#include "unit/agent/daemon/terminal.h"

#define RFC "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define OTHER "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define ENROL(user, secret) "{'user': '" user "', 'factor': 'totp', 'secret': '" secret "'}"

extern struct terminal terminal;
extern struct subject subject;
extern char reason[ERR_TEXT], reason_ja[ERR_TEXT_JA]; /* why the last petition was refused */

void given_a_terminal(void);
void drop_terminal(void);

/* *ret may be NULL. `asked` is JSON in single quotes. */
enum control_code ask(people_request *how, const char *asked, json_t **ret);

/* What people_factors says of this user. A count may be one of an array's elements. */
json_t *person(const char *user);
size_t count(const char *user, const char *what);
bool is_true(const char *user, const char *what);
bool record_is(const char *user, const char *what);

/* The code of RFC 6238's key, and hanako enrolled with that key and a code. */
void code_now(char ret[9]);
enum control_code enrol_with_code(const char *code);
