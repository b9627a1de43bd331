/* SPDX-License-Identifier: MIT */
/* settings.c — a table of `socket=` and `timeout=`, each with the function that checks its value. See settings.h. */
#include "settings.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

#define SOCKET "/run/sekimori/auth.sock"
#define TIMEOUT_S 60
#define TIMEOUT_MAX_S 600

static int read_socket(const char *value, struct settings *ret) {
        if (*value != '/' || strlen(value) >= sizeof((struct sockaddr_un *)0)->sun_path)
                return -EINVAL;
        ret->socket = value;
        return 0;
}

static int read_timeout(const char *value, struct settings *ret) {
        unsigned seconds = 0;

        for (const char *at = value; *at; at++) {
                if (*at < '0' || *at > '9' || seconds > TIMEOUT_MAX_S)
                        return -EINVAL;
                seconds = seconds * 10 + (unsigned)(*at - '0');
        }
        if (seconds < 1 || seconds > TIMEOUT_MAX_S)
                return -EINVAL;
        ret->timeout_s = seconds;
        return 0;
}

static const struct {
        const char *name;
        int (*read)(const char *value, struct settings *ret);
        const char *shape;
} known[] = {
        { "socket=", read_socket, "an absolute path of at most 107 bytes" },
        { "timeout=", read_timeout, "1 to 600 seconds" },
};

static int read_word(const char *word, struct settings *ret, struct err *err) {
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
                size_t n = strlen(known[i].name);

                if (strncmp(word, known[i].name, n) != 0)
                        continue;
                if (known[i].read(word + n, ret) < 0)
                        return err_set(err, -EINVAL, "'%s' is not understood: %s", word, known[i].shape);
                return 0;
        }
        return err_set(err, -EINVAL, "'%s' is not understood: neither socket=PATH nor timeout=SECONDS", word);
}

int settings_read(int argc, const char *const *argv, struct settings *ret, struct err *err) {
        struct settings s = { .socket = SOCKET, .timeout_s = TIMEOUT_S };

        for (int i = 0; i < argc; i++)
                if (read_word(argv[i], &s, err) < 0)
                        return -EINVAL;
        *ret = s;
        return 0;
}
