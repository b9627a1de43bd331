/* SPDX-License-Identifier: MIT */
/* The log as the agent opens it: chain, repair, strangers; and what a record says. */
#include "audit/audit.h"

#include "audit/chain.h"
#include "audit/hash.h"
#include "host/file.h"
#include "unit/agent/daemon/audit/logbook.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* As a power cut does it: no last checkpoint, no goodbye. The descriptors are left for the kernel. */
static void crash_and(const char *text) {
        int status;
        pid_t child;

        audit_free(audit);
        audit = NULL;
        child = fork();
        cr_assert_geq(child, 0);
        if (child == 0) {
                struct err err;

                if (audit_open(state, &audit, &err) < 0 || record_refusal() < 0)
                        _exit(1);
                _exit(0);
        }
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_assert_eq(status, 0);
        if (text)
                tamper(text);
}

TestSuite(audit_open, .init = given_a_log, .fini = drop_log, .timeout = 20);

Test(audit_open, makes_the_files_with_their_modes) {
        static const struct {
                const char *name;
                mode_t mode;
        } files[] = { { "audit.jsonl", 0640 }, { "terminal.key", 0600 }, { "terminal.pub", 0644 } };

        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
                struct stat st;

                cr_assert_eq(fstatat(dir, files[i].name, &st, AT_SYMLINK_NOFOLLOW), 0, "%s", files[i].name);
                cr_expect_eq(st.st_mode & 07777, files[i].mode, "%s: %o", files[i].name, st.st_mode);
        }
}

Test(audit_open, the_chain_continues_across_reopen) {
        cr_assert_eq(record_refusal(), 0);
        open_again();
        cr_assert_eq(record_refusal(), 0);
        open_again();
        cr_assert_eq(audit_agent_started(audit), 0);
        cr_expect_eq(expect_chain(), 5, "two refusals, each with a checkpoint behind it, and a start");
}

/* Auditors may open the folder. There is one writer by the lock of the folder above (store.c). */
Test(audit_open, a_reader_that_locks_it_is_in_nobodys_way) {
        auto_fd reader = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        audit_free(TAKE(audit));
        cr_assert_eq(flock(reader, LOCK_SH | LOCK_NB), 0);
        cr_assert_eq(audit_open(state, &audit, NULL), 0);
        cr_expect_eq(record_refusal(), 0);
}

Test(audit_open, a_torn_last_line_is_set_aside_and_told) {
        static const char torn[] = "{\"seq\":99,\"time\":\"2026-";
        auto_free uint8_t *aside = NULL;
        size_t size;
        json_t *record;

        crash_and(torn);
        open_again();
        record = last_record();
        expect_text(record, "type", "log-repaired");
        expect_text(record, "reason", "torn");
        expect_text(record, "aside", "audit.torn.1");
        cr_expect_eq(json_integer_value(json_object_get(record, "bytes")), (json_int_t)strlen(torn));
        cr_expect(json_is_false(json_object_get(record, "broken")));
        json_decref(record);
        cr_assert_eq(file_read(dir, "audit.torn.1", 4096, &aside, &size), 0);
        cr_expect_str_eq((char *)aside, torn);
        (void)expect_chain();
}

Test(audit_open, every_truncation_of_the_last_line_leaves_the_records_before_it) {
        struct log log;
        off_t size;
        size_t last;

        crash_and(NULL);
        log = read_log();
        last = strlen(log.lines[log.n - 1]) + 1;
        size = lseek(openat(dir, "audit.jsonl", O_RDONLY | O_CLOEXEC), 0, SEEK_END);
        for (size_t cut = 1; cut < last; cut += 7) {
                auto_fd fd = openat(dir, "audit.jsonl", O_RDWR | O_CLOEXEC);

                cr_assert_eq(ftruncate(fd, size - (off_t)last), 0);
                cr_assert_eq(pwrite(fd, log.lines[log.n - 1], last - cut, size - (off_t)last), (ssize_t)(last - cut));
                open_again();
                audit_free(audit);
                audit = NULL;
                cr_assert_eq(expect_chain(), log.n + 1, "cut %zu: the others, the repair, and a checkpoint", cut);
        }
        free(log.text);
}

