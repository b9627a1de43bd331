/* SPDX-License-Identifier: MIT */
/* network_show.c — sekimori network show: with whom the terminal talks, and what it refused. */
#include "base/quote.h"
#include "cli/answer.h"
#include "cli/language.h"
#include "cli/network/firewall_ask.h"
#include "cli/verbs.h"
#include "host/clock.h"
#include "review/network_describe.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#define REFUSALS_MAX 1024 /* the firewall has no more */
#define REFUSALS_SHOWN 40

static void print_when(const json_t *o, const char *key, enum language l) {
        char text[CLOCK_TEXT];

        clock_text(answer_number(o, NULL, key), text);
        (void)printf(SAY(l, "、最後は %s", ", last %s"), text);
}

static void print_state(const json_t *a, enum language l) {
        const char *stage = answer_text(a, NULL, "stage");
        long long serial = answer_number(a, NULL, "serial");

        if (!answer_flag(a, NULL, "applied"))
                (void)printf(SAY(l, "ポリシー %lld: 規則を実施できていません。やり直しています\n",
                                 "policy %lld: the rules are NOT in force; it is tried again\n"),
                             serial);
        else if (strcmp(stage, "off") == 0)
                (void)puts(SAY(l, "ネットワークは制限していません（sekimori setup network で始めます）",
                               "the network is not limited (sekimori setup network begins it)"));
        else if (serial && !answer_flag(a, NULL, "terms"))
                (void)printf(SAY(l, "ポリシー %lld はネットワークを制限しません\n",
                                 "policy %lld does not limit the network\n"),
                             serial);
        else if (strcmp(stage, "observe") == 0)
                (void)printf(SAY(l, "ポリシー %lld: 観察だけをしています。何も拒否しません\n",
                                 "policy %lld is only observed: nothing is refused\n"),
                             serial);
        else
                (void)printf(SAY(l, "ポリシー %lld を実施しています\n", "policy %lld is in force\n"), serial);
}

