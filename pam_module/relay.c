/* SPDX-License-Identifier: MIT */
/* relay.c — one handler for each agent message; a table gives each refusal its phase's PAM code. See relay.h. */
#include "relay.h"

#include "base/secret.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <syslog.h>

/* Not a PAM code: there is no verdict yet. */
#define GO_ON (-1)

struct relay {
        pam_handle_t *pamh;
        struct client *client;
        enum login_phase phase;
        bool silent, no_empty;
        bool kept, unheard; /* an answer was kept; an answer did not reach the agent any more */
        bool again;         /* the first question came too long ago: the same one is being asked anew */
        unsigned asked;
        char answer[LOGIN_ANSWER];
        struct login_say first;   /* the first question */
        char given[LOGIN_ANSWER]; /* and its answer */
};

/* Allow has no line here: what is not in the table is no success. */
static const int verdicts[LOGIN_SAYINGS][LOGIN_PHASES] = {
        [LOGIN_REFUSE] = { [LOGIN_AUTHENTICATE] = PAM_AUTH_ERR,
                           [LOGIN_ACCOUNT] = PAM_PERM_DENIED,
                           [LOGIN_OPEN] = PAM_SESSION_ERR,
                           [LOGIN_CLOSE] = PAM_SESSION_ERR },
        [LOGIN_THROTTLED] = { [LOGIN_AUTHENTICATE] = PAM_MAXTRIES,
                              [LOGIN_ACCOUNT] = PAM_MAXTRIES,
                              [LOGIN_OPEN] = PAM_SESSION_ERR,
                              [LOGIN_CLOSE] = PAM_SESSION_ERR },
        [LOGIN_UNAVAILABLE] = { [LOGIN_AUTHENTICATE] = PAM_AUTHINFO_UNAVAIL,
                                [LOGIN_ACCOUNT] = PAM_AUTHINFO_UNAVAIL,
                                [LOGIN_OPEN] = PAM_SESSION_ERR,
                                [LOGIN_CLOSE] = PAM_SESSION_ERR },
};

int relay_failure(enum login_phase phase) {
        return verdicts[LOGIN_UNAVAILABLE][phase];
}

int relay_refusal(enum login_phase phase) {
        return verdicts[LOGIN_REFUSE][phase];
}

/* The connection cannot be used any more: log the reason, and tell the person what to do. */
static int give_up(const struct relay *r, const struct err *err, enum word w) {
        pam_syslog(r->pamh, LOG_ERR, "%s", err->text);
        if (!r->silent)
                conversation_word(r->pamh, w);
        return relay_failure(r->phase);
}

static int out_of_turn(const struct relay *r, const char *what) {
        struct err err;

        (void)err_set(&err, -EPROTO, "the agent's %s came out of turn", what);
        return give_up(r, &err, WORD_NO_AGENT);
}

/* Only the authenticate phase fails when a text cannot be shown. In other phases that is no reason to refuse a session
 * that was allowed. */
static int relay_tell(const struct relay *r, const struct login_say *say, bool warning) {
        int64_t since = client_pause();
        int code = r->silent ? PAM_SUCCESS : conversation_tell(r->pamh, warning, say->text);

        client_resume(r->client, since);
        return r->phase == LOGIN_AUTHENTICATE ? code : PAM_SUCCESS;
}

static int on_tell(struct relay *r, const struct login_say *say) {
        int code = relay_tell(r, say, say->what == LOGIN_WARN);

        return code == PAM_SUCCESS ? GO_ON : code;
}

static int relay_answer(struct relay *r, const char *text) {
        struct err err;
        int e = client_answer(r->client, text, &err);

        /* The agent closed the connection meanwhile; its last message may say why. */
        r->unheard = e == -EPIPE;
        return e == 0 || r->unheard ? GO_ON : give_up(r, &err, WORD_NO_AGENT);
}

static bool is_asked_again(const struct relay *r, const struct login_say *say) {
        return r->again && r->asked == 1 && say->what == r->first.what && say->keep == r->first.keep
               && strcmp(say->text, r->first.text) == 0;
}

