/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-person: one login's name and password, in a process that may hang, crash and be killed.
 *
 * Started as the agent's own user (PAM reads /etc/shadow as root), with its socket on descriptor 3. Answers who a name
 * is, then once whether a password is theirs, and ends when its socket is closed. A request out of turn ends it, too.
 * It knows no policy, and its answers count for this one login only. */
#include "base/secret.h"
#include "helper/begin.h"
#include "host/child.h"
#include "host/memory.h"
#include "host/privileges.h"
#include "person/nss_lookup.h"
#include "person/password.h"
#include "wire/socket.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM "sekimori-person"
#define REQUEST_MAX 1024 /* the longest is a service's name and a password */

/* What must not be swapped out. */
static struct {
        uint8_t request[REQUEST_MAX];
        struct person_password password;
} secret;

struct login {
        char asked[PERSON_NAME];
        struct person_found found;
        bool known;
        uint8_t reply[PERSON_MAX];
};

/* Keeps root's uid without any capability: it is needed only for root's files, such as /etc/shadow. */
static int give_up(struct err *err) {
        const struct rlimit none = { 0, 0 };

        privileges_forget_environment();
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)mlock(&secret, sizeof secret); /* as far as the limit allows */
        (void)signal(SIGCHLD, SIG_DFL);
        (void)signal(SIGPIPE, SIG_IGN);
        (void)umask(077);
        return chdir("/") < 0 ? err_set(err, -1, "no root directory") : privileges_keep(NULL, 0, err);
}

/* The next request's length; 0 if the agent is gone or the message is invalid. */
static size_t next_request(void) {
        struct pollfd p = { .fd = CHILD_FD, .events = POLLIN };
        ssize_t n;

        while (poll(&p, 1, -1) < 0)
                ;
        n = socket_receive(CHILD_FD, secret.request, sizeof secret.request, NULL);
        return n > 0 ? (size_t)n : 0;
}

static bool person_reply(struct login *l, size_t n) {
        return n > 0 && socket_send(CHILD_FD, l->reply, n, -1) == 0;
}

/* Before a login begins: the name service loads its modules at the first lookup, here of a user who is in files. */
static bool answer_prepare(struct login *l, struct bytes asked) {
        char service[PERSON_SERVICE];

        if (person_prepare_decode(asked, service) < 0)
                return false;
        (void)nss_lookup("root", &l->found);
        l->found = (struct person_found){ 0 };
        password_prepare(service);
        memory_hold();
        return person_reply(l, person_ready_encode(l->reply));
}

static bool answer_look(struct login *l) {
        struct bytes asked = bytes_of(secret.request, next_request());
        size_t n;

        if (person_type(asked) == PERSON_PREPARE) {
                if (!answer_prepare(l, asked))
                        return false;
                asked = bytes_of(secret.request, next_request());
        }
        if (person_look_decode(asked, l->asked) < 0)
                return false;
        l->known = nss_lookup(l->asked, &l->found);
        n = person_found_encode(l->known ? &l->found : NULL, l->reply);
        if (n == 0) { /* the name that the name service returned is unusable */
                l->known = false;
                n = person_found_encode(NULL, l->reply);
        }
        return person_reply(l, n);
}

/* PAM is asked about unknown names, too, so that they take as long. */
static bool answer_password(struct login *l) {
        struct person_result result = { 0 };
        int r = person_password_decode(bytes_of(secret.request, next_request()), &secret.password);

        secret_wipe(secret.request, sizeof secret.request);
        if (r < 0)
                return false;
        password_check(l->known ? l->found.name : l->asked, &secret.password, &result);
        secret_wipe(&secret, sizeof secret);
        result.right = result.right && l->known;
        return person_reply(l, person_result_encode(&result, l->reply));
}

int main(void) {
        static struct login login;
        struct err err = { 0 };

        if (!helper_begin(PROGRAM))
                return 2;
        if (give_up(&err) < 0) {
                (void)fprintf(stderr, PROGRAM ": %s\n", err.text);
                return 3;
        }
        if (!answer_look(&login) || !answer_password(&login))
                return 1;
        return next_request() == 0 ? 0 : 1;
}
