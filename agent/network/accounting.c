/* SPDX-License-Identifier: MIT */
/* accounting.c — see accounting.h. */
#include "network/accounting.h"

#include "host/file.h"

#include <errno.h>
#include <string.h>

#define SWITCH "netfilter/nf_conntrack_acct"
#define EVENTS "netfilter/nf_conntrack_events"
#define ON "1"
#define OFF "0"

/* 1: it stands at off; 0: it does not. */
static int is_off(int net, const char *name) {
        char word[4];
        int r = file_read_word(net, name, word, sizeof word);

        return r < 0 ? r : strcmp(word, OFF) == 0;
}

static int accounting_begin(int net, int kept) {
        int off = is_off(net, SWITCH), r;

        if (off != 1)
                return off;
        r = file_replace(kept, ACCOUNTING_KEPT, bytes_text(OFF "\n"), 0600, NULL);
        return r < 0 ? r : file_poke(net, SWITCH, ON);
}

int accounting_hold(int net, int kept) {
        int r = accounting_begin(net, kept);

        return r == 0 && is_off(net, EVENTS) == 1 ? -ENODATA : r;
}

int accounting_undo(int net, int kept, struct err *err) {
        char word[4];
        int r = file_read_word(kept, ACCOUNTING_KEPT, word, sizeof word);

        if (r == -ENOENT)
                return 0;
        r = file_poke(net, SWITCH, OFF); /* nothing else is ever written down */
        if (r == 0 || r == -ENOENT)
                r = file_remove(kept, ACCOUNTING_KEPT);
        return r < 0 ? err_say_errno(err, r, "通信量の数え方を元に戻せません", "put the counting of connections back")
                     : 0;
}
