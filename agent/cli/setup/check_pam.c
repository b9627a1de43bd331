/* SPDX-License-Identifier: MIT */
/* check_pam.c — the PAM services of this terminal: which of them would let somebody in without Sekimori. */
#include "cli/setup/checks.h"
#include "cli/setup/door.h"
#include "decision/login.h"

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

        (void)snprintf(path, sizeof path, "usr/lib/%.200s/security/pam_sekimori.so", name);
        m->found = m->found || check_context_has(m->context, path);
}

/* Is our module installed? A stack that names a missing module lets nobody in. */
static bool has_module(struct check_context *g) {
        struct module m = { .context = g };

        (void)check_context_names(g, "usr/lib", "-linux-gnu", look_for_module, &m);
        return m.found;
}

/* What is now, once ours is enabled; until then what would be. NULL, and a finding, where that cannot be found out.
 * Which files could not be read is told once, by the check of the services. */
static const struct doors *check_pam_open(struct check_context *g, struct doors_once *own) {
        struct doors_once *o = g->doors ? g->doors : own;
        struct check_context services = *g;

        services.check = "services";
        if (!o->asked)
                o->r = doors_open(&services, door_is_ours(g) != 0 ? DOORS_AS_THEY_ARE : DOORS_AS_THEY_WILL_BE,
                                  &o->doors, &o->err);
        o->asked = true;
        if (o->r == 0)
                return &o->doors;
        finding_add(g, FINDING_STOP,
                    SAY(g->l, "PAM のサービスを確かめられません: %s", "the PAM services cannot be looked at: %s"),
                    g->l == LANGUAGE_JA ? o->err.ja : o->err.text);
        return NULL;
}

static void check_profile_asked(struct check_context *g, const struct doors *d) {
        switch (doors_ask_ours(d)) {
        case STACKS_EVER:
                finding_add(g, FINDING_OK,
                            door_is_ours(g) > 0 ? SAY(g->l, "PAM に組み込まれています", "enabled in PAM")
                                                : SAY(g->l, "PAM に組み込めます", "ready to be enabled in PAM"));
                break;
        case STACKS_NEVER:
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "/etc/pam.d/common-* が手で変えられているため、pam-auth-update が行を加えません: 控えを取り、sudo "
                            "pam-auth-update --force で作り直してください。自分の行は /usr/share/pam-configs に書けます",
                            "/etc/pam.d/common-* were changed by hand, so pam-auth-update adds no line: keep a copy, then sudo "
                            "pam-auth-update --force. Lines of your own can go into /usr/share/pam-configs"));
                break;
        case STACKS_UNKNOWN:
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "PAM に組み込めるか分かりません（読めないか、複雑すぎるため）: /etc/pam.d/common-auth と "
                            "common-account を自分で確かめてください",
                            "whether it can be enabled in PAM cannot be said (not read, or too complicated): look at "
                            "/etc/pam.d/common-auth and common-account yourself"));
                break;
        }
}

static void check_profile_written(struct check_context *g) {
        struct doors_once own = { 0 };
        const struct doors *d = check_pam_open(g, &own);

        if (d)
                check_profile_asked(g, d);
        doors_once_close(&own);
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
                        has_module(g) ? "/" PROFILE : "pam_sekimori.so");
        else
                check_profile_written(g);
}

static enum stacks_verdict password_service(const struct doors *d, bool reaches) {
        struct stacks_question q = { .service = PASSWORD_SERVICE, .phase = STACKS_AUTH, .ours = STACKS_REFUSES };
        struct stacks_answer a;

        q.others = reaches ? STACKS_ANY : STACKS_NO;
        q.reaches = reaches;
        return doors_ask(d, &q, &a);
}

static void check_password_asked(struct check_context *g, const struct doors *d) {
        const enum stacks_verdict back = password_service(d, true), any = password_service(d, false);

        if (back == STACKS_EVER)
                finding_add(g, FINDING_STOP,
                            SAY(g->l,
                                "/etc/pam.d/%s が pam_sekimori に戻っています: pam_unix.so などに置き換えてください",
                                "/etc/pam.d/%s leads back to pam_sekimori: put pam_unix.so or the like there"),
                            PASSWORD_SERVICE);
        else if (any == STACKS_EVER)
                finding_add(g, FINDING_STOP,
                            SAY(g->l,
                                "/etc/pam.d/%s はどんなパスワードも受け入れます: pam_permit.so を取り除いてください",
                                "/etc/pam.d/%s accepts any password: take pam_permit.so out"),
                            PASSWORD_SERVICE);
        else if (back == STACKS_UNKNOWN || any == STACKS_UNKNOWN)
                finding_add(g, FINDING_STOP,
                            SAY(g->l,
                                "/etc/pam.d/%s がパスワードを正しく確かめるか分かりません: 自分で確かめてください",
                                "whether /etc/pam.d/%s checks passwords cannot be said: look at it yourself"),
                            PASSWORD_SERVICE);
        else
                finding_add(g, FINDING_OK, "/etc/pam.d/%s", PASSWORD_SERVICE);
}

