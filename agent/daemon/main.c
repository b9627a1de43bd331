/* SPDX-License-Identifier: MIT */
/* main.c — sekimorid: arguments, birth order, loop. */
#include "audit/audit.h"
#include "auth/service.h"
#include "control/parcel.h"
#include "control/server.h"
#include "enforce/early.h"
#include "gate/gate.h"
#include "gate/keeper.h"
#include "host/arguments.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/memory.h"
#include "host/privileges.h"
#include "loop/signals.h"
#include "loop/watchdog.h"
#include "network/hearing.h"
#include "network/plans.h"
#include "notify/notifier.h"
#include "signature/crypto.h"
#include "store/factors.h"
#include "store/key.h"
#include "store/stage.h"
#include "store/store.h"
#include "store/tally.h"
#include "wire/login.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

static const char help[] =
        "usage: sekimorid [--config-dir D] [--state-dir D] [--runtime-dir D] [--foreground] [--version]\n"
        "       sekimorid --early [--state-dir D]\n"
        "\n"
        "The Sekimori agent: decides, enforces and records which devices come to life.\n"
        "\n"
        "  --config-dir D    trust.pem, the certificates pinned at installation (/etc/sekimori)\n"
        "  --state-dir D     policies and the audit log (/var/lib/sekimori)\n"
        "  --runtime-dir D   control.sock (/run/sekimori)\n"
        "  --foreground      say on stdout when everything present has been judged\n"
        "  --early           have the kernel deny devices, or not, as the stage says; then exit\n"
        "  --version         say which version this is\n"
        "\n"
        "It never goes into the background; systemd starts it. See sekimorid(8).\n";

struct sekimorid_options {
        const char *config_dir, *state_dir, *runtime_dir;
        bool foreground, early;
};

struct agent {
        struct sekimorid_options options;
        struct signals signals;
        struct loop *loop;
        struct audit *audit;
        struct state *state;
        struct gate *gate;
        struct notifier *notifier; /* NULL: nobody can be told */
        struct keeper *keeper;     /* NULL: sekimori-keeper cannot be reached */
        bool to_hold;              /* start-up or a push is over, and its memory can be given back */
        struct subscriber subscriber;
        struct plans plans;
        char administrator[LOGIN_USER]; /* who logged in since the loop was last idle; "" */
        struct err people_note;         /* why factors cannot be opened; "" */
        int64_t started_s;
        int runtime_fd;    /* of the runtime directory */
        uint64_t recorded; /* the number of the last audit record before ours */
};

static int options_take(int argc, char **argv, struct sekimorid_options *o) {
        const struct argument arguments[] = {
                { "config-dir", .text = &o->config_dir },
                { "state-dir", .text = &o->state_dir },
                { "runtime-dir", .text = &o->runtime_dir },
                { "foreground", .flag = &o->foreground },
                { "early", .flag = &o->early },
        };
        const struct program p = { "sekimorid", help, true, arguments, sizeof arguments / sizeof *arguments };

        return arguments_take(&p, argc, argv);
}

static void sekimorid_settled(void *ctx) {
        struct agent *a = ctx;

        gate_set_notifier(a->gate, a->notifier); /* there are no notices for devices present at start-up */
        (void)sd_notify(0, "READY=1\nSTATUS=everything present has been judged");
        if (a->options.foreground) {
                (void)puts("ready");
                (void)fflush(stdout);
        }
        a->to_hold = true;
}

static void administrator_came(void *ctx, const char *user) {
        struct agent *a = ctx;

        (void)snprintf(a->administrator, sizeof a->administrator, "%s", user);
}

/* Runs after the administrator's verdict, which must not wait for it. On failure the trial is undone later, so nobody
 * is locked out. */
static void confirm_trial(struct agent *a) {
        struct err err = { 0 };

        if (a->administrator[0] && state_confirm_stage(a->state, a->administrator, &err) < 0)
                (void)fprintf(stderr, "sekimorid: the trial goes on: %s\n", err.text);
        a->administrator[0] = '\0';
}

static int sekimorid_changed(void *ctx, const struct in_force *before, struct err *err) {
        struct agent *a = ctx;

        (void)err;
        a->to_hold = a->to_hold || before->policy != state_policy(a->state);
        return 0;
}

static void sekimorid_idle(void *ctx) {
        struct agent *a = ctx;

        confirm_trial(a);
        (void)audit_flush(a->audit);
        if (a->to_hold)
                memory_hold();
        a->to_hold = false;
}

