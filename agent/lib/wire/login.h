/* SPDX-License-Identifier: MIT */
/* login.h — what a PAM module and the agent say to each other over auth.sock (SOCK_SEQPACKET, mode 0666).
 *
 * The module begins, the agent asks and tells, the module answers, the agent ends with a verdict and the connection is
 * over. The agent drives: a new factor needs no new module. docs/PROTOCOL.md is the same in prose. */
#pragma once

#include "base/bytes.h"

#define LOGIN_VERSION 1
#define LOGIN_SOCKET "auth.sock" /* beneath the runtime directory */
#define LOGIN_MAX 4096           /* bytes of one message, either way */
#define LOGIN_USER 256           /* sizes with their NUL */
#define LOGIN_NAME 64
#define LOGIN_HOST 256
#define LOGIN_TEXT 2048
#define LOGIN_ANSWER 513 /* PAM_MAX_RESP_SIZE and a NUL */

enum login_phase {
        LOGIN_AUTHENTICATE = 1,
        LOGIN_ACCOUNT, /* answered by a verdict at once */
        LOGIN_OPEN,    /* a session begins; the verdict may come with LOGIN_TELLs (the last login) before it */
        LOGIN_CLOSE,
        LOGIN_PHASES,
};

#define LOGIN_PASSED 1U /* ACCOUNT: our authenticate phase said yes in this PAM handle */
#define LOGIN_SILENT 2U /* PAM_SILENT: do not tell, only ask */

#define LOGIN_UNSET UINT32_MAX /* what the audit subsystem says of a process in which nobody has logged in */

/* Who runs the login program, by its own word. What the agent makes of it: auth/subject.h. */
struct login_asker {
        bool told;              /* false, and the rest zero: a module of before 0.5 says nothing of it */
        uint32_t uid;           /* the real one */
        uint32_t login_uid;     /* of the audit subsystem: who logged in, whoever they are now. LOGIN_UNSET */
        uint32_t login_session; /* of the same; systemd-logind names its session after it. LOGIN_UNSET */
        char user[LOGIN_USER];  /* PAM_RUSER; "" where unknown */
};

struct login_begin {
        enum login_phase phase;
        uint8_t flags;
        char user[LOGIN_USER], service[LOGIN_NAME];
        char tty[LOGIN_NAME], rhost[LOGIN_HOST], seat[LOGIN_NAME], session[LOGIN_NAME]; /* "" where unknown */
        struct login_asker asker;
};

enum login_saying {
        LOGIN_ASK_HIDDEN = 1, /* the next message is the answer to it */
        LOGIN_ASK_SHOWN,
        LOGIN_TELL,
        LOGIN_WARN,
        LOGIN_ALLOW,       /* PAM_SUCCESS, and nothing else is */
        LOGIN_REFUSE,      /* PAM_AUTH_ERR, in the account phase PAM_PERM_DENIED */
        LOGIN_THROTTLED,   /* PAM_MAXTRIES */
        LOGIN_UNAVAILABLE, /* PAM_AUTHINFO_UNAVAIL: nobody could decide */
        LOGIN_SAYINGS,
};

struct login_say {
        enum login_saying what;
        bool keep;             /* an ASK: the answer begins with the login password */
        uint16_t kept;         /* ALLOW: so many bytes of the kept answer are the password: PAM_AUTHTOK. 0: none */
        char text[LOGIN_TEXT]; /* UTF-8; may have newlines; "" where there is nothing to show */
};

/* Bytes used, 0 where it does not fit. `to` has LOGIN_MAX bytes. A begin whose asker is not told is encoded as agents
 * of before 0.5 understand it; both are decoded. */
size_t login_begin_encode(const struct login_begin *b, void *to);
size_t login_say_encode(const struct login_say *s, void *to);
size_t login_answer_encode(const char *answer, void *to);

/* -EBADMSG: short, long, of another version, out of range, without user or service, a control character inside a name,
 * `keep` or `kept` where they mean nothing. An answer may hold any byte but NUL. *ret is all zero on failure. */
int login_begin_decode(struct bytes from, struct login_begin *ret);
int login_say_decode(struct bytes from, struct login_say *ret);
int login_answer_decode(struct bytes from, char ret[LOGIN_ANSWER]);
