/* SPDX-License-Identifier: MIT */
/* terminal.c — a bed, a store, a log and a gate in one loop; until() has a deadline of 30 s. See terminal.h. */
#include "unit/agent/daemon/terminal.h"

#include "base/cleanup.h"
#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 30000

void terminal_begin(struct terminal *t) {
        struct err err = { 0 };

        *t = (struct terminal){ .bed = bed_new() };
        ceremony_begin();
        make_people("signer", NULL);
        spill("trust.pem", trust_of(1, "signer", NULL));
        t->runtime = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_geq(t->runtime, 0);
        cr_assert_eq(loop_new(&t->loop), 0);
        cr_assert_eq(store_open(".", "state", &t->store, &err), 0, "%s", err.text);
        cr_assert_eq(audit_open(store_fd(t->store), &t->audit, &err), 0, "%s", err.text);
        cr_assert_eq(usb_open(&t->usb, &err), 0, "%s", err.text);
}

void terminal_start(struct terminal *t) {
        struct err err = { 0 };

        cr_assert_eq(state_new(t->store, t->audit, &t->state, &err), 0, "%s", err.text);
        cr_assert_eq(gate_new(t->loop, t->state, t->audit, t->usb, t->runtime, &t->gate, &err), 0, "%s", err.text);
}

void terminal_end(struct terminal *t) {
        gate_free(t->gate);
        state_free(t->state);
        usb_free(t->usb);
        audit_free(t->audit);
        store_free(t->store);
        loop_free(t->loop);
        (void)close(t->runtime);
        ceremony_end();
        bed_free(t->bed);
}

static void indent(FILE *to, const char *text) {
        for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
                (void)fprintf(to, "      %.*s\n", (int)strcspn(line, "\n"), line);
}

struct bytes terminal_envelope(struct terminal *t, const char *rules) {
        auto_free char *yaml = NULL;
        size_t size;
        FILE *to = open_memstream(&yaml, &size);

        (void)fprintf(to,
                      "sekimori: 1\nserial: %llu\ntitle: test\nissued: 2026-11-22T09:00:00+09:00\n"
                      "valid: {from: 2026-11-22, until: 2027-03-31}\nlanguage: ja\ncontact: 内線 1234\n"
                      "signers:\n  threshold: 1\n  certificates:\n    - |\n",
                      (unsigned long long)++t->serial);
        indent(to, (const char *)slurp("signer.crt").at);
        (void)fprintf(to, "devices:%s\n%s", *rules ? "" : " []", rules);
        (void)fclose(to);
        spill("policy.yaml", bytes_of(yaml, size));
        cms_sign("policy.yaml", "policy.cms", "signer", NULL);
        return slurp("policy.cms");
}

int terminal_push(struct terminal *t, const char *rules, struct err *err) {
        return state_push(t->state, &(struct push){ terminal_envelope(t, rules) }, err);
}

struct deadline {
        struct terminal *t;
        bool (*claim)(struct terminal *t, const char *path);
        const char *path;
        bool holds, over;
        struct timer limit;
};

static void look(void *ctx) {
        struct deadline *p = ctx;

        p->holds = p->claim(p->t, p->path);
        if (p->holds || p->over)
                loop_stop(p->t->loop);
}

static void timed_out(struct timer *timer, bool clock_was_set) {
        (void)clock_was_set;
        container_of(timer, struct deadline, limit)->over = true;
}

bool until(struct terminal *t, bool (*claim)(struct terminal *t, const char *path), const char *path) {
        struct deadline p = { .t = t, .claim = claim, .path = path };

        cr_assert_eq(timer_init(&p.limit, t->loop, CLOCK_MONOTONIC, timed_out), 0);
        cr_assert_eq(timer_in_ms(&p.limit, TIMEOUT_MS), 0);
        loop_resume(t->loop);
        cr_assert_eq(loop_run(t->loop, look, &p), 0);
        timer_deinit(&p.limit);
        return p.holds && bed_settle(t->bed); /* else what comes next may be undone by what was before */
}

const struct device *terminal_device(struct terminal *t, const char *path) {
        const struct device *d = gate_devices(t->gate);

        while (d && strcmp(d->sighting.path, path) != 0)
                d = d->next;
        return d;
}

bool is_judged(struct terminal *t, const char *path) {
        const struct device *d = terminal_device(t, path);

        return d && d->judged;
}

bool is_let_in(struct terminal *t, const char *path) {
        return is_judged(t, path) && terminal_device(t, path)->authorized
               && strcmp(bed_read(t->bed, path, "authorized"), "1") == 0;
}

bool is_kept_out(struct terminal *t, const char *path) {
        return is_judged(t, path) && !terminal_device(t, path)->authorized
               && strcmp(bed_read(t->bed, path, "authorized"), "0") == 0;
}

unsigned terminal_records(const char *type) {
        struct bytes log = slurp("state/audit/audit.jsonl");
        char member[64];
        unsigned n = 0;

        (void)snprintf(member, sizeof member, "\"type\":\"%s\"", type);
        for (const char *at = (const char *)log.at; (at = strstr(at, member)); at++)
                n++;
        return n;
}
