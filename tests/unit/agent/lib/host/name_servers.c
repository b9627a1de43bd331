/* SPDX-License-Identifier: MIT */
/* Whom a terminal asks for names, in whatever was written into its resolv.conf. */
#include "host/name_servers.h"

#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char told[4096];

static void add(const char *text) {
        cr_assert_lt(strlen(told) + strlen(text) + 2, sizeof told);
        (void)strcat(strcat(told, *told ? " " : ""), text);
}

static void server(void *ctx, const char *file, const struct address_range *address) {
        char text[ADDRESS_RANGE_TEXT];

        (void)ctx;
        address_range_text(address, text);
        add(text);
        if (file[0] == '/') {
                add("of");
                add(file);
        }
}

static void failed(void *ctx, const char *file, int error) {
        char text[64];

        (void)ctx;
        (void)snprintf(text, sizeof text, "%s%s", file[0] == '/' ? file : "", strerrorname_np(-error));
        add(text);
}

static const struct name_servers_reader reader = { .server = server, .failed = failed };

static bool parsed(const void *text, size_t size) {
        told[0] = '\0';
        return name_servers_parse(bytes_of(text, size), "f", &reader);
}

TestSuite(name_servers_parse, .timeout = 10);

struct row {
        const char *text, *told;
        bool own;
};

static const struct row rows[] = {
        { "nameserver 10.1.2.53\nnameserver 2001:db8::53\n", "10.1.2.53 2001:db8::53", false },
        { "nameserver\t10.1.2.53", "10.1.2.53", false },
        { "search example\nnameserver 10.1.2.53 # more\noptions edns0\n", "10.1.2.53", false },
        { "# nameserver 10.1.2.53\n; nameserver 10.1.2.54\n#nameserver 10.1.2.55\n", "", true },
        { "", "", true },
        { "nameserver 127.0.0.53\noptions edns0 trust-ad\n", "", true },
        { "nameserver ::1\nnameserver 10.1.2.53\n", "10.1.2.53", true },
        { "nameserver 0.0.0.0\n", "", true },
        { "nameserver ::\n", "", true },
        { "nameserver ::ffff:127.0.0.1\n", "", true },
};

Test(name_servers_parse, servers_are_told_and_the_terminals_own_are_known) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                bool own = parsed(rows[i].text, strlen(rows[i].text));

                cr_expect_str_eq(told, rows[i].told, "%s", rows[i].text);
                cr_expect_eq(own, rows[i].own, "%s", rows[i].text);
        }
}

/* What one of glibc, systemd-resolved, c-ares and Go asks, and a simpler reader would not find. */
static const struct row disguised[] = {
        { "nameserver 0x0a010235\n", "10.1.2.53", false },
        { "nameserver 012.1.2.065\n", "10.1.2.53", false },
        { "nameserver 10.66101\n", "10.1.2.53", false },
        { "nameserver 167838261\n", "10.1.2.53", false },
        { "nameserver 000000000000000000000000000000000000000000000000000000000000000012.1.2.53\n", "10.1.2.53",
          false },
        { "nameserver ::ffff:10.1.2.53\n", "10.1.2.53", false },
        { "nameserver fe80::1%eth0\n", "fe80::1", false },
        { "  \tnameserver 10.1.2.53\n", "10.1.2.53", false },
        { "nameserver 10.1.2.53\r\n", "10.1.2.53", false },
        { "nameserver 10.1.2.53#dns.example\n", "10.1.2.53", false },
        { "nameserver 10.1.2.53:5353\n", "10.1.2.53", false },
        { "nameserver [2001:db8::53]:53%eth0#dns.example\n", "2001:db8::53", false },
        { "nameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3\nnameserver 10.1.2.53\n", "10.1.2.53",
          true },
};

Test(name_servers_parse, no_spelling_hides_a_server) {
        for (size_t i = 0; i < sizeof disguised / sizeof *disguised; i++) {
                const char *text = disguised[i].text;

                cr_expect_eq(parsed(text, strlen(text)), disguised[i].own, "%s", text);
                cr_expect_str_eq(told, disguised[i].told, "%s", text);
        }
}

Test(name_servers_parse, a_nul_ends_a_line_and_not_the_text) {
        static const char text[] = "nameserver 10.1.2.53\0.9\n\0nameserver 10.1.2.54\nnameserver 10.1.2.55";

        cr_expect_not(parsed(text, sizeof text));
        cr_expect_str_eq(told, "10.1.2.53 10.1.2.55");
}

static const struct {
        const char *text, *told, *why;
} hostile[] = {
        { "nameserver dns.example\n", "EBADMSG", "a name" },
        { "nameserver  \n", "EBADMSG", "nothing" },
        { "nameserver 10.1.2.300\nnameserver 10.1.2.53\n", "10.1.2.53 EBADMSG", "no address, and one behind it" },
        { "nameserver 10.1.2.53,10.1.2.54\n", "EBADMSG", "two in one" },
        { "nameserver [10.1.2.53\n", "EBADMSG", "a bracket that stays open" },
        { "nameserver []\n", "EBADMSG", "brackets around nothing" },
        { "nameserver :\n", "EBADMSG", "a colon" },
        { "nameserver %\n", "EBADMSG", "an interface of nothing" },
        { "nameserver 1:2:3\n", "EBADMSG", "half an address" },
        { "nameserver \xff\xfe\n", "EBADMSG", "no text" },
        { "nameserver", "", "a key without an end" },
        { "nameserver\n10.1.2.53\n", "", "its word on another line" },
        { "nameservers 10.1.2.53\n", "", "another key" },
        { "NAMESERVER 10.1.2.53\n", "", "another key" },
        { "\n\n\n", "", "empty lines" },
};

