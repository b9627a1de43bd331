/* SPDX-License-Identifier: MIT */
/* setup_move.c — from one stage to another. When a step fails, the steps before it are taken back. PAM is put in last
 * and taken back first, because it is what locks people out. */
#include "base/cleanup.h"
#include "cli/language.h"
#include "cli/setup/door.h"
#include "cli/setup/profile.h"
#include "cli/setup/program.h"
#include "cli/setup/setup.h"
#include "cli/verbs.h"
#include "host/file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#define SYSTEMCTL "/usr/bin/systemctl"
#define KEEPER "/usr/lib/sekimori/sekimori-keeper"
#define KEEPER_UNIT "sekimori-keeper.service"
#define SECONDS 60
#define INITRAMFS_SECONDS 1800

static int setup_move_failed(const struct err *err) {
        return complain_err(EXIT_COULD_NOT, NULL, err);
}

static void setup_move_progress(const struct setup *s, const char *ja, const char *en) {
        (void)printf("  … %s\n", SAY(s->t.l, ja, en));
        (void)fflush(stdout);
}

/* Without the agent, write the stage and tell the kernel with `sekimorid --early`; devices plugged in already stay as
 * they are. */
static int stage_without_agent(struct setup *s, enum stage to) {
        static const char *const argv[] = { "/usr/sbin/sekimorid", "--early", NULL };
        auto_fd state = directory_open(s->root, SETUP_STATE);
        struct err err = { 0 };
        int r = state < 0 ? err_errno(&err, state, "/" SETUP_STATE) : stage_write(state, to, &err);

        if (r < 0)
                return setup_move_failed(&err);
        s->stage = to;
        setup_move_progress(
                s,
                "エージェントが応答しないので、段階を書き換え、sekimorid --early を実行します。使えないままの機器は、"
                "差し込み直すか再起動してください",
                "the agent does not answer: the stage is written, and sekimorid --early run. What stays without life: "
                "plug it in again, or reboot");
        return program_run(s->root_path, argv[0], argv, SECONDS, &err) < 0 ? setup_move_failed(&err) : EXIT_OK;
}

static int set_stage(struct setup *s, enum stage to) {
        auto_json answer = NULL;
        const char *note;
        int code;

        if (!s->t.status) /* without the agent only the way back is possible */
                return to > s->stage
                               ? stage_without_agent(s, to)
                               : complain(EXIT_COULD_NOT,
                                          "エージェントが応答しません。systemctl start sekimorid で起動してください",
                                          "the agent does not answer; systemctl start sekimorid");
        code = people_ask(&s->t, CONTROL_STAGE, json_pack("{s:s}", "stage", stage_name(to)), &answer, NULL);
        if (code != EXIT_OK)
                return code;
        s->stage = to;
        note = json_string_value(json_object_get(answer, "note"));
        if (note)
                (void)complain(EXIT_OK, "%s", "%s", note);
        return EXIT_OK;
}

/* Rebuild the initramfs, so that it has what denies devices early in the boot, or no longer has it. */
static int make_initramfs(const struct setup *s) {
        static const char *const debian[] = { "/usr/sbin/update-initramfs", "-u", "-k", "all", NULL };
        static const char *const dracut[] = { "/usr/bin/dracut", "--regenerate-all", "--force", NULL };
        struct check_context g = setup_ground(s);
        const char *const *argv = check_context_has(&g, debian[0] + 1)   ? debian
                                  : check_context_has(&g, dracut[0] + 1) ? dracut
                                                                         : NULL;
        struct err err = { 0 };

        if (!argv)
                return EXIT_OK;
        setup_move_progress(s, "initramfs を作り直しています（数分かかることがあります）",
                            "the initramfs is made anew (this may take minutes)");
        return program_run(s->root_path, argv[0], argv, INITRAMFS_SECONDS, &err) < 0 ? setup_move_failed(&err)
                                                                                     : EXIT_OK;
}

/* Where disks cannot be refused, the terminal goes on without that: the kernel denies USB by itself, and `status` says
 * what is not refused. A unit that an administrator masked stays off. */
void setup_refuse_disks(const struct setup *s) {
        static const char *const enable[] = { SYSTEMCTL, "--no-reload", "enable", KEEPER_UNIT, NULL };
        static const char *const begin[] = { SYSTEMCTL, "restart", KEEPER_UNIT, NULL };
        struct err err = { 0 };

        setup_move_progress(s, "ほかのディスクを拒否するようにしています", "other disks are kept out");
        if (program_run(s->root_path, SYSTEMCTL, enable, SECONDS, &err) < 0
            || program_run(s->root_path, SYSTEMCTL, begin, SECONDS, &err) < 0)
                (void)setup_move_failed(&err);
}

/* The keeper follows the stage by itself; where it does not run, this removes what it left in the kernel. */
static void disks_open(const struct setup *s) {
        static const char *const argv[] = { KEEPER, "--open", NULL };

        (void)program_run(s->root_path, KEEPER, argv, SECONDS, NULL);
}

