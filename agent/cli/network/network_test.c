/* SPDX-License-Identifier: MIT */
/* network_test.c — sekimori network test: what answers of what may be talked with, and whether anything gets out that
 * should not. */
#include "base/quote.h"
#include "cli/answer.h"
#include "cli/language.h"
#include "cli/network/firewall_ask.h"
#include "cli/network/others_words.h"
#include "cli/network/probes.h"
#include "cli/network/stage_word.h"
#include "cli/verbs.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#define DEADLINE_MS 3000
#define SETTLE_MS 100 /* a segment that the kernel has taken is sent by then */

static const struct test_word {
        const char *id, *ja, *en;
} answers[] = { [ANSWER_NONE] = { "no-answer", "応答なし", "no answer" },
                [ANSWER_REFUSED] = { "refused", "相手が拒否", "refused by the peer" },
                [ANSWER_OPEN] = { "open", "つながりました", "open" } },
  results[PROBE_RESULTS] = {
          [PROBE_GOT_OUT] = { "got-out", "出ました", "GOT OUT" },
          [PROBE_UNKNOWN] = { "unknown", "分かりません（拒否の一覧がいっぱいです）",
                              "not known: the list of refusals is full" },
          [PROBE_STOPPED] = { "stopped", "止めました", "stopped here" },
          [PROBE_NO_WAY] = { "no-way", "経路がなく、送られていません", "not sent: there is no way" },
          [PROBE_ALLOWED] = { "allowed", "ポリシーで許可されているため、送っていません",
                              "not sent: the policy allows it" },
  };

struct test {
        const char *runtime_dir;
        const struct network_terms *terms;
        json_t *allowed, *forbidden; /* what it says with --json */
        bool json, failed;
};

static void test_calls(struct test *t) {
        static struct call calls[CALLS_MAX];
        size_t n = calls_of(t->terms, calls), made = n < CALLS_MAX ? n : CALLS_MAX;
        enum language l = language_now();

        calls_make(calls, made, DEADLINE_MS);
        for (size_t i = 0; i < made; i++) {
                const struct call *c = &calls[i];
                const struct test_word *s = &answers[c->answer];

                (void)json_array_append_new(t->allowed, json_pack("{s:s, s:s, s:i, s:s}", "name", c->peer, "address",
                                                                  c->text, "port", c->port, "result", s->id));
                if (!t->json)
                        (void)printf("  %s, %s tcp %u: %s\n", shown(c->peer).text, c->text, c->port,
                                     SAY(l, s->ja, s->en));
        }
        if (n > made && !t->json)
                (void)printf(SAY(l, "  ほかの%zuは試していません\n", "  %zu more were not tried\n"), n - made);
}

static void probe_say(const struct test *t, const struct probe *p, const char *link, enum probe_result result) {
        const struct test_word *s = &results[result];
        const char *what = p->protocol == IPPROTO_TCP   ? "tcp"
                           : p->protocol == IPPROTO_UDP ? "udp"
                           : p->family == AF_PACKET     ? "frame"
                                                        : "icmp";

        (void)json_array_append_new(t->forbidden, json_pack("{s:s, s:s, s:s, s:i, s:s}", "link", link, "what", what,
                                                            "address", p->address, "port", p->port, "result", s->id));
        if (t->json)
                return;
        (void)printf("  %s, %s%s%s", shown(link).text, p->address, *p->address ? " " : "", what);
        if (p->port)
                (void)printf(" %u", p->port);
        (void)printf(": %s\n", SAY(language_now(), s->ja, s->en));
}

