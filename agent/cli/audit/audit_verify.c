/* SPDX-License-Identifier: MIT */
/* audit_verify.c — sekimori audit verify: has anybody changed the log? Works on any PC that has the files. */
#include "audit/chain.h"
#include "audit/verify.h"
#include "base/cleanup.h"
#include "cli/audit/logs.h"
#include "cli/language.h"
#include "cli/verbs.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PEM_MAX 4096

struct verify_options {
        const char *state_dir, *pub;
        uint64_t first;
        bool json;
};

/* The key that was named, or the one beside the first file. */
static int read_key(const struct verify_options *o, const struct logs *l, uint8_t **ret, size_t *ret_size,
                    struct err *err) {
        const char *slash = strrchr(l->paths[0], '/');
        auto_free char *beside = NULL;
        const char *path = o->pub;
        auto_fd fd = -1;
        int r;

        if (!path && asprintf(&beside, "%.*sterminal.pub", slash ? (int)(slash + 1 - l->paths[0]) : 0, l->paths[0]) < 0)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for terminal.pub");
        path = path ? path : beside;
        fd = logs_open(path);
        r = fd < 0 ? fd : file_read_fd(fd, PEM_MAX, ret, ret_size);
        if (r < 0)
                return o->pub ? err_errno(err, r, "%s", path)
                              : err_say_errno(err, r, "%s（別の鍵は --pub で指定します）", "%s (--pub names another)",
                                              path);
        return 0;
}

static int print_json(json_t *o, int code) {
        (void)json_dumpf(o, stdout, JSON_INDENT(2));
        (void)putchar('\n');
        json_decref(o);
        return code;
}

static int report_fault(const struct verify_options *o, const char *path, const struct verify_fault *fault) {
        if (o->json)
                return print_json(json_pack("{s:b, s:s, s:I, s:I, s:s}", "ok", 0, "file", path, "line",
                                            (json_int_t)fault->line, "column", (json_int_t)fault->column, "reason",
                                            fault->why.text),
                                  EXIT_REFUSED);
        (void)fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", path, fault->line, fault->column,
                      err_text(&fault->why, language_now()));
        (void)puts(SAY(language_now(), "NG: 改ざん、または記録の欠落があります",
                       "NOT ok: the log was changed, or records are missing"));
        return EXIT_REFUSED;
}

/* The log shows no sign of a change, but it is incomplete, so there is no verdict. */
static int report_end(const struct verify_options *o, const struct err *why) {
        if (o->json)
                return print_json(json_pack("{s:b, s:s}", "ok", 0, "reason", why->text), EXIT_REFUSED);
        (void)printf(SAY(language_now(), "判定できません: %s\n", "cannot tell: %s\n"), err_text(why, language_now()));
        return EXIT_REFUSED;
}

static void print_ok(enum language l, const struct verify_counts *n) {
        if (n->pruned)
                (void)printf(SAY(l, "記録 1〜%" PRIu64 "は端末が削除し、署名しています\n",
                                 "records 1 to %" PRIu64 " were removed by the agent, which signed for it\n"),
                             n->pruned);
        if (n->repairs)
                (void)printf(SAY(l, "途中で切れた行が %" PRIu64 "件あり、端末が別に残しています\n",
                                 "%" PRIu64 " torn lines were set aside by the agent\n"),
                             n->repairs);
        if (n->unsigned_records)
                (void)printf(SAY(l, "最後の %" PRIu64 "件は未署名です。書き出すと署名されます\n",
                                 "the last %" PRIu64 " records are not yet signed: an export signs them\n"),
                             n->unsigned_records);
        (void)printf(SAY(l, "OK: 改ざん・欠落は検出されませんでした（記録 %" PRIu64 "件、署名 %" PRIu64 "件）\n",
                         "ok: %" PRIu64 " records, %" PRIu64 " checkpoints\n"),
                     n->records, n->checkpoints);
}

static int report_ok(const struct verify_options *o, const struct verify *v) {
        const struct verify_counts *n = verify_counts(v);

        if (o->json)
                return print_json(json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s}", "ok", 1, "first",
                                            (json_int_t)n->first, "pruned", (json_int_t)n->pruned, "records",
                                            (json_int_t)n->records, "checkpoints", (json_int_t)n->checkpoints,
                                            "unsigned", (json_int_t)n->unsigned_records, "repairs",
                                            (json_int_t)n->repairs, "key", verify_key_id(v)),
                                  EXIT_OK);
        print_ok(language_now(), n);
        return EXIT_OK;
}

static int audit_verify_run(const struct verify_options *o, const struct logs *l, struct verify *v) {
        struct err err = { 0 };

        for (size_t i = 0; i < l->n; i++) {
                auto_fd fd = logs_open(l->paths[i]);
                struct verify_fault fault;
                int r = fd < 0 ? fd : verify_file(v, fd, &fault);

                if (r == -EBADMSG)
                        return report_fault(o, l->paths[i], &fault);
                if (r < 0)
                        return complain_errno(EXIT_COULD_NOT, l->paths[i], r);
        }
        if (verify_end(v, &err) < 0)
                return report_end(o, &err);
        return report_ok(o, v);
}

int audit_verify(const struct typed *t) {
        struct verify_options o = { t->value[OPTION_STATE_DIR], t->value[OPTION_PUB], 0, typed_has(t, OPTION_JSON) };
        struct logs logs = { 0 };
        struct err err = { 0 };
        auto_free uint8_t *pem = NULL;
        auto_verify v = NULL;
        size_t size = 0;
        int r, code = typed_number(t, OPTION_FROM_RECORD, 1, CHAIN_SEQ_MAX, &o.first);

        if (code != EXIT_OK)
                return code;
        r = logs_find(o.state_dir, t->words, t->n_words, &logs, &err);
        if (r == 0)
                r = read_key(&o, &logs, &pem, &size, &err);
        if (r == 0)
                r = verify_new(bytes_of(pem, size), o.first, &v, &err);
        if (r < 0)
                code = complain_err(r == -EFBIG ? EXIT_REFUSED : EXIT_COULD_NOT, NULL, &err);
        else
                code = audit_verify_run(&o, &logs, v);
        logs_deinit(&logs);
        return code;
}
