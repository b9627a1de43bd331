/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-keeper: its arguments, and the modes in which it does not stay resident. See service.h. */
#include "host/arguments.h"
#include "host/privileges.h"
#include "keeper/names.h"
#include "keeper/service.h"
#include "keeper/system/unread.h"
#include "wire/keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

static const char help[] =
        "usage: sekimori-keeper [--state-dir D] [--runtime-dir D]\n"
        "       sekimori-keeper --list [--lang ja|en] | --open | --version\n"
        "       sekimori-keeper --leave-unread S [--runtime-dir D] | --unread PATH\n"
        "\n"
        "Has the kernel refuse each disk that nobody allowed, also when nothing of Sekimori runs.\n"
        "\n"
        "  --state-dir D     where the stage is (/var/lib/sekimori)\n"
        "  --runtime-dir D   keeper.sock (/run/sekimori)\n"
        "  --list            which disks would be let in, and why; change nothing, and exit\n"
        "  --lang L          ja or en: what is in the way is said in it (en)\n"
        "  --open            let the kernel open every disk again, as without Sekimori; then exit\n"
        "  --leave-unread S  removable disks have no names yet, until disks are refused or S seconds\n"
        "                    have passed; systemd starts it at the boot\n"
        "  --unread PATH     0 where this one, beneath /sys, is such a disk, else 1; udev asks\n"
        "  --version         say which version this is\n"
        "\n"
        "systemd starts it. See sekimori-keeper(8).\n";

struct mode {
        bool list, open;
        const char *leave_unread, *unread;
};

static int options_take(int argc, char **argv, struct keeper_service *k, struct mode *m) {
        const char *language = "en";
        const struct argument arguments[] = {
                { "state-dir", .text = &k->state_dir }, { "runtime-dir", .text = &k->runtime_dir },
                { "lang", .text = &language },          { "list", .flag = &m->list },
                { "open", .flag = &m->open },           { "leave-unread", .text = &m->leave_unread },
                { "unread", .text = &m->unread },
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

#define UNREAD_MAX 3600 /* seconds */

/* Not where disks are refused already: udev cannot read a removable one then. */
static int keeper_leave_unread(struct keeper_service *k, const char *seconds) {
        char *end;
        const unsigned long n = strtoul(seconds, &end, 10);
        struct err err = { 0 };
        int r = 0;

        if (*end || n == 0 || n > UNREAD_MAX) {
                (void)fprintf(stderr, "sekimori-keeper: --leave-unread wants 1 to %d seconds, not '%s'\n", UNREAD_MAX,
                              seconds);
                return ARGUMENTS_MISUSED;
        }
        if (access(PLANE_DIR "/" PLANE_LINK, F_OK) == 0)
                (void)sd_notify(0, "READY=1");
        else if ((r = sysfs_dirs_open(&k->nodes.dirs, &err)) == 0) {
                names_forget(&k->nodes.dirs);
                r = names_leave_unread(k->runtime_dir, (unsigned)n, &err);
        }
        if (r < 0)
                (void)fprintf(stderr, "sekimori-keeper: removable disks are read at once: %s\n", err.text);
        return r < 0 ? 3 : 0;
}

/* `path` as udev has it: "/devices/…". */
static int keeper_is_unread(struct keeper_service *k, const char *path) {
        struct err err = { 0 };

        if (sysfs_dirs_open(&k->nodes.dirs, &err) < 0)
                return 3;
        return unread_is_wanted(&k->nodes.dirs, path + strspn(path, "/")) ? 0 : 1;
}

int main(int argc, char **argv) {
        struct keeper_service k = { .state_dir = "/var/lib/sekimori",
                                    .runtime_dir = "/run/sekimori",
                                    .l = LANGUAGE_EN,
                                    .uevents.fd = -1,
                                    .files.fd = -1,
                                    .nodes.plane = PLANE_NONE };
        struct err err = { 0 };
        struct mode m = { 0 };
        bool could = true;
        int r;

        (void)umask(022);
        privileges_forget_environment();
        r = options_take(argc, argv, &k, &m);
        if (r != ARGUMENTS_TAKEN)
                return r;
        if (m.leave_unread)
                return keeper_leave_unread(&k, m.leave_unread);
        if (m.unread)
                return keeper_is_unread(&k, m.unread);
        r = m.list ? keeper_list(&k, &could, &err) : m.open ? open_by_hand(&k, &err) : service_run(&k, &err);
        if (r < 0 && !m.list && !m.open)
                service_explain(&k, &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s%s\n",
                              m.list || m.open ? "" : "disks are NOT refused: ", err_text(&err, k.l));
        return r < 0 ? 3 : could ? 0 : 1;
}
