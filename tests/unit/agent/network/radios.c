/* SPDX-License-Identifier: MIT */
/* Radios over a socket that plays /dev/rfkill: what is switched, what is remembered, what an undo leaves. */
#include "network/radios.h"

#include "network/radios_kept.h"

#include "host/file.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rfkill.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct radios radios;
static int kernel;
static unsigned told;
static const bool all[RADIO_SORTS] = { true, true }, none[RADIO_SORTS], only_wireless[RADIO_SORTS] = { true };

static void tell(void *ctx, const struct radio *r, int error, unsigned long untold) {
        (void)ctx;
        (void)r;
        (void)error;
        (void)untold;
        told++;
}

static int folder(const char *name) {
        cr_assert(mkdir(name, 0755) == 0 || errno == EEXIST);
        return open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void begins(const char *state) {
        (void)folder("sys/module"), (void)folder("sys/module/rfkill"), (void)folder("sys/module/rfkill/parameters");
        spill("sys/module/rfkill/parameters/default_state", bytes_text(state));
}

static void in_sysfs(unsigned index, const char *target) {
        char link[64];

        (void)folder("sys/class"), (void)folder("sys/class/rfkill");
        (void)snprintf(link, sizeof link, "sys/class/rfkill/rfkill%u", index);
        cr_assert_eq(symlink(target, link), 0);
}

static void given_a_switchboard(void) {
        int ends[2];

        ceremony_begin();
        cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        kernel = ends[1];
        radios = (struct radios){ .fd = ends[0], .sys = folder("sys"), .state = folder("state"), .tell = tell };
        begins("1\n");
        told = 0;
}

TestSuite(radios, .init = given_a_switchboard, .fini = ceremony_end, .timeout = 10);

static void happens(uint32_t index, uint8_t type, uint8_t op, uint8_t soft) {
        const struct rfkill_event e = { .idx = index, .type = type, .op = op, .soft = soft };

        cr_assert_eq(write(kernel, &e, sizeof e), sizeof e);
}

/* "all TYPE 1", "INDEX 0", … of all that was switched since the last time. */
static const char *switched(void) {
        static char text[512];
        struct rfkill_event e;
        size_t n = 0;

        text[0] = '\0';
        while (read(kernel, &e, sizeof e) == sizeof e)
                n += (size_t)(e.op == RFKILL_OP_CHANGE_ALL ? sprintf(text + n, "all %u %u;", e.type, e.soft)
                                                           : sprintf(text + n, "%u %u;", e.idx, e.soft));
        return text;
}

Test(radios, every_network_of_both_sorts_is_switched_off_and_others_are_not) {
        happens(0, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 0);
        cr_expect_eq(radios_follow(&radios, all, NULL), 0);
        cr_expect_str_eq(switched(), "all 1 1;all 3 1;all 4 1;all 5 1;all 2 1;");
        cr_expect_eq(told, 0);
}

Test(radios, what_somebody_switches_on_is_switched_off_again) {
        cr_expect_eq(radios_follow(&radios, all, NULL), 0);
        (void)switched();
        happens(4, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 0);
        happens(4, RFKILL_TYPE_WLAN, RFKILL_OP_CHANGE, 1);
        happens(4, RFKILL_TYPE_WLAN, RFKILL_OP_CHANGE, 0);
        happens(5, RFKILL_TYPE_GPS, RFKILL_OP_ADD, 0);
        happens(6, 200, RFKILL_OP_ADD, 0);
        cr_expect_eq(radios_heard(&radios), 0);
        cr_expect_str_eq(switched(), "4 1;4 1;");
        cr_expect(told == 2 && radios.switched_off == 2);
}

Test(radios, one_that_a_full_table_does_not_hold_is_switched_off_too) {
        cr_expect_eq(radios_follow(&radios, all, NULL), 0);
        for (unsigned i = 0; i < RADIOS_MAX; i++)
                radios.known[radios.n_known++] = (struct radio){ 100 + i, RFKILL_TYPE_GPS, true };
        (void)switched();
        happens(4, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 0);
        cr_expect_eq(radios_heard(&radios), 0);
        cr_expect_str_eq(switched(), "4 1;");
}

Test(radios, a_sort_that_is_allowed_is_left_alone) {
        cr_expect_eq(radios_follow(&radios, only_wireless, NULL), 0);
        (void)switched();
        happens(4, RFKILL_TYPE_BLUETOOTH, RFKILL_OP_ADD, 0);
        cr_expect_eq(radios_heard(&radios), 0);
        cr_expect_str_eq(switched(), "");
}

Test(radios, an_undo_leaves_off_what_was_off_before) {
        in_sysfs(1, "../../devices/pci0000:00/0000:02:00.0/ieee80211/phy0/rfkill1");
        in_sysfs(2, "../../devices/platform/dock/rfkill/rfkill2");
        in_sysfs(7, "../../devices/pci0000:00/0000:02:00.0/ieee80211/phy3/rfkill7");
        happens(1, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 1);
        happens(2, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 0);
        cr_assert_eq(radios_follow(&radios, only_wireless, NULL), 0);
        /* The next boot, by another agent: other numbers, all off as we left them. */
        radios.n_known = 0;
        happens(7, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 1);
        happens(2, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 1);
        cr_assert_eq(radios_follow(&radios, only_wireless, NULL), 0);
        (void)switched();
        cr_expect_eq(radios_undo(&radios, NULL), 0);
        cr_expect_str_eq(switched(), "all 1 0;all 3 0;all 4 0;all 5 0;7 1;");
        cr_expect_eq(faccessat(radios.state, RADIOS_KEPT, F_OK, 0), -1, "nothing is kept");
        cr_expect_eq(radios_undo(&radios, NULL), 0);
        cr_expect_str_eq(switched(), "", "once");
}

Test(radios, a_place_that_could_not_be_read_leaves_all_of_its_type_off) {
        happens(1, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 1);
        happens(2, RFKILL_TYPE_WLAN, RFKILL_OP_ADD, 0);
        cr_assert_eq(radios_follow(&radios, only_wireless, NULL), 0);
        (void)switched();
        cr_expect_eq(radios_undo(&radios, NULL), 0);
        cr_expect_str_eq(switched(), "all 1 0;all 3 0;all 4 0;all 5 0;1 1;2 1;");
}

Test(radios, where_radios_begin_off_or_nobody_knows_none_is_switched_on) {
        begins("0\n");
        cr_assert_eq(radios_follow(&radios, all, NULL), 0);
        (void)switched();
        cr_expect_eq(radios_follow(&radios, none, NULL), -ENODATA);
        cr_expect_str_eq(switched(), "");
}

Test(radios, what_was_kept_and_is_damaged_switches_nothing_on) {
        static const char *const texts[] = { "held wireless",     "held\n",    "held radios\n",
                                             "off 9 devices/a\n", "off 0 a\n", "off 1\n",
                                             "off 1 \n",          "\n",        "held wireless\n\n",
                                             "off 12 devices/a\n" };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                struct radios_kept k = { .n_off = 9 };

                cr_assert_eq(file_replace(radios.state, RADIOS_KEPT, bytes_text(texts[i]), 0600, NULL), 0);
                cr_expect_eq(radios_kept_read(radios.state, &k), -EBADMSG, "%s", texts[i]);
                cr_expect_eq(k.n_off, 9);
                cr_expect_eq(radios_follow(&radios, all, NULL), -EBADMSG);
                cr_expect_str_eq(switched(), "all 1 1;all 3 1;all 4 1;all 5 1;all 2 1;", "off all the same");
                cr_expect_eq(radios_undo(&radios, NULL), -EBADMSG);
                cr_expect_str_eq(switched(), "");
        }
}

Test(radios, a_switchboard_that_ends_is_an_error) {
        (void)close(kernel);
        cr_expect_lt(radios_heard(&radios), 0);
}
