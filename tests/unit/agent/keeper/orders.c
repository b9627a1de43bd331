/* SPDX-License-Identifier: MIT */
/* What the keeper hears: the kernel's uevents and the agent's orders; what it says; and how much of anything else is
 * refused. */
#include "keeper/orders.h"
#include "keeper/uevent.h"
#include "wire/socket.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define TEXT(s) bytes_of(s, sizeof s) /* with its last NUL */
#define RAW(s) bytes_of(s, sizeof s - 1)

TestSuite(uevent_decode, .timeout = 5);

static const char added[] =
        "add@/devices/pci0/usb1/1-2/block/sda\0ACTION=add\0DEVPATH=/devices/pci0/usb1/1-2/block/sda\0"
        "SUBSYSTEM=block\0MAJOR=8\0MINOR=0\0DEVNAME=sda\0DEVTYPE=disk\0DISKSEQ=12\0SEQNUM=99";

Test(uevent_decode, a_disk_is_read_as_the_kernel_wrote_it) {
        struct uevent u;

        cr_assert_eq(uevent_decode(TEXT(added), &u), 0);
        cr_expect_str_eq(u.action, "add");
        cr_expect_str_eq(u.path, "devices/pci0/usb1/1-2/block/sda");
        cr_expect_str_eq(u.subsystem, "block");
        cr_expect_str_eq(u.type, "disk");
        cr_expect_str_eq(u.name, "sda");
        cr_expect(u.major == 8 && u.minor == 0 && u.diskseq == 12);
}

Test(uevent_decode, what_is_cut_is_refused_or_lacks_what_was_cut) {
        struct uevent u;

        for (size_t n = 0; n < sizeof added - 1; n++) {
                cr_expect(uevent_decode(bytes_of(added, n), &u) == -EBADMSG || added[n - 1] == '\0', "%zu bytes", n);
        }
}

Test(uevent_decode, what_is_no_uevent_is_refused) {
        struct {
                struct bytes text;
                const char *why;
        } hostile[] = {
                { TEXT(""), "nothing" },
                { TEXT("libudev\0\xfe\xed\xca\xfe"), "udev's own" },
                { TEXT("add@/devices/x"), "no members" },
                { TEXT("add@/devices/x\0ACTION=add"), "no path" },
                { TEXT("add@/x\0ACTION=add\0DEVPATH=devices/x"), "a path that begins nowhere" },
                { TEXT("a@x\0DEVPATH=/x\0ACTION=01234567890123456789012345678901234567890123456789012345678901234"),
                  "too long" },
        };
        struct uevent u;

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(uevent_decode(hostile[i].text, &u), -EBADMSG, "%s", hostile[i].why);
}

Test(uevent_decode, a_number_that_is_none_is_no_number) {
        struct uevent u;

        cr_assert_eq(
                uevent_decode(TEXT("a@x\0ACTION=a\0DEVPATH=/x\0MAJOR=8x\0MINOR=-1\0DISKSEQ=99999999999999999999"), &u),
                0);
        cr_expect(u.major == 0 && u.minor == 0 && u.diskseq == 0);
}

TestSuite(keeper_order_decode, .timeout = 5);

Test(keeper_order_decode, every_type_comes_back_as_it_was) {
        for (enum keeper_order_type type = 0; type < KEEPER_ORDERS; type++) {
                const bool lets_in = type == KEEPER_READ || type == KEEPER_WRITE;
                const struct keeper_order o = { type, "pci0000:00/0000:00:14.0/usb1/1-2", UINT64_C(0x8000000000000007),
                                                lets_in ? NODES_DISK : 0, 0x80000009 };
                struct keeper_order back;
                uint8_t wire[KEEPER_MAX];
                size_t n = keeper_order_encode(&o, wire);

                cr_assert_gt(n, 0);
                cr_assert_eq(keeper_order_decode(bytes_of(wire, n), &back), 0);
                cr_expect(back.type == type && strcmp(back.path, o.path) == 0 && back.diskseq == o.diskseq);
                cr_expect(back.nodes == o.nodes && back.devnum == o.devnum);
        }
}

