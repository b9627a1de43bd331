/* SPDX-License-Identifier: MIT */
/* stand.h — a login program in miniature: libpam itself, the module as it was built, and a person who answers. */
#pragma once

#include "support/scratch.h"
#include "unit/pam_module/actor.h"

#include <security/pam_appl.h>

#define SHOWN 16

/* How the login program's conversation ends at the call number `at`. */
enum mishap {
        MISHAP_NONE,
        MISHAP_ERROR,         /* PAM_CONV_ERR */
        MISHAP_ERROR_FILLED,  /* PAM_CONV_ERR, and a response all the same */
        MISHAP_AGAIN,         /* PAM_CONV_AGAIN */
        MISHAP_BUFFER,        /* PAM_BUF_ERR */
        MISHAP_IGNORE,        /* PAM_IGNORE */
        MISHAP_NOBODY,        /* PAM_SUCCESS without a response array */
        MISHAP_END,           /* PAM_SUCCESS with a response array, and nothing in it: the end of the input */
        MISHAP_LATE,          /* answers when the deadline is past */
        MISHAP_AFTER_CLOSING, /* answers when the actor has closed the connection */
        MISHAPS,
};

struct person_here {
        const char *answers[8];
        size_t answered;
        struct {
                int style;
                char text[2 * LOGIN_TEXT];
        } shown[SHOWN];
        size_t n_shown, calls;
        enum mishap mishap;
        size_t at;
        const struct heard *heard;
        void (*meanwhile)(void); /* at the first question */
};

struct stand {
        char folder[SCRATCH], socket[96], module[96], odd[96];
        struct person_here person;
        struct pam_conv conversation;
        pam_handle_t *pamh;
        struct heard *heard;
        pid_t actor;
};

/* A folder of its own, the module in it, and pam_odd.so. */
void stand_init(struct stand *s);
void stand_deinit(struct stand *s);

/* The actor plays these scripts, one for each connection. */
void stand_play(struct stand *s, const struct script *scripts, size_t n);
void stand_play_as(struct stand *s, struct play play);

/* The actor, its socket and the socket's folder are gone. */
void stand_tear_down(struct stand *s);

/* pam_start for USER at the service `desk` (there are `desk2`, `lightdm` and `sudo` as well), with `timeout=1` and
 * these further arguments of the module. */
void stand_start(struct stand *s, const char *arguments);

/* The same with this text as the whole service file; %m stands for the module, %s for the socket, %o for pam_odd.so. */
void stand_start_with(struct stand *s, const char *service_file);

/* All that was shown in this style, one behind the other. */
const char *stand_shown(const struct stand *s, int style);

/* What syslog(3) got, of the whole program. */
extern char logged[8192];

/* Milliseconds, for deadlines. */
long long clock_ms(void);

#define USER "sato"
#define NOBODY 65534

#define COUNT(array) (sizeof(array) / sizeof *(array))
