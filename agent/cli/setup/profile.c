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
        if (door_is_ours(g)) /* enabled already: these files are no rollback copy */
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

/* Every login service of this terminal lets in the people whom it should let in. */
static int doors_let_in(const struct check_context *g, struct err *err) {
        const char *doors[DOORS_MAX];
        size_t n = doors_here(g, doors);

        for (size_t i = 0; i < n; i++) {
                bool in = false;
                int r = door_lets_in(g, doors[i], &in);

                if (r < 0)
                        return err_errno(err, r, "/etc/pam.d/%s", doors[i]);
                if (!in)
                        return err_say(err, -EPERM, "/etc/pam.d/%s のままでは、誰もログインできなくなります",
                                       "/etc/pam.d/%s would let nobody in", doors[i]);
        }
        return 0;
}

static int profile_holds(const struct check_context *g, struct err *err) {
        bool open = true;
        int r = doors_let_in(g, err);

        if (r == 0)
                r = door_is_open(g, "login", false, &open);
        if (r == 0 && (open || !door_is_ours(g)))
                return err_say(
                        err, -EPERM,
                        "/etc/pam.d/common-auth では、まだ Sekimori なしでログインできます（手で変えていませんか。pam-auth-update(8) の --force を見てください）",
                        "/etc/pam.d/common-auth still lets people in without Sekimori (changed by hand? see "
                        "pam-auth-update(8), --force)");
        return r;
}

/* Checks `login` alone: a service that is broken for another reason must not prevent the removal of the profile. */
static int is_off(const struct check_context *g, struct err *err) {
        bool in = false;
        int r;

        if (door_is_ours(g))
                return err_say(err, -EPERM,
                               "/etc/pam.d/common-auth か common-account に、まだ pam_sekimori が残っています",
                               "/etc/pam.d/common-auth or common-account still asks for pam_sekimori");
        r = door_lets_in(g, "login", &in);
        return r < 0 ? err_errno(err, r, "/etc/pam.d/login")
               : in  ? 0
                     : err_say(err, -EPERM, "/etc/pam.d/login のままでは、誰もログインできません",
                               "/etc/pam.d/login lets nobody in");
}

int profile_disable(const struct check_context *g, const char *root, struct err *err) {
        static const char *const argv[] = { UPDATE, "--package", "--disable", "sekimori", "sekimori-session", NULL };
        struct err first = { 0 };
        int r = door_is_ours(g) ? program_run(root, UPDATE, argv, SECONDS, &first) : 0;

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

int profile_enable(const struct check_context *g, const char *root, struct err *err) {
        static const char *const argv[] = { UPDATE, "--package", "--enable", "sekimori", "sekimori-session", NULL };
        struct err again = { 0 };
        int r = profile_keep(g, err);

        if (r < 0)
                return r;
        r = program_run(root, UPDATE, argv, SECONDS, err);
        if (r == 0)
                r = profile_holds(g, err);
        if (r < 0 && profile_disable(g, root, &again) < 0) {
                struct err both = again;

                (void)err_say_wrap(&both, 0, "元に戻すこともできませんでした", "and it could not be taken back");
                err_append(err, "; ", &both);
        }
        return r;
}
