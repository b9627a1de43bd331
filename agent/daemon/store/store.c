/* SPDX-License-Identifier: MIT */
/* store.c — one writer by flock(2); the slot is written, then the mark; rollback where that fails. See store.h. */
#include "store/store.h"

#include "host/file.h"
#include "signature/succession.h"
#include "store/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

struct store {
        char *config_dir;
        int state_fd, policy_fd;
        struct mark mark;
        int mark_status; /* of mark_read: 0, -ENOENT where none was written yet, else unreadable */
        bool loaded;     /* what is in force is known */
        /* Of the policy in force; serial 0 and NULL where there is none. */
        uint64_t serial;
        struct trust *next;
        int64_t floor_s;  /* nothing issued before it is accepted; INT64_MIN: not known */
        int floor_status; /* of floor_read */
};

void store_free(struct store *s) {
        if (!s)
                return;
        trust_free(s->next);
        cleanup_close(&s->policy_fd);
        cleanup_close(&s->state_fd); /* and with it the lock */
        free(s->config_dir);
        free(s);
}

uint64_t store_highest_serial(const struct store *s) {
        return s->mark.highest;
}

int store_fd(const struct store *s) {
        return s->state_fd;
}

static int open_state(struct store *s, const char *state_dir, struct err *err) {
        int r = directory_make(AT_FDCWD, state_dir, 0711, &s->state_fd, err); /* auditors pass through to audit/ */

        if (r < 0)
                return r;
        if (flock(s->state_fd, LOCK_EX | LOCK_NB) < 0)
                return errno == EWOULDBLOCK
                               ? err_say(err, -EBUSY, "別のエージェントが「%s」を使っています",
                                         "another agent uses '%s'", state_dir)
                               : err_say_errno(err, -errno, "「%s」をロックできません", "lock '%s'", state_dir);
        r = directory_make(s->state_fd, "policy", 0700, &s->policy_fd, err);
        return r < 0 ? err_say_wrap(err, r, "「%s」", "in '%s'", state_dir) : 0;
}

/* An unreadable mark must not let a serial come back: the serials of the slots on disk take its place. */
static int recover_mark(struct store *s, struct err *err) {
        auto_free uint64_t *serials = NULL;
        size_t n;
        int r = slots_list(s->policy_fd, &serials, &n, err);

        if (r == 0 && n)
                s->mark = (struct mark){ .highest = serials[0], .previous = n > 1 ? serials[1] : 0 };
        return r;
}

int store_open(const char *config_dir, const char *state_dir, struct store **ret, struct err *err) {
        auto_store s = calloc(1, sizeof *s);
        int r;

        if (s) {
                s->state_fd = s->policy_fd = -1;
                s->config_dir = strdup(config_dir);
        }
        if (!s || !s->config_dir)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the store");
        r = open_state(s, state_dir, err);
        if (r < 0)
                return r;
        s->mark_status = mark_read(s->policy_fd, &s->mark);
        s->floor_s = INT64_MIN;
        s->floor_status = floor_read(s->policy_fd, &s->floor_s);
        if (s->mark_status < 0)
                r = recover_mark(s, err);
        if (r < 0)
                return err_say_wrap(err, r, "「%s」", "in '%s'", state_dir);
        *ret = TAKE(s);
        return 0;
}

static int pinned_trust(const struct store *s, struct trust **ret, struct err *err) {
        auto_fd fd = directory_open(AT_FDCWD, s->config_dir);
        auto_free uint8_t *text = NULL;
        size_t size;
        int r = fd < 0 ? fd : file_read(fd, "trust.pem", POLICY_TEXT_MAX, &text, &size);

        if (r == -ENOENT)
                return err_say(
                        err, -EKEYREJECTED,
                        "署名できる人がまだ決まっていません: %s/trust.pem がありません。"
                        "policy init で作ったものを置いてください",
                        "no one may sign yet: '%s/trust.pem' is missing: put the one there that policy init made",
                        s->config_dir);
        if (r < 0)
                return err_say_errno(err, r, "署名できる人の一覧を読めません: %s/trust.pem",
                                     "who may sign cannot be read: '%s/trust.pem'", s->config_dir),
                       -EKEYREJECTED;
        r = trust_parse(bytes_of(text, size), ret, err);
        return r < 0 ? err_wrap(err, r, "%s/trust.pem", s->config_dir) : 0;
}

