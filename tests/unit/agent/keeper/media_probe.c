/* SPDX-License-Identifier: MIT */
/* media_probe_shut_in — what is said of media that cryptsetup, mkfs and an attacker made, by a process with nothing but
 * the medium. */
#include "keeper/media_probe.h"
#include "host/medium_token.h"

#include "wire/keeper.h"
#include "wire/socket.h"

#include "support/ceremony.h"
#include "unit/agent/keeper/container.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MIB (1 << 20)
#define SIZE (8 * MIB)
#define FIRST "1b0c65e6-7f1c-4d0a-9c53-6a5f3d1b2e01"
#define SECOND "1B0C65E6-7F1C-4D0A-9C53-6A5F3D1B2E02"

static struct {
        int fd;
        uint64_t size;
        struct span spans[SPANS_MAX + 1];
        size_t n;
} given;

/* A medium with nothing on it, and two partitions of two MiB where the test says so. */
static void given_a_medium(void) {
        ceremony_begin();
        spill("medium", bytes_of("", 0));
        given.fd = open("medium", O_RDWR | O_CLOEXEC);
        cr_assert_geq(given.fd, 0);
        cr_assert_eq(ftruncate(given.fd, SIZE), 0);
        given.size = SIZE;
        given.spans[0] = (struct span){ MIB, 2 * MIB };
        given.spans[1] = (struct span){ 4 * MIB, 2 * MIB };
}

static void drop(void) {
        (void)close(given.fd);
        ceremony_end();
}

static void put(const char *file, uint64_t at) {
        struct bytes content = slurp(file);

        cr_assert_eq(pwrite(given.fd, content.at, content.left, (off_t)at), (ssize_t)content.left);
}

static void luks(const char *type, const char *uuid, uint64_t at) {
        container_make(type, uuid);
        put("container", at);
}

static void ext4(uint64_t at) {
        spill("files", bytes_of("", 0));
        cr_assert_eq(truncate("files", 2 * MIB), 0);
        cr_assert_eq(tool("/sbin/mkfs.ext4", "-q", "-F", "files", NULL), 0);
        put("files", at);
}

static void token(const char *uuid) {
        uint8_t raw[TOKEN_SIZE], id[UUID_SIZE];

        cr_assert(uuid_parse(uuid, id));
        medium_token_encode(id, raw);
        cr_assert_eq(pwrite(given.fd, raw, sizeof raw, TOKEN_AT), TOKEN_SIZE);
}

static void child(int to, const void *ctx) {
        (void)ctx;
        media_probe_shut_in(given.fd, to, given.size, given.spans, given.n);
}

static enum media_probe_word answer(const struct child *c, struct medium_facts *ret) {
        struct pollfd line = { .fd = c->fd, .events = POLLIN };

        cr_assert_eq(poll(&line, 1, 20000), 1);
        return media_probe_hear(c, ret);
}

/* MEDIUM_UNKNOWN: it said nothing. */
static struct medium_facts looked(void) {
        struct medium_facts m = { 0 };
        struct child c = CHILD_NONE;
        struct err err = { 0 };

        cr_assert_eq(child_fork(child, NULL, &c, &err), 0, "%s", err.text);
        (void)answer(&c, &m);
        child_stop(&c);
        return m;
}

static bool is_known_by(const struct medium_facts *m, const char *uuid) {
        uint8_t id[UUID_SIZE];

        cr_assert(uuid_parse(uuid, id));
        for (size_t i = 0; i < m->n; i++)
                if (memcmp(m->uuid[i], id, UUID_SIZE) == 0)
                        return true;
        return false;
}

TestSuite(media_probe_shut_in, .init = given_a_medium, .fini = drop, .timeout = 60);

Test(media_probe_shut_in, a_container_on_the_whole_medium_is_encrypted_and_known_by_its_uuid) {
        static const char *const types[] = { "luks1", "luks2" };

        for (size_t i = 0; i < 2; i++) {
                struct medium_facts m;

                luks(types[i], FIRST, 0);
                m = looked();
                cr_expect_eq(m.state, MEDIUM_ENCRYPTED, "%s", types[i]);
                cr_expect(m.n == 1 && is_known_by(&m, FIRST), "%s", types[i]);
        }
}

Test(media_probe_shut_in, the_null_cipher_is_no_encryption) {
        struct medium_facts m;

        container_make_by("cipher_null-ecb", "luks2", FIRST);
        put("container", 0);
        m = looked();
        cr_expect_eq(m.state, MEDIUM_PLAIN);
        cr_expect(m.n == 1 && is_known_by(&m, FIRST), "which it is, is known all the same");
}

