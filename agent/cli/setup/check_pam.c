/* SPDX-License-Identifier: MIT */
/* check_pam.c — the PAM services of this terminal: which of them would let somebody in without Sekimori. */
#include "cli/setup/checks.h"
#include "cli/setup/door.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PROFILE "usr/share/pam-configs/sekimori"
#define PASSWORD_SERVICE "sekimori-password"

struct module {
        struct check_context *context;
        bool found;
};

static void look_for_module(void *ctx, const char *name) {
        struct module *m = ctx;
        char path[300];

        (void)snprintf(path, sizeof path, "usr/lib/%.200s/security/" OUR_MODULE ".so", name);
        m->found = m->found || check_context_has(m->context, path);
}

/* Is our module installed? A stack that names a missing module lets nobody in. */
static bool has_module(struct check_context *g) {
        struct module m = { .context = g };

        (void)check_context_names(g, "usr/lib", "-linux-gnu", look_for_module, &m);
        return m.found;
}

void check_profile(struct check_context *g) {
        if (!check_context_has(g, "usr/sbin/pam-auth-update"))
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "pam-auth-update がありません: sudo apt install ./libpam-runtime_*.deb（入手は導入手引き 2.4）",
                            "there is no pam-auth-update: sudo apt install ./libpam-runtime_*.deb (INSTALLING 2.4: how it gets here)"));
        else if (!check_context_has(g, PROFILE) || !has_module(g))
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "%s がありません: sudo apt install --reinstall ./libpam-sekimori_*.deb（導入のときのパッケージ）",
                            "there is no %s: sudo apt install --reinstall ./libpam-sekimori_*.deb (the package it was installed from)"),
                        has_module(g) ? "/" PROFILE : OUR_MODULE ".so");
        else
                finding_add(g, FINDING_OK,
                            door_is_ours(g) ? SAY(g->l, "PAM に組み込まれています", "enabled in PAM")
                                            : SAY(g->l, "PAM に組み込めます", "ready to be enabled in PAM"));
}

static const char *wrong_password(const struct pam_line *line, const void *ctx) {
        (void)ctx;
        return strcmp(line->module, "pam_permit") == 0 ? "success" : "auth_err";
}

/* The service by which the agent checks passwords: it must not lead back to the agent, and must not accept every
 * password. */
void check_password(struct check_context *g) {
        auto_pam_stack s = NULL;
        int r = pam_stack_load(g, PASSWORD_SERVICE, PAM_PHASE_AUTH, true, &s); /* common-auth will be our module */

        if (r == -ENOENT)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "/etc/pam.d/%s がないため、だれのパスワードも確かめられません: パッケージを入れ直してください",
                            "there is no /etc/pam.d/%s, so nobody's password can be checked: install the package again"),
                        PASSWORD_SERVICE);
        else if (r < 0)
                finding_unread(g, "etc/pam.d/" PASSWORD_SERVICE, r);
        else if (pam_stack_has(s, OUR_MODULE))
                finding_add(g, FINDING_STOP,
                            SAY(g->l,
                                "/etc/pam.d/%s が pam_sekimori に戻っています: pam_unix.so などに置き換えてください",
                                "/etc/pam.d/%s leads back to pam_sekimori: put pam_unix.so or the like there"),
                            PASSWORD_SERVICE);
        else if (pam_stack_grants(s, wrong_password, NULL))
                finding_add(g, FINDING_STOP,
                            SAY(g->l,
                                "/etc/pam.d/%s はどんなパスワードも受け入れます: pam_permit.so を取り除いてください",
                                "/etc/pam.d/%s accepts any password: take pam_permit.so out"),
                            PASSWORD_SERVICE);
        else
                finding_add(g, FINDING_OK, "/etc/pam.d/%s", PASSWORD_SERVICE);
}

/* Services at which nobody logs in: greeters draw the screen before the login, the others are only used by services. */
static bool is_no_door(const char *service) {
        static const char *const names[] = { "gdm-launch-environment", "lightdm-greeter", "sddm-greeter",
                                             "systemd-user", PASSWORD_SERVICE };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (strcmp(service, names[i]) == 0)
                        return true;
        return strncmp(service, "common-", 7) == 0;
}

struct tour {
        struct check_context *context;
        bool as_if;
        size_t open;
        char names[512];
};

static void check_pam_visit(void *ctx, const char *service) {
        struct tour *t = ctx;
        bool open = false;
        int r;

        if (is_no_door(service))
                return;
        r = door_is_open(t->context, service, t->as_if, &open);
        if (r < 0 && r != -ENOENT) {
                char path[300];

                (void)snprintf(path, sizeof path, "etc/pam.d/%s", service);
                finding_unread(t->context, path, r);
        } else if (open) {
                words_add(t->names, sizeof t->names, "%s%s", t->open++ ? ", " : "", service);
        }
}

void check_services(struct check_context *g) {
        struct tour t = { .context = g, .as_if = !door_is_ours(g) };

        for (size_t i = 0; pam_directories[i]; i++)
                finding_unread(g, pam_directories[i],
                               check_context_names(g, pam_directories[i], "", check_pam_visit, &t));
        if (t.open)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "Sekimori を通らずに入れるサービスがあります: %s。使わないものは消し、使うものは common-auth と "
                            "common-account を読み込ませてください（/etc/pam.d）",
                            "services that let people in without Sekimori: %s. Remove those that nobody uses; let the others "
                            "include common-auth and common-account (/etc/pam.d)"),
                        t.names);
        else
                finding_add(g, FINDING_OK,
                            SAY(g->l, "Sekimori を通らずに入れるサービスはありません",
                                "no service lets anybody in without Sekimori"));
}
