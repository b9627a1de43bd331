/* SPDX-License-Identifier: MIT */
/* Each thing that may be wrong with pcscd has a sentence of its own. */
#include "cli/setup/checks.h"

#include "unit/agent/cli/setup/root_tree.h"

#include <criterion/criterion.h>
#include <string.h>

#define OPENSC "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
#define OTHERS "/usr/lib/libother.so"

TestSuite(reader_service_fits, .init = given_a_tree, .fini = drop_tree, .timeout = 20);

static const char *module;
static unsigned let_in;
static const struct card_heard *heard;

static void judge(struct check_context *g) {
        if (reader_service_fits(g, module, let_in, heard))
                finding_add(g, FINDING_OK, "fits");
}

#define expect_said(use, many, what, part)                                                                             \
        do {                                                                                                           \
                module = use, let_in = many, heard = what;                                                             \
                (void)looked(judge);                                                                                   \
                cr_expect(strstr(said(), part), "'%s' is not in: %s", part, said());                                   \
        } while (0)
#define HEARD(...) (&(const struct card_heard){ __VA_ARGS__ })

Test(reader_service_fits, says_what_is_wrong) {
        expect_said(OPENSC, 1, NULL, "sekimori-card does not answer");
        expect_said(OPENSC, 1, HEARD(.error = 0x8010006a), "does not let the user sekimori in");
        expect_said(OPENSC, 1, HEARD(.error = 0x8010001d), "cannot be used by the user sekimori (0x8010001d)");
        expect_said(OPENSC, 2, HEARD(.readers = 1), "of 2 card readers that are let in pcscd knows 1");
        expect_said(OPENSC, 5, HEARD(.readers = 5), "there are 5 card readers, and OpenSC reads the first 4");
        expect_said(OPENSC, 5, HEARD(.readers = 5), "max_virtual_slots = 20");
}

Test(reader_service_fits, says_nothing_where_nothing_is_wrong) {
        expect_said(OPENSC, 4, HEARD(.readers = 4), "fits");
        expect_said(OTHERS, 5, HEARD(.readers = 5), "fits");
        expect_said(OPENSC, 0, HEARD(.readers = 1), "fits");
}
