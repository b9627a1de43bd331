/* SPDX-License-Identifier: MIT */
/* answers.c — known beforehand are pam_deny, pam_permit, pam_rootok (nobody is root) and what succeed_if.c works out.
 * See answers.h. */
#include "stacks/answers.h"

#include "stacks/succeed_if.h"

#include <ctype.h>
#include <security/pam_modules.h>
#include <string.h>

/* As pam.conf(5) names them. PAM_INCOMPLETE is missing: a module that says so is asked again. */
static const struct {
        const char *name;
        int value;
} names[] = {
        { "success", PAM_SUCCESS },
        { "open_err", PAM_OPEN_ERR },
        { "symbol_err", PAM_SYMBOL_ERR },
        { "service_err", PAM_SERVICE_ERR },
        { "system_err", PAM_SYSTEM_ERR },
        { "buf_err", PAM_BUF_ERR },
        { "perm_denied", PAM_PERM_DENIED },
        { "auth_err", PAM_AUTH_ERR },
        { "cred_insufficient", PAM_CRED_INSUFFICIENT },
        { "authinfo_unavail", PAM_AUTHINFO_UNAVAIL },
        { "user_unknown", PAM_USER_UNKNOWN },
        { "maxtries", PAM_MAXTRIES },
        { "new_authtok_reqd", PAM_NEW_AUTHTOK_REQD },
        { "acct_expired", PAM_ACCT_EXPIRED },
        { "session_err", PAM_SESSION_ERR },
        { "cred_unavail", PAM_CRED_UNAVAIL },
        { "cred_expired", PAM_CRED_EXPIRED },
        { "cred_err", PAM_CRED_ERR },
        { "no_module_data", PAM_NO_MODULE_DATA },
        { "conv_err", PAM_CONV_ERR },
        { "authtok_err", PAM_AUTHTOK_ERR },
        { "authtok_recover_err", PAM_AUTHTOK_RECOVERY_ERR },
        { "authtok_lock_busy", PAM_AUTHTOK_LOCK_BUSY },
        { "authtok_disable_aging", PAM_AUTHTOK_DISABLE_AGING },
        { "try_again", PAM_TRY_AGAIN },
        { "ignore", PAM_IGNORE },
        { "abort", PAM_ABORT },
        { "authtok_expired", PAM_AUTHTOK_EXPIRED },
        { "module_unknown", PAM_MODULE_UNKNOWN },
        { "bad_item", PAM_BAD_ITEM },
        { "conv_again", PAM_CONV_AGAIN },
};
#define NAMES (sizeof names / sizeof *names)
#define BIT(value) (1U << (value))

/* As relay.c of our module says no, and as libpam does where it cannot load it. */
static const uint32_t refusals = BIT(PAM_AUTH_ERR) | BIT(PAM_PERM_DENIED) | BIT(PAM_AUTHINFO_UNAVAIL)
                                 | BIT(PAM_USER_UNKNOWN) | BIT(PAM_MAXTRIES) | BIT(PAM_ABORT) | BIT(PAM_SYSTEM_ERR)
                                 | BIT(PAM_ACCT_EXPIRED) | BIT(PAM_OPEN_ERR) | BIT(PAM_CONV_ERR) | BIT(PAM_BUF_ERR)
                                 | BIT(PAM_MODULE_UNKNOWN);
static const uint32_t usual = BIT(PAM_SUCCESS) | BIT(PAM_IGNORE) | BIT(PAM_NEW_AUTHTOK_REQD);

uint32_t answers_named;

void answers_note_names(const char *text) {
        for (size_t i = 0; i < NAMES; i++)
                for (const char *at = text; (at = strcasestr(at, names[i].name)); at++)
                        if (at[strlen(names[i].name) + strspn(at + strlen(names[i].name), " \t")] == '=')
                                answers_named |= BIT(names[i].value);
}

/* Of this set: what is named somewhere, and one of those that nobody names. */
static uint32_t answers_distinct(uint32_t set) {
        uint32_t unnamed = set & ~(answers_named | usual);

        return (set & (answers_named | usual)) | (unnamed & -unnamed);
}

static size_t answers_listed(uint32_t set, int ret[ANSWERS_MAX]) {
        size_t n = 0;

        for (size_t i = 0; i < NAMES; i++)
                if (set & BIT(names[i].value))
                        ret[n++] = names[i].value;
        return n;
}

static size_t answers_one(int value, int ret[ANSWERS_MAX]) {
        ret[0] = value;
        return 1;
}

static size_t answers_ours(const struct stack_call *call, int ret[ANSWERS_MAX]) {
        if (call->ours == STACKS_ACCEPTS)
                return answers_one(PAM_SUCCESS, ret);
        if (call->ours == STACKS_UNASKED)
                return answers_one(PAM_PERM_DENIED, ret);
        return answers_listed(answers_distinct(refusals), ret);
}

size_t answers_of(const struct stack_call *call, const struct stack_groups *groups, int ret[ANSWERS_MAX]) {
        const uint32_t yes = BIT(PAM_SUCCESS) | BIT(PAM_NEW_AUTHTOK_REQD);
        const uint32_t any = answers_distinct(BIT(PAM_INCOMPLETE) - 1);

        if (strcmp(call->module, OURS) == 0)
                return answers_ours(call, ret);
        if (strcmp(call->module, "pam_deny") == 0 || strcmp(call->module, "pam_rootok") == 0)
                return answers_one(PAM_AUTH_ERR, ret);
        if (strcmp(call->module, "pam_permit") == 0)
                return answers_one(PAM_SUCCESS, ret);
        if (strcmp(call->module, "pam_succeed_if") == 0)
                switch (succeed_if_decides(call->argc, call->argv, call->service, groups)) {
                case SUCCEEDS:
                        return answers_one(PAM_SUCCESS, ret);
                case FAILS:
                        return answers_one(PAM_AUTH_ERR, ret);
                case DEPENDS:
                        break;
                }
        return answers_listed(call->others == STACKS_NO ? any & ~yes : any, ret);
}
