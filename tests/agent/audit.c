/* SPDX-License-Identifier: MIT */
/* The log as the agent writes it: chain, repair, full disks, the request number. */
#include "audit/audit.h"

#include "audit/chain.h"
#include "audit/hash.h"
#include "host/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

static char path[64];
static int state = -1, dir = -1;
static struct audit *audit;

static void open_again(void) {
        struct err err = { 0 };

        audit_free(audit);
        audit = NULL;
        cr_assert_eq(audit_open(state, &audit, &err), 0, "%s", err.text);
}

static void given_a_log(void) {
        (void)strcpy(path, "/tmp/sekimori-audit-XXXXXX");
        cr_assert(mkdtemp(path));
        state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(state, 0);
        open_again();
        dir = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
}

static void drop(void) {
        audit_free(audit);
        (void)file_remove(state, "audit");
        (void)close(dir);
        (void)close(state);
        (void)rmdir(path);
}

/* A stick that nobody knows. */
static struct device_facts facts = {
        .bus = BUS_USB,
        .vendor = 0x0951,
        .product = 0x1666,
        .n_interfaces = 1,
        .interfaces = { { 1, 0, 0x08, 0x06, 0x50 } },
        .serial = "E0D55EA573F5F3A0",
        .name = "DataTraveler 3.0",
        .port = "1-2",
};
static const struct verdict denied = { .rule = RULE_NONE };

static struct audit_device a_stick(void) {
        return (struct audit_device){ .path = "pci0000:00/usb1/1-2", .facts = &facts, .verdict = &denied };
}

static int refuse(void) {
        struct audit_device d = a_stick();

        return audit_device_refused(audit, &d, NULL);
}

/* The log as an array of lines, NULL-terminated; one malloc()ed block. */
#define LINES 4096
struct log {
        char *text, *lines[LINES];
        size_t n;
};

static struct log read_log(void) {
        struct log ret = { 0 };
        uint8_t *content = NULL;
        size_t size;

        cr_assert_eq(file_read(dir, "audit.jsonl", 64 << 20, &content, &size), 0);
        ret.text = (char *)content;
        for (char *line = strtok(ret.text, "\n"); line && ret.n < LINES; line = strtok(NULL, "\n"))
                ret.lines[ret.n++] = line;
        return ret;
}

static json_t *parse(const char *line) {
        json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

        cr_assert(record, "not JSON: %s", line);
        return record;
}

static void expect_text(const json_t *record, const char *key, const char *value) {
        const char *text = json_string_value(json_object_get(record, key));

        cr_expect_str_eq(text ? text : "(none)", value, "%s", key);
}

/* What any reader would check, with nothing of ours but SHA-256. */
static size_t expect_chain(void) {
        struct log log = read_log();
        char prev[HASH_TEXT] = HASH_NONE;

        for (size_t i = 0; i < log.n; i++) {
                json_t *record = parse(log.lines[i]);

                cr_expect_eq(json_integer_value(json_object_get(record, "seq")), (json_int_t)i + 1);
                expect_text(record, "prev", prev);
                cr_assert_eq(hash_text(log.lines[i], strlen(log.lines[i]), prev), 0);
                json_decref(record);
        }
        free(log.text);
        return log.n;
}

static json_t *last_record(void) {
        struct log log = read_log();
        json_t *ret;

        cr_assert_gt(log.n, 0);
        ret = parse(log.lines[log.n - 1]);
        free(log.text);
        return ret;
}

static void tamper(const char *text) {
        auto_fd fd = openat(dir, "audit.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC);

        cr_assert_geq(fd, 0);
        cr_assert_eq(fd_write_all(fd, bytes_text(text)), 0);
}

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

                if (audit_open(state, &audit, &err) < 0 || refuse() < 0)
                        _exit(1);
                _exit(0);
        }
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_assert_eq(status, 0);
        if (text)
                tamper(text);
}

TestSuite(audit_open, .init = given_a_log, .fini = drop, .timeout = 20);

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
        cr_assert_eq(refuse(), 0);
        open_again();
        cr_assert_eq(refuse(), 0);
        open_again();
        cr_assert_eq(audit_agent_started(audit), 0);
        cr_expect_eq(expect_chain(), 5, "two refusals, each with a checkpoint behind it, and a start");
}

