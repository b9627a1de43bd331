/* SPDX-License-Identifier: MIT */
/* firewall_answer.c — one message with a sealed memfd in it, within ten seconds. See firewall_answer.h. */
#include "cli/network/firewall_answer.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <errno.h>
#include <poll.h>

#define FIREWALL_SOCKET "firewall.sock"
#define TIMEOUT_MS 10000
#define TEXT_MAX (16 * 1024 * 1024)

static int firewall_receive(const char *runtime_dir, uint8_t **ret, size_t *ret_size) {
        auto_fd fd = -1, text = -1;
        int r = socket_connect(runtime_dir, FIREWALL_SOCKET, &fd);
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        uint8_t version;
        ssize_t n;

        if (r < 0)
                return r;
        if (poll(&wait, 1, TIMEOUT_MS) <= 0)
                return -ETIMEDOUT;
        n = socket_receive(fd, &version, sizeof version, &text);
        if (n <= 0)
                return n < 0 ? (int)n : -EACCES;
        return text < 0 || !memfd_is_sealed(text) ? -EBADMSG : file_read_fd(text, TEXT_MAX, ret, ret_size);
}

int firewall_answer(const char *runtime_dir, json_t **ret, struct err *err) {
        auto_free uint8_t *text = NULL;
        size_t size = 0;
        int r = firewall_receive(runtime_dir, &text, &size);

        if (r == -ENOENT || r == -ECONNREFUSED)
                return err_say(err, r, "sekimori-firewall が動いていません", "sekimori-firewall does not run");
        if (r == 0) {
                *ret = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, NULL);
                r = *ret ? 0 : -EBADMSG;
        }
        return r < 0 ? err_say_errno(err, r, "sekimori-firewall に尋ねられません", "ask sekimori-firewall") : 0;
}
