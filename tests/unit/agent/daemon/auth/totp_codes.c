/* SPDX-License-Identifier: MIT */
/* Codes: the RFCs' vectors, and agreement with oathtool, which shares no code of ours. */
#include "auth/totp.h"

#include "base/hex.h"
#include "unit/agent/daemon/login_given.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

TestSuite(totp_code, .timeout = 60);

Test(totp_code, is_what_appendix_b_of_rfc_6238_says) {
        static const struct {
                int64_t at;
                const char *code[3];
        } vectors[] = {
                { 59, { "94287082", "46119246", "90693936" } },
                { 1111111109, { "07081804", "68084774", "25091201" } },
                { 1111111111, { "14050471", "67062674", "99943326" } },
                { 1234567890, { "89005924", "91819424", "93441116" } },
                { 2000000000, { "69279037", "90698825", "38618901" } },
                { 20000000000, { "65353130", "77737706", "47863826" } },
        };
        unsigned told = 0;

        for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
                for (enum totp_algorithm a = TOTP_SHA1; a <= TOTP_SHA512; a++) {
                        struct token t = a_token(a, 8);
                        char code[9];

                        cr_assert_eq(totp_code(&t, totp_step(&t, vectors[i].at), code), 0);
                        cr_expect_str_eq(code, vectors[i].code[a]);
                        told++;
                }
        cr_expect_eq(told, 18);
}

Test(totp_code, is_what_appendix_d_of_rfc_4226_says) {
        static const char *const codes[] = { "755224", "287082", "359152", "969429", "338314",
                                             "254676", "287922", "162583", "399871", "520489" };
        struct token t = a_token(TOTP_SHA1, 6);

        for (uint64_t step = 0; step < 10; step++) {
                char code[9];

                cr_assert_eq(totp_code(&t, step, code), 0);
                cr_expect_str_eq(code, codes[step]);
        }
}

Test(totp_code, of_a_token_that_makes_no_sense_is_none) {
        static const struct {
                const char *why;
                uint8_t n_secret, digits;
                uint16_t period_s;
                unsigned algorithm;
        } hostile[] = {
                { "no secret", 0, 6, 30, TOTP_SHA1 },
                { "more secret than there is room for", TOKEN_SECRET + 1, 6, 30, TOTP_SHA1 },
                { "five digits", 20, 5, 30, TOTP_SHA1 },
                { "nine digits", 20, 9, 30, TOTP_SHA1 },
                { "no period", 20, 6, 0, TOTP_SHA1 },
                { "another algorithm", 20, 6, 30, TOTP_SHA512 + 1 },
                { "a negative algorithm", 20, 6, 30, UINT32_MAX },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                struct token t = { .n_secret = hostile[i].n_secret,
                                   .digits = hostile[i].digits,
                                   .period_s = hostile[i].period_s,
                                   .algorithm = (enum totp_algorithm)hostile[i].algorithm };
                struct tally_token mark = { .id = 1 };
                char code[9];

                cr_expect_eq(totp_code(&t, 1, code), -EINVAL, "%s", hostile[i].why);
                cr_expect_eq(totp_check(&t, "000000", 59, 1, &mark), TOTP_WRONG, "%s", hostile[i].why);
        }
}

/* ---- oathtool ------------------------------------------------------------------------------------------------------
 */

#define WINDOW 100 /* codes of each process: it takes longer to start than to compute */
#define BATCHES 100

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t random_below(uint64_t limit) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return seed % limit;
}

static FILE *run_oathtool(char *const argv[], pid_t *ret_pid) {
        static char *clean[] = { "PATH=/usr/bin:/bin", NULL }; /* no sanitizer of ours in a program that is not */
        posix_spawn_file_actions_t actions;
        int ends[2];

        cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
        cr_assert_eq(posix_spawn_file_actions_init(&actions), 0);
        cr_assert_eq(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO), 0);
        cr_assert_eq(posix_spawnp(ret_pid, "oathtool", &actions, NULL, argv, clean), 0, "oathtool is not installed");
        (void)posix_spawn_file_actions_destroy(&actions);
        (void)close(ends[1]);
        return fdopen(ends[0], "r");
}

static struct token any_token(void) {
        struct token t = { .digits = (uint8_t)(6 + random_below(3)),
                           .period_s = (uint16_t)(1 + random_below(120)),
                           .algorithm = (enum totp_algorithm)random_below(3),
                           .n_secret = (uint8_t)(1 + random_below(TOKEN_SECRET)) };

        for (size_t i = 0; i < t.n_secret; i++)
                t.secret[i] = (uint8_t)random_below(256);
        return t;
}

/* WINDOW + 1 codes from this time on, as oathtool says them. */
static FILE *oathtool(const struct token *t, int64_t at, pid_t *ret_pid) {
        static const char *const modes[] = { "--totp=sha1", "--totp=sha256", "--totp=sha512" };
        char secret[2 * TOKEN_SECRET + 1], digits[16], period[16], now[32], window[16];

        hex_of(t->secret, t->n_secret, secret);
        (void)snprintf(digits, sizeof digits, "-d%u", t->digits);
        (void)snprintf(period, sizeof period, "-s%us", t->period_s);
        (void)snprintf(now, sizeof now, "-N@%lld", (long long)at);
        (void)snprintf(window, sizeof window, "-w%d", WINDOW - 1);
        return run_oathtool(
                (char *[]){ "oathtool", (char *)modes[t->algorithm], digits, period, now, window, secret, NULL },
                ret_pid);
}

Test(totp_code, agrees_with_oathtool_ten_thousand_times) {
        unsigned agreed = 0;

        for (int batch = 0; batch < BATCHES; batch++) {
                struct token t = any_token();
                int64_t at = (int64_t)random_below(1ULL << 36);
                uint64_t step = totp_step(&t, at);
                char line[64], code[9];
                pid_t pid;
                FILE *said = oathtool(&t, at, &pid);

                while (fgets(line, sizeof line, said)) {
                        line[strcspn(line, "\n")] = '\0';
                        cr_assert_eq(totp_code(&t, step++, code), 0);
                        cr_assert_str_eq(code, line, "step %llu", (unsigned long long)step - 1);
                        agreed++;
                }
                (void)fclose(said);
                cr_assert_eq(waitpid(pid, NULL, 0), pid);
        }
        cr_expect_eq(agreed, WINDOW * BATCHES);
}
