/* SPDX-License-Identifier: MIT */
/* secrets.c — after a login, however it ended, the memory of the login program holds no answer. */
#include "unit/pam_module/stand.h"

#include "base/secret.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Larger than anything of a login program: a sanitizer's shadow of the memory, terabytes without content. */
#define SHADOW (1U << 30)

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(secrets, .init = given_a_stand, .fini = drop, .timeout = 20);

/* Nowhere in this program as they are typed: only folded. Long, because the head of freed memory is written over by
 * malloc, and the head of a buffer by what comes next; looked for is the tail. */
#define F(c) ((c) ^ 0x55)
static const char folded_password[] = {
        F('K'), F('a'), F('w'), F('a'), F('z'), F('u'), F('-'), F('7'), F('4'), F(' '), F('n'), F('o'), F(' '), F('k'),
        F('a'), F('w'), F('a'), F('z'), F('u'), F(' '), F('m'), F('i'), F('z'), F('u'), F(' '), F('n'), F('o'), F(' '),
        F('o'), F('t'), F('o'), F(' '), F('M'), F('e'), F('d'), F('a'), F('k'), F('a'), F('-'), F('9'), 0,
};
#define TAIL (sizeof folded_password - 1 - 10)

static void unfold(const char *folded, char *to) {
        for (; *folded; folded++)
                *to++ = (char)(*folded ^ 0x55);
        *to = '\0';
}

static size_t occurrences(const char *needle, const uint8_t *at, size_t n) {
        size_t length = strlen(needle), found = 0;

        for (size_t i = 0; i + length <= n; i++) {
                size_t k = 0;

                while (k < length && (uint8_t)(needle[k] ^ 0x55) == at[i + k])
                        k++;
                found += k == length;
        }
        return found;
}

/* A mapping of its own for what is looked at, so that looking finds no copy of it. */
static size_t copies_in_region(int memory, uintmax_t start, uintmax_t end, uint8_t *window, size_t size) {
        const size_t overlap = sizeof folded_password;
        size_t found = 0;

        if (end - start > SHADOW)
                return 0;
        for (uintmax_t at = start; at < end; at += size - overlap) {
                size_t want = end - at < size ? (size_t)(end - at) : size;
                ssize_t n = pread(memory, window, want, (off_t)at);

                if (n <= 0)
                        break;
                found += occurrences(folded_password + TAIL, window, (size_t)n);
        }
        return found;
}

static size_t copies_in_memory(void) {
        const size_t size = 1 << 20;
        uint8_t *window = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        FILE *maps = fopen("/proc/self/maps", "re");
        char line[512], mode[8];
        uintmax_t start, end;
        size_t found = 0;

        cr_assert(window != MAP_FAILED && memory >= 0 && maps);
        while (fgets(line, sizeof line, maps))
                if (sscanf(line, "%" SCNxMAX "-%" SCNxMAX " %7s", &start, &end, mode) == 3 && mode[0] == 'r'
                    && mode[1] == 'w' && (start > (uintptr_t)window || end <= (uintptr_t)window))
                        found += copies_in_region(memory, start, end, window, size);
        (void)fclose(maps);
        (void)close(memory);
        (void)munmap(window, size);
        return found;
}

/* The login program's own way of asking, which keeps nothing itself. */
static int types(int n, const struct pam_message **messages, struct pam_response **responses, void *ctx) {
        (void)n;
        (void)ctx;
        *responses = calloc(1, sizeof **responses);
        cr_assert(*responses);
        if (messages[0]->msg_style == PAM_PROMPT_ECHO_OFF) {
                (*responses)->resp = calloc(1, 64);
                cr_assert((*responses)->resp);
                unfold(folded_password, (*responses)->resp);
        }
        return PAM_SUCCESS;
}

static const struct pam_conv typing = { types, NULL };

static void log_in(const struct login_say *says, size_t n, bool hang, int code) {
        const struct script script = {
                .says = says, .n = n, .hang = hang, .only_right = true, .right = folded_password
        };

        stand_play(&s, &script, 1);
        if (!s.pamh)
                stand_start(&s, "");
        cr_assert_eq(pam_set_item(s.pamh, PAM_CONV, &typing), PAM_SUCCESS);
        cr_expect_eq(pam_authenticate(s.pamh, 0), code);
        cr_assert_eq(s.heard->answers, 1, "it did reach the agent");
}

Test(secrets, are_found_where_they_are) {
        char *here = calloc(1, 64);

        cr_assert(here);
        unfold(folded_password, here);
        cr_expect_gt(copies_in_memory(), 0, "otherwise the other tests see nothing");
        secret_wipe(here, 64);
        cr_expect_eq(copies_in_memory(), 0);
        free(here);
}

Test(secrets, are_gone_after_the_login) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード" },
                                                 { .what = LOGIN_ALLOW, .kept = sizeof folded_password - 1 } };

        log_in(says, 2, false, PAM_SUCCESS);
        cr_expect_eq(copies_in_memory(), 0);
}

Test(secrets, are_gone_after_a_refusal_a_death_and_a_silence) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード" },
                                                 { .what = LOGIN_REFUSE } };

        log_in(says, 2, false, PAM_AUTH_ERR);
        cr_expect_eq(copies_in_memory(), 0, "refused");
        log_in(says, 1, false, PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(copies_in_memory(), 0, "dead");
        log_in(says, 1, true, PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(copies_in_memory(), 0, "silent");
        cr_expect_eq(strstr(logged, "Kawa"), NULL);
}

Test(secrets, leave_with_a_conversation_that_fails_after_filling_its_response) {
        static const struct login_say says[] = { { .what = LOGIN_ASK_HIDDEN, .keep = true, .text = "パスワード" },
                                                 { .what = LOGIN_ALLOW } };
        char password[64];

        stand_play(&s, &(struct script){ .says = says, .n = 2 }, 1);
        stand_start(&s, "");
        unfold(folded_password, password);
        s.person.answers[0] = password;
        s.person.mishap = MISHAP_ERROR_FILLED;
        s.person.at = 1;
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_CONV_ERR);
        secret_wipe(password, sizeof password);
        cr_expect_eq(copies_in_memory(), 0);
}
