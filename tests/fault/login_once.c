/* SPDX-License-Identifier: MIT */
/* login_once.c — reads what one person has, and changes one thing, as the agent does. For trying to kill.
 *
 * usage: login-once STATE [count STEP | seal LABEL | codes ID]
 *   count   takes STEP as the last accepted one of token 1
 *   seal    gives the person one token with this label; 'none' takes it away
 *   codes   gives the person a set of recovery codes with this id
 * Prints "STEP LABEL ID" as found, "accepted" where the change is durable, and errors to stderr. 0 ok, 1 refused or
 * failed, 3 what is there cannot be read. */
#include "auth/totp.h"
#include "store/factors.h"
#include "store/tally.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define USER "tanaka"

struct place {
        struct tallies *tallies;
        struct factors_store *store;
        struct tally tally;
        struct factors factors;
};

static int place_open(struct place *p, const char *state, struct err *err) {
        auto_fd fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int r = fd < 0 ? err_set(err, -1, "open '%s'", state) : tallies_open(fd, &p->tallies, err);

        return r < 0 ? r : factors_open(fd, "/nonexistent", &p->store, err);
}

static int place_read(struct place *p, struct err *err) {
        int r = tally_read(p->tallies, USER, &p->tally, err);

        if (r == 0)
                r = factors_read(p->store, USER, &p->factors, err);
        if (r < 0)
                return r;
        (void)printf("%" PRIu64 " %s %" PRIu32 "\n", totp_mark(&p->tally, 1)->step,
                     p->factors.n_tokens ? p->factors.tokens[0].label : "none", p->factors.codes_id);
        return fflush(stdout);
}

static int count(struct place *p, const char *step, struct err *err) {
        totp_mark(&p->tally, 1)->step = strtoull(step, NULL, 10);
        return tally_write(p->tallies, USER, &p->tally, err);
}

static int seal(struct place *p, const char *label, struct err *err) {
        struct token *t = &p->factors.tokens[0];

        *t = (struct token){ .n_secret = 20, .digits = 6, .period_s = 30, .id = 1 };
        (void)snprintf(t->label, sizeof t->label, "%s", label);
        p->factors.n_tokens = strcmp(label, "none") != 0;
        return factors_write(p->store, USER, &p->factors, err);
}

static int codes(struct place *p, const char *id, struct err *err) {
        p->factors.codes_id = (uint32_t)strtoul(id, NULL, 10);
        p->factors.n_codes = FACTORS_CODES;
        return factors_write(p->store, USER, &p->factors, err);
}

static const struct {
        const char *name;
        int (*change)(struct place *p, const char *to, struct err *err);
} changes[] = { { "count", count }, { "seal", seal }, { "codes", codes } };

static int change(struct place *p, const char *name, const char *to, struct err *err) {
        for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
                if (strcmp(changes[i].name, name) == 0)
                        return changes[i].change(p, to, err);
        return err_set(err, -1, "no such change");
}

int main(int argc, char **argv) {
        struct place p = { 0 };
        struct err err = { "" };
        int r, found;

        if (argc != 2 && argc != 4)
                return 2;
        r = place_open(&p, argv[1], &err);
        found = r < 0 ? r : place_read(&p, &err);
        if (found == 0 && argc == 4)
                r = change(&p, argv[2], argv[3], &err);
        if (r < 0 || found < 0)
                (void)fprintf(stderr, "%s\n", err.text);
        else if (argc == 4)
                (void)printf("accepted\n");
        factors_close(p.store);
        tallies_close(p.tallies);
        return found < 0 && r == 0 ? 3 : r < 0;
}
