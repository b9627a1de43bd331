/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-keeper: its arguments, and the modes in which it does not stay resident. See service.h. */
#include "host/arguments.h"
#include "host/privileges.h"
#include "keeper/service.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char help[] = "usage: sekimori-keeper [--state-dir D] [--runtime-dir D]\n"
                           "       sekimori-keeper --list [--lang ja|en] | --open | --version\n"
                           "\n"
                           "Has the kernel refuse each disk that nobody allowed, also when nothing of Sekimori runs.\n"
                           "\n"
                           "  --state-dir D     where the stage is (/var/lib/sekimori)\n"
                           "  --runtime-dir D   keeper.sock (/run/sekimori)\n"
                           "  --list            which disks would be let in, and why; change nothing, and exit\n"
                           "  --lang L          ja or en: what is in the way is said in it (en)\n"
                           "  --open            let the kernel open every disk again, as without Sekimori; then exit\n"
                           "  --version         say which version this is\n"
                           "\n"
                           "systemd starts it. See sekimori-keeper(8).\n";

static int options_take(int argc, char **argv, struct keeper_service *k, bool *list, bool *open) {
        const char *language = "en";
        const struct argument arguments[] = {
                { "state-dir", .text = &k->state_dir },
                { "runtime-dir", .text = &k->runtime_dir },
                { "lang", .text = &language },
                { "list", .flag = list },
                { "open", .flag = open },
        };
        const struct program p = { "sekimori-keeper", help, true, arguments, sizeof arguments / sizeof *arguments };
        int r = arguments_take(&p, argc, argv);

        if (r != ARGUMENTS_TAKEN)
                return r;
        k->l = strcmp(language, "ja") == 0 ? LANGUAGE_JA : LANGUAGE_EN;
        if (k->l == LANGUAGE_JA || strcmp(language, "en") == 0)
                return ARGUMENTS_TAKEN;
        (void)fprintf(stderr, "sekimori-keeper: --lang wants ja or en, not '%s'\n", language);
        return ARGUMENTS_MISUSED;
}

/* A running keeper notices this, and records it. */
static int open_by_hand(struct keeper_service *k, struct err *err) {
        service_explain(k, NULL);
        if (sysfs_dirs_open(&k->nodes.dirs, err) == 0)
                service_let_go(k);
        return plane_unpin(err);
}

/* The last line says why disks cannot be refused, for `sekimori setup`. */
static int keeper_list(struct keeper_service *k, bool *ret_could, struct err *err) {
        bool whole = false;
        int r = sysfs_dirs_open(&k->nodes.dirs, err);

        if (r == 0)
                r = system_grants_list(&k->nodes.dirs, &whole, err);
        if (r < 0)
                return r;
        *ret_could = whole && plane_try(err) == 0;
        if (whole && !*ret_could)
                (void)printf("cannot refuse: %s\n", err_text(err, k->l));
        return 0;
}

int main(int argc, char **argv) {
        struct keeper_service k = { .state_dir = "/var/lib/sekimori",
                                    .runtime_dir = "/run/sekimori",
                                    .l = LANGUAGE_EN,
                                    .uevents.fd = -1,
                                    .files.fd = -1,
                                    .nodes.plane = PLANE_NONE };
        struct err err = { 0 };
        bool list = false, open = false;
        int r;
        bool could = true;

        (void)umask(022);
        privileges_forget_environment();
        r = options_take(argc, argv, &k, &list, &open);
        if (r != ARGUMENTS_TAKEN)
                return r;
        r = list ? keeper_list(&k, &could, &err) : open ? open_by_hand(&k, &err) : service_run(&k, &err);
        if (r < 0 && !list && !open)
                service_explain(&k, &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s%s\n",
                              list || open ? "" : "disks are NOT refused: ", err_text(&err, k.l));
        return r < 0 ? 3 : could ? 0 : 1;
}
