/* SPDX-License-Identifier: MIT */
/* setup_trial.c — the trial of the login stage: says what to do, and at once how the trial ended. */
#include "base/cleanup.h"
#include "cli/setup/setup.h"
#include "cli/verbs.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

static void say_what_to_do(const struct setup *s) {
        (void)fputs(
                SAY(s->t.l,
                    "\nいま、別の画面（Ctrl+Alt+F3）で、管理者として二つの要素でログインしてください。\n"
                    "10分以内にログインできれば確定します。できなければ、自動的に元に戻ります。\n"
                    "そこでは英語で尋ねられます: login は利用者名、Password はパスワード、One-time code はワンタイムパスワード、\n"
                    "Recovery code は回復コードです。入力した文字は表示されません。この画面へは Ctrl+Alt+F2 か Ctrl+Alt+F1 で戻ります。\n"
                    "この画面は、確定するまで閉じないでください（Ctrl+C は待つのをやめるだけです）。\n",
                    "\nNow log in on another console (Ctrl+Alt+F3), as an administrator, with both factors.\n"
                    "Within ten minutes that makes it final; otherwise it undoes itself.\n"
                    "Do not close this window before that (Ctrl+C only stops the waiting).\n"),
                stdout);
        (void)fflush(stdout);
}

static int setup_trial_ended(const struct setup *s) {
        if (s->stage == STAGE_LOGIN) {
                setup_disarm(s, SETUP_TRIAL);
                (void)puts(SAY(s->t.l, "確定しました。管理者がログインできました",
                               "It is final: an administrator has logged in"));
                return EXIT_OK;
        }
        return complain(EXIT_REFUSED,
                        "確定されなかったので、元に戻しました（sekimori audit show -n 20 に理由があります）",
                        "nobody confirmed it, so it was undone (sekimori audit show -n 20 says why)");
}

/* Wait for one change, whichever it is. The file is renamed into place: every change is one event. */
static int await_change(int changes) {
        char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
        struct pollfd wait = { .fd = changes, .events = POLLIN };

        if (poll(&wait, 1, -1) < 0 && errno != EINTR)
                return -errno;
        while (read(changes, events, sizeof events) > 0)
                ;
        return 0;
}

int setup_wait(struct setup *s) {
        auto_fd changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        char path[PATH_MAX];
        int r = 0;

        say_what_to_do(s);
        if (s->no_wait)
                return EXIT_OK;
        (void)snprintf(path, sizeof path, "%s/" SETUP_STATE, s->root_path);
        if (changes < 0 || inotify_add_watch(changes, path, IN_MOVED_TO | IN_ONLYDIR) < 0)
                return complain_errno(EXIT_COULD_NOT, path, errno);
        for (setup_read_stage(s); s->stage == STAGE_TRIAL && r == 0; setup_read_stage(s))
                r = await_change(changes);
        return r < 0 ? complain_errno(EXIT_COULD_NOT, path, r) : setup_trial_ended(s);
}
