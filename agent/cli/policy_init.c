/* SPDX-License-Identifier: MIT */
/* policy_init.c — sekimori policy init: a folder from which a pilot starts, and what to type next. */
#include "base/cleanup.h"
#include "base/secret.h"
#include "cli/pilot.h"
#include "cli/verbs.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct kit {
        int fd;
        unsigned signers, threshold;
        int64_t now_s;
        char *certificates[PILOT_SIGNERS]; /* PEM */
};

static void kit_deinit(struct kit *k) {
        cleanup_close(&k->fd);
        for (size_t i = 0; i < PILOT_SIGNERS; i++)
                free(k->certificates[i]);
}
#define auto_kit __attribute__((cleanup(kit_deinit))) struct kit

static bool is_empty(int fd) {
        auto_dir d = listing_open(fd, ".");
        unsigned entries = 0;

        if (!d)
                return false;
        while (readdir(d))
                entries++;
        return entries <= 2; /* . and .. */
}

static int write_signer(struct kit *k, unsigned i, struct err *err) {
        auto_pkey key = NULL;
        auto_x509 certificate = NULL;
        char name[32], *secret;
        int r = pilot_signer(i + 1, k->now_s, &key, &certificate, err);

        if (r < 0)
                return r;
        k->certificates[i] = pilot_certificate_pem(certificate);
        secret = pilot_key_pem(key);
        if (!k->certificates[i] || !secret) {
                free(secret);
                return err_set(err, -ENOMEM, "no memory for a signing key");
        }
        (void)snprintf(name, sizeof name, "signer%u.key", i + 1);
        r = file_replace(k->fd, name, bytes_text(secret), 0600, err);
        secret_wipe(secret, strlen(secret));
        free(secret);
        (void)snprintf(name, sizeof name, "signer%u.crt", i + 1);
        return r < 0 ? r : file_replace(k->fd, name, bytes_text(k->certificates[i]), 0644, err);
}

static int write_trust(const struct kit *k, struct err *err) {
        auto_free char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return err_set(err, -ENOMEM, "no memory for trust.pem");
        (void)fprintf(to,
                      "# 最初のポリシーに署名できる人。端末の /etc/sekimori/trust.pem に置きます。\n"
                      "# Who may sign the first policy; goes to /etc/sekimori/trust.pem on the terminals.\n"
                      "threshold: %u\n",
                      k->threshold);
        for (unsigned i = 0; i < k->signers; i++)
                (void)fputs(k->certificates[i], to);
        if (fclose(to) != 0)
                return err_set(err, -ENOMEM, "no memory for trust.pem");
        return file_replace(k->fd, "trust.pem", bytes_of(text, size), 0644, err);
}

static int write_kit(struct kit *k, struct err *err) {
        auto_free char *policy = NULL;
        int r = 0;

        for (unsigned i = 0; i < k->signers && r == 0; i++)
                r = write_signer(k, i, err);
        if (r == 0)
                r = write_trust(k, err);
        if (r == 0)
                r = pilot_policy(k->certificates, k->signers, k->threshold, k->now_s, &policy, err);
        return r < 0 ? r : file_replace(k->fd, "policy.yaml", bytes_text(policy), 0644, err);
}

static void say_next(const struct kit *k, const char *dir) {
        (void)printf("試行用の一式を %s に作りました。次の順に進めます。\n"
                     "A pilot kit is in %s. What to do next:\n\n"
                     "  1. 内容を確かめ、問い合わせ先（contact）を書き換える / read it, put your contact in\n"
                     "       %s/policy.yaml\n"
                     "       sekimori policy check %s/policy.yaml\n\n"
                     "  2. 署名する / sign it%s\n",
                     dir, dir, dir, dir, k->threshold > 1 ? "（それぞれの人が / each person）" : "");
        for (unsigned i = 1; i <= k->threshold; i++)
                (void)printf(
                        "       sekimori policy sign %s/policy.yaml --cert %s/signer%u.crt --key %s/signer%u.key\n",
                        dir, dir, i, dir, i);
        (void)printf("\n  3. 端末に、署名者の一覧を置く（最初の一度だけ） / once on each terminal: who may sign\n"
                     "       install -m 644 trust.pem /etc/sekimori/trust.pem\n\n"
                     "  4. 端末に、ポリシーを入れる（root） / on the terminal, as root\n"
                     "       sekimori push policy.cms\n\n"
                     "  5. 段階を一つずつ進める（--undo で戻る） / stage by stage, each with a way back\n"
                     "       sekimori setup\n\n"
                     "signer*.key は署名の鍵です。端末には置かず、持ち出せない場所に保管してください。\n"
                     "The signer*.key files sign policies: never on a terminal, always under lock.\n");
}

/* 1…PILOT_SIGNERS, or 0. */
static unsigned small_number(const char *text) {
        return text[0] >= '1' && text[0] <= '0' + PILOT_SIGNERS && !text[1] ? (unsigned)(text[0] - '0') : 0;
}

static int parse_arguments(struct kit *k, int argc, char **argv, const char **ret_dir) {
        static const struct option longs[] = { { "signers", required_argument, NULL, 's' },
                                               { "threshold", required_argument, NULL, 't' },
                                               { 0 } };
        int c;

        while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
                if (c == '?')
                        return EXIT_USAGE;
                *(c == 's' ? &k->signers : &k->threshold) = small_number(optarg);
        }
        if (optind != argc - 1)
                return wrong_usage();
        if (k->threshold < 1 || k->threshold > k->signers)
                return complain(EXIT_USAGE, "of --threshold M and --signers N: 1 <= M <= N <= %d", PILOT_SIGNERS);
        *ret_dir = argv[optind];
        return EXIT_OK;
}

int policy_init(int argc, char **argv) {
        auto_kit k = { .fd = -1, .signers = 2, .threshold = 1, .now_s = time(NULL) };
        struct err err = { "" };
        const char *dir = NULL;
        int code = parse_arguments(&k, argc, argv, &dir);

        if (code != EXIT_OK)
                return code;
        if (directory_make(AT_FDCWD, dir, 0700, &k.fd, &err) < 0)
                return complain(EXIT_COULD_NOT, "%s", err.text);
        if (!is_empty(k.fd))
                return complain(EXIT_REFUSED, "'%s' is not empty; a kit never overwrites keys", dir);
        if (write_kit(&k, &err) < 0)
                return complain(EXIT_COULD_NOT, "in '%s': %s", dir, err.text);
        say_next(&k, dir);
        return EXIT_OK;
}