/* The service by which the agent checks passwords: it must not lead back to the agent, and must not accept every
 * password. */
void check_password(struct check_context *g) {
        struct doors_once own = { 0 };
        const struct doors *d;

        if (!check_context_has(g, "etc/pam.d/" PASSWORD_SERVICE)) {
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "/etc/pam.d/%s がないため、だれのパスワードも確かめられません: パッケージを入れ直してください",
                            "there is no /etc/pam.d/%s, so nobody's password can be checked: install the package again"),
                        PASSWORD_SERVICE);
        } else if ((d = check_pam_open(g, &own))) {
                check_password_asked(g, d);
        }
        doors_once_close(&own);
}

struct tour_list {
        size_t n;
        char names[640];
};

struct tour {
        const struct doors *doors;
        const struct policy *policy;
        struct tour_list unknown;
        struct tour_list open;                           /* check_services */
        struct tour_list closed, needed, needed_unknown; /* check_logins */
        struct tour_list greeters, others;               /* check_exempt */
};

/* `by`: who says yes; "" for none. A long list ends in dots. */
static void tour_note(struct tour_list *l, const char *service, const char *by) {
        const size_t used = strlen(l->names), wanted = strlen(service) + strlen(by) + sizeof ",  (), …";

        if (l->n++ && used + wanted > sizeof l->names) {
                if (!strstr(l->names, "…"))
                        words_add(l->names, sizeof l->names, ", …");
                return;
        }
        words_add(l->names, sizeof l->names, by[0] ? "%s%s (%s)" : "%s%s", used ? ", " : "", service, by);
}

/* Of which it is so, by whom; or of which that cannot be worked out. */
static void tour_sort(struct tour *t, enum stacks_verdict so, struct tour_list *whose, const char *service,
                      const char *by) {
        if (so == STACKS_EVER)
                tour_note(whose, service, by);
        else if (so == STACKS_UNKNOWN)
                tour_note(&t->unknown, service, "");
}

/* Not where nobody logs in: greeters draw the screen before, and the system's own sessions have nobody at them. */
static bool is_for_nobody(const char *service) {
        const struct pam_service *known = pam_service_find(service);

        return strncmp(service, "common-", 7) == 0 || strcmp(service, PASSWORD_SERVICE) == 0
               || (known && (known->kind == PAM_SERVICE_GREETER || known->kind == PAM_SERVICE_MACHINERY));
}

static void tour_open(void *ctx, const char *service) {
        struct tour *t = ctx;
        struct stacks_answer a;

        if (is_for_nobody(service))
                return;
        tour_sort(t, door_is_open(t->doors, service, &a), &t->open, service, a.by);
}

static void tour_say_open(struct check_context *g, const struct tour *t) {
        if (t->open.n)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "Sekimori を通らずに入れるサービスがあります: %s。使わないものは消し、使うものは common-auth と "
                            "common-account を読み込ませてください（/etc/pam.d）",
                            "services that let people in without Sekimori: %s. Remove those that nobody uses; let the others "
                            "include common-auth and common-account (/etc/pam.d)"),
                        t->open.names);
        if (t->unknown.n)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "Sekimori を通るか分からないサービスがあります: %s。/etc/pam.d を自分で確かめてください",
                            "whether these services go through Sekimori cannot be said: %s. Look at them in /etc/pam.d"),
                        t->unknown.names);
        if (!t->open.n && !t->unknown.n)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "Sekimori を通らずに入れるサービスはありません",
                                "no service lets anybody in without Sekimori"));
}

/* Whether the services were gone through. */
static bool tour_go(struct check_context *g, struct tour *t, check_context_name *visit) {
        struct doors_once own = { 0 };
        const bool opened = (t->doors = check_pam_open(g, &own)) != NULL;

        if (opened)
                finding_unread(g, "etc/pam.d", doors_each(t->doors, visit, t));
        doors_once_close(&own);
        return opened;
}