Test(media_probe_shut_in, every_partition_must_be_encrypted_or_empty) {
        struct medium_facts m;

        given.n = 2;
        m = looked();
        cr_expect_eq(m.state, MEDIUM_PLAIN, "none is encrypted");
        luks("luks2", FIRST, MIB);
        m = looked();
        cr_expect_eq(m.state, MEDIUM_ENCRYPTED, "the other is empty");
        cr_expect(m.n == 1 && is_known_by(&m, FIRST));
        luks("luks1", SECOND, 4 * MIB);
        m = looked();
        cr_expect_eq(m.state, MEDIUM_ENCRYPTED);
        cr_expect(m.n == 2 && is_known_by(&m, SECOND));
        ext4(4 * MIB);
        m = looked();
        cr_expect_eq(m.state, MEDIUM_PLAIN, "files beside the container");
        cr_expect(is_known_by(&m, FIRST), "which it is, is known all the same");
}

Test(media_probe_shut_in, a_partition_with_bytes_that_nobody_knows_is_not_empty) {
        given.n = 2;
        luks("luks2", FIRST, MIB);
        cr_assert_eq(pwrite(given.fd, "x", 1, 4 * MIB + MIB - 1), 1);
        cr_expect_eq(looked().state, MEDIUM_PLAIN);
}

Test(media_probe_shut_in, what_could_be_two_things_is_no_container) {
        luks("luks1", FIRST, 0);
        ext4(0); /* leaves the first KiB alone, where the LUKS header begins */
        luks("luks1", FIRST, 6 * MIB);
        cr_assert_eq(copy_file_range(given.fd, &(off_t){ 6 * MIB }, given.fd, &(off_t){ 0 }, 1024, 0), 1024);
        cr_assert_eq(looked().state, MEDIUM_PLAIN);
        given.n = 1;
        luks("luks2", SECOND, MIB);
        cr_expect_eq(looked().state, MEDIUM_PLAIN, "nor may the whole medium be mounted beside its partitions");
}

Test(media_probe_shut_in, a_file_system_on_all_of_it_is_plain) {
        ext4(0);
        cr_expect_eq(looked().state, MEDIUM_PLAIN);
        cr_expect_eq(looked().n, 0);
}

Test(media_probe_shut_in, a_token_tells_one_medium_from_the_next) {
        struct medium_facts m;

        token(SECOND);
        cr_expect_eq(looked().n, 0, "without partitions there is no gap that it could stand in");
        given.n = 1;
        m = looked();
        cr_expect(m.n == 1 && is_known_by(&m, SECOND));
        cr_expect_eq(m.state, MEDIUM_PLAIN);
        luks("luks2", FIRST, MIB);
        m = looked();
        cr_expect_eq(m.state, MEDIUM_ENCRYPTED);
        cr_expect(m.n == 2 && is_known_by(&m, FIRST) && is_known_by(&m, SECOND));
        given.spans[1].start = TOKEN_AT;
        given.n = 2;
        cr_expect_not(is_known_by(&(struct medium_facts){ looked().state }, SECOND), "within a partition it is data");
}

Test(media_probe_shut_in, a_token_with_one_bit_turned_is_none) {
        given.n = 1;
        for (unsigned at = 0; at < TOKEN_SIZE; at += 37) {
                uint8_t byte;

                token(FIRST);
                cr_assert_eq(pread(given.fd, &byte, 1, TOKEN_AT + at), 1);
                byte ^= 4;
                cr_assert_eq(pwrite(given.fd, &byte, 1, TOKEN_AT + at), 1);
                cr_expect_eq(looked().n, 0, "byte %u", at);
        }
}

Test(media_probe_shut_in, partitions_that_cannot_be_are_not_believed) {
        static const struct {
                struct span span;
                const char *why;
        } hostile[] = {
                { { 0, MIB }, "over the partition table" },
                { { SIZE + 512, MIB }, "behind the end" },
                { { 4 * MIB, SIZE }, "beyond the end" },
                { { 4 * MIB, UINT64_MAX }, "beyond everything" },
                { { UINT64_MAX - 511, 1024 }, "round the corner" },
                { { 4 * MIB, 0 }, "nothing" },
        };

        luks("luks2", FIRST, MIB);
        given.n = 2;
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                given.spans[1] = hostile[i].span;
                cr_expect_eq(looked().state, MEDIUM_PLAIN, "%s", hostile[i].why);
        }
        given.n = SPANS_MAX + 1;
        for (size_t i = 0; i < given.n; i++)
                given.spans[i] = (struct span){ MIB, 2 * MIB };
        cr_expect_eq(looked().state, MEDIUM_PLAIN, "more than are looked through");
}

