/* SPDX-License-Identifier: MIT */
/* ceremony.c — libcrypto makes certificates; posix_spawnp(3) runs openssl in a clean environment. See ceremony.h. */
#include "support/ceremony.h"
#include "support/scratch.h"

#include "base/cleanup.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>

#define ARGUMENTS 32
#define KEPT 2048

static char where[SCRATCH];
static void *kept[KEPT];
static size_t n_kept;

static void *keep(void *p) {
        cr_assert(p && n_kept < KEPT);
        return kept[n_kept++] = p;
}

void ceremony_begin(void) {
        cr_assert(scratch_make(where, "ceremony") && chdir(where) == 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
        (void)st, (void)type, (void)ftw;
        return remove(path);
}

void ceremony_end(void) {
        while (n_kept)
                free(kept[--n_kept]);
        (void)!chdir("/");
        (void)nftw(where, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *file_of(const char *name, const char *suffix) {
        char *path;

        cr_assert(asprintf(&path, "%s%s", name, suffix) > 0);
        return keep(path);
}

static void write_key(const char *name, EVP_PKEY *key) {
        FILE *f = fopen(file_of(name, ".key"), "we");

        cr_assert(f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) && fclose(f) == 0);
}

static EVP_PKEY *key_of(const char *name) {
        FILE *f = fopen(file_of(name, ".key"), "re");
        EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;

        cr_assert(key, "%s.key", name);
        (void)fclose(f);
        return key;
}

static EVP_PKEY *key_for(const struct person_with_key *p) {
        const char *kind = p->key ? p->key : "P-256";

        if (p->key_of)
                return key_of(p->key_of);
        if (strncmp(kind, "RSA-", 4) == 0)
                return EVP_RSA_gen((unsigned)atoi(kind + 4));
        if (strcmp(kind, "ED25519") == 0)
                return EVP_PKEY_Q_keygen(NULL, NULL, kind);
        return EVP_EC_gen(kind);
}

static void add_extension(X509 *certificate, int nid, const char *value) {
        X509V3_CTX context;
        X509_EXTENSION *extension;

        X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
        extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
        cr_assert(extension && X509_add_ext(certificate, extension, -1));
        X509_EXTENSION_free(extension);
}

static void fill(X509 *c, const struct person_with_key *p, EVP_PKEY *key) {
        const char *subject = p->subject ? p->subject : p->name, *usage = p->usage ? p->usage : "digitalSignature";
        X509_NAME *name = X509_get_subject_name(c);

        cr_assert(X509_set_version(c, X509_VERSION_3) && ASN1_INTEGER_set(X509_get_serialNumber(c), p->serial ?: 1));
        cr_assert(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)subject, -1, -1, 0));
        cr_assert(X509_set_issuer_name(c, name) && X509_set_pubkey(c, key));
        cr_assert(ASN1_TIME_set_string(X509_getm_notBefore(c), p->from ? p->from : "20200101000000Z"));
        cr_assert(ASN1_TIME_set_string(X509_getm_notAfter(c), p->till ? p->till : "20400101000000Z"));
        add_extension(c, NID_subject_key_identifier, "hash");
        if (strcmp(usage, "-") != 0)
                add_extension(c, NID_key_usage, usage);
}

void make_person(const struct person_with_key *p) {
        EVP_PKEY *key = key_for(p);
        X509 *c = X509_new();
        FILE *f = fopen(file_of(p->name, ".crt"), "we");
        bool own_digest = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;

        cr_assert(key && c && f, "%s", p->name);
        fill(c, p, key);
        cr_assert(X509_sign(c, key, own_digest ? NULL : EVP_sha256()));
        cr_assert(PEM_write_X509(f, c) && fclose(f) == 0);
        write_key(p->name, key);
        X509_free(c);
        EVP_PKEY_free(key);
}

void make_people(const char *name, ...) {
        va_list ap;

        va_start(ap, name);
        for (; name; name = va_arg(ap, const char *))
                make_person(&(struct person_with_key){ .name = name });
        va_end(ap);
}

/* The sanitizers that a test runs under are not for the tools it calls, and nor is a borrowed configuration. */
static char **clean_environment(void) {
        static char *clean[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL, NULL };

        for (char **e = environ; *e; e++)
                if (strncmp(*e, "SOFTHSM2_CONF=", 14) == 0)
                        clean[2] = *e;
        return clean;
}

