/* SPDX-License-Identifier: MIT */
/* push_cuts.c — the policy's terms against the connections of now, as `setup network` looks at them. See push_cuts.h.
 */
#include "cli/network/push_cuts.h"

#include "base/cleanup.h"
#include "cli/answer.h"
#include "cli/complain.h"
#include "cli/language.h"
#include "cli/network/cut_off.h"
#include "cli/network/interfaces.h"
#include "cli/network/stage_word.h"
#include "cli/question.h"
#include "decision/policy.h"
#include "host/file.h"
#include "language/compile.h"
#include "signature/envelope.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct push_cuts {
        const char *file;
        bool force;
        unsigned logins;
};

static void push_cuts_tell(void *ctx, const struct cut_off *c) {
        struct push_cuts *p = ctx;
        struct err what;

        if (!c->is_login)
                return;
        cut_off_say_login(c, &what);
        complain_note(p->file, &what);
        p->logins++;
}

/* Nothing passes through an interface that is not named, whoever is a peer. */
static bool push_cuts_all(const struct push_cuts *p, const struct network_sources *from,
                          const struct network_terms *terms) {
        struct err what;

        if (interfaces_may_be_named(from, terms))
                return false;
        (void)err_say(&what, 0,
                      "この端末のどの口とも、interfaces: の行が合いません。端末はどことも通信できなくなります",
                      "no interface of this terminal is among interfaces: it will talk with nobody");
        complain_note(p->file, &what);
        return true;
}

/* What cannot be looked at may be cut off, too. */
static int push_cuts_decide(const struct push_cuts *p) {
        if (p->force)
                return EXIT_OK;
        if (isatty(STDIN_FILENO)
            && ask_yes(language_now(), SAY(language_now(), "それでも適用しますか", "Push it all the same?")))
                return EXIT_OK;
        return complain(EXIT_REFUSED, "%s: 適用していません。それでも適用するには --force を付けます",
                        "%s: not pushed; to push it all the same, use --force", p->file);
}

int push_cuts_ask(const char *file, struct bytes envelope, const json_t *status, bool force) {
        struct push_cuts cuts = { .file = file, .force = force };
        auto_free uint8_t *text = NULL;
        auto_policy p = NULL;
        auto_fd net = -1, proc = -1, sys = -1;
        struct network_sources from;
        struct err err = { "" };
        char own[32];
        size_t size;
        bool all;
        int r;

        if (!stage_word_enforces(answer_text(status, "network", "stage"))
            || envelope_peek(envelope, &text, &size, NULL) < 0 || policy_compile(bytes_of(text, size), &p, NULL) < 0
            || !policy_network(p))
                return EXIT_OK;
        (void)snprintf(own, sizeof own, "/proc/%d/net", (int)getpid());
        net = directory_open(AT_FDCWD, own);
        proc = directory_open(AT_FDCWD, "/proc");
        sys = directory_open(AT_FDCWD, "/sys");
        from = (struct network_sources){ .net = net, .sys = sys, .root = -1 };
        r = net < 0 ? err_errno(&err, net, "%s", own)
                    : cut_off_look(&from, proc, policy_network(p), push_cuts_tell, &cuts, &err);
        if (r < 0)
                complain_note(file, &err);
        all = push_cuts_all(&cuts, &from, policy_network(p));
        return r < 0 || cuts.logins || all ? push_cuts_decide(&cuts) : EXIT_OK;
}
