/* SPDX-License-Identifier: MIT */
/* The log while it grows: full disks, meddling, checkpoints, rotation, the mirror in the journal. */
#include "audit/audit.h"

#include "audit/chain.h"
#include "host/file.h"
#include "unit/agent/daemon/audit/logbook.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

TestSuite(audit_healthy, .init = given_a_log, .fini = drop_log, .timeout = 20);

static void limit(rlim_t bytes) {
        struct rlimit l;

        (void)signal(SIGXFSZ, SIG_IGN);
        cr_assert_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
        l.rlim_cur = bytes;
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
}

Test(audit_healthy, a_full_disk_leaves_the_log_whole_and_recovers) {
        struct stat st;

        cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(fstatat(dir, "audit.jsonl", &st, 0), 0);
        for (rlim_t room = 0; room < 400; room += 57) {
                limit((rlim_t)st.st_size + room);
                cr_expect_lt(record_refusal(), 0, "%lu bytes are too few", room);
                cr_expect_not(audit_healthy(audit));
                cr_expect_eq(expect_chain(), 1);
        }
        limit(RLIM_INFINITY);
        cr_expect_eq(record_refusal(), 0);
        cr_expect(audit_healthy(audit));
        cr_expect_eq(expect_chain(), 2);
}

Test(audit_healthy, a_disk_full_from_the_start_does_not_stop_the_agent) {
        audit_free(audit);
        audit = NULL;
        (void)file_remove(state, "audit");
        limit(0);
        open_again();
        cr_expect_lt(record_refusal(), 0);
        cr_expect_not(audit_healthy(audit));
        limit(RLIM_INFINITY);
        (void)close(dir);
        dir = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_expect_eq(record_refusal(), 0);
        cr_expect(audit_healthy(audit));
        cr_expect_eq(audit_flush(audit), 0, "the key is made as soon as it can be");
        (void)expect_chain();
}

Test(audit_healthy, what_others_write_into_the_log_is_set_aside) {
        json_t *record;

        cr_assert_eq(record_refusal(), 0);
        tamper("{\"seq\":2}\n");
        cr_assert_eq(audit_observer_lost(audit, "killed"), 0);
        cr_expect_eq(expect_chain(), 3);
        record = last_record();
        expect_text(record, "why", "killed");
        json_decref(record);
        cr_expect_eq(faccessat(dir, "audit.torn.1", F_OK, 0), 0);
}

/* The two records behind what somebody did to the log: the repair, and what was to be recorded. */
static void expect_told(const char *reason) {
        struct log log;
        json_t *repair;

        cr_assert_eq(record_refusal(), 0);
        log = read_log();
        cr_assert_eq(log.n, 2);
        repair = parse(log.lines[0]);
        expect_text(repair, "type", "log-repaired");
        expect_text(repair, "reason", reason);
        cr_expect(json_is_true(json_object_get(repair, "broken")));
        cr_expect_eq(json_integer_value(json_object_get(repair, "seq")), 3, "the numbers go on: the gap is seen");
        json_decref(repair);
        free(log.text);
}

Test(audit_healthy, a_log_removed_under_the_agent_is_told) {
        cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(unlinkat(dir, "audit.jsonl", 0), 0);
        expect_told("removed");
}

Test(audit_healthy, a_log_shortened_under_the_agent_is_told) {
        auto_fd fd = openat(dir, "audit.jsonl", O_RDWR | O_CLOEXEC);

        cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(ftruncate(fd, 5), 0);
        expect_told("shortened");
        cr_expect_eq(faccessat(dir, "audit.torn.1", F_OK, 0), 0, "what was left of it is kept");
}

TestSuite(audit_flush, .init = given_a_log, .fini = drop_log, .timeout = 60);

static size_t checkpoints(void) {
        struct log log = read_log();
        size_t n = 0;

        for (size_t i = 0; i < log.n; i++)
                n += strstr(log.lines[i], "\"type\":\"checkpoint\"") != NULL;
        free(log.text);
        return n;
}

