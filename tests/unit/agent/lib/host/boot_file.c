/* SPDX-License-Identifier: MIT */
/* A file is good for the boot that it names, whole, and for its own kind. */
#include "host/boot_file.h"

#include "base/cleanup.h"
#include "host/digest.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int dir;

static void given_a_file(void) {
        struct err err = { 0 };

        ceremony_begin();
        dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
        cr_assert_eq(boot_file_write(dir, "kept", "SKTEST1\n", bytes_text("what it holds"), &err), 0, "%s", err.text);
}

static void drop(void) {
        (void)close(dir);
        ceremony_end();
}

static int reads(const char *magic, size_t max) {
        auto_free uint8_t *file = NULL;
        struct bytes content;
        int r = boot_file_read(dir, "kept", magic, max, &file, &content);

        return r < 0 ? r : content.left == 13 && memcmp(content.at, "what it holds", 13) == 0;
}

TestSuite(boot_file, .init = given_a_file, .fini = drop, .timeout = 10);

Test(boot_file, comes_back_as_it_was) {
        cr_expect_eq(reads("SKTEST1\n", 13), 1);
}

Test(boot_file, of_another_kind_or_too_long_is_refused) {
        cr_expect_eq(reads("SKTEST2\n", 13), -EBADMSG);
        cr_expect_eq(reads("SKTEST1\n", 12), -EFBIG);
}

Test(boot_file, every_truncation_is_refused) {
        struct bytes whole = slurp("kept");

        for (size_t n = 0; n < whole.left; n++) {
                spill("kept", bytes_of(whole.at, n));
                cr_expect_eq(reads("SKTEST1\n", 13), -EBADMSG, "%zu", n);
        }
}

Test(boot_file, of_another_boot_counts_as_none) {
        struct bytes whole = slurp("kept");
        uint8_t other[256];

        cr_assert_lt(whole.left, sizeof other);
        memcpy(other, whole.at, whole.left);
        other[8] ^= 1;
        spill("kept", bytes_of(other, whole.left));
        cr_expect_eq(reads("SKTEST1\n", 13), -EBADMSG);
        cr_assert_eq(digest_sha256(bytes_of(other, whole.left - DIGEST_SIZE), other + whole.left - DIGEST_SIZE), 0);
        spill("kept", bytes_of(other, whole.left));
        cr_expect_eq(reads("SKTEST1\n", 13), -ENOENT);
}