static int run(char *const argv[]) {
        posix_spawn_file_actions_t quiet;
        int status = -1;
        pid_t pid;

        (void)posix_spawn_file_actions_init(&quiet);
        (void)posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
        (void)posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
        (void)posix_spawn_file_actions_addopen(&quiet, 2, "tool.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        cr_assert(posix_spawnp(&pid, argv[0], &quiet, NULL, argv, clean_environment()) == 0, "%s", argv[0]);
        (void)posix_spawn_file_actions_destroy(&quiet);
        cr_assert(waitpid(pid, &status, 0) == pid);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t collect(char **argv, size_t n, const char *first, va_list ap) {
        for (const char *a = first; a; a = va_arg(ap, const char *)) {
                cr_assert(n < ARGUMENTS - 1);
                argv[n++] = (char *)a;
        }
        argv[n] = NULL;
        return n;
}

int openssl(const char *argument, ...) {
        char *argv[ARGUMENTS] = { "openssl" };
        va_list ap;

        va_start(ap, argument);
        (void)collect(argv, 1, argument, ap);
        va_end(ap);
        return run(argv);
}

int tool(const char *program, ...) {
        char *argv[ARGUMENTS] = { (char *)program };
        va_list ap;

        va_start(ap, program);
        (void)collect(argv, 1, va_arg(ap, const char *), ap);
        va_end(ap);
        return run(argv);
}

static void sign_with(char **argv, size_t n, const char *out, const char *signer, va_list ap) {
        const char *const with[] = { "-binary",
                                     "-outform",
                                     "PEM",
                                     "-out",
                                     out,
                                     "-signer",
                                     file_of(signer, ".crt"),
                                     "-inkey",
                                     file_of(signer, ".key") };

        for (size_t i = 0; i < sizeof with / sizeof *with; i++)
                argv[n++] = (char *)with[i];
        (void)collect(argv, n, va_arg(ap, const char *), ap);
        if (run(argv) != 0) {
                struct bytes log = slurp("tool.log");

                cr_assert_fail("openssl cms %s: %.*s", argv[2], (int)log.left, (const char *)log.at);
        }
}

void cms_sign(const char *in, const char *out, const char *signer, ...) {
        char *argv[ARGUMENTS] = { "openssl", "cms", "-sign", "-nodetach", "-in", (char *)in };
        va_list ap;

        va_start(ap, signer);
        sign_with(argv, 6, out, signer, ap);
        va_end(ap);
}

void cms_resign(const char *in, const char *out, const char *signer, ...) {
        char *argv[ARGUMENTS] = { "openssl", "cms", "-resign", "-inform", "PEM", "-in", (char *)in };
        va_list ap;

        va_start(ap, signer);
        sign_with(argv, 7, out, signer, ap);
        va_end(ap);
}

struct bytes slurp(const char *name) {
        FILE *f = fopen(name, "re");
        char *text = NULL;
        size_t room = 0, size = 0;
        FILE *to = open_memstream(&text, &room);
        int c;

        cr_assert(f && to, "%s", name);
        while ((c = fgetc(f)) != EOF) {
                (void)fputc(c, to);
                size++;
        }
        (void)fclose(f);
        (void)fclose(to);
        return bytes_of(keep(text), size);
}

void spill(const char *name, struct bytes content) {
        FILE *f = fopen(name, "we");

        cr_assert(f && fwrite(content.at, 1, content.left, f) == content.left && fclose(f) == 0, "%s", name);
}

static void write_indented(FILE *to, struct bytes pem) {
        bool at_start = true;

        for (size_t i = 0; i < pem.left; i++) {
                (void)fprintf(to, "%s%c", at_start ? "      " : "", pem.at[i]);
                at_start = pem.at[i] == '\n';
        }
}

void write_policy(const char *file, const struct decree *d) {
        static const char *const usual[] = { "alice", "bob", NULL };
        const char *const *signers = d->signers[0] ? d->signers : usual;
        FILE *to = fopen(file, "we");

        cr_assert(to);
        (void)fprintf(to,
                      "sekimori: 1\nserial: %llu\ntitle: 試験\nissued: %s\n"
                      "valid: {from: 2026-01-01, until: 2027-03-31}\nsigners:\n  threshold: %u\n  certificates:\n",
                      (unsigned long long)(d->serial ?: 1), d->issued ? d->issued : "2026-06-01T00:00:00Z",
                      d->threshold ?: 1);
        for (size_t i = 0; signers[i]; i++) {
                (void)fputs("    - |\n", to);
                write_indented(to, slurp(file_of(signers[i], ".crt")));
        }
        (void)fprintf(to, "devices:%s\n", d->rule ? d->rule : " []");
        cr_assert(fclose(to) == 0);
}

void issue(const char *file, const struct decree *d, const char *signer) {
        const char *text = file_of(file, ".yaml");

        write_policy(text, d);
        cms_sign(text, file, signer, NULL);
}

struct bytes trust_of(unsigned threshold, const char *name, ...) {
        char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);
        va_list ap;

        (void)fprintf(to, "threshold: %u\n", threshold);
        va_start(ap, name);
        for (; name; name = va_arg(ap, const char *)) {
                struct bytes crt = slurp(file_of(name, ".crt"));

                cr_assert(fwrite(crt.at, 1, crt.left, to) == crt.left);
        }
        va_end(ap);
        (void)fclose(to);
        return bytes_of(keep(text), size);
}
