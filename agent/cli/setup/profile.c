/* SPDX-License-Identifier: MIT */
/* profile.c — copies the five common files to /var/lib/sekimori/pam-before, runs pam-auth-update, checks with door.h;
 * the rollback is --disable, and the copies are put back if that is not enough. See profile.h. */
#include "cli/setup/profile.h"

#include "base/cleanup.h"
#include "cli/setup/door.h"
#include "cli/setup/program.h"
#include "host/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SECONDS 120
#define STATE "var/lib/sekimori"
#define KEPT "pam-before"
#define UPDATE "/usr/sbin/pam-auth-update"

static const char *const commons[] = { "common-auth", "common-account", "common-session",
                                       "common-session-noninteractive", "common-password" };
#define COMMONS (sizeof commons / sizeof *commons)

static int profile_copy(int from, int to, const char *name, struct err *err) {
        auto_free uint8_t *text = NULL;
        size_t size = 0;
        int r = file_read(from, name, CHECK_CONTEXT_FILE_MAX, &text, &size);

        if (r == -ENOENT)
                return 0;
        return r < 0 ? err_say_errno(err, r, "「%s」を読めません", "read '%s'", name)
                     : file_replace(to, name, bytes_of(text, size), 0644, err);
}

static int copy_all(int from, int to, struct err *err) {
        int r = 0;

        for (size_t i = 0; i < COMMONS && r == 0; i++)
                r = profile_copy(from, to, commons[i], err);
        return r;
}

static int pam_open(const struct check_context *g) {
        return directory_open(g->root, "etc/pam.d");
}

static int profile_keep(const struct check_context *g, struct err *err) {
        auto_fd pam = pam_open(g), state = directory_open(g->root, STATE), kept = -1;
        int r;

        if (pam < 0 || state < 0)
                return err_say_errno(err, pam < 0 ? pam : state, "/etc/pam.d の控えを /" STATE "/" KEPT " に取れません",
                                     "keep /etc/pam.d in /" STATE "/" KEPT);
        if (door_is_ours(g) > 0) /* enabled already: these files are no rollback copy */
                return 0;
        r = directory_make(state, KEPT, 0755, &kept, err);
        return r < 0 ? r : copy_all(pam, kept, err);
}

static int put_back(const struct check_context *g, struct err *err) {
        auto_fd pam = pam_open(g), kept = directory_open(g->root, STATE "/" KEPT);

        if (pam < 0 || kept < 0)
                return err_say_errno(err, pam < 0 ? pam : kept, "控えの /" STATE "/" KEPT " を戻せません",
                                     "put /" STATE "/" KEPT " back");
        return copy_all(kept, pam, err);
}

struct needed {
        const struct doors *doors;
        char closed[256], unknown[256];
};

static void profile_add(char to[256], const char *service) {
        words_add(to, 256, "%s%s", to[0] ? ", " : "", service);
}

static void profile_visit(void *ctx, const char *service) {
        struct needed *n = ctx;

        if (!door_is_needed(service))
                return;
        switch (door_lets_in(n->doors, service)) {
        case STACKS_EVER:
                break;
        case STACKS_NEVER:
                profile_add(n->closed, service);
                break;
        case STACKS_UNKNOWN:
                profile_add(n->unknown, service);
                break;
        }
}

/* At the console people get in always; wherever else they log in, unless somebody has decided that they need not. */
static int doors_let_in(const struct doors *d, bool everywhere, struct err *err) {
        struct needed n = { .doors = d };
        int r = 0;

        if (everywhere)
                r = doors_each(d, profile_visit, &n);
        else
                profile_visit(&n, "login");
        if (r < 0)
                return err_errno(err, r, "/etc/pam.d");
        if (n.closed[0])
                return err_say(err, -EPERM, "/etc/pam.d/%s のままでは、誰もログインできなくなります",
                               "/etc/pam.d/%s would let nobody in", n.closed);
        if (n.unknown[0])
                return err_say(err, -EPERM, "/etc/pam.d/%s で人がログインできるか分かりません",
                               "whether /etc/pam.d/%s would let anybody in cannot be said", n.unknown);
        return 0;
}

