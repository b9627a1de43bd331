/* SPDX-License-Identifier: MIT */
/* firewall.c — see firewall.h. inotify tells of the plan and the stage, netlink of links and of tables that somebody
 * else touched. */
#include "network/firewall.h"

#include "host/file.h"
#include "network/firewall_words.h"
#include "network/nft.h"
#include "network/report.h"
#include "network/ruleset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <systemd/sd-daemon.h>

#define LOOKS 8
#define AGAIN_MS 500 /* a link that went while the tables were written; a kernel that was busy */

#define GENERATION "generation" /* until the machine stops, as long as the connections that are marked with it */

static unsigned generation_next(unsigned last) {
        return last % CT_GENERATION_MAX + 1;
}

static void generation_follow(struct firewall *f) {
        char line[16];
        struct err err = { "" };

        f->generation = generation_next(f->generation);
        (void)snprintf(line, sizeof line, "%u\n", f->generation);
        if (file_replace(f->runtime, GENERATION, bytes_text(line), 0600, &err) < 0)
                firewall_say_failure("which policy it is that marks connections", &err);
}

/* One that began anew anywhere might meet connections of an earlier policy, that nobody has judged since. */
static int generation_begin(struct firewall *f, struct err *err) {
        char text[8];

        if ((file_read_word(f->runtime, GENERATION, text, sizeof text) < 0 || sscanf(text, "%4u", &f->generation) != 1)
            && getrandom(&f->generation, sizeof f->generation, 0) != sizeof f->generation)
                return err_errno(err, -errno, "getrandom");
        f->generation %= CT_GENERATION_MAX;
        generation_follow(f);
        return 0;
}

bool firewall_limits(const struct firewall *f) {
        return f->stage != NETWORK_OFF && (f->plan.has_terms || f->plan.serial == 0);
}

/* A sealed terminal, and one that has not read a plan, talks with nobody; its links stay as they are, so that it can be
 * mended without setting each up by hand. A policy that says nothing of the network limits nothing. */
const struct network_terms *firewall_terms(const struct firewall *f) {
        return f->plan.has_terms ? &f->plan.terms : NULL;
}

static enum guard_hold firewall_hold(const struct firewall *f) {
        if (!network_stage_enforces(f->stage) || !f->plan.has_terms)
                return GUARD_LOOKS;
        return f->stage == NETWORK_TRIAL ? GUARD_SPARES : GUARD_HOLDS;
}

/* One that cannot be hooked where its frames leave is not granted. */
static size_t firewall_grants(const struct firewall *f, struct network_grant ret[GUARD_LINKS]) {
        static struct link_grant links[GUARD_LINKS];
        size_t n = exits_grants(f->exits, links), kept = 0;

        for (size_t i = 0; i < n; i++)
                if (ruleset_link_fits(links[i].name))
                        ret[kept++] =
                                (struct network_grant){ (unsigned)links[i].index, links[i].interface, links[i].name };
                else
                        firewall_say_name(links[i].index);
        return kept;
}

static size_t firewall_strangers(const struct firewall *f, struct network_stranger ret[GUARD_LINKS]) {
        static struct link_grant links[GUARD_LINKS];
        size_t n = exits_strangers(f->exits, links);

        for (size_t i = 0; i < n; i++)
                ret[i] = (struct network_stranger){ (unsigned)links[i].index, links[i].name };
        return n;
}

/* Another one for each table: whoever guesses has what was guessed for no longer than that. */
static int token_draw(struct firewall *f, struct err *err) {
        return getrandom(&f->token, sizeof f->token, 0) == sizeof f->token ? 0 : err_errno(err, -errno, "getrandom");
}

static int tables_write(struct firewall *f, bool with_strangers, struct err *err) {
        static const struct network_terms nobody; /* and no interfaces */
        static struct network_grant grants[GUARD_LINKS];
        static struct network_stranger strangers[GUARD_LINKS];
        int e = token_draw(f, err);
        const struct ruleset r = { .terms = f->plan.has_terms ? &f->plan.terms : &nobody,
                                   .grants = grants,
                                   .n_grants = firewall_grants(f, grants),
                                   .strangers = strangers,
                                   .n_strangers = with_strangers ? firewall_strangers(f, strangers) : 0,
                                   .generation = f->generation,
                                   .token = f->token,
                                   .observe = f->stage == NETWORK_OBSERVE };
        auto_free char *text = NULL;

        if (e == 0)
                e = ruleset_write(&r, &text, err);
        return e < 0 ? e : nft_apply(text, err);
}

/* In other tables everything is counted anew. */
static void firewall_count(struct firewall *f) {
        int r = evidence_replaced(&f->evidence, firewall_limits(f) ? f->generation : 0, f->stage == NETWORK_OBSERVE);

        if (r < 0)
                firewall_say_errno("what peers carry is not counted", r);
}

/* Where a link has gone meanwhile, or has another name, the whole is refused, and what stood stays: with the links as
 * they are now it is written at once. Listing them waits until the kernel has done with each. */
