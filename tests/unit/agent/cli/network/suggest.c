/* SPDX-License-Identifier: MIT */
/* suggest.c — what a terminal does with the network now, as a policy that can be signed. */
#include "cli/network/suggest.h"

#include "cli/network/interfaces.h"

#include "base/cleanup.h"
#include "decision/network.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void go(void); /* into a folder of its own */

TestSuite(network_suggest, .init = go, .timeout = 60);

static void put(const char *path, const char *text) {
        FILE *f;

        for (char at[256], *slash = strcpy(at, path); (slash = strchr(slash + 1, '/')); *slash = '/') {
                *slash = '\0';
                (void)mkdir(at, 0700);
        }
        f = fopen(path, "w");
        cr_assert_not_null(f, "%s", path);
        cr_assert(fputs(text, f) >= 0 && fclose(f) == 0);
}

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
#define REST " 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20 4 30 10 -1\n"

/* As the kernel of an x86 writes them: 10.1.2.20 asks 10.1.2.3, and is asked over ssh; something waits on 8443. */
static void connect_all(void) {
        put("net/tcp", HEADING "   0: 00000000:0016 00000000:0000 0A" REST "   1: 1402010A:9C40 0302010A:01BB 01" REST
                               "   2: 1402010A:9C41 0302010A:01BB 01" REST "   3: 1402010A:9C42 0402010A:01BB 01" REST
                               "   4: 1402010A:0016 0509010A:D431 01" REST "   5: 0100007F:0277 00000000:0000 0A" REST
                               "   6: 0100007F:9C43 0100007F:0277 01" REST "   7: 1402010A:9C44 0702010A:0050 06" REST);
        put("net/tcp6",
            HEADING "   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A" REST
                    "   1: 00000000000000000000000000000000:20FB 00000000000000000000000000000000:0000 0A" REST
                    "   2: 0000000000000000FFFF00001402010A:0016 0000000000000000FFFF00000609010A:D432 01" REST
                    "   3: B80D0120010000000000000020000000:9C45 B80D0120010000000000000003000000:01BB 01" REST);
        put("net/udp", HEADING "   0: 1402010A:A001 3502010A:0035 01" REST "   1: 1402010A:A002 7B02010A:007B 01" REST
                               "   2: 00000000:14E9 00000000:0000 07" REST "   3: 1402010A:A003 0802010A:0202 01" REST);
}

static void plug_in(const char *name, const char *beneath, const char *state, const char *assigned) {
        char path[256], to[256];

        (void)snprintf(path, sizeof path, "sys/devices/%s/net/%s/type", beneath, name);
        put(path, "1\n");
        (void)snprintf(path, sizeof path, "sys/devices/%s/net/%s/operstate", beneath, name);
        put(path, state);
        (void)snprintf(path, sizeof path, "sys/devices/%s/net/%s/addr_assign_type", beneath, name);
        put(path, assigned);
        (void)snprintf(path, sizeof path, "sys/devices/%s/net/%s/address", beneath, name);
        put(path, "02:00:5e:10:00:01\n");
        (void)snprintf(path, sizeof path, "sys/devices/%s/net/%s/ifindex", beneath, name);
        put(path, "2\n");
        (void)snprintf(path, sizeof path, "sys/devices/%s/driver", beneath);
        cr_assert_eq(symlink("../../bus/pci/drivers/e1000e", path), 0);
        (void)snprintf(path, sizeof path, "sys/class/net/%s", name);
        (void)snprintf(to, sizeof to, "../../devices/%s/net/%s", beneath, name);
        put("sys/class/net/.made", "");
        cr_assert_eq(symlink(to, path), 0);
}

static int folder(const char *name) {
        (void)mkdir(name, 0700);
        return open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* What is suggested for what stands in the test's folder; the caller frees. */
static char *suggested(enum language l) {
        struct network_sources from = { folder("net"), folder("sys"), folder(".") };
        char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);
        struct err err = { "" };

        cr_assert_eq(network_suggest(&from, to, l, &err), 0, "%s", err.text);
        cr_assert_eq(fclose(to), 0);
        (void)close(from.net);
        (void)close(from.sys);
        (void)close(from.root);
        return text;
}