/* Ours is asked, and nobody gets in without. */
static int profile_is_in_the_way(const struct doors *d, struct err *err) {
        struct stacks_answer a;
        enum stacks_verdict open = door_is_open(d, "login", &a), asked = doors_ask_ours(d);

        if (open == STACKS_EVER || asked == STACKS_NEVER)
                return err_say(
                        err, -EPERM,
                        "/etc/pam.d/common-auth では、まだ Sekimori なしでログインできます（手で変えていませんか。pam-auth-update(8) の --force を見てください）",
                        "/etc/pam.d/common-auth still lets people in without Sekimori (changed by hand? see "
                        "pam-auth-update(8), --force)");
        if (open == STACKS_UNKNOWN || asked == STACKS_UNKNOWN)
                return err_say(err, -EPERM, "/etc/pam.d/common-auth が Sekimori を通るか分かりません",
                               "whether /etc/pam.d/common-auth goes through Sekimori cannot be said");
        return 0;
}

static int profile_look(const struct check_context *g, struct doors *ret, struct err *err) {
        struct check_context quiet = *g;

        quiet.findings = NULL;
        return doors_open(&quiet, DOORS_AS_THEY_ARE, ret, err);
}

static int profile_holds(const struct check_context *g, bool everywhere, struct err *err) {
        struct doors d;
        int r = profile_look(g, &d, err);

        if (r == 0)
                r = doors_let_in(&d, everywhere, err);
        if (r == 0)
                r = profile_is_in_the_way(&d, err);
        doors_close(&d);
        return r;
}

/* Checks `login` alone: a service that is broken for another reason must not prevent the removal of the profile. Nor
 * must it that nobody can be asked: the files name ours no more. */
static int is_off(const struct check_context *g, struct err *err) {
        const int ours = door_is_ours(g);
        enum stacks_verdict in;
        struct doors d;

        if (ours < 0)
                return err_say_errno(err, ours, "/etc/pam.d/common-auth か common-account を読めません",
                                     "read /etc/pam.d/common-auth and common-account");
        if (ours)
                return err_say(err, -EPERM,
                               "/etc/pam.d/common-auth か common-account に、まだ pam_sekimori が残っています",
                               "/etc/pam.d/common-auth or common-account still asks for pam_sekimori");
        in = profile_look(g, &d, NULL) < 0 ? STACKS_UNKNOWN : door_lets_in(&d, "login");
        doors_close(&d);
        return in != STACKS_NEVER ? 0
                                  : err_say(err, -EPERM, "/etc/pam.d/login のままでは、誰もログインできません",
                                            "/etc/pam.d/login lets nobody in");
}

int profile_disable(const struct check_context *g, const char *root, struct err *err) {
        static const char *const argv[] = { UPDATE, "--package", "--disable", "sekimori", "sekimori-session", NULL };
        struct err first = { 0 };
        int r = door_is_ours(g) != 0 ? program_run(root, UPDATE, argv, SECONDS, &first) : 0;

        if (r == 0)
                r = is_off(g, &first);
        if (r == 0)
                return 0;
        r = put_back(g, err);
        if (r == 0)
                r = is_off(g, err);
        if (r < 0 && err) {
                err_append(&first, "; ", err);
                *err = first;
        }
        return r;
}

int profile_enable(const struct check_context *g, const char *root, bool everywhere, struct err *err) {
        static const char *const argv[] = { UPDATE, "--package", "--enable", "sekimori", "sekimori-session", NULL };
        struct err again = { 0 };
        int r = profile_keep(g, err);

        if (r < 0)
                return r;
        r = program_run(root, UPDATE, argv, SECONDS, err);
        if (r == 0)
                r = profile_holds(g, everywhere, err);
        if (r < 0 && profile_disable(g, root, &again) < 0) {
                struct err both = again;

                (void)err_say_wrap(&both, 0, "元に戻すこともできませんでした", "and it could not be taken back");
                err_append(err, "; ", &both);
        }
        return r;
}