/* The signers of the policy in force; before there is one, those pinned at installation, into *pinned. */
static int trust_in_force(const struct store *s, struct trust **pinned, const struct trust **ret, struct err *err) {
        int r = s->next ? 0 : pinned_trust(s, pinned, err);

        if (r == 0)
                *ret = s->next ? s->next : *pinned;
        return r;
}

/* Several skipped slots make one line. */
static void add_note(struct err *note, const struct err *why) {
        err_append(note, note && note->text[0] ? "; " : "", why);
}

/* A signer's certificate is judged at `issued`, which the signer writes: the latest that was ever signed outlasts a
 * policy that cannot be read any more. What a terminal's own clock says raises nothing: one boot in 2099 would end it.
 */
static void raise_floor(struct store *s, int64_t issued_s, struct err *note) {
        struct err why;

        if (issued_s <= s->floor_s)
                return;
        s->floor_s = issued_s;
        if (floor_write(s->policy_fd, issued_s, &why) < 0)
                add_note(note, &why);
}

/* `p` NULL: no policy is in force. */
static void put_in_force(struct store *s, const struct policy *p, struct trust *next, struct err *note) {
        trust_free(s->next);
        s->next = next;
        s->serial = p ? policy_serial(p) : 0;
        if (p)
                raise_floor(s, policy_issued(p), note);
        s->loaded = true;
}

/* The slots the mark names, each under the trust that is recorded in it. */
static void load_marked(struct store *s, struct accepted *ret, struct err *note) {
        const uint64_t candidates[] = { s->mark.highest, s->mark.previous };

        for (size_t i = 0; i < 2 && !ret->policy && candidates[i]; i++) {
                struct err why = { "" };

                if (slot_read(s->policy_fd, candidates[i], NULL, ret, &why) < 0)
                        add_note(note, &why);
        }
}

/* A power cut between "the slot is there" and "the mark says so" leaves a slot above the mark. It was accepted, so it
 * must verify under the signers of the policy at the mark; a directory put there by hand does not. */
static void load_above_mark(struct store *s, struct accepted *a, uint64_t serial, struct err *note) {
        auto_accepted new = { 0 };
        struct mark raised = { .highest = serial, .previous = policy_serial(a->policy) };
        struct err why = { "" };
        int r = slot_read(s->policy_fd, serial, a->next, &new, &why);

        if (r == 0 && new.doubt)
                why = new.why, r = new.doubt;
        if (r == 0 && policy_issued(new.policy) < s->floor_s)
                r = err_say(&why, -ESTALE,
                            "保存されているポリシー第%" PRIu64 "号: 発行日時が、いまのポリシーより前です",
                            "policy %" PRIu64 " on disk: issued before the one in force", serial);
        if (r == 0)
                r = mark_write(s->policy_fd, raised, &why);
        if (r < 0) {
                add_note(note, &why);
                return;
        }
        s->mark = raised;
        accepted_deinit(a);
        *a = new;
        new = (struct accepted){ 0 };
}

/* Something was in force, and nothing says any more which serial it had, or when it was issued: what is older cannot be
 * told from what is newer. */
static bool past_is_lost(const struct store *s) {
        return (s->mark_status != -ENOENT || s->floor_status != -ENOENT || s->mark.highest)
               && (!s->mark.highest || s->floor_s == INT64_MIN);
}

static int past_refuse(struct err *err) {
        return err_say(
                err, -ESTALE,
                "どのポリシーが有効だったかの記録を読めないため、古いものかどうかを見分けられません。"
                "新しいものだと確かめたうえで、root が push --force で有効にできます",
                "the record of what was in force cannot be read, so that an older policy cannot be told from a newer "
                "one: once sure that this one is newer, root can make it the one in force with push --force");
}

