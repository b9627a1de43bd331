/* SPDX-License-Identifier: MIT */
/* softcard.c — softhsm2-util and pkcs11-tool; as root, a bind mount in a mount namespace. See softcard.h. */
#include "support/softcard.h"

#include "support/authority.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "softhsm"

static bool mount_over_etc(const char *folder) {
        return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
               && mount(folder, "/etc/softhsm", NULL, MS_BIND, NULL) == 0;
}

bool softcards_begin(void) {
        char here[PATH_MAX], folder[PATH_MAX + 16], text[PATH_MAX + 128], conf[PATH_MAX + 64];

        ceremony_begin();
        cr_assert(getcwd(here, sizeof here) && chmod(here, 0755) == 0);
        cr_assert(mkdir(FOLDER, 0755) == 0 && mkdir(FOLDER "/tokens", 0755) == 0);
        (void)snprintf(folder, sizeof folder, "%s/" FOLDER, here);
        (void)snprintf(text, sizeof text, "directories.tokendir = %s/tokens\nobjectstore.backend = file\n", folder);
        (void)snprintf(conf, sizeof conf, "%s/softhsm2.conf", folder);
        spill(conf, bytes_text(text));
        cr_assert_eq(setenv("SOFTHSM2_CONF", conf, 1), 0);
        return geteuid() != 0 || mount_over_etc(folder);
}

static void done(int status, const char *what) {
        if (status != 0) {
                struct bytes log = slurp("tool.log");

                cr_assert_fail("%s: %.*s", what, (int)log.left, (const char *)log.at);
        }
}

void softcard(const char *label, const char *pin) {
        done(tool("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "87654321",
                  NULL),
             label);
}

void softcard_key(const char *label, const char *pin, const char *id, const char *name) {
        done(tool("softhsm2-util", "--import", file_of(name, ".key"), "--token", label, "--pin", pin, "--label", name,
                  "--id", id, NULL),
             name);
}

void softcard_certificate(const char *label, const char *pin, const char *id, const char *name) {
        (void)der_of(name);
        done(tool("pkcs11-tool", "--module", SOFTCARD_MODULE, "--token-label", label, "--login", "--pin", pin,
                  "--write-object", file_of(name, ".der"), "--type", "cert", "--id", id, "--label", name, NULL),
             name);
}

static int give_away(const char *path, const struct stat *st, int type, struct FTW *ftw) {
        const struct passwd *user = getpwnam("sekimori") ?: getpwnam("nobody");

        (void)st, (void)type, (void)ftw;
        return chown(path, user->pw_uid, user->pw_gid);
}

void softcards_ready(void) {
        if (geteuid() == 0)
                cr_assert_eq(nftw(FOLDER, give_away, 8, FTW_PHYS), 0);
}
