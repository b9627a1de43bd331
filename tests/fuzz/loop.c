/* SPDX-License-Identifier: MIT */
/* loop.c — mutate, try, keep what reaches new code. Knows no target.
 *
 * usage: TARGET [SECONDS [SEED]]     or: TARGET FILE   to try one input again
 *
 * The input under test lies in TARGET.input from before it is tried, so a crash leaves its cause behind. */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KEPT 4096
#define EDGES 65536

struct input {
        uint8_t *at;
        size_t n;
};

static struct input kept[KEPT];
static size_t n_kept;

/* gcc -fsanitize-coverage=trace-pc calls this on every edge; one bit for each, by its address. */
static uint8_t seen[EDGES];
static unsigned fresh;

void __sanitizer_cov_trace_pc(void);

__attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc(void) {
        uintptr_t pc = (uintptr_t)__builtin_return_address(0);
        uint8_t *edge = &seen[(pc ^ pc >> 16) % EDGES];

        fresh += *edge == 0;
        *edge = 1;
}

/* xorshift64*: the same seed repeats a run. */
static uint64_t state;

static size_t below(size_t limit) {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return limit ? (size_t)((state * 0x2545f4914f6cdd1dULL) >> 16) % limit : 0;
}

static void keep(const void *p, size_t n) {
        struct input *to = n_kept < KEPT ? &kept[n_kept++] : &kept[below(KEPT)];
        uint8_t *copy = malloc(n + 1);

        CLAIM(copy && n <= FUZZ_SIZE);
        memcpy(copy, p, n);
        free(to->at);
        *to = (struct input){ copy, n };
}

static size_t flip_bit(uint8_t *p, size_t n) {
        if (n)
                p[below(n)] ^= (uint8_t)(1u << below(8));
        return n;
}

static size_t set_byte(uint8_t *p, size_t n) {
        static const uint8_t telling[] = {
                0, 1, 2, 4, 9, 18, 32, 64, 127, 128, 254, 255, '\n', ':', '"', '-', '.', '/'
        };

        if (n)
                p[below(n)] = below(2) ? telling[below(sizeof telling)] : (uint8_t)below(256);
        return n;
}

static size_t cut(uint8_t *p, size_t n) {
        size_t from = below(n), length = below(n - from) + 1;

        if (n == 0)
                return 0;
        memmove(p + from, p + from + length, n - from - length);
        return n - length;
}

static size_t insert(uint8_t *p, size_t n, const uint8_t *from, size_t length) {
        size_t at = below(n + 1);

        if (n + length > FUZZ_SIZE)
                return n;
        memmove(p + at + length, p + at, n - at);
        memcpy(p + at, from, length);
        return n + length;
}

static size_t insert_bytes(uint8_t *p, size_t n) {
        uint8_t some[8];

        for (size_t i = 0; i < sizeof some; i++)
                some[i] = (uint8_t)below(256);
        return insert(p, n, some, below(sizeof some) + 1);
}

/* A piece of this input or of another one. */
static size_t insert_piece(uint8_t *p, size_t n) {
        const struct input *from = &kept[below(n_kept)];
        size_t at = below(from->n);

        return from->n ? insert(p, n, from->at + at, below(from->n - at) + 1) : n;
}

static size_t (*const mutations[])(uint8_t *p, size_t n) = { flip_bit, set_byte,     set_byte,    set_byte,
                                                             cut,      insert_bytes, insert_piece };

static size_t mutated(uint8_t *to) {
        const struct input *from = &kept[below(n_kept)];
        size_t n = from->n, times = 1 + below(6);

        memcpy(to, from->at, n);
        while (times--)
                n = mutations[below(sizeof mutations / sizeof *mutations)](to, n);
        return n;
}

/* Shared with a file: what is written there survives any crash. The first eight bytes are the length. */
static uint8_t *open_scratch(const char *program) {
        char path[4096];
        uint8_t *scratch;
        int fd;

        (void)snprintf(path, sizeof path, "%s.input", program);
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        CLAIM(fd >= 0 && ftruncate(fd, FUZZ_SIZE + 8) == 0);
        scratch = mmap(NULL, FUZZ_SIZE + 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        CLAIM(scratch != MAP_FAILED);
        (void)close(fd);
        return scratch;
}

/* Each try gets a block of exactly its size: one byte too far is seen. */
static void try_exactly(const uint8_t *p, size_t n) {
        uint8_t *exact = malloc(n);

        CLAIM(exact || n == 0);
        if (n)
                memcpy(exact, p, n);
        fuzz_try(exact, n);
        free(exact);
}

static int try_file(const char *path) {
        static uint8_t content[FUZZ_SIZE + 8];
        FILE *f = fopen(path, "re");
        uint64_t n = 0;

        if (!f || fread(content, 1, sizeof content, f) < 8)
                return 3;
        (void)fclose(f);
        memcpy(&n, content, sizeof n);
        try_exactly(content + 8, n > FUZZ_SIZE ? FUZZ_SIZE : (size_t)n);
        return 0;
}

static double now(void) {
        struct timespec t;

        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned long run_until(double end, uint8_t *scratch) {
        unsigned long tries = 0;

        for (size_t i = 0; i < n_kept; i++)
                try_exactly(kept[i].at, kept[i].n);
        while (tries % 256 || now() < end) {
                uint64_t n = mutated(scratch + 8);

                memcpy(scratch, &n, sizeof n);
                fresh = 0;
                try_exactly(scratch + 8, (size_t)n);
                if (fresh)
                        keep(scratch + 8, (size_t)n);
                tries++;
        }
        return tries;
}

int main(int argc, char **argv) {
        double end = now() + (argc > 1 ? atof(argv[1]) : 10);
        unsigned long tries;

        if (argc > 1 && access(argv[1], R_OK) == 0)
                return try_file(argv[1]);
        state = argc > 2 ? strtoull(argv[2], NULL, 0) | 1 : (uint64_t)time(NULL) * 2 + 1;
        (void)printf("%s: seed %llu\n", argv[0], (unsigned long long)state);
        (void)fflush(stdout);
        fuzz_seeds(keep);
        CLAIM(n_kept > 0);
        tries = run_until(end, open_scratch(argv[0]));
        (void)printf("%s: %lu inputs, %zu kept for reaching new code, nothing broken\n", argv[0], tries, n_kept);
        for (size_t i = 0; i < n_kept; i++)
                free(kept[i].at);
        return 0;
}
