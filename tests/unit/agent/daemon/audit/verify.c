/* SPDX-License-Identifier: MIT */
/* Verification of a log that the agent wrote: what was changed afterwards is found, whatever it is. */
#include "audit/verify.h"

#include "audit/audit.h"
#include "audit/chain.h"
#include "audit/hash.h"
#include "host/file.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static char path[SCRATCH];
static int dir = -1;
static uint8_t *text, *pub;
static size_t size, pub_size;

static int open_state(void) {
        cr_assert(scratch_make(path, "verify"));
        return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* `n` refusals, flushed as the agent's loop does it. */
static void write_log(int state, int n) {
        static struct device_facts facts = { .bus = BUS_USB, .name = "納税課 \"3号\" \\ \x1b[2J", .serial = "S" };
        static const struct verdict denied = { .rule = RULE_NONE };
        char at[32];
        const struct audit_device d = { at, &facts, &denied, "tanaka", "seat0", NULL };
        auto_audit a = NULL;

        cr_assert_eq(audit_open(state, &a, NULL), 0);
        for (int i = 0; i < n; i++) {
                (void)snprintf(at, sizeof at, "pci0000:00/usb1/1-%d",
                               1 + i); /* at one port they would be counted only */
                cr_assert_eq(audit_device_refused(a, &d, NULL), 0);
                cr_assert_eq(audit_flush(a), 0);
        }
}

static void load(int state) {
        dir = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
        cr_assert_eq(file_read(dir, "audit.jsonl", 64 << 20, &text, &size), 0);
        cr_assert_eq(file_read(dir, "terminal.pub", 4096, &pub, &pub_size), 0);
}

static void given(int n) {
        auto_fd state = open_state();

        cr_assert_geq(state, 0);
        write_log(state, n);
        load(state);
}

static void given_50_records(void) {
        given(49); /* and a checkpoint at the end */
}

static void drop(void) {
        auto_fd state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        free(text);
        free(pub);
        (void)file_remove(state, "audit");
        (void)close(dir);
        (void)rmdir(path);
}

static int judge_from(uint64_t first, const void *log, size_t n, struct verify_fault *ret,
                      struct verify_counts *counts) {
        auto_fd fd = memfd_create("log", MFD_CLOEXEC);
        auto_verify v = NULL;
        int r;

        cr_assert_eq(fd_write_all(fd, bytes_of(log, n)), 0);
        (void)lseek(fd, 0, SEEK_SET);
        cr_assert_eq(verify_new(bytes_of(pub, pub_size), first, &v, NULL), 0);
        r = verify_file(v, fd, ret);
        if (counts)
                *counts = *verify_counts(v);
        return r == 0 ? verify_end(v, NULL) : r;
}

static int judge(const void *log, size_t n, struct verify_fault *ret) {
        return judge_from(1, log, n, ret, NULL);
}

/* The offset of line `n`, from 1. */
static size_t line_at(unsigned n) {
        uint8_t *at = text;

        while (--n)
                at = (uint8_t *)memchr(at, '\n', size - (size_t)(at - text)) + 1;
        return (size_t)(at - text);
}

TestSuite(verify_file, .init = given_50_records, .fini = drop, .timeout = 60);

Test(verify_file, what_the_agent_wrote_is_accepted) {
        struct verify_fault fault;
        struct verify_counts n;

        cr_expect_eq(judge_from(1, text, size, &fault, &n), 0, "%s", fault.why.text);
        cr_expect_eq(n.records, 50);
        cr_expect_eq(n.checkpoints, 1);
        cr_expect_eq(n.unsigned_records, 0);
}

Test(verify_file, every_truncation_is_refused_or_not_vouched_for) {
        for (size_t n = 0; n < size; n += 37) {
                struct verify_fault fault;

                cr_expect_eq(judge(text, n, &fault), -EBADMSG, "%zu bytes", n);
        }
}

Test(verify_file, a_removed_line_is_found_where_it_was) {
        struct verify_fault fault;
        size_t from = line_at(7), to = line_at(8);

        memmove(text + from, text + to, size - to);
        cr_expect_eq(judge(text, size - (to - from), &fault), -EBADMSG);
        cr_expect_eq(fault.line, 7);
        cr_expect_eq(fault.column, 2);
        cr_expect_str_eq(fault.why.text, "record 7 was expected here, this is 8");
}

Test(verify_file, removed_first_lines_are_found_unless_the_number_is_named) {
        struct verify_fault fault;
        size_t from = line_at(3);

        cr_expect_eq(judge(text + from, size - from, &fault), -EBADMSG);
        cr_expect_eq(judge_from(3, text + from, size - from, &fault, NULL), 0, "%s", fault.why.text);
        cr_expect_eq(judge_from(2, text + from, size - from, &fault, NULL), -EBADMSG);
}

Test(verify_file, what_is_there_before_the_number_that_is_named_is_verified_too) {
        struct verify_fault fault;
        struct verify_counts n;

        cr_expect_eq(judge_from(5, text, size, &fault, &n), 0, "%s", fault.why.text);
        cr_expect_eq(n.records, 50);
        cr_expect_eq(judge_from(50, text, size, &fault, NULL), 0, "%s", fault.why.text);
        cr_expect_eq(judge_from(51, text, size, &fault, NULL), -EBADMSG, "what must be there is not");
        ((uint8_t *)memmem(text, size, "tanaka", 6))[0] = 'k';
        cr_expect_eq(judge_from(5, text, size, &fault, NULL), -EBADMSG);
        cr_expect_eq(fault.line, 2);
}

Test(verify_file, the_fault_is_told_at_the_member_that_shows_it) {
        struct verify_fault fault;
        uint8_t *name = memmem(text, size, "tanaka", 6);
        size_t second = line_at(2), third = line_at(3);
        uint8_t *prev = memmem(text + second, third - second, "\"prev\"", 6);

        cr_assert(name && prev);
        name[0] = 'k';
        cr_expect_eq(judge(text, size, &fault), -EBADMSG);
        cr_expect_eq(fault.line, 2);
        cr_expect_eq(fault.column, (uint64_t)(prev - text - (ptrdiff_t)second) + 1);
        cr_expect_str_eq(fault.why.text, "the line before this one is not the line that was written");
}

/* Whole logs that no agent writes. */
static const struct {
        const char *log, *why;
} hostile[] = {
        { "", "nothing" },
        { "\n", "an empty line" },
        { "null\n", "no object" },
        { "{}\n", "no number" },
        { "{\"seq\":\"1\",\"type\":\"x\",\"prev\":\"" HASH_NONE "\"}\n", "the number is text" },
        { "{\"seq\":1.0,\"type\":\"x\",\"prev\":\"" HASH_NONE "\"}\n", "the number is no integer" },
        { "{\"seq\":99999999999999999999,\"type\":\"x\",\"prev\":\"" HASH_NONE "\"}\n", "a number beyond 64 bits" },
        { "{\"seq\":1,\"type\":\"x\"}\n", "no prev" },
        { "{\"seq\":1,\"type\":\"x\",\"prev\":0}\n", "prev is a number" },
        { "{\"seq\":1,\"prev\":\"" HASH_NONE "\"}\n", "no type" },
        { "{\"seq\":1,\"seq\":1,\"type\":\"x\",\"prev\":\"" HASH_NONE "\"}\n", "a member twice" },
        { "{\"seq\":1,\"type\":\"x\",\"prev\":\"" HASH_NONE "\"} {}\n", "two objects" },
        { "{\"seq\":1,\"type\":\"x\",\"prev\":\"" HASH_NONE "\"}\n", "nobody vouches for it" },
        { "{\"seq\":1,\"type\":\"checkpoint\",\"prev\":\"" HASH_NONE "\"}\n", "a checkpoint without a signature" },
        { "{\"seq\":1,\"type\":\"checkpoint\",\"over\":\"" HASH_NONE
          "\",\"key\":\"\",\"sig\":\"====\",\"prev\":\"" HASH_NONE "\"}\n",
          "a signature of padding" },
        { "{\"seq\":1,\"type\":\"log-repaired\",\"reason\":\"missing\",\"broken\":true,\"prev\":\"" HASH_NONE "\"}\n",
          "the agent says so itself" },
        { "{\"seq\":1,\"type\":\"log-repaired\",\"prev\":\"" HASH_NONE "\"}\n",
          "a repair that does not say what it did" },
        { "\xff\xfe\n", "no UTF-8" },
        { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", "nesting" },
};

Test(verify_file, hostile_logs_are_refused) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                struct verify_fault fault;

                cr_expect_eq(judge(hostile[i].log, strlen(hostile[i].log), &fault), -EBADMSG, "%s", hostile[i].why);
        }
}