Test(audit_open, a_second_writer_is_turned_away) {
        struct audit *second = NULL;
        struct err err = { 0 };

        cr_expect_eq(audit_open(state, &second, &err), -EBUSY);
        cr_expect_str_eq(err.text, "audit: another agent is writing the audit log");
        cr_expect_null(second);
        cr_expect_eq(refuse(), 0, "the first one goes on");
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
        { "{\"seq\":1,\"prev\":\"00\"}\n", "a prev that is no digest", false },
        { "{\"seq\":0,\"prev\":\"" HASH_NONE "\"}\n", "records count from one", false },
        { "{\"seq\":9007199254740992,\"prev\":\"" HASH_NONE "\"}\n", "a number that cannot rise", false },
        { "{\"seq\":-1,\"prev\":\"" HASH_NONE "\"}\n", "a negative number", false },
        { "{\"seq\":1,\"seq\":2,\"prev\":\"" HASH_NONE "\"}\n", "a number twice", false },
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
                cr_expect_eq(refuse(), 0, "%s", strange[i].why);
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
        cr_expect_eq(refuse(), 0);
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

TestSuite(audit_device_refused, .init = given_a_log, .fini = drop, .timeout = 20);

Test(audit_device_refused, says_what_who_and_why) {
        struct audit_device d = a_stick();
        json_t *record;

        d.user = "tanaka";
        d.note = "half done";
        cr_assert_eq(audit_device_refused(audit, &d, NULL), 0);
        record = last_record();
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
        cr_expect(json_is_null(json_object_get(record, "seat")));
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(record, "kinds"), 0)), "storage");
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(record, "interfaces"), 0)), "08:06:50");
        cr_expect_eq(json_integer_value(json_object_get(record, "policy")), 0);
        json_decref(record);
}

Test(audit_device_refused, members_stand_in_their_order_and_prev_is_last) {
        struct log log;

        cr_assert_eq(refuse(), 0);
        log = read_log();
        cr_assert_gt(log.n, 0);
        cr_expect_eq(strncmp(log.lines[0], "{\"seq\":1,\"time\":\"", 17), 0);
        cr_expect_str_eq(log.lines[0] + strlen(log.lines[0]) - 75, ",\"prev\":\"" HASH_NONE "\"}");
        free(log.text);
}

Test(audit_device_refused, the_request_number_can_be_worked_out_again) {
        static const char symbols[] = "23456789ACEFHJKMNPRTVWXY";
        struct audit_device d = a_stick();
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

Test(audit_device_refused, the_worst_device_still_fits_in_a_line) {
        struct audit_device d = a_stick();
        struct log log;

        memset(facts.name, 0xff, sizeof facts.name - 1);
        memset(facts.serial, '\\', sizeof facts.serial - 1);
        memset(facts.manufacturer, '"', sizeof facts.manufacturer - 1);
        memset(facts.port, 1, sizeof facts.port - 1);
        facts.n_interfaces = FACTS_INTERFACES;
        for (uint8_t i = 0; i < FACTS_INTERFACES; i++)
                facts.interfaces[i] = (struct interface_facts){ 1, i, i, i, i };
        d.path = d.user = d.seat = d.note = facts.name;
        cr_assert_eq(audit_device_refused(audit, &d, NULL), 0);
        cr_assert_eq(refuse(), 0);
        (void)expect_chain();
        log = read_log();
        cr_expect_lt(strlen(log.lines[0]), CHAIN_LINE_MAX);
        free(log.text);
}

TestSuite(audit_healthy, .init = given_a_log, .fini = drop, .timeout = 20);

static void limit(rlim_t bytes) {
        struct rlimit l;

        (void)signal(SIGXFSZ, SIG_IGN);
        cr_assert_eq(getrlimit(RLIMIT_FSIZE, &l), 0);
        l.rlim_cur = bytes;
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &l), 0);
}

Test(audit_healthy, a_full_disk_leaves_the_log_whole_and_recovers) {
        struct stat st;

        cr_assert_eq(refuse(), 0);
        cr_assert_eq(fstatat(dir, "audit.jsonl", &st, 0), 0);
        for (rlim_t room = 0; room < 400; room += 57) {
                limit((rlim_t)st.st_size + room);
                cr_expect_lt(refuse(), 0, "%lu bytes are too few", room);
                cr_expect_not(audit_healthy(audit));
                cr_expect_eq(expect_chain(), 1);
        }
        limit(RLIM_INFINITY);
        cr_expect_eq(refuse(), 0);
        cr_expect(audit_healthy(audit));
        cr_expect_eq(expect_chain(), 2);
}

