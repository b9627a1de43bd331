/* SPDX-License-Identifier: MIT */
/* section.c — the sections beside `devices:`. What a policy says about exceptions is checked and not kept. */
#include "language/compile.h"

#include "base/quote.h"
#include "language/typing.h"
#include "language/value.h"
#include "signature/crypto.h"

#include <errno.h>
#include <string.h>

int refuse_unless_duration(const struct compiler *c, uint32_t node, const char *key, const char *s, uint32_t *ret_s) {
        if (!s || duration_parse(s, ret_s))
                return 0;
        return misfit_hint(c->err,
                           refuse(c, node, key, "%s の「%s」は 30s、15m、8h、7d のような長さではありません",
                                  "%s '%s' is not a duration like 30s, 15m, 8h or 7d", key, shown(s).text),
                           s);
}

static int exceptions_check(const struct compiler *c, const struct draft_exceptions *d, uint32_t node) {
        uint64_t approvers;
        uint32_t longest_s;
        int r = refuse_unless_number(c, node, "approvers", d->approvers, 1, 16, &approvers);

        return r < 0 ? r : refuse_unless_duration(c, node, "longest", d->longest, &longest_s);
}

static const char *const section_names[SECTION_COUNT] = { "exceptions", "audit" };

const char *section_name(enum section s) {
        return section_names[s];
}

/* From the beginning of a line to the end of the text. */
static struct bytes text_from_line(struct bytes text, unsigned line) {
        for (unsigned at = 1; at < line && text.left; at++) {
                const uint8_t *end = memchr(text.at, '\n', text.left);

                (void)bytes_take(&text, end ? (size_t)(end - text.at) + 1 : text.left);
        }
        return text;
}

/* The section's lines, up to the next key of the policy: enough to see that something in it changed. */
static int section_note(const struct compiler *c, enum section s, uint32_t node) {
        struct place at = outline_key_place(c->outline, node);
        uint32_t next = outline_next(c->outline, node);
        struct bytes lines = text_from_line(c->text, at.line);

        if (next != NODE_NONE && outline_key_place(c->outline, next).line > at.line)
                lines.left -= text_from_line(c->text, outline_key_place(c->outline, next).line).left;
        c->policy->at_sections[s] = at;
        if (EVP_Digest(lines.at, lines.left, c->policy->section_digests[s], NULL, EVP_sha256(), NULL) != 1)
                return refuse_memory(c->err);
        return 0;
}

int sections_compile(const struct compiler *c, const struct draft *d) {
        uint32_t nodes[SECTION_COUNT] = { 0 };
        int r = 0;

        crypto_start();
        c->policy->login.terms = login_terms_default;
        for (unsigned i = 0; r == 0 && i < SECTION_COUNT; i++) {
                nodes[i] = outline_key(c->outline, NODE_ROOT, section_names[i]);
                if (nodes[i] != NODE_NONE)
                        r = section_note(c, (enum section)i, nodes[i]);
        }
        if (r == 0 && d->login)
                r = login_compile(c, d->login, outline_key(c->outline, NODE_ROOT, "login"));
        if (r == 0 && d->network)
                r = network_compile(c, d->network, outline_key(c->outline, NODE_ROOT, "network"));
        if (r == 0 && d->exceptions)
                r = exceptions_check(c, d->exceptions, nodes[SECTION_EXCEPTIONS]);
        if (r == 0 && d->audit)
                r = refuse_unless_duration(c, nodes[SECTION_AUDIT], "keep", d->audit->keep, &c->policy->audit_keep_s);
        return r;
}