Test(media_probe_shut_in, a_medium_that_does_not_answer_is_not_recognised) {
        given.size = 0;
        cr_expect_eq(looked().state, MEDIUM_UNREADABLE);
        given.size = SIZE;
        cr_assert_eq(ftruncate(given.fd, 0), 0);
        cr_expect_eq(looked().state, MEDIUM_UNREADABLE);
}

Test(media_probe_shut_in, every_truncation_of_a_container_is_answered) {
        luks("luks1", FIRST, 0);
        for (int at = 4096; at >= 0; at -= 61) {
                cr_assert_eq(ftruncate(given.fd, at), 0);
                given.size = (uint64_t)at;
                cr_expect_neq(looked().state, MEDIUM_UNKNOWN, "%d bytes", at);
        }
}

Test(media_probe_shut_in, hostile_bytes_cost_an_answer_and_no_more) {
        uint8_t noise[4096];
        unsigned seed = 1, answered = 0;

        luks("luks2", FIRST, 0);
        ext4(4 * MIB);
        for (unsigned round = 0; round < 60; round++) {
                struct medium_facts m;

                given.n = round % 3;
                for (size_t i = 0; i < sizeof noise; i++)
                        noise[i] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
                cr_assert_gt(pwrite(given.fd, noise, round % 7 ? 9 : sizeof noise, (off_t)(seed >> 8) % (5 * MIB)), 0);
                m = looked();
                answered += m.state != MEDIUM_UNKNOWN;
        }
        cr_expect_eq(answered, 60);
}

/* What a medium that has taken the process over would try. */
static void escape(int to, const void *ctx) {
        struct medium_facts none = { .state = MEDIUM_PLAIN };
        uint8_t raw[KEEPER_MEDIUM_SIZE];

        (void)ctx;
        if (media_probe_lock(given.fd, to) < 0)
                return;
        if (open("/etc/passwd", O_RDONLY) < 0 && fork() < 0 && pwrite(given.fd, "x", 1, 0) < 0
            && socket(AF_UNIX, SOCK_STREAM, 0) < 0 && write(2, "x", 1) < 0 && kill(getppid(), 0) < 0
            && ioctl(given.fd, BLKRRPART) < 0 && errno == EPERM)
                none.state = MEDIUM_ENCRYPTED;
        keeper_medium_encode(&none, raw);
        (void)socket_send(to, raw, sizeof raw, -1);
        (void)execl("/bin/true", "true", NULL);
        (void)socket_send(to, "x", 1, -1);
}

Test(media_probe_lock, whoever_takes_the_process_over_can_read_and_answer_and_nothing_else, .init = given_a_medium,
     .fini = drop, .timeout = 20) {
        struct medium_facts m = { 0 };
        struct child c = CHILD_NONE;
        struct err err = { 0 };

        cr_assert_eq(child_fork(escape, NULL, &c, &err), 0, "%s", err.text);
        cr_assert_eq(answer(&c, &m), MEDIA_PROBE_DONE);
        cr_expect_eq(m.state, MEDIUM_ENCRYPTED, "something worked");
        cr_expect_eq(answer(&c, &m), MEDIA_PROBE_FAILED, "another program is the end of it");
        child_stop(&c);
}

Test(media_probe_hear, what_no_process_that_looks_says_is_refused, .timeout = 20) {
        static const char *const said[] = { "", "xx",
                                            "a long enough answer, but of nothing that was looked at, and so on and on "
                                            "and on until it is as long as one" };

        for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
                struct medium_facts m;
                struct child c = CHILD_NONE;
                int ends[2];

                cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
                c.fd = ends[0];
                cr_expect_eq(media_probe_hear(&c, &m), MEDIA_PROBE_NOTHING);
                cr_assert_eq(send(ends[1], said[i], strlen(said[i]), 0), (ssize_t)strlen(said[i]));
                (void)close(ends[1]);
                cr_expect_eq(media_probe_hear(&c, &m), MEDIA_PROBE_FAILED, "%s", said[i]);
                (void)close(ends[0]);
        }
}
