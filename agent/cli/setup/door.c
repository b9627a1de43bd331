/* SPDX-License-Identifier: MIT */
/* door.c — one question after the other to sekimori-stacks. See door.h. */
#include "cli/setup/door.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 20000 /* for one question: it tries many answers */

/* Debian brings no service file with these programs: libpam takes `other` for them. */
static const struct {
        const char *service, *program;
} fileless[] = { { "systemd-run0", "usr/bin/run0" }, { "vlock", "usr/bin/vlock" } };
#define N_FILELESS (sizeof fileless / sizeof *fileless)

static unsigned doors_fileless(const struct check_context *g) {
        unsigned there = 0;

        for (size_t i = 0; i < N_FILELESS; i++)
                if (check_context_has(g, fileless[i].program) && !pam_tree_has(g, fileless[i].service))
                        there |= 1U << i;
        return there;
}

static int doors_begin(struct doors *d, struct err *err) {
        char nothing = 0;
        int r = child_spawn_alone("sekimori-stacks", &d->stacks, err);

        if (r < 0)
                return r;
        r = socket_send(d->stacks.fd, &nothing, sizeof nothing, d->tree.services);
        return r < 0 ? err_say_errno(err, r, "sekimori-stacks に渡せません", "hand it to sekimori-stacks") : 0;
}

int doors_open(struct check_context *g, enum doors_of of, struct doors *ret, struct err *err) {
        int r;

        *ret = (struct doors){ .tree = PAM_TREE_NONE, .stacks = CHILD_NONE, .fileless = doors_fileless(g) };
        unbroken_begin(&ret->unbroken);
        r = pam_tree_copy(g, &ret->tree, err);
        if (r == 0 && of == DOORS_AS_THEY_WILL_BE)
                r = pam_tree_enable(g, &ret->tree, err);
        return r < 0 ? r : doors_begin(ret, err);
}

void doors_close(struct doors *d) {
        child_stop(&d->stacks);
        pam_tree_remove(&d->tree);
        unbroken_end(&d->unbroken);
}

void doors_once_close(struct doors_once *o) {
        if (o->asked)
                doors_close(&o->doors);
        o->asked = false;
}

struct visit_of_services {
        check_context_name *tell;
        void *ctx;
};

static void doors_visit(void *ctx, const char *name) {
        const struct visit_of_services *v = ctx;

        if (!strchr(name, '\n')) /* what is beside the services: stacks.h */
                v->tell(v->ctx, name);
}

int doors_each(const struct doors *d, check_context_name *tell, void *ctx) {
        struct visit_of_services v = { tell, ctx };
        const struct check_context copy = { .root = d->tree.services };

        for (size_t i = 0; i < N_FILELESS; i++)
                if (d->fileless & 1U << i)
                        tell(ctx, fileless[i].service);
        return check_context_names(&copy, ".", "", doors_visit, &v);
}

enum stacks_verdict doors_ask(const struct doors *d, const struct stacks_question *q, struct stacks_answer *ret) {
        struct pollfd wait = { .fd = d->stacks.fd, .events = POLLIN };
        ssize_t n;

        if (socket_send(d->stacks.fd, q, sizeof *q, -1) == 0 && poll(&wait, 1, TIMEOUT_MS) > 0) {
                n = socket_receive(d->stacks.fd, ret, sizeof *ret, NULL);
                if (n > 0 && stacks_answer_is_sound(ret, (size_t)n))
                        return ret->verdict;
        }
        *ret = (struct stacks_answer){ .verdict = STACKS_UNKNOWN };
        return STACKS_UNKNOWN;
}

static struct stacks_question door_question(const char *service, enum stacks_phase phase, enum stacks_ours ours) {
        struct stacks_question q = { .phase = (uint8_t)phase, .ours = (uint8_t)ours, .others = STACKS_ANY };

        (void)snprintf(q.service, sizeof q.service, "%s", service);
        return q;
}

