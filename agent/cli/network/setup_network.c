/* SPDX-License-Identifier: MIT */
/* setup_network.c — sekimori setup network: observed first, then limited on trial, confirmed by somebody who is still
 * connected; and each step back. */
#include "base/cleanup.h"
#include "cli/network/firewall_ask.h"
#include "cli/network/refused_words.h"
#include "cli/question.h"
#include "cli/setup/program.h"
#include "cli/setup/setup.h"
#include "cli/verbs.h"
#include "host/clock.h"
#include "host/file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SYSTEMCTL "/usr/bin/systemctl"
#define FIREWALL "/usr/lib/sekimori/sekimori-firewall"
#define FIREWALL_UNIT "sekimori-firewall.service"
#define SECONDS 60
#define FOLLOW_MS 10000

static void network_say(const struct setup *s, const char *ja, const char *en) {
        (void)puts(SAY(s->t.l, ja, en));
        (void)fflush(stdout);
}

void setup_say_network(const struct setup *s) {
        static const char *const words[NETWORK_STAGES][LANGUAGES] = {
                [NETWORK_OFF] = { "制限していません。次は sekimori setup network --observe",
                                  "not limited; next: sekimori setup network --observe" },
                [NETWORK_OBSERVE] = { "観察中（何も止めません）。次は sekimori setup network",
                                      "observed (nothing is stopped); next: sekimori setup network" },
                [NETWORK_TRIAL] = { "制限を試行中。つながったままなら sekimori setup network --confirm",
                                    "limited, on trial; if you are still connected: sekimori setup network --confirm" },
                [NETWORK_ENFORCE] = { "制限しています", "limited to what the policy names" },
        };

        (void)printf("%s%s\n", SAY(s->t.l, "ネットワーク: ", "network: "), words[s->network][s->t.l]);
}

/* Only the way back is possible without an agent: nothing is recorded then. */
static int network_without_agent(struct setup *s, enum network_stage to) {
        auto_fd dir = directory_open(s->root, SETUP_STATE "/" NETWORK_DIR);
        struct err err = { "" };
        int r;

        if (to <= s->network)
                return complain(EXIT_COULD_NOT,
                                "エージェントが応答しません。systemctl start sekimorid で起動してください",
                                "the agent does not answer; systemctl start sekimorid");
        r = dir < 0 ? err_errno(&err, dir, "/" SETUP_STATE "/" NETWORK_DIR) : network_stage_write(dir, to, &err);
        if (r < 0)
                return complain_err(EXIT_COULD_NOT, NULL, &err);
        s->network = to;
        network_say(s, "  … エージェントが応答しないので、段階を書き換えました（監査記録には残りません）",
                    "  … the agent does not answer: the stage is written, and not recorded");
        return EXIT_OK;
}

static int network_set(struct setup *s, enum network_stage to) {
        auto_json answer = NULL;
        int code;

        if (!s->t.status)
                return network_without_agent(s, to);
        code = people_ask(&s->t, CONTROL_STAGE, json_pack("{s:s}", "network", network_stage_name(to)), &answer, NULL);
        if (code == EXIT_OK)
                s->network = to;
        return code;
}

static bool network_is_followed(const struct setup *s, char why[ERR_TEXT_JA]) {
        auto_json answer = NULL;
        struct err err = { "" };
        const char *stage;

        if (firewall_answer(s->runtime_dir, &answer, &err) < 0) {
                (void)snprintf(why, ERR_TEXT_JA, "%s", err_text(&err, s->t.l));
                return false;
        }
        stage = json_string_value(json_object_get(answer, "stage"));
        (void)snprintf(why, ERR_TEXT_JA, "%s",
                       SAY(s->t.l, "表をカーネルに置けません", "the kernel did not take its tables"));
        return stage && strcmp(stage, network_stage_name(s->network)) == 0
               && json_is_true(json_object_get(answer, "applied"));
}

/* One that hangs is asked for ten seconds each time: so the clock is asked, too. */
static bool network_becomes_followed(const struct setup *s, int within_ms, char why[ERR_TEXT_JA]) {
        const struct timespec pause = { .tv_nsec = 100000000 };
        const int64_t deadline_ms = clock_ms() + within_ms;

        do {
                if (network_is_followed(s, why))
                        return true;
                (void)nanosleep(&pause, NULL);
        } while (clock_ms() < deadline_ms);
        return false;
}

/* What is written counts once the kernel has it: a program that is not there, or a kernel without nf_tables, is told.
 */
