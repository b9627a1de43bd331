/* SPDX-License-Identifier: MIT */
/* refused_words.c — see refused_words.h. */
#include "cli/network/refused_words.h"

#include "base/ip_protocol.h"
#include "base/quote.h"
#include "cli/answer.h"
#include "host/clock.h"

#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFUSALS_MAX 1024 /* the firewall has no more */
#define REFUSALS_SHOWN 40

void refused_say_when(const json_t *o, enum language l) {
        char text[CLOCK_TEXT];

        clock_text(answer_number(o, NULL, "last_s"), text);
        (void)printf(SAY(l, "、最後は %s", ", last %s"), text);
}

static const char *way_word(const char *way, enum language l) {
        return strcmp(way, "out") == 0  ? SAY(l, "出る", "to")
               : strcmp(way, "in") == 0 ? SAY(l, "入る", "from")
                                        : SAY(l, "中継", "through here to");
}

static const char *protocol_word(json_int_t number, char to[16]) {
        const char *name = number >= 0 && number <= UINT8_MAX ? ip_protocol_name((uint8_t)number) : NULL;

        (void)snprintf(to, 16, "protocol %lld", (long long)number);
        return name ? name : to;
}

/* It asks for routers and says which groups it is in, of its own accord, whenever a link comes up. */
static bool is_kernels_own(const json_t *r) {
        return answer_number(r, NULL, "protocol") == IPPROTO_ICMPV6 && json_is_null(json_object_get(r, "uid"))
               && strcmp(answer_text(r, NULL, "direction"), "out") == 0
               && strncmp(answer_text(r, NULL, "address"), "ff02:", 5) == 0;
}

static void print_who(const json_t *r, enum language l) {
        const json_t *uid = json_object_get(r, "uid");
        struct passwd *pw = json_is_integer(uid) ? getpwuid((uid_t)json_integer_value(uid)) : NULL;

        if (is_kernels_own(r))
                (void)fputs(SAY(l, "、カーネル自身", ", by the kernel itself"), stdout);
        else if (pw)
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
        print_who(r, l);
        (void)printf(SAY(l, ": %lldパケット、%lldバイト", ": %lld packets, %lld bytes"),
                     (long long)answer_number(r, NULL, "packets"), (long long)answer_number(r, NULL, "bytes"));
        refused_say_when(r, l);
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

void refused_say(const json_t *a, enum language l) {
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
