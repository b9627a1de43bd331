/* SPDX-License-Identifier: MIT */
/* Which interface of the policy a link is: on a made-up sysfs, and by everything that the policy says of it. */
#include "network/identity.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CARD "pci0000:00/0000:00:1f.6"
#define NIC "sys/devices/" CARD "/net/eth0"

static int sys = -1;

static void folders(const char *path) {
        char copy[256];

        (void)snprintf(copy, sizeof copy, "%s/", path);
        for (char *at = copy; (at = strchr(at, '/')); at++) {
                *at = '\0';
                cr_assert(mkdir(copy, 0755) == 0 || errno == EEXIST, "%s", copy);
                *at = '/';
        }
}

static void put(const char *folder, const char *name, const char *text) {
        char path[300];

        folders(folder);
        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        spill(path, bytes_text(text));
}

static void given_a_card(void) {
        ceremony_begin();
        put(NIC, "ifindex", "7\n");
        put(NIC, "uevent", "INTERFACE=eth0\nIFINDEX=7\n");
        cr_assert_eq(symlink("../../../bus/pci/drivers/e1000e", "sys/devices/" CARD "/driver"), 0);
        folders("sys/class/net");
        cr_assert_eq(symlink("../../devices/" CARD "/net/eth0", "sys/class/net/eth0"), 0);
        sys = open("sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(sys, 0);
}

TestSuite(hardware_read, .init = given_a_card, .fini = ceremony_end, .timeout = 10);

static const struct link_facts eth0 = { .index = 7, .name = "eth0" };

Test(hardware_read, driver_and_path_are_those_of_the_device) {
        struct link_hardware h;

        cr_assert_eq(hardware_read(sys, &eth0, &h), 0);
        cr_expect_str_eq(h.driver, "e1000e");
        cr_expect_str_eq(h.path, CARD);
        cr_expect_eq(h.radio, RADIO_NONE);
}

Test(hardware_read, a_name_that_another_link_has_by_now_says_nothing) {
        struct link_hardware h = { .driver = "untouched" };

        cr_expect_eq(hardware_read(sys, &(struct link_facts){ .index = 8, .name = "eth0" }, &h), -ESTALE);
        cr_expect_eq(hardware_read(sys, &(struct link_facts){ .index = 7, .name = "eth1" }, &h), -ENOENT);
        cr_expect_str_eq(h.driver, "untouched");
}

Test(hardware_read, radios_are_known_by_each_of_their_marks) {
        static const struct {
                const char *uevent;
                enum hardware_radio radio;
        } rows[] = {
                { "DEVTYPE=wlan\nINTERFACE=eth0\n", RADIO_WIRELESS },
                { "INTERFACE=eth0\nDEVTYPE=wwan", RADIO_WIRELESS },
                { "DEVTYPE=wimax\n", RADIO_WIRELESS },
                { "DEVTYPE=bluetooth\n", RADIO_BLUETOOTH },
                { "INTERFACE=DEVTYPE=wlan\n", RADIO_NONE },
                { "", RADIO_NONE },
        };
        struct link_hardware h;

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                put(NIC, "uevent", rows[i].uevent);
                cr_assert_eq(hardware_read(sys, &eth0, &h), 0);
                cr_expect_eq(h.radio, rows[i].radio, "%s", rows[i].uevent);
        }
        cr_assert_eq(symlink("../../ieee80211/phy0", NIC "/phy80211"), 0);
        cr_assert_eq(hardware_read(sys, &eth0, &h), 0);
        cr_expect_eq(h.radio, RADIO_WIRELESS);
}

Test(hardware_read, a_virtual_link_has_neither_driver_nor_path) {
        struct link_hardware h;

        put("sys/devices/virtual/net/tun0", "ifindex", "9\n");
        put("sys/devices/virtual/net/tun0", "uevent", "INTERFACE=tun0\n");
        cr_assert_eq(symlink("../../devices/virtual/net/tun0", "sys/class/net/tun0"), 0);
        cr_assert_eq(hardware_read(sys, &(struct link_facts){ .index = 9, .name = "tun0" }, &h), 0);
        cr_expect_str_eq(h.driver, "");
        cr_expect_str_eq(h.path, "");
}

