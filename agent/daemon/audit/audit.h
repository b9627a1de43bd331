/* SPDX-License-Identifier: MIT */
/* audit.h — the log that proves it: typed events, one writer, JSON Lines, each record carrying the SHA-256 of the line
 * before it, checkpoints signed with the terminal's own key. Format: docs/PROTOCOL.md.
 *
 *   STATE/audit/audit.jsonl   0640
 *   STATE/audit/terminal.key  0600, EC P-256, made at first start;  terminal.pub beside it, 0644 */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"
#include "decision/facts.h"
#include "decision/policy.h"
#include "wire/network_event.h"

#include <stdbool.h>
#include <stdint.h>

struct audit;

/* state_fd: the state directory. Repairs a torn last line (a power cut) by setting it aside, and records that it did.
 * Whatever is wrong with the log or the key is no error here: it is set aside, recorded, and a verifier will see it.
 * Where nothing can be written now (a full disk) each append tries again. Its caller is the only writer: it holds the
 * lock of the state directory, which only root can open. Auditors open the log's, and might hold a lock of that. */
int audit_open(int state_fd, struct audit **ret, struct err *err);
void audit_free(struct audit *a); /* writes a last checkpoint */
CLEANUP(audit, struct audit *, audit_free)
#define auto_audit AUTO(audit)

#define AUDIT_JOURNAL "/run/systemd/journal/socket"

/* Mirror each record from now on to the journal listening at `socket` (AUDIT_JOURNAL), in the policy's
 * language. Never waits; without a journal nothing happens. */
int audit_mirror(struct audit *a, const char *socket);

/* Every record names the policy serial (0 sealed), and the time. Set once per policy change; `p` is borrowed until the
 * next call, for the names of its rules in records of devices; no other record needs it. */
void audit_set_policy(struct audit *a, const struct policy *p);

#define AUDIT_REQUEST 8 /* "7K3-92A" and a NUL */

struct audit_device {
        const char *path;
        const struct device_facts *facts;
        const struct verdict *verdict;
        const char *user, *seat; /* NULL where nobody is known */
        const struct err *note;  /* enforcement's own words where it failed; NULL */
        bool observed;           /* judged, and nothing was enforced */
};

/* A device was decided: authorized, refused, or cut off because the verdict changed. Refusals get a request number
 * (ret_request, may be NULL; "" where the line could not be written), which a person reads out on the telephone. All
 * return 0 once the line is written: -ENOSPC and the like mean that the effect must not be granted. Refusals and
 * removals beyond what fold.h lets through are counted, and told once as EVENT_DEVICES_COUNTED: 0 too, and no request
 * number. */
int audit_device_allowed(struct audit *a, const struct audit_device *d);
int audit_device_refused(struct audit *a, const struct audit_device *d, char ret_request[AUDIT_REQUEST]);
int audit_device_revoked(struct audit *a, const struct audit_device *d, char ret_request[AUDIT_REQUEST]);
int audit_device_gone(struct audit *a, const struct audit_device *d);

/* Another program had authorized what is denied, or the other way round; the verdict is applied again. */
int audit_device_restored(struct audit *a, const struct audit_device *d);

/* `who` is the uid that asked over the control socket; `waived` what root set aside for it, or "". */
int audit_policy_installed(struct audit *a, const struct policy *p, const struct err *waived, uint32_t who);
int audit_policy_refused(struct audit *a, const struct err *why, uint32_t who);
/* At start. `p` NULL: sealed; `stage` is its name. */
int audit_policy_loaded(struct audit *a, const struct policy *p, const char *stage, const struct err *note);

int audit_agent_started(struct audit *a);
int audit_agent_stopping(struct audit *a, const char *stage); /* its name: what holds from now on */
int audit_observer_lost(struct audit *a, const char *why);
/* A controller was put under default deny; with `why`, it could not be, and `controller` may be NULL. */
int audit_kernel_baseline(struct audit *a, const char *controller, const struct err *why);

/* The login plane (audit/login.c). Texts may be NULL, are untrusted, and are escaped; never a secret or a code. */
struct audit_login {
        const char *user, *service, *tty, *rhost, *seat, *session;
        const char *subject; /* who asked, as it is charged, and counted if it is a flood: "uid 1000" where a clerk's su
                                asks for root */
        const char *rule;    /* its name */
        const char *factors; /* "password+totp"; "" where nothing was shown */
        const char *outcome; /* allowed, refused, throttled, unavailable; anything else is refused */
        const char *reason;  /* a token: wrong-code, used, clock-back, revoked, no-rule …; "" where allowed */
        const char *card;    /* the token of what was wrong with the card that was read; NULL: nothing, or none was */
        uint32_t failures;   /* in a row, with this one; 0: not told */
        uint32_t wait_s;     /* until the next attempt is looked at; 0: not told */
};

/* A name that does not exist ("unknown") is not kept in the log: people type passwords there. Whatever is not allowed
 * is counted beyond what fold.h lets through for the subject, and told once as EVENT_LOGINS_COUNTED; without a subject
 * it is recorded each time. */
int audit_login(struct audit *a, const struct audit_login *l);

/* A session was opened or closed, refused by the account phase, or could not be taken up after a restart: `what` is
 * opened, closed, refused, lost. Only the first two lines of `l` are used; what is refused is counted as above. */
int audit_session(struct audit *a, const struct audit_login *l, const char *what);

/* `who` is the uid that asked; `factor` is totp, card, recovery, or all; `what` is enrolled, removed, unlocked. */
int audit_factor(struct audit *a, uint32_t who, const char *user, const char *factor, const char *what,
                 const char *label);
int audit_clock_back(struct audit *a, const char *user, int64_t by_s); /* the terminal's clock was set back so far */
/* A reader says that the card is gone; nobody could say for too long whether it is there. `action`: lock, logout. */
int audit_card_removed(struct audit *a, const char *user, const char *action);
int audit_card_lost(struct audit *a, const char *user, const char *action);

/* How much is enforced (audit/stage.c): names of stages. `who` is the uid that asked; `user` the administrator whose
 * login confirmed the trial. */
int audit_stage_changed(struct audit *a, const char *before, const char *stage, uint32_t who);
int audit_network_stage_changed(struct audit *a, const char *before, const char *stage, uint32_t who);
int audit_stage_confirmed(struct audit *a, const char *before, const char *stage, const char *user);

/* What sekimori-firewall tells (audit/network.c). Beyond what fold.h lets through it is counted, as is what it could
 * not tell, and told once as EVENT_NETWORK_COUNTED: 0 too. The rule that is named for refused packets is one that has
 * their address, and not their port, protocol or direction. */
int audit_network(struct audit *a, const struct network_event *e);
int audit_network_silent(struct audit *a); /* sekimori-firewall is not there, though it ought to be */

/* fdatasync what was appended since; called when the loop has nothing more urgent. Signs a checkpoint when due: after a
 * policy was installed or loaded, factors changed, a repair, 256 records, or where the last one is ten minutes old; and
 * rotates. No timer and no system call where nothing was appended. */
int audit_flush(struct audit *a);

/* Sign now the records that no checkpoint covers yet, and sync; does nothing if there are none. */
int audit_sign(struct audit *a);

/* Where the log ends: its last record's number and the SHA-256 of that line (zeros and 0: none yet). */
struct audit_head {
        uint64_t seq;
        const char *hash; /* until the next record */
};
struct audit_head audit_head(const struct audit *a);
const char *audit_key(const struct audit *a); /* which key signs it, as checkpoints name it; "" where none can be had */

bool audit_healthy(const struct audit *a); /* false after a failed append until one succeeds */
