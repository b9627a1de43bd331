/* SPDX-License-Identifier: MIT */
/* A QR code in the terminal, held against the qrencode command; that cameras can read it is shown in tests/flow. */
#include "cli/factors/qr.h"

#include "base/cleanup.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define URI "otpauth://totp/tanmatsu01:hanako?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=tanmatsu01"

static int print(const char *text, int columns, bool colours, char **ret) {
        size_t size;
        FILE *to = open_memstream(ret, &size);
        int r = qr_print(text, columns, colours, to);

        (void)fclose(to);
        return r;
}

static size_t lines_of(const char *text) {
        size_t n = 0;

        for (; *text; text++)
                n += *text == '\n';
        return n;
}

Test(qr_print, is_what_qrencode_prints) {
        auto_free char *ours = NULL, *theirs = calloc(1, 65536);
        FILE *oracle = popen("unset LD_PRELOAD; exec qrencode -t UTF8 -m 2 -l L '" URI "'", "re");

        cr_assert(oracle);
        cr_assert_gt(fread(theirs, 1, 65535, oracle), 0);
        cr_assert_eq(pclose(oracle), 0);
        cr_assert_eq(print(URI, 80, false, &ours), 0);
        cr_expect_str_eq(ours, theirs);
}

Test(qr_print, fits_on_eighty_by_twenty_four_with_room_for_a_question) {
        auto_free char *text = NULL;

        cr_assert_eq(print(URI, 80, false, &text), 0);
        cr_expect_leq(lines_of(text), 21);
}

Test(qr_print, says_its_colours_line_by_line) {
        auto_free char *text = NULL;

        cr_assert_eq(print("x", 80, true, &text), 0);
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
                cr_expect_eq(strncmp(line, "\033[40;37;1m", 10), 0);
                cr_expect_str_eq(line + strlen(line) - 4, "\033[0m");
        }
}

Test(qr_print, is_not_printed_where_it_would_wrap) {
        auto_free char *text = NULL;

        cr_expect_eq(print(URI, 40, false, &text), -ENOSPC);
        cr_expect_str_eq(text, "");
}
