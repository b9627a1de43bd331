/* SPDX-License-Identifier: MIT */
/* network_stage.c — the word that is written is the stage; nothing written is nothing set up; anything else enforces.
 */
#include "host/network_stage.h"

#include "host/file.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

Test(network_stage, only_the_four_words_are_stages) {
        static const struct {
                const char *text;
                enum network_stage stage;
        } rows[] = {
                { "off\n", NETWORK_OFF },         { "observe\n", NETWORK_OBSERVE },
                { "enforce\n", NETWORK_ENFORCE }, { "trial\n", NETWORK_TRIAL },
                { "off", NETWORK_ENFORCE },       { "observe", NETWORK_ENFORCE },
                { "", NETWORK_ENFORCE },          { "off\noff\n", NETWORK_ENFORCE },
                { "OFF\n", NETWORK_ENFORCE },     { "observe and much more than fits\n", NETWORK_ENFORCE },
        };
        char folder[SCRATCH];
        int dir;

        cr_assert(scratch_make(folder, "stage"));
        dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_expect_eq(network_stage_of(dir), NETWORK_OFF, "nothing is written");
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                cr_assert_eq(file_replace(dir, NETWORK_STAGE, bytes_text(rows[i].text), 0600, NULL), 0);
                cr_expect_eq(network_stage_of(dir), rows[i].stage, "'%s'", rows[i].text);
        }
        cr_assert_eq(unlinkat(dir, NETWORK_STAGE, 0), 0);
        cr_assert_eq(mkdirat(dir, NETWORK_STAGE, 0700), 0);
        cr_expect_eq(network_stage_of(dir), NETWORK_ENFORCE, "what cannot be read enforces");
        cr_expect_lt(network_stage_write(dir, NETWORK_OFF, NULL), 0);
        (void)close(dir);
}

Test(network_stage, what_is_written_is_read_again) {
        char folder[SCRATCH];
        int dir;

        cr_assert(scratch_make(folder, "stage"));
        dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        for (enum network_stage s = 0; s < NETWORK_STAGES; s++) {
                enum network_stage named = NETWORK_STAGES;

                cr_expect_eq(network_stage_write(dir, s, NULL), 0);
                cr_expect_eq(network_stage_of(dir), s);
                cr_expect(network_stage_from_name(network_stage_name(s), &named));
                cr_expect_eq(named, s);
                cr_expect_eq(network_stage_enforces(s), s == NETWORK_ENFORCE || s == NETWORK_TRIAL);
        }
        cr_expect(!network_stage_from_name("", &(enum network_stage){ 0 }));
        (void)close(dir);
}
