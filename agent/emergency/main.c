/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-emergency: a root shell on the console, before the agent, for an administrator with a password and
 * a recovery code. It needs no agent, no policy, no card reader, no network and no right clock. */
#include "base/cleanup.h"
#include "base/secret.h"
#include "emergency/console.h"
#include "emergency/prove.h"
#include "host/arguments.h"
#include "host/locked.h"
#include "host/privileges.h"
#include "store/key.h"
#include "store/store.h"

#include "signature/crypto.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char help[] =
        "usage: sekimori-emergency [--config-dir D] [--state-dir D] [--version]\n"
        "\n"
        "Asks at the console for an administrator's password and a recovery code, and gives a root shell.\n"
        "\n"
        "  --config-dir D    as of sekimorid (/etc/sekimori)\n"
        "  --state-dir D     as of sekimorid (/var/lib/sekimori)\n"
        "  --version         say which version this is\n"
        "\n"
        "Started at boot by the kernel parameter sekimori.emergency. See sekimori-emergency(8).\n";

#define TRIES 3
#define REFUSAL_S 1 /* from the last answer until a refusal is told, whatever was wrong */

enum { LET_IN = 0, TURNED_AWAY = 1, MISUSED = 2, COULD_NOT = 3 };

static int questions_ask(struct answers *a) {
        int r = console_ask("\nUser name: ", false, a->name, sizeof a->name);

        if (r == 0)
                r = console_ask("Password: ", true, a->password, sizeof a->password);
        if (r == 0)
                r = console_ask("Recovery code: ", true, a->code, sizeof a->code);
        return r;
}

static void wait_until(const struct timespec *when) {
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, when, NULL) == EINTR)
                ;
}

static enum proof try_once(const struct proof_context *g, struct answers *a) {
        struct err err = { 0 };
        struct timespec until;
        int64_t wait_s = 0;
        enum proof proof;

        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += REFUSAL_S;
        proof = prove(g, a, &wait_s, &err);
        secret_wipe(a, sizeof *a);
        (void)audit_flush(g->audit);
        if (proof == PROOF_RIGHT)
                return proof;
        wait_until(&until);
        if (proof == PROOF_WAIT)
                console_say("Too many failures: try again in %" PRId64 " minutes.\n", (wait_s + 59) / 60);
        else if (proof == PROOF_UNAVAILABLE)
                console_say("This cannot be checked: %s\n", err.text);
        else
                console_say("That does not match, or this is no administrator.\n");
        return proof;
}

static bool is_let_in(const struct proof_context *g) {
        struct answers *a = locked_new(sizeof *a);
        bool right = false, silent = !a;

        for (int i = 0; i < TRIES && !right && !silent; i++) {
                int r = questions_ask(a);

                silent = r < 0 && r != -EMSGSIZE;
                right = r == 0 && try_once(g, a) == PROOF_RIGHT;
        }
        locked_free(a, sizeof *a);
        return right;
}

/* No other process writes to the store while it is open here. The log and the store are closed before the shell runs:
 * the administrator may want to start the agent. */
static int emergency_admit(const char *config_dir, const char *state_dir, struct err *err) {
        auto_store store = NULL;
        auto_audit audit = NULL;
        auto_factors_store factors = NULL;
        auto_tallies tallies = NULL;
        int r;

        if ((r = store_open(config_dir, state_dir, &store, err)) < 0
            || (r = audit_open(store_fd(store), &audit, err)) < 0
            || (r = factors_open(store_fd(store), KEY_CREDENTIAL, &factors, err)) < 0
            || (r = tallies_open(store_fd(store), &tallies, err)) < 0)
                return r;
        (void)audit_mirror(audit, AUDIT_JOURNAL);
        return is_let_in(&(struct proof_context){ audit, factors, tallies }) ? LET_IN : TURNED_AWAY;
}

static int shell_become(void) {
        static char *const argv[] = { (char *)"-sh", NULL };
        static char *const environment[] = {
                (char *)"HOME=/root", (char *)"TERM=linux",
                (char *)"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL
        };

        console_say("\nThis is a root shell; it was recorded. The boot goes on when you leave it (exit).\n");
        (void)execve("/bin/sh", argv, environment);
        console_say("No shell: %s\n", strerrordesc_np(errno));
        return COULD_NOT;
}

int main(int argc, char **argv) {
        const char *config_dir = "/etc/sekimori", *state_dir = "/var/lib/sekimori";
        struct err err = { 0 };
        const struct argument arguments[] = { { "config-dir", .text = &config_dir },
                                              { "state-dir", .text = &state_dir } };
        const struct program p = { "sekimori-emergency", help, true, arguments, sizeof arguments / sizeof *arguments };
        int r = arguments_take(&p, argc, argv);

        if (r != ARGUMENTS_TAKEN)
                return r;
        (void)umask(022);
        privileges_forget_environment();
        crypto_start();
        if (!isatty(STDIN_FILENO)) {
                (void)fputs("sekimori-emergency: started at boot, on the console\n", stderr);
                return MISUSED;
        }
        (void)signal(SIGINT, SIG_IGN);
        (void)signal(SIGQUIT, SIG_IGN);
        (void)signal(SIGTSTP, SIG_IGN);
        console_say("\nSekimori: emergency access for an administrator. Every try is recorded.\n"
                    "Three wrong tries, or %d seconds of silence: the terminal starts as usual.\n",
                    CONSOLE_SILENCE_S);
        r = emergency_admit(config_dir, state_dir, &err);
        if (r < 0)
                console_say("This cannot be checked: %s\n", err.text);
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGQUIT, SIG_DFL);
        (void)signal(SIGTSTP, SIG_DFL);
        if (r == LET_IN)
                return shell_become();
        console_say("The terminal starts as usual.\n");
        return r < 0 ? COULD_NOT : r;
}
