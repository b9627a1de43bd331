/* SPDX-License-Identifier: MIT */
/* complain.c — vfprintf() to stderr, with the format for the language that language_now() gives. See complain.h. */
#include "cli/complain.h"

#include "cli/language.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

int complain(int code, const char *ja, const char *en, ...) {
        va_list ap;

        (void)fputs("sekimori: ", stderr);
        va_start(ap, en);
        (void)vfprintf(stderr, SAY(language_now(), ja, en), ap);
        va_end(ap);
        (void)fputc('\n', stderr);
        return code;
}

int complain_err(int code, const char *what, const struct err *err) {
        const char *text = err_text(err, language_now());

        return what ? complain(code, "%s: %s", "%s: %s", what, text) : complain(code, "%s", "%s", text);
}

int complain_errno(int code, const char *what, int error) {
        return complain(code, "%s: %s", "%s: %s", what, err_reason(error, language_now()));
}

void complain_note(const char *what, const struct err *err) {
        if (err->text[0])
                (void)complain(EXIT_OK, "%s: 注意: %s", "%s: note: %s", what, err_text(err, language_now()));
}

int complain_in(int code, const char *file, const struct err *err) {
        const char *text = err_text(err, language_now());

        (void)fprintf(stderr, "%s:%s%s\n", file, isdigit((unsigned char)text[0]) ? "" : " ", text);
        return code;
}

int complain_memory(void) {
        return complain(EXIT_COULD_NOT, "メモリーが足りません", "out of memory");
}

int complain_unwritten(void) {
        return complain(EXIT_COULD_NOT, "結果を書き出せません", "cannot write the answer");
}