Test(hardware_read, ways_out_of_sysfs_are_not_taken) {
        static const char *const targets[] = { "../../../outside/net/eth0", "/etc/net/eth0", "../../devices/../eth0",
                                               "../../devices/" CARD "/lan/eth0", "../../devices/link/net/eth0" };
        struct link_hardware h;

        put("outside/net/eth0", "ifindex", "7\n");
        put("sys/devices/" CARD "/lan/eth0", "ifindex", "7\n");
        put("sys/devices/" CARD "/lan/eth0", "uevent", "");
        cr_assert_eq(symlink(CARD, "sys/devices/link"), 0);
        for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
                cr_assert_eq(unlink("sys/class/net/eth0"), 0);
                cr_assert_eq(symlink(targets[i], "sys/class/net/eth0"), 0);
                cr_expect_lt(hardware_read(sys, &eth0, &h), 0, "%s", targets[i]);
        }
        cr_expect_eq(hardware_read(sys, &(struct link_facts){ .index = 7, .name = ".." }, &h), -EBADMSG);
        cr_expect_eq(hardware_read(sys, &(struct link_facts){ .index = 7, .name = "a/b" }, &h), -EBADMSG);
}

/* ---- identity_of: a table. The policy names one interface. */
#define OURS                                                                                                           \
        { 2, 0, 0x5e, 0x10, 0, 1 }
#define OTHER                                                                                                          \
        { 2, 0, 0x5e, 0x10, 0, 2 }
static const struct link_hardware card = { .driver = "e1000e", .path = CARD }, soft = { .path = "" },
                                  wlan = { .driver = "iwlwifi", .path = CARD, .radio = RADIO_WIRELESS },
                                  pan = { .driver = "", .path = CARD, .radio = RADIO_BLUETOOTH };

struct identity_row {
        const char *claim;
        struct network_interface named;
        struct link_facts link;
        const struct link_hardware *hardware;
        enum identity_sort sort;
};

#define NAMES(...)                                                                                                     \
        { __VA_ARGS__ }
#define PERMANENT(...) .has_permanent_mac = true, .permanent_mac = __VA_ARGS__
#define NOW(...) .has_mac = true, .mac = __VA_ARGS__

