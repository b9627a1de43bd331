/* SPDX-License-Identifier: MIT */
/* main.c — sekimori: a table of verbs. */
#include "cli/language.h"
#include "cli/verbs.h"

#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
        const char *group, *name; /* "policy", "check"; or NULL, "push" */
        verb *run;
        const char *usage, *what;
} verbs[] = {
        { "policy", "init", policy_init, "DIR [--signers N] [--threshold M] [--name NAME]...",
          "make a pilot kit: signing keys, trust.pem and a starter policy commented in Japanese" },
        { "policy", "check", policy_check, "FILE [--json]", "is this a policy that a terminal would accept?" },
        { "policy", "sign", policy_sign, "FILE --cert C --key K [--previous POLICY] [-o OUT]",
          "sign a policy, or add one more signature to an envelope" },
        { "policy", "verify", policy_verify, "FILE.cms [--trust PEM...] [--json]",
          "who signed it, and is that enough?" },
        { "policy", "show", policy_show, "FILE.cms|-", "print the text that is signed" },
        { "policy", "diff", policy_diff, "OLD NEW [--lang ja|en]", "in words: who and what gains or loses access" },
        { NULL, "push", push, "FILE.cms|-|DIR [--runtime-dir D]", "make a signed policy the one in force" },
        { NULL, "devices", devices, "[--policy FILE] [--json] [--lang ja|en] [--runtime-dir D]",
          "every device present, its verdict and the rule behind it" },
        { NULL, "status", status, "[--json | --prometheus [FILE]] [--lang ja|en] [--runtime-dir D] [--state-dir D]",
          "what is in force, and what needs a person" },
        { NULL, "fleet", fleet,
          "FILE|DIR... [--before DIR] [--serial N] [--html OUT] [--json] [--lang ja|en] [--now TIME]",
          "one page of all terminals, from what `status --json` said on each" },
        { NULL, "enrol", enrol,
          "[USER] (totp|card|recovery) [--label L] [--algorithm A] [--digits N] [--period S] [--no-qr] [--import FILE|-] "
          "[--code CODE] [--certificate FILE] [--module FILE] [--slot N] [--id HEX] [--serial S] [--replace] [--force] "
          "[--lang ja|en] [--runtime-dir D]",
          "give a person something to log in with: one-time codes, a card, recovery codes" },
        { NULL, "factors", factors, "[USER] [--json] [--lang ja|en] [--runtime-dir D]", "who has what to log in with" },
        { NULL, "unlock", unlock, "USER [--lang ja|en] [--runtime-dir D]",
          "forgive a person's failures, and a clock that went back" },
        { NULL, "forget", forget, "USER (totp|card|recovery|all) [--label L] [--lang ja|en] [--runtime-dir D]",
          "take away what was lost or is not used any more" },
        { "media", "list", media_list,
          "[--all] [--json] [--ledger FILE] [--policy FILE] [--lang ja|en] [--runtime-dir D] [--state-dir D]",
          "the ledger, and what the policy says of each medium in it" },
        { "media", "enrol", media_enrol,
          "PORT|REQUEST|NUMBER [--section S] [--person P] [--until DATE] [--access read-write|read-only] [--hours H] "
          "[--users LIST] [--into POLICY] [--ledger FILE] [--token] [--medium UUID] [--fingerprint] [--force] "
          "[--no-agent] [--lang ja|en] [--runtime-dir D]",
          "a medium gets its line in the ledger, and the rule to sign that lets it in" },
        { "media", "retire", media_retire,
          "NUMBER [returned|erased|destroyed] [--by NAME] [--witness NAME] [--from POLICY] [--ledger FILE] "
          "[--lang ja|en]",
          "what became of a medium, before whose eyes, and its rule out of the policy" },
        { NULL, "setup", setup,
          "[check|observe|devices|login] [--undo] [--yes] [--force CHECK]... [--no-wait] [--unless-confirmed] [--json] "
          "[--lang ja|en] [--root D]",
          "bring a terminal into operation stage by stage; each looks first, and can be undone" },
        { "audit", "show", audit_show,
          "[FILE... | --state-dir D] [--json] [--lang ja|en|both] [--type T] [--since SEQ] [-n N] [--follow]",
          "what happened, in words" },
        { "audit", "verify", audit_verify, "[FILE... | --state-dir D] [--pub PEM] [--from SEQ] [--json]",
          "has anybody changed the log?" },
        { "audit", "export", audit_export, "DIR [--since SEQ] [--state-dir D] [--runtime-dir D]",
          "the log onto a stick, whole and verified" },
};
#define VERBS (sizeof verbs / sizeof *verbs)

static size_t running; /* of verbs */

int wrong_usage(void) {
        const char *group = verbs[running].group;

        return complain(EXIT_USAGE, "使い方: sekimori %s%s%s %s", "usage: sekimori %s%s%s %s", group ? group : "",
                        group ? " " : "", verbs[running].name, verbs[running].usage);
}

static void usage_all(FILE *to) {
        (void)fputs("usage: sekimori VERB ...\n\n", to);
        for (size_t i = 0; i < VERBS; i++)
                (void)fprintf(to, "  %s%s%s %s\n        %s\n", verbs[i].group ? verbs[i].group : "",
                              verbs[i].group ? " " : "", verbs[i].name, verbs[i].usage, verbs[i].what);
        (void)fputs("\nExit codes: 0 yes, 1 no, 2 usage, 3 could not do it. See sekimori(8).\n", to);
}

static int usage_one(size_t i) {
        (void)printf("usage: sekimori %s%s%s %s\n\n%s\n", verbs[i].group ? verbs[i].group : "",
                     verbs[i].group ? " " : "", verbs[i].name, verbs[i].usage, verbs[i].what);
        return EXIT_OK;
}

static bool wants_help(int argc, char **argv) {
        for (int i = 1; i < argc; i++)
                if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
                        return true;
        return false;
}

/* What getopt complains of begins with argv[0]: with our name, as every other complaint does. */
static int run(size_t i, int argc, char **argv) {
        static char name[] = "sekimori";

        running = i;
        argv[0] = name;
        return verbs[i].run(argc, argv);
}

static const char *typed_language(int argc, char **argv) {
        for (int i = 1; i + 1 < argc; i++)
                if (strcmp(argv[i], "--lang") == 0)
                        return argv[i + 1];
        return NULL;
}

int main(int argc, char **argv) {
        (void)setlocale(LC_CTYPE, "C.UTF-8");
        language_choose(typed_language(argc, argv));
        if (argc < 2) {
                usage_all(stderr);
                return EXIT_USAGE;
        }
        if (strcmp(argv[1], "--version") == 0) {
                (void)puts("sekimori " SEKIMORI_VERSION);
                return EXIT_OK;
        }
        for (size_t i = 0; i < VERBS; i++) {
                int skip = verbs[i].group ? 2 : 1;

                if (argc <= skip || strcmp(argv[skip], verbs[i].name) != 0
                    || (verbs[i].group && strcmp(argv[1], verbs[i].group) != 0))
                        continue;
                return wants_help(argc - skip, argv + skip) ? usage_one(i) : run(i, argc - skip, argv + skip);
        }
        if (strcmp(argv[1], "help") == 0 || wants_help(argc, argv)) {
                usage_all(stdout);
                return EXIT_OK;
        }
        return complain(EXIT_USAGE, "「%s」というサブコマンドはありません（sekimori help で一覧を表示します）",
                        "no such verb '%s'; `sekimori help` lists them", argv[1]);
}
