/* SPDX-License-Identifier: MIT */
/* door.c — works out the PAM stacks of auth and account with an assumed answer of each module, and with every refusal
 * of ours; for sshd, door_is_open counts account alone, because of public keys. See door.h. */
#include "cli/setup/door.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* As pam_sekimori.so answers when it refuses, and as libpam does where it cannot be loaded. */
static const char *const refusals[] = { "auth_err", "perm_denied", "authinfo_unavail", "user_unknown",
                                        "maxtries", "abort",       "system_err",       "acct_expired",
                                        "open_err", "conv_err",    "module_unknown" };

struct belief {
        const struct check_context *context;
        const char *service;
        const char *ours; /* what our module answers */
        const char *others;
};

static void look_for_group(void *ctx, unsigned number, char *line) {
        const char **wanted = ctx;
        size_t n = *wanted ? strlen(*wanted) : 0;
        const char *members;

        (void)number;
        if (!n || strncmp(line, *wanted, n) != 0 || line[n] != ':')
                return;
        members = strrchr(line, ':');
        if (!members[1 + strspn(members + 1, " ")])
                *wanted = NULL; /* nobody is in it */
}

/* `user ingroup nopasswdlogin` opens to nobody as long as that group is empty. */
static bool is_for_an_empty_group(const struct check_context *g, const struct pam_line *line) {
        const char *at = strstr(line->arguments, "ingroup "), *group;
        char name[64];

        if (strcmp(line->module, "pam_succeed_if") != 0 || !at)
                return false;
        at += strlen("ingroup ");
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " \t"), at);
        group = name;
        return !check_context_has(g, "etc/group")
               || (check_context_lines(g, "etc/group", look_for_group, &group) == 0 && !group);
}

/* The answer of `service in sudo:sudo-i`, which is known beforehand; NULL for any other line. */
static const char *believed_of_service(const struct pam_line *line, const char *service) {
        const char *at = strstr(line->arguments, "service in ");
        size_t n = strlen(service);

        if (strcmp(line->module, "pam_succeed_if") != 0 || !at)
                return NULL;
        for (at += strlen("service in "); *at && *at != ' '; at += strcspn(at, ": ") + (at[strcspn(at, ": ")] == ':'))
                if (strncmp(at, service, n) == 0 && (!at[n] || strchr(": \t", at[n])))
                        return "success";
        return "auth_err";
}

/* The answer that is assumed of a line's module. pam_deny and pam_rootok ask nothing; they refuse everybody, or
 * everybody but root. */
static const char *door_believed(const struct pam_line *line, const void *ctx) {
        const struct belief *b = ctx;
        const char *known = believed_of_service(line, b->service);

        if (known)
                return known;
        if (strcmp(line->module, OUR_MODULE) == 0)
                return b->ours;
        if (strcmp(line->module, "pam_deny") == 0 || strcmp(line->module, "pam_rootok") == 0)
                return "auth_err";
        if (strcmp(line->module, "pam_permit") == 0)
                return "success";
        return is_for_an_empty_group(b->context, line) ? "auth_err" : b->others;
}

static int any_refusal_lets_in(const struct check_context *g, const char *service, enum pam_phase phase, bool as_if,
                               bool *ret) {
        auto_pam_stack s = NULL;
        int r = pam_stack_load(g, service, phase, as_if, &s);

        *ret = false;
        for (size_t i = 0; r == 0 && i < sizeof refusals / sizeof *refusals; i++) {
                const struct belief b = { g, service, refusals[i], "success" };

                *ret = *ret || pam_stack_grants(s, door_believed, &b);
        }
        return r;
}

int door_is_open(const struct check_context *g, const char *service, bool as_if, bool *ret) {
        bool auth = false, account = false;
        int r = any_refusal_lets_in(g, service, PAM_PHASE_AUTH, as_if, &auth);

        if (r == 0)
                r = any_refusal_lets_in(g, service, PAM_PHASE_ACCOUNT, as_if, &account);
        /* sshd itself checks public keys, without the auth phase: there only the account phase counts. */
        *ret = account && (auth || strcmp(service, "sshd") == 0);
        return r;
}

/* Our account phase refuses a person whom our auth phase did not ask: the one without the other lets nobody in. */
static bool door_agree(const struct pam_stack *auth, const struct pam_stack *account, const struct belief *b) {
        struct belief unasked = *b;

        unasked.ours = "perm_denied";
        return pam_stack_has(auth, OUR_MODULE) || pam_stack_grants(account, door_believed, &unasked);
}

int door_lets_in(const struct check_context *g, const char *service, bool *ret) {
        const struct belief b = { g, service, "success", "success" };
        auto_pam_stack auth = NULL, account = NULL;
        int r = pam_stack_load(g, service, PAM_PHASE_AUTH, false, &auth);

        if (r == 0)
                r = pam_stack_load(g, service, PAM_PHASE_ACCOUNT, false, &account);
        if (r < 0)
                return r;
        *ret = pam_stack_grants(auth, door_believed, &b) && pam_stack_grants(account, door_believed, &b)
               && door_agree(auth, account, &b);
        return 0;
}

bool door_is_ours(const struct check_context *g) {
        static const char *const commons[] = { "common-auth", "common-account" };

        for (enum pam_phase phase = PAM_PHASE_AUTH; phase <= PAM_PHASE_ACCOUNT; phase++) {
                auto_pam_stack s = NULL;

                if (pam_stack_load(g, commons[phase], phase, false, &s) == 0 && pam_stack_has(s, OUR_MODULE))
                        return true;
        }
        return false;
}

size_t doors_here(const struct check_context *g, const char *ret[DOORS_MAX]) {
        static const char *const known[] = { "login", "sshd", "gdm-password", "lightdm", "sddm",
                                             "lxdm",  "xdm",  "su",           "sudo",    "polkit-1" };
        size_t n = 0;

        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
                bool is_here = false;

                for (size_t k = 0; pam_directories[k]; k++) {
                        char path[64];

                        (void)snprintf(path, sizeof path, "%s/%s", pam_directories[k], known[i]);
                        is_here = is_here || check_context_has(g, path);
                }
                if (is_here)
                        ret[n++] = known[i];
        }
        return n;
}
