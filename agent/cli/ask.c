/* SPDX-License-Identifier: MIT */
/* ask.c — see ask.h. */
#include "cli/ask.h"

#include "base/cleanup.h"
#include "cli/verbs.h"
#include "host/file.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 30000 /* a push writes and syncs; a device may take seconds to be bound */
#define TEXT_MAX (16 * 1024 * 1024)

static int receive(int fd, struct control_reply *ret_reply, char **ret_text) {
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        uint8_t packet[CONTROL_MAX];
        auto_fd text = -1;
        size_t size;
        ssize_t n;

        if (poll(&wait, 1, PATIENCE_MS) <= 0)
                return -ETIMEDOUT;
        n = socket_receive(fd, packet, sizeof packet, &text);
        if (n <= 0)
                return n < 0 ? (int)n : -EPIPE;
        if (control_reply_decode(bytes_of(packet, (size_t)n), ret_reply) < 0)
                return -EBADMSG;
        return text >= 0 && ret_text ? file_read_fd(text, TEXT_MAX, (uint8_t **)ret_text, &size) : 0;
}

int ask(const char *runtime_dir, enum control_request type, int fd, struct control_reply *ret_reply, char **ret_text) {
        uint8_t packet[CONTROL_MAX];
        auto_fd agent = -1;
        int r = socket_connect(runtime_dir, CONTROL_SOCKET, &agent);

        if (r < 0)
                return complain(EXIT_COULD_NOT, "%s/%s: %s (is sekimorid running? `systemctl start sekimorid`)",
                                runtime_dir, CONTROL_SOCKET, strerrordesc_np(-r));
        r = socket_send(agent, packet, control_request_encode(type, packet), fd);
        if (r == 0)
                r = receive(agent, ret_reply, ret_text);
        if (r < 0)
                return complain(EXIT_COULD_NOT, "the agent did not answer: %s", strerrordesc_np(-r));
        return ret_reply->code;
}

int ask_json(const char *runtime_dir, enum control_request type, json_t **ret) {
        struct control_reply reply = { 0 };
        auto_free char *text = NULL;
        int code = ask(runtime_dir, type, -1, &reply, &text);

        if (code != EXIT_OK)
                return code;
        *ret = text ? json_loads(text, 0, NULL) : NULL;
        return *ret ? EXIT_OK : complain(EXIT_COULD_NOT, "the agent's answer is no JSON");
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
                (void)complain(EXIT_COULD_NOT, "%s: %s", path, strerrordesc_np(-r));
        return r;
}
