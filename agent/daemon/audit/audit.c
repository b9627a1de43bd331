/* SPDX-License-Identifier: MIT */
/* audit.c — the log as a whole: opened, written to, signed, rotated, pruned, flushed. See audit.h. */
#include "audit/audit.h"

#include "audit/chain.h"
#include "audit/entry.h"
#include "audit/inside.h"
#include "audit/journal.h"
#include "audit/prune.h"
#include "audit/sentence.h"
#include "audit/terminal_key.h"
#include "host/auditors.h"
#include "host/clock.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <systemd/sd-id128.h>
#include <time.h>

#define CHECKPOINT_RECORDS 256
#define CHECKPOINT_SECONDS 600
#define PRUNE_AT_ONCE 2 /* a rotation adds one; a wrong clock removes two files, not all */

static time_t audit_now_s(void) {
        return (time_t)(clock_ms() / 1000);
}

static struct record_origin audit_origin(const struct audit *a) {
        return (struct record_origin){
                .seq = chain_next(a->chain),
                .policy = a->policy_serial,
                .boot = a->boot,
        };
}

static void tell_journal(struct audit *a) {
        char message[SENTENCE_MAX];

        for (unsigned i = 0; i < a->n_untold; i++) {
                struct untold *u = &a->untold[i];

                sentence_of(a->language, u->json, message, sizeof message);
                journal_send(a->journal, u->event, u->json, message, u->digest);
                json_decref(u->json);
        }
        a->n_untold = 0;
}

/* Nothing waits for the journal: records are sent to it when the agent has nothing else to do, or has much to tell. */
static void audit_queue_for_journal(struct audit *a, const struct record *r) {
        struct untold *u = &a->untold[a->n_untold];

        if (!a->journal)
                return;
        *u = (struct untold){ .event = r->event, .json = json_incref(r->json) };
        (void)snprintf(u->digest, sizeof u->digest, "%s", chain_prev(a->chain));
        if (++a->n_untold == UNTOLD)
                tell_journal(a);
}

/* Events that a power cut or a thief must not be able to undo. */
static bool wants_checkpoint(enum event e) {
        return e == EVENT_POLICY_INSTALLED || e == EVENT_POLICY_LOADED || e == EVENT_LOG_REPAIRED
               || e == EVENT_FACTORS_CHANGED || e == EVENT_STAGE_CHANGED || e == EVENT_NETWORK_STAGE_CHANGED
               || e == EVENT_STAGE_CONFIRMED || e == EVENT_AGENT_STOPPING;
}

int entry_commit(struct audit *a, struct record *r) {
        ssize_t n = record_line(r, chain_prev(a->chain), a->line, sizeof a->line);
        int result = n < 0 ? (int)n : chain_append(a->chain, a->line, (size_t)n);

        a->healthy = result == 0;
        if (result == 0) {
                a->unsynced = true;
                a->unsigned_records++;
                a->checkpoint_wanted = a->checkpoint_wanted || wants_checkpoint(r->event);
                audit_queue_for_journal(a, r);
        }
        record_deinit(r);
        return result;
}

static int say_repair(struct audit *a) {
        struct chain_repair *repair = chain_repair(a->chain);
        struct record_origin from = audit_origin(a);
        struct record r;
        int result;

        if (!repair->reason[0])
                return 0;
        record_init(&r, EVENT_LOG_REPAIRED, &from);
        record_text(&r, "reason", repair->reason);
        record_number(&r, "bytes", repair->bytes);
        record_text(&r, "aside", repair->aside[0] ? repair->aside : NULL);
        record_flag(&r, "broken", repair->broken);
        result = entry_commit(a, &r);
        if (result == 0)
                *repair = (struct chain_repair){ 0 };
        return result;
}

int entry_begin(struct audit *a, enum event e, struct record *ret) {
        struct record_origin from;
        int r = chain_ready(a->chain);

        if (r == 0)
                r = say_repair(a);
        if (r < 0) {
                a->healthy = false;
                return r;
        }
        from = audit_origin(a);
        record_init(ret, e, &from);
        return 0;
}

int audit_mirror(struct audit *a, const char *socket) {
        struct journal *j = NULL;
        int r = journal_open(socket, &j);

        if (r < 0)
                return r;
        journal_free(a->journal);
        a->journal = j;
        return 0;
}

void audit_set_policy(struct audit *a, const struct policy *p) {
        a->policy = p;
        a->policy_serial = p ? policy_serial(p) : 0;
        a->keep_s = p ? policy_audit_keep_s(p) : 0;
        a->language = p ? language_of(policy_language(p)) : LANGUAGE_JA;
}

static int audit_checkpoint(struct audit *a) {
        char signature[SIGNATURE_TEXT];
        struct record r;
        int result;

        if (!a->key)
                result = terminal_key_open(a->dirfd, &a->key, NULL);
        else
                result = 0;
        if (result == 0)
                result = entry_begin(a, EVENT_CHECKPOINT, &r);
        if (result < 0)
                return result;
        if (terminal_key_sign(a->key, chain_next(a->chain), chain_prev(a->chain), signature) < 0) {
                record_deinit(&r);
                return -EIO;
        }
        record_text(&r, "over", chain_prev(a->chain));
        record_text(&r, "key", terminal_key_id(a->key));
        record_text(&r, "sig", signature);
        result = entry_commit(a, &r);
        if (result == 0) {
                a->checkpoint_wanted = false;
                a->unsigned_records = 0;
                a->checkpoint_s = audit_now_s();
        }
        return result;
}

