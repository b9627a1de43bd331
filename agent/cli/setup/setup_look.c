/* SPDX-License-Identifier: MIT */
/* setup_look.c — sekimori setup check: what the checks of setup/ need is fetched here, and what they found is shown. */
#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/setup/setup.h"
#include "cli/status/whatif.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "host/file.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SETTLE_TRIES 50

static bool agent_listens(const struct setup *s) {
        auto_fd fd = -1;

        return socket_connect(s->runtime_dir, CONTROL_SOCKET, &fd) == 0;
}

/* The slot whose serial the agent names: verified again, under the trust that is kept beside it. */
static void policy_read(struct setup *s) {
        json_int_t serial = json_integer_value(json_object_get(json_object_get(s->t.status, "policy"), "serial"));
        auto_fd policies = directory_open(s->root, SETUP_STATE "/policy");
        struct err err = { 0 };

        if (serial > 0 && policies >= 0 && slot_read(policies, (uint64_t)serial, NULL, &s->in_force, &err) < 0)
                (void)complain_err(EXIT_COULD_NOT, NULL, &err);
}

/* Read the stage as the agent reads it. */
void setup_read_stage(struct setup *s) {
        auto_fd state = directory_open(s->root, SETUP_STATE);

        auto_fd network = directory_open(s->root, SETUP_STATE "/" NETWORK_DIR);

        if (state < 0 || stage_read(state, &s->stage) < 0)
                s->stage = STAGE_LOGIN;
        s->network = network == -ENOENT ? NETWORK_OFF : network_stage_of(network);
}

/* After each change the agent looks through the devices again: wait a moment until it has settled. */
static int ask_settled(struct setup *s) {
        const struct timespec pause = { .tv_nsec = 100000000 };
        int code = terminal_ask(&s->t);

        for (int i = 0; i < SETTLE_TRIES && code == EXIT_OK && !answer_flag(s->t.status, "observer", "settled"); i++) {
                (void)nanosleep(&pause, NULL);
                terminal_deinit(&s->t);
                code = terminal_ask(&s->t);
        }
        return code;
}

void setup_look(struct setup *s) {
        s->t.l = language_now();
        setup_read_stage(s);
        if (agent_listens(s) && ask_settled(s) == EXIT_OK)
                policy_read(s);
}

struct check_context setup_ground(const struct setup *s) {
        return (struct check_context){ .root = s->root,
                                       .root_path = s->root_path,
                                       .l = s->t.l,
                                       .now_s = time(NULL),
                                       .status = s->t.status,
                                       .policy = s->in_force.policy };
}

bool setup_is_forced(const struct setup *s, const char *check) {
        for (size_t i = 0; i < s->n_forced; i++)
                if (strcmp(s->forced[i], check) == 0)
                        return true;
        return false;
}

static const char *setup_look_member(const json_t *o, const char *key) {
        return json_string_value(json_object_get(o, key));
}

static void print_finding(const struct setup *s, const json_t *finding) {
        static const struct {
                const char *name, *ja, *en;
        } words[] = { { "ok", "良", "ok" }, { "warning", "注意", "warning" }, { "stop", "要修正", "STOP" } };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
                const char *word = SAY(s->t.l, words[i].ja, words[i].en);

                if (strcmp(words[i].name, setup_look_member(finding, "verdict")) == 0)
                        (void)printf("%s%*s%-15s %s\n", word, 9 - columns_of(word), "",
                                     setup_look_member(finding, "check"), setup_look_member(finding, "text"));
        }
}

/* How many of them say stop and are not forced. */
static size_t print_findings(const struct setup *s, const json_t *findings, bool all) {
        size_t stops = 0;

        for (size_t i = 0; i < json_array_size(findings); i++) {
                const json_t *finding = json_array_get(findings, i);
                bool stop = strcmp(setup_look_member(finding, "verdict"), "stop") == 0;

                if (!s->json && (all || strcmp(setup_look_member(finding, "verdict"), "ok") != 0))
                        print_finding(s, finding);
                stops += stop && !setup_is_forced(s, setup_look_member(finding, "check"));
        }
        return stops;
}

static int print_json(const struct setup *s, const json_t *findings, size_t stops) {
        auto_json o =
                json_pack("{s:s, s:b, s:O}", "stage", stage_name(s->stage), "ready", stops == 0, "findings", findings);

        if (json_dumpf(o, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) < 0 || putchar('\n') == EOF)
                return complain_unwritten();
        return EXIT_OK;
}

/* Where an agent of another version runs: its policy, judged by this version. Nothing where the policy cannot be read:
 * no policy would be another answer. */
static void devices_by_this_version(const struct setup *s, json_t **ret) {
        const char *version = json_string_value(json_object_get(s->t.status, "version"));
        bool known = s->in_force.policy || json_is_null(json_object_get(s->t.status, "policy"));
        struct err err = { 0 };

        if (version && strcmp(version, SEKIMORI_VERSION) != 0 && known && whatif(s->in_force.policy, ret, &err) < 0)
                (void)complain_err(EXIT_COULD_NOT, NULL, &err);
}

int setup_check(const struct setup *s, unsigned for_what, bool all) {
        auto_json findings = json_array(), devices = NULL, next = NULL, people = NULL;
        struct check_context g = setup_ground(s);
        size_t stops;
        int code;

        if (s->t.status) {
                (void)ask_json(s->runtime_dir, CONTROL_DEVICES, &devices);
                (void)people_all(&s->t, NULL, &people);
                devices_by_this_version(s, &next);
        }
        g.findings = findings;
        g.devices = devices;
        g.next = next;
        g.people = people;
        preflight(&g, for_what);
        stops = print_findings(s, findings, all);
        code = s->json ? print_json(s, findings, stops) : EXIT_OK;
        return code == EXIT_OK && stops ? EXIT_REFUSED : code;
}
