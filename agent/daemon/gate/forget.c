/* SPDX-License-Identifier: MIT */
/* forget.c — one forked process for each device, at most FORGETS_MAX; after 70 s it counts as not cut off, and one that
 * does not come back within 10 s has left. See forget.h. */
#include "gate/forget.h"

#include "decision/kind.h"
#include "gate/carry_out.h"
#include "gate/disks.h"
#include "gate/inside.h"
#include "host/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEADLINE_MS 70000 /* usb-storage waits a minute, and holds the device's lock */
#define GRACE_MS 2000     /* from the last write until the device's absence must be seen */
#define AWAY_S 10         /* enumeration takes far less */
#define AGAIN_MS 1000     /* no process, no memory, no descriptor just now */

/* The agent's descriptors are closed: this process may outlive it, and would keep its lock and its sockets. None is
 * made for that: there may be no more to be had. */
static void forget_keep_only(const int *kept, size_t n) {
        unsigned from = CHILD_FD, next;

        do {
                next = UINT_MAX;
                for (size_t i = 0; i < n; i++)
                        if (kept[i] >= (int)from && (unsigned)kept[i] < next)
                                next = (unsigned)kept[i];
                if (from < next)
                        (void)syscall(SYS_close_range, from, next - 1, 0);
                from = next + 1;
        } while (next != UINT_MAX);
}

static void forget_run(int line, const void *ctx) {
        const struct usb_forget *f = ctx;
        const int kept[] = { line, f->disable, f->remove, f->device };
        sigset_t all;

        /* Ended in the middle, it would leave a port that is off. Its end is what the other side of `line` sees. */
        (void)prctl(PR_SET_PDEATHSIG, 0);
        (void)sigfillset(&all);
        (void)sigprocmask(SIG_SETMASK, &all, NULL);
        forget_keep_only(kept, sizeof kept / sizeof *kept);
        if (usb_forget_write(f))
                (void)!write(line, "1", 1);
}

static void forget_release(struct forgetting *f) {
        struct loop *l = f->deadline.loop;

        loop_remove(l, &f->source);
        f->source.fd = -1;
        child_stop(&f->child);
        (void)timer_in_ms(&f->deadline, -1);
        if (f->directory >= 0)
                (void)close(f->directory);
        f->directory = -1;
}

static struct device *forget_device(const struct forgetting *f) {
        struct device *d = table_find(&f->gate->table, f->path);

        return d && d->forget == FORGET_ASKED ? d : NULL;
}

static void forget_is_away(struct gate *g, struct device *d) {
        d->forget = FORGET_AWAY;
        d->away_s = clock_boot_s();
        if (d->directory >= 0)
                (void)close(d->directory);
        d->directory = -1;
        d->look = LOOK_NONE;
        (void)timer_in_ms(&g->forgets.away, AWAY_S * 1000);
}

/* Where nothing is enforced any more it is in, and there is nothing to be told. */
static void forget_failed(struct gate *g, struct device *d) {
        d->forget = gate_enforces(g) ? FORGET_HELD : FORGET_NONE;
        if (d->forget == FORGET_HELD)
                carry_out_held(g, d);
}

static void forget_next(struct gate *g);

/* A process that was ended in the middle, or runs still, has not said that the port is on. */
static void forget_hear(const struct forgetting *f) {
        struct device *d = table_find(&f->gate->table, f->path);
        char word;

        if (d && recv(f->child.fd, &word, 1, MSG_DONTWAIT) == 1)
                d->port_on = true;
}

/* Ended, or its time is over: is the device gone? */
static void forget_judge(struct forgetting *f) {
        struct device *d = forget_device(f);

        if (!d)
                return;
        if (usb_is_forgotten(f->directory))
                forget_is_away(f->gate, d);
        else
                forget_failed(f->gate, d);
}

/* The process is not ended before it has written all, as far as its end is heard of. */
static void forget_overdue(struct timer *t, bool clock_was_set) {
        struct forgetting *f = container_of(t, struct forgetting, deadline);
        struct gate *g = f->gate;

        (void)clock_was_set;
        forget_hear(f);
        forget_judge(f);
        if (f->source.fd >= 0)
                return;
        forget_release(f);
        forget_next(g);
}

static void forget_ended(struct source *s, uint32_t events) {
        struct forgetting *f = container_of(s, struct forgetting, source);
        struct gate *g = f->gate;

        (void)events;
        loop_remove(f->deadline.loop, s);
        f->source.fd = -1;
        forget_hear(f);
        child_stop(&f->child);
        if (forget_device(f) && !usb_is_forgotten(f->directory)) {
                (void)timer_in_ms(&f->deadline, GRACE_MS);
                return;
        }
        forget_judge(f);
        forget_release(f);
        forget_next(g);
}