/* Who sits there may take hours: a locker begins when it locks. */
static int ask_person(struct relay *r, const struct login_say *say, char text[LOGIN_ANSWER]) {
        int64_t since = client_pause();
        int code;

        if (is_asked_again(r, say)) {
                memcpy(text, r->given, LOGIN_ANSWER);
                r->asked++;
                return PAM_SUCCESS;
        }
        code = conversation_ask(r->pamh, say->what == LOGIN_ASK_HIDDEN, say->text, text);
        client_resume(r->client, since);
        if (++r->asked == 1) {
                r->first = *say;
                memcpy(r->given, text, LOGIN_ANSWER);
        }
        return code;
}

/* An answer to the first question, and no other, found nobody any more. */
static bool may_begin_again(const struct relay *r) {
        return r->unheard && r->asked == 1 && !r->again;
}

static int on_ask(struct relay *r, const struct login_say *say) {
        char text[LOGIN_ANSWER];
        int code;

        if (may_begin_again(r))
                return GO_ON; /* what was asked ahead by an agent that is gone */
        if (r->phase != LOGIN_AUTHENTICATE || r->unheard)
                return out_of_turn(r, "question");
        code = ask_person(r, say, text);
        if (code == PAM_SUCCESS && say->keep) {
                memcpy(r->answer, text, sizeof text);
                r->kept = true;
        }
        if (code == PAM_SUCCESS)
                code = relay_answer(r, text);
        secret_wipe(text, sizeof text);
        return code;
}

static int on_refusal(struct relay *r, const struct login_say *say) {
        int code = verdicts[say->what][r->phase];

        (void)relay_tell(r, say, true);
        return code == PAM_SUCCESS ? PAM_SYSTEM_ERR : code;
}

/* libpam copies what it is given. */
static int hand_password_on(struct relay *r, size_t n) {
        if (n == 0)
                return PAM_SUCCESS;
        r->answer[n] = '\0';
        return pam_set_item(r->pamh, PAM_AUTHTOK, r->answer);
}

static int on_allow(struct relay *r, const struct login_say *say) {
        int code;

        if (r->unheard || say->kept > strlen(r->answer) || (say->kept && r->phase != LOGIN_AUTHENTICATE))
                return out_of_turn(r, "permission");
        /* PAM_DISALLOW_NULL_AUTHTOK: an empty password is refused, even if the agent accepted it. */
        if (r->no_empty && r->kept && !*r->answer)
                return relay_refusal(r->phase);
        code = relay_tell(r, say, false);
        return code == PAM_SUCCESS ? hand_password_on(r, say->kept) : code;
}

static int (*const sayings[LOGIN_SAYINGS])(struct relay *r, const struct login_say *say) = {
        [LOGIN_ASK_HIDDEN] = on_ask,    [LOGIN_ASK_SHOWN] = on_ask,       [LOGIN_TELL] = on_tell,
        [LOGIN_WARN] = on_tell,         [LOGIN_ALLOW] = on_allow,         [LOGIN_REFUSE] = on_refusal,
        [LOGIN_THROTTLED] = on_refusal, [LOGIN_UNAVAILABLE] = on_refusal,
};

/* The agent lets go of whoever says nothing for long, and of everybody when it is restarted. Where nothing but the
 * first question was asked until then, it is asked again, and has its answer. */
static int hear_on(struct relay *r, const struct login_begin *begin, struct login_say *say, struct err *err) {
        int e = client_hear(r->client, say, err);

        if (e != -ECONNRESET || !may_begin_again(r))
                return e;
        r->again = true;
        r->unheard = r->kept = false;
        return client_begin(r->client, begin, say, err);
}

static int relay_converse(struct relay *r, const struct login_begin *begin) {
        struct login_say say;
        struct err err;
        int e = client_begin(r->client, begin, &say, &err);

        while (e == 0) {
                int code = sayings[say.what](r, &say);

                if (code != GO_ON)
                        return code;
                e = hear_on(r, begin, &say, &err);
        }
        if (e != -EINVAL)
                return give_up(r, &err, WORD_NO_AGENT);
        pam_syslog(r->pamh, LOG_ERR, "%s", err.text); /* a name that cannot exist is no fault of the agent */
        return relay_refusal(r->phase);
}

int relay_run(pam_handle_t *pamh, unsigned flags, struct client *c, const struct login_begin *begin) {
        struct relay r = { .pamh = pamh, .client = c, .phase = begin->phase };
        int code;

        r.silent = flags & PAM_SILENT;
        r.no_empty = flags & PAM_DISALLOW_NULL_AUTHTOK;
        code = relay_converse(&r, begin);
        secret_wipe(&r, sizeof r);
        return code;
}