/* One link at a time: a refusal is not told by the link it would have left by. */
static int test_link(struct test *t, const char *link, unsigned ifindex) {
        const struct timespec settle = { .tv_nsec = SETTLE_MS * 1000000L };
        auto_json before = NULL, after = NULL;
        int sent[PROBES], code = firewall_ask(t->runtime_dir, &before);

        for (size_t i = 0; code == EXIT_OK && i < PROBES; i++)
                sent[i] = probe_is_allowed(&probes[i], t->terms) ? 0 : probe_send(&probes[i], link, ifindex);
        (void)nanosleep(&settle, NULL);
        if (code == EXIT_OK)
                code = firewall_ask(t->runtime_dir, &after);
        for (size_t i = 0; code == EXIT_OK && i < PROBES; i++) {
                enum probe_result result = probe_is_allowed(&probes[i], t->terms)
                                                   ? PROBE_ALLOWED
                                                   : probe_judge(&probes[i], sent[i], before, after);

                t->failed = t->failed || result <= PROBE_UNKNOWN;
                probe_say(t, &probes[i], link, result);
        }
        return code;
}

static int test_links(struct test *t, const json_t *links) {
        int code = EXIT_OK;

        for (size_t i = 0; code == EXIT_OK && i < json_array_size(links); i++) {
                const json_t *link = json_array_get(links, i);

                if (strcmp(answer_text(link, NULL, "why"), "named") == 0)
                        code = test_link(t, answer_text(link, NULL, "name"),
                                         (unsigned)answer_number(link, NULL, "index"));
        }
        return code;
}

static int test_run(struct test *t, const json_t *answer) {
        enum language l = language_now();
        int code;

        if (!t->json)
                (void)puts(SAY(l, "通信してよい相手:", "may be talked with:"));
        test_calls(t);
        if (!t->json) {
                others_say(answer, l);
                (void)puts(SAY(l, "出てはならないもの:", "must not get out:"));
        }
        code = test_links(t, json_object_get(answer, "links"));
        if (code != EXIT_OK)
                return code;
        if (!t->json)
                return complain(t->failed ? EXIT_REFUSED : EXIT_OK, "%s", "%s",
                                t->failed ? SAY(l, "出てはならないものが出たか、分かりません",
                                                "something got out that must not, or that is not known")
                                          : SAY(l, "何も出ませんでした", "nothing got out"));
        return t->failed ? EXIT_REFUSED : EXIT_OK;
}

static int test_print_json(const struct test *t, const json_t *answer, int code) {
        auto_json o = json_pack("{s:i, s:b, s:O, s:O, s:O?}", "version", 1, "stopped", !t->failed, "allowed",
                                t->allowed, "forbidden", t->forbidden, "others", json_object_get(answer, "others"));

        if (code == EXIT_COULD_NOT)
                return code;
        return o && json_dumpf(o, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF ? code : complain_unwritten();
}

/* What is not in force cannot be tried: nothing is sent. */
static int test_begin(const struct typed *t, json_t **ret, struct network_plan *ret_plan) {
        int code = firewall_ask(t->value[OPTION_RUNTIME_DIR], ret);

        if (code != EXIT_OK)
                return code;
        if (!answer_flag(*ret, NULL, "applied") || !stage_word_enforces(answer_text(*ret, NULL, "stage")))
                return complain(EXIT_COULD_NOT, "規則を実施していないので、試せません（sekimori network で見られます）",
                                "the rules are not in force, so nothing can be tried (see sekimori network)");
        if (!firewall_plan(t->value[OPTION_STATE_DIR], *ret, ret_plan))
                return complain(EXIT_COULD_NOT, "実施しているポリシーの計画を読めません",
                                "the plan of the policy in force cannot be read");
        return EXIT_OK;
}

int network_test(const struct typed *typed) {
        auto_json answer = NULL, allowed = json_array(), forbidden = json_array();
        struct network_plan plan = { 0 };
        struct test t = { .runtime_dir = typed->value[OPTION_RUNTIME_DIR],
                          .terms = &plan.terms,
                          .allowed = allowed,
                          .forbidden = forbidden,
                          .json = typed_has(typed, OPTION_JSON) };
        int code = test_begin(typed, &answer, &plan);

        if (code != EXIT_OK)
                return code;
        (void)language_follow(language_code(plan.english ? LANGUAGE_EN : LANGUAGE_JA));
        code = test_run(&t, answer);
        if (t.json)
                code = test_print_json(&t, answer, code);
        network_plan_free(&plan);
        return code;
}
