/* SPDX-License-Identifier: MIT */
/* push.c — sekimori push: hands the agent an envelope, or the newest on a stick. The agent verifies and decides
 * everything. */
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/network/push_cuts.h"
#include "cli/policy/expiry.h"
#include "cli/policy/stick.h"
#include "cli/verbs.h"
#include "control/parcel.h"
#include "decision/policy.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A larger file is still handed over, so that the refusal comes from the agent and is recorded. */
#define READ_MAX (4 * POLICY_TEXT_MAX)

int push(const struct typed *t) {
        const char *path = t->words[0], *runtime_dir = t->value[OPTION_RUNTIME_DIR];
        const bool force = typed_has(t, OPTION_FORCE_PUSH);
        struct err why = { "" };
        auto_free uint8_t *envelope = NULL;
        auto_json status = NULL;
        auto_fd sealed = -1;
        struct stat st;
        size_t size;
        int code;

        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
                return force ? complain(EXIT_USAGE, "%s: --force では、フォルダーではなくファイルを指定します",
                                        "%s: --force wants a file, not a folder", path)
                             : push_from_stick(path, runtime_dir);
        code = read_argument(path, READ_MAX, &envelope, &size);
        if (code != EXIT_OK)
                return code;
        code = ask_json(runtime_dir, CONTROL_STATUS, &status);
        if (code == EXIT_OK)
                code = push_cuts_ask(path, bytes_of(envelope, size), status, force);
        if (code != EXIT_OK)
                return code;
        sealed = memfd_sealed("envelope", bytes_of(envelope, size));
        if (sealed < 0)
                return complain_errno(EXIT_COULD_NOT, "memfd", sealed);
        code = ask(runtime_dir, force ? CONTROL_PUSH_FORCE : CONTROL_PUSH, sealed, &why, NULL);
        if (code == EXIT_OK) {
                (void)puts(SAY(language_now(), "新しいポリシーが有効になりました", "the new policy is in force"));
                expiry_note_envelope(path, bytes_of(envelope, size));
                complain_note(path, &why);
        } else if (why.text[0])
                (void)complain_err(code, path, &why);
        return code;
}
