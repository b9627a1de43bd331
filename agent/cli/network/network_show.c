/* SPDX-License-Identifier: MIT */
/* network_show.c — sekimori network show: with whom the terminal talks, and what it refused. */
#include "base/quote.h"
#include "cli/answer.h"
#include "cli/language.h"
#include "cli/network/firewall_ask.h"
#include "cli/network/others_words.h"
#include "cli/network/refused_words.h"
#include "cli/verbs.h"
#include "review/network_describe.h"

#include <stdio.h>
#include <stdlib.h>

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

static void print_side(const json_t *use, const char *key, const char *word, enum language l) {
        (void)printf(SAY(l, "、%s %lldバイト（%lldパケット）", ", %s %lld bytes (%lld packets)"), word,
                     (long long)answer_number(use, key, "bytes"), (long long)answer_number(use, key, "packets"));
}

static void print_use(const json_t *use, enum language l) {
        json_int_t n = answer_number(use, NULL, "connections");

        (void)fputs("    ", stdout);
        if (!n) {
                (void)puts(SAY(l, "使われていません", "not used"));
                return;
        }
        (void)printf(SAY(l, "%lld回の接続（今は%lld）", "%lld connections (%lld now)"), (long long)n,
                     (long long)answer_number(use, NULL, "open"));
        print_side(use, "sent", SAY(l, "送信", "sent"), l);
        print_side(use, "received", SAY(l, "受信", "received"), l);
        refused_say_when(use, l);
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
        if (!answer_flag(a, NULL, "carried"))
                (void)puts(SAY(l, "  カーネルが数えなかった通信があります。バイトとパケットは、少なくともこれだけです",
                               "  the kernel has not counted all: bytes and packets are at least these"));
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

static void print_resolver(const json_t *r, enum language l) {
        const char *file = answer_text(r, NULL, "file"); /* one of three that it knows */

        if (json_object_get(r, "why"))
                (void)printf(
                        SAY(l,
                            "注意: %s に読めないところがあります（%s）。ほかにも名前解決のサーバーがあるかもしれません\n",
                            "note: %s cannot be read in full (%s): there may be other servers for names\n"),
                        file, shown(answer_text(r, NULL, SAY(l, "why_ja", "why"))).text);
        else
                (void)printf(SAY(l, "注意: %s にある名前解決のサーバー %s は、ポリシーにありません\n",
                                 "note: %s has %s asked for names, which the policy does not name\n"),
                             file, shown(answer_text(r, NULL, "address")).text);
}

static void print_resolvers(const json_t *a, enum language l) {
        const json_t *resolvers = json_object_get(a, "resolvers");

        for (size_t i = 0; i < json_array_size(resolvers); i++)
                print_resolver(json_array_get(resolvers, i), l);
}

/* Else nothing is against a policy. */
static bool is_limited(const json_t *a) {
        return strcmp(answer_text(a, NULL, "stage"), "off") != 0
               && (answer_flag(a, NULL, "terms") || !answer_number(a, NULL, "serial"));
}

static void network_print(const json_t *a, const struct network_plan *plan, enum language l) {
        const json_t *links = json_object_get(a, "links");

        print_state(a, l);
        (void)puts(SAY(l, "\n端末の口:", "\ninterfaces:"));
        for (size_t i = 0; i < json_array_size(links); i++)
                print_link(json_array_get(links, i), plan, l);
        if (is_limited(a)) {
                print_routes(a, l);
                print_resolvers(a, l);
        }
        others_say(a, l);
        if (strcmp(answer_text(a, NULL, "stage"), "off") == 0)
                return;
        print_peers(a, plan, l);
        refused_say(a, l);
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