/* What may stand in the log's place, and why the agent starts anew. */
static const struct {
        const char *content, *why;
        bool keeps_chain;
} strange[] = {
        { "garbage\n", "a line that is no JSON", false },
        { "{}\n", "an object that is no record", false },
        { "{\"seq\":7,\"prev\":\"00\"}\n", "a prev that is no digest", false },
        { "{\"seq\":0,\"prev\":\"" HASH_NONE "\"}\n", "records count from one", false },
        { "{\"seq\":9007199254740992,\"prev\":\"" HASH_NONE "\"}\n", "a number that cannot rise", false },
        { "{\"seq\":-1,\"prev\":\"" HASH_NONE "\"}\n", "a negative number", false },
        { "{\"seq\":7,\"seq\":8,\"prev\":\"" HASH_NONE "\"}\n", "a number twice", false },
        { "[1]\n", "an array", false },
        { "\n\n\n", "empty lines", false },
        { "{\"seq\":41,\"prev\":\"" HASH_NONE "\"}\n", "a record: believed here, the verifier sees more", true },
};

Test(audit_open, nothing_in_the_logs_place_stops_the_agent) {
        for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
                json_t *record;

                audit_free(audit);
                audit = NULL;
                cr_assert_eq(file_replace(dir, "audit.jsonl", bytes_text(strange[i].content), 0640, NULL), 0);
                open_again();
                cr_expect_eq(record_refusal(), 0, "%s", strange[i].why);
                record = last_record();
                cr_expect_eq(json_integer_value(json_object_get(record, "seq")), strange[i].keeps_chain ? 42 : 2, "%s",
                             strange[i].why);
                json_decref(record);
        }
}

Test(audit_open, whatever_is_no_file_is_moved_out_of_the_way) {
        json_t *record;

        audit_free(audit);
        audit = NULL;
        cr_assert_eq(unlinkat(dir, "audit.jsonl", 0), 0);
        cr_assert_eq(symlinkat("/etc/passwd", dir, "audit.jsonl"), 0);
        open_again();
        record = last_record();
        expect_text(record, "type", "log-repaired");
        expect_text(record, "reason", "not-a-file");
        cr_expect(json_is_true(json_object_get(record, "broken")));
        json_decref(record);
        cr_expect_eq(record_refusal(), 0);
}

Test(audit_open, a_log_that_went_missing_is_told) {
        json_t *record;

        audit_free(audit);
        audit = NULL;
        cr_assert_eq(unlinkat(dir, "audit.jsonl", 0), 0);
        open_again();
        record = last_record();
        expect_text(record, "reason", "missing");
        cr_expect(json_is_true(json_object_get(record, "broken")));
        json_decref(record);
}

Test(audit_open, a_key_that_is_none_is_left_alone_and_told) {
        auto_free uint8_t *key = NULL;
        size_t size;
        json_t *record;

        audit_free(audit);
        audit = NULL;
        cr_assert_eq(file_replace(dir, "terminal.key", bytes_text("no key\n"), 0600, NULL), 0);
        open_again();
        record = last_record();
        expect_text(record, "reason", "no-key");
        json_decref(record);
        cr_expect_lt(audit_flush(audit), 0, "it cannot be signed");
        cr_expect(audit_healthy(audit), "but recorded");
        cr_assert_eq(file_read(dir, "terminal.key", 4096, &key, &size), 0);
        cr_expect_str_eq((char *)key, "no key\n");
}

TestSuite(audit_device_refused, .init = given_a_log, .fini = drop_log, .timeout = 20);

Test(audit_device_refused, says_what_who_and_why) {
        struct audit_device d = a_refused_stick();
        json_t *record;

        d.user = "tanaka";
        d.note = &(struct err){ "half done", "途中まで" };
        facts.malformed = MALFORMED_ENDPOINTS_MISSING;
        facts.n_interfaces = 2; /* the same triple in a second configuration */
        facts.interfaces[1] = (struct interface_facts){ 2, 0, 0x08, 0x06, 0x50 };
        cr_assert_eq(audit_device_refused(audit, &d, NULL), 0);
        record = last_record();
        cr_expect_eq(json_array_size(json_object_get(record, "interfaces")), 1);
        expect_text(record, "type", "device-refused");
        expect_text(record, "path", "pci0000:00/usb1/1-2");
        expect_text(record, "bus", "usb");
        expect_text(record, "vid", "0951");
        expect_text(record, "pid", "1666");
        expect_text(record, "serial", "E0D55EA573F5F3A0");
        expect_text(record, "name", "DataTraveler 3.0");
        expect_text(record, "action", "deny");
        expect_text(record, "reason", "no-rule");
        expect_text(record, "user", "tanaka");
        expect_text(record, "note", "half done");
        expect_text(record, "malformed", "endpoints-missing");
        cr_expect(json_is_null(json_object_get(record, "seat")));
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(record, "kinds"), 0)), "storage");
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(record, "interfaces"), 0)), "08:06:50");
        cr_expect_eq(json_integer_value(json_object_get(record, "policy")), 0);
        json_decref(record);
}

