/* SPDX-License-Identifier: MIT */
/* logbook.c — audit_open() in a scratch directory; `prev` must be the SHA-256 of the line before. See logbook.h. */
#include "unit/agent/daemon/audit/logbook.h"

#include "audit/hash.h"
#include "host/file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

char path[SCRATCH];
int state = -1, dir = -1;
struct audit *audit;

void open_again(void) {
        struct err err = { 0 };

        audit_free(audit);
        audit = NULL;
        cr_assert_eq(audit_open(state, &audit, &err), 0, "%s", err.text);
}

void given_a_log(void) {
        (void)umask(077); /* as the agent runs */
        cr_assert(scratch_make(path, "audit"));
        state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(state, 0);
        open_again();
        dir = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
}

void drop_log(void) {
        audit_free(audit);
        (void)file_remove(state, "audit");
        (void)close(dir);
        (void)close(state);
        (void)rmdir(path);
}

struct device_facts facts = {
        .bus = BUS_USB,
        .vendor = 0x0951,
        .product = 0x1666,
        .n_interfaces = 1,
        .interfaces = { { 1, 0, 0x08, 0x06, 0x50 } },
        .serial = "E0D55EA573F5F3A0",
        .name = "DataTraveler 3.0",
        .port = "1-2",
};
struct verdict verdict = { .rule = RULE_NONE };

struct audit_device a_refused_stick(void) {
        return (struct audit_device){ .path = "pci0000:00/usb1/1-2", .facts = &facts, .verdict = &verdict };
}

/* Each at another port: at one, they would soon be counted only. */
int record_refusal(void) {
        static unsigned ports;
        struct audit_device d = a_refused_stick();
        char at[32];

        (void)snprintf(at, sizeof at, "pci0000:00/usb1/1-%u", 2 + ports++ % (1 << 20));
        d.path = at;
        return audit_device_refused(audit, &d, NULL);
}

struct log read_log(void) {
        struct log ret = { 0 };
        uint8_t *content = NULL;
        size_t size;

        cr_assert_eq(file_read(dir, "audit.jsonl", 64 << 20, &content, &size), 0);
        ret.text = (char *)content;
        for (char *line = strtok(ret.text, "\n"); line && ret.n < LINES; line = strtok(NULL, "\n"))
                ret.lines[ret.n++] = line;
        return ret;
}

json_t *parse(const char *line) {
        json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

        cr_assert(record, "not JSON: %s", line);
        return record;
}

void expect_text(const json_t *record, const char *key, const char *value) {
        const char *text = json_string_value(json_object_get(record, key));

        cr_expect_str_eq(text ? text : "(none)", value, "%s", key);
}

size_t expect_chain(void) {
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

json_t *last_record(void) {
        struct log log = read_log();
        json_t *ret;

        cr_assert_gt(log.n, 0);
        ret = parse(log.lines[log.n - 1]);
        free(log.text);
        return ret;
}

void tamper(const char *text) {
        auto_fd fd = openat(dir, "audit.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC);

        cr_assert_geq(fd, 0);
        cr_assert_eq(fd_write_all(fd, bytes_text(text)), 0);
}
