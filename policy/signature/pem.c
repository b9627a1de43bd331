/* SPDX-License-Identifier: MIT */
/* pem.c — EVP_DecodeBlock(); refused where EVP_EncodeBlock() does not give the same base64 again. See pem.h. */
#include "signature/pem.h"

#include "base/cleanup.h"
#include "signature/crypto.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

struct bytes pem_line(struct bytes *in) {
        const uint8_t *end = in->left ? memchr(in->at, '\n', in->left) : NULL;
        struct bytes line = bytes_take(in, end ? (size_t)(end - in->at) : in->left);

        if (end)
                (void)bytes_take(in, 1);
        if (end && line.left && line.at[line.left - 1] == '\r')
                line.left--;
        return line;
}

static bool line_is(struct bytes line, const char *edge, const char *label) {
        char want[64];

        (void)snprintf(want, sizeof want, "-----%s %s-----", edge, label);
        return bytes_equal(line, bytes_text(want));
}

/* Decoded and encoded again it must be what it was: that refuses stray characters, early padding and loose bits. */
static int pem_decode(struct bytes base64, uint8_t *to, size_t *ret_size) {
        auto_free uint8_t *again = malloc(base64.left + 1);
        size_t padding = 0;

        if (!again)
                return -ENOMEM;
        if (base64.left == 0 || base64.left % 4 || base64.left > INT_MAX
            || EVP_DecodeBlock(to, base64.at, (int)base64.left) < 0)
                return -EBADMSG;
        while (padding < 2 && base64.at[base64.left - 1 - padding] == '=')
                padding++;
        *ret_size = base64.left / 4 * 3 - padding;
        (void)EVP_EncodeBlock(again, to, (int)*ret_size);
        return memcmp(again, base64.at, base64.left) == 0 ? 0 : -EBADMSG;
}

/* The lines up to the END line, put together. */
static bool pem_collect(struct bytes *in, const char *label, struct bytes_out *to) {
        while (in->left) {
                struct bytes line = pem_line(in);

                if (line_is(line, "END", label))
                        return true;
                if (line.left == 0)
                        return false;
                bytes_put(to, line.at, line.left);
        }
        return false;
}

static int refuse_start(struct bytes in, const char *label, struct err *err) {
        if (in.left > 1 && in.at[0] == 0x30 && in.at[1] >= 0x80)
                return err_say(err, -EBADMSG, "バイナリー（DER）です。PEM 形式（-----BEGIN で始まる文字の形）にします",
                               "binary (DER), where PEM is expected");
        return err_say(err, -EBADMSG, "「-----BEGIN %s-----」で始まっていません",
                       "does not begin with '-----BEGIN %s-----'", label);
}

int pem_read(struct bytes *in, const char *label, uint8_t **ret, size_t *ret_size, struct err *err) {
        auto_free uint8_t *base64 = malloc(in->left + 1), *der = malloc(in->left + 1);
        struct bytes rest = *in;
        struct bytes_out lines = bytes_into(base64, in->left);
        size_t size;
        int r;

        if (!base64 || !der)
                return err_say(err, -ENOMEM, "PEM: メモリーが足りません", "no memory for a PEM block");
        if (!line_is(pem_line(&rest), "BEGIN", label))
                return refuse_start(*in, label, err);
        if (!pem_collect(&rest, label, &lines))
                return err_say(err, -EBADMSG, "途中に空行があるか、「-----END %s-----」がありません",
                               "the PEM block has a blank line or no '-----END %s-----'", label);
        r = pem_decode(bytes_of(base64, lines.used), der, &size);
        if (r < 0)
                return err_say(err, r, "PEM の中身が正しい base64 ではありません", "the PEM block is not clean base64");
        *in = rest;
        *ret = TAKE(der);
        *ret_size = size;
        return 0;
}