/* A keyboard must be usable even if the disk with the state is not available (emergency mode, a failed /var): the agent
 * then runs sealed, on memory alone, and says so. */
static int state_open(const struct sekimorid_options *o, struct store **ret, struct err *err) {
        char instead[PATH_MAX];
        int r = store_open(o->config_dir, o->state_dir, ret, err);

        if (r == 0 || r == -EBUSY)
                return r;
        (void)fprintf(stderr, "sekimorid: %s; going on sealed, without it\n", err->text);
        (void)snprintf(instead, sizeof instead, "%s/without-state", o->runtime_dir);
        return store_open(o->config_dir, instead, ret, err);
}

/* Without the factors nobody can be enrolled or log in with two factors; devices are refused all the same. */
static void people_open(struct agent *a, int state_fd, struct factors_store **factors, struct tallies **tallies) {
        int r = factors_open(state_fd, KEY_CREDENTIAL, factors, &a->people_note);

        if (r == 0)
                r = tallies_open(state_fd, tallies, &a->people_note);
        if (r < 0)
                (void)fprintf(stderr, "sekimorid: %s; going on without it: nobody can be enrolled\n",
                              a->people_note.text);
}

static void sekimorid_seated(void *ctx, const struct person *who) {
        gate_set_seated(((struct agent *)ctx)->gate, who);
}

/* If logins cannot be served, this is reported, and the agent goes on with devices alone. */
static void logins_serve(struct agent *a, struct factors_store *factors, struct tallies *tallies,
                         struct service **service) {
        const struct service_context context = { .audit = a->audit,
                                                 .factors = factors,
                                                 .tallies = tallies,
                                                 .state = a->state,
                                                 .runtime_fd = a->runtime_fd,
                                                 .recorded = a->recorded,
                                                 .seated = sekimorid_seated,
                                                 .administrator_came = administrator_came,
                                                 .ctx = a };
        struct err err = { 0 };

        if (factors && tallies && service_new(a->loop, a->options.runtime_dir, &context, service, &err) < 0)
                (void)fprintf(stderr, "sekimorid: %s; going on without it: nobody can log in\n", err.text);
}

/* Without the notifier people are not told, but nothing is refused because of that. */
static void people_tell(struct agent *a, struct notifier **notifier) {
        struct err err = { 0 };

        if (notifier_new(a->loop, a->options.runtime_dir, NULL, notifier, &err) < 0)
                (void)fprintf(stderr, "sekimorid: %s; going on without it: nobody is told at the desk\n", err.text);
        a->notifier = *notifier;
}

static void disks_changed(void *ctx) {
        struct agent *a = ctx;

        gate_set_keeper(a->gate, a->keeper);
}

static void medium_found(void *ctx, const struct keeper_word *w) {
        struct agent *a = ctx;

        gate_medium_found(a->gate, w);
}

/* Without the connection to the keeper nothing can be let in read-only, and disks that the policy allows stay refused
 * where the block plane is in force. */
static void disks_keep(struct agent *a, struct keeper **keeper) {
        const struct keeper_ears ears = { disks_changed, medium_found, a };
        struct err err = { 0 };

        if (keeper_new(a->loop, a->options.runtime_dir, &ears, keeper, &err) < 0)
                (void)fprintf(stderr, "sekimorid: %s; going on without it: no word goes to sekimori-keeper\n",
                              err.text);
        a->keeper = *keeper;
        gate_set_keeper(a->gate, a->keeper);
}

/* Without its plan sekimori-firewall goes on with the one before; nobody is let in or out because of that, nor because
 * it cannot be heard. */
static void network_keep(struct agent *a, const struct store *store, struct hearing **hearing) {
        struct err err = { 0 };

        if (plans_keep(&a->plans, a->state, store_fd(store), &err) < 0)
                (void)fprintf(stderr, "sekimorid: %s; the network goes on by the policy before\n", err.text);
        if (hearing_new(a->loop, a->options.runtime_dir, store_fd(store), a->audit, hearing, &err) < 0)
                (void)fprintf(stderr, "sekimorid: %s; going on without it: nothing of the network is recorded\n",
                              err.text);
}

