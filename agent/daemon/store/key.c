/* SPDX-License-Identifier: MIT */
/* key.c — see key.h. A key is made once; whatever is wrong with it afterwards, another one is never made in its place.
 */
#include "store/key.h"

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/secret.h"
#include "host/digest.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>

#define KEY_FILE "key"
#define ID_FILE "key.id"
#define ID_TEXT (2 * KEY_ID_SIZE + 1)

const char *key_source_name(enum key_source s) {
        static const char *const names[] = {
                [KEY_NONE] = "none", [KEY_FROM_CREDENTIAL] = "credential", [KEY_FROM_FILE] = "file"
        };

        return (size_t)s < sizeof names / sizeof *names ? names[s] : names[KEY_NONE];
}

int key_id(const uint8_t key[KEY_SIZE], uint8_t ret[KEY_ID_SIZE]) {
        static const char prefix[] = "Sekimori: which key this is";
        uint8_t text[sizeof prefix + KEY_SIZE], digest[DIGEST_SIZE];
        int r;

        memcpy(text, prefix, sizeof prefix);
        memcpy(text + sizeof prefix, key, KEY_SIZE);
        r = digest_sha256(bytes_of(text, sizeof text), digest);
        secret_wipe(text, sizeof text);
        if (r == 0)
                memcpy(ret, digest, KEY_ID_SIZE);
        return r;
}

/* One of the two places, in their order. `status`: 0, -ENOENT, or why the content is no key. */
struct key_candidate {
        enum key_source source;
        int status;
        uint8_t key[KEY_SIZE];
        char id[ID_TEXT];
};

static void candidates_wipe(struct key_candidate (*c)[2]) {
        secret_wipe(c, sizeof *c);
}

static int read_bytes(int dirfd, const char *name, uint8_t ret[KEY_SIZE]) {
        auto_free uint8_t *content = NULL;
        size_t size;
        int r = file_read(dirfd, name, KEY_SIZE, &content, &size);

        if (r < 0)
                return r == -ENOTDIR ? -ENOENT : r;
        if (size == KEY_SIZE)
                memcpy(ret, content, KEY_SIZE);
        secret_wipe(content, size);
        return size == KEY_SIZE ? 0 : -EBADMSG;
}

static void key_look(struct key_candidate *c, enum key_source source, int dirfd, const char *name) {
        uint8_t id[KEY_ID_SIZE];

        c->source = source;
        c->status = read_bytes(dirfd, name, c->key);
        if (c->status == 0)
                c->status = key_id(c->key, id);
        if (c->status == 0)
                hex_of(id, sizeof id, c->id);
}

static int write_id(int login_fd, const char *id, struct err *err) {
        char line[ID_TEXT + 1];

        memcpy(line, id, ID_TEXT - 1);
        line[ID_TEXT - 1] = '\n';
        return file_replace(login_fd, ID_FILE, bytes_of(line, ID_TEXT), 0600, err);
}

static int make_key(int login_fd, struct key_candidate *c, struct err *err) {
        uint8_t key[KEY_SIZE];
        int r = getrandom(key, sizeof key, 0) == KEY_SIZE ? 0 : -EIO;

        if (r == 0)
                r = file_replace(login_fd, KEY_FILE, bytes_of(key, sizeof key), 0600, err);
        else
                r = err_say_errno(err, r, "鍵を作れません", "make a key");
        secret_wipe(key, sizeof key);
        if (r == 0)
                key_look(c, KEY_FROM_FILE, login_fd, KEY_FILE);
        return r == 0 ? c->status : r;
}

/* Nothing is sealed yet: a key that exists is taken; a new one is made only if there is no trace of any. */
static int choose_first(int login_fd, struct key_candidate c[2], struct key_candidate **ret, struct err *err) {
        int r = 0;

        *ret = c[0].status == 0 ? &c[0] : &c[1];
        if (c[0].status == -ENOENT && c[1].status == -ENOENT)
                r = make_key(login_fd, &c[1], err);
        if (r < 0)
                return r;
        if ((*ret)->status < 0)
                return err_say(err, -ENOKEY,
                               "%s は %d バイトの鍵ではありません。正しいものに直すか、取り除いてください",
                               "%s is no key of %d bytes: put it right, or take it away",
                               c[0].status == -ENOENT ? "login/key" : "credential sekimori.key", KEY_SIZE);
        return write_id(login_fd, (*ret)->id, err);
}

/* What was found in place of the key that is looked for. */
static const struct phrase *key_instead(int status) {
        static const struct phrase other = { "別の鍵", "another one" }, none = { "なし", "none" },
                                   unusable = { "使えません", "unusable" };

        return status == 0 ? &other : status == -ENOENT ? &none : &unusable;
}

static int choose_known(const char *id, struct key_candidate c[2], struct key_candidate **ret, struct err *err) {
        for (int i = 0; i < 2; i++)
                if (c[i].status == 0 && strcmp(c[i].id, id) == 0) {
                        *ret = &c[i];
                        return 0;
                }
        return err_say(err, -ENOKEY,
                       "トークンとカードを封印した鍵が失われています（credential: " IN_JA "、login/key: " IN_JA
                       "）。元の鍵を戻すか、login/key.id を消して全員を登録し直してください",
                       "the key that tokens and cards were sealed under is lost (credential: " IN_EN
                       "; login/key: " IN_EN "): put it back, or remove login/key.id and enrol everybody anew",
                       PHRASE(key_instead(c[0].status)), PHRASE(key_instead(c[1].status)));
}

int key_read(int login_fd, const char *credential, uint8_t ret[KEY_SIZE], enum key_source *ret_source,
             struct err *err) {
        __attribute__((cleanup(candidates_wipe))) struct key_candidate c[2] = { 0 };
        struct key_candidate *chosen = NULL;
        char id[ID_TEXT + 1];
        ssize_t n = file_read_line(login_fd, ID_FILE, id, sizeof id);
        int r;

        if (n < 0 && n != -ENOENT)
                return err_say_errno(err, (int)n, "login/key.id を読めません", "read login/key.id");
        key_look(&c[0], KEY_FROM_CREDENTIAL, AT_FDCWD, credential);
        key_look(&c[1], KEY_FROM_FILE, login_fd, KEY_FILE);
        r = n < 0 ? choose_first(login_fd, c, &chosen, err) : choose_known(id, c, &chosen, err);
        if (r < 0)
                return r;
        memcpy(ret, chosen->key, KEY_SIZE);
        *ret_source = chosen->source;
        return 0;
}
