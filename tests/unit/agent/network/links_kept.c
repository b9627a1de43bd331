/* SPDX-License-Identifier: MIT */
/* Which links were up: as written, and nothing that is not. */
#include "network/links_kept.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define LINKS 3

static char folder[] = "/tmp/links-kept-XXXXXX";
static int dir;

static void given_a_folder(void) {
        cr_assert_not_null(mkdtemp(folder));
        dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(dir, 0);
}

static void gone(void) {
        (void)unlinkat(dir, LINKS_KEPT, 0);
        (void)close(dir);
        (void)rmdir(folder);
}

TestSuite(links_kept, .init = given_a_folder, .fini = gone, .timeout = 30);

static int read_back(const char *text, int ret[LINKS], size_t *n) {
        cr_assert_eq(file_replace(dir, LINKS_KEPT, bytes_text(text), 0600, NULL), 0);
        return links_kept_read(dir, ret, LINKS, n);
}

Test(links_kept, what_is_written_is_read) {
        const int links[LINKS] = { 2, 2147483647, 17 };
        int back[LINKS] = { 0 };
        size_t n;

        cr_assert_eq(links_kept_write(dir, links, LINKS, NULL), 0);
        cr_assert_eq(links_kept_read(dir, back, LINKS, &n), 0);
        cr_expect_eq(n, LINKS);
        cr_expect_arr_eq(back, links, sizeof links);
}

Test(links_kept, none_are_no_file) {
        size_t n = 1;
        int back[LINKS];

        cr_expect_eq(links_kept_write(dir, NULL, 0, NULL), 0, "there was none");
        cr_expect(links_kept_read(dir, back, LINKS, &n) == 0 && n == 0);
        cr_assert_eq(links_kept_write(dir, (const int[]){ 5 }, 1, NULL), 0);
        cr_expect_eq(links_kept_write(dir, NULL, 0, NULL), 0);
        cr_expect(faccessat(dir, LINKS_KEPT, F_OK, 0) < 0 && errno == ENOENT);
}

Test(links_kept, anything_else_is_refused) {
        static const char *const texts[] = { "2",    "2\n\n", "\n",           "0\n",  "-2\n",         "+2\n", " 2\n",
                                             "2 \n", "2x\n",  "2147483648\n", "2\n3", "2\n3\n4\n5\n", "02\n" };
        int back[LINKS];
        size_t n;

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                cr_expect_eq(read_back(texts[i], back, &n), -EBADMSG, "%s", texts[i]);
                cr_expect_eq(n, 0);
        }
}
