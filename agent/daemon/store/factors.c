/* SPDX-License-Identifier: MIT */
/* factors.c — the sealed file and NAME.recovery are read separately: one may fail alone. See factors.h. */
#include "store/factors.h"

#include "base/secret.h"
#include "host/file.h"
#include "host/locked.h"
#include "store/factors_record.h"
#include "store/key.h"
#include "store/people.h"
#include "store/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define NAME_SIZE 256

struct factors_store {
        int login_fd, people_fd;
        char *credential;
        uint8_t key[KEY_SIZE];
        enum key_source source; /* none: `key` was not read yet */
};

void factors_close(struct factors_store *s) {
        if (!s)
                return;
        cleanup_close(&s->people_fd);
        cleanup_close(&s->login_fd);
        free(s->credential);
        locked_free(s, sizeof *s);
}

int factors_open(int state_fd, const char *credential, struct factors_store **ret, struct err *err) {
        auto_factors_store s = locked_new(sizeof *s);
        int r;

        if (!s)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the factors");
        s->login_fd = s->people_fd = -1;
        s->credential = strdup(credential);
        if (!s->credential)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the factors");
        r = directory_make(state_fd, "login", 0700, &s->login_fd, err);
        if (r == 0)
                r = directory_make(s->login_fd, "people", 0700, &s->people_fd, err);
        if (r == 0)
                *ret = TAKE(s);
        return r;
}

void factors_wipe(struct factors *f) {
        secret_wipe(f, sizeof *f);
}

/* Reads the key when it is first needed, and tries again at each need until there is one. */
static int need_key(struct factors_store *s, struct err *err) {
        return s->source != KEY_NONE ? 0 : key_read(s->login_fd, s->credential, s->key, &s->source, err);
}

enum key_source factors_key_source(struct factors_store *s) {
        bool made = faccessat(s->login_fd, "key.id", F_OK, AT_SYMLINK_NOFOLLOW) == 0
                    || faccessat(AT_FDCWD, s->credential, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

        if (made)
                (void)need_key(s, NULL);
        return s->source;
}

static int open_sealed(struct factors_store *s, const char *user, struct bytes sealed, struct factors *ret,
                       struct err *err) {
        uint8_t plain[FACTORS_PLAIN + SEALED_MORE];
        size_t n = 0;
        int r = need_key(s, err);

