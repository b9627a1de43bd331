/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-notify: shows what the agent tells the person at the desk, on the desktop or on the console in
 * front. Has no privilege and decides nothing. */
#include "host/arguments.h"
#include "notifier/console.h"
#include "notifier/desktop.h"
#include "notifier/link.h"
#include "notifier/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

static const char help[] =
        "usage: sekimori-notify [--console] [--runtime-dir D]\n"
        "\n"
        "Shows the person at the desk what Sekimori refused, why, and whom to call.\n"
        "\n"
        "  --console         on the virtual console in front, in English, instead of on the desktop\n"
        "  --runtime-dir D   where the agent's notify.sock is (/run/sekimori)\n"
        "\n"
        "Each desktop session starts one. See sekimori-notify(8).\n";

struct notify {
        struct link link;
        struct desktop desktop;
        sd_event *event;
        bool console;
};

static void notify_heard(struct link *l, const struct notice *notice) {
        struct notify *n = (struct notify *)l; /* its first member */

        if (n->console)
                console_show(notice);
        else
                desktop_show(&n->desktop, notice);
}

/* The bus is opened first: after that the sandbox is locked. */
static int notify_live(struct notify *n, struct err *err) {
        int r = sd_event_new(&n->event);

        if (r < 0)
                return err_errno(err, r, "event loop");
        if (!n->console && (r = desktop_open(&n->desktop, n->event, err)) < 0)
                return r;
        r = desk_sandbox(n->console);
        if (r < 0)
                return err_errno(err, r, "lock the sandbox");
        r = link_start(&n->link, n->event, err);
        if (r < 0)
                return r;
        r = sd_event_loop(n->event);
        return r < 0 ? err_errno(err, r, "'%s'", n->link.runtime_dir) : 0;
}

int main(int argc, char **argv) {
        static struct notify n = { .link = { .runtime_dir = "/run/sekimori", .heard = notify_heard } };
        struct err err = { 0 };
        const struct argument arguments[] = { { "console", .flag = &n.console },
                                              { "runtime-dir", .text = &n.link.runtime_dir } };
        const struct program p = { "sekimori-notify", help, false, arguments, sizeof arguments / sizeof *arguments };
        int r = arguments_take(&p, argc, argv);

        if (r != ARGUMENTS_TAKEN)
                return r;
        (void)signal(SIGPIPE, SIG_IGN);
        r = notify_live(&n, &err);
        link_stop(&n.link);
        desktop_close(&n.desktop);
        (void)sd_event_unref(n.event);
        if (r == -EEXIST) /* this session has a notifier */
                return 0;
        if (r < 0)
                (void)fprintf(stderr, "sekimori-notify: %s\n", err.text);
        return r < 0 ? 3 : 0;
}
