/* SPDX-License-Identifier: MIT */
/* login.c — checks what a policy says about login, exceptions and audit. Two factors of one class are one factor. */
#include "compile.h"

#include "crypto.h"
#include "quote.h"
#include "value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum class { KNOWLEDGE, POSSESSION, CLASS_COUNT };

static const char *const class_words[CLASS_COUNT] = { "知識", "所持" };

enum factor { PASSWORD, PIN, TOTP, CARD, RECOVERY, FACTOR_COUNT };

static const struct {
        const char *name;
        enum class class;
} factors[FACTOR_COUNT] = {
        [PASSWORD] = { "password", KNOWLEDGE },  [PIN] = { "pin", KNOWLEDGE },
        [TOTP] = { "totp", POSSESSION },         [CARD] = { "card", POSSESSION },
        [RECOVERY] = { "recovery", POSSESSION },
};

/* One alternative of `require:`, taken apart. */
struct alternative {
        unsigned factors, classes; /* bit sets */
        char words[128];           /* 所持+所持 */
        const char *fault;
};

static int factor_find(const char *s, size_t n) {
        for (int i = 0; i < FACTOR_COUNT; i++)
                if (strlen(factors[i].name) == n && strncmp(factors[i].name, s, n) == 0)
                        return i;
        return -1;
}

static void factor_add(struct alternative *a, int factor) {
        size_t used = strlen(a->words);

        if (a->factors & 1U << factor)
                a->fault = "names one factor twice";
        (void)snprintf(a->words + used, sizeof a->words - used, "%s%s", used ? "+" : "",
                       class_words[factors[factor].class]);
        a->factors |= 1U << factor;
        a->classes |= 1U << factors[factor].class;
}

static struct alternative alternative_parse(const char *s) {
        struct alternative a = { 0 };

        for (;;) {
                size_t n = strcspn(s, "+");
                int factor = factor_find(s, n);

                if (factor < 0)
                        a.fault = "names an unknown factor; there are password, pin, totp, card, recovery";
                if (a.fault)
                        return a;
                factor_add(&a, factor);
                if (s[n] == '\0')
                        break;
                s += n + 1;
        }
        if (a.factors & 1U << PIN && !(a.factors & 1U << CARD))
                a.fault = "asks for a pin without a card; the pin is the card's";
        return a;
}

static int alternative_check(const struct compiler *c, uint32_t item, const char *s, bool has_card) {
        struct alternative a = alternative_parse(s);

        if (a.fault)
                return refuse(c, item, NULL, "%s %s", quote(s).text, a.fault);
        if (a.classes != (1U << KNOWLEDGE | 1U << POSSESSION))
                return refuse(c, item, NULL, "%s is %s: one class of factor; 知識 and 所持 are both needed",
                              quote(s).text, a.words);
        if (a.factors & 1U << CARD && !has_card)
                return refuse(c, item, NULL, "%s asks for a card, but login says nothing in card:", quote(s).text);
        return 0;
}

static int entry_check(const struct compiler *c, const struct draft_entry *e, uint32_t node, bool has_card) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "require"));
        int r = refuse_unless_line(c, node, "name", e->name);

        if (r == 0)
                r = refuse_unless_people(c, node, e->users, e->n_users);
        for (unsigned i = 0; r == 0 && i < e->n_require; i++, item = outline_next(c->outline, item))
                r = alternative_check(c, item, e->require[i], has_card);
        item = outline_first(c->outline, outline_key(c->outline, node, "services"));
        for (unsigned i = 0; r == 0 && i < e->n_services; i++, item = outline_next(c->outline, item))
                if (line_fault(e->services[i]) || strpbrk(e->services[i], "/ "))
                        r = refuse(c, item, NULL, "%s is not the name of a PAM service", quote(e->services[i]).text);
        return r;
}

static int entry_name_check(const struct compiler *c, const struct draft_login *d, unsigned entry, uint32_t node) {
        for (unsigned i = 0; i < entry; i++)
                if (strcmp(d->rules[i].name, d->rules[entry].name) == 0)
                        return refuse(c, node, "name", "a rule before this one is called %s already",
                                      quote(d->rules[entry].name).text);
        return 0;
}

