/* SPDX-License-Identifier: MIT */
/* ask.c — one message to control.sock, one reply within 30 s, its text in a passed file descriptor. See ask.h. */
#include "cli/ask.h"

#include "base/cleanup.h"
#include "cli/language.h"
#include "cli/verbs.h"
#include "host/auditors.h"
#include "host/file.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT_MS 30000 /* a push writes and syncs; a device may take seconds to be bound */
#define TEXT_MAX (16 * 1024 * 1024)

/* The reason comes in English in the reply; a current agent sends it in Japanese, too, in the passed descriptor. */
static void read_reason(const struct control_reply *reply, int fd, struct err *ret) {
        auto_free uint8_t *ja = NULL;
        size_t size;

        (void)err_set(ret, 0, "%s", reply->reason);
        if (fd >= 0 && file_read_fd(fd, sizeof ret->ja - 1, &ja, &size) == 0)
                (void)snprintf(ret->ja, sizeof ret->ja, "%s", (const char *)ja);
}

static int ask_receive(int fd, int *ret_code, struct err *ret_why, char **ret_text) {
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        struct control_reply reply = { 0 };
        uint8_t packet[CONTROL_MAX];
        auto_fd text = -1;
        size_t size;
        ssize_t n;

        if (poll(&wait, 1, TIMEOUT_MS) <= 0)
                return -ETIMEDOUT;
        n = socket_receive(fd, packet, sizeof packet, &text);
        if (n <= 0)
                return n < 0 ? (int)n : -EPIPE;
        if (control_reply_decode(bytes_of(packet, (size_t)n), &reply) < 0)
                return -EBADMSG;
        *ret_code = reply.code;
        if (reply.code != CONTROL_OK || !ret_text)
                return read_reason(&reply, text, ret_why), 0;
        return text >= 0 ? file_read_fd(text, TEXT_MAX, (uint8_t **)ret_text, &size) : 0;
}

/* The socket's mode decides who may ask: root, and the group that may read the log. */
static int complain_nobody_there(const char *runtime_dir, int r) {
        const char *reason = err_reason(r, language_now());

        if (r == -EACCES)
                return complain(EXIT_COULD_NOT,
                                "%s/%s: %s。sudo を付けてください（見るだけなら、グループ " AUDITORS_GROUP
                                " の人は sudo なしでもできます）",
                                "%s/%s: %s; use sudo (to look only: be a member of the group " AUDITORS_GROUP ")",
                                runtime_dir, CONTROL_SOCKET, reason);
        return complain(
                EXIT_COULD_NOT, "%s/%s: エージェントに接続できません: %s（systemctl start sekimorid で起動します）",
                "%s/%s: %s (is sekimorid running? `systemctl start sekimorid`)", runtime_dir, CONTROL_SOCKET, reason);
}

int ask(const char *runtime_dir, enum control_request type, int fd, struct err *ret_why, char **ret_text) {
        uint8_t packet[CONTROL_MAX];
        auto_fd agent = -1;
        int r = socket_connect(runtime_dir, CONTROL_SOCKET, &agent), code = EXIT_COULD_NOT;

        if (r < 0)
                return complain_nobody_there(runtime_dir, r);
        r = socket_send(agent, packet, control_request_encode(type, packet), fd);
        if (r == 0)
                r = ask_receive(agent, &code, ret_why, ret_text);
        if (r < 0)
                return complain(EXIT_COULD_NOT, "エージェントから応答がありません: %s", "the agent did not answer: %s",
                                err_reason(r, language_now()));
        return code;
}

int ask_json(const char *runtime_dir, enum control_request type, json_t **ret) {
        struct err why = { "" };
        auto_free char *text = NULL;
        int code = ask(runtime_dir, type, -1, &why, &text);

        if (code != EXIT_OK && why.text[0])
                return complain_err(code, NULL, &why);
        if (code != EXIT_OK)
                return code;
        *ret = text ? json_loads(text, 0, NULL) : NULL;
        return *ret ? EXIT_OK
                    : complain(EXIT_COULD_NOT, "エージェントの応答が正しくありません（JSON ではありません）",
                               "the agent's answer is no JSON");
}

static int read_stream(int fd, size_t max, uint8_t **ret, size_t *ret_size) {
        auto_free uint8_t *buffer = malloc(max + 2);
        size_t have = 0;
        ssize_t n;

        if (!buffer)
                return -ENOMEM;
        while ((n = read(fd, buffer + have, max + 1 - have)) > 0)
                have += (size_t)n;
        if (n < 0)
                return -errno;
        if (have > max)
                return -EFBIG;
        buffer[have] = '\0';
        *ret = TAKE(buffer);
        *ret_size = have;
        return 0;
}

int read_argument(const char *path, size_t max, uint8_t **ret, size_t *ret_size) {
        auto_fd file = -1;
        int r;

        if (strcmp(path, "-") == 0) {
                r = read_stream(STDIN_FILENO, max, ret, ret_size);
        } else {
                file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
                r = file < 0 ? -errno : read_stream(file, max, ret, ret_size);
        }
        if (r < 0)
                return complain_errno(r == -EFBIG ? EXIT_REFUSED : EXIT_COULD_NOT, path, r);
        return EXIT_OK;
}