static int network_await(const struct setup *s) {
        char why[ERR_TEXT_JA] = "";

        if (network_becomes_followed(s, FOLLOW_MS, why))
                return EXIT_OK;
        return complain(EXIT_COULD_NOT, "sekimori-firewall が従いません: %s（journalctl -u sekimori-firewall）",
                        "sekimori-firewall does not follow: %s (journalctl -u sekimori-firewall)", why);
}

static int network_start(const struct setup *s) {
        static const char *const enable[] = { SYSTEMCTL, "--no-reload", "enable", FIREWALL_UNIT, NULL };
        static const char *const begin[] = { SYSTEMCTL, "start", FIREWALL_UNIT, NULL };
        struct err err = { 0 };

        if (program_run(s->root_path, SYSTEMCTL, enable, SECONDS, &err) < 0
            || program_run(s->root_path, SYSTEMCTL, begin, SECONDS, &err) < 0)
                return complain_err(EXIT_COULD_NOT, NULL, &err);
        return EXIT_OK;
}

/* It lets go by itself where it runs, and says so. Where it does not, what it left in the kernel is taken away. */
static void network_let_go(const struct setup *s, int within_ms) {
        static const char *const runs[] = { SYSTEMCTL, "--quiet", "is-active", FIREWALL_UNIT, NULL };
        static const char *const let_go[] = { FIREWALL, "--open", NULL };
        char why[ERR_TEXT_JA] = "";
        struct err err = { 0 };

        if (program_run(s->root_path, SYSTEMCTL, runs, SECONDS, NULL) == 0
            && network_becomes_followed(s, within_ms, why))
                return;
        if (program_run(s->root_path, FIREWALL, let_go, SECONDS, &err) < 0)
                (void)complain_err(EXIT_COULD_NOT, NULL, &err);
}

/* Whoever has not followed so far is not waited for. */
static int network_back(struct setup *s, enum network_stage to, int within_ms) {
        int code = network_set(s, to);

        if (code == EXIT_OK)
                network_let_go(s, within_ms);
        return code;
}

static int network_to_observe(struct setup *s) {
        int code = network_start(s);

        if (code == EXIT_OK)
                code = network_set(s, NETWORK_OBSERVE);
        if (code == EXIT_OK && network_await(s) != EXIT_OK) {
                (void)network_back(s, NETWORK_OFF, 0);
                return EXIT_COULD_NOT;
        }
        return code;
}

static int network_to_trial(struct setup *s) {
        int code = setup_arm(s, SETUP_NETWORK_TRIAL);

        if (code == EXIT_OK)
                code = network_set(s, NETWORK_TRIAL);
        if (code == EXIT_OK && network_await(s) != EXIT_OK) {
                (void)network_back(s, NETWORK_OBSERVE, 0);
                return EXIT_COULD_NOT;
        }
        return code;
}

static int network_go(struct setup *s, int to) {
        const enum network_stage from = s->network;
        int code;

        if ((s->unless_confirmed || to == NETWORK_ENFORCE) && from != NETWORK_TRIAL)
                return EXIT_OK;
        if (to == NETWORK_OBSERVE && from == NETWORK_OFF)
                code = network_to_observe(s);
        else if (to == NETWORK_TRIAL)
                code = network_to_trial(s);
        else
                code = to == NETWORK_ENFORCE ? network_set(s, NETWORK_ENFORCE) : network_back(s, to, FOLLOW_MS);
        if ((from == NETWORK_TRIAL || to == NETWORK_TRIAL) && s->network != NETWORK_TRIAL)
                setup_disarm(s, SETUP_NETWORK_TRIAL);
        return code;
}

static int network_confirm(struct setup *s) {
        int code = setup_undisturbed(s, network_go, NETWORK_ENFORCE);

        if (code == EXIT_OK && s->network != NETWORK_ENFORCE)
                code = complain(EXIT_REFUSED, "試行中ではありません。10分を過ぎると、自動的に元に戻ります",
                                "it is not on trial; after ten minutes a trial undoes itself");
        setup_say_network(s);
        return code;
}

/* A "no" ends a trial. What somebody else made final meanwhile stays so; what could not be undone is the timer's. */
static int network_decline(struct setup *s) {
        int code;

        s->unless_confirmed = true;
        code = setup_undisturbed(s, network_go, NETWORK_OBSERVE);
        setup_say_network(s);
        if (code != EXIT_OK)
                return code;
        return s->network == NETWORK_ENFORCE
                       ? complain(EXIT_REFUSED, "ほかの人がすでに確定しています（元に戻すには --undo）",
                                  "somebody else has made it final (to undo it: --undo)")
                       : complain(EXIT_REFUSED, "確定せず、元に戻しました", "not confirmed, so it was undone");
}

