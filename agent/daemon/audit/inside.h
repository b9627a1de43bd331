/* SPDX-License-Identifier: MIT */
/* inside.h — what the log consists of. Shared by the files of this folder only. */
#pragma once

#include "audit/chain.h"
#include "audit/fold.h"
#include "audit/journal.h"
#include "audit/record.h"

#include <systemd/sd-id128.h>
#include <time.h>

#define UNTOLD 8 /* records kept for the journal until there is time; a socket queues 10, unix(7) */

struct untold {
        enum event event;
        json_t *json;
        char digest[HASH_TEXT];
};

struct audit {
        int dirfd;
        struct chain *chain;
        struct terminal_key *key; /* NULL: unusable for now */
        struct journal *journal;  /* NULL: no mirror */
        struct untold untold[UNTOLD];
        unsigned n_untold;
        const struct policy *policy; /* for rule names only: it may be freed before the audit */
        uint64_t policy_serial, keep_s;
        enum language language;
        char boot[SD_ID128_STRING_MAX];
        bool healthy;
        bool unsynced;
        bool checkpoint_wanted;
        unsigned unsigned_records;
        time_t checkpoint_s; /* CLOCK_MONOTONIC, of the last one */
        struct fold ports;   /* refusals and removals of devices */
        struct fold askers;  /* refusals of logins */
        struct fold network; /* all of it */
        char line[CHAIN_LINE_MAX];
};

/* Record the counts that are due, or `all` of them. A count that cannot be written goes on counting. */
void audit_tell_counted(struct audit *a, bool all);
