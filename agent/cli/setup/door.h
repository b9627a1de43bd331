/* SPDX-License-Identifier: MIT */
/* door.h — what libpam would make of the PAM services: who would get in, and who would not. It is asked itself, in
 * sekimori-stacks; nothing runs, and nothing on the terminal changes. */
#pragma once

#include "cli/setup/pam_tree.h"
#include "cli/unbroken.h"
#include "decision/pam_service.h"
#include "host/child.h"
#include "wire/stacks.h"

struct doors {
        struct pam_tree tree;
        struct child stacks;
        struct unbroken unbroken; /* until doors_close: Ctrl-C leaves no folder behind */
        unsigned fileless;        /* known services that are used without a file of their own: a bit each */
};

/* Opened by the first who asks. {0} to begin with; then doors_once_close. */
struct doors_once {
        bool asked;
        int r; /* of doors_open */
        struct doors doors;
        struct err err;
};
void doors_once_close(struct doors_once *o);

enum doors_of { DOORS_AS_THEY_ARE, DOORS_AS_THEY_WILL_BE /* with what pam-auth-update would write */ };

/* Then doors_close, also after an error. Files that cannot be read are findings, unless g->findings is NULL. */
int doors_open(struct check_context *g, enum doors_of of, struct doors *ret, struct err *err);
void doors_close(struct doors *d);

/* Tell the services there are: those without a file of their own, then the others in order. */
int doors_each(const struct doors *d, check_context_name *tell, void *ctx);

/* STACKS_UNKNOWN also where nobody answers. */
enum stacks_verdict doors_ask(const struct doors *d, const struct stacks_question *q, struct stacks_answer *ret);

/* Does anybody get in although our module refuses? At a locker the auth phase alone counts, at sshd, which checks
 * public keys itself, the account phase. ret->by: who says yes. */
enum stacks_verdict door_is_open(const struct doors *d, const char *service, struct stacks_answer *ret);

/* Does a person get in whom our module lets in or, where it is not asked, who has what the others want? */
enum stacks_verdict door_lets_in(const struct doors *d, const char *service);

/* Is it a session of the system's own that our account phase would refuse, as nobody was asked? */
enum stacks_verdict door_is_refused_unasked(const struct doors *d, const char *service);

/* 1: common-auth or common-account name our module. 0: they do not. That much is read in the files themselves; negative
 * where they cannot be. */
int door_is_ours(const struct check_context *g);

/* Is our module ever asked by common-auth, and by common-account? */
enum stacks_verdict doors_ask_ours(const struct doors *d);

/* Must people get in at this one, once ours is enabled? True for where they log in and go on, false for another way
 * beside it (a fingerprint), and for what is unknown. */
bool door_is_needed(const char *service);
