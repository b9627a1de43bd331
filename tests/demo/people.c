/* SPDX-License-Identifier: MIT */
/* people.c — nss_wrapper for the account, pam_elsewhere.so for PAM, SoftHSM for the card. See people.h. */
#include "demo/people.h"

#include "demo/stage.h"

#include <crypt.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void environment(const char *name, const char *value, const char *behind) {
        char text[PATH_MAX + 64];

        (void)snprintf(text, sizeof text, "%s%s", value, behind);
        (void)setenv(name, text, 1);
}

static void accounts(void) {
        struct crypt_data data = { 0 };
        char text[512];

        (void)snprintf(text, sizeof text,
                       "root:*:0:0::/:/bin/sh\n" PERSON
                       ":%s:2001:2001::/:/bin/sh\nnobody:*:65534:65534::/:/bin/false\n",
                       crypt_r(PASSWORD, "$6$rounds=1000$demo", &data));
        rewrite("passwd", text);
        rewrite("group", "root:x:0:\n" PERSON ":x:2001:\nnogroup:x:65534:\n");
        (void)chmod("passwd", 0644);
        (void)chmod("group", 0644);
}

static void stacks(void) {
        char text[3 * PATH_MAX];

        (void)mkdir("pam.d", 0755);
        (void)snprintf(text, sizeof text,
                       "auth required %s/pam_sekimori.so socket=%s/run/auth.sock timeout=20\n"
                       "account required %s/pam_sekimori.so socket=%s/run/auth.sock timeout=20\n",
                       stage_programs(), stage_place(), stage_programs(), stage_place());
        rewrite("pam.d/login", text);
        rewrite("pam.d/sekimori-password", "auth required pam_unix.so\naccount required pam_permit.so\n");
        rewrite("pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n");
}

void people_begin(void) {
        char text[2 * PATH_MAX];

        accounts();
        stacks();
        environment("NSS_WRAPPER_PASSWD", stage_place(), "/passwd");
        environment("NSS_WRAPPER_GROUP", stage_place(), "/group");
        environment("PAM_ELSEWHERE", stage_place(), "/pam.d");
        (void)snprintf(text, sizeof text, "%s:libnss_wrapper.so:%s/pam_elsewhere.so", getenv("LD_PRELOAD") ?: "",
                       stage_programs());
        (void)setenv("LD_PRELOAD", text, 1);
        environment("SOFTHSM2_CONF", stage_place(), "/softhsm/softhsm2.conf");
}

/* Root's card helper trusts no environment: it finds this configuration where the system's is, and only it does. */
static bool configuration(void) {
        char text[PATH_MAX + 64];

        (void)mkdir("softhsm", 0755);
        (void)mkdir("softhsm/tokens", 0755);
        (void)snprintf(text, sizeof text, "directories.tokendir = %s/softhsm/tokens\nobjectstore.backend = file\n",
                       stage_place());
        rewrite("softhsm/softhsm2.conf", text);
        (void)chmod("softhsm/softhsm2.conf", 0644);
        return geteuid() != 0
               || (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
                   && mount("softhsm", "/etc/softhsm", NULL, MS_BIND, NULL) == 0);
}

void card_make(void) {
        bool made = configuration()
                    && type("", "softhsm2-util", "--init-token", "--free", "--label", "staff-card", "--pin", PIN,
                            "--so-pin", "87654321", NULL)
                               == 0
                    && type("", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                            "-nodes", "-days", "365", "-subj", "/CN=" PERSON, "-addext", "keyUsage=digitalSignature",
                            "-keyout", "card.key", "-out", "card.pem", NULL)
                               == 0
                    && type("", "openssl", "x509", "-in", "card.pem", "-outform", "DER", "-out", "card.der", NULL) == 0
                    && type("", "softhsm2-util", "--import", "card.key", "--token", "staff-card", "--pin", PIN,
                            "--label", PERSON, "--id", "01", NULL)
                               == 0
                    && type("", "pkcs11-tool", "--module", CARD_MODULE, "--token-label", "staff-card", "--login",
                            "--pin", PIN, "--write-object", "card.der", "--type", "cert", "--id", "01", NULL)
                               == 0
                    && type("", "chmod", "-R", "a+rwX", "softhsm/tokens", NULL) == 0;

        claim(made, "職員証（模擬ICカード）を作りました", "a staff card in software is made");
}