Test(audit_flush, signs_after_256_records_and_not_before) {
        for (int i = 0; i < 255; i++)
                cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 0);
        cr_assert_eq(record_refusal(), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 1);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 1, "nothing new, nothing to sign");
}

Test(audit_flush, signs_at_once_what_must_not_be_taken_back) {
        cr_assert_eq(audit_policy_loaded(audit, NULL, "login", &(struct err){ "no slot", "空きがない" }), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 1);
}

/* Until the log is full, and beyond. */
static void fill(void) {
        struct stat st;

        memset(facts.name, '"', sizeof facts.name - 1);
        memset(facts.serial, '"', sizeof facts.serial - 1);
        do {
                for (int i = 0; i < 100; i++)
                        cr_assert_eq(record_refusal(), 0);
                cr_assert_eq(fstatat(dir, "audit.jsonl", &st, 0), 0);
        } while (st.st_size < CHAIN_ROTATE);
        cr_assert_eq(audit_flush(audit), 0);
}

Test(audit_flush, rotates_and_the_chain_goes_on_across_files) {
        struct stat st;
        json_t *record;

        fill();
        cr_assert_eq(fstatat(dir, "audit.jsonl", &st, 0), 0);
        cr_expect_eq(st.st_size, 0);
        cr_assert_eq(fstatat(dir, "audit-000000000001.jsonl", &st, 0), 0);
        cr_expect_geq(st.st_size, CHAIN_ROTATE);
        open_again();
        cr_assert_eq(record_refusal(), 0);
        record = last_record();
        cr_expect_gt(json_integer_value(json_object_get(record, "seq")), 1000);
        cr_expect_str_neq(json_string_value(json_object_get(record, "prev")), HASH_NONE);
        expect_text(record, "type", "device-refused");
        json_decref(record);
}

Test(audit_flush, removes_at_a_rotation_what_is_old_and_signs_for_it, .timeout = 60) {
        const struct timespec long_ago[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
        static const char yaml[] = "sekimori: 1\nserial: 12\ntitle: T\nissued: 2026-12-01T09:00:00+09:00\n"
                                   "valid: {from: 2026-12-01, until: 2027-03-31}\naudit: {keep: 400d}\n"
                                   "signers: {threshold: 1, certificates: [PEM]}\ndevices: []\n";
        auto_policy p = NULL;
        struct err err = { 0 };
        json_t *record;
        struct log log;

        cr_assert_eq(policy_compile(bytes_text(yaml), &p, &err), 0, "%s", err.text);
        audit_set_policy(audit, p);
        fill();
        cr_assert_eq(faccessat(dir, "audit-000000000001.jsonl", F_OK, 0), 0, "it is young");
        cr_assert_eq(utimensat(dir, "audit-000000000001.jsonl", long_ago, 0), 0);
        fill();
        cr_expect(faccessat(dir, "audit-000000000001.jsonl", F_OK, 0) < 0 && errno == ENOENT);
        log = read_log();
        cr_assert_eq(log.n, 2);
        record = parse(log.lines[0]);
        expect_text(record, "type", "log-pruned");
        expect_text(record, "file", "audit-000000000001.jsonl");
        expect_text(record, "reason", "age");
        cr_expect_eq(json_integer_value(json_object_get(record, "first")), 1);
        json_decref(record);
        record = parse(log.lines[1]);
        expect_text(record, "type", "checkpoint");
        json_decref(record);
        free(log.text);
        audit_set_policy(audit, NULL);
}

TestSuite(audit_mirror, .init = given_a_log, .fini = drop_log, .timeout = 10);

static int given_a_journal(struct sockaddr_un *ret) {
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
        (void)snprintf(ret->sun_path, sizeof ret->sun_path, "%s/audit/journal", path);
        cr_assert_eq(bind(fd, (struct sockaddr *)ret, sizeof *ret), 0);
        return fd;
}

/* Sends one record to the journal and returns what arrived, its zeros as dots. */
static void mirrored(int fd, char *text, size_t size) {
        ssize_t n;

        cr_assert_eq(record_refusal(), 0);
        cr_expect_eq(recv(fd, text, size - 1, 0), -1, "no device waits for the journal");
        cr_assert_eq(audit_flush(audit), 0);
        n = recv(fd, text, size - 1, 0);
        cr_assert_gt(n, 0);
        for (ssize_t i = 0; i < n; i++)
                text[i] = text[i] ? text[i] : '.';
        text[n] = '\0';
}

Test(audit_mirror, carries_fields_and_a_japanese_message) {
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);
        char text[16384];

        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        mirrored(fd, text, sizeof text);
        cr_expect(strstr(text, "使用を拒否しました"), "%s", text);
        cr_expect(strstr(text, "MESSAGE_ID"));
        cr_expect(strstr(text, "5e3e47c199e344d198bc0d6999ee9cc3"));
        cr_expect(strstr(text, "SEKIMORI_REQUEST"));
        cr_expect(strstr(text, "SEKIMORI_REASON_JA") && strstr(text, "登録されていません"), "%s", text);
        cr_expect(strstr(text, "SEKIMORI_REASON_EN") && strstr(text, "it is not registered"), "%s", text);
}

