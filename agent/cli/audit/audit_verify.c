/* SPDX-License-Identifier: MIT */
/* audit_verify.c — sekimori audit verify: has anybody changed the log? Works on any PC that has the files. */
#include "audit/chain.h"
#include "audit/verify.h"
#include "base/cleanup.h"
#include "cli/audit/logs.h"
#include "cli/audit/verify_report.h"
#include "cli/verbs.h"
#include "host/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define PEM_MAX 4096

struct verify_options {
        const char *state_dir, *pub;
        uint64_t first;
        struct audit_report report;
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

/* "SEQ:DIGEST" as it was printed, or typed from paper: digits of either case. */
static int read_expected(const char *text, struct verify_mark *ret) {
        uint8_t digest[DIGEST_SIZE];
        char *end = NULL;
        uint64_t seq = 0;

        if (!text)
                return EXIT_OK;
        errno = 0;
        if (isdigit((unsigned char)text[0]))
                seq = strtoull(text, &end, 10);
        if (!seq || errno || seq > CHAIN_SEQ_MAX || *end != ':' || !hex_bytes(end + 1, digest, sizeof digest))
                return complain(EXIT_USAGE,
                                "--expect には、audit verify が表示した控え（記録の番号、コロン、SHA-256 の "
                                "16進数64桁）を書きます（「%s」は使えません）",
                                "--expect wants what audit verify printed: a record's number, a colon and the 64 "
                                "hexadecimal digits of its SHA-256; not '%s'",
                                text);
        ret->seq = seq;
        hex_of(digest, sizeof digest, ret->digest);
        return EXIT_OK;
}

static int audit_verify_run(const struct verify_options *o, const struct logs *l, struct verify *v) {
        struct err err = { 0 };
        int r;

        verify_expect(v, &o->report.expected);
        for (size_t i = 0; i < l->n; i++) {
                auto_fd fd = logs_open(l->paths[i]);
                struct verify_fault fault;

                r = fd < 0 ? fd : verify_file(v, fd, &fault);
                if (r == -EBADMSG)
                        return report_fault(&o->report, l->paths[i], &fault);
                if (r < 0)
                        return complain_errno(EXIT_COULD_NOT, l->paths[i], r);
        }
        r = verify_end(v, &err);
        return r < 0 ? report_end(&o->report, r, &err) : report_whole(&o->report, v);
}

int audit_verify(const struct typed *t) {
        struct verify_options o = { .state_dir = t->value[OPTION_STATE_DIR],
                                    .pub = t->value[OPTION_PUB],
                                    .report = { .json = typed_has(t, OPTION_JSON),
                                                .key_named = typed_has(t, OPTION_PUB) } };
        struct logs logs = { 0 };
        struct err err = { 0 };
        auto_free uint8_t *pem = NULL;
        auto_verify v = NULL;
        size_t size = 0;
        int r, code = typed_number(t, OPTION_FROM_RECORD, 1, CHAIN_SEQ_MAX, &o.first);

        if (code == EXIT_OK)
                code = read_expected(t->value[OPTION_EXPECT], &o.report.expected);
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