/* What cannot be read is no reason to accept what is older than all that can. */
static void settle_floor(struct store *s, const struct policy *p, struct err *note) {
        struct err why;

        if (!p)
                return; /* store_load tells of past_is_lost() */
        raise_floor(s, policy_issued(p), note);
        if (s->floor_status == 0 || s->floor_status == -ENOENT)
                return;
        (void)err_say(&why, 0, "これまでの最も新しい発行日時の記録が読めなかったため、いまのポリシーから取り直しました",
                      "the record of the latest date of issue was unreadable and was taken from the policy in force");
        add_note(note, &why);
        s->floor_status = 0;
}

static int finish_interrupted(struct store *s, struct accepted *a, struct err *note) {
        auto_free uint64_t *serials = NULL;
        struct err why = { "" };
        size_t n = 0;

        if (slots_list(s->policy_fd, &serials, &n, &why) < 0)
                return add_note(note, &why), -EIO;
        if (a->policy && policy_serial(a->policy) == s->mark.highest && n && serials[0] > s->mark.highest)
                load_above_mark(s, a, serials[0], note);
        return 0;
}

/* First start, first push interrupted, or a broken mark: what was recovered from the slots is written down. */
static void settle_mark(struct store *s, struct err *note) {
        struct err why;

        if (s->mark_status < 0 && s->mark_status != -ENOENT && s->mark.highest)
                (void)err_say(&why, 0, "最も新しい号の記録が読めなかったため、保存されているポリシーから取り直しました",
                              "the mark of the highest serial was unreadable and was taken from the policies on disk"),
                        add_note(note, &why);
        if (s->mark_status == 0 || s->mark.highest == 0)
                return;
        s->mark_status = mark_write(s->policy_fd, s->mark, &why);
        if (s->mark_status < 0)
                add_note(note, &why);
}

/* A version before accepted it: it stays in force, for nobody could log in to push another without it. */
static void note_outdated(const struct policy *p, struct err *note) {
        struct err why = { "" };

        if (!p || policy_check_new(p, &why) == 0)
                return;
        (void)err_say_wrap(
                &why, 0, "いまのポリシーはそのまま働いていますが、この版では新しく有効にできません。書き直してください",
                "the policy in force goes on, but this version would not accept it anew: mend it");
        add_note(note, &why);
}

int store_load(struct store *s, struct policy **ret, struct err *note) {
        auto_accepted a = { 0 };
        struct err why = { "" };

        if (note)
                *note = (struct err){ "" };
        load_marked(s, &a, note);
        settle_mark(s, note);
        settle_floor(s, a.policy, note);
        if (finish_interrupted(s, &a, note) == 0 && (s->mark_status == 0 || s->mark.highest == 0))
                slots_prune(s->policy_fd, s->mark);
        note_outdated(a.policy, note);
        if (past_is_lost(s))
                add_note(note, (past_refuse(&why), &why));
        if (a.doubt) {
                (void)err_say_wrap(&a.why, 0, "第%" PRIu64 "号", "policy %" PRIu64, policy_serial(a.policy));
                add_note(note, &a.why);
        }
        put_in_force(s, a.policy, TAKE(a.next), note);
        *ret = TAKE(a.policy);
        return 0;
}

static int check_order(const struct store *s, const struct policy *p, struct err *err) {
        if (policy_serial(p) <= s->mark.highest)
                return err_say(err, -ESTALE,
                               "第%" PRIu64 "号は、これまでに有効だった第%" PRIu64
                               "号より新しくありません。serial を大きくして署名し直してください",
                               "serial %" PRIu64 " is not higher than %" PRIu64 ", which was in force",
                               policy_serial(p), s->mark.highest);
        /* Certificates are judged at `issued`, which the signer chooses: it must not go back to a time when an expired
         * one was valid. */
        if (policy_issued(p) < s->floor_s)
                return err_say(err, -ESTALE, "issued（発行日時）が、これまでに有効だったポリシーより前です",
                               "'issued' is earlier than that of a policy that was in force");
        return succession_step(p, s->mark.highest, err);
}

/* No number is left above the mark (a version before this one accepted any): root may have them begin again. Nothing
 * older comes back by it: `issued` must be later than any that was in force. */