Test(audit_mirror, speaks_the_policys_language) {
        static const char yaml[] =
                "sekimori: 1\nserial: 12\ntitle: T\nissued: 2026-12-01T09:00:00+09:00\n"
                "valid: {from: 2026-12-01, until: 2027-03-31}\nlanguage: en\n"
                "signers: {threshold: 1, certificates: [PEM]}\n"
                "devices:\n- {name: 課, clause: 6(3)ア, match: {interfaces: [hid]}, action: allow}\n";
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);
        auto_policy p = NULL;
        struct err err = { 0 };
        char text[16384];
        json_t *record;

        cr_assert_eq(policy_compile(bytes_text(yaml), &p, &err), 0, "%s", err.text);
        audit_set_policy(audit, p);
        verdict.rule = 0;
        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        mirrored(fd, text, sizeof text);
        cr_expect(strstr(text, "Refused: storage device"), "%s", text);
        cr_expect(strstr(text, "6(3)ア"), "%s", text);
        record = last_record();
        cr_expect_eq(json_integer_value(json_object_get(record, "policy")), 12);
        expect_text(record, "rule", "課");
        expect_text(record, "clause", "6(3)ア");
        json_decref(record);
        policy_free(TAKE(p));
        cr_expect_eq(audit_agent_stopping(audit, "login"), 0,
                     "the policy may go first: nothing of it is looked at any more");
        open_again();
}

Test(audit_mirror, a_stopped_journal_never_makes_a_device_wait) {
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);

        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        for (int i = 0; i < 2000; i++)
                cr_assert_eq(record_refusal(), 0); /* nobody reads: the queue is full long before */
        cr_expect_eq(expect_chain(), 2000);
}

Test(audit_mirror, is_told_of_the_checkpoint_that_a_flush_makes) {
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);
        char text[16384];

        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        cr_assert_eq(audit_agent_stopping(audit, "login"), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_gt(recv(fd, text, sizeof text, 0), 0);
        cr_expect_gt(recv(fd, text, sizeof text, 0), 0, "nothing may come for hours that would tell it");
}

Test(audit_mirror, is_told_everything_in_order_also_in_a_storm) {
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);
        char text[16384], seq[64];
        int told = 0;
        ssize_t n;

        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        for (int i = 0; i < 40; i++) {
                cr_assert_eq(record_refusal(), 0);
                if (i == 36)
                        cr_assert_eq(audit_flush(audit), 0);
                while ((n = recv(fd, text, sizeof text - 1, 0)) > 0) {
                        text[n] = '\0';
                        for (ssize_t k = 0; k < n; k++)
                                text[k] = text[k] ? text[k] : '.';
                        told++;
                        (void)snprintf(seq, sizeof seq, "\nSEKIMORI_SEQ\n%c.......%d\n", told < 10 ? 1 : 2, told);
                        cr_expect(strstr(text, seq), "%d: %s", told, text);
                }
        }
        cr_expect_eq(audit_flush(audit), 0);
        while (recv(fd, text, sizeof text, 0) > 0)
                told++;
        cr_expect_eq(told, 40);
}
