/* SPDX-License-Identifier: MIT */
/* media_policy.c — a medium's rule as text, into and out of a policy that is not signed yet: see media.h. */
#include "base/date.h"
#include "base/hex.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/media/media.h"
#include "cli/out.h"
#include "cli/policy/policy_edit.h"
#include "cli/policy/policy_file.h"
#include "cli/policy/yaml_quoted.h"
#include "cli/shell_word.h"
#include "cli/verbs.h"
#include "host/clock.h"
#include "review/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_match(FILE *to, const struct medium *m) {
        char digest[2 * FACTS_DIGEST + 1], uuid[UUID_TEXT];

        hex_of(m->fingerprint, FACTS_DIGEST, digest);
        uuid_text(m->uuid, uuid);
        (void)fprintf(to, "  match: {bus: %s, ", bus_name(m->bus));
        if (m->how != MEDIUM_BY_FINGERPRINT && (m->vendor || m->product)) /* SCSI and SATA have no ids */
                (void)fprintf(to, "id: \"%04x:%04x\", ", m->vendor, m->product);
        if (m->how == MEDIUM_BY_FINGERPRINT) {
                (void)fprintf(to, "fingerprint: \"%s\"", digest);
        } else if (m->how == MEDIUM_BY_UUID) {
                (void)fprintf(to, "medium: \"%s\"", uuid);
        } else {
                (void)fputs("serial: ", to);
                yaml_put_quoted(to, m->serial);
        }
        (void)fputs(", interfaces: [storage]}\n", to);
}

static void put_users(FILE *to, const char *users) {
        (void)fputs("  users: [", to);
        while (*users) {
                size_t n = strcspn(users, ",");

                (void)fprintf(to, "\"%.*s\"%s", (int)n, users, users[n] ? ", " : "");
                users += n + (users[n] == ',');
        }
        (void)fputs("]\n", to);
}

char *media_rule(const struct media_entry *e) {
        char *text = NULL, until[DATE_TEXT];
        size_t size;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return NULL;
        (void)fputs("- name: ", to);
        yaml_put_quoted(to, e->rule);
        (void)fputc('\n', to);
        put_match(to, &e->medium);
        (void)fprintf(to, "  action: %s\n", e->read_only ? "read-only" : "allow");
        if (e->users)
                put_users(to, e->users);
        if (e->hours[0]) {
                (void)fputs("  hours: ", to);
                yaml_put_quoted(to, e->hours);
                (void)fputc('\n', to);
        }
        date_text(e->until, until);
        (void)fprintf(to, "  until: %s\n", until);
        return fclose(to) == 0 ? text : NULL;
}

bool media_own_rule(const struct policy *p, const struct ledger_row *row) {
        const char *rule = row->cells[LEDGER_RULE];

        for (int i = 0; i < (int)policy_rules(p); i++)
                if (strcmp(policy_rule_name(p, i), rule) == 0)
                        return strstr(rule, row->cells[LEDGER_NUMBER]) != NULL;
        return false;
}

const char *media_letting_in(const struct policy *p, const struct ledger_row *row) {
        struct device_facts facts = medium_facts(&row->medium);
        struct moment now = clock_now();
        struct verdict v = policy_decide(p, &facts, &now, NULL);
        bool sometimes = v.reason == REASON_HOURS || v.reason == REASON_USER || v.reason == REASON_ENCRYPTION;

        return v.action != ACTION_DENY || sometimes ? policy_rule_name(p, v.rule) : NULL;
}

void media_policy_deinit(struct media_policy *p) {
        free(p->text);
        free(p->made);
        policy_free(p->was);
        policy_free(p->is);
        *p = (struct media_policy){ 0 };
}

static struct bytes text_of(const struct media_policy *p) {
        return bytes_text((const char *)p->text);
}

int media_policy_read(struct media_policy *p, const char *path) {
        struct err err = { 0 };
        size_t size;
        int code;

        media_policy_deinit(p);
        p->path = path;
        if (!path)
                return EXIT_OK;
        code = read_argument(path, POLICY_TEXT_MAX, &p->text, &size);
        if (code != EXIT_OK)
                return code;
        if (strncmp((const char *)p->text, "-----BEGIN", 10) == 0)
                return complain(EXIT_REFUSED, "%s: 署名済みです。署名する前の policy.yaml を指定してください",
                                "%s: is signed; name the text that it was made from", path);
        return policy_text_check(bytes_of(p->text, size), NULL, &p->was, &err) < 0
                       ? complain_in(EXIT_REFUSED, p->path, &err)
                       : EXIT_OK;
}