static void go(void) {
        char bed[SCRATCH];

        cr_assert(scratch_make(bed, "suggest"));
        cr_assert_eq(chdir(bed), 0);
}

static struct policy *compiled(const char *section) {
        static const char head[] =
                "sekimori: 1\nserial: 7\ntitle: t\nissued: 2026-12-01T09:00:00+09:00\n"
                "valid: {from: 2026-12-01, until: 2027-03-31}\nsigners: {threshold: 1, certificates: [PEM]}\n"
                "devices: []\n";
        char *text = NULL;
        struct policy *p = NULL;
        struct err err = { "" };

        cr_assert(asprintf(&text, "%s%s", head, section) > 0);
        cr_assert_eq(policy_compile(bytes_text(text), &p, &err), 0, "%s\n%s", err.text, text);
        free(text);
        return p;
}

/* 10.1.2.20 and 2001:db8:1::2, an ethernet card that is up, one that is not, a radio; resolvers and clocks. */
static void set_up(void) {
        connect_all();
        plug_in("eth0", "pci0000:00/0000:00:1f.6", "up\n", "0\n");
        plug_in("eth1", "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0", "down\n", "3\n");
        plug_in("wlan0", "pci0000:00/0000:00:14.3", "up\n", "0\n");
        put("sys/devices/pci0000:00/0000:00:14.3/net/wlan0/phy80211/index", "0\n");
        cr_assert_eq(symlink("../../devices/virtual/net/lo", "sys/class/net/lo"), 0);
        put("run/systemd/netif/leases/2", "");
        put("etc/resolv.conf", "# nameserver 10.9.9.9\nnameserver 127.0.0.53\noptions edns0\n");
        put("run/systemd/resolve/resolv.conf", "nameserver 10.1.2.53\nnameserver 10.1.2.54\n");
        put("etc/systemd/timesyncd.conf", "[Time]\n#NTP=\nNTP=10.1.2.124 ntp.city.example\n");
}

Test(network_suggest, what_is_connected_becomes_a_policy_that_can_be_signed) {
        const struct network_terms *n;
        struct policy *p;
        char *text;

        set_up();
        text = suggested(LANGUAGE_EN);
        p = compiled(text);
        n = policy_network(p);
        cr_assert_not_null(n, "%s", text);
        cr_assert_eq(n->n_interfaces, 1, "%s", text);
        cr_expect_str_eq(n->interfaces[0].name, "eth0");
        cr_expect_str_eq(n->interfaces[0].driver, "e1000e");
        cr_expect_str_eq(n->interfaces[0].path, "pci0000:00/0000:00:1f.6");
        cr_expect(n->interfaces[0].dhcp);
        cr_assert_eq(n->n_peers, 3, "%s", text);
        cr_expect_str_eq(n->peers[0].name, "out: tcp 443");
        cr_expect_eq(n->peers[0].n_addresses, 3, "two servers, one of them twice, and one of IPv6");
        cr_expect_str_eq(n->peers[1].name, "out: udp 514");
        cr_expect_str_eq(n->peers[2].name, "in: tcp 22");
        cr_expect_eq(n->peers[2].direction, NETWORK_IN);
        cr_expect_eq(n->peers[2].n_addresses, 2, "one of them came as IPv6");
        cr_expect_eq(n->n_names, 2, "the two that are set up, one of which was asked");
        cr_expect_eq(n->n_times, 2);
        policy_free(p);
        free(text);
}

Test(network_suggest, what_only_waits_and_what_is_down_are_comments) {
        static const char *const said[] = {
                "    # not connected now\n    # - name: \"eth1\"\n",
                "    # a radio\n    # - name: \"wlan0\"\n",
                "    # something waits on tcp 8443, and nobody is connected now.",
                "  # set up by the name 'ntp.city.example': look its address up and write it\n",
                "      # mac: 02:00:5e:10:00:01   # for this terminal alone\n",
        };
        static const char *const unsaid[] = { "127.0.0", "10.9.9.9", "tcp 22,", "631", "10.1.2.7\"", "5353" };
        char *text;

        set_up();
        text = suggested(LANGUAGE_EN);
        for (size_t i = 0; i < sizeof said / sizeof *said; i++)
                cr_expect_not_null(strstr(text, said[i]), "'%s' is not in\n%s", said[i], text);
        for (size_t i = 0; i < sizeof unsaid / sizeof *unsaid; i++)
                cr_expect_null(strstr(text, unsaid[i]), "'%s' is in\n%s", unsaid[i], text);
        free(text);
}