static int check_restart(const struct store *s, const struct policy *p, bool forced, struct err *err) {
        if (!forced)
                return err_say(
                        err, -ERANGE,
                        "第%" PRIu64 "号より大きな番号はもう使えません。root が push --force で番号を始め直せます",
                        "no number is left above serial %" PRIu64 ": with push --force root lets them begin again",
                        s->mark.highest);
        if (policy_issued(p) <= s->floor_s)
                return err_say(err, -ESTALE, "issued（発行日時）が、これまでに有効だったポリシーより後ではありません",
                               "'issued' is not later than that of each policy that was in force");
        return succession_step(p, 0, err);
}

static int check_place(const struct store *s, const struct policy *p, bool forced, struct err *err) {
        if (!forced && past_is_lost(s))
                return past_refuse(err);
        return succession_most(s->mark.highest) ? check_order(s, p, err) : check_restart(s, p, forced, err);
}

static int judge_push(struct store *s, struct bytes envelope, struct accepted *ret, struct err *err) {
        auto_trust pinned = NULL;
        auto_policy in_force = NULL;
        const struct trust *trust;
        int r = s->loaded ? 0 : store_load(s, &in_force, NULL);

        if (r == 0)
                r = trust_in_force(s, &pinned, &trust, err);
        if (r == 0)
                r = slot_judge(envelope, trust, ret, err);
        return r == 0 ? policy_check_new(ret->policy, err) : r;
}

int store_check(struct store *s, struct bytes envelope, struct err *waived, struct policy **ret, struct err *err) {
        auto_accepted a = { 0 };
        struct err why = { "" };
        int r = judge_push(s, envelope, &a, err);

        if (r == 0 && waived) /* a new beginning is a doubt; whatever else is wrong there is refused below */
                accepted_doubt(&a, check_place(s, a.policy, false, &why), &why);
        if (r == 0)
                r = check_place(s, a.policy, waived, err);
        if (r == 0 && a.doubt && !waived)
                r = err_say(err, a.doubt, IN_JA, IN_EN, a.why.ja, a.why.text);
        if (r < 0)
                return r;
        if (waived)
                *waived = a.why;
        *ret = TAKE(a.policy);
        return 0;
}

/* Restores the old slots and the old mark. */
static int store_undo(struct store *s, uint64_t serial, int r, struct err *err) {
        int mark;

        r = slot_undo(s->policy_fd, serial, r, err);
        mark = s->mark_status == 0 ? mark_write(s->policy_fd, s->mark, NULL) : mark_remove(s->policy_fd);
        return mark < 0 ? err_say_wrap(err, r, "第%" PRIu64 "号は使用済みになった可能性があります",
                                       "serial %" PRIu64 " may be used up", serial)
                        : r;
}

static int write_down(struct store *s, struct bytes envelope, uint64_t serial, struct err *err) {
        auto_trust pinned = NULL;
        const struct trust *trust;
        struct mark raised = { .highest = serial, .previous = s->serial < serial ? s->serial : 0 };
        int r = trust_in_force(s, &pinned, &trust, err);

        if (r == 0)
                r = slot_write(s->policy_fd, serial, envelope, trust, err);
        if (r < 0)
                return r;
        r = mark_write(s->policy_fd, raised, err);
        if (r < 0)
                return store_undo(s, serial, r, err);
        s->mark = raised;
        s->mark_status = 0;
        return 0;
}

int store_install(struct store *s, struct bytes envelope, const struct policy *p, bool forced, struct err *err) {
        auto_trust next = NULL;
        const char *const *signers;
        size_t n = policy_signers(p, &signers);
        int r = check_place(s, p, forced, err);

        if (r == 0)
                r = trust_from_pem(signers, n, policy_threshold(p), &next, err);
        if (r == 0)
                r = write_down(s, envelope, policy_serial(p), err);
        if (r < 0)
                return err_say_wrap(err, r, "いまのポリシーのままにします", "keeping the policy in force");
        put_in_force(s, p, TAKE(next), NULL);
        slots_prune(s->policy_fd, s->mark);
        return 0;
}