void check_services(struct check_context *g) {
        struct tour t = { 0 };

        if (tour_go(g, &t, tour_open))
                tour_say_open(g, &t);
}

static void tour_closed(void *ctx, const char *service) {
        const struct pam_service *known = pam_service_find(service);
        struct tour *t = ctx;

        if (!known || is_for_nobody(service) || known->kind == PAM_SERVICE_AUTOLOGIN /* check_autologin */)
                return;
        switch (door_lets_in(t->doors, service)) {
        case STACKS_EVER:
                break;
        case STACKS_NEVER:
                tour_note(door_is_needed(service) ? &t->needed : &t->closed, service, "");
                break;
        case STACKS_UNKNOWN: /* `setup login` would not go on with one that is needed */
                tour_note(door_is_needed(service) ? &t->needed_unknown : &t->unknown, service, "");
                break;
        }
}

static void tour_say_unknown(struct check_context *g, enum finding verdict, const struct tour_list *l) {
        if (l->n)
                finding_add(
                        g, verdict,
                        SAY(g->l,
                            "人が入れるか分からないサービスがあります: %s。/etc/pam.d を自分で確かめてください。"
                            "使わないと決めたサービスなら --force logins",
                            "whether people get in at these services cannot be said: %s. Look at them in /etc/pam.d; where "
                            "nobody is to use them, --force logins"),
                        l->names);
}

static void tour_say_closed(struct check_context *g, const struct tour *t) {
        tour_say_unknown(g, FINDING_STOP, &t->needed_unknown);
        tour_say_unknown(g, FINDING_WARNING, &t->unknown);
        if (t->needed.n)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "だれも入れなくなるサービスがあります: %s。common-auth と common-account を読み込ませてください。"
                            "使わないと決めたサービスなら --force logins",
                            "services that would let nobody in: %s. Let them include common-auth and common-account; where nobody "
                            "is to use them, --force logins"),
                        t->needed.names);
        if (t->closed.n)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l, "だれも入れなくなる、ほかの入り方があります: %s（指紋だけなど、要素がひとつのもの）",
                            "other ways that would let nobody in: %s (those with one factor only, as a fingerprint)"),
                        t->closed.names);
        if (!t->needed.n && !t->closed.n && !t->needed_unknown.n && !t->unknown.n)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "どのログイン画面からも入れます", "people get in wherever they log in"));
}

void check_logins(struct check_context *g) {
        struct tour t = { 0 };

        if (tour_go(g, &t, tour_closed))
                tour_say_closed(g, &t);
}

static void tour_unasked(void *ctx, const char *service) {
        const struct pam_service *known = pam_service_find(service);
        struct tour *t = ctx;

        if (!known || (known->kind != PAM_SERVICE_GREETER && known->kind != PAM_SERVICE_MACHINERY)
            || policy_login_exempt(t->policy, service))
                return;
        tour_sort(t, door_is_refused_unasked(t->doors, service),
                  known->kind == PAM_SERVICE_GREETER ? &t->greeters : &t->others, service, "");
}

static void tour_say_unasked(struct check_context *g, const struct tour *t) {
        if (t->greeters.n)
                finding_add(g, FINDING_STOP,
                            SAY(g->l, "ログイン画面が出なくなります（%s）: ポリシーの login: exempt: に加えてください",
                                "no login screen would appear (%s): put it into login: exempt: of the policy"),
                            t->greeters.names);
        if (t->others.n)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "人のいないサービス（%s）も拒否されるようになります: ポリシーの login: exempt: に加えてください",
                            "services without a person (%s) would be refused, too: put them into login: exempt: of the policy"),
                        t->others.names);
        if (t->unknown.n)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "人のいないサービスが動き続けるか分かりません（%s）: ポリシーの login: exempt: "
                            "に加えるか、/etc/pam.d を自分で確かめてください",
                            "whether services without a person (%s) go on working cannot be said: put them into login: "
                            "exempt: of the policy, or look at them in /etc/pam.d"),
                        t->unknown.names);
        if (!t->greeters.n && !t->others.n && !t->unknown.n)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "人のいないサービスは動き続けます", "services without a person go on working"));
}

/* Sessions without a person, which the account phase would refuse: a display manager's screen is one. */
void check_exempt(struct check_context *g) {
        struct tour t = { .policy = g->policy };

        if (g->policy && tour_go(g, &t, tour_unasked))
                tour_say_unasked(g, &t);
}
