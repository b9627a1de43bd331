/* SPDX-License-Identifier: MIT */
/* policy_file.c — see policy_file.h. For showing and comparing: nothing read here is enforced. */
#include "cli/policy/policy_file.h"

#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/verbs.h"
#include "signature/envelope.h"

#include <errno.h>
#include <stdio.h>

/* An envelope is its text in base64 and the signatures: never twice as large. One more byte shows what is too large. */
#define READ_MAX (2 * POLICY_TEXT_MAX + 1)

static bool is_envelope(struct bytes content) {
        static const char begin[] = "-----BEGIN CMS";

        return content.left >= sizeof begin - 1 && memcmp(content.at, begin, sizeof begin - 1) == 0;
}

int policy_file_read(const char *path, uint8_t **ret, size_t *ret_size, struct err *err) {
        auto_free uint8_t *content = NULL;
        size_t size = 0;
        int code = read_argument(path, READ_MAX, &content, &size);

        if (code != EXIT_OK)
                return code;
        if (is_envelope(bytes_of(content, size)))
                return envelope_peek(bytes_of(content, size), ret, ret_size, err) < 0 ? EXIT_REFUSED : EXIT_OK;
        *ret = TAKE(content);
        *ret_size = size;
        return EXIT_OK;
}

int policy_file_compile(const char *path, struct policy **ret) {
        auto_free uint8_t *text = NULL;
        struct err err = { "" };
        size_t size = 0;
        int code = policy_file_read(path, &text, &size, &err);

        if (code == EXIT_OK && policy_compile(bytes_of(text, size), ret, &err) < 0)
                code = EXIT_REFUSED;
        return err.text[0] ? complain_in(EXIT_REFUSED, path, &err) : code;
}
