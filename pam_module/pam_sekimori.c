/* SPDX-License-Identifier: MIT */
/* pam_sekimori.c — PAM's entry points. The agent decides; every doubt is a refusal, and nothing is ever PAM_IGNORE. */
#include "asker.h"
#include "decision/pam_service.h"
#include "relay.h"
#include "settings.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <syslog.h>

#define EXPORT __attribute__((visibility("default")))

/* An absent agent must not delay a logout for long. */
#define CLOSE_S 2

/* Whom the authenticate phase let in, for the account phase of the same handle. */
#define PASSED "sekimori_passed"
struct passed {
        char user[LOGIN_USER], service[LOGIN_NAME];
};

static void passed_free(pam_handle_t *pamh, void *data, int status) {
        (void)pamh;
        (void)status;
        free(data);
}

static int pam_sekimori_remember(pam_handle_t *pamh, const struct login_begin *b) {
        struct passed *p = calloc(1, sizeof *p);
        int code;

        if (!p)
                return PAM_BUF_ERR;
        memcpy(p->user, b->user, sizeof p->user);
        memcpy(p->service, b->service, sizeof p->service);
        code = pam_set_data(pamh, PASSED, p, passed_free);
        if (code != PAM_SUCCESS)
                free(p);
        return code;
}

/* True: it was this user at this service. A program may change PAM_USER between the phases. */
static bool has_passed(const pam_handle_t *pamh, const struct login_begin *b) {
        const void *data = NULL;
        const struct passed *p;

        if (pam_get_data(pamh, PASSED, &data) != PAM_SUCCESS || !data)
                return false;
        p = data;
        return strcmp(p->user, b->user) == 0 && strcmp(p->service, b->service) == 0;
}

/* False if it does not fit: a name cut short is another name. */
static bool pam_sekimori_copy(char *to, size_t size, const char *from) {
        size_t n = from ? strlen(from) : 0;

        if (n >= size)
                return false;
        if (n)
                memcpy(to, from, n);
        return true;
}

static const char *pam_sekimori_item(const pam_handle_t *pamh, int type) {
        const void *value = NULL;

        return pam_get_item(pamh, type, &value) == PAM_SUCCESS ? value : NULL;
}

static bool pam_sekimori_describe(pam_handle_t *pamh, bool silent, enum login_phase phase, struct login_begin *ret) {
        *ret = (struct login_begin){ .phase = phase, .flags = silent ? LOGIN_SILENT : 0 };
        asker_look(&ret->asker);
        return pam_sekimori_copy(ret->user, sizeof ret->user, pam_sekimori_item(pamh, PAM_USER))
               && pam_sekimori_copy(ret->service, sizeof ret->service, pam_sekimori_item(pamh, PAM_SERVICE))
               && pam_sekimori_copy(ret->tty, sizeof ret->tty, pam_sekimori_item(pamh, PAM_TTY))
               && pam_sekimori_copy(ret->rhost, sizeof ret->rhost, pam_sekimori_item(pamh, PAM_RHOST))
               && pam_sekimori_copy(ret->seat, sizeof ret->seat, pam_getenv(pamh, "XDG_SEAT"))
               && pam_sekimori_copy(ret->session, sizeof ret->session, pam_getenv(pamh, "XDG_SESSION_ID"))
               && pam_sekimori_copy(ret->asker.user, sizeof ret->asker.user, pam_sekimori_item(pamh, PAM_RUSER));
}

static int pam_sekimori_misconfigured(pam_handle_t *pamh, bool silent, enum login_phase phase, const struct err *err) {
        pam_syslog(pamh, LOG_CRIT, "%s", err->text);
        if (!silent)
                conversation_word(pamh, WORD_SETTINGS);
        return relay_failure(phase);
}

static int ask_within(pam_handle_t *pamh, unsigned flags, const struct settings *s, const struct login_begin *begin) {
        auto_client client = client_to(s->socket, s->timeout_s);

        return relay_run(pamh, flags, &client, begin);
}

/* sudo's pam_silent is set unless sudoers says otherwise: who is refused would read "Sorry, try again", and not that
 * they are to wait. */
static unsigned flags_heeded(pam_handle_t *pamh, unsigned flags, enum login_phase phase) {
        const char *service = pam_sekimori_item(pamh, PAM_SERVICE);

        return phase == LOGIN_AUTHENTICATE && service && pam_service_has(service, PAM_SERVICE_HUSHES)
                       ? flags & ~(unsigned)PAM_SILENT
                       : flags;
}

static int ask_agent(pam_handle_t *pamh, unsigned given, enum login_phase phase, int argc, const char **argv) {
        const unsigned flags = flags_heeded(pamh, given, phase);
        const bool silent = flags & PAM_SILENT;
        struct settings settings;
        struct login_begin begin;
        struct err err;
        int code;

        if (settings_read(argc, argv, &settings, &err) < 0)
                return pam_sekimori_misconfigured(pamh, silent, phase, &err);
        if (!pam_sekimori_describe(pamh, silent, phase, &begin)) {
                pam_syslog(pamh, LOG_ERR, "a name is too long to be asked for");
                return relay_refusal(phase);
        }
        if (phase == LOGIN_ACCOUNT && has_passed(pamh, &begin))
                begin.flags |= LOGIN_PASSED;
        if (phase == LOGIN_CLOSE && settings.timeout_s > CLOSE_S)
                settings.timeout_s = CLOSE_S;
        code = ask_within(pamh, flags, &settings, &begin);
        return code == PAM_SUCCESS && phase == LOGIN_AUTHENTICATE ? pam_sekimori_remember(pamh, &begin) : code;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        const char *user = NULL;

        /* The result of an earlier attempt in this handle is dropped (replaced in place: this cannot fail). */
        (void)pam_set_data(pamh, PASSED, NULL, NULL);
        if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || !user)
                return PAM_CONV_ERR;
        return *user ? ask_agent(pamh, (unsigned)flags, LOGIN_AUTHENTICATE, argc, argv) : PAM_USER_UNKNOWN;
}

EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        return ask_agent(pamh, (unsigned)flags, LOGIN_ACCOUNT, argc, argv);
}

/* If the agent does not know a session, it takes the seat for empty, and rules for people would not apply. */
EXPORT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        return ask_agent(pamh, (unsigned)flags, LOGIN_OPEN, argc, argv);
}

/* A logout always succeeds. */
EXPORT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        (void)ask_agent(pamh, (unsigned)flags | PAM_SILENT, LOGIN_CLOSE, argc, argv);
        return PAM_SUCCESS;
}

/* We set no credential, so nothing can fail. sshd and cron call this from processes and handles in which nobody
 * authenticated: a refusal here would end sessions that both deciding phases have let in. */
EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        (void)pamh;
        (void)flags;
        (void)argc;
        (void)argv;
        return PAM_SUCCESS;
}

/* Factors are enrolled with `sekimori enrol`, by an administrator. A password stack has no use for us. */
EXPORT int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv) {
        (void)flags;
        (void)argc;
        (void)argv;
        pam_syslog(pamh, LOG_CRIT, "pam_sekimori changes no passwords: take it out of this service's password stack");
        return PAM_AUTHTOK_ERR;
}
