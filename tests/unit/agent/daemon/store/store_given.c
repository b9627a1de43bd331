/* SPDX-License-Identifier: MIT */
/* store_given.c — store_open() in the ceremony's folder, and store_check() with store_install(). See store_given.h. */
#include "unit/agent/daemon/store/store_given.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

struct store *store;

uint64_t reopen(char *note) {
        auto_policy p = NULL;
        struct err err = { "" };

        store_free(TAKE(store));
        cr_assert_eq(store_open("config", "state", &store, &err), 0, "%s", err.text);
        cr_assert_eq(store_load(store, &p, &err), 0);
        if (note)
                (void)snprintf(note, ERR_TEXT, "%s", err.text);
        return p ? policy_serial(p) : 0;
}

void given_an_empty_store(void) {
        ceremony_begin();
        make_people("alice", "bob", "carol", "mallory", NULL);
        cr_assert(mkdir("config", 0755) == 0);
        spill("config/trust.pem", trust_of(1, "alice", NULL));
        cr_assert_eq(reopen(NULL), 0);
}

static int push(const char *file, struct err *waived, struct err *err) {
        auto_policy p = NULL;
        struct bytes envelope = slurp(file);
        int r = store_check(store, envelope, waived, &p, err);

        return r == 0 ? store_install(store, envelope, p, waived != NULL, err) : r;
}

void push_ok(const char *file) {
        struct err err = { "" };

        cr_assert_eq(push(file, NULL, &err), 0, "%s", err.text);
}

void push_forced(const char *file, struct err *ret_waived) {
        struct err err = { "" };

        cr_assert_eq(push(file, ret_waived, &err), 0, "%s", err.text);
}

void plant(const char *name, const char *envelope, struct bytes trust_pem) {
        char path[64];

        (void)snprintf(path, sizeof path, "state/policy/%s", name);
        cr_assert_eq(mkdir(path, 0700), 0);
        (void)snprintf(path, sizeof path, "state/policy/%s/envelope.cms", name);
        spill(path, slurp(envelope));
        (void)snprintf(path, sizeof path, "state/policy/%s/trust.pem", name);
        spill(path, trust_pem);
}

void plant_in_force(const char *name, const char *envelope, uint64_t previous) {
        char mark[64];

        plant(name, envelope, trust_of(1, "alice", NULL));
        (void)snprintf(mark, sizeof mark, "%s %" PRIu64 "\n", name, previous);
        spill("state/policy/mark", bytes_text(mark));
}

void issue_and_push(uint64_t serial) {
        issue("p.cms", &(struct decree){ .serial = serial }, "alice");
        push_ok("p.cms");
}

void given_policy_five(void) {
        given_an_empty_store();
        issue_and_push(5);
}

void drop_store(void) {
        store_free(TAKE(store));
        ceremony_end();
}

/* The sanitizers that we run under are not for these tools. */
#define LISTING                                                                                                        \
        "unset LD_PRELOAD; cd state/policy && find . | LC_ALL=C sort && find . -type f | LC_ALL=C sort | xargs sha256sum"

/* Everything beneath state/policy, as one text. */
static void snapshot(char *to, size_t size) {
        FILE *out = fmemopen(to, size, "w");
        FILE *list = popen(LISTING, "re");
        int c;

        cr_assert(out && list);
        while ((c = fgetc(list)) != EOF)
                (void)fputc(c, out);
        (void)fclose(out);
        (void)pclose(list);
}

static void expect_refusal(const char *file, struct err *waived, int code, const char *reason) {
        char before[8192] = "", after[8192] = "";
        uint64_t highest = store_highest_serial(store);
        struct err err = { "" };

        snapshot(before, sizeof before);
        cr_expect_eq(push(file, waived, &err), code, "%s: %s", reason, err.text);
        cr_expect(strstr(err.text, reason), "'%s' lacks '%s'", err.text, reason);
        snapshot(after, sizeof after);
        cr_expect_str_eq(before, after);
        cr_expect_eq(store_highest_serial(store), highest);
}

void expect_refused(const char *file, int code, const char *reason) {
        expect_refusal(file, NULL, code, reason);
}

void expect_force_refused(const char *file, int code, const char *reason) {
        struct err waived;

        expect_refusal(file, &waived, code, reason);
}
