/* SPDX-License-Identifier: MIT */
/* login_given.c — files by openat(2) in a scratch directory, shortened by ftruncate(2), not O_TRUNC. See given.h. */
#include "unit/agent/daemon/login_given.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int state_fd = -1;

static char root[SCRATCH];

void given_a_state(void) {
        cr_assert(scratch_make(root, "login"));
        state_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(state_fd, 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
        (void)st, (void)kind, (void)ftw;
        return remove(path);
}

void drop_state(void) {
        (void)close(state_fd);
        cr_expect_eq(nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *state_path(const char *name) {
        static char path[512];

        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        return path;
}

struct token a_token(enum totp_algorithm algorithm, unsigned digits) {
        static const uint8_t sizes[] = { [TOTP_SHA1] = 20, [TOTP_SHA256] = 32, [TOTP_SHA512] = 64 };
        struct token t = {
                .digits = (uint8_t)digits, .period_s = 30, .algorithm = algorithm, .n_secret = sizes[algorithm], .id = 1
        };

        for (size_t i = 0; i < t.n_secret; i++)
                t.secret[i] = (uint8_t)('0' + (i + 1) % 10);
        return t;
}

size_t state_read(const char *name, uint8_t *to, size_t size) {
        int fd = openat(state_fd, name, O_RDONLY | O_CLOEXEC);
        ssize_t n;

        cr_assert_geq(fd, 0, "%s", name);
        n = read(fd, to, size);
        cr_assert_geq(n, 0);
        (void)close(fd);
        return (size_t)n;
}

/* Not O_TRUNC: ext4 writes what replaces something to the disk at once, and the next one waits for that. */
void state_write(const char *name, const void *content, size_t size) {
        int fd = openat(state_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        cr_assert_geq(fd, 0, "%s", name);
        cr_assert_eq(write(fd, content, size), (ssize_t)size);
        cr_assert_eq(ftruncate(fd, (off_t)size), 0);
        (void)close(fd);
}

bool state_has(const char *name) {
        return faccessat(state_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