static int refuse_unless_duration(const struct compiler *c, uint32_t node, const char *key, const char *s) {
        uint32_t ignored;

        if (!s || duration_parse(s, &ignored))
                return 0;
        return refuse(c, node, key, "%s %s is not a duration like 30s, 15m, 8h or 7d", key, quote(s).text);
}

static int throttle_check(const struct compiler *c, const struct draft_throttle *d, uint32_t node) {
        uint64_t ignored;
        /* SP 800-63B: no more than 100 failures in a row. */
        int r = refuse_unless_number(c, node, "attempts", d->attempts, 1, 100, &ignored);

        if (r == 0)
                r = refuse_unless_duration(c, node, "within", d->within);
        return r < 0 ? r : refuse_unless_duration(c, node, "for", d->pause);
}

/* RFC 6238 and RFC 4226 §5.3; more than two steps of skew would accept a code for minutes. */
static int totp_check(const struct compiler *c, const struct draft_totp *d, uint32_t node) {
        uint64_t ignored;
        int r = refuse_unless_number(c, node, "digits", d->digits, 6, 8, &ignored);

        if (r == 0)
                r = refuse_unless_number(c, node, "period", d->period, 15, 120, &ignored);
        return r < 0 ? r : refuse_unless_number(c, node, "skew", d->skew, 0, 2, &ignored);
}

static int card_check(const struct compiler *c, const struct draft_card *d, uint32_t node) {
        if (d->module[0] != '/' || line_fault(d->module) || strstr(d->module, "/../"))
                return refuse(c, node, "module", "%s is not an absolute path", quote(d->module).text);
        return refuse_unless_duration(c, node, "crl_grace", d->crl_grace);
}

int login_check(const struct compiler *c, const struct draft_login *d, uint32_t node) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "rules"));
        int r = d->throttle ? throttle_check(c, d->throttle, outline_key(c->outline, node, "throttle")) : 0;

        if (r == 0 && d->totp)
                r = totp_check(c, d->totp, outline_key(c->outline, node, "totp"));
        if (r == 0 && d->card)
                r = card_check(c, d->card, outline_key(c->outline, node, "card"));
        for (unsigned i = 0; r == 0 && i < d->n_rules; i++, item = outline_next(c->outline, item)) {
                r = entry_check(c, &d->rules[i], item, d->card != NULL);
                if (r == 0)
                        r = entry_name_check(c, d, i, item);
        }
        return r;
}

static int exceptions_check(const struct compiler *c, const struct draft_exceptions *d, uint32_t node) {
        uint64_t ignored;
        int r = refuse_unless_number(c, node, "approvers", d->approvers, 1, 16, &ignored);

        return r < 0 ? r : refuse_unless_duration(c, node, "longest", d->longest);
}

static const char *const section_names[SECTION_COUNT] = { "login", "exceptions", "audit" };

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
                return err_set(c->err, -ENOMEM, "policy: out of memory");
        return 0;
}

int sections_check(const struct compiler *c, const struct draft *d) {
        uint32_t nodes[SECTION_COUNT] = { 0 };
        int r = 0;

        crypto_start();
        for (unsigned i = 0; r == 0 && i < SECTION_COUNT; i++) {
                nodes[i] = outline_key(c->outline, NODE_ROOT, section_names[i]);
                if (nodes[i] != NODE_NONE)
                        r = section_note(c, (enum section)i, nodes[i]);
        }
        if (r == 0 && d->login)
                r = login_check(c, d->login, nodes[SECTION_LOGIN]);
        if (r == 0 && d->exceptions)
                r = exceptions_check(c, d->exceptions, nodes[SECTION_EXCEPTIONS]);
        if (r == 0 && d->audit)
                r = refuse_unless_duration(c, nodes[SECTION_AUDIT], "keep", d->audit->keep);
        return r;
}