static const char *link_why(const char *why, enum language l) {
        static const struct {
                const char *why, *ja, *en;
        } rows[] = {
                { "unnamed", "ポリシーにありません", "the policy does not name it" },
                { "enslaved", "ほかの口の一部です", "a part of another link" },
                { "radio", "無線です", "a radio" },
                { "second", "同じアドレスの口がほかにあります", "another link has its address" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (strcmp(rows[i].why, why) == 0)
                        return SAY(l, rows[i].ja, rows[i].en);
        return SAY(l, "何であるかを読めません", "what it is cannot be read");
}

static void print_link(const json_t *link, const struct network_plan *plan, enum language l) {
        const char *why = answer_text(link, NULL, "why");
        json_int_t i = answer_number(link, NULL, "interface"), down = answer_number(link, NULL, "set_down");

        if (strcmp(why, "loopback") == 0)
                return;
        (void)printf("  %s: ", shown(answer_text(link, NULL, "name")).text);
        if (strcmp(why, "named") != 0)
                (void)fputs(link_why(why, l), stdout);
        else if (plan && i >= 0 && (size_t)i < plan->terms.n_interfaces)
                (void)fputs(plan->terms.interfaces[i].name, stdout);
        else
                (void)fputs(SAY(l, "ポリシーにあります", "the policy names it"), stdout);
        if (down)
                (void)printf(SAY(l, "（%lld回止めました）", " (set down: %lld)"), (long long)down);
        (void)putchar('\n');
}

static void print_use(const json_t *use, enum language l) {
        json_int_t n = answer_number(use, NULL, "connections");

        (void)fputs("    ", stdout);
        if (!n) {
                (void)puts(SAY(l, "使われていません", "not used"));
                return;
        }
        (void)printf(SAY(l, "%lld回の接続", "%lld connections"), (long long)n);
        print_when(use, "last_s", l);
        (void)putchar('\n');
}

static void print_peer(const json_t *use, const struct network_plan *plan, size_t i, enum language l) {
        const struct network_peer *p = plan ? &plan->terms.peers[i] : NULL;

        (void)printf("  %s", shown(answer_text(use, NULL, "name")).text);
        if (p && *p->clause)
                (void)printf(" [%s]", p->clause);
        (void)fputs(p ? ": " : "", stdout);
        if (p)
                peer_describe_all(stdout, &plan->terms, p, l);
        (void)putchar('\n');
        if (p && *p->reason)
                (void)printf("    %s\n", p->reason);
        print_use(use, l);
}

static void print_servers(const json_t *use, const char *what, const struct address_range *all, size_t n,
                          enum language l) {
        (void)printf("  %s", what);
        if (all && n)
                (void)fputs(": ", stdout);
        if (all)
                address_ranges_describe(stdout, all, n);
        (void)putchar('\n');
        print_use(use, l);
}

static void print_peers(const json_t *a, const struct network_plan *plan, enum language l) {
        const json_t *peers = json_object_get(a, "peers");

        (void)puts(SAY(l, "\n通信してよい相手:", "\nmay be talked with:"));
        for (size_t i = 0; i < json_array_size(peers); i++)
                print_peer(json_array_get(peers, i), plan, i, l);
        if (!plan || plan->terms.n_names)
                print_servers(json_object_get(a, "names"), SAY(l, "名前解決のサーバー", "servers for names"),
                              plan ? plan->terms.names : NULL, plan ? plan->terms.n_names : 0, l);
        if (!plan || plan->terms.n_times)
                print_servers(json_object_get(a, "time"), SAY(l, "時刻のサーバー", "servers for the time"),
                              plan ? plan->terms.times : NULL, plan ? plan->terms.n_times : 0, l);
}

static const char *way_word(const char *way, enum language l) {
        return strcmp(way, "out") == 0  ? SAY(l, "出る", "to")
               : strcmp(way, "in") == 0 ? SAY(l, "入る", "from")
                                        : SAY(l, "中継", "through here to");
}

static const char *protocol_word(json_int_t number, char to[16]) {
        static const struct {
                int number;
                const char *word;
        } rows[] = { { 1, "icmp" }, { 2, "igmp" }, { 6, "tcp" },     { 17, "udp" },  { 33, "dccp" },
                     { 47, "gre" }, { 50, "esp" }, { 58, "icmpv6" }, { 132, "sctp" } };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (rows[i].number == number)
                        return rows[i].word;
        (void)snprintf(to, 16, "protocol %lld", (long long)number);
        return to;
}

static void print_who(const json_t *uid, enum language l) {
        struct passwd *pw = json_is_integer(uid) ? getpwuid((uid_t)json_integer_value(uid)) : NULL;

        if (pw)
                (void)printf(SAY(l, "、%s", ", by %s"), shown(pw->pw_name).text);
        else if (json_is_integer(uid))
                (void)printf(SAY(l, "、利用者 %lld", ", by user %lld"), (long long)json_integer_value(uid));
}

static void print_refusal(const json_t *r, enum language l) {
        char protocol[16];
        json_int_t port = answer_number(r, NULL, "port");

        (void)printf("  %s %s %s", way_word(answer_text(r, NULL, "direction"), l),
                     shown(answer_text(r, NULL, "address")).text,
                     protocol_word(answer_number(r, NULL, "protocol"), protocol));
        if (port)
                (void)printf(" %lld", (long long)port);
        print_who(json_object_get(r, "uid"), l);
        (void)printf(SAY(l, ": %lldパケット、%lldバイト", ": %lld packets, %lld bytes"),
                     (long long)answer_number(r, NULL, "packets"), (long long)answer_number(r, NULL, "bytes"));
        print_when(r, "last_s", l);
        (void)puts(answer_flag(r, NULL, "observed") ? SAY(l, "（観察のため通しました）", " (observed: let pass)") : "");
}

static int by_packets(const void *a, const void *b) {
        json_int_t x = answer_number(*(json_t *const *)a, NULL, "packets"),
                   y = answer_number(*(json_t *const *)b, NULL, "packets");

        return (x < y) - (x > y);
}

/* Those that came most often. */
static void print_refusals(const json_t *refused, enum language l) {
        const json_t *all[REFUSALS_MAX] = { NULL };
        size_t n = json_array_size(refused) < REFUSALS_MAX ? json_array_size(refused) : REFUSALS_MAX;

        for (size_t i = 0; i < n; i++)
                all[i] = json_array_get(refused, i);
        qsort(all, n, sizeof *all, by_packets);
        for (size_t i = 0; i < n && i < REFUSALS_SHOWN; i++)
                print_refusal(all[i], l);
        if (n > REFUSALS_SHOWN)
                (void)printf(SAY(l, "  ほかに%zu種類（--json ですべて見られます）\n",
                                 "  and %zu kinds more (--json has all)\n"),
                             n - REFUSALS_SHOWN);
}

static void print_other(const json_t *a, const char *key, const char *what, enum language l) {
        if (answer_number(a, NULL, key))
                (void)printf(SAY(l, "  %s: %lldパケット\n", "  %s: %lld packets\n"), what,
                             (long long)answer_number(a, NULL, key));
}

static void print_refused(const json_t *a, enum language l) {
        const json_t *refused = json_object_get(a, "refused");
        json_int_t more = answer_number(a, NULL, "refused_more");
        char since[CLOCK_TEXT];

        clock_text(answer_number(a, NULL, "since"), since);
        (void)printf(SAY(l, "\n%s から拒否したもの:\n", "\nrefused since %s:\n"), since);
        print_refusals(refused, l);
        if (more)
                (void)printf(SAY(l, "  このほか、何であったか分からないもの: %lldパケット\n",
                                 "  and %lld packets more, of which nothing else is known\n"),
                             (long long)more);
        print_other(a, "refused_raw", SAY(l, "プログラムが自分で作ったフレーム", "frames that a program made itself"),
                    l);
        print_other(a, "refused_arp", "ARP", l);
        if (!answer_flag(a, NULL, "counted"))
                (void)puts(SAY(l, "  カーネルの数の一部を読めませんでした。ほかにもあるかもしれません",
                               "  some of what the kernel counted cannot be read: there may be others"));
        else if (!json_array_size(refused) && !more && !answer_number(a, NULL, "refused_raw")
                 && !answer_number(a, NULL, "refused_arp"))
                (void)puts(SAY(l, "  ありません", "  nothing"));
}

static void print_routes(const json_t *a, enum language l) {
        const json_t *routes = json_object_get(a, "routes");

        for (size_t i = 0; i < json_array_size(routes); i++) {
                const json_t *r = json_array_get(routes, i);

                (void)printf(SAY(l, "注意: ポリシーにない口 %lld を通る、/%lld の経路があります（%s）\n",
                                 "note: link %lld, which the policy does not name, has a route of /%lld (%s)\n"),
                             (long long)answer_number(r, NULL, "link"), (long long)answer_number(r, NULL, "prefix"),
                             shown(answer_text(r, NULL, "gateway")).text);
        }
}

static void network_print(const json_t *a, const struct network_plan *plan, enum language l) {
        const json_t *links = json_object_get(a, "links");

        print_state(a, l);
        (void)puts(SAY(l, "\n端末の口:", "\ninterfaces:"));
        for (size_t i = 0; i < json_array_size(links); i++)
                print_link(json_array_get(links, i), plan, l);
        print_routes(a, l);
        if (strcmp(answer_text(a, NULL, "stage"), "off") == 0)
                return;
        print_peers(a, plan, l);
        print_refused(a, l);
}

int network_show(const struct typed *t) {
        struct network_plan plan = { 0 };
        auto_json answer = NULL;
        bool has_plan;
        int code = firewall_ask(t->value[OPTION_RUNTIME_DIR], &answer);

        if (code != EXIT_OK)
                return code;
        if (typed_has(t, OPTION_JSON))
                return json_dumpf(answer, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF ? EXIT_OK
                                                                                             : complain_unwritten();
        has_plan = firewall_plan(t->value[OPTION_STATE_DIR], answer, &plan);
        network_print(answer, has_plan ? &plan : NULL,
                      language_follow(has_plan ? language_code(plan.english ? LANGUAGE_EN : LANGUAGE_JA) : NULL));
        network_plan_free(&plan);
        return EXIT_OK;
}