static int forget_begin(struct forgetting *f, const struct device *d) {
        struct usb_forget at;
        struct err err = { 0 };
        int r;

        f->directory = fcntl(d->directory, F_DUPFD_CLOEXEC, 0);
        if (f->directory < 0)
                return -errno;
        r = usb_forget_open(f->gate->usb, d->directory, d->sighting.path, &at);
        if (r < 0)
                return r;
        r = child_fork(forget_run, &at, &f->child, &err);
        usb_forget_close(&at);
        if (r < 0)
                return r;
        memcpy(f->path, d->sighting.path, sizeof f->path);
        f->source = (struct source){ .fd = f->child.fd, .ready = forget_ended };
        if (loop_add(f->deadline.loop, &f->source, EPOLLIN) < 0)
                f->source.fd = -1; /* it goes on all the same, and the deadline says what came of it */
        return timer_in_ms(&f->deadline, DEADLINE_MS);
}

/* What runs for this port, or NULL. */
static struct forgetting *forget_of(struct gate *g, const char *path) {
        for (size_t i = 0; i < FORGETS_MAX; i++)
                if (g->forgets.each[i].directory >= 0 && strcmp(g->forgets.each[i].path, path) == 0)
                        return &g->forgets.each[i];
        return NULL;
}

/* NULL: there is none now, or this port is not through with the plugging before. */
static struct forgetting *forget_place(struct gate *g, const char *path) {
        for (size_t i = 0; i < FORGETS_MAX && !forget_of(g, path); i++)
                if (g->forgets.each[i].directory < 0)
                        return &g->forgets.each[i];
        return NULL;
}

/* Nothing could be begun. One that was pulled while it waited is announced as gone. */
static void forget_could_not(struct gate *g, struct device *d, int why) {
        if (usb_is_forgotten(d->directory))
                d->forget = FORGET_NONE;
        else if (why == -ENOENT)
                forget_failed(g, d);
        else
                (void)timer_in_ms(&g->forgets.again, AGAIN_MS);
}

/* Those that wait, as far as there are free places. */
static void forget_next(struct gate *g) {
        for (struct device *d = g->table.first; d; d = d->next) {
                struct forgetting *f = d->forget == FORGET_WAITING ? forget_place(g, d->sighting.path) : NULL;
                int r = f ? forget_begin(f, d) : 0;

                if (f && r == 0)
                        d->forget = FORGET_ASKED, d->port_on = false;
                if (r == 0)
                        continue;
                forget_release(f);
                forget_could_not(g, d, r);
        }
}

static void forget_again(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        forget_next(container_of(t, struct gate, forgets.again));
}

bool forget_is_over(const struct device *d) {
        return d->forget == FORGET_AWAY && clock_boot_s() >= d->away_s + AWAY_S;
}

/* A port that cannot turn its power off, or a kernel before 6.0: the device is there, and no kernel looks at it before
 * it is plugged in anew. A port that stayed off sees nobody do that. */
static void forget_stays_away(struct gate *g, struct device *d) {
        struct err note = { 0 };

        if (d->port_on)
                (void)err_say(&note, 0, "端末は、この機器を手放しました。使うには、抜いて差し直してください",
                              "the terminal has let go of it: to use it, unplug it and plug it in again");
        else
                (void)err_say(
                        &note, 0,
                        "端末は、この機器を手放しました。差し込み口の電源が切れたままのおそれがあります。使うには、別の差し込み口に差すか、端末を再起動してください",
                        "the terminal has let go of it, and its port may have stayed off: to use it, plug it into another "
                        "port, or restart the terminal");
        record_gone(g, d, &note);
        table_remove(&g->table, d);
}

static void forget_expired(struct timer *t, bool clock_was_set) {
        struct gate *g = container_of(t, struct gate, forgets.away);
        struct device *next;

        (void)clock_was_set;
        for (struct device *d = g->table.first; d; d = next) {
                next = d->next;
                if (forget_is_over(d))
                        forget_stays_away(g, d);
                else if (d->forget == FORGET_AWAY)
                        (void)timer_in_ms(t, 1000);
        }
}

int forget_init(struct gate *g, struct loop *l) {
        int r = timer_init(&g->forgets.away, l, CLOCK_MONOTONIC, forget_expired);

        g->forgets.again.source.fd = -1;
        if (r == 0)
                r = timer_init(&g->forgets.again, l, CLOCK_MONOTONIC, forget_again);
        for (size_t i = 0; i < FORGETS_MAX && r == 0; i++) {
                struct forgetting *f = &g->forgets.each[i];

                *f = (struct forgetting){ .gate = g, .child = CHILD_NONE, .source.fd = -1, .directory = -1 };
                r = timer_init(&f->deadline, l, CLOCK_MONOTONIC, forget_overdue);
        }
        return r;
}