/* Whoever can answer is connected. A lost connection answers with the end of the input. */
static int network_wait(struct setup *s) {
        network_say(s,
                    "\n制限を始めました。10分以内に確定しなければ、自動的に元に戻ります。\n"
                    "必要な業務がいま使えるか、確かめてください（ほかの端末からの ssh も、新しくつなぎ直して）。",
                    "\nThe network is limited now. Unless it is confirmed within ten minutes, it undoes itself.\n"
                    "Try what this terminal is needed for (ssh to it, too, over a new connection).");
        if (s->no_wait || !isatty(STDIN_FILENO)) {
                setup_say_network(s);
                return EXIT_OK;
        }
        if (ask_yes(s->t.l, SAY(s->t.l, "すべて使えますか。確定しますか", "Does all of it work? Make it final?")))
                return network_confirm(s);
        return network_decline(s);
}

/* What was counted while it observed: what happens once a week is not connected now. */
static void network_say_observed(const struct setup *s) {
        auto_json answer = NULL;
        struct err err = { "" };

        if (firewall_answer(s->runtime_dir, &answer, &err) == 0)
                refused_say(answer, s->t.l);
        else
                (void)complain_err(EXIT_OK, NULL, &err);
        (void)putchar('\n');
}

static void network_announce(const struct setup *s, enum network_stage to) {
        if (to == NETWORK_TRIAL) {
                network_say_observed(s);
                network_say(s, "これから、ポリシーの network: にない通信を止めます:",
                            "From now on only what the policy's network: names may pass:");
                network_say(s, "  10分以内に確定しなければ、自動的に元に戻ります。再起動したときも元に戻ります",
                            "  unless it is confirmed within ten minutes it undoes itself; also at a reboot");
                network_say(s, "  元に戻すには: sekimori setup network --undo",
                            "  to undo it: sekimori setup network --undo");
        } else if (to == NETWORK_OBSERVE) {
                network_say(s, "これから、ネットワークを観察します。拒否に当たる通信を数えるだけで、何も止めません",
                            "The network is observed: what would be refused is counted, and nothing is stopped");
        } else {
                network_say(s, "これから、ネットワークを制限も観察もしません",
                            "The network is neither limited nor observed");
        }
}

static int network_change(struct setup *s, enum network_stage to) {
        int code;

        network_announce(s, to);
        code = setup_agree(s);
        if (code == EXIT_OK)
                code = setup_undisturbed(s, network_go, (int)to);
        if (code != EXIT_OK)
                return code;
        if (s->network == NETWORK_TRIAL)
                return network_wait(s);
        setup_say_network(s);
        return EXIT_OK;
}

static int network_undo(struct setup *s) {
        if (s->unless_confirmed && s->network != NETWORK_TRIAL) {
                setup_disarm(s, SETUP_NETWORK_TRIAL);
                return EXIT_OK;
        }
        if (s->network == NETWORK_OFF)
                return complain(EXIT_REFUSED, "ネットワークは制限していません。元に戻すものはありません",
                                "the network is not limited; there is nothing to undo");
        return network_change(s, s->network == NETWORK_OBSERVE ? NETWORK_OFF : NETWORK_OBSERVE);
}

static int network_forward(struct setup *s) {
        int code;

        if (s->network == NETWORK_ENFORCE) {
                setup_say_network(s);
                return EXIT_OK;
        }
        if (s->network == NETWORK_TRIAL)
                return network_wait(s);
        if (s->network == NETWORK_OFF)
                return complain(EXIT_REFUSED, "先に sekimori setup network --observe で何日か観察してください",
                                "sekimori setup network --observe comes first, for some days");
        code = setup_checked(s, PREFLIGHT_NETWORK | PREFLIGHT_LIMITS);
        return code == EXIT_OK ? network_change(s, NETWORK_TRIAL) : code;
}

static int network_observe(struct setup *s) {
        int code = s->network == NETWORK_OFF ? setup_checked(s, PREFLIGHT_NETWORK) : EXIT_OK;

        if (s->network == NETWORK_OBSERVE) {
                setup_say_network(s);
                return EXIT_OK;
        }
        return code == EXIT_OK ? network_change(s, NETWORK_OBSERVE) : code;
}

int setup_network(struct setup *s) {
        if (s->undo)
                return network_undo(s);
        if (s->confirm)
                return network_confirm(s);
        return s->to_observe ? network_observe(s) : network_forward(s);
}
