/* SPDX-License-Identifier: MIT */
/* policy_init.c — sekimori policy init: makes the folder from which a pilot starts, complete or not at all, and says
 * what to type next. */
#include "base/cleanup.h"
#include "base/secret.h"
#include "cli/language.h"
#include "cli/policy/pilot.h"
#include "cli/shell_word.h"
#include "cli/unbroken.h"
#include "cli/verbs.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct kit {
        int fd;
        unsigned signers, threshold, named;
        int64_t now_s;
        struct pilot_person people[PILOT_SIGNERS];
};

static void kit_deinit(struct kit *k) {
        cleanup_close(&k->fd);
        for (size_t i = 0; i < PILOT_SIGNERS; i++)
                free(k->people[i].certificate_pem);
}
#define auto_kit __attribute__((cleanup(kit_deinit))) struct kit

static int write_signer(struct kit *k, unsigned i, struct err *err) {
        auto_pkey key = NULL;
        auto_x509 certificate = NULL;
        struct pilot_person *person = &k->people[i];
        char name[32], *secret;
        int r = pilot_signer(person->name, k->now_s, &key, &certificate, err);

        if (r < 0)
                return r;
        person->certificate_pem = pilot_certificate_pem(certificate);
        secret = pilot_key_pem(key);
        if (!person->certificate_pem || !secret) {
                free(secret);
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for a signing key");
        }
        (void)snprintf(name, sizeof name, "signer%u.key", i + 1);
        r = file_replace(k->fd, name, bytes_text(secret), 0600, err);
        secret_wipe(secret, strlen(secret));
        free(secret);
        (void)snprintf(name, sizeof name, "signer%u.crt", i + 1);
        return r < 0 ? r : file_replace(k->fd, name, bytes_text(person->certificate_pem), 0644, err);
}

static int write_trust(const struct kit *k, struct err *err) {
        auto_free char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for trust.pem");
        (void)fprintf(to,
                      "# 最初のポリシーに署名できる人。端末の /etc/sekimori/trust.pem に置きます。\n"
                      "# Who may sign the first policy; goes to /etc/sekimori/trust.pem on the terminals.\n"
                      "threshold: %u\n",
                      k->threshold);
        for (unsigned i = 0; i < k->signers; i++)
                (void)fprintf(to, "# %s\n%s", k->people[i].name, k->people[i].certificate_pem);
        if (fclose(to) != 0)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for trust.pem");
        return file_replace(k->fd, "trust.pem", bytes_of(text, size), 0644, err);
}

/* Written first, so that git never takes a key. */
static int write_ignore(const struct kit *k, struct err *err) {
        static const char text[] = "# 署名の鍵があるフォルダーです。git には何も入れません。\n"
                                   "# Signing keys: nothing in this folder goes into git.\n"
                                   "*\n";

        return file_replace(k->fd, ".gitignore", bytes_text(text), 0644, err);
}

static int write_kit(struct kit *k, struct err *err) {
        auto_free char *policy = NULL;
        int r = write_ignore(k, err);

        for (unsigned i = 0; i < k->signers && r == 0; i++)
                r = unbroken_is_over() ? err_say(err, -ECANCELED, "中断されました", "interrupted")
                                       : write_signer(k, i, err);
        if (r == 0)
                r = write_trust(k, err);
        if (r == 0)
                r = pilot_policy(k->people, k->signers, k->threshold, k->now_s, &policy, err);
        return r < 0 ? r : file_replace(k->fd, "policy.yaml", bytes_text(policy), 0644, err);
}

static void say_next(enum language l, const struct kit *k, const char *folder) {
        auto_free char *dir = shell_word(folder);

        if (!dir)
                return;
        (void)printf(SAY(l, "試行用の一式を %s に作りました。署名者は次のとおりです。\n\n",
                         "A pilot kit is in %s. Those who may sign:\n\n"),
                     dir);
        for (unsigned i = 0; i < k->signers; i++)
                (void)printf("  %s/signer%u.crt  %s\n", dir, i + 1, k->people[i].name);
        (void)printf("\n%s\n\n  1. %s\n       %s/policy.yaml\n       sekimori policy check %s/policy.yaml\n\n  2. %s\n",
                     SAY(l, "次の順に進めます。", "What to do next:"),
                     SAY(l, "内容を確かめ、問い合わせ先（contact）を書き換える", "read it, put your contact in"), dir,
                     dir,
                     k->threshold > 1 ? SAY(l, "署名する（それぞれの人が）", "sign it (each person)")
                                      : SAY(l, "署名する", "sign it"));
        for (unsigned i = 1; i <= k->threshold; i++)
                (void)printf(
                        "       sekimori policy sign %s/policy.yaml --cert %s/signer%u.crt --key %s/signer%u.key\n",
                        dir, dir, i, dir, i);
        (void)fputs(SAY(l,
                        "\n  3. 端末に、署名者の一覧を置く（最初の一度だけ）\n"
                        "       install -m 644 trust.pem /etc/sekimori/trust.pem\n\n"
                        "  4. 端末に、ポリシーを入れる（root）\n"
                        "       sekimori push policy.cms\n\n"
                        "  5. 段階を一つずつ進める（--undo で戻る）\n"
                        "       sekimori setup\n\n"
                        "signer*.key は署名の鍵です。端末には置かず、持ち出せない場所に保管してください。\n",
                        "\n  3. once on each terminal: who may sign\n"
                        "       install -m 644 trust.pem /etc/sekimori/trust.pem\n\n"
                        "  4. on the terminal, as root: the policy\n"
                        "       sekimori push policy.cms\n\n"
                        "  5. stage by stage, each with a way back (--undo)\n"
                        "       sekimori setup\n\n"
                        "The signer*.key files sign policies: never on a terminal, always under lock.\n"),
                    stdout);
}