static const struct identity_row rows[] = {
        { "the hardware's address", NAMES(.has_mac = true, .mac = OURS), { PERMANENT(OURS) }, &card, IDENTITY_NAMED },
        { "another card with our address put on",
          NAMES(.has_mac = true, .mac = OURS),
          { PERMANENT(OTHER), NOW(OURS) },
          &card,
          IDENTITY_UNNAMED },
        { "our card with another address put on",
          NAMES(.has_mac = true, .mac = OURS),
          { PERMANENT(OURS), NOW(OTHER) },
          &card,
          IDENTITY_NAMED },
        { "a card without an address of its own",
          NAMES(.has_mac = true, .mac = OURS),
          { NOW(OURS) },
          &card,
          IDENTITY_UNNAMED },
        { "its driver", NAMES(.driver = "e1000e"), { .index = 7 }, &card, IDENTITY_NAMED },
        { "another driver", NAMES(.driver = "r8152"), { .index = 7 }, &card, IDENTITY_UNNAMED },
        { "its place", NAMES(.path = CARD), { .index = 7 }, &card, IDENTITY_NAMED },
        { "a place above it", NAMES(.path = "pci0000:00"), { .index = 7 }, &card, IDENTITY_UNNAMED },
        { "all three",
          NAMES(.driver = "e1000e", .path = CARD, .has_mac = true, .mac = OURS),
          { PERMANENT(OURS) },
          &card,
          IDENTITY_NAMED },
        { "two of three",
          NAMES(.driver = "r8152", .path = CARD, .has_mac = true, .mac = OURS),
          { PERMANENT(OURS) },
          &card,
          IDENTITY_UNNAMED },
        { "nothing said is nothing named", NAMES(.dhcp = true), { .index = 7 }, &card, IDENTITY_UNNAMED },
        { "a virtual one by its kind", NAMES(.driver = "veth"), { .kind = "veth" }, &soft, IDENTITY_NAMED },
        { "a virtual one of another kind", NAMES(.driver = "veth"), { .kind = "macvlan" }, &soft, IDENTITY_UNNAMED },
        { "a virtual one by kind and address",
          NAMES(.driver = "veth", .has_mac = true, .mac = OURS),
          { .kind = "veth", NOW(OURS) },
          &soft,
          IDENTITY_NAMED },
        { "a virtual one of the kind, another address",
          NAMES(.driver = "veth", .has_mac = true, .mac = OURS),
          { .kind = "veth", NOW(OTHER) },
          &soft,
          IDENTITY_UNNAMED },
        { "a macvlan that has our card's address",
          NAMES(.has_mac = true, .mac = OURS),
          { .kind = "macvlan", NOW(OURS) },
          &soft,
          IDENTITY_UNNAMED },
        { "a kind that is called like a driver's",
          NAMES(.driver = "e1000e"),
          { .kind = "veth" },
          &card,
          IDENTITY_UNNAMED },
        { "neither device nor kind",
          NAMES(.has_mac = true, .mac = OURS),
          { PERMANENT(OURS) },
          &soft,
          IDENTITY_UNNAMED },
        { "ours, in a bridge", NAMES(.driver = "e1000e"), { .master = 3 }, &card, IDENTITY_ENSLAVED },
        { "ours, as a radio", NAMES(.driver = "iwlwifi"), { .index = 7 }, &wlan, IDENTITY_RADIO },
        { "ours, over Bluetooth", NAMES(.path = CARD), { .index = 7 }, &pan, IDENTITY_RADIO },
        { "what sysfs does not say", NAMES(.driver = "e1000e"), { PERMANENT(OURS) }, NULL, IDENTITY_UNREADABLE },
        { "lo", NAMES(.driver = "e1000e"), { .is_loopback = true }, NULL, IDENTITY_LOOPBACK },
};

/* As the compiler leaves it: a text that is not given is "". */
static struct network_interface whole(struct network_interface named) {
        named.driver = named.driver ? named.driver : "";
        named.path = named.path ? named.path : "";
        return named;
}

TestSuite(identity_of, .timeout = 10);

Test(identity_of, everything_that_the_policy_says_must_fit) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                const struct network_interface named = whole(rows[i].named);
                const struct network_terms terms = { .interfaces = &named, .n_interfaces = 1 };
                struct identity is = identity_of(&terms, &rows[i].link, rows[i].hardware);

                cr_expect_eq(is.sort, rows[i].sort, "%s: %d", rows[i].claim, is.sort);
                cr_expect_eq(is.interface, is.sort == IDENTITY_NAMED ? 0 : NETWORK_INTERFACE_ANY, "%s", rows[i].claim);
        }
}

Test(identity_of, without_terms_nothing_is_named) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_neq(identity_of(NULL, &rows[i].link, rows[i].hardware).sort, IDENTITY_NAMED);
}

Test(identity_of, radios_are_named_where_the_policy_allows_them) {
        const struct network_interface named[] = { { .driver = "iwlwifi", .path = "" },
                                                   { .driver = "", .path = CARD } };
        struct network_terms terms = { .interfaces = named, .n_interfaces = 2, .wireless = true };

        cr_expect_eq(identity_of(&terms, &eth0, &wlan).interface, 0);
        cr_expect_eq(identity_of(&terms, &eth0, &pan).sort, IDENTITY_RADIO);
        terms.bluetooth = true;
        terms.wireless = false;
        cr_expect_eq(identity_of(&terms, &eth0, &wlan).sort, IDENTITY_RADIO);
        cr_expect_eq(identity_of(&terms, &eth0, &pan).interface, 1);
}
