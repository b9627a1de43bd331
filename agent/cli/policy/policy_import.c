/* SPDX-License-Identifier: MIT */
/* policy_import.c — `sekimori policy import usbguard`: its rules as ours on stdout, and on stderr, each with its place,
 * what of them cannot be said. */
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/out.h"
#include "cli/policy/usbguard_import.h"
#include "cli/verbs.h"
#include "decision/policy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char head[] =
        "# usbguard の規則から作った、使ってよい機器の一覧です。ポリシー（policy.yaml）の devices: と置き換えます。\n"
        "# # のない規則は、usbguard が許可しなかった機器を許可しません。# のある規則は、usbguard より多くの機器を許可する\n"
        "# ので、そのままでは何も許可しません。それでよいものだけ、行頭の「# 」を外します。\n"
        "# Made from usbguard's rules; put it in the place of devices: in a policy. What stands without # lets in nothing\n"
        "# that usbguard would have kept out. What stands behind # would let in more than usbguard did, and lets in nothing\n"
        "# as it is: where that is wanted, remove the \"# \" at its beginning.\n";

struct import_report {
        const char *file;
        bool refused;
};

static void policy_import_say(void *ctx, enum import_remark remark, struct place at, const char *what,
                              const struct phrase *why) {
        static const struct phrase heads[] = { [IMPORT_NOT_WRITTEN] = { "書きません", "not written" },
                                               [IMPORT_REFUSES_MORE] = { "より多くを拒否します", "refuses more" },
                                               [IMPORT_NOTE] = { "注意", "note" } };
        const struct import_report *report = ctx;
        enum language l = language_now();

        (void)fprintf(stderr, "%s:%u:%u: %s: %s: %s\n", report->file, at.line, at.column,
                      SAY(l, heads[remark].ja, heads[remark].en), what, SAY(l, why->ja, why->en));
}

static struct bytes policy_import_line(struct bytes *text) {
        const uint8_t *end = text->left ? memchr(text->at, '\n', text->left) : NULL;
        struct bytes line = bytes_take(text, end ? (size_t)(end - text->at) : text->left);

        if (end)
                (void)bytes_u8(text);
        return line;
}

/* Each line that is no rule is told of, not the first alone. An enum exit_code. */
static int policy_import_lines(struct import_report *report, struct bytes text, struct importing *import) {
        for (unsigned number = 1; text.left; number++) {
                struct usbguard_rule rule;
                struct err err = { 0 };
                int r = usbguard_rule_read(policy_import_line(&text), number, &rule, &err);

                if (r == 0)
                        usbguard_import(import, &rule);
                usbguard_rule_deinit(&rule);
                if (r == -ENOMEM)
                        return complain_memory();
                if (r < 0)
                        (void)complain_in(EXIT_REFUSED, report->file, &err), report->refused = true;
        }
        return report->refused ? complain(EXIT_REFUSED, "%s: usbguard の規則ではない行があるので、何も書きません",
                                          "%s: not each line is a rule of usbguard's; nothing is written", report->file)
                               : EXIT_OK;
}

/* A list without a rule is not YAML's empty text, but []. */
static int policy_import_print(const struct importing *import, const struct out *body) {
        (void)fputs(head, stdout);
        (void)fputs(
                import->written
                        ? "devices:\n"
                        : "devices: []   # 規則の # を外すときは、この [] も消します / remove [] with the first #\n",
                stdout);
        (void)fwrite(body->text, 1, body->size, stdout);
        return complain(import->not_written ? EXIT_REFUSED : EXIT_OK, "規則 %u 件を書きました。%u 件は # を付けました",
                        "%u rules written, %u left as comments", import->written, import->not_written);
}

static int policy_import_text(const char *file, struct bytes text) {
        struct import_report report = { .file = file };
        struct importing import = { .say = policy_import_say, .ctx = &report };
        struct out body;
        int code;

        out_open(&body);
        import.to = body.to;
        code = import.to ? policy_import_lines(&report, text, &import) : EXIT_OK;
        if (!import.to || fclose(body.to) != 0)
                code = complain_memory();
        if (code == EXIT_OK)
                code = policy_import_print(&import, &body);
        free(body.text);
        return code;
}

int policy_import(const struct typed *t) {
        auto_free uint8_t *text = NULL;
        size_t size = 0;
        int code = typed_word(t, 0, "usbguard");

        if (code == EXIT_OK)
                code = read_argument(t->words[1], POLICY_TEXT_MAX, &text, &size);
        return code == EXIT_OK ? policy_import_text(t->words[1], bytes_of(text, size)) : code;
}
