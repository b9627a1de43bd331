/* SPDX-License-Identifier: MIT */
/* setup.c — sekimori setup: one stage after the other, each with checks before it and a way back. */
#include "cli/setup/setup.h"

#include "cli/setup/door.h"
#include "cli/verbs.h"
#include "decision/network.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static bool fits_network(const struct setup *s) {
        return s->undo + s->to_observe + s->confirm <= 1 && !s->json && (s->undo || !s->unless_confirmed)
               && !(s->no_wait && (s->undo || s->to_observe || s->confirm));
}

static bool fits_together(const struct setup *s) {
        enum stage stage;

        if (s->word && strcmp(s->word, "network") == 0)
                return fits_network(s);
        if (s->to_observe || s->confirm)
                return false;
        if (s->undo)
                return !s->word && !s->json && !s->no_wait && !s->n_forced;
        if (!s->word || strcmp(s->word, "check") == 0)
                return !s->yes && !s->no_wait && !s->unless_confirmed;
        return stage_from_name(s->word, &stage) && stage != STAGE_TRIAL && !s->json && !s->unless_confirmed;
}

static int open_root(struct setup *s) {
        s->root = open(*s->root_path ? s->root_path : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (s->root < 0)
                return complain_errno(EXIT_COULD_NOT, s->root_path, errno);
        if (snprintf(s->runtime_dir, sizeof s->runtime_dir, "%s/run/sekimori", s->root_path)
            >= (int)sizeof s->runtime_dir)
                return complain(EXIT_USAGE, "--root が長すぎます", "--root is too long");
        s->t.runtime_dir = s->runtime_dir;
        return EXIT_OK;
}

static int setup_check_login(const struct setup *s) {
        const unsigned limits = s->network == NETWORK_OBSERVE ? PREFLIGHT_LIMITS : 0,
                       network = policy_network(s->in_force.policy) ? PREFLIGHT_NETWORK | limits : 0;
        int code = setup_check(s, PREFLIGHT_LOGIN | network, true);

        if (!s->json)
                setup_say_stage(s);
        if (!s->json && (network || s->network != NETWORK_OFF))
                setup_say_network(s);
        return code;
}

/* What will change has been printed before. */
int setup_agree(const struct setup *s) {
        if (s->yes)
                return EXIT_OK;
        if (!isatty(STDIN_FILENO))
                return complain(EXIT_USAGE,
                                "確認の質問に答えられる画面がありません。確認なしで実行するには --yes を付けてください",
                                "there is nobody to ask here: say --yes if it is to be done");
        return ask_yes(s->t.l, SAY(s->t.l, "実行しますか", "Go on?"))
                       ? EXIT_OK
                       : complain(EXIT_REFUSED, "何も変えていません", "nothing was changed");
}

static int setup_change(struct setup *s, enum stage to) {
        int code;

        setup_announce(s, to);
        code = setup_agree(s);
        if (code == EXIT_OK)
                code = setup_move(s, to);
        if (code == EXIT_OK && s->stage == STAGE_TRIAL)
                code = setup_wait(s);
        if (code == EXIT_OK)
                setup_say_stage(s);
        return code;
}

int setup_checked(const struct setup *s, unsigned for_what) {
        int code = setup_check(s, for_what, false);

        return code == EXIT_OK ? code
                               : complain(code, "「要修正」の項目を直してください。それでも進めるなら --force 項目名",
                                          "mend what says STOP; to go on all the same: --force CHECK");
}

/* The terminal is in the requested stage already: start what an upgrade has added since, after the checks of the first
 * time. */
static int catch_up(struct setup *s) {
        int code = setup_checked(s, PREFLIGHT_DEVICES);

        if (code != EXIT_OK)
                return code;
        (void)puts(SAY(s->t.l, "これから、この版で加わったことを始めます:", "What this version brings begins now:"));
        setup_announce_disks(s);
        code = setup_agree(s);
        if (code == EXIT_OK)
                setup_refuse_disks(s);
        return code;
}

/* Stages come one after the other: a person must have seen a stage working before the next one. */
static int setup_forward(struct setup *s, enum stage to) {
        int code;

        if (to == STAGE_LOGIN && !stage_enforces(s->stage))
                return complain(EXIT_REFUSED, "先に sekimori setup devices を実行してください",
                                "sekimori setup devices comes first");
        code = setup_checked(s, to == STAGE_LOGIN ? PREFLIGHT_LOGIN : PREFLIGHT_DEVICES);
        return code == EXIT_OK ? setup_change(s, to) : code;
}

static int setup_undo(struct setup *s) {
        if (s->unless_confirmed && s->stage != STAGE_TRIAL) {
                setup_disarm(s, SETUP_TRIAL);
                return EXIT_OK;
        }
        if (s->stage == STAGE_OBSERVE)
                return complain(EXIT_REFUSED, "いまは最初の段階（observe、観察）です。これより前には戻せません",
                                "this is the first stage (observe); there is none before it");
        return setup_change(s, s->stage <= STAGE_TRIAL ? STAGE_DEVICES : STAGE_OBSERVE);
}

/* The stage was requested again: nothing changes, except for what an upgrade left to do. */
static int is_there_already(struct setup *s) {
        int code = s->stage != STAGE_TRIAL && setup_is_behind(s) ? catch_up(s) : EXIT_OK;

        if (code == EXIT_OK)
                setup_say_stage(s);
        return code == EXIT_OK && s->stage == STAGE_TRIAL ? setup_wait(s) : code;
}

static int do_word(struct setup *s) {
        struct check_context g = setup_ground(s);
        enum stage to = STAGE_LOGIN;

        (void)stage_from_name(s->word, &to);
        if ((to == STAGE_LOGIN && door_is_ours(&g) > 0 && s->stage <= STAGE_TRIAL)
            || (to == STAGE_DEVICES && s->stage == STAGE_DEVICES && setup_is_behind(s)))
                return is_there_already(s);
        return to == STAGE_OBSERVE || s->stage < to ? setup_change(s, to) : setup_forward(s, to);
}

static int setup_run(struct setup *s) {
        if (geteuid() != 0 && !*s->root_path)
                return complain(EXIT_COULD_NOT, "root の権限が必要です: sudo sekimori setup",
                                "this needs root: sudo sekimori setup");
        setup_look(s);
        if (s->word && strcmp(s->word, "network") == 0)
                return setup_network(s);
        if (s->undo)
                return setup_undo(s);
        return s->word && strcmp(s->word, "check") != 0 ? do_word(s) : setup_check_login(s);
}

static int setup_take(struct setup *s, const struct typed *t) {
        int code = typed_word(t, 0, "check|observe|devices|login|network");

        for (size_t i = 0; i < t->n_all; i++)
                if (t->all[i].id == OPTION_FORCE_CHECK && s->n_forced < FORCED_MAX)
                        s->forced[s->n_forced++] = t->all[i].value;
        return code == EXIT_OK && !fits_together(s) ? wrong_usage(t->verb) : code;
}

int setup(const struct typed *t) {
        struct setup s = { .word = t->words[0],
                           .root_path = typed_has(t, OPTION_ROOT) ? t->value[OPTION_ROOT] : "",
                           .undo = typed_has(t, OPTION_UNDO),
                           .to_observe = typed_has(t, OPTION_OBSERVE),
                           .confirm = typed_has(t, OPTION_CONFIRM),
                           .yes = typed_has(t, OPTION_YES),
                           .no_wait = typed_has(t, OPTION_NO_WAIT),
                           .unless_confirmed = typed_has(t, OPTION_UNLESS_CONFIRMED),
                           .json = typed_has(t, OPTION_JSON),
                           .root = -1 };
        int code = setup_take(&s, t);

        if (code == EXIT_OK)
                code = open_root(&s);
        if (code == EXIT_OK)
                code = setup_run(&s);
        terminal_deinit(&s.t);
        accepted_deinit(&s.in_force);
        if (s.root >= 0)
                (void)close(s.root);
        return code;
}
