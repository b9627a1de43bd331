/* SPDX-License-Identifier: MIT */
/* media.h — what the verbs about media share: a rule as text, a policy's text with and without it, and who types. */
#pragma once

#include "cli/factors/people.h"
#include "cli/media/ledger_file.h"
#include "cli/media/medium.h"
#include "decision/policy.h"

#define MEDIA_TEXT 512 /* bytes of what somebody answers, with its NUL */

/* A medium's entry on its way into the ledger and the policy. */
struct media_entry {
        struct medium medium;
        char number[LEDGER_NUMBER_TEXT];
        char section[MEDIA_TEXT], person[MEDIA_TEXT], hours[MEDIA_TEXT];
        char rule[MEDIA_TEXT]; /* its name */
        const char *users;     /* "hanako,group:nozei", or NULL */
        bool read_only;
        int32_t until;
};

/* "- name: …" and so on, as policy_text_add() takes it. The caller frees; NULL: no memory. */
char *media_rule(const struct media_entry *e);

/* Does the policy have the rule that was made for this one medium? Its name contains the number of the row. */
bool media_own_rule(const struct policy *p, const struct ledger_row *row);

/* The rule that allows the medium now or under another condition (time, person, encryption); NULL: none. */
const char *media_letting_in(const struct policy *p, const struct ledger_row *row);

/* A policy's text that is about to be changed. */
struct media_policy {
        const char *path;
        uint8_t *text;
        struct policy *was, *is;
        char *made; /* what it becomes; NULL: stays as it is */
};
void media_policy_deinit(struct media_policy *p);
#define auto_media_policy __attribute__((cleanup(media_policy_deinit))) struct media_policy

/* Each complains itself; an enum exit_code. media_policy_read() without a path leaves it empty; called again, it reads
 * the file anew. */
int media_policy_read(struct media_policy *p, const char *path);
int media_policy_add(struct media_policy *p, const char *rule);
int media_policy_remove(struct media_policy *p, const char *name);

/* Write the changed text, and print what that changes and what to do next. `serial`: the highest that the terminal has
 * had, 0 where no terminal was asked. */
int media_policy_write(const struct media_policy *p, enum language l, uint64_t serial);

/* Today by the local clock, and the person who logged in and types this. */
int32_t media_today(void);
void media_typist(char *to, size_t size);

/* Ask at most three times, until `fault` finds no fault in the answer; an empty answer stands for `usual`. */
typedef const char *media_fault(const void *ctx, enum language l, const char *answer);
int media_ask(enum language l, const char *question, const char *usual, media_fault *fault, const void *ctx, char *to);
const char *media_line_fault(const void *ctx, enum language l, const char *answer);
