/* SPDX-License-Identifier: MIT */
/* tally.c — what a login pays for its second factor: reading what somebody has, checking a code, and making it used for
 * good, beside the least that any durable write costs on this disk. With one person enrolled, and with 10,000.
 * Prints one line for each number: its name, the value, the unit. */
#include "store/tally.h"
#include "auth/recovery.h"
#include "auth/totp.h"
#include "bench/timing.h"
#include "store/factors.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ROUNDS 301
#define PEOPLE 10000
#define NOON 1800000000

static void must(bool done) {
        if (!done)
                abort();
}

static struct {
        struct tallies *tallies;
        struct factors_store *store;
        struct factors factors;
        struct tally tally;
        char codes[FACTORS_CODES][RECOVERY_CODE];
        int plain_fd;
} g;

static void read_factors(int round) {
        (void)round;
        must(factors_read(g.store, "tanaka", &g.factors, NULL) == 0);
}

static void read_tally(int round) {
        (void)round;
        must(tally_read(g.tallies, "tanaka", &g.tally, NULL) == 0);
}

static void check_code(int round) {
        (void)totp_check(&g.factors.tokens[0], "000000", NOON + 30 * round, 1, totp_mark(&g.tally, 1));
}

static void check_recovery(int round) {
        (void)round;
        must(recovery_check(&g.factors, &g.tally, "0000-0000-0000") < 0);
}

static void write_tally(int round) {
        totp_mark(&g.tally, 1)->step = (uint64_t)round;
        must(tally_write(g.tallies, "tanaka", &g.tally, NULL) == 0);
}

/* The same number of bytes in place in a file of the same size, and synced: what nobody can save. */
static void write_and_sync(int round) {
        static uint8_t block[1536];

        block[0] = (uint8_t)round;
        must(pwrite(g.plain_fd, block, sizeof block, 0) == sizeof block && fdatasync(g.plain_fd) == 0);
}

static double median_of(void (*work)(int round), int first, double *taken) {
        for (int i = 0; i < ROUNDS; i++) {
                double start = now_us();

                work(first + i);
                taken[i] = now_us() - start;
        }
        return median(taken, ROUNDS);
}

/* In turn, so that a noisy moment falls on both. */
static void compare_writes(int first, double *ret_tally, double *ret_plain) {
        static double tally[ROUNDS], plain[ROUNDS];

        for (int i = 0; i < ROUNDS; i++) {
                double start = now_us(), between;

                write_tally(first + i);
                between = now_us();
                write_and_sync(i);
                tally[i] = between - start;
                plain[i] = now_us() - between;
        }
        *ret_tally = median(tally, ROUNDS);
        *ret_plain = median(plain, ROUNDS);
}

static void measure(const char *people, int first) {
        static const struct {
                const char *name;
                void (*work)(int round);
        } parts[] = { { "factors_read", read_factors },
                      { "tally_read", read_tally },
                      { "totp_check", check_code },
                      { "recovery_check", check_recovery } };
        double taken[ROUNDS], tally, plain;

        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                (void)printf("%s_%s %.1f us\n", parts[i].name, people, median_of(parts[i].work, first, taken));
        compare_writes(first, &tally, &plain);
        (void)printf("tally_write_%s %.1f us\nwrite_and_fdatasync_%s %.1f us\nratio_%s %.2f\n", people, tally, people,
                     plain, people, tally / plain);
}

static void enrol(const char *user) {
        struct factors f = g.factors;

        f.n_tokens = 1;
        f.tokens[0] = (struct token){ .n_secret = 20, .digits = 6, .period_s = 30, .id = 1 };
        must(factors_write(g.store, user, &f, NULL) == 0);
}

/* Their files, as far as somebody else's login can feel them: names and sizes. */
static void enrol_everybody(int state) {
        static const uint8_t content[8192];
        char path[64];

        for (int i = 0; i < 2 * PEOPLE; i++) {
                int fd;

                (void)snprintf(path, sizeof path, "login/%s/shokuin%05d", i % 2 ? "tally" : "people", i / 2);
                fd = openat(state, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
                must(write(fd, content, i % 2 ? sizeof content : 300) > 0);
                (void)close(fd);
        }
        must(syncfs(state) == 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
        (void)st, (void)kind, (void)ftw;
        return remove(path);
}

int main(void) {
        static const uint8_t room[8192];
        char path[] = "/tmp/sekimori-bench-XXXXXX";
        int state = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

        must(state >= 0 && tallies_open(state, &g.tallies, NULL) == 0);
        must(factors_open(state, "/nonexistent", &g.store, NULL) == 0);
        g.plain_fd = openat(state, "plain", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        must(write(g.plain_fd, room, sizeof room) == sizeof room);
        must(recovery_make(&g.factors, g.codes) == 0);
        enrol("tanaka");
        read_tally(0);
        write_tally(0);
        measure("1", 1);
        enrol_everybody(state);
        measure("10000", ROUNDS + 1);
        factors_close(g.store);
        tallies_close(g.tallies);
        (void)close(g.plain_fd);
        (void)close(state);
        return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