Test(name_servers_parse, what_is_no_address_is_told_of) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                (void)parsed(hostile[i].text, strlen(hostile[i].text));
                cr_expect_str_eq(told, hostile[i].told, "%s", hostile[i].why);
        }
}

Test(name_servers_parse, a_word_without_end_is_told_of) {
        char text[1000] = "nameserver ";

        memset(text + strlen(text), '1', sizeof text - strlen(text));
        (void)parsed(text, sizeof text);
        cr_expect_str_eq(told, "EBADMSG");
}

Test(name_servers_parse, more_than_one_looks_at_is_told_of) {
        char text[1024] = "";

        for (int i = 0; i <= NAME_SERVERS_EACH; i++)
                (void)snprintf(text + strlen(text), sizeof text - strlen(text), "nameserver 10.1.2.%d\n", i);
        (void)parsed(text, strlen(text));
        cr_expect(strstr(told, "10.1.2.15 EFBIG") && !strstr(told, "10.1.2.16"), "%s", told);
}

Test(name_servers_parse, every_truncation_reads_within_its_bounds) {
        const char text[] = " \tnameserver [2001:db8::53]:53%eth0#dns.example\r\nnameserver 10.1.2.53";

        for (size_t n = 0; n < sizeof text; n++) {
                char *exact = malloc(n + !n); /* for AddressSanitizer */

                memcpy(exact, text, n);
                (void)parsed(exact, n);
                free(exact);
        }
}

static void begin(void) {
        char bed[SCRATCH];

        cr_assert(scratch_make(bed, "name-servers"));
        cr_assert_eq(chdir(bed), 0);
        cr_assert_eq(mkdir("etc", 0700) | mkdir("run", 0700) | mkdir("run/systemd", 0700)
                             | mkdir("run/systemd/resolve", 0700) | mkdir("run/NetworkManager", 0700),
                     0);
}

TestSuite(name_servers_read, .init = begin, .timeout = 10);

static void put(const char *path, const char *text) {
        FILE *f = fopen(path, "w");

        cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

static const char *found(void) {
        int root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

        told[0] = '\0';
        name_servers_read(root, &reader);
        (void)close(root);
        return told;
}

#define ETC "of /etc/resolv.conf"
#define RESOLVED "of /run/systemd/resolve/resolv.conf"

Test(name_servers_read, a_plain_file_is_read) {
        put("etc/resolv.conf", "nameserver 10.1.2.53\n");
        cr_expect_str_eq(found(), "10.1.2.53 " ETC);
}

Test(name_servers_read, resolvconfs_symlink_is_followed) {
        cr_assert_eq(mkdir("run/resolvconf", 0700), 0);
        put("run/resolvconf/resolv.conf", "nameserver 10.1.2.53\n");
        cr_assert_eq(symlink("../run/resolvconf/resolv.conf", "etc/resolv.conf"), 0);
        cr_expect_str_eq(found(), "10.1.2.53 " ETC);
}

Test(name_servers_read, behind_the_stub_are_whom_it_asks) {
        put("run/systemd/resolve/stub-resolv.conf", "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n");
        put("run/systemd/resolve/resolv.conf", "nameserver 10.1.2.53\nnameserver fe80::1%2\n");
        cr_assert_eq(symlink("../run/systemd/resolve/stub-resolv.conf", "etc/resolv.conf"), 0);
        cr_expect_str_eq(found(), "10.1.2.53 " RESOLVED " fe80::1 " RESOLVED);
}

Test(name_servers_read, whom_systemd_asks_counts_also_beside_another_file) {
        put("etc/resolv.conf", "nameserver 10.1.2.53\n");
        put("run/systemd/resolve/resolv.conf", "nameserver 10.9.9.9\n");
        cr_expect_str_eq(found(), "10.1.2.53 " ETC " 10.9.9.9 " RESOLVED);
}

Test(name_servers_read, whom_networkmanager_knows_counts_behind_a_server_of_ones_own) {
        put("run/NetworkManager/no-stub-resolv.conf", "nameserver 10.9.9.9\n");
        put("etc/resolv.conf", "nameserver 10.1.2.53\n");
        cr_expect_str_eq(found(), "10.1.2.53 " ETC);
        put("etc/resolv.conf", "nameserver 127.0.0.1\n");
        cr_expect_str_eq(found(), "10.9.9.9 of /run/NetworkManager/no-stub-resolv.conf");
        cr_assert_eq(unlink("etc/resolv.conf"), 0);
        cr_expect_str_eq(found(), "10.9.9.9 of /run/NetworkManager/no-stub-resolv.conf");
}

Test(name_servers_read, nothing_there_is_nothing_to_tell) {
        cr_expect_str_eq(found(), "");
}

Test(name_servers_read, what_cannot_be_read_is_told_of) {
        char *large = calloc(1, NAME_SERVERS_TEXT + 2);

        cr_assert_eq(mkfifo("etc/resolv.conf", 0600), 0);
        cr_expect_str_eq(found(), "/etc/resolv.confEINVAL", "a FIFO, and nobody waits");
        cr_assert_eq(unlink("etc/resolv.conf"), 0);
        memset(large, '\n', NAME_SERVERS_TEXT + 1);
        put("etc/resolv.conf", large);
        cr_expect_str_eq(found(), "/etc/resolv.confEFBIG");
        large[NAME_SERVERS_TEXT] = '\0';
        put("etc/resolv.conf", large);
        cr_expect_str_eq(found(), "", "as much as is read");
        cr_assert_eq(unlink("etc/resolv.conf"), 0);
        cr_assert_eq(symlink("resolv.conf", "etc/resolv.conf"), 0);
        cr_expect_str_eq(found(), "/etc/resolv.confELOOP");
        free(large);
}