int media_policy_add(struct media_policy *p, const char *rule) {
        struct err err = { 0 };

        return policy_text_add(text_of(p), rule, &p->made, &p->is, &err) < 0 ? complain_in(EXIT_REFUSED, p->path, &err)
                                                                             : EXIT_OK;
}

int media_policy_remove(struct media_policy *p, const char *name) {
        struct err err = { 0 };

        return policy_text_remove(text_of(p), name, &p->made, &p->is, &err) < 0
                       ? complain_in(EXIT_REFUSED, p->path, &err)
                       : EXIT_OK;
}

static void say_change(void *ctx, enum diff_kind kind, const char *text) {
        static const char *const marks[] = { [DIFF_OTHER] = "~", [DIFF_MORE] = "+", [DIFF_LESS] = "-" };

        (void)ctx;
        (void)printf("  %s %s\n", marks[kind], text);
}

struct region {
        const struct media_policy *p;
        unsigned first, last; /* lines that are new */
};

static void say_warning(void *ctx, unsigned line, unsigned column, const char *text) {
        const struct region *r = ctx;

        if (line >= r->first && line <= r->last)
                (void)fprintf(stderr, "%s:%u:%u: %s\n", r->p->path, line, column, text);
}

static unsigned lines_in(const char *text, size_t n) {
        unsigned lines = 0;

        for (size_t i = 0; i < n; i++)
                lines += text[i] == '\n';
        return lines;
}

/* Print the warnings about the new rule only: the others were there before. */
static void say_warnings(const struct media_policy *p) {
        const char *was = (const char *)p->text;
        size_t same = 0;
        struct region r = { .p = p };

        while (was[same] && was[same] == p->made[same])
                same++;
        r.first = lines_in(p->made, same) + 1;
        r.last = r.first + lines_in(p->made, strlen(p->made)) - lines_in(was, strlen(was));
        policy_warnings(p->is, language_now() == LANGUAGE_EN, say_warning, &r);
}

static void say_next(const struct media_policy *p, enum language l, uint64_t serial) {
        int stem = (int)strlen(p->path);
        auto_free char *path = shell_word(p->path), *cms = NULL, *result = NULL;

        if (stem > 5 && strcmp(p->path + stem - 5, ".yaml") == 0)
                stem -= 5;
        if (asprintf(&cms, "%.*s.cms", stem, p->path) < 0)
                cms = NULL;
        result = cms ? shell_word(cms) : NULL;
        if (!path || !result)
                return;
        (void)puts(SAY(l, "次にすること:", "What to do next:"));
        if (serial && serial >= policy_serial(p->is))
                (void)printf(SAY(l, "  %s の serial を %" PRIu64 " 以上にする\n",
                                 "  in %s, set serial to %" PRIu64 " or more\n"),
                             p->path, serial + 1);
        else if (!serial)
                (void)printf(SAY(l, "  %s の serial を、いま有効なものより大きくする\n",
                                 "  in %s, set serial higher than that of the policy in force\n"),
                             p->path);
        (void)printf(SAY(l, "  %s の issued を今の日時にする\n", "  in %s, set issued to now\n"), p->path);
        (void)printf(
                "  sekimori policy check %s\n  sekimori policy sign %s --cert CERT --key KEY\n  sekimori push %s\n",
                path, path, result);
}

int media_policy_write(const struct media_policy *p, enum language l, uint64_t serial) {
        int code = out_edit(p->path, bytes_text(p->made));

        if (code != EXIT_OK)
                return code;
        say_warnings(p);
        (void)printf(SAY(l, "%s を書き換えました:\n", "%s is changed:\n"), p->path);
        (void)policy_compare(p->was, p->is, l == LANGUAGE_EN, say_change, NULL);
        say_next(p, l, serial);
        return EXIT_OK;
}
