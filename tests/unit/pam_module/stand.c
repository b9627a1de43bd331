/* SPDX-License-Identifier: MIT */
/* stand.c — pam_start_confdir(3) with its own service files; syslog(3) is replaced to be read. See stand.h. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

char logged[8192];

static void note(const char *format, va_list ap) {
        size_t have = strlen(logged);

        (void)vsnprintf(logged + have, sizeof logged - have, format, ap);
}

/* In libc's place, for libpam: whichever of the two it was built to call. */
__attribute__((visibility("default"), format(printf, 2, 3))) void syslog(int priority, const char *format, ...) {
        va_list ap;

        (void)priority;
        va_start(ap, format);
        note(format, ap);
        va_end(ap);
}

void __syslog_chk(int priority, int flag, const char *format, ...);
__attribute__((visibility("default"), format(printf, 3, 4))) void __syslog_chk(int priority, int flag,
                                                                               const char *format, ...) {
        va_list ap;

        (void)priority;
        (void)flag;
        va_start(ap, format);
        note(format, ap);
        va_end(ap);
}

long long clock_ms(void) {
        struct timespec t;

        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int mishap_code(enum mishap m) {
        static const int codes[MISHAPS] = { [MISHAP_ERROR] = PAM_CONV_ERR,
                                            [MISHAP_ERROR_FILLED] = PAM_CONV_ERR,
                                            [MISHAP_AGAIN] = PAM_CONV_AGAIN,
                                            [MISHAP_BUFFER] = PAM_BUF_ERR,
                                            [MISHAP_IGNORE] = PAM_IGNORE };

        return codes[m]; /* the others: PAM_SUCCESS */
}

static void show(struct person_here *p, const struct pam_message *m) {
        cr_assert_lt(p->n_shown, SHOWN);
        p->shown[p->n_shown].style = m->msg_style;
        (void)snprintf(p->shown[p->n_shown].text, sizeof p->shown->text, "%s", m->msg);
        p->n_shown++;
}

static void linger(const struct person_here *p, enum mishap m) {
        if (m == MISHAP_LATE)
                (void)poll(NULL, 0, 1050); /* the deadline is one second: this is the hang itself, nothing to await */
        while (m == MISHAP_AFTER_CLOSING && p->heard->closed == 0)
                (void)poll(NULL, 0, 1);
}

static int converse(int n, const struct pam_message **messages, struct pam_response **responses, void *ctx) {
        struct person_here *p = ctx;
        bool ask = messages[0]->msg_style == PAM_PROMPT_ECHO_OFF || messages[0]->msg_style == PAM_PROMPT_ECHO_ON;
        enum mishap m = ++p->calls == p->at ? p->mishap : MISHAP_NONE;
        const char *answer = NULL;

        cr_assert_eq(n, 1);
        show(p, messages[0]);
        if (ask && p->meanwhile)
                p->meanwhile();
        linger(p, m);
        if (ask && m != MISHAP_END && p->answered < COUNT(p->answers))
                answer = p->answers[p->answered++];
        if (m == MISHAP_NONE || m == MISHAP_ERROR_FILLED || m >= MISHAP_END) {
                *responses = calloc(1, sizeof **responses);
                cr_assert(*responses);
                (*responses)->resp = answer ? strdup(answer) : NULL;
        }
        return mishap_code(m);
}

static void copy_file(const char *from, const char *to) {
        char buffer[65536];
        int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
        ssize_t n;

        cr_assert(in >= 0 && out >= 0, "%s -> %s", from, to);
        while ((n = read(in, buffer, sizeof buffer)) > 0)
                cr_assert_eq(write(out, buffer, (size_t)n), n);
        cr_assert_eq(fchmod(out, 0755), 0);
        (void)close(in);
        (void)close(out);
}

/* Beside the test program stands what was built with it. */
static void copy_module(const struct stand *s, const char *name) {
        char built[4096], to[128];
        ssize_t n = readlink("/proc/self/exe", built, sizeof built - 32);

        cr_assert_gt(n, 0);
        built[n] = '\0';
        (void)snprintf(strrchr(built, '/'), 32, "/%s", name);
        (void)snprintf(to, sizeof to, "%s/%s", s->folder, name);
        copy_file(built, to);
}

void stand_init(struct stand *s) {
        *s = (struct stand){ 0 };
        logged[0] = '\0';
        cr_assert(scratch_make(s->folder, "pam"));
        cr_assert_eq(chmod(s->folder, 0755), 0);
        (void)snprintf(s->socket, sizeof s->socket, "%s/run/auth.sock", s->folder);
        (void)snprintf(s->module, sizeof s->module, "%s/pam_sekimori.so", s->folder);
        (void)snprintf(s->odd, sizeof s->odd, "%s/pam_odd.so", s->folder);
        copy_module(s, "pam_sekimori.so");
        copy_module(s, "pam_odd.so");
}

static const char *const services[] = { "desk", "desk2", "lightdm", "sudo", NULL };

static void remove_names(const struct stand *s, const char *const *names) {
        char path[128];

        for (; *names; names++) {
                (void)snprintf(path, sizeof path, "%s/%s", s->folder, *names);
                (void)remove(path);
        }
}

void stand_tear_down(struct stand *s) {
        static const char *const names[] = { "run/auth.sock", "run/auth.sock.new", "run", NULL };

        if (s->actor)
                actor_end(s->actor);
        s->actor = 0;
        remove_names(s, names);
}

void stand_deinit(struct stand *s) {
        static const char *const names[] = { "other", "pam_sekimori.so", "pam_odd.so", "", NULL };

        if (s->pamh)
                (void)pam_end(s->pamh, PAM_SUCCESS);
        stand_tear_down(s);
        remove_names(s, services);
        remove_names(s, names);
}

void stand_play_as(struct stand *s, struct play play) {
        if (!play.path)
                play.path = s->socket;
        if (s->actor)
                actor_end(s->actor);
        s->actor = actor_begin(&play, &s->heard);
        s->person.heard = s->heard;
}

void stand_play(struct stand *s, const struct script *scripts, size_t n) {
        stand_play_as(s, (struct play){ .scripts = scripts, .n = n });
}

static const char *path_of(const struct stand *s, char letter) {
        return letter == 'm' ? s->module : letter == 'o' ? s->odd : letter == 's' ? s->socket : NULL;
}

static void write_service(const struct stand *s, const char *name, const char *text) {
        char path[128];
        FILE *f;

        (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
        f = fopen(path, "we");
        cr_assert(f);
        for (const char *at = text; *at; at++) {
                const char *named = at[0] == '%' ? path_of(s, at[1]) : NULL;

                if (named)
                        at++, (void)fputs(named, f);
                else
                        (void)fputc(*at, f);
        }
        cr_assert_eq(fclose(f), 0);
}

void stand_start_with(struct stand *s, const char *service_file) {
        for (const char *const *service = services; *service; service++)
                write_service(s, *service, service_file);
        write_service(s, "other", "auth required pam_deny.so\n"); /* libpam complains where there is none */
        s->conversation = (struct pam_conv){ converse, &s->person };
        cr_assert_eq(pam_start_confdir("desk", USER, &s->conversation, s->folder, &s->pamh), PAM_SUCCESS);
}

void stand_start(struct stand *s, const char *arguments) {
        char text[2048];

        (void)snprintf(text, sizeof text,
                       "auth required %%m socket=%%s timeout=1 %s\naccount required %%m socket=%%s timeout=1 %s\n"
                       "session required %%m socket=%%s timeout=1 %s\npassword required %%m socket=%%s timeout=1 %s\n",
                       arguments, arguments, arguments, arguments);
        stand_start_with(s, text);
}

const char *stand_shown(const struct stand *s, int style) {
        static char all[SHOWN * sizeof s->person.shown->text];

        all[0] = '\0';
        for (size_t i = 0; i < s->person.n_shown; i++)
                if (s->person.shown[i].style == style)
                        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s", s->person.shown[i].text);
        return all;
}