static int tables_write_links(struct firewall *f, struct err *err) {
        const bool follows = f->follows;
        int e = tables_write(f, true, err);

        f->follows = true; /* what is found is written here */
        for (unsigned i = 0; e < 0 && i < LOOKS; i++) {
                exits_look(f->exits);
                e = tables_write(f, true, err);
        }
        f->follows = follows;
        return e;
}

/* What fails is tried again: until then what stood stays in force. What another transaction came between (the kernel's
 * own count, too, as when a link is renamed) is written once more. Another link that cannot be hooked, time and again,
 * must not keep the tables from standing. */
static void firewall_apply(struct firewall *f) {
        struct err err = { "" };
        bool alone;
        int e, counts = evidence_read(&f->evidence); /* they go with the tables */

        if (counts < 0)
                firewall_say_errno("the counts", counts);
        tables_begin(&f->watch);
        e = firewall_limits(f) ? tables_write_links(f, &err) : nft_apply(ruleset_removal, &err);
        alone = tables_end(&f->watch);
        f->applied = e == 0;
        if (e < 0)
                firewall_say_failure("the tables", &err);
        if (e < 0 && firewall_limits(f) && (e = tables_write(f, false, &err)) < 0)
                firewall_say_failure("the tables, without other links", &err);
        if (e == 0)
                firewall_count(f);
        firewall_tell_force(f, &err);
        f->doubts = f->applied && !alone && !f->doubts;
        (void)timer_in_ms(&f->again, f->applied && !f->doubts ? -1 : AGAIN_MS);
        if (f->applied || !firewall_limits(f))
                (void)sd_notify(0, "READY=1"); /* the boot waits for it */
}

static void firewall_granted(void *ctx) {
        struct firewall *f = ctx;

        if (f->exits && firewall_limits(f) && !f->follows)
                firewall_apply(f);
}

static void firewall_guessed(void *ctx) {
        struct firewall *f = ctx;

        if (firewall_limits(f))
                firewall_apply(f);
}

static void again_fired(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        firewall_apply(container_of(t, struct firewall, again));
}

static void tables_ready(struct source *s, uint32_t events) {
        struct firewall *f = container_of(s, struct firewall, tables);

        (void)events;
        if (!tables_touched(&f->watch) || !firewall_limits(f))
                return;
        firewall_apply(f);
        if (f->applied)
                firewall_say_restored(f);
}

static int plan_read(const struct firewall *f, struct network_plan *ret) {
        auto_free uint8_t *bytes = NULL;
        size_t size = 0;
        int r = file_read(f->state, NETWORK_PLAN, NETWORK_PLAN_MAX, &bytes, &size);

        return r < 0 ? r : network_plan_decode(bytes_of(bytes, size), ret);
}

/* Where a plan cannot be read the one before stays, and at the start nothing passes until the agent has written
 * another. The old plan lives until the interfaces, which point into it, follow the new one. */
static void firewall_follow(struct firewall *f) {
        struct network_plan next, old = { 0 };
        struct err err = { "" };
        int r = plan_read(f, &next);

        f->stage = network_stage_of(f->state);
        if (r == 0) {
                (void)evidence_read(&f->evidence);
                old = f->plan;
                f->plan = next;
                if (evidence_follow(&f->evidence, old.has_terms ? &old.terms : NULL, firewall_terms(f)) < 0)
                        firewall_say_errno("the counts", -ENOMEM);
                generation_follow(f);
        } else if (r != -ENOENT || f->stage != NETWORK_OFF) {
                firewall_say_errno("the plan", r);
        }
        f->follows = true;
        if (exits_follow(f->exits, firewall_terms(f), firewall_hold(f), &err) < 0)
                firewall_say_failure("the interfaces", &err);
        f->follows = false;
        network_plan_free(&old);
        firewall_apply(f);
        firewall_say_state(f);
}

/* What we write beside them ourselves, such as which radios were off, would have us follow it, and write it again. */
static bool is_followed(const char *events, size_t size) {
        for (size_t at = 0; at + sizeof(struct inotify_event) <= size;) {
                const struct inotify_event *e = (const void *)(events + at);

                if (e->mask & IN_Q_OVERFLOW || e->len == 0 || strcmp(e->name, NETWORK_PLAN) == 0
                    || strcmp(e->name, NETWORK_STAGE) == 0)
                        return true;
                at += sizeof *e + e->len;
        }
        return false;
}

static void files_ready(struct source *s, uint32_t events) {
        union {
                struct inotify_event event; /* for its alignment */
                char room[4096];
        } raw;
        bool matters = false;
        ssize_t n;

        (void)events;
        while ((n = read(s->fd, &raw, sizeof raw)) > 0)
                matters = is_followed(raw.room, (size_t)n) || matters;
        if (matters)
                firewall_follow(container_of(s, struct firewall, files));
}