static int take_name(struct kit *k, const char *name) {
        if (k->named == PILOT_SIGNERS)
                return complain(EXIT_USAGE, "名前は %d 個までです", "more than %d names", PILOT_SIGNERS);
        if (!pilot_name_fits(name))
                return complain(EXIT_USAGE, "--name には 1 から %d 文字までの一行を書きます",
                                "--name wants 1 to %d characters of one line", PILOT_NAME_MAX);
        for (unsigned i = 0; i < k->named; i++)
                if (strcmp(k->people[i].name, name) == 0)
                        return complain(EXIT_USAGE, "二人の署名者を同じ名前にはできません",
                                        "two signers cannot have the same name");
        (void)snprintf(k->people[k->named++].name, sizeof k->people[0].name, "%s", name);
        return EXIT_OK;
}

/* Unless told otherwise, as many signers as names, and two without names. */
static int people_complete(struct kit *k, bool counted) {
        if (!counted)
                k->signers = k->named ? k->named : 2;
        if (k->threshold < 1 || k->threshold > k->signers)
                return complain(EXIT_USAGE, "--threshold M と --signers N は、1 ≦ M ≦ N ≦ %d にしてください",
                                "of --threshold M and --signers N: 1 <= M <= N <= %d", PILOT_SIGNERS);
        if (k->named && k->named != k->signers)
                return complain(EXIT_USAGE, "名前が %u 個、署名者が %u 人です。--name は一人に一つずつ書いてください",
                                "%u names for %u signers: --name once for each", k->named, k->signers);
        for (unsigned i = k->named; i < k->signers; i++)
                pilot_default_name(i + 1, k->now_s, k->people[i].name);
        return EXIT_OK;
}

static int take_people(struct kit *k, const struct typed *t) {
        uint64_t signers = 0, threshold = 1;
        int code = typed_number(t, OPTION_SIGNERS, 1, PILOT_SIGNERS, &signers);

        if (code == EXIT_OK)
                code = typed_number(t, OPTION_THRESHOLD, 1, PILOT_SIGNERS, &threshold);
        for (size_t i = 0; i < t->n_all && code == EXIT_OK; i++)
                if (t->all[i].id == OPTION_NAME)
                        code = take_name(k, t->all[i].value);
        k->signers = (unsigned)signers;
        k->threshold = (unsigned)threshold;
        return code == EXIT_OK ? people_complete(k, signers > 0) : code;
}

/* Split `path` into the folder above it, opened, and its name there. */
static int place_open(const char *path, int *ret_above, char name[NAME_MAX + 1]) {
        size_t n = strlen(path), begin;
        auto_free char *above = NULL;

        while (n > 1 && path[n - 1] == '/')
                n--;
        for (begin = n; begin > 0 && path[begin - 1] != '/'; begin--)
                ;
        if (snprintf(name, NAME_MAX + 1, "%.*s", (int)(n - begin), path + begin) > NAME_MAX)
                return complain_errno(EXIT_COULD_NOT, path, ENAMETOOLONG);
        if (!name[0] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return complain(EXIT_USAGE, "「%s」: 一式のためのフォルダーを、%s/kit のように指定してください",
                                "'%s': give a kit a folder of its own, like %s/kit", path, path);
        above = begin ? strndup(path, begin) : strdup(".");
        *ret_above = above ? open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        return *ret_above < 0 ? complain_errno(EXIT_COULD_NOT, above, errno) : EXIT_OK;
}

/* The path must not exist, or be an empty folder. */
static int place_check(int above, const char *name, const char *path) {
        auto_dir d = listing_open(above, name);
        unsigned entries = 0;

        if (!d)
                return errno == ENOENT ? EXIT_OK : complain_errno(EXIT_COULD_NOT, path, errno);
        while (readdir(d))
                entries++;
        if (entries > 2) /* . and .. */
                return complain(EXIT_REFUSED,
                                "「%s」は空ではありません。鍵を上書きしないよう、空のフォルダーを指定してください",
                                "'%s' is not empty; a kit never overwrites keys", path);
        return EXIT_OK;
}

static int make_kit(struct kit *k, const char *path) {
        char name[NAME_MAX + 1];
        struct err err = { "" };
        struct unbroken whole;
        auto_fd above = -1;
        int code = place_open(path, &above, name), r;

        if (code == EXIT_OK)
                code = place_check(above, name, path);
        if (code != EXIT_OK)
                return code;
        unbroken_begin(&whole); /* else an interruption would leave keys in a temporary folder */
        r = directory_begin(above, name, 0700, &k->fd, &err);
        if (r == 0)
                r = directory_settle(above, name, k->fd, write_kit(k, &err), &err);
        unbroken_end(&whole);
        return r < 0 ? complain_err(EXIT_COULD_NOT, path, &err) : EXIT_OK;
}

int policy_init(const struct typed *t) {
        auto_kit k = { .fd = -1, .now_s = time(NULL) };
        int code = take_people(&k, t);

        if (code == EXIT_OK)
                code = make_kit(&k, t->words[0]);
        if (code == EXIT_OK)
                say_next(language_now(), &k, t->words[0]);
        return code;
}
