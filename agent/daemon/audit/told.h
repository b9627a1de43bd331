/* SPDX-License-Identifier: MIT */
/* told.h — a record that is being made into a sentence: what sentence.c offers to the files that write sentences. */
#pragma once

#include "audit/sentence.h"

#include <stdbool.h>
#include <stdint.h>

struct told {
        enum language l;
        const json_t *record;
        char *to;
        size_t size;
};

bool told_is(const struct told *s, const char *key, const char *value);
int64_t told_number(const struct told *s, const char *key); /* 0 where there is none */

/* A member's text made printable; the text for that language if the record has one (KEY_ja). */
void told_text(const struct told *s, const char *key, char *to, size_t size);

/* Append a member through its format, unless it is empty. The format holds one %s in either language. */
#define ADD_TEXT(s, key, ja, en)                                                                                       \
        do {                                                                                                           \
                char text_[1024];                                                                                      \
                told_text(s, key, text_, sizeof text_);                                                                \
                if (*text_)                                                                                            \
                        words_add((s)->to, (s)->size, SAY((s)->l, ja, en), text_);                                     \
        } while (0)
#define ADD(s, ja, en) words_add((s)->to, (s)->size, "%s", SAY((s)->l, ja, en))

void told_policy(const struct told *s);   /* " ポリシー第12号": the one in force */
void told_operator(const struct told *s); /* who asked for it, where the record holds a uid */

/* What the agent found wrong with its log; NULL: of a later version. */
const char *told_repair(enum language l, const char *code);

/* The login plane's (sentence_login.c). */
const char *told_login_reason(enum language l, const char *code); /* NULL: of a later version */
void told_login(const struct told *s);
void told_session(const struct told *s);
void told_logins_counted(const struct told *s);
void told_factors(const struct told *s);
void told_clock(const struct told *s);
void told_card(const struct told *s);
void told_card_lost(const struct told *s);

/* The network's (sentence_network.c). */
void told_network_force(const struct told *s);
void told_network_restored(const struct told *s);
void told_network_silent(const struct told *s);
void told_network_link(const struct told *s);
void told_network_sysctl(const struct told *s);
void told_network_radio(const struct told *s);
void told_network_route(const struct told *s);
void told_network_resolver(const struct told *s);
void told_network_refused(const struct told *s);
void told_network_counted(const struct told *s);