bool setup_is_behind(const struct setup *s) {
        struct check_context g = setup_ground(s);
        char target[PATH_MAX];

        return check_context_has(&g, &KEEPER[1])
               && !check_context_link(&g, "etc/systemd/system/sysinit.target.wants/" KEEPER_UNIT, target, sizeof target)
               && !check_context_link(&g, "etc/systemd/system/" KEEPER_UNIT, target, sizeof target); /* masked */
}

static int pam_off(const struct setup *s) {
        struct check_context g = setup_ground(s);
        struct err err = { 0 };

        setup_move_progress(s, "PAM を元に戻しています", "PAM is put back");
        return profile_disable(&g, s->root_path, &err) < 0 ? setup_move_failed(&err) : EXIT_OK;
}

int setup_arm(const struct setup *s, const char *trial) {
        char service[64], timer[64];
        const char *const enable[] = { SYSTEMCTL, "--no-reload", "enable", service, NULL };
        const char *const begin[] = { SYSTEMCTL, "restart", timer, NULL };
        struct err err = { 0 };

        (void)snprintf(service, sizeof service, "%s.service", trial);
        (void)snprintf(timer, sizeof timer, "%s.timer", trial);

        if (program_run(s->root_path, SYSTEMCTL, enable, SECONDS, &err) < 0
            || program_run(s->root_path, SYSTEMCTL, begin, SECONDS, &err) < 0)
                return setup_move_failed(&err);
        return EXIT_OK;
}

/* Where disabling the service fails, it finds nothing to undo at the next boot. */
void setup_disarm(const struct setup *s, const char *trial) {
        char service[64];
        const char *const disable[] = { SYSTEMCTL, "--no-reload", "disable", service, NULL };

        (void)snprintf(service, sizeof service, "%s.service", trial);
        (void)program_run(s->root_path, SYSTEMCTL, disable, SECONDS, NULL);
}

static int pam_on(struct setup *s) {
        struct check_context g = setup_ground(s);
        struct err err = { 0 };

        setup_move_progress(s, "PAM に組み込んでいます", "PAM is told");
        if (profile_enable(&g, s->root_path, !setup_is_forced(s, "logins"), &err) == 0)
                return EXIT_OK;
        (void)setup_move_failed(&err);
        if (door_is_ours(&g) == 0) /* else it stays on trial: the timer and the next boot try again */
                (void)set_stage(s, STAGE_DEVICES);
        return EXIT_COULD_NOT;
}

static int to_login(struct setup *s) {
        int code = setup_arm(s, SETUP_TRIAL);

        if (setup_is_behind(s))
                setup_refuse_disks(s);
        if (code == EXIT_OK)
                code = set_stage(s, STAGE_TRIAL);
        return code == EXIT_OK ? pam_on(s) : code;
}

static int to_observe(struct setup *s) {
        int code = set_stage(s, STAGE_OBSERVE);

        if (code != EXIT_OK)
                return code;
        disks_open(s);
        return make_initramfs(s);
}

static int to_devices(struct setup *s) {
        bool was_open = !stage_enforces(s->stage);
        int code = set_stage(s, STAGE_DEVICES);

        if (code != EXIT_OK || !was_open)
                return code;
        setup_refuse_disks(s);
        code = make_initramfs(s);
        if (code == EXIT_OK)
                return EXIT_OK;
        setup_move_progress(s, "元に戻しています", "it is taken back");
        (void)to_observe(s);
        return code;
}

static int setup_move_go(struct setup *s, int to) {
        struct check_context g = setup_ground(s);
        bool was_on_trial = s->stage == STAGE_TRIAL;
        int code;

        if (s->unless_confirmed && !was_on_trial)
                return EXIT_OK;
        if (to != STAGE_LOGIN && door_is_ours(&g) != 0 && pam_off(s) != EXIT_OK)
                return EXIT_COULD_NOT;
        code = to == STAGE_LOGIN ? to_login(s) : to == STAGE_DEVICES ? to_devices(s) : to_observe(s);
        if (was_on_trial && s->stage != STAGE_TRIAL)
                setup_disarm(s, SETUP_TRIAL);
        return code;
}

/* In a folder that only root can open. /etc/pam.d would not do: whoever opens a folder may lock it, and hold up the way
 * back for ever. The folder above is locked by the agent. */
static int setup_lock(const struct setup *s, int *ret, struct err *err) {
        auto_fd state = directory_open(s->root, SETUP_STATE);
        int r = state < 0 ? err_errno(err, state, "/" SETUP_STATE) : directory_make(state, "policy", 0700, ret, err);

        return r == 0 && flock(*ret, LOCK_EX) < 0 ? err_errno(err, -errno, "/" SETUP_STATE "/policy") : r;
}

int setup_undisturbed(struct setup *s, int (*go)(struct setup *s, int to), int to) {
        static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP };
        struct err err = { "" };
        auto_fd lock = -1;
        int code;

        if (setup_lock(s, &lock, &err) < 0)
                return complain_err(EXIT_COULD_NOT, NULL, &err);
        for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
                (void)signal(deaf[i], SIG_IGN);
        setup_read_stage(s); /* another run may have changed it meanwhile */
        code = go(s, to);
        for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
                (void)signal(deaf[i], SIG_DFL);
        return code;
}

int setup_move(struct setup *s, enum stage to) {
        return setup_undisturbed(s, setup_move_go, (int)to);
}