Test(audit_healthy, a_disk_full_from_the_start_does_not_stop_the_agent) {
        audit_free(audit);
        audit = NULL;
        (void)file_remove(state, "audit");
        limit(0);
        open_again();
        cr_expect_lt(refuse(), 0);
        cr_expect_not(audit_healthy(audit));
        limit(RLIM_INFINITY);
        (void)close(dir);
        dir = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_expect_eq(refuse(), 0);
        cr_expect(audit_healthy(audit));
        cr_expect_eq(audit_flush(audit), 0, "the key is made as soon as it can be");
        (void)expect_chain();
}

Test(audit_healthy, what_others_write_into_the_log_is_set_aside) {
        json_t *record;

        cr_assert_eq(refuse(), 0);
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

        cr_assert_eq(refuse(), 0);
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
        cr_assert_eq(refuse(), 0);
        cr_assert_eq(refuse(), 0);
        cr_assert_eq(unlinkat(dir, "audit.jsonl", 0), 0);
        expect_told("removed");
}

Test(audit_healthy, a_log_shortened_under_the_agent_is_told) {
        auto_fd fd = openat(dir, "audit.jsonl", O_RDWR | O_CLOEXEC);

        cr_assert_eq(refuse(), 0);
        cr_assert_eq(refuse(), 0);
        cr_assert_eq(ftruncate(fd, 5), 0);
        expect_told("shortened");
        cr_expect_eq(faccessat(dir, "audit.torn.1", F_OK, 0), 0, "what was left of it is kept");
}

TestSuite(audit_flush, .init = given_a_log, .fini = drop, .timeout = 60);

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
                cr_assert_eq(refuse(), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 0);
        cr_assert_eq(refuse(), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 1);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 1, "nothing new, nothing to sign");
}

Test(audit_flush, signs_at_once_what_must_not_be_taken_back) {
        cr_assert_eq(audit_policy_loaded(audit, NULL, "no slot"), 0);
        cr_assert_eq(audit_flush(audit), 0);
        cr_expect_eq(checkpoints(), 1);
}

Test(audit_flush, rotates_and_the_chain_goes_on_across_files) {
        struct stat st;
        json_t *record;

        memset(facts.name, '"', sizeof facts.name - 1);
        memset(facts.serial, '"', sizeof facts.serial - 1);
        do {
                for (int i = 0; i < 100; i++)
                        cr_assert_eq(refuse(), 0);
                cr_assert_eq(fstatat(dir, "audit.jsonl", &st, 0), 0);
        } while (st.st_size < CHAIN_ROTATE);
        cr_assert_eq(audit_flush(audit), 0);
        cr_assert_eq(fstatat(dir, "audit.jsonl", &st, 0), 0);
        cr_expect_eq(st.st_size, 0);
        cr_assert_eq(fstatat(dir, "audit-000000000001.jsonl", &st, 0), 0);
        cr_expect_geq(st.st_size, CHAIN_ROTATE);
        open_again();
        cr_assert_eq(refuse(), 0);
        record = last_record();
        cr_expect_gt(json_integer_value(json_object_get(record, "seq")), 1000);
        cr_expect_str_neq(json_string_value(json_object_get(record, "prev")), HASH_NONE);
        expect_text(record, "type", "device-refused");
        json_decref(record);
}

TestSuite(audit_mirror, .init = given_a_log, .fini = drop, .timeout = 10);

static int given_a_journal(struct sockaddr_un *ret) {
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
        (void)snprintf(ret->sun_path, sizeof ret->sun_path, "%s/audit/journal", path);
        cr_assert_eq(bind(fd, (struct sockaddr *)ret, sizeof *ret), 0);
        return fd;
}

Test(audit_mirror, carries_fields_and_a_japanese_message) {
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);
        char entry[16384], text[16384];
        ssize_t n;

        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        cr_assert_eq(refuse(), 0);
        n = recv(fd, entry, sizeof entry - 1, 0);
        cr_assert_gt(n, 0);
        for (ssize_t i = 0; i < n; i++)
                text[i] = entry[i] ? entry[i] : '.';
        text[n] = '\0';
        cr_expect(strstr(text, "使用を拒否しました"), "%s", text);
        cr_expect(strstr(text, "MESSAGE_ID"));
        cr_expect(strstr(text, "5e3e47c199e344d198bc0d6999ee9cc3"));
        cr_expect(strstr(text, "SEKIMORI_REQUEST"));
}

Test(audit_mirror, a_stopped_journal_never_makes_a_device_wait) {
        struct sockaddr_un at;
        auto_fd fd = given_a_journal(&at);

        cr_assert_eq(audit_mirror(audit, at.sun_path), 0);
        for (int i = 0; i < 2000; i++)
                cr_assert_eq(refuse(), 0); /* nobody reads: the queue is full long before */
        cr_expect_eq(expect_chain(), 2000);
}