Test(keeper_order_decode, nodes_that_such_an_order_cannot_let_in_are_refused) {
        const struct keeper_order hostile[] = {
                { KEEPER_REVOKE, "a", .nodes = NODES_USBFS },
                { KEEPER_LOOK, "a", .nodes = NODES_DISK },
                { KEEPER_READ, "a", .nodes = 0 },
                { KEEPER_READ, "a", .nodes = NODES_DISK | NODES_USBFS },
                { KEEPER_WRITE, "a", .nodes = 0x100 },
                { KEEPER_WRITE, "a", 41, .nodes = NODES_DISK | NODES_MISC },
        };
        struct keeper_order o = { .type = KEEPER_WRITE, .path = "a", .nodes = KEEPER_NODES }, back;
        uint8_t wire[KEEPER_MAX], asked[KEEPER_MAX];
        size_t n = keeper_order_encode(&o, wire), at;

        cr_assert_gt(n, 0);
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(keeper_order_encode(&hostile[i], asked), 0, "%zu", i);
                memcpy(asked, wire, n);
                asked[1] = (uint8_t)hostile[i].type, at = n - 6;
                asked[at - 8] = (uint8_t)hostile[i].diskseq;
                asked[at] = (uint8_t)hostile[i].nodes, asked[at + 1] = (uint8_t)(hostile[i].nodes >> 8);
                cr_expect_eq(keeper_order_decode(bytes_of(asked, n), &back), -EBADMSG, "%zu", i);
        }
}

Test(keeper_order_decode, an_order_of_the_version_before_is_refused) {
        struct keeper_order o;

        cr_expect_eq(keeper_order_decode(RAW("\x02\x02\x01\x00"
                                             "a\0\0\0\0\0\0\0\0"),
                                         &o),
                     -EBADMSG);
}

Test(keeper_order_decode, every_truncation_is_refused) {
        const struct keeper_order o = { .type = KEEPER_WRITE, .path = "a/b" };
        struct keeper_order back;
        uint8_t wire[KEEPER_MAX + 1];
        size_t size = keeper_order_encode(&o, wire);

        for (size_t n = 0; n < size; n++)
                cr_expect_eq(keeper_order_decode(bytes_of(wire, n), &back), -EBADMSG, "%zu bytes", n);
        wire[size] = 0;
        cr_expect_eq(keeper_order_decode(bytes_of(wire, size + 1), &back), -EBADMSG, "and one more");
        wire[0] ^= 1;
        cr_expect_eq(keeper_order_decode(bytes_of(wire, size), &back), -EBADMSG, "another version");
}

Test(keeper_order_decode, a_path_that_leads_elsewhere_is_refused) {
        static const char *const paths[] = { "",   "/",      "/a",    "a/",  "a//b",  ".",
                                             "..", "a/../b", "a/./b", "a b", "a\x01", "a/.." };
        uint8_t wire[KEEPER_MAX];

        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                struct keeper_order o = { .type = KEEPER_READ, .nodes = NODES_DISK };

                (void)snprintf(o.path, sizeof o.path, "%s", paths[i]);
                cr_expect_eq(keeper_order_encode(&o, wire), 0, "'%s'", paths[i]);
        }
        cr_expect_eq(keeper_order_encode(&(struct keeper_order){ .type = KEEPER_ORDERS, .path = "a" }, wire), 0);
}

TestSuite(keeper_word_decode, .timeout = 5);

static const struct keeper_word a_medium = {
        KEEPER_MEDIUM, "pci0/usb1/1-2", 41, { MEDIUM_ENCRYPTED, 2, { { 1, 2, 3 }, { [15] = 9 } } }
};

Test(keeper_word_decode, a_medium_that_cannot_be_is_refused) {
        const struct {
                struct medium_facts medium;
                const char *why;
        } hostile[] = {
                { { MEDIUM_UNKNOWN }, "nobody looked" },
                { { MEDIUM_STATES }, "no such state" },
                { { MEDIUM_PLAIN, FACTS_UUIDS + 1, { { 1 }, { 1 }, { 1 }, { 1 } } }, "more than there is room for" },
                { { MEDIUM_PLAIN, 2, { { 1 } } }, "a UUID of nothing" },
                { { MEDIUM_PLAIN, 0, { { 1 } } }, "a UUID that is not counted" },
        };
        struct keeper_word w = { KEEPER_MEDIUM, "a", 0, a_medium.medium };
        struct medium_facts back;
        uint8_t wire[KEEPER_MAX], raw[KEEPER_MEDIUM_SIZE];

        cr_expect_eq(keeper_word_encode(&w, wire), 0, "of no disk");
        w.diskseq = 41;
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                w.medium = hostile[i].medium;
                cr_expect_eq(keeper_word_encode(&w, wire), 0, "%s", hostile[i].why);
                keeper_medium_encode(&w.medium, raw);
                cr_expect_eq(keeper_medium_decode(bytes_of(raw, sizeof raw), &back), -EBADMSG, "%s", hostile[i].why);
        }
}