static int sources_add(struct firewall *f, struct err *err) {
        int r = tables_listen(&f->watch);

        f->tables = (struct source){ .fd = f->watch.fd, .ready = tables_ready };
        f->files = (struct source){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = files_ready };
        if (f->tables.fd < 0 || f->files.fd < 0)
                return err_errno(err, r < 0 ? r : -errno, "netlink, inotify");
        r = loop_add(f->loop, &f->tables, EPOLLIN);
        if (r == 0)
                r = loop_add(f->loop, &f->files, EPOLLIN);
        if (r == 0)
                r = timer_init(&f->again, f->loop, CLOCK_MONOTONIC, again_fired);
        return r < 0 ? err_errno(err, r, "loop") : 0;
}

/* The folder is the agent's to make; before the first agent there is none, and nothing is enforced. */
static int firewall_open(struct firewall *f, struct exits_dirs *dirs, struct err *err) {
        auto_fd state = directory_open(AT_FDCWD, f->state_dir);
        char watched[512];
        int r = state < 0 ? err_errno(err, state, "%s", f->state_dir)
                          : directory_make(state, NETWORK_DIR, 0700, &f->state, err);

        if (r == 0)
                r = directory_make(AT_FDCWD, f->runtime_dir, 0755, &dirs->until_stop, err);
        if (r < 0)
                return r;
        (void)snprintf(watched, sizeof watched, "/proc/self/fd/%d", f->state);
        if (inotify_add_watch(f->files.fd, watched, IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) < 0)
                return err_errno(err, -errno, "inotify");
        f->runtime = dirs->until_stop;
        dirs->state = f->state;
        dirs->sys = directory_open(AT_FDCWD, "/sys");
        dirs->net = directory_open(AT_FDCWD, "/proc/sys/net");
        dirs->root = directory_open(AT_FDCWD, "/");
        dirs->rfkill = open("/dev/rfkill", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
        if (dirs->sys < 0 || dirs->net < 0 || dirs->root < 0)
                return err_set(err, -ENOENT, "/, /sys, /proc/sys/net");
        return 0;
}

static int counts_begin(struct firewall *f, const struct exits_dirs *dirs, struct err *err) {
        int bell, r = evidence_init(&f->evidence, f->loop, dirs->net, dirs->until_stop, &bell);

        f->evidence.told = firewall_tell_refused;
        f->evidence.guessed = firewall_guessed;
        f->evidence.ctx = f;

        if (r == 0 && bell < 0)
                firewall_say_errno("the kernel tells of no refusal, and counts are read when asked for", bell);
        f->evidence.observed = network_stage_of(f->state) == NETWORK_OBSERVE; /* what stands already */
        return r < 0 ? err_errno(err, r, "netfilter") : 0;
}

static int firewall_begin(struct firewall *f, struct err *err) {
        struct exits_dirs dirs = { -1, -1, -1, -1, -1, -1 };
        int r = sources_add(f, err);

        if (r == 0)
                r = firewall_open(f, &dirs, err);
        if (r == 0)
                r = counts_begin(f, &dirs, err);
        if (r == 0)
                r = exits_new(f->loop, &dirs, firewall_listener(firewall_granted), f, &f->exits, err);
        return r == 0 ? generation_begin(f, err) : r;
}

int firewall_run(struct firewall *f, struct err *err) {
        auto_loop loop = NULL;
        int r = loop_new(&loop);

        if (r < 0)
                return err_errno(err, r, "loop");
        f->loop = loop;
        if ((r = signals_watch(&f->signals, loop, err)) < 0 || (r = firewall_begin(f, err)) < 0)
                return r;
        if (report_listen(f, err) < 0)
                firewall_say_failure("nobody can ask", err);
        if (teller_new(loop, f->runtime_dir, &f->teller, err) < 0)
                firewall_say_failure("the agent is told nothing", err);
        firewall_follow(f);
        r = loop_run(loop, firewall_idle, NULL);
        exits_free(TAKE(f->exits));
        evidence_deinit(&f->evidence);
        teller_free(TAKE(f->teller));
        network_plan_free(&f->plan);
        return r < 0 ? err_errno(err, r, "loop") : 0;
}

/* The tables first, and whatever becomes of the rest: nobody is left without a network. */
int firewall_undo(struct firewall *f, struct err *err) {
        auto_loop loop = NULL;
        struct err rest = { "" };
        int tables = nft_apply(ruleset_removal, err), r = loop_new(&loop);

        f->loop = loop;
        f->stage = NETWORK_OFF; /* what is heard of links meanwhile writes none */
        if (r == 0)
                r = firewall_begin(f, &rest);
        if (r == 0)
                r = exits_undo(f->exits, &rest);
        if (r == 0)
                r = evidence_replaced(&f->evidence, 0, false);
        exits_free(TAKE(f->exits));
        if (r < 0)
                firewall_say_failure("not all is as it was", &rest);
        return tables < 0 ? tables : r < 0 ? err_set(err, r, "the tables are gone") : 0;
}
