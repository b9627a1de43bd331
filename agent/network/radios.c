/* SPDX-License-Identifier: MIT */
/* radios.c — RFKILL_OP_CHANGE_ALL for each type: that also decides how radios begin that are plugged in later. One that
 * somebody switches on is switched off again, by its index. See radios.h. */
#include "network/radios.h"

#include "network/radios_kept.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <linux/rfkill.h>
#include <stdio.h>
#include <string.h>

/* GPS and FM receive; NFC reaches as far as a card does. */
static const enum radio_sort *sort_of(uint8_t type) {
        static const enum radio_sort wireless = RADIO_SORT_WIRELESS, bluetooth = RADIO_SORT_BLUETOOTH;
        static const enum radio_sort *const sorts[NUM_RFKILL_TYPES] = {
                [RFKILL_TYPE_WLAN] = &wireless, [RFKILL_TYPE_UWB] = &wireless,        [RFKILL_TYPE_WIMAX] = &wireless,
                [RFKILL_TYPE_WWAN] = &wireless, [RFKILL_TYPE_BLUETOOTH] = &bluetooth,
        };

        return type < NUM_RFKILL_TYPES ? sorts[type] : NULL;
}

static bool is_of_sort(uint8_t type, enum radio_sort sort) {
        return sort_of(type) && *sort_of(type) == sort;
}

static int radios_switch(const struct radios *r, struct rfkill_event event) {
        ssize_t n;

        do
                n = write(r->fd, &event, sizeof event);
        while (n < 0 && errno == EINTR);
        return n < 0 ? -errno : n < (ssize_t)sizeof event ? -EIO : 0;
}

static int sort_switch(const struct radios *r, enum radio_sort sort, bool off) {
        int worst = 0;

        for (uint8_t type = 0; type < NUM_RFKILL_TYPES; type++) {
                int result = is_of_sort(type, sort) ? radios_switch(
                                     r, (struct rfkill_event){ .type = type, .op = RFKILL_OP_CHANGE_ALL, .soft = off })
                                                    : 0;

                worst = result < 0 ? result : worst;
        }
        return worst;
}

/* The directory of what has the radio: "devices/…/ieee80211" of "../../devices/…/ieee80211/phy0/rfkill2". The numbers
 * of both are others after the next boot. "-" where it cannot be read. */
static void radio_path(const struct radios *r, uint32_t index, char ret[RADIOS_KEPT_PATH]) {
        char link[64], target[RADIOS_KEPT_PATH + 64], *at = target;
        ssize_t n;

        (void)snprintf(ret, RADIOS_KEPT_PATH, "-");
        (void)snprintf(link, sizeof link, "class/rfkill/rfkill%u", index);
        n = readlinkat(r->sys, link, target, sizeof target - 1);
        if (n < 0 || (size_t)n == sizeof target - 1)
                return;
        target[n] = '\0';
        while (strncmp(at, "../", 3) == 0)
                at += 3;
        for (unsigned i = 0; i < 2 && strrchr(at, '/'); i++)
                *strrchr(at, '/') = '\0';
        if (strncmp(at, "devices/", 8) == 0 && strlen(at) < RADIOS_KEPT_PATH && !strchr(at, '\n'))
                memcpy(ret, at, strlen(at) + 1);
}

static struct radio *radio_find(struct radios *r, uint32_t index) {
        for (size_t i = 0; i < r->n_known; i++)
                if (r->known[i].index == index)
                        return &r->known[i];
        return NULL;
}

static void radio_forget(struct radios *r, uint32_t index) {
        struct radio *radio = radio_find(r, index);

        if (radio)
                *radio = r->known[--r->n_known];
}

static void radio_keep_off(struct radios *r, const struct radio *radio) {
        unsigned long untold;
        int result = radios_switch(
                r,
                (struct rfkill_event){ .idx = radio->index, .type = radio->type, .op = RFKILL_OP_CHANGE, .soft = 1 });

        r->switched_off++;
        if (limit_allows(&r->told, &untold))
                r->tell(r->ctx, radio, result, untold);
}