Test(keeper_word_decode, every_type_comes_back_as_it_was) {
        const struct keeper_word words[] = { { KEEPER_SYSTEM, "pci0000:00/0000:00:1f.2/ata1" },
                                             { KEEPER_READING, "pci0000:00/usb1/1-2" },
                                             { KEEPER_READY, "" },
                                             a_medium };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
                struct keeper_word back;
                uint8_t wire[KEEPER_MAX];
                size_t n = keeper_word_encode(&words[i], wire);

                cr_assert_gt(n, 0);
                cr_assert_eq(keeper_word_decode(bytes_of(wire, n), &back), 0);
                cr_expect(back.type == words[i].type && strcmp(back.path, words[i].path) == 0);
                cr_expect_eq(back.diskseq, words[i].diskseq);
                cr_expect_eq(memcmp(&back.medium, &words[i].medium, sizeof back.medium), 0);
        }
}

Test(keeper_word_decode, every_truncation_is_refused) {
        const struct keeper_word words[] = { { KEEPER_SYSTEM, "a/b" }, { KEEPER_READY, "" }, a_medium };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
                struct keeper_word back;
                uint8_t wire[KEEPER_MAX + 1];
                size_t size = keeper_word_encode(&words[i], wire);

                for (size_t n = 0; n < size; n++)
                        cr_expect_eq(keeper_word_decode(bytes_of(wire, n), &back), -EBADMSG, "%zu bytes", n);
                wire[size] = 0;
                cr_expect_eq(keeper_word_decode(bytes_of(wire, size + 1), &back), -EBADMSG, "and one more");
                wire[0] ^= 1;
                cr_expect_eq(keeper_word_decode(bytes_of(wire, size), &back), -EBADMSG, "another version");
        }
}

Test(keeper_word_decode, what_no_keeper_says_is_refused) {
        const struct {
                struct bytes raw;
                const char *why;
        } hostile[] = {
                { RAW("\x03\x80\x00\x00"), "the system stands on nothing" },
                { RAW("\x03\x80\x04\x00../x"), "a path that leads elsewhere" },
                { RAW("\x03\x80\x02\x00/x"), "one that begins at the root" },
                { RAW("\x03\x80\x02\x00"
                      "a\0"),
                  "a NUL" },
                { RAW("\x03\x80\x02\x00"
                      "a\n"),
                  "a newline" },
                { RAW("\x03\x81\x01\x00"
                      "a"),
                  "ready, with a path" },
                { RAW("\x03\x82\x00\x00"), "nothing may be read" },
                { RAW("\x02\x81\x00\x00"), "ready, of the version before" },
                { RAW("\x03\x84\x01\x00"
                      "a"),
                  "no such word" },
                { RAW("\x03\x02\x01\x00"
                      "a"),
                  "an order" },
        };
        struct keeper_word w;
        struct keeper_order o;

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(keeper_word_decode(hostile[i].raw, &w), -EBADMSG, "%s", hostile[i].why);
        cr_expect_eq(keeper_order_decode(RAW("\x03\x80\x01\x00"
                                             "a"),
                                         &o),
                     -EBADMSG, "a word is no order");
        cr_expect_eq(keeper_word_encode(&(struct keeper_word){ KEEPER_READY, "a" }, (uint8_t[KEEPER_MAX]){ 0 }), 0);
}

static struct loop *loop;
static struct grants grants;
static struct orders *orders;
static struct keeper_order last;
static unsigned given_n;

static void given(void *ctx, const struct keeper_order *o) {
        (void)ctx;
        last = *o;
        given_n++;
}

static void given_a_keeper(void) {
        struct err err = { 0 };

        ceremony_begin();
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(orders_new(loop, ".", &grants, given, NULL, &orders, &err), 0, "%s", err.text);
}

static void drop(void) {
        orders_free(orders);
        loop_free(loop);
        ceremony_end();
}

