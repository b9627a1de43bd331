/* SPDX-License-Identifier: MIT */
/* logbook.h — a log in a temporary directory, and a stick to fill it with: the fixture of the audit tests. */
#pragma once

#include "audit/audit.h"
#include "support/scratch.h"

#include <jansson.h>

extern char path[SCRATCH]; /* of the state directory */
extern int state, dir;     /* it, and the audit directory in it */
extern struct audit *audit;
extern struct device_facts facts; /* a stick that nobody knows */
extern struct verdict verdict;    /* and so it is refused */

void given_a_log(void);
void drop_log(void);
void open_again(void);         /* as after a restart of the agent */
void tamper(const char *text); /* somebody appends this to the log */

struct audit_device a_refused_stick(void);
int record_refusal(void); /* record a refusal of it */

/* The log as an array of lines; free(text). */
#define LINES 4096
struct log {
        char *text, *lines[LINES];
        size_t n;
};
struct log read_log(void);
json_t *parse(const char *line);
json_t *last_record(void);
void expect_text(const json_t *record, const char *key, const char *value); /* "(none)": it is no string */

/* What any reader would check, with nothing of ours but SHA-256. Returns the number of records. */
size_t expect_chain(void);