/* The policy and the stage, and the gate that obeys them. */
static int devices_keep(struct agent *a, struct store *store, struct usb *usb, struct state **state, struct gate **gate,
                        struct err *err) {
        int r = state_new(store, a->audit, state, err);

        if (r == 0)
                r = gate_new(a->loop, *state, a->audit, usb, a->runtime_fd, gate, err);
        if (r < 0)
                return r;
        a->state = *state, a->gate = *gate;
        a->subscriber = (struct subscriber){ .changed = sekimorid_changed, .ctx = a };
        state_subscribe(*state, &a->subscriber);
        return 0;
}

static void log_begin(struct agent *a, struct audit *audit) {
        a->audit = audit;
        a->recorded = audit_head(audit).seq;
        if (!a->options.foreground) /* events of a trial run do not belong in the system's journal */
                (void)audit_mirror(audit, AUDIT_JOURNAL);
        (void)audit_agent_started(audit);
}

/* Start-up order: first what needs root's files, then child processes and sockets, then no new privileges. */
static int sekimorid_live(struct agent *a, struct err *err) {
        const struct sekimorid_options *o = &a->options;
        auto_loop loop = NULL;
        auto_store store = NULL;
        auto_audit audit = NULL;
        auto_factors_store factors = NULL;
        auto_tallies tallies = NULL;
        auto_usb usb = NULL;
        auto_state state = NULL;
        auto_notifier notifier = NULL;
        auto_keeper keeper = NULL;
        auto_hearing hearing = NULL;
        auto_gate gate = NULL;
        auto_service service = NULL;
        auto_server server = NULL;
        auto_watchdog watchdog = NULL;
        auto_fd runtime = -1;
        int r = loop_new(&loop);

        if (r < 0)
                return err_errno(err, r, "loop");
        a->loop = loop;
        if ((r = signals_watch(&a->signals, loop, err)) < 0
            || (r = directory_make(AT_FDCWD, o->runtime_dir, 0755, &runtime, err)) < 0
            || (r = state_open(o, &store, err)) < 0 || (r = audit_open(store_fd(store), &audit, err)) < 0
            || (r = usb_open(&usb, err)) < 0)
                return r;
        a->runtime_fd = runtime;
        log_begin(a, audit);
        if ((r = devices_keep(a, store, usb, &state, &gate, err)) < 0)
                return r;
        network_keep(a, store, &hearing);
        people_tell(a, &notifier);
        disks_keep(a, &keeper);
        people_open(a, store_fd(store), &factors, &tallies);
        r = server_new(loop, o->runtime_dir,
                       &(struct subject){ .state = state,
                                          .gate = gate,
                                          .audit = audit,
                                          .hearing = hearing,
                                          .usb = usb,
                                          .store = store,
                                          .factors = factors,
                                          .tallies = tallies,
                                          .people_note = a->people_note,
                                          .started_s = a->started_s },
                       &server, err);
        logins_serve(a, factors, tallies, &service);
        if (r < 0 || (r = privileges_drop(err)) < 0)
                return r;
        r = watchdog_new(loop, &watchdog);
        if (r < 0)
                return err_errno(err, r, "watchdog");
        gate_on_settled(gate, sekimorid_settled, a);
        r = loop_run(loop, sekimorid_idle, a);
        (void)sd_notify(0, "STOPPING=1");
        (void)audit_agent_stopping(audit, stage_name(state_stage(state)));
        (void)audit_flush(audit);
        return r < 0 ? err_errno(err, r, "loop") : 0;
}

static int sekimorid_start(struct agent *a, struct err *err) {
        parcels_are_secret();
        crypto_start();
        return sekimorid_live(a, err);
}

/* Runs before the agent, or instead of it where it does not run: sets the kernel's defaults as the stage demands. */
static int sekimorid_early(const struct sekimorid_options *o, struct err *err) {
        return stage_enforces(stage_of(o->state_dir)) ? early_deny(MODPROBE_DIR, err) : early_open(MODPROBE_DIR, err);
}

int main(int argc, char **argv) {
        struct agent a = { .options = { .config_dir = "/etc/sekimori",
                                        .state_dir = "/var/lib/sekimori",
                                        .runtime_dir = "/run/sekimori" } };
        struct err err = { 0 };
        int r;

        a.started_s = clock_boot_s();
        (void)umask(022); /* private files are made with a closed mode; directories to pass through are not */
        privileges_forget_environment();
        r = options_take(argc, argv, &a.options);
        if (r != ARGUMENTS_TAKEN)
                return r;
        r = a.options.early ? sekimorid_early(&a.options, &err) : sekimorid_start(&a, &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimorid: %s\n", err.text);
        return r < 0 ? 3 : 0;
}
