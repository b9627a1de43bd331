/* SPDX-License-Identifier: MIT */
/* throttle.c — a tally entry for each place; each failure beyond `attempts` doubles the pause. See throttle.h. */
#include "auth/throttle.h"

#include "host/digest.h"
#include "text/line.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_S (8 * 3600)
#define FORGOTTEN_S (24 * 3600)
#define IN_A_ROW 100 /* SP 800-63B §5.2.2 */
#define PLACES_OF_A_KIND (TALLY_PLACES / 2)

static void throttle_name(const char *seat, const char *tty, const char *rhost, char *to, size_t size) {
        tty = line_name(tty);
        if (*rhost)
                (void)snprintf(to, size, "host %s", rhost);
        else if (*seat || line_is_console(tty))
                (void)snprintf(to, size, "seat %s", *seat ? seat : "seat0");
        else
                (void)snprintf(to, size, "line %s", strncmp(tty, "pts/", 4) == 0 ? "pts" : tty);
}

/* A digest and not a quick hash: strangers choose names of hosts, and must not be able to choose somebody else's place.
 */
uint64_t throttle_place(const char *seat, const char *tty, const char *rhost) {
        uint8_t digest[DIGEST_SIZE] = { 0 };
        char name[512];
        struct bytes b;
        uint64_t place;

        throttle_name(seat, tty, rhost, name, sizeof name);
        (void)digest_sha256(bytes_text(name), digest);
        b = bytes_of(digest, sizeof digest);
        place = bytes_u64(&b);
        return place ? place : 1;
}

/* A stranger at the seat is somebody who stands there: no crowd from elsewhere uses up their turn, nor they others'. */
static uint64_t seats_place(void) {
        return throttle_place("seat0", "", "");
}

static struct tally_place *throttle_find(struct tally *t, uint64_t place) {
        for (size_t i = 0; i < TALLY_PLACES; i++)
                if (t->places[i].place == place)
                        return &t->places[i];
        return NULL;
}

/* Failures here that still count. */
static uint32_t failures_at(const struct tally_place *p, const struct login_terms *terms, int64_t now_s) {
        int64_t since = p->failures <= terms->throttle.attempts ? p->first_s : p->last_s;
        int64_t kept = p->failures <= terms->throttle.attempts ? terms->throttle.within_s : FORGOTTEN_S;

        return now_s - since > kept ? 0 : p->failures;
}

static int64_t pause_after(uint32_t failures, const struct login_terms *terms) {
        int64_t pause = terms->throttle.pause_s / 4;
        uint32_t over = failures > terms->throttle.attempts ? failures - terms->throttle.attempts : 0;

        if (over == 0)
                return 0;
        for (pause = pause > 0 ? pause : 1; over > 1 && pause < LONGEST_S; over--)
                pause *= 2;
        return pause < LONGEST_S ? pause : LONGEST_S;
}

/* What is left of a pause that began at began_s; 0 if that lies in the future. */
static int64_t left_of(int64_t pause, int64_t began_s, int64_t now_s) {
        return now_s < began_s || now_s - began_s >= pause ? 0 : pause - (now_s - began_s);
}

/* The latest failure at places where the person never logged in, but for the seat: these places share one turn. */
static int64_t latest_of_strangers(const struct tally *t, uint64_t seat) {
        int64_t latest = INT64_MIN;

        for (size_t i = 0; i < TALLY_PLACES; i++)
                if (t->places[i].failures && !t->places[i].known && t->places[i].last_s > latest
                    && t->places[i].place != seat)
                        latest = t->places[i].last_s;
        return latest;
}

int64_t throttle_wait(const struct tally *t, const struct login_terms *terms, uint64_t place, int64_t now_s) {
        const struct tally_place *p = throttle_find((struct tally *)t, place);
        const uint64_t seat = seats_place();
        bool failed = p && p->failures, own = (p && p->known) || place == seat;
        int64_t here = 0, anywhere = 0, latest = !own ? latest_of_strangers(t, seat) : p ? p->last_s : INT64_MIN;

        if (failed)
                here = left_of(pause_after(failures_at(p, terms, now_s), terms), p->last_s, now_s);
        if (t->failures > IN_A_ROW && (failed || !own) && latest != INT64_MIN)
                anywhere = left_of(terms->throttle.pause_s, latest, now_s);
        return here > anywhere ? here : anywhere;
}

/* The places where the person has logged in make room for each other, and so do the others: strangers push none of the
 * person's out, nor the seat's, and find as much room whoever the person is. */
static struct tally_place *make_room(struct tally *t, bool known) {
        struct tally_place *unused = NULL, *quietest = NULL;
        const uint64_t seat = seats_place();
        size_t n = 0;

        for (struct tally_place *p = t->places; p < t->places + TALLY_PLACES; p++) {
                if (!p->place) {
                        unused = unused ? unused : p;
                } else if (p->known == known) {
                        n++;
                        if (p->place != seat && (!quietest || p->last_s < quietest->last_s))
                                quietest = p;
                }
        }
        if (unused && n < PLACES_OF_A_KIND)
                return unused;
        return quietest ? quietest : t->places;
}

void throttle_failed(struct tally *t, const struct login_terms *terms, uint64_t place, int64_t now_s) {
        struct tally_place *p = throttle_find(t, place);

        if (!p) {
                p = make_room(t, false);
                *p = (struct tally_place){ .place = place };
        }
        p->failures = failures_at(p, terms, now_s);
        if (p->failures == 0 || p->first_s > now_s)
                p->first_s = now_s;
        p->last_s = now_s;
        p->failures += p->failures < UINT32_MAX;
        t->failures += t->failures < UINT32_MAX;
}

void throttle_succeeded(struct tally *t, uint64_t place) {
        struct tally_place *p = throttle_find(t, place);

        if (p && !p->known)
                *p = (struct tally_place){ 0 };
        if (!p || !p->known)
                p = make_room(t, true);
        *p = (struct tally_place){ .place = place, .known = true, .last_s = t->clock_s };
        t->failures = 0;
}

void throttle_forgive(struct tally *t) {
        memset(t->places, 0, sizeof t->places);
        t->failures = 0;
}
