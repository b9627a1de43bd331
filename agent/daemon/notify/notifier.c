/* SPDX-License-Identifier: MIT */
/* notifier.c — a device that was notified holds one of four places for 3 s; meanwhile its next notice, or that of a
 * device without a place, waits for a timer, is replaced by a later one, and reaches its user only if that user is
 * still at the seat. See notifier.h. */
#include "notify/notifier.h"

#include "host/clock.h"
#include "text/words.h"

#include <errno.h>
#include <systemd/sd-login.h>

#define FOLD_MS 3000
#define AT_ONCE 4

struct notifier_told {
        uint64_t device;
        int64_t until_ms; /* until then, further notices for this place wait */
};

struct notifier {
        struct peers *peers;
        peers_seated *seated;
        struct notifier_told told[AT_ONCE];
        struct timer when; /* sends the notice held back; not armed while there is none */
        struct notice held;
        enum language held_language;
        uid_t held_for;
        unsigned n_held; /* 0: nothing is held back */
};

static uid_t seated_by_logind(void) {
        uid_t uid;

        return sd_seat_get_active("seat0", NULL, &uid) < 0 ? NOBODY : uid;
}

/* The place of this device, or the one that has been quiet longest. */
static struct notifier_told *place_of(struct notifier *n, uint64_t device) {
        struct notifier_told *place = &n->told[0];

        for (size_t i = 0; i < AT_ONCE; i++) {
                if (n->told[i].device == device)
                        return &n->told[i];
                if (n->told[i].until_ms < place->until_ms)
                        place = &n->told[i];
        }
        return place;
}

static void notifier_send(struct notifier *n, const struct notice *what, uid_t uid) {
        uint8_t message[NOTICE_MAX];
        size_t size = notice_encode(what, message);

        *place_of(n, what->device) = (struct notifier_told){ .device = what->device, .until_ms = clock_ms() + FOLD_MS };
        if (size)
                peers_send(n->peers, uid, message, size);
}

/* Sends only to the user it was meant for: somebody else may sit there by now. */
static void turn_came(struct timer *t, bool clock_was_set) {
        struct notifier *n = container_of(t, struct notifier, when);
        struct notice *what = &n->held;

        (void)clock_was_set;
        words_more(n->held_language, n->n_held - 1, what->body, sizeof what->body);
        words_more(LANGUAGE_EN, n->n_held - 1, what->line, sizeof what->line);
        n->n_held = 0;
        notifier_send(n, what, n->seated() == n->held_for ? n->held_for : NOBODY);
}

static void notifier_hold(struct notifier *n, const struct notice *what, enum language l) {
        if (n->n_held++ == 0)
                (void)timer_in_ms(&n->when, FOLD_MS);
        n->held = *what;
        n->held_language = l;
        n->held_for = n->seated();
}

/* A contact that the console cannot show (ADR 0055) is left out: the text then says "your IT section". */
static const char *shown_on_console(const char *contact) {
        for (const char *c = contact; *c; c++)
                if ((unsigned char)*c > 0x7f)
                        return "";
        return contact;
}

static void notifier_say(enum language l, const struct news *w, const char *contact, char *to, size_t size) {
        if (w->kind == NOTICE_ENDING)
                words_ending(l, w->facts, w->end_minute, to, size);
        else if (w->kind == NOTICE_REVOKED)
                words_revocation(l, w->facts, w->verdict, w->request, contact, to, size);
        else
                words_refusal(l, w->facts, w->verdict, w->request, contact, to, size);
}

/* Every notice stays until somebody has read it: it has a number to be read out, or asks to save work. */
static void notifier_compose(enum language l, const char *contact, const struct news *w, struct notice *ret) {
        *ret = (struct notice){ .kind = w->kind, .urgency = NOTICE_CRITICAL };
        memcpy(&ret->device, w->facts->fingerprint, sizeof ret->device);
        words_add(ret->request, sizeof ret->request, "%s", w->request);
        words_title(l, w->kind, w->request, ret->title, sizeof ret->title);
        notifier_say(l, w, contact, ret->body, sizeof ret->body);
        notifier_say(LANGUAGE_EN, w, shown_on_console(contact), ret->line, sizeof ret->line);
}

void notifier_tell(struct notifier *n, const struct policy *p, const struct news *news) {
        enum language l = language_of(p ? policy_language(p) : NULL);
        struct notice what;

        if (!n || !peers_any(n->peers))
                return;
        notifier_compose(l, p ? policy_contact(p) : "", news, &what);
        if (clock_ms() < place_of(n, what.device)->until_ms)
                notifier_hold(n, &what, l);
        else
                notifier_send(n, &what, n->seated());
}

int notifier_new(struct loop *l, const char *runtime_dir, peers_seated *seated, struct notifier **ret,
                 struct err *err) {
        auto_notifier n = calloc(1, sizeof *n);
        int r;

        if (!n)
                return err_set(err, -ENOMEM, "notices");
        n->seated = seated ? seated : seated_by_logind;
        r = timer_init(&n->when, l, CLOCK_MONOTONIC, turn_came);
        if (r == 0)
                r = peers_listen(l, runtime_dir, n->seated, &n->peers);
        if (r < 0)
                return err_errno(err, r, "%s/%s", runtime_dir, NOTICE_SOCKET);
        *ret = TAKE(n);
        return 0;
}

void notifier_free(struct notifier *n) {
        if (!n)
                return;
        timer_deinit(&n->when);
        peers_free(n->peers);
        free(n);
}
