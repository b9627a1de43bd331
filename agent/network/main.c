/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-firewall: its arguments. See firewall.h. */
#include "host/arguments.h"
#include "host/privileges.h"
#include "network/firewall.h"

#include <linux/capability.h>
#include <stdio.h>
#include <sys/stat.h>

static const char help[] = "usage: sekimori-firewall [--state-dir D] [--runtime-dir D]\n"
                           "       sekimori-firewall --open [--state-dir D] [--runtime-dir D] | --version\n"
                           "\n"
                           "Has the kernel let packets pass as the policy says, also when nothing of Sekimori runs.\n"
                           "\n"
                           "  --state-dir D     where the plan and the stage are (/var/lib/sekimori)\n"
                           "  --runtime-dir D   what is needed for --open (/run/sekimori)\n"
                           "  --open            let everything pass again, as without Sekimori; then exit\n"
                           "  --version         say which version this is\n"
                           "\n"
                           "systemd starts it. See sekimori-firewall(8).\n";

int main(int argc, char **argv) {
        static const unsigned keep[] = { CAP_NET_ADMIN };
        struct firewall f = { .state_dir = "/var/lib/sekimori", .runtime_dir = "/run/sekimori", .state = -1 };
        bool open = false;
        const struct argument arguments[] = { { "state-dir", .text = &f.state_dir },
                                              { "runtime-dir", .text = &f.runtime_dir },
                                              { "open", .flag = &open } };
        const struct program p = { "sekimori-firewall", help, true, arguments, sizeof arguments / sizeof *arguments };
        struct err err = { "" };
        int r;

        (void)umask(022);
        privileges_forget_environment();
        r = arguments_take(&p, argc, argv);
        if (r != ARGUMENTS_TAKEN)
                return r;
        r = privileges_keep(keep, 1, &err);
        if (r == 0)
                r = open ? firewall_undo(&f, &err) : firewall_run(&f, &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimori-firewall: %s\n", err.text);
        return r < 0 ? 3 : 0;
}
