/* SPDX-License-Identifier: MIT */
/* network.c — what is said of a network section that is well-formed and unwise, and of what changes in one. */
#include "unit/policy/given.h"

#include "review/diff.h"

TestSuite(network_review, .timeout = 60);

struct said {
        char text[8192];
};

static void hear(struct said *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void hear(struct said *s, const char *format, ...) {
        size_t used = strlen(s->text);
        va_list ap;

        va_start(ap, format);
        (void)vsnprintf(s->text + used, sizeof s->text - used, format, ap);
        va_end(ap);
}

static void hear_warning(void *ctx, unsigned line, unsigned column, const char *text) {
        hear(ctx, "%u:%u: %s\n", line - HEAD_LINES, column, text);
}

static void hear_difference(void *ctx, enum diff_kind kind, const char *text) {
        static const char marks[] = { [DIFF_OTHER] = '~', [DIFF_MORE] = '+', [DIFF_LESS] = '-' };

        hear(ctx, "%c %s\n", marks[kind], text);
}

/* Keyboards and hubs, so that nothing is said of them. */
#define NEEDS                                                                                                          \
        "language: en\ndevices:\n- {name: hid, match: {interfaces: [hid]}, action: allow}\n"                           \
        "- {name: hub, match: {interfaces: [hub]}, action: allow}\n"
#define NETWORK(rest) NEEDS "network:\n  default: deny\n" rest
#define LAN "  interfaces: [{name: LAN, mac: 02:00:5e:10:00:01}, {name: dock, driver: r8152}]\n"
#define PEERS(rest) NETWORK(LAN "  peers:\n" rest)
#define A "  - {name: a, protocol: tcp, ports: [443, 8000-8010], addresses: [10.1.2.0/24]}\n"

static struct said warned(const char *rest) {
        struct policy *p = given(rest);
        struct said s = { 0 };

        policy_warnings(p, strcmp(policy_language(p), "en") == 0, hear_warning, &s);
        policy_free(p);
        return s;
}

static void expect_warned(const char *rest, const char *what) {
        struct said s = warned(rest);

        cr_expect_str_eq(s.text, what, "%s", rest);
}

Test(network_review, what_is_unwise_is_said_where_it_stands) {
        static const struct {
                const char *rest, *said;
        } rows[] = {
                { PEERS(A), "" },
                { NETWORK(""), "5:1: names no interfaces: nothing passes through any\n" },
                { PEERS(A "  - {name: b, protocol: tcp, ports: [8001], addresses: [10.1.2.7, 10.1.2.9]}\n"),
                  "10:5: not needed: all of it is within another peer: 'a'\n" },
                { PEERS("  - {name: b, protocol: tcp, ports: [8001], addresses: [10.1.2.7]}\n" A),
                  "9:5: not needed: all of it is within another peer: 'a'\n" },
                { PEERS(A "  - {name: b, protocol: tcp, ports: [443, 8000-8010], addresses: [10.1.2.0-10.1.2.255]}\n"),
                  "10:5: not needed: all of it is within another peer: 'a'\n" },
                { PEERS(A "  - {name: b, protocol: tcp, ports: [443], addresses: [10.1.2.7], interface: LAN}\n"),
                  "10:5: not needed: all of it is within another peer: 'a'\n" },
                { PEERS(A "  - {name: b, protocol: tcp, ports: [444], addresses: [10.1.2.7]}\n"), "" },
                { PEERS(A "  - {name: b, protocol: udp, ports: [443], addresses: [10.1.2.7]}\n"), "" },
                { PEERS(A "  - {name: b, protocol: tcp, ports: [443], addresses: [10.1.2.7], direction: in}\n"), "" },
                { PEERS(A "  - {name: b, protocol: tcp, addresses: [10.1.2.7], reason: x}\n"), "" },
                { PEERS(A "  - {name: b, protocol: tcp, ports: [443], addresses: [10.1.2.7, 10.1.3.7]}\n"), "" },
                { PEERS("  - {name: b, protocol: udp, ports: [5353], addresses: [224.0.0.251]}\n"),
                  "9:5: a multicast or broadcast address: whoever listens hears: 'b'\n" },
                { PEERS("  - {name: b, protocol: udp, ports: [67], addresses: [255.255.255.255]}\n"),
                  "9:5: a multicast or broadcast address: whoever listens hears: 'b'\n" },
                { PEERS("  - {name: b, protocol: udp, ports: [5353], addresses: ['ff02::fb']}\n"),
                  "9:5: a multicast or broadcast address: whoever listens hears: 'b'\n" },
                { PEERS("  - {name: b, protocol: tcp, ports: [80], addresses: [169.254.169.254]}\n"),
                  "9:5: a link-local address: any machine may give itself one: 'b'\n" },
                { PEERS("  - {name: b, protocol: tcp, ports: [80], addresses: ['fe80::1']}\n"),
                  "9:5: a link-local address: any machine may give itself one: 'b'\n" },
                { PEERS("  - {name: b, protocol: tcp, ports: [80], addresses: [0.0.0.0/0], reason: x}\n"), "" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                expect_warned(rows[i].rest, rows[i].said);
}

#define LOGIN                                                                                                          \
        "login:\n  rules: [{name: r, users: [root], services: [sshd], require: [password+totp, password+recovery]}]\n"
#define SSH "  - {name: s, protocol: tcp, ports: [20-23], addresses: [10.1.9.1], direction: "
static const char unreachable[] =
        "5:1: login names sshd, but no peer may reach port 22 (direction: in): nobody can manage the terminal over the "
        "network\n";

Test(network_review, a_terminal_that_is_managed_over_ssh_must_be_reached) {
        expect_warned(PEERS(A LOGIN), unreachable);
        expect_warned(PEERS(SSH "out}\n" LOGIN), unreachable);
        expect_warned(PEERS(SSH "in}\n" LOGIN), "");
        expect_warned(PEERS(SSH "both}\n" LOGIN), "");
        expect_warned(PEERS("  - {name: s, protocol: any, addresses: [10.1.9.1], direction: in, reason: x}\n" LOGIN),
                      "");
}

static struct said compare(const char *old_rest, const char *new_rest, bool english) {
        struct policy *old = given(old_rest), *new = given(new_rest);
        struct said s = { 0 };

        cr_expect_geq(policy_compare(old, new, english, hear_difference, &s), 0);
        policy_free(old);
        policy_free(new);
        return s;
}

#define EXPECT_COMPARED(old, new, said) cr_expect_str_eq(compare(old, new, true).text, said)

Test(network_review, what_comes_and_goes_is_told) {
        EXPECT_COMPARED(PEERS(A), PEERS(A), "");
        EXPECT_COMPARED(NEEDS, PEERS(A),
                        "- network is added: the terminal talks with those named and nobody else\n"
                        "+ interface 'LAN': none → mac 02:00:5e:10:00:01\n"
                        "+ interface 'dock': none → driver r8152\n"
                        "+ may talk with: 'a' (10.1.2.0/24; tcp 443,8000-8010; out)\n"
                        "- wireless: allow → deny\n"
                        "- Bluetooth: allow → deny\n");
        EXPECT_COMPARED(NEEDS, NETWORK("  wireless: allow\n  bluetooth: allow\n"),
                        "- network is added: the terminal talks with those named and nobody else\n");
        EXPECT_COMPARED(PEERS(A), NEEDS, "+ network is removed: nothing limits whom the terminal talks with\n");
        EXPECT_COMPARED(PEERS(A "  - {name: b, protocol: any, addresses: [10.1.9.1, '2001:db8::1'], direction: both, "
                                "interface: dock, reason: x}\n"),
                        PEERS(A), "- may no longer talk with: 'b' (10.1.9.1, 2001:db8::1; any; both ways; dock)\n");
}

#define B(rest) PEERS("  - {name: b, " rest "}\n")
#define TCP "protocol: tcp, ports: [443], "

Test(network_review, what_changes_is_told_with_the_way_it_goes) {
        EXPECT_COMPARED(B(TCP "addresses: [10.1.2.3]"), B(TCP "addresses: [10.1.2.0/24]"),
                        "+ 'b' addresses: 10.1.2.3 → 10.1.2.0/24\n");
        EXPECT_COMPARED(B(TCP "addresses: [10.1.2.3, 10.1.2.5]"), B(TCP "addresses: [10.1.2.5]"),
                        "- 'b' addresses: 10.1.2.3, 10.1.2.5 → 10.1.2.5\n");
        EXPECT_COMPARED(B(TCP "addresses: [10.1.2.3]"), B(TCP "addresses: [10.1.2.4]"),
                        "~ 'b' addresses: 10.1.2.3 → 10.1.2.4\n");
        EXPECT_COMPARED(B("protocol: tcp, ports: [443], addresses: [10.1.2.3]"),
                        B("protocol: tcp, addresses: [10.1.2.3], reason: x"),
                        "+ 'b' protocol: tcp 443 → tcp every port\n~ 'b' reason: none → x\n");
        EXPECT_COMPARED(B("protocol: tcp+udp, ports: [53], addresses: [10.1.2.3]"),
                        B("protocol: udp, ports: [53], addresses: [10.1.2.3]"),
                        "- 'b' protocol: tcp+udp 53 → udp 53\n");
        EXPECT_COMPARED(B(TCP "addresses: [10.1.2.3], direction: out"), B(TCP "addresses: [10.1.2.3], direction: both"),
                        "+ 'b' direction: out → both ways\n");
        EXPECT_COMPARED(B(TCP "addresses: [10.1.2.3]"), B(TCP "addresses: [10.1.2.3], interface: LAN, clause: 6(3)"),
                        "- 'b' interface: none → LAN\n~ 'b' clause: none → 6(3)\n");
}

Test(network_review, interfaces_servers_and_radios_are_told) {
        EXPECT_COMPARED(NETWORK("  interfaces: [{name: LAN, driver: e1000e}]\n"),
                        NETWORK("  interfaces: [{name: LAN, driver: e1000e, path: a/b, dhcp: allow}]\n"),
                        "~ interface 'LAN': driver e1000e → driver e1000e, path a/b, address by DHCP\n");
        EXPECT_COMPARED(NETWORK("  interfaces: [{name: x, driver: y}, {name: LAN, driver: e1000e}]\n"),
                        NETWORK("  interfaces: [{name: x, driver: y}]\n"), "- interface 'LAN': driver e1000e → none\n");
        EXPECT_COMPARED(NETWORK("  names: [10.1.2.53]\n"), NETWORK("  names: [10.1.2.54]\n  time: [10.1.2.1]\n"),
                        "~ name servers: 10.1.2.53 → 10.1.2.54\n~ time servers: none → 10.1.2.1\n");
        EXPECT_COMPARED(NETWORK(""), NETWORK("  wireless: allow\n"), "+ wireless: deny → allow\n");
        EXPECT_COMPARED(NETWORK("  bluetooth: allow\n"), NETWORK(""), "- Bluetooth: allow → deny\n");
}

Test(network_review, it_is_said_in_japanese_too) {
        cr_expect_str_eq(compare(NEEDS, PEERS(A), false).text,
                         "- network が加わり、書かれた相手とだけ通信します\n"
                         "+ ネットワークの口 「LAN」: なし → mac 02:00:5e:10:00:01\n"
                         "+ ネットワークの口 「dock」: なし → driver r8152\n"
                         "+ 通信できる相手: 「a」 (10.1.2.0/24; tcp 443,8000-8010; 端末から)\n"
                         "- 無線LAN: allow → deny\n"
                         "- Bluetooth: allow → deny\n");
}
