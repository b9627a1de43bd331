/* SPDX-License-Identifier: MIT */
/* pam_service.h — the PAM services that Debian's packages bring, and what a person does at each: the one table from
 * which the stage's trial, the checks before it, the policy's warnings and the manual know them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum pam_service_kind {
        PAM_SERVICE_ENTRANCE,  /* people log in to the terminal */
        PAM_SERVICE_INSIDE,    /* somebody who is logged in becomes somebody else, or an administrator */
        PAM_SERVICE_LOCKER,    /* unlocks a screen: asks the auth phase alone, or does not heed the account phase */
        PAM_SERVICE_AUTOLOGIN, /* a login at which nobody is asked anything */
        PAM_SERVICE_GREETER,   /* draws the screen of a display manager: without it nobody can log in there */
        PAM_SERVICE_MACHINERY, /* a session or a look-up of the system's own, with no person at it */
};

/* What is special about the program that asks. */
enum pam_service_trait {
        /* People do without: another way at the screen of an entrance of the same package (a smartcard, a fingerprint),
         * what stands in /etc/passwd about them. */
        PAM_SERVICE_SPARE = 1,
        /* It has one field, and answers every question with what was in it when the person pressed Enter. */
        PAM_SERVICE_ONE_ANSWER = 2,
        /* It shows words of its own in place of an error, and leaves an information as it is. */
        PAM_SERVICE_OWN_WORDS = 4,
        /* Its screen is another machine's, and nothing says what that can show. */
        PAM_SERVICE_UNSEEN_SCREEN = 8,
        /* It breaks no line: what is longer than its screen cannot be read. */
        PAM_SERVICE_UNBROKEN_LINES = 16,
        /* Its own auth stack begins with `sufficient pam_rootok`: our profile lets root through the account phase. */
        PAM_SERVICE_ROOT_UNASKED = 32,
        /* It asks for the account phase alone where it remembers that it asked: our profile leaves that to it. */
        PAM_SERVICE_REMEMBERS = 64,
        /* It asks for the account phase and for nothing before, with nobody there: `policy init` exempts it. */
        PAM_SERVICE_EXEMPTED = 128,
        /* It asks for silence by default, and shows to whoever sits there what it is told all the same. */
        PAM_SERVICE_HUSHES = 256,
};

struct pam_service {
        const char *name;
        enum pam_service_kind kind;
        const char *package;
        unsigned traits; /* enum pam_service_trait */
};

extern const struct pam_service pam_services[];
extern const size_t pam_services_n;

/* NULL: none that we know. */
const struct pam_service *pam_service_find(const char *name);

/* Do people log in to the terminal there? False for what they use after that (sudo, lockers), and for an unknown one.
 */
bool pam_service_is_entrance(const char *name);

/* False for an unknown one. */
bool pam_service_has(const char *name, enum pam_service_trait t);