void forget_deinit(struct gate *g) {
        timer_deinit(&g->forgets.away);
        timer_deinit(&g->forgets.again);
        for (size_t i = 0; i < FORGETS_MAX; i++) {
                struct forgetting *f = &g->forgets.each[i];

                if (!f->gate)
                        return;
                if (f->source.fd >= 0) {
                        loop_remove(f->deadline.loop, &f->source);
                        (void)close(f->source.fd);
                }
                timer_deinit(&f->deadline);
                if (f->directory >= 0)
                        (void)close(f->directory);
        }
}

/* Whatever else the device says of itself: these of its interfaces are what counts. Keyboards without a boot protocol
 * are generic HID, known to be no security key. */
static bool forget_types(const struct device_facts *f, uint64_t interfaces) {
        return kinds_of_interfaces(f, interfaces) & (KIND_HID_KEYBOARD | KIND_HID_MOUSE)
               || interfaces & interfaces_of_generic_hid(f) & f->not_fido;
}

/* Where nothing is enforced, the kernel binds all of them. */
static uint64_t forget_interfaces_in(const struct device *d) {
        uint64_t bound = 0;

        if (d->observed || d->directory < 0)
                return UINT64_MAX;
        for (unsigned i = 0; i < d->sighting.facts.n_interfaces; i++)
                if (usb_is_bound(d->directory, d->sighting.path, &d->sighting.facts.interfaces[i]))
                        bound |= UINT64_C(1) << i;
        return bound;
}

void forget_notice(struct gate *g, struct device *d) {
        const struct verdict everything = { .action = ACTION_ALLOW, .interfaces = UINT64_MAX };

        d->types = d->types || forget_types(&d->sighting.facts, forget_interfaces_in(d));
        if (!d->forgotten && disks_by_usbfs(&d->sighting.facts, &everything))
                d->exposed = true;
        d->cut = false;
        exposed_keep(g);
}

void forget_let_in(struct gate *g, struct device *d) {
        d->types = forget_types(&d->sighting.facts, d->verdict.interfaces);
        d->exposed = d->exposed || disks_by_usbfs(&d->sighting.facts, &d->verdict);
        exposed_keep(g);
}

/* It, or anything that is plugged into it. */
static bool forget_takes_keys(const struct device_table *t, const struct device *d) {
        for (const struct device *behind = t->first; behind; behind = behind->next)
                if (behind->types && path_covers(d->sighting.path, behind->sighting.path)
                    && (behind == d || behind->authorized))
                        return true;
        return false;
}

bool forget_spares(const struct gate *g, const struct device *d) {
        return !d->lied && (forget_takes_keys(&g->table, d) || usb_is_built_in(g->usb, d->directory, d->sighting.path));
}

bool forget_would(const struct gate *g, const struct device *d) {
        return d->exposed && d->directory >= 0 && keeper_in_force(g->keeper) && !forget_spares(g, d);
}

void forget_ask(struct gate *g, struct device *d) {
        if (!forget_would(g, d))
                return;
        d->exposed = false;
        d->forget = FORGET_WAITING;
        forget_next(g);
}

/* One that is held has left by a hand, unless what was to have it forgotten still runs. */
bool forget_left(struct gate *g, struct device *d) {
        if (d->forget != FORGET_ASKED && (d->forget != FORGET_HELD || !forget_of(g, d->sighting.path)))
                return d->forget == FORGET_AWAY;
        forget_is_away(g, d);
        return true;
}

static bool forget_is_alike(const struct device *d, const struct sighting *s) {
        return memcmp(d->sighting.descriptors, s->descriptors, sizeof s->descriptors) == 0
               && memcmp(d->sighting.facts.fingerprint, s->facts.fingerprint, sizeof s->facts.fingerprint) == 0;
}

bool forget_goes_on(const struct device *d, const struct sighting *s) {
        return (d->forgotten || d->forget > FORGET_WAITING) && !forget_is_over(d) && (d->lied || forget_is_alike(d, s));
}

bool forget_came_back(struct device *d, const struct sighting *s) {
        const struct sighting before = d->sighting;
        bool same = forget_is_alike(d, s);

        if (d->forget <= FORGET_WAITING || (d->forget != FORGET_AWAY && same_device(&d->sighting, s))
            || forget_is_over(d) || (!same && !d->lied))
                return false;
        if (d->directory >= 0)
                (void)close(d->directory);
        d->told = d->verdict;
        d->directory = -1;
        d->sighting = *s;
        /* Or it would be let in to be read, and cut off, in a circle. That it is a key it has to say anew. */
        d->sighting.facts.not_fido |= same ? before.facts.not_fido : 0;
        d->forget = FORGET_NONE;
        d->forgotten = true;
        d->back = same;
        d->judged = same;
        d->look = LOOK_NONE;
        d->held = d->left = d->authorized = d->observed = d->types = d->barred = d->cut = false;
        return true;
}
