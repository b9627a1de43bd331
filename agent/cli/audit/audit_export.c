/* SPDX-License-Identifier: MIT */
/* audit_export.c — sekimori audit export: the log onto a stick, for an auditor elsewhere. */
#include "audit/chain.h"
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/audit/export.h"
#include "cli/language.h"
#include "cli/policy/stick.h"
#include "cli/status/status.h"
#include "cli/verbs.h"
#include "host/file.h"
#include "host/name.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define PEM_MAX 4096
#define PUB "terminal.pub"

struct export_options {
        const char *dir, *state_dir, *runtime_dir;
        uint64_t since;
};

/* The export goes on without an agent: that the agent does not run may be the reason for the export. */
static void sign_what_is_not(const struct export_options *o) {
        struct err why = { "" };
        int code = ask(o->runtime_dir, CONTROL_CHECKPOINT, -1, &why, NULL);

        if (code != EXIT_OK && why.text[0])
                (void)complain(code, "監査記録の末尾まで署名できませんでした: %s",
                               "the log could not be signed up to its end: %s", err_text(&why, language_now()));
}

/* The files beside the log: the public key for its signatures, and the terminal's status. */
static int audit_export_beside(const struct export_options *o, json_t **ret, struct err *err) {
        auto_terminal t = { .runtime_dir = o->runtime_dir };
        auto_free char *path = NULL, *status = NULL;
        auto_free uint8_t *pem = NULL;
        char host[HOST_TEXT], name[HOST_TEXT + 8];
        auto_fd fd = -1;
        size_t size;
        int r;

        if (asprintf(&path, "%s/audit/" PUB, o->state_dir) < 0)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for " PUB);
        fd = logs_open(path);
        r = fd < 0 ? fd : file_read_fd(fd, PEM_MAX, &pem, &size);
        if (r < 0)
                return err_errno(err, r, "%s", path);
        (void)status_collect(&t, o->state_dir);
        status = json_dumps(t.status, JSON_COMPACT);
        host_name(host);
        (void)snprintf(name, sizeof name, "%s.json", host[0] && !strchr(host, '/') ? host : "terminal");
        *ret = json_pack("{s:s, s:s}", PUB, (const char *)pem, name, status ? status : "{}");
        return *ret ? 0 : err_say(err, -EBADMSG, "%s: 文字として読めません", "%s: not a text", path);
}

/* Verify the copy on the stick as an auditor would. */
static int audit_export_verify(const struct export_options *o, const struct export *e) {
        auto_free char *path = NULL;
        char from[24];
        char *words[] = { NULL, NULL, NULL, NULL };
        int code;

        (void)snprintf(from, sizeof from, "%" PRIu64, e->since);
        if (asprintf(&path, "%s/" STICK_FOLDER "/%s", o->dir, e->name) < 0)
                return complain_memory();
        words[0] = path;
        if (e->partial) { /* a whole log itself says where it begins, and why */
                words[1] = (char *)"--from";
                words[2] = from;
        }
        (void)printf("%s\n", path);
        (void)fflush(stdout);
        code = verb_call(verb_of(audit_verify), words);
        if (code == EXIT_UNPROVEN) /* of course: the key is this terminal's own. The auditor has another copy */
                code = EXIT_OK;
        if (code != EXIT_OK)
                (void)complain(
                        code,
                        "書き出した内容は端末にあるものと同じですが、検証できません。監査担当者に知らせてください",
                        "the copy is what the terminal has, and does not verify: tell the auditor");
        return code;
}

static int export_to(const struct export_options *o, struct export *e, const struct logs *l, struct err *err) {
        auto_json files = NULL;
        int r = export_open(e, l, err);

        if (r == 0)
                r = audit_export_beside(o, &files, err);
        if (r == 0) {
                e->stick = stick_open(o->dir, 1);
                r = e->stick < 0 ? err_errno(err, e->stick, "%s/%s", o->dir, STICK_FOLDER) : 0;
        }
        export_name(time(NULL), e->name);
        return r == 0 ? export_write(e, files, err) : r;
}

int audit_export(const struct typed *t) {
        struct export_options o = { t->words[0], t->value[OPTION_STATE_DIR], t->value[OPTION_RUNTIME_DIR], 1 };
        struct export e = { .stick = -1 };
        struct logs logs = { 0 };
        struct err err = { 0 };
        int r, code = typed_number(t, OPTION_SINCE, 1, CHAIN_SEQ_MAX, &o.since);

        if (code != EXIT_OK)
                return code;
        sign_what_is_not(&o);
        e.since = o.since;
        r = logs_find(o.state_dir, NULL, 0, &logs, &err);
        if (r == 0)
                r = export_to(&o, &e, &logs, &err);
        if (r < 0) /* before the stick is open, the fault is in the log, or err names the path */
                code = complain_err(r == -EEXIST || r == -ENODATA ? EXIT_REFUSED : EXIT_COULD_NOT,
                                    e.stick >= 0 ? o.dir : NULL, &err);
        else
                code = audit_export_verify(&o, &e);
        export_deinit(&e);
        logs_deinit(&logs);
        if (e.stick >= 0)
                (void)close(e.stick);
        return code;
}
