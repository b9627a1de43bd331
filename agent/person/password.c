/* SPDX-License-Identifier: MIT */
/* password.c — pam_authenticate, then pam_acct_mgmt; the PAM conversation answers one PAM_PROMPT_ECHO_OFF with the
 * password, keeps messages, and refuses any other prompt. See password.h. */
#include "person/password.h"

#include "base/secret.h"

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>

struct talk {
        const char *password; /* NULL: given already */
        char *text;           /* what PAM told, line by line */
        size_t size;
};

/* Cut between characters. Control characters, which a remote server may have written, become blanks. */
static void add_text(struct talk *t, const char *line) {
        size_t used = strlen(t->text);
        size_t wrote = (size_t)snprintf(t->text + used, t->size - used, "%s%s", used ? "\n" : "", line);

        if (wrote >= t->size - used) {
                char *end = t->text + t->size - 1;

                while (end > t->text && ((uint8_t)end[-1] & 0xc0) == 0x80)
                        *--end = '\0';
                if (end > t->text && (uint8_t)end[-1] >= 0xc0)
                        *--end = '\0';
        }
        for (char *c = t->text + used + (used != 0); c < t->text + t->size && *c; c++)
                if ((uint8_t)*c < 0x20 || *c == 0x7f)
                        *c = ' ';
}

static int password_answer(struct talk *t, const struct pam_message *asked, struct pam_response *to) {
        switch (asked->msg_style) {
        case PAM_PROMPT_ECHO_OFF:
                to->resp = t->password ? strdup(t->password) : NULL;
                t->password = NULL;
                return to->resp ? PAM_SUCCESS : PAM_CONV_ERR;
        case PAM_TEXT_INFO:
        case PAM_ERROR_MSG:
                add_text(t, asked->msg ? asked->msg : "");
                return PAM_SUCCESS;
        default:
                return PAM_CONV_ERR;
        }
}

static void password_forget(struct pam_response *replies, int n) {
        for (int i = 0; i < n; i++) {
                if (replies[i].resp)
                        secret_wipe(replies[i].resp, strlen(replies[i].resp));
                free(replies[i].resp);
        }
        free(replies);
}

/* A module that asks for anything but one password asks for something that nobody typed: a second factor is not the
 * nested service's task. */
static int password_converse(int n, const struct pam_message **asked, struct pam_response **ret, void *ctx) {
        struct pam_response *replies;
        int r = PAM_SUCCESS;

        if (n <= 0 || n > PAM_MAX_NUM_MSG)
                return PAM_CONV_ERR;
        replies = calloc((size_t)n, sizeof *replies);
        if (!replies)
                return PAM_BUF_ERR;
        for (int i = 0; i < n && r == PAM_SUCCESS; i++)
                r = password_answer(ctx, asked[i], &replies[i]);
        if (r == PAM_SUCCESS)
                *ret = replies;
        else
                password_forget(replies, n);
        return r;
}

static int password_refuse(int n, const struct pam_message **asked, struct pam_response **ret, void *ctx) {
        (void)n, (void)asked, (void)ret, (void)ctx;
        return PAM_CONV_ERR;
}

/* The agent has delays of its own; no module may add to them. */
static void no_delay(int status, unsigned us, void *ctx) {
        (void)status;
        (void)us;
        (void)ctx;
}

/* A module may have changed PAM_USER and judged another person's password. */
static bool is_still(const pam_handle_t *h, const char *user) {
        const void *now = NULL;

        return pam_get_item(h, PAM_USER, &now) == PAM_SUCCESS && now && strcmp(now, user) == 0;
}

/* A password that has to be changed is right; this says nothing of the account. */
static bool is_right(int r) {
        return r == PAM_SUCCESS || r == PAM_NEW_AUTHTOK_REQD;
}

static int password_judge(pam_handle_t *h, const char *user) {
        int account, r = pam_set_item(h, PAM_FAIL_DELAY, (const void *)no_delay);

        if (r == PAM_SUCCESS)
                r = pam_authenticate(h, PAM_DISALLOW_NULL_AUTHTOK);
        if (is_right(r)) {
                account = pam_acct_mgmt(h, PAM_DISALLOW_NULL_AUTHTOK);
                r = account == PAM_SUCCESS ? r : account;
        }
        return is_right(r) && !is_still(h, user) ? PAM_USER_UNKNOWN : r;
}

/* This handle is never ended: it keeps the service's modules loaded, while password_check reads the service anew, so
 * that later changes count. No module function has run. */
void password_prepare(const char *service) {
        static const struct pam_conv nobody = { password_refuse, NULL };
        static pam_handle_t *holder;

        (void)pam_start(service, NULL, &nobody, &holder);
}

void password_check(const char *user, const struct person_password *p, struct person_result *ret) {
        struct talk talk = { p->password, ret->text, sizeof ret->text };
        const struct pam_conv conversation = { password_converse, &talk };
        pam_handle_t *h = NULL;

        *ret = (struct person_result){ .code = PAM_AUTH_ERR };
        if (!p->password[0])
                return;
        ret->code = pam_start(p->service, user, &conversation, &h);
        if (ret->code != PAM_SUCCESS)
                return;
        ret->code = password_judge(h, user);
        ret->right = is_right(ret->code);
        (void)pam_end(h, ret->code);
}