Test(network_suggest, a_terminal_that_talks_to_nobody_gets_a_section_that_says_so) {
        const struct network_terms *n;
        struct policy *p;
        char *text = suggested(LANGUAGE_JA);

        p = compiled(text);
        n = policy_network(p);
        cr_assert_not_null(n);
        cr_expect_eq(n->n_interfaces + n->n_peers + n->n_names + n->n_times, 0);
        cr_expect_not_null(strstr(text, "ここに書かれていない通信は拒否します"));
        policy_free(p);
        free(text);
}

Test(network_suggest, a_table_that_is_none_is_refused_with_its_name) {
        static const char *const tables[] = {
                HEADING "   0: 1402010A:0016 0509010A:D431\n",
                HEADING "   0: 14020:0016 0509010A:D431 01" REST,
                HEADING "   0: 1402010A1402010A:0016 0509010A:D431 01" REST,
                HEADING "garbage\n",
        };

        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
                struct network_sources from = { .sys = -1, .root = -1 };
                struct err err = { "" };
                char *text = NULL;
                size_t size;
                FILE *to = open_memstream(&text, &size);

                put("net/udp", tables[i]);
                from.net = folder("net");
                cr_expect_lt(network_suggest(&from, to, LANGUAGE_EN, &err), 0, "%s", tables[i]);
                cr_expect_eq(strncmp(err.text, "read 'udp'", strlen("read 'udp'")), 0, "%s", err.text);
                (void)close(from.net);
                (void)fclose(to);
                cr_expect_str_eq(text, "", "nothing is half written");
                free(text);
        }
}

static bool may_be_named(const char *interface) {
        struct network_sources from = { .net = -1, .sys = folder("sys"), .root = -1 };
        auto_free char *section = NULL;
        auto_policy p = NULL;
        bool may;

        cr_assert(asprintf(&section, "network: {default: deny, interfaces: [{name: a, %s}], names: [10.1.2.53]}\n",
                           interface)
                  > 0);
        p = compiled(section);
        may = interfaces_may_be_named(&from, policy_network(p));
        (void)close(from.sys);
        return may;
}

Test(interfaces, that_none_is_named_is_known_before, .timeout = 20) {
        static const struct {
                const char *interface;
                bool may, may_with_others;
        } rows[] = {
                { "mac: '02:00:5e:10:00:01', driver: e1000e", true, true },
                { "path: 'pci0000:00/0000:00:1f.6'", true, true },
                { "mac: '02:00:5E:10:00:02'", false, false },
                { "driver: bridge", false, true },
                { "mac: '02:00:5e:10:00:01', path: 'pci0000:00/0000:00:1f.7'", false, true },
                { "path: 'pci0000:00/0000:00:14.3'", false, true }, /* a radio, and these are denied */
        };

        go();
        cr_expect(may_be_named("driver: r8169"), "nothing is known");
        plug_in("eth0", "pci0000:00/0000:00:1f.6", "up\n", "0\n");
        plug_in("wlan0", "pci0000:00/0000:00:14.3", "up\n", "0\n");
        put("sys/devices/pci0000:00/0000:00:14.3/net/wlan0/phy80211/index", "0\n");
        cr_assert_eq(symlink("../../devices/virtual/net/lo", "sys/class/net/lo"), 0);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_eq(may_be_named(rows[i].interface), rows[i].may, "%s", rows[i].interface);
        cr_assert_eq(symlink("../../devices/virtual/net/br0", "sys/class/net/br0"), 0);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_eq(may_be_named(rows[i].interface), rows[i].may_with_others, "%s", rows[i].interface);
}