Test(verify_file, a_line_of_any_length_needs_no_more_memory) {
        static uint8_t log[8 * CHAIN_LINE_MAX];
        struct verify_fault fault;

        memset(log, '[', sizeof log);
        log[sizeof log - 1] = '\n';
        cr_expect_eq(judge(log, sizeof log, &fault), -EBADMSG);
        cr_expect_str_eq(fault.why.text, "not a record: longer than 16384 bytes");
        log[sizeof log - 1] = '[';
        cr_expect_eq(judge(log, sizeof log, &fault), -EBADMSG);
        cr_expect_str_eq(fault.why.text, "the last line is cut off");
}

Test(verify_file, another_terminals_key_does_not_fit) {
        auto_fd state = -1;
        struct verify_fault fault;
        char first[64];

        free(pub);
        memcpy(first, path, sizeof first);
        state = open_state();
        write_log(state, 1);
        auto_fd other = openat(state, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_eq(file_read(other, "terminal.pub", 4096, &pub, &pub_size), 0);
        (void)file_remove(state, "audit");
        (void)rmdir(path);
        memcpy(path, first, sizeof first);
        cr_expect_eq(judge(text, size, &fault), -EBADMSG);
        cr_expect_str_eq(fault.why.text, "the checkpoint is signed with another key");
        cr_expect_eq(fault.line, 50);
}

Test(verify_file, a_changed_signature_is_found) {
        struct verify_fault fault;
        size_t last = line_at(50);
        uint8_t *sig = memmem(text + last, size - last, "\"sig\":\"", 7);

        cr_assert(sig);
        for (size_t i = 20; i < 90; i += 10) {
                uint8_t was = sig[i];

                sig[i] = was == 'A' ? 'B' : 'A';
                cr_expect_eq(judge(text, size, &fault), -EBADMSG, "character %zu", i);
                cr_expect_str_eq(fault.why.text, "the checkpoint's signature is wrong");
                sig[i] = was;
        }
}

Test(verify_file, a_gap_that_the_agent_found_is_a_gap) {
        auto_fd state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct verify_fault fault;

        cr_assert_eq(unlinkat(dir, "audit.jsonl", 0), 0);
        write_log(state, 3);
        free(text);
        cr_assert_eq(file_read(dir, "audit.jsonl", 64 << 20, &text, &size), 0);
        cr_expect_eq(judge(text, size, &fault), -EBADMSG);
        cr_expect_eq(fault.line, 1);
        cr_expect_str_eq(fault.why.text,
                         "the agent itself found records missing before this one (earlier records were missing)");
}

Test(verify_file, a_torn_line_that_was_set_aside_is_counted_and_no_gap) {
        auto_fd state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        auto_fd log = openat(dir, "audit.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC);
        struct verify_fault fault;
        struct verify_counts n;

        cr_assert_eq(fd_write_all(log, bytes_text("{\"seq\":51,\"ti")), 0);
        write_log(state, 1);
        free(text);
        cr_assert_eq(file_read(dir, "audit.jsonl", 64 << 20, &text, &size), 0);
        cr_expect_eq(judge_from(1, text, size, &fault, &n), 0, "%s", fault.why.text);
        cr_expect_eq(n.repairs, 1);
}

Test(verify_file, a_shell_script_with_openssl_comes_to_the_same_verdict) {
        char log[96], key[96];
        int status;
        pid_t child;

        cr_assert_eq(access("docs/verify-audit.sh", R_OK), 0, "run from the top of the repository");
        (void)snprintf(log, sizeof log, "%s/audit/audit.jsonl", path);
        (void)snprintf(key, sizeof key, "%s/audit/terminal.pub", path);
        child = fork();
        cr_assert_geq(child, 0);
        if (child == 0) {
                (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
                (void)unsetenv("LD_PRELOAD");
                (void)execl("/bin/sh", "sh", "docs/verify-audit.sh", key, log, (char *)NULL);
                _exit(127);
        }
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_expect_eq(status, 0);
}

/* Short ones, for a test that reads them all once for each of their bytes. */
static void given_50_short_records(void) {
        auto_fd state = open_state();
        auto_audit a = NULL;

        cr_assert_eq(audit_open(state, &a, NULL), 0);
        for (int i = 0; i < 49; i++)
                cr_assert_eq(audit_kernel_baseline(a, "usb1", NULL), 0);
        audit_free(TAKE(a));
        load(state);
}

TestSuite(verify_bytes, .init = given_50_short_records, .fini = drop, .timeout = 180);

Test(verify_bytes, every_single_changed_byte_is_found) {
        static const uint8_t flips[] = { 0x01, 0x20, 0x80 };
        size_t signed_end = line_at(50);
        struct verify_fault fault;

        for (size_t i = 0; i < signed_end; i++) {
                text[i] ^= flips[i % sizeof flips];
                cr_expect_eq(judge(text, size, &fault), -EBADMSG, "byte %zu", i);
                text[i] ^= flips[i % sizeof flips];
        }
        cr_expect_eq(judge(text, size, &fault), 0, "and it is whole again");
}

static void given_2000_records(void) {
        given(2000);
}

/* What the processor has spent on judging all of it. */
static int64_t judged_in_ns(uint64_t least) {
        struct verify_fault fault;
        struct verify_counts n;
        struct timespec from, to;

        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        cr_expect_eq(judge_from(1, text, size, &fault, &n), 0, "line %lu: %s", fault.line, fault.why.text);
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        cr_expect_geq(n.records, least);
        cr_expect_geq(n.checkpoints, least / 256);
        return (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
}

TestSuite(verify_end, .init = given_2000_records, .fini = drop, .timeout = 600);

Test(verify_end, ten_times_the_records_take_ten_times_as_long) {
        int64_t few_ns = judged_in_ns(2000), many_ns;

        drop();
        given(20000);
        many_ns = judged_in_ns(20000);
        cr_expect_leq(many_ns, 30 * few_ns, "a hundred times, were it quadratic: %ld ns, %ld ns", few_ns, many_ns);
}
