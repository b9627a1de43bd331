/* SPDX-License-Identifier: MIT */
/* fleet.h — all terminals as their files were collected: one station for each file. Any of the files may come from a
 * compromised terminal: its content is checked for its shape but not trusted, and is escaped before it is shown. */
#pragma once

#include "audit/hash.h"
#include "base/err.h"
#include "cli/audit/refusals.h"
#include "text/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define STATION_TEXT 128

enum gravity { GRAVITY_NONE, GRAVITY_SOON, GRAVITY_DUE, GRAVITY_ALARM };

/* Something about it that needs a person. */
struct remark {
        const char *id; /* a care's (cli/status/cares.h), or one of fleet_remark.c */
        char *text;     /* printable */
};

struct station {
        char *path; /* printable */
        char *name; /* the file's name: chosen by the collector, not by the terminal. Printable */
        char *why;  /* not NULL: the file could not be read, and what follows is empty */
        char host[STATION_TEXT], stage[STATION_TEXT], version[STATION_TEXT]; /* printable */
        int64_t time_s;
        uint64_t serial; /* 0: no policy */
        int32_t days_left;
        bool counts[PLANES]; /* an older tool does not count the network's */
        struct refusals refused;
        uint64_t log_seq;
        char log_hash[HASH_TEXT], log_key[HASH_TEXT]; /* "": not told */
        struct remark *remarks;
        size_t n_remarks;
        enum gravity gravity; /* of the gravest remark */
};

struct fleet {
        enum language l;
        int64_t now_s;
        uint64_t newest; /* the serial that ought to be in force */
        size_t n;
        struct station *stations;
};

/* Read files and directories (their *.json): one station for each, whatever is in it. A path that cannot be opened
 * becomes a station, too. -ENOMEM. */
int fleet_read(struct fleet *f, char *const *paths, size_t n);
void fleet_deinit(struct fleet *f);

/* Compare the terminals with each other (an old policy, an old file, the same terminal twice), and with the earlier
 * collection `before` (may be NULL; a log that went back). `serial` 0: the highest serial in the files. Sorts the
 * stations that need a person to the front. */
void fleet_judge(struct fleet *f, const struct fleet *before, uint64_t serial);

/* Is there a remark that means that a file or a log cannot be trusted? */
bool fleet_is_doubtful(const struct fleet *f);

void remark_add(struct station *s, const char *id, const char *format, ...) __attribute__((format(printf, 3, 4)));
enum gravity remark_gravity(const char *id);
const char *remark_label(const char *id, enum language l); /* a few words for all remarks of this kind */
size_t remark_kinds(const char *const **ret);              /* the ids there are, the gravest first */
size_t fleet_count(const struct fleet *f, const char *id); /* stations with such a remark; NULL: with any */

/* "3時間前" / "3h ago". */
void fleet_age(const struct fleet *f, const struct station *s, char *to, size_t size);
const char *fleet_stage(const struct fleet *f, const struct station *s);
void fleet_heading(const struct fleet *f, char *to, size_t size); /* one line: how many, how many need a person */

void fleet_print_totals(const struct fleet *f);
void fleet_print_table(const struct fleet *f);
int fleet_print_json(const struct fleet *f, FILE *to);
void fleet_print_html(const struct fleet *f, FILE *to);