static enum stacks_verdict phase_grants(const struct doors *d, const char *service, enum stacks_phase phase,
                                        enum stacks_ours ours, struct stacks_answer *ret) {
        struct stacks_question q = door_question(service, phase, ours);

        return doors_ask(d, &q, ret);
}

static enum stacks_verdict phase_reaches(const struct doors *d, const char *service, enum stacks_phase phase) {
        struct stacks_question q = door_question(service, phase, STACKS_REFUSES);
        struct stacks_answer a;

        q.reaches = 1;
        return doors_ask(d, &q, &a);
}

/* Both must say yes: one "never" is enough for no. */
static enum stacks_verdict both_of(enum stacks_verdict a, enum stacks_verdict b) {
        if (a == STACKS_NEVER || b == STACKS_NEVER)
                return STACKS_NEVER;
        return a == STACKS_EVER && b == STACKS_EVER ? STACKS_EVER : STACKS_UNKNOWN;
}

static bool is_locker(const char *service) {
        const struct pam_service *known = pam_service_find(service);

        return known && known->kind == PAM_SERVICE_LOCKER;
}

enum stacks_verdict door_is_open(const struct doors *d, const char *service, struct stacks_answer *ret) {
        struct stacks_answer account;
        enum stacks_verdict auth;

        if (strcmp(service, "sshd") == 0)
                return phase_grants(d, service, STACKS_ACCOUNT, STACKS_REFUSES, ret);
        auth = phase_grants(d, service, STACKS_AUTH, STACKS_REFUSES, ret);
        if (is_locker(service) || auth == STACKS_NEVER)
                return auth;
        return both_of(auth, phase_grants(d, service, STACKS_ACCOUNT, STACKS_REFUSES, &account));
}

enum stacks_verdict door_lets_in(const struct doors *d, const char *service) {
        struct stacks_answer a;
        enum stacks_verdict auth = phase_grants(d, service, STACKS_AUTH, STACKS_ACCEPTS, &a);
        bool asked =
                auth != STACKS_NEVER && !is_locker(service) && phase_reaches(d, service, STACKS_AUTH) != STACKS_NEVER;

        if (auth == STACKS_NEVER || is_locker(service))
                return auth;
        return both_of(auth, phase_grants(d, service, STACKS_ACCOUNT, asked ? STACKS_ACCEPTS : STACKS_UNASKED, &a));
}

enum stacks_verdict door_is_refused_unasked(const struct doors *d, const char *service) {
        static const enum stacks_verdict not [] = {
                [STACKS_NEVER] = STACKS_EVER, [STACKS_EVER] = STACKS_NEVER, [STACKS_UNKNOWN] = STACKS_UNKNOWN
        };
        struct stacks_answer a;
        enum stacks_verdict ever = phase_grants(d, service, STACKS_ACCOUNT, STACKS_ACCEPTS, &a);

        return ever == STACKS_NEVER ? ever
                                    : both_of(ever, not [phase_grants(d, service, STACKS_ACCOUNT, STACKS_UNASKED, &a)]);
}

enum stacks_verdict doors_ask_ours(const struct doors *d) {
        return both_of(phase_reaches(d, "common-auth", STACKS_AUTH),
                       phase_reaches(d, "common-account", STACKS_ACCOUNT));
}

static void door_named(void *ctx, unsigned number, char *line) {
        (void)number;
        *(bool *)ctx = *(bool *)ctx || strstr(line, "pam_sekimori");
}

int door_is_ours(const struct check_context *g) {
        static const char *const commons[] = { "etc/pam.d/common-auth", "etc/pam.d/common-account" };
        bool ours = false;
        int unread = 0;

        for (size_t i = 0; i < sizeof commons / sizeof *commons; i++) {
                int r = check_context_lines(g, commons[i], door_named, &ours);

                unread = r < 0 && r != -ENOENT ? r : unread;
        }
        return unread ?: ours;
}

bool door_is_needed(const char *service) {
        const struct pam_service *known = pam_service_find(service);

        return known && !(known->traits & PAM_SERVICE_SPARE)
               && (known->kind == PAM_SERVICE_ENTRANCE || known->kind == PAM_SERVICE_INSIDE);
}
