/* SPDX-License-Identifier: MIT */
/* slot.c — a slot is filled as `.new` and gets its serial by renameat(2), then fsync(2). See slot.h. */
#include "store/slot.h"

#include "host/file.h"
#include "host/listing.h"
#include "signature/succession.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#define SERIAL_TEXT 24
#define MARK_TEXT (2 * SERIAL_TEXT + 2)
#define NEW_SLOT ".new"
#define TRUST_MAX POLICY_TEXT_MAX

/* Decimal without leading zeros or signs, so that a number has one spelling. */
static bool parse_serial(const char *text, uint64_t *ret) {
        char again[SERIAL_TEXT];
        char *end;
        uint64_t value = strtoull(text, &end, 10);

        (void)snprintf(again, sizeof again, "%" PRIu64, value);
        if (*end || strcmp(again, text) != 0)
                return false;
        *ret = value;
        return true;
}

static void mark_text(struct mark mark, char to[MARK_TEXT]) {
        (void)snprintf(to, MARK_TEXT, "%" PRIu64 " %" PRIu64 "\n", mark.highest, mark.previous);
}

int mark_read(int policy_fd, struct mark *ret) {
        auto_free uint8_t *text = NULL;
        char again[MARK_TEXT];
        struct mark mark = { 0 };
        size_t size;
        int r = file_read(policy_fd, "mark", MARK_TEXT, &text, &size);

        if (r < 0)
                return r;
        /* Read loosely, then compared with what mark_write would have written. */
        (void)sscanf((char *)text, "%" SCNu64 " %" SCNu64, &mark.highest, &mark.previous);
        mark_text(mark, again);
        if (!bytes_equal(bytes_of(text, size), bytes_text(again)) || mark.highest == 0 || mark.previous >= mark.highest)
                return -EBADMSG;
        *ret = mark;
        return 0;
}

int mark_write(int policy_fd, struct mark mark, struct err *err) {
        char line[MARK_TEXT];

        mark_text(mark, line);
        return file_replace(policy_fd, "mark", bytes_text(line), 0600, err);
}

int mark_remove(int policy_fd) {
        int r = file_remove(policy_fd, "mark");

        return r == 0 && fsync(policy_fd) < 0 ? -errno : r;
}

static void floor_text(int64_t s, char to[MARK_TEXT]) {
        (void)snprintf(to, MARK_TEXT, "%" PRId64 "\n", s);
}

int floor_read(int policy_fd, int64_t *ret_s) {
        auto_free uint8_t *text = NULL;
        char again[MARK_TEXT];
        int64_t s = 0;
        size_t size;
        int r = file_read(policy_fd, "issued", MARK_TEXT, &text, &size);

        if (r < 0)
                return r;
        (void)sscanf((char *)text, "%" SCNd64, &s);
        floor_text(s, again);
        if (!bytes_equal(bytes_of(text, size), bytes_text(again)))
                return -EBADMSG;
        *ret_s = s;
        return 0;
}

int floor_write(int policy_fd, int64_t s, struct err *err) {
        char line[MARK_TEXT];

        floor_text(s, line);
        return file_replace(policy_fd, "issued", bytes_text(line), 0600, err);
}

static int by_serial_descending(const void *a, const void *b) {
        uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

        return (x < y) - (x > y);
}

int slots_list(int policy_fd, uint64_t **ret, size_t *ret_n, struct err *err) {
        auto_dir d = listing_open(policy_fd, ".");
        auto_free uint64_t *serials = NULL;
        size_t n = 0;
        struct dirent *entry;
        uint64_t serial;

        if (!d)
                return err_say_errno(err, -errno, "ポリシーの一覧を読めません", "list the policies");
        while ((entry = readdir(d))) {
                uint64_t *larger;

                if (!parse_serial(entry->d_name, &serial) || serial == 0)
                        continue;
                larger = reallocarray(serials, n + 1, sizeof *serials);
                if (!larger)
                        return err_say(err, -ENOMEM, "メモリーが足りません", "no memory to list the policies");
                serials = larger;
                serials[n++] = serial;
        }
        if (n)
                qsort(serials, n, sizeof *serials, by_serial_descending);
        *ret = TAKE(serials);
        *ret_n = n;
        return 0;
}

void accepted_deinit(struct accepted *a) {
        policy_free(a->policy);
        trust_free(a->next);
        *a = (struct accepted){ 0 };
}

void accepted_doubt(struct accepted *a, int r, const struct err *why) {
        if (r >= 0)
                return;
        err_append(&a->why, a->doubt ? "; " : "", why);
        a->doubt = a->doubt ?: r;
}

int slot_judge(struct bytes envelope, const struct trust *trust, struct accepted *ret, struct err *err) {
        auto_accepted a = { 0 };
        auto_envelope e = NULL;
        struct err why = { "" };
        const char *const *signers;
        size_t n;
        int r;

        r = envelope_open(envelope, trust, &e, err);
        if (r == 0)
                r = policy_compile(envelope_text(e), &a.policy, err);
        if (r < 0)
                return r;
        n = policy_signers(a.policy, &signers);
        r = trust_from_pem(signers, n, policy_threshold(a.policy), &a.next, err);
        if (r < 0)
                return err_wrap(err, r, "signers");
        accepted_doubt(&a, envelope_valid_at(e, policy_issued(a.policy), &why), &why);
        accepted_doubt(&a, succession_check(a.policy, a.next, &why), &why);
        *ret = a;
        a = (struct accepted){ 0 };
        return 0;
}

