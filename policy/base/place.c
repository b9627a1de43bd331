/* SPDX-License-Identifier: MIT */
/* place.c — formats the reason in both languages, then puts "line:column" before it (err_wrap). See place.h. */
#include "base/place.h"

#include <errno.h>
#include <stdio.h>

int refuse_at_list(struct err *err, struct place at, const char *ja, const char *en, va_list ap) {
        va_list again;

        if (!err)
                return -EBADMSG;
        va_copy(again, ap);
        (void)vsnprintf(err->ja, sizeof err->ja, ja, again);
        va_end(again);
        (void)vsnprintf(err->text, sizeof err->text, en, ap);
        return err_wrap(err, -EBADMSG, "%u:%u", at.line, at.column);
}

int refuse_at(struct err *err, struct place at, const char *ja, const char *en, ...) {
        va_list ap;
        int r;

        va_start(ap, en);
        r = refuse_at_list(err, at, ja, en, ap);
        va_end(ap);
        return r;
}

int refuse_memory(struct err *err) {
        return err_say(err, -ENOMEM, "ポリシー: メモリーが足りません", "policy: out of memory");
}