static void stop(void *ctx) {
        loop_stop(ctx);
}

static void turn(void) {
        cr_assert_eq(loop_run(loop, stop, loop), 0);
        loop_resume(loop);
}

static int connected(void) {
        int fd;

        cr_assert_eq(socket_connect(".", KEEPER_SOCKET, &fd), 0);
        turn();
        return fd;
}

TestSuite(orders, .init = given_a_keeper, .fini = drop, .timeout = 5);

Test(orders, what_was_said_is_heard_when_asked_for_before_the_loop_comes_to_it) {
        const struct keeper_order o = { .type = KEEPER_READ, .path = "pci0/usb1/1-2", .nodes = NODES_DISK };
        auto_fd fd = connected();
        uint8_t wire[KEEPER_MAX];
        size_t n = keeper_order_encode(&o, wire);

        cr_assert_eq(socket_send(fd, wire, n, -1), 0);
        cr_assert_eq(socket_send(fd, wire, n, -1), 0);
        orders_hear(orders);
        cr_expect_eq(given_n, 2);
        cr_expect(last.type == KEEPER_READ && strcmp(last.path, o.path) == 0);
}

static bool says(int fd, enum keeper_word_type type, const char *path) {
        uint8_t raw[KEEPER_MAX];
        struct keeper_word word;
        ssize_t n = socket_receive(fd, raw, sizeof raw, NULL);

        return n > 0 && keeper_word_decode(bytes_of(raw, (size_t)n), &word) == 0 && word.type == type
               && strcmp(word.path, path) == 0;
}

Test(orders, whoever_comes_is_told_what_the_system_stands_on_and_what_may_be_read) {
        cr_assert_eq(grants_set(&grants, "devices/pci0/usb1/1-1", MODE_WRITE, 0, 0), 0);
        cr_assert_eq(grants_set(&grants, "devices/pci0/usb1/1-2", MODE_READ, 0, 0), 0);
        cr_assert_eq(grants_set_system(&grants, "devices/pci0/ata1"), 0);
        cr_assert_eq(grants_set_system(&grants, "devices/pci0/nvme0"), 0);
        cr_assert_eq(grants_set_was_read(&grants, "devices/pci0/usb1/1-3", 1), 0);
        for (unsigned times = 0; times < 2; times++) {
                auto_fd fd = connected();

                cr_expect(says(fd, KEEPER_READING, "pci0/usb1/1-2"));
                cr_expect(says(fd, KEEPER_SYSTEM, "pci0/ata1"));
                cr_expect(says(fd, KEEPER_SYSTEM, "pci0/nvme0"));
                cr_expect(says(fd, KEEPER_READING, "pci0/usb1/1-3"));
                cr_expect(says(fd, KEEPER_READY, ""));
        }
}

Test(orders, as_many_as_there_can_be_and_as_long_are_said_at_once) {
        char path[GRANT_PATH];
        auto_fd fd = -1;

        memset(path, 'x', sizeof path);
        for (unsigned i = 0; i < GRANTS_MAX; i++) {
                cr_assert_eq(snprintf(path, sizeof path, "devices/%03u", i), 11);
                path[11] = 'x', path[sizeof path - 1] = '\0';
                cr_assert_eq(grants_set_system(&grants, path), 0);
        }
        fd = connected();
        for (unsigned i = 0; i < GRANTS_MAX; i++)
                cr_assert(says(fd, KEEPER_SYSTEM, grants.grant[i].path + 8), "%u", i);
        cr_expect(says(fd, KEEPER_READY, ""));
}

Test(orders, whoever_talks_nonsense_is_shown_out) {
        auto_fd fd = connected();
        char c;

        cr_assert(says(fd, KEEPER_READY, ""));
        cr_assert_eq(socket_send(fd, "nonsense", 8, -1), 0);
        turn();
        cr_expect_eq(given_n, 0);
        cr_expect_eq(socket_receive(fd, &c, 1, NULL), 0, "hung up");
}

Test(orders, the_socket_is_roots_alone_and_gone_with_the_plane) {
        struct stat st;

        cr_assert_eq(stat(KEEPER_SOCKET, &st), 0);
        cr_expect_eq(st.st_mode & 07777, 0600);
        orders_free(orders);
        orders = NULL;
        cr_expect_lt(stat(KEEPER_SOCKET, &st), 0);
}