        if (r < 0)
                return r;
        r = sealed.left <= sizeof plain ? sealed_open(s->key, user, sealed, plain, &n) : -EBADMSG;
        if (r == 0)
                r = factors_plain_parse(bytes_of(plain, n), ret);
        secret_wipe(plain, sizeof plain);
        if (r == -ENOKEY)
                return err_say(err, r, "トークンとカードは別の鍵で封印されています。登録し直してください",
                               "tokens and cards were sealed under another key: enrol them anew");
        return r < 0 ? err_say(err, r, "ファイルが壊れています。トークンとカードを登録し直してください",
                               "the file is damaged: enrol tokens and cards anew")
                     : 0;
}

static int read_sealed(struct factors_store *s, const char *user, struct factors *ret, struct err *err) {
        auto_free uint8_t *sealed = NULL;
        size_t size;
        int r = file_read(s->people_fd, user, FACTORS_PLAIN + SEALED_MORE, &sealed, &size);

        if (r == -ENOENT)
                return 0;
        if (r < 0)
                r = err_say_errno(err, r == -EFBIG ? -EBADMSG : r, "読めません", "read");
        else
                r = open_sealed(s, user, bytes_of(sealed, size), ret, err);
        ret->sealed_lost = r < 0;
        return r;
}

static int read_codes(struct factors_store *s, const char *user, struct factors *ret, struct err *err) {
        auto_free uint8_t *codes = NULL;
        char name[NAME_SIZE];
        size_t size;
        int r;

        (void)snprintf(name, sizeof name, "%s%s", user, PEOPLE_RECOVERY);
        r = file_read(s->people_fd, name, FACTORS_CODES_SIZE, &codes, &size);
        if (r == -ENOENT)
                return 0;
        if (r < 0)
                return err_say_errno(err, r == -EFBIG ? -EBADMSG : r, "回復コードを読めません",
                                     "read the recovery codes");
        r = factors_codes_parse(bytes_of(codes, size), user, ret);
        return r < 0 ? err_say(err, r, "回復コードが壊れています。作り直してください",
                               "the recovery codes are damaged: make new ones")
                     : 0;
}

int factors_read(struct factors_store *s, const char *user, struct factors *ret, struct err *err) {
        struct err more = { "" };
        int r, codes;

        *ret = (struct factors){ 0 };
        if (!factors_name_is_fit(user))
                return err_say(err, -EINVAL, "この利用者名では登録できません", "this user name cannot have factors");
        r = read_sealed(s, user, ret, err);
        codes = read_codes(s, user, ret, &more);
        if (ret->next_id == 0 && getrandom(&ret->next_id, sizeof ret->next_id, 0) == sizeof ret->next_id)
                ret->next_id = ret->next_id >> 1 | 1;
        if (r == 0 && codes < 0) {
                r = codes;
                if (err)
                        *err = more;
        }
        return r < 0 ? err_say_wrap(err, r, "「%s」の登録内容", "the factors of '%s'", user) : 0;
}

static int remove_durably(const struct factors_store *s, const char *name) {
        if (unlinkat(s->people_fd, name, 0) < 0)
                return errno == ENOENT ? 0 : -errno;
        return fsync(s->people_fd) < 0 ? -errno : 0;
}

static int write_sealed(struct factors_store *s, const char *user, const struct factors *f, struct err *err) {
        uint8_t plain[FACTORS_PLAIN], sealed[FACTORS_PLAIN + SEALED_MORE];
        int r = need_key(s, err), n;

        if (r < 0)
                return r;
        n = factors_plain_make(f, plain);
        r = n < 0 ? n : sealed_make(s->key, user, bytes_of(plain, (size_t)n), sealed);
        secret_wipe(plain, sizeof plain);
        if (r < 0)
                return err_say_errno(err, r, "封印できません", "seal");
        return file_replace(s->people_fd, user, bytes_of(sealed, (size_t)n + SEALED_MORE), 0600, err);
}

static int write_codes(struct factors_store *s, const char *user, const struct factors *f, struct err *err) {
        uint8_t codes[FACTORS_CODES_SIZE];
        char name[NAME_SIZE];
        int n;

        (void)snprintf(name, sizeof name, "%s%s", user, PEOPLE_RECOVERY);
        if (f->n_codes == 0) {
                n = remove_durably(s, name);
                return n < 0 ? err_say_errno(err, n, "「%s」を消せません", "remove '%s'", name) : 0;
        }
        n = factors_codes_make(f, user, codes);
        return n < 0 ? err_say_errno(err, n, "回復コードを書けません", "write the recovery codes")
                     : file_replace(s->people_fd, name, bytes_of(codes, (size_t)n), 0600, err);
}

int factors_write(struct factors_store *s, const char *user, const struct factors *f, struct err *err) {
        int r = 0;

        if (!factors_name_is_fit(user))
                return err_say(err, -EINVAL, "この利用者名では登録できません", "this user name cannot have factors");
        if (f->n_tokens > FACTORS_TOKENS || f->n_cards > FACTORS_CARDS || f->n_codes > FACTORS_CODES)
                return err_say(err, -EINVAL, "一人に登録できる数を超えています",
                               "more factors than one person can have");
        if (f->sealed_lost && (f->n_tokens || f->n_cards))
                return err_say(err, -EEXIST, "「%s」のトークンとカードを読めません。先に削除してください",
                               "the tokens and cards of '%s' cannot be read: remove them first", user);
        if (f->n_tokens || f->n_cards)
                r = write_sealed(s, user, f, err);
        else if (!f->sealed_lost && (r = remove_durably(s, user)) < 0)
                (void)err_say_errno(err, r, "「%s」を消せません", "remove '%s'", user);
        if (r == 0)
                r = write_codes(s, user, f, err);
        return r < 0 ? err_say_wrap(err, r, "「%s」の登録内容", "the factors of '%s'", user) : 0;
}

int factors_remove(struct factors_store *s, const char *user) {
        char name[NAME_SIZE];
        int r, codes;

        if (!factors_name_is_fit(user))
                return -EINVAL;
        (void)snprintf(name, sizeof name, "%s%s", user, PEOPLE_RECOVERY);
        r = remove_durably(s, user);
        codes = remove_durably(s, name);
        return r < 0 ? r : codes;
}

int factors_people(struct factors_store *s, char ***ret, size_t *ret_n) {
        return people_list(s->people_fd, ret, ret_n);
}
