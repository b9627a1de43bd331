/* SPDX-License-Identifier: MIT */
/* session_file.h — what is kept of each session beside the agent's sockets, so that the next agent takes it up: as long
 * as the machine runs, and no longer. */
#pragma once

#include "auth/charge.h"
#include "base/err.h"
#include "host/digest.h"
#include "wire/card.h"
#include "wire/login.h"
#include "wire/person.h"

#include <sys/types.h>

#define SESSIONS 112

enum session_stage {
        SESSION_NONE,
        SESSION_PASSED, /* let in; a session may follow */
        SESSION_OPEN,
        SESSION_CLOSED, /* only until that is recorded */
        SESSION_STAGES,
};

struct session_kept {
        enum session_stage stage;
        uint64_t record; /* number of the audit record that says its stage: of its opening, or of its end */
        struct charge charge;
        pid_t pid;      /* of the process that asked */
        uint64_t start; /* of that process (host/process.h); 0: not known */
        int64_t passed_ms;
        uint64_t opened; /* sequence number of the opening */
        char user[LOGIN_USER], service[LOGIN_NAME], tty[LOGIN_NAME], rhost[LOGIN_HOST], seat[LOGIN_NAME],
                id[LOGIN_NAME];
        struct person_found *who; /* NULL until it is open; owned */
        int64_t last_s;           /* the login before this one, and how many failed since */
        char last_place[64];
        unsigned failures;

        /* the card that was shown */
        bool has_card, card_gone; /* gone before the session was open: handled at its opening */
        char reader[CARD_READER];
        uint8_t certificate[DIGEST_SIZE];
};

/* Read at most SESSIONS of them; `who` of each is the caller's to free. -ENOENT: there is no file, or one of before the
 * machine was started; -EBADMSG: it is damaged; else -errno. On failure nothing is to be freed. */
int session_file_read(int runtime_fd, struct session_kept ret[SESSIONS], size_t *ret_n);

/* Replace the file by these, durably. */
int session_file_write(int runtime_fd, const struct session_kept *const *at, size_t n, struct err *err);
