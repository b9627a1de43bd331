/* SPDX-License-Identifier: MIT */
/* pam_floor.c — the least that password and code can cost: all in the caller's process, nothing kept apart from
 * anything. Any password is right (the nested service in the benchmark takes any, too). FOLDER/USER holds a secret of
 * 20 bytes; the code is checked by RFC 6238, and its step written durably to FOLDER/USER.used. With a second argument
 * one message goes to that socket and back first, as the least that a service of its own would cost. Nobody may log in
 * with it. */
#include <fcntl.h>
#include <nettle/hmac.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SECRET 20
#define PERIOD_S 30
#define STEPS_BACK 3

static int there_and_back(const char *path) {
        struct sockaddr_un at = { .sun_family = AF_UNIX };
        char message[64] = "", answer[64];
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), r = -1;

        (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
        if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0
            && send(fd, message, sizeof message, MSG_NOSIGNAL) == sizeof message
            && recv(fd, answer, sizeof answer, 0) == sizeof answer)
                r = 0;
        if (fd >= 0)
                (void)close(fd);
        return r;
}

static uint32_t code_of(const uint8_t *secret, uint64_t step) {
        uint8_t counter[8], mac[SHA1_DIGEST_SIZE];
        struct hmac_sha1_ctx hmac;
        size_t at;

        for (int i = 7; i >= 0; i--, step >>= 8)
                counter[i] = (uint8_t)step;
        hmac_sha1_set_key(&hmac, SECRET, secret);
        hmac_sha1_update(&hmac, sizeof counter, counter);
        hmac_sha1_digest(&hmac, sizeof mac, mac);
        at = mac[sizeof mac - 1] & 15;
        return ((mac[at] & 127U) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3])
               % 1000000;
}

static bool is_right(const char *file, const char *code, uint64_t *ret_step) {
        uint8_t secret[SECRET];
        int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        bool whole = fd >= 0 && read(fd, secret, sizeof secret) == sizeof secret;
        const uint64_t now = (uint64_t)time(NULL) / PERIOD_S;

        if (fd >= 0)
                (void)close(fd);
        for (*ret_step = now; whole && *ret_step > now - STEPS_BACK; --*ret_step)
                if (code_of(secret, *ret_step) == strtoul(code, NULL, 10))
                        return true;
        return false;
}

static int use(const char *file, uint64_t step) {
        int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        int r = fd >= 0 && pwrite(fd, &step, sizeof step, 0) == sizeof step && fdatasync(fd) == 0 ? 0 : -1;

        if (fd >= 0)
                (void)close(fd);
        return r;
}

int pam_sm_authenticate(pam_handle_t *h, int flags, int argc, const char **argv) {
        char file[256], used[272], *password = NULL, *code = NULL;
        const char *user = NULL;
        uint64_t step;
        int r = PAM_AUTH_ERR;

        (void)flags;
        if (argc < 1 || pam_get_user(h, &user, NULL) != PAM_SUCCESS || (argc > 1 && there_and_back(argv[1]) < 0)
            || pam_prompt(h, PAM_PROMPT_ECHO_OFF, &password, "Password: ") != PAM_SUCCESS
            || pam_prompt(h, PAM_PROMPT_ECHO_OFF, &code, "Code: ") != PAM_SUCCESS)
                return PAM_AUTH_ERR;
        (void)snprintf(file, sizeof file, "%s/%s", argv[0], user);
        (void)snprintf(used, sizeof used, "%s.used", file);
        if (code && is_right(file, code, &step) && use(used, step) == 0)
                r = PAM_SUCCESS;
        free(password);
        free(code);
        return r;
}

int pam_sm_setcred(pam_handle_t *h, int flags, int argc, const char **argv) {
        (void)h, (void)flags, (void)argc, (void)argv;
        return PAM_SUCCESS;
}
