/* SPDX-License-Identifier: MIT */
/* judged.h — certificates before an authority, an enrolment and lists of the test's choosing. */
#pragma once

#include "auth/certificate.h"

#define NOW 1796083200 /* 2026-12-01 */
#define DAY 86400

/* What the next judgement stands on: names of .crt and .crl files, of which `terms` has the numbers. */
extern struct login_terms terms;
extern struct factors enrolled;
extern const char *authorities[4], *lists[4];

/* A ceremony with the authority "root", mapping common names. Ends with ceremony_end. */
void given_an_authority(void);

void enrol(const char *name);
const char *text_of(const char *name, const char *suffix); /* the caller frees */
struct roots *roots(void);

enum certificate_fault judged_bytes(struct bytes der, const char *user, int64_t now_s);
void expect_at(const char *name, const char *user, int64_t now_s, enum certificate_fault fault);
void expect(const char *name, const char *user, enum certificate_fault fault); /* at NOW */