Test(audit_device_refused, members_stand_in_their_order_and_prev_is_last) {
        struct log log;

        cr_assert_eq(record_refusal(), 0);
        log = read_log();
        cr_assert_gt(log.n, 0);
        cr_expect_eq(strncmp(log.lines[0], "{\"seq\":1,\"time\":\"", 17), 0);
        cr_expect_str_eq(log.lines[0] + strlen(log.lines[0]) - 75, ",\"prev\":\"" HASH_NONE "\"}");
        free(log.text);
}

Test(audit_device_refused, the_request_number_can_be_worked_out_again) {
        static const char symbols[] = "23456789ACEFHJKMNPRTVWXY";
        struct audit_device d = a_refused_stick();
        char request[AUDIT_REQUEST], text[512], hash[HASH_TEXT], again[AUDIT_REQUEST];
        unsigned long long value;
        json_t *record;

        cr_assert_eq(audit_device_refused(audit, &d, request), 0);
        record = last_record();
        expect_text(record, "request", request);
        (void)snprintf(text, sizeof text, "%s\n%s\n%s\n", json_string_value(json_object_get(record, "prev")),
                       json_string_value(json_object_get(record, "path")),
                       json_string_value(json_object_get(record, "fingerprint")));
        cr_assert_eq(hash_text(text, strlen(text), hash), 0);
        hash[16] = '\0';
        value = strtoull(hash, NULL, 16);
        for (int i = 0; i < 7; i++) {
                again[i] = i == 3 ? '-' : symbols[value % 24];
                value /= i == 3 ? 1 : 24;
        }
        again[7] = '\0';
        cr_expect_str_eq(request, again);
        json_decref(record);
}

Test(audit_device_refused, a_medium_that_was_looked_at_is_in_the_record_and_one_that_was_not_is_not) {
        struct audit_device d = a_refused_stick();
        json_t *record;

        cr_assert_eq(audit_device_refused(audit, &d, NULL), 0);
        record = last_record();
        cr_expect_null(json_object_get(record, "medium"));
        json_decref(record);
        facts.medium = (struct medium_facts){ MEDIUM_PLAIN, 1, { { 0x2f, [15] = 1 } } };
        cr_assert_eq(audit_device_refused(audit, &d, NULL), 0);
        record = last_record();
        expect_text(record, "medium", "plain");
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(record, "uuids"), 0)),
                         "2f000000-0000-0000-0000-000000000001");
        json_decref(record);
}

Test(audit_device_refused, the_worst_device_still_fits_in_a_line) {
        struct audit_device d = a_refused_stick();
        struct err note = { "" };
        struct log log;

        memset(facts.name, 0xff, sizeof facts.name - 1);
        memset(facts.serial, '\\', sizeof facts.serial - 1);
        memset(facts.manufacturer, '"', sizeof facts.manufacturer - 1);
        memset(facts.port, 1, sizeof facts.port - 1);
        facts.n_interfaces = FACTS_INTERFACES;
        facts.medium = (struct medium_facts){ .state = MEDIUM_ENCRYPTED, .n = FACTS_UUIDS };
        for (uint8_t i = 0; i < FACTS_INTERFACES; i++)
                facts.interfaces[i] = (struct interface_facts){ 1, i, i, i, i };
        d.path = d.user = d.seat = facts.name;
        memset(note.text, '\\', sizeof note.text - 1);
        memset(note.ja, '"', sizeof note.ja - 1);
        d.note = &note;
        cr_assert_eq(audit_device_refused(audit, &d, NULL), 0);
        cr_assert_eq(record_refusal(), 0);
        (void)expect_chain();
        log = read_log();
        cr_expect_lt(strlen(log.lines[0]), CHAIN_LINE_MAX);
        free(log.text);
}
