/* SPDX-License-Identifier: MIT */
/* push_stick.c — sekimori push DIR: the newest envelope on an administrator's stick that the agent accepts. The content
 * of the stick decides only the order in which the agent is asked: docs/adr/0118. */
#include "base/cleanup.h"
#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/factors/people.h"
#include "cli/language.h"
#include "cli/network/push_cuts.h"
#include "cli/policy/expiry.h"
#include "cli/policy/stick.h"
#include "cli/verbs.h"
#include "decision/policy.h"
#include "host/file.h"
#include "host/listing.h"
#include "signature/envelope.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ENVELOPES 64 /* in one folder; more is a mistake, or an attempt to keep us busy */
#define SUFFIX ".cms"

struct envelope_file {
        char name[256]; /* printable */
        uint64_t serial;
        uint8_t *content;
        size_t size;
};

struct push_candidates {
        struct envelope_file files[ENVELOPES];
        size_t n;
};

static void candidates_deinit(struct push_candidates *c) {
        for (size_t i = 0; i < c->n; i++)
                free(c->files[i].content);
}

int stick_open(const char *dir, int make) {
        auto_fd above = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct err err;
        int fd, r;

        if (above < 0)
                return -errno;
        if (!make)
                return directory_open(above, STICK_FOLDER);
        r = directory_make(above, STICK_FOLDER, 0755, &fd, &err);
        return r < 0 ? r : fd;
}

/* The serial that the text claims: only the agent verifies the signatures. */
static int serial_of(struct bytes envelope, uint64_t *ret, struct err *err) {
        auto_free uint8_t *text = NULL;
        auto_policy p = NULL;
        size_t size;
        int r = envelope_peek(envelope, &text, &size, err);

        if (r == 0)
                r = policy_compile(bytes_of(text, size), &p, err);
        if (r == 0)
                *ret = policy_serial(p);
        return r;
}

/* A file that cannot be read or is no policy is complained of and skipped: another file may be one. */
static void push_stick_consider(int dirfd, const char *name, struct push_candidates *c) {
        struct envelope_file *file = &c->files[c->n];
        auto_free uint8_t *content = NULL;
        struct err err = { 0 };
        int r;

        *file = (struct envelope_file){ 0 };
        words_escape(name, file->name, sizeof file->name);
        r = file_read(dirfd, name, POLICY_TEXT_MAX, &content, &file->size);
        if (r < 0) {
                (void)complain_errno(EXIT_REFUSED, file->name, r);
                return;
        }
        if (serial_of(bytes_of(content, file->size), &file->serial, &err) < 0) {
                (void)complain_err(EXIT_REFUSED, file->name, &err);
                return;
        }
        file->content = TAKE(content);
        c->n++;
}

static bool is_envelope(const char *name) {
        size_t n = strlen(name);

        return name[0] != '.' && n > strlen(SUFFIX) && strcmp(name + n - strlen(SUFFIX), SUFFIX) == 0;
}

static int by_serial(const void *a, const void *b) {
        uint64_t x = ((const struct envelope_file *)a)->serial, y = ((const struct envelope_file *)b)->serial;

        return x > y ? -1 : x < y;
}

static int push_stick_find(int dirfd, const char *dir, struct push_candidates *c) {
        auto_dir list = listing_open(dirfd, ".");
        struct dirent *entry;

        while (list && (entry = readdir(list))) {
                if (!is_envelope(entry->d_name))
                        continue;
                if (c->n == ENVELOPES)
                        return complain(EXIT_REFUSED,
                                        "%s/%s: ポリシーが %d を超えて入っています。使うものだけを残してください",
                                        "%s/%s: more than %d policies; leave only the one that is meant", dir,
                                        STICK_FOLDER, ENVELOPES);
                push_stick_consider(dirfd, entry->d_name, c);
        }
        qsort(c->files, c->n, sizeof *c->files, by_serial);
        return EXIT_OK;
}

static int hand_over(const struct envelope_file *file, const struct terminal *t) {
        auto_fd sealed = memfd_sealed("envelope", bytes_of(file->content, file->size));
        struct err why = { "" };
        int code;

        if (sealed < 0)
                return complain_errno(EXIT_COULD_NOT, "memfd", sealed);
        code = push_cuts_ask(file->name, bytes_of(file->content, file->size), t->status, false);
        if (code != EXIT_OK)
                return code;
        code = ask(t->runtime_dir, CONTROL_PUSH, sealed, &why, NULL);
        if (code == EXIT_OK) {
                (void)printf(SAY(language_now(), "第%" PRIu64 "号（%s）が有効になりました\n",
                                 "serial %" PRIu64 " (%s) is in force\n"),
                             file->serial, file->name);
                expiry_note_envelope(file->name, bytes_of(file->content, file->size));
                complain_note(file->name, &why);
        } else if (why.text[0])
                (void)complain_err(code, file->name, &why);
        return code;
}

/* Offer the envelopes from the newest down, as long as they are newer than any that this terminal has had. */
static int push_stick_offer(const struct push_candidates *c, const struct terminal *t, const char *dir) {
        uint64_t now = (uint64_t)answer_number(t->status, "policy", "serial"),
                 highest = (uint64_t)answer_number(t->status, NULL, "highest_serial");
        bool refused = false;

        for (size_t i = 0; i < c->n && c->files[i].serial > highest; i++) {
                int code = hand_over(&c->files[i], t);

                if (code != EXIT_REFUSED)
                        return code;
                refused = true;
        }
        for (size_t i = 0; i < c->n && now && !refused; i++)
                if (c->files[i].serial == now) {
                        (void)printf(SAY(language_now(), "第%" PRIu64 "号はもう有効です\n",
                                         "serial %" PRIu64 " is in force already\n"),
                                     now);
                        return EXIT_OK;
                }
        return complain(EXIT_REFUSED,
                        "%s/%s: この端末で使えるポリシーがありません（これまでで最も大きいのは第%" PRIu64 "号です）",
                        "%s/%s: no policy that this terminal takes (the highest serial so far is %" PRIu64 ")", dir,
                        STICK_FOLDER, highest);
}

int push_from_stick(const char *dir, const char *runtime_dir) {
        __attribute__((cleanup(candidates_deinit))) struct push_candidates found = { .n = 0 };
        auto_terminal t = { .runtime_dir = runtime_dir };
        auto_fd folder = stick_open(dir, 0);
        int code;

        if (folder < 0)
                return complain(folder == -ENOENT ? EXIT_REFUSED : EXIT_COULD_NOT, "%s/%s: %s", "%s/%s: %s", dir,
                                STICK_FOLDER, err_reason(folder, language_now()));
        code = terminal_ask(&t);
        if (code == EXIT_OK)
                code = push_stick_find(folder, dir, &found);
        return code == EXIT_OK ? push_stick_offer(&found, &t, dir) : code;
}
