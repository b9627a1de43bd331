/* SPDX-License-Identifier: MIT */
/* module.c — lstat() on each step of the path and of its realpath(), then dlopen(), C_GetFunctionList() and
 * C_Initialize(); a table says what each CK_RV means. See module.h. */
#include "card/module.h"

#include "base/cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

/* A symlink's own mode means nothing; the directory that holds it was checked before. */
static int check_step(const char *path, uid_t owner, struct err *err) {
        struct stat st;

        if (lstat(path, &st) < 0)
                return err_errno(err, -errno, "'%s'", path);
        if (st.st_uid != 0 && st.st_uid != owner)
                return err_set(err, -EPERM, "'%s' belongs to user %u, not to root", path, st.st_uid);
        if (!S_ISLNK(st.st_mode) && (st.st_mode & (S_IWGRP | S_IWOTH)))
                return err_set(err, -EPERM, "'%s' can be changed by others than its owner", path);
        return 0;
}

static int check_path(const char *path, uid_t owner, struct err *err) {
        char step[PATH_MAX];
        size_t n = strlen(path);
        int r = check_step("/", owner, err);

        if (n >= sizeof step)
                return err_set(err, -ENAMETOOLONG, "the path is too long");
        memcpy(step, path, n + 1);
        for (size_t i = 1; i <= n && r == 0; i++) {
                if (path[i] != '/' && path[i] != '\0')
                        continue;
                step[i] = '\0';
                r = check_step(step, owner, err);
                step[i] = path[i];
        }
        return r;
}

static int module_resolve(const char *path, uid_t owner, char real[PATH_MAX], struct err *err) {
        struct stat st;
        int r;

        if (path[0] != '/')
                return err_set(err, -EINVAL, "'%s' is not an absolute path", path);
        r = check_path(path, owner, err);
        if (r < 0)
                return r;
        if (!realpath(path, real) || stat(real, &st) < 0)
                return err_errno(err, -errno, "'%s'", path);
        if (!S_ISREG(st.st_mode))
                return err_set(err, -EINVAL, "'%s' is not a file", path);
        return check_path(real, owner, err);
}

/* Only one of our threads uses the module, so it needs no locks; with locks OpenSC 0.23 deadlocks when a card is pulled
 * while a PIN is verified. */
static int module_start(CK_FUNCTION_LIST *p11, const char *path, struct err *err) {
        char text[64];
        CK_RV rv;

        if (p11->version.major != 2)
                return err_set(err, -EPROTO, "'%s' speaks PKCS#11 %u, not 2", path, p11->version.major);
        rv = p11->C_Initialize(NULL);
        if (rv == CKR_OK)
                return 0;
        (void)module_result(rv, "C_Initialize", text, sizeof text);
        return err_set(err, -EIO, "'%s': %s", path, text);
}

int module_open(const char *path, uid_t owner, CK_FUNCTION_LIST **ret, struct err *err) {
        CK_FUNCTION_LIST *p11 = NULL;
        CK_C_GetFunctionList list;
        char real[PATH_MAX];
        void *library;
        int r = module_resolve(path, owner, real, err);

        if (r < 0)
                return r;
        library = dlopen(real, RTLD_NOW | RTLD_LOCAL);
        if (!library)
                return err_set(err, -ELIBACC, "%s", dlerror());
        *(void **)&list = dlsym(library, "C_GetFunctionList");
        if (!list || list(&p11) != CKR_OK || !p11)
                return err_set(err, -ELIBBAD, "'%s' is no PKCS#11 module", path);
        r = module_start(p11, path, err);
        if (r == 0)
                *ret = p11;
        return r;
}

static const struct {
        CK_RV rv;
        const char *name;
        enum card_result result;
} meanings[] = {
        { CKR_OK, "CKR_OK", CARD_OK },
        { CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", CARD_PIN_WRONG },
        { CKR_PIN_LOCKED, "CKR_PIN_LOCKED", CARD_PIN_IS_LOCKED },
        { CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", CARD_PIN_MALFORMED },
        { CKR_PIN_INVALID, "CKR_PIN_INVALID", CARD_PIN_MALFORMED },
        { CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", CARD_GONE },
        { CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", CARD_GONE },
        { CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", CARD_GONE },
        { CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", CARD_GONE },
        { CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", CARD_GONE },
        { CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", CARD_UNABLE },
        { CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", CARD_UNABLE },
        { CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", CARD_UNABLE },
        { CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", CARD_UNABLE },
        { CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", CARD_UNABLE },
        { CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN", CARD_UNABLE },
        { CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", CARD_UNABLE },
        { CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", CARD_UNABLE },
        { CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", CARD_UNABLE },
        { CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", CARD_UNABLE },
        { CKR_HOST_MEMORY, "CKR_HOST_MEMORY", CARD_UNABLE },
};

enum card_result module_result(CK_RV rv, const char *call, char *text, size_t size) {
        if (rv == CKR_OK)
                return CARD_OK;
        for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
                if (meanings[i].rv == rv) {
                        (void)snprintf(text, size, "%s: %s", call, meanings[i].name);
                        return meanings[i].result;
                }
        (void)snprintf(text, size, "%s: CKR %#lx", call, rv);
        return CARD_UNABLE;
}

void module_text(struct bytes from, char *to, size_t size) {
        size_t n = from.left < size ? from.left : size - 1;

        while (n < from.left && n > 0 && (from.at[n] & 0xc0) == 0x80)
                n--; /* never cut inside a character */
        for (size_t i = 0; i < n; i++)
                to[i] = from.at[i] < 0x20 || from.at[i] == 0x7f ? '?' : (char)from.at[i];
        while (n > 0 && to[n - 1] == ' ')
                n--; /* PKCS#11 pads with blanks */
        to[n] = '\0';
}