static int read_trust(int slot_fd, struct trust **ret, struct err *err) {
        auto_free uint8_t *text = NULL;
        size_t size;
        int r = file_read(slot_fd, "trust.pem", TRUST_MAX, &text, &size);

        if (r < 0)
                return err_say_errno(err, r, "trust.pem を読めません", "read trust.pem");
        r = trust_parse(bytes_of(text, size), ret, err);
        return r < 0 ? err_wrap(err, r, "trust.pem") : 0;
}

static int judge_slot(int slot_fd, uint64_t serial, const struct trust *trust, struct accepted *ret, struct err *err) {
        auto_trust recorded = NULL;
        auto_free uint8_t *envelope = NULL;
        auto_accepted a = { 0 };
        size_t size;
        int r = trust ? 0 : read_trust(slot_fd, &recorded, err);

        if (r < 0)
                return r;
        r = file_read(slot_fd, "envelope.cms", POLICY_TEXT_MAX, &envelope, &size);
        if (r < 0)
                return err_say_errno(err, r, "envelope.cms を読めません", "read envelope.cms");
        r = slot_judge(bytes_of(envelope, size), trust ? trust : recorded, &a, err);
        if (r < 0)
                return r;
        if (policy_serial(a.policy) != serial)
                return err_say(err, -EBADMSG, "中身は第%" PRIu64 "号です", "it holds serial %" PRIu64,
                               policy_serial(a.policy));
        *ret = a;
        a = (struct accepted){ 0 };
        return 0;
}

int slot_read(int policy_fd, uint64_t serial, const struct trust *trust, struct accepted *ret, struct err *err) {
        char name[SERIAL_TEXT];
        auto_fd fd = -1;
        int r;

        (void)snprintf(name, sizeof name, "%" PRIu64, serial);
        fd = directory_open(policy_fd, name);
        r = fd < 0 ? err_say_errno(err, fd, "開けません", "open") : judge_slot(fd, serial, trust, ret, err);
        return r < 0 ? err_say_wrap(err, r, "保存されているポリシー第%s号", "policy %s on disk", name) : 0;
}

static int fill_slot(int slot_fd, struct bytes envelope, const struct trust *trust, struct err *err) {
        auto_free char *text = NULL;
        int r = trust_text(trust, &text, err);

        if (r == 0)
                r = file_replace(slot_fd, "trust.pem", bytes_text(text), 0600, err);
        if (r == 0)
                r = file_replace(slot_fd, "envelope.cms", envelope, 0600, err);
        return r;
}

/* Written under a name that is never loaded, until all of it is on the disk. */
static int make_new_slot(int policy_fd, struct bytes envelope, const struct trust *trust, struct err *err) {
        auto_fd fd = -1;
        int r = file_remove(policy_fd, NEW_SLOT);

        if (r < 0)
                return err_say_errno(err, r, "中断した push の残りを消せません",
                                     "remove what an interrupted push left");
        r = directory_make(policy_fd, NEW_SLOT, 0700, &fd, err);
        return r < 0 ? r : fill_slot(fd, envelope, trust, err);
}

int slot_remove(int policy_fd, uint64_t serial) {
        char name[SERIAL_TEXT];
        int r;

        (void)snprintf(name, sizeof name, "%" PRIu64, serial);
        r = file_remove(policy_fd, name);
        return r == 0 && fsync(policy_fd) < 0 ? -errno : r;
}

int slot_undo(int policy_fd, uint64_t serial, int r, struct err *err) {
        if (slot_remove(policy_fd, serial) == 0)
                return r;
        return err_say_wrap(err, r, "ポリシー第%" PRIu64 "号を消せません。再起動の後に有効になるおそれがあります",
                            "policy %" PRIu64 " cannot be removed again and may be in force after a restart", serial);
}

static int name_new_slot(int policy_fd, uint64_t serial, struct err *err) {
        char name[SERIAL_TEXT];
        int r;

        (void)snprintf(name, sizeof name, "%" PRIu64, serial);
        r = file_remove(policy_fd, name); /* leftovers: a serial that may be installed cannot be loaded yet */
        if (r < 0)
                return err_say_errno(err, r, "使えないポリシー第%s号を消せません", "remove an unusable policy %s",
                                     name);
        if (renameat(policy_fd, NEW_SLOT, policy_fd, name) < 0)
                return err_say_errno(err, -errno, "ポリシー第%s号を置けません", "put policy %s in place", name);
        if (fsync(policy_fd) == 0)
                return 0;
        r = err_say_errno(err, -errno, "ポリシー第%s号をディスクに書き終えられません", "sync policy %s", name);
        return slot_undo(policy_fd, serial, r, err);
}

int slot_write(int policy_fd, uint64_t serial, struct bytes envelope, const struct trust *trust, struct err *err) {
        int r = make_new_slot(policy_fd, envelope, trust, err);

        if (r == 0)
                r = name_new_slot(policy_fd, serial, err);
        if (r < 0)
                (void)file_remove(policy_fd, NEW_SLOT);
        return r;
}

/* Slots and temporary names; what an administrator may have put beside them stays. */
static bool is_ours_to_prune(const char *name, struct mark keep) {
        uint64_t serial;

        if (parse_serial(name, &serial))
                return serial != keep.highest && serial != keep.previous;
        return strcmp(name, NEW_SLOT) == 0 || strcmp(name, ".mark.new") == 0;
}

/* One at a time: removing while reading a directory may skip entries. */
static bool prune_one(int policy_fd, struct mark keep) {
        auto_dir d = listing_open(policy_fd, ".");
        struct dirent *entry;

        while (d && (entry = readdir(d))) {
                if (is_ours_to_prune(entry->d_name, keep) && file_remove(policy_fd, entry->d_name) == 0)
                        return true;
        }
        return false;
}

void slots_prune(int policy_fd, struct mark keep) {
        while (prune_one(policy_fd, keep))
                continue;
}