static void radio_take(struct radios *r, const struct rfkill_event *e) {
        struct radio beyond = { 0 }, *radio = radio_find(r, e->idx);

        if (e->op == RFKILL_OP_DEL) {
                radio_forget(r, e->idx);
                return;
        }
        if (!radio)
                radio = r->n_known < RADIOS_MAX ? &r->known[r->n_known++] : &beyond;
        *radio = (struct radio){ e->idx, e->type, e->soft != 0 };
        if (!radio->is_off && sort_of(e->type) && r->holds[*sort_of(e->type)])
                radio_keep_off(r, radio);
}

int radios_heard(struct radios *r) {
        struct rfkill_event event;
        ssize_t n;

        while ((n = read(r->fd, &event, sizeof event)) == (ssize_t)sizeof event || (n < 0 && errno == EINTR))
                if (n > 0)
                        radio_take(r, &event);
        return n < 0 && errno == EAGAIN ? 0 : n < 0 ? -errno : -EBADMSG;
}

/* Before the first time: which are off by somebody else's will. */
static void sort_remember(struct radios *r, struct radios_kept *k, enum radio_sort sort) {
        k->held[sort] = true;
        for (size_t i = 0; i < r->n_known; i++) {
                const bool is_full = k->n_off == RADIOS_MAX;
                struct radio_kept *to = &k->off[is_full ? RADIOS_MAX - 1 : k->n_off];

                if (!r->known[i].is_off || !is_of_sort(r->known[i].type, sort))
                        continue;
                *to = (struct radio_kept){ r->known[i].type, "-" }; /* no room for each: all of them */
                if (!is_full)
                        radio_path(r, r->known[i].index, to->path);
                k->n_off += !is_full;
        }
}

/* Radios begin on, unless the kernel was told otherwise. */
static bool begins_on(const struct radios *r) {
        auto_fd dir = directory_open(r->sys, "module/rfkill/parameters");
        char text[8];

        return dir >= 0 && file_read_line(dir, "default_state", text, sizeof text) > 0 && text[0] == '1';
}

/* The kernel tells nobody how radios of a type begin, and switching that switches all of them: those that were off
 * before follow at once. */
static int sort_let_go(struct radios *r, struct radios_kept *k, enum radio_sort sort) {
        int result = begins_on(r) ? sort_switch(r, sort, false) : -ENODATA;
        size_t left = 0;
        char path[RADIOS_KEPT_PATH];

        for (size_t i = 0; result == 0 && i < r->n_known; i++) {
                radio_path(r, r->known[i].index, path);
                if (is_of_sort(r->known[i].type, sort) && radios_kept_says_off(k, r->known[i].type, path))
                        result = radios_switch(r, (struct rfkill_event){ .idx = r->known[i].index,
                                                                         .type = r->known[i].type,
                                                                         .op = RFKILL_OP_CHANGE,
                                                                         .soft = 1 });
        }
        for (size_t i = 0; i < k->n_off; i++)
                if (!is_of_sort(k->off[i].type, sort))
                        k->off[left++] = k->off[i];
        k->n_off = left;
        k->held[sort] = false;
        return result;
}

static int radios_kept_say(struct err *err, int r) {
        return err_say_errno(err, r, "無線機能の元の状態の控え（%s）を使えません", "what radios were like before (%s)",
                             RADIOS_KEPT);
}

int radios_follow(struct radios *r, const bool off[RADIO_SORTS], struct err *err) {
        struct radios_kept k = { 0 };
        int kept = radios_kept_read(r->state, &k), result = radios_heard(r);

        if (kept < 0)
                radios_kept_say(err, kept);
        for (enum radio_sort sort = 0; sort < RADIO_SORTS; sort++) {
                r->holds[sort] = off[sort];
                if (off[sort] && !k.held[sort])
                        sort_remember(r, &k, sort);
        }
        if (kept == 0)
                kept = radios_kept_write(r->state, &k, err);
        for (enum radio_sort sort = 0; sort < RADIO_SORTS; sort++) {
                int switched = off[sort] ? sort_switch(r, sort, true) : k.held[sort] ? sort_let_go(r, &k, sort) : 0;

                if (switched < 0)
                        result = err_say_errno(err, switched, "無線機能を切り替えられません", "switch radios");
        }
        return result < 0 ? result : kept < 0 ? kept : radios_kept_write(r->state, &k, err);
}

int radios_undo(struct radios *r, struct err *err) {
        return radios_follow(r, (const bool[RADIO_SORTS]){ false, false }, err);
}
