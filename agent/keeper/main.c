/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-keeper: its arguments, and what it does in place of running. See service.h. */
#include "host/privileges.h"
#include "keeper/service.h"

#include <getopt.h>
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

/* 0: go on; else the exit code plus one. */
static int options_parse(int argc, char **argv, struct keeper *k, int *ret_instead) {
        static const struct option longs[] = { { "state-dir", required_argument, NULL, 's' },
                                               { "runtime-dir", required_argument, NULL, 'r' },
                                               { "list", no_argument, NULL, 'l' },
                                               { "lang", required_argument, NULL, 'L' },
                                               { "open", no_argument, NULL, 'o' },
                                               { "version", no_argument, NULL, 'v' },
                                               { "help", no_argument, NULL, 'h' },
                                               { 0 } };
        int c;

        while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1)
                switch (c) {
                case 's':
                        k->state_dir = optarg;
                        break;
                case 'r':
                        k->runtime_dir = optarg;
                        break;
                case 'L':
                        k->l = strcmp(optarg, "ja") == 0 ? LANGUAGE_JA : LANGUAGE_EN;
                        if (k->l == LANGUAGE_JA || strcmp(optarg, "en") == 0)
                                break;
                        (void)fprintf(stderr, "sekimori-keeper: --lang wants ja or en, not '%s'\n", optarg);
                        return 3;
                case 'l':
                case 'o':
                        *ret_instead = c;
                        break;
                case 'v':
                        (void)puts("sekimori-keeper " SEKIMORI_VERSION);
                        return 1;
                case 'h':
                        (void)fputs(help, stdout);
                        return 1;
                default:
                        return 3;
                }
        if (optind == argc)
                return 0;
        (void)fprintf(stderr, "sekimori-keeper: unexpected argument '%s'\n", argv[optind]);
        return 3;
}

/* A keeper that runs sees it happen, and notes it then. */
static int open_by_hand(struct keeper *k, struct err *err) {
        service_explain(k, NULL);
        if (sysfs_dirs_open(&k->nodes.dirs, err) == 0)
                service_let_go(k);
        return plane_unpin(err);
}

/* The last line says what is in the way, for `sekimori setup`. */
static int keeper_list(struct keeper *k, bool *ret_could, struct err *err) {
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
        struct keeper k = { .state_dir = "/var/lib/sekimori",
                            .runtime_dir = "/run/sekimori",
                            .l = LANGUAGE_EN,
                            .uevents.fd = -1,
                            .files.fd = -1,
                            .nodes.plane = PLANE_NONE };
        struct err err = { 0 };
        int instead = 0, r;
        bool could = true;

        (void)umask(022);
        privileges_forget_environment();
        r = options_parse(argc, argv, &k, &instead);
        if (r != 0)
                return r - 1;
        r = instead == 'o'   ? open_by_hand(&k, &err)
            : instead == 'l' ? keeper_list(&k, &could, &err)
                             : service_run(&k, &err);
        if (r < 0 && !instead)
                service_explain(&k, &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s%s\n",
                              instead ? "" : "disks are NOT refused: ", err_text(&err, k.l));
        return r < 0 ? 3 : could ? 0 : 1;
}
