/* SPDX-License-Identifier: MIT */
/* service.c — plane_enforce() puts the plane in force; inotify reports changes of the stage and changes by hand,
 * uevents report devices. See service.h. */
#include "keeper/service.h"

#include "host/file.h"
#include "host/memory.h"
#include "keeper/binding.h"
#include "keeper/device.h"
#include "keeper/majors.h"
#include "keeper/reading.h"
#include "keeper/replaced.h"
#include "store/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <systemd/sd-daemon.h>

#define TIMEOUT_MS 60000 /* for udev, which may still be looking for what fstab names; TimeoutStartSec= is longer */

/* A note for the agent and for `sekimori status`; "": remove it. */
static void service_note(const struct keeper_service *k, const char *name, const char *text) {
        auto_fd dir = open(k->runtime_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        char line[SYSTEM_GRANTS_TEXT + 1];

        if (dir < 0)
                return;
        (void)snprintf(line, sizeof line, "%s\n", text);
        if (text[0])
                (void)file_replace(dir, name, bytes_text(line), 0644, NULL);
        else
                (void)file_remove(dir, name);
}

void service_explain(const struct keeper_service *k, const struct err *why) {
        service_note(k, KEEPER_NOTE, why ? why->text : "");
        service_note(k, KEEPER_NOTE_JA, why ? why->ja : "");
}

/* What an order lets in. A disk that is no more than readable is all that such an order can be about. */
static struct nodes_terms terms_of(const struct keeper_order *o) {
        return (struct nodes_terms){ .mode = !(o->nodes & NODES_DISK) ? MODE_NONE
                                             : o->type == KEEPER_READ ? MODE_READ
                                                                      : MODE_WRITE,
                                     .upto = o->diskseq,
                                     .nodes = o->nodes & ~(unsigned)NODES_DISK,
                                     .devnum = o->devnum };
}

static void service_ordered(void *ctx, const struct keeper_order *o) {
        struct keeper_service *k = ctx;
        const struct nodes_terms terms = terms_of(o);
        char path[GRANT_PATH];

        if ((size_t)snprintf(path, sizeof path, "devices/%s", o->path) >= sizeof path)
                return;
        if (o->type != KEEPER_WRITE || !(o->nodes & NODES_DISK))
                system_grants_grown(&k->system_grants);
        if (o->type == KEEPER_REVOKE)
                nodes_revoke(&k->nodes, path);
        else if (o->type == KEEPER_LOOK)
                nodes_look(&k->nodes, path);
        else
                nodes_grant(&k->nodes, path, &terms);
}

static void service_told(void *ctx, const char *path, uint64_t diskseq, const struct medium_facts *m) {
        const struct keeper_service *k = ctx;

        orders_say_medium(k->orders, path, diskseq, m);
}

static bool was_the_systems(void *ctx, const char *path) {
        return nodes_were_the_systems(ctx, path);
}

static int service_stand(struct keeper_service *k, struct err *err) {
        const unsigned timeout_ms = k->has_waited ? 0 : TIMEOUT_MS;

        k->has_waited = true;
        return system_grants_find(&k->system_grants, timeout_ms, err);
}

/* The system's disks are in the map before the plane is in force. If a plane was in force already, a disk may be in use
 * because a rule let it in. */
static int plane_up(struct keeper_service *k, struct err *err) {
        struct nodes *n = &k->nodes;
        int r = plane_open(&n->plane, &n->in_force, err);

        k->system_grants.was = n->in_force ? was_the_systems : NULL;
        k->system_grants.ctx = n;
        if (r == 0)
                r = service_stand(k, err);
        if (r == 0)
                r = majors_set(&n->dirs, &n->plane, err);
        if (r < 0)
                return r;
        nodes_recheck(n);
        reading_restore(&n->grants, &n->dirs, &n->plane, &n->readonly_loops,
                        device_number(&n->dirs, "kernel", "uevent_seqnum"));
        nodes_scan(n, "devices");
        r = plane_enforce(&n->plane, err);
        n->in_force = r == 0;
        if (r == 0)
                r = orders_new(k->loop, k->runtime_dir, &n->grants, service_ordered, k, &k->orders, err);
        nodes_watch(n, k->loop);
        n->told = service_told, n->ctx = k;
        (void)inotify_add_watch(k->files.fd, PLANE_DIR, IN_DELETE | IN_ONLYDIR);
        service_note(k, KEEPER_MISSING, k->system_grants.missing);
        return r;
}

#define HELD "keeper.held" /* in the runtime directory: drivers are held back, by this keeper or an earlier one */

static bool is_held(const struct keeper_service *k) {
        auto_fd dir = open(k->runtime_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        return dir >= 0 && faccessat(dir, HELD, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int service_hold(struct keeper_service *k, struct err *err) {
        int r = service_stand(k, err);

        if (r < 0)
                return r;
        service_note(k, HELD, "1");
        return binding_hold(&k->nodes.dirs, &k->nodes.grants, err);
}

/* A plane that an earlier keeper put in force stays as it is. */
static int fall_back(struct keeper_service *k, int why, struct err *err) {
        struct err also = { 0 }, instead;

        if (k->nodes.in_force)
                return why;
        if (service_hold(k, &also) < 0) {
                (void)fprintf(stderr, "sekimori-keeper: %s\n", also.text);
                return why;
        }
        k->binds = true;
        (void)inotify_add_watch(k->files.fd, k->runtime_dir, IN_DELETE | IN_ONLYDIR);
        nodes_blind(&k->nodes);
        plane_close(&k->nodes.plane);
        (void)err_say(&instead, 0,
                      "代わりに、SCSI、SATA、カードスロット、FireWire のほかのディスクにはドライバーを割り当てません",
                      "in place of that no driver takes another disk on SCSI, SATA, a card slot or FireWire");
        err_append(err, "; ", &instead);
        (void)fprintf(stderr, "sekimori-keeper: disks are NOT refused: %s\n", err->text);
        service_explain(k, err);
        *err = (struct err){ 0 };
        return 0;
}

void service_let_go(struct keeper_service *k) {
        k->binds = false;
        if (!is_held(k))
                return;
        binding_release(&k->nodes.dirs);
        service_explain(k, NULL);
        service_note(k, HELD, "");
}

static void plane_down(struct keeper_service *k) {
        struct err err = { 0 };

        service_let_go(k);
        orders_free(TAKE(k->orders));
        nodes_blind(&k->nodes);
        plane_close(&k->nodes.plane);
        service_note(k, KEEPER_MISSING, "");
        k->nodes.in_force = false;
        k->nodes.grants = (struct grants){ 0 };
        if (plane_unpin(&err) < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s\n", err.text);
}

static bool is_wanted(const struct keeper_service *k) {
        return stage_enforces(stage_of(k->state_dir));
}

/* Put the plane in force or take it down, as the stage wants it. */
static int service_follow(struct keeper_service *k, struct err *err) {
        const bool wanted = is_wanted(k);
        int r = 0;

        if (!wanted)
                plane_down(k);
        else if (!k->orders && !k->binds && !k->opened_by_hand) {
                r = plane_up(k, err);
                if (r < 0)
                        r = fall_back(k, r, err);
                else
                        service_let_go(k);
        }
        (void)sd_notify(0, k->orders  ? "STATUS=in force: a disk that nobody allowed cannot be opened"
                           : k->binds ? "STATUS=not in force: no driver takes a disk that is not needed"
                                      : "STATUS=not in force");
        return r;
}

/* Whether another process has undone what we have in force. */
static bool is_undone(const struct keeper_service *k) {
        return k->binds ? !is_held(k) : k->orders && access(PLANE_DIR "/" PLANE_LINK, F_OK) < 0;
}

static void files_changed(struct source *s, uint32_t events) {
        struct keeper_service *k = container_of(s, struct keeper_service, files);
        union {
                struct inotify_event event; /* for its alignment */
                char room[4096];
        } raw;
        struct err by_hand;

        (void)events;
        while (read(s->fd, &raw, sizeof raw) > 0)
                ;
        if (is_wanted(k) && is_undone(k)) {
                (void)err_say(&by_hand, 0, "手で開けられました（sekimori-keeper --open）",
                              "opened by hand (sekimori-keeper --open)");
                (void)fprintf(stderr, "sekimori-keeper: %s\n", by_hand.text);
                service_explain(k, &by_hand);
                k->opened_by_hand = true;
                plane_down(k);
        }
        if (service_follow(k, &k->failure) < 0)
                loop_stop(k->loop);
}

static void service_heard(struct keeper_service *k, const struct uevent *u) {
        if (k->binds)
                binding_announced(&k->nodes.dirs, &k->nodes.grants, u);
        if (!k->orders)
                return;
        orders_hear(k->orders); /* the agent sends its order before it lets the device in */
        nodes_announced(&k->nodes, u);
}

/* A lost or unreadable uevent may have announced a disk that left, or one that came. */
static void service_missed(struct keeper_service *k) {
        struct err err = { 0 };

        if (k->binds && binding_hold(&k->nodes.dirs, &k->nodes.grants, &err) < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s\n", err.text);
        if (!k->orders)
                return;
        orders_hear(k->orders);
        replaced_revoke(&k->nodes);
        nodes_recheck(&k->nodes);
        nodes_scan(&k->nodes, "devices");
}

static void service_announced(struct source *s, uint32_t events) {
        struct keeper_service *k = container_of(s, struct keeper_service, uevents);
        struct uevent u;
        bool lost = false;
        int r;

        (void)events;
        while ((r = uevent_receive(s->fd, &u)) != 0) {
                if (r == 1)
                        service_heard(k, &u);
                lost = lost || r < 0;
        }
        if (lost)
                service_missed(k);
}

static int sources_watch(struct keeper_service *k, struct err *err) {
        k->uevents = (struct source){ .fd = uevent_listen(), .ready = service_announced };
        k->files = (struct source){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = files_changed };
        if (k->uevents.fd < 0 || k->files.fd < 0 || loop_add(k->loop, &k->uevents, EPOLLIN) < 0
            || loop_add(k->loop, &k->files, EPOLLIN) < 0)
                return err_errno(err, -errno, "uevents, files");
        (void)inotify_add_watch(k->files.fd, k->state_dir, IN_MOVED_TO | IN_ONLYDIR);
        return 0;
}

static void service_idle(void *ctx) {
        (void)ctx;
        (void)fflush(stdout);
}

int service_run(struct keeper_service *k, struct err *err) {
        auto_loop loop = NULL;
        auto_fd runtime = -1;
        int r = loop_new(&loop);

        if (r < 0)
                return err_errno(err, r, "loop");
        k->loop = loop;
        k->system_grants = (struct system_grants){ .dirs = &k->nodes.dirs, .grants = &k->nodes.grants };
        if ((r = directory_make(AT_FDCWD, k->runtime_dir, 0755, &runtime, err)) < 0
            || (r = sysfs_dirs_open(&k->nodes.dirs, err)) < 0 || (r = signals_watch(&k->signals, loop, err)) < 0
            || (r = sources_watch(k, err)) < 0 || (r = service_follow(k, err)) < 0)
                return r;
        if (!k->binds)
                service_explain(k, NULL);
        (void)sd_notify(0, "READY=1");
        memory_hold();
        r = loop_run(loop, service_idle, NULL);
        nodes_blind(&k->nodes);
        orders_free(TAKE(k->orders)); /* what is pinned stays in force, and drivers stay held back */
        service_explain(k, NULL);
        if (k->failure.text[0])
                return *err = k->failure, -EIO;
        return r < 0 ? err_errno(err, r, "loop") : 0;
}
