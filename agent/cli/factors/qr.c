/* SPDX-License-Identifier: MIT */
/* qr.c — QRcode_encodeString(), level L; a character shows two modules, the light ones are drawn. See qr.h. */
#include "cli/factors/qr.h"

#include "base/cleanup.h"
#include "base/secret.h"

#include <errno.h>
#include <qrencode.h>

#define MARGIN 2

static void code_free(QRcode *code) {
        secret_wipe(code->data, (size_t)code->width * (size_t)code->width);
        QRcode_free(code);
}
CLEANUP(code, QRcode *, code_free)

/* Everything outside the code is light. */
static bool is_dark(const QRcode *code, int x, int y) {
        if (x < 0 || y < 0 || x >= code->width || y >= code->width)
                return false;
        return code->data[y * code->width + x] & 1;
}

static void print_row(const QRcode *code, int y, bool colours, FILE *to) {
        static const char *const blocks[2][2] = { { "█", "▀" }, { "▄", " " } }; /* [upper dark][lower dark] */

        (void)fputs(colours ? "\033[40;37;1m" : "", to);
        for (int x = -MARGIN; x < code->width + MARGIN; x++)
                (void)fputs(blocks[is_dark(code, x, y)][is_dark(code, x, y + 1)], to);
        (void)fputs(colours ? "\033[0m\n" : "\n", to);
}

int qr_print(const char *text, int columns, bool colours, FILE *to) {
        AUTO(code) code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);

        if (!code)
                return -ENOMEM;
        if (code->width + 2 * MARGIN > columns)
                return -ENOSPC;
        for (int y = -MARGIN; y < code->width + MARGIN; y += 2)
                print_row(code, y, colours, to);
        return 0;
}