static bool checkpoint_due(const struct audit *a) {
        return a->checkpoint_wanted || a->unsigned_records >= CHECKPOINT_RECORDS
               || audit_now_s() - a->checkpoint_s >= CHECKPOINT_SECONDS;
}

static int say_pruned(struct audit *a, const struct pruned *p) {
        struct record r;
        int result = entry_begin(a, EVENT_LOG_PRUNED, &r);

        if (result < 0)
                return result;
        record_text(&r, "file", p->file);
        record_number(&r, "first", p->first);
        record_number(&r, "last", p->last);
        record_text(&r, "digest", p->digest);
        record_text(&r, "reason", p->reason);
        return entry_commit(a, &r);
}

/* The removal is recorded and signed before the file goes, so that a verifier always finds its reason. */
static int audit_prune(struct audit *a) {
        const struct prune_rules rules = { .bytes = PRUNE_BYTES, .keep_s = a->keep_s, .now = time(NULL) };
        struct pruned gone;
        int r = 0;

        for (int i = 0; i < PRUNE_AT_ONCE && r == 0; i++) {
                r = prune_choose(a->dirfd, &rules, &gone);
                if (r <= 0)
                        return r;
                r = say_pruned(a, &gone);
                if (r == 0)
                        r = audit_checkpoint(a);
                if (r == 0)
                        r = chain_sync(a->chain);
                if (r == 0)
                        r = prune_remove(a->dirfd, &gone);
        }
        return r;
}

static int audit_settle(struct audit *a) {
        int r = 0, synced;

        if (checkpoint_due(a) || chain_full(a->chain))
                r = audit_checkpoint(a);
        synced = chain_sync(a->chain);
        if (synced < 0)
                a->healthy = false;
        a->unsynced = synced < 0;
        if (r == 0 && synced == 0 && chain_full(a->chain)) {
                r = chain_rotate(a->chain);
                if (r == 0)
                        r = audit_prune(a);
        }
        return r < 0 ? r : synced;
}

/* The journal comes last, so that it is sent a checkpoint that is made here, too. */
int audit_flush(struct audit *a) {
        int r;

        audit_tell_counted(a, false);
        r = a->unsynced ? audit_settle(a) : 0;

        tell_journal(a);
        return r;
}

int audit_sign(struct audit *a) {
        if (a->unsigned_records)
                a->checkpoint_wanted = a->unsynced = true;
        return audit_flush(a);
}

struct audit_head audit_head(const struct audit *a) {
        return (struct audit_head){ .seq = chain_next(a->chain) - 1, .hash = chain_prev(a->chain) };
}

const char *audit_key(const struct audit *a) {
        return a->key ? terminal_key_id(a->key) : "";
}

bool audit_healthy(const struct audit *a) {
        return a->healthy;
}

/* The terminal has logged before (its key is there), but the log is missing. */
static bool log_is_missing(int dirfd) {
        return faccessat(dirfd, "terminal.key", F_OK, AT_SYMLINK_NOFOLLOW) == 0
               && faccessat(dirfd, "audit.jsonl", F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT;
}

static void identify_boot(struct audit *a) {
        sd_id128_t boot = SD_ID128_NULL;

        (void)sd_id128_get_boot(&boot); /* zeros where /proc is not there to tell */
        (void)sd_id128_to_string(boot, a->boot);
}

int audit_open(int state_fd, struct audit **ret, struct err *err) {
        auto_audit a = calloc(1, sizeof *a);
        bool missing;
        int r;

        if (!a)
                return err_set(err, -ENOMEM, "audit");
        a->dirfd = -1;
        r = directory_make(state_fd, "audit", 0750, &a->dirfd, err);
        if (r == 0)
                (void)auditors_admit(a->dirfd, NULL, 0750); /* on a read-only disk it stays as it is */
        if (r == 0)
                r = chain_open(a->dirfd, &a->chain, err);
        if (r < 0)
                return err_wrap(err, r, "audit");
        missing = log_is_missing(a->dirfd);
        identify_boot(a);
        a->checkpoint_s = audit_now_s();
        a->healthy = chain_ready(a->chain) == 0;
        if (missing)
                chain_note(a->chain, "missing", true);
        if (terminal_key_open(a->dirfd, &a->key, NULL) < 0)
                chain_note(a->chain, "no-key", false);
        if (a->healthy)
                (void)say_repair(a); /* what fails now is tried again with the first record */
        *ret = TAKE(a);
        return 0;
}

void audit_free(struct audit *a) {
        if (!a)
                return;
        if (a->chain && a->unsigned_records)
                (void)audit_sign(a); /* what cannot be signed now stays "not yet signed" for a verifier */
        tell_journal(a);
        chain_free(a->chain);
        terminal_key_free(a->key);
        journal_free(a->journal);
        if (a->dirfd >= 0)
                (void)close(a->dirfd);
        free(a);
}
