/* SPDX-License-Identifier: MIT */
/* firewall_ask.c — one message with a sealed memfd in it, within ten seconds. See firewall_ask.h. */
#include "cli/network/firewall_ask.h"

#include "cli/answer.h"
#include "cli/complain.h"
#include "cli/language.h"
#include "host/file.h"
#include "host/network_stage.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#define TIMEOUT_MS 10000 /* while tables are written nobody is answered */
#define TEXT_MAX (16 * 1024 * 1024)
#define VERSION 1

static int answer_read(int fd, json_t **ret) {
        auto_free uint8_t *text = NULL;
        auto_json o = NULL;
        size_t size;
        int r = memfd_is_sealed(fd) ? file_read_fd(fd, TEXT_MAX, &text, &size) : -EBADMSG;

        if (r < 0)
                return r;
        o = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, NULL);
        if (answer_number(o, NULL, "version") != VERSION)
                return -EBADMSG;
        *ret = TAKE(o);
        return 0;
}

static int answer_receive(int firewall, json_t **ret) {
        struct pollfd wait = { .fd = firewall, .events = POLLIN };
        auto_fd fd = -1;
        char packet[1];
        ssize_t n;

        if (poll(&wait, 1, TIMEOUT_MS) <= 0)
                return -ETIMEDOUT;
        n = socket_receive(firewall, packet, sizeof packet, &fd);
        return n < 0 ? (int)n : n == 0 || fd < 0 ? -EPERM : answer_read(fd, ret);
}

int firewall_answer(const char *runtime_dir, json_t **ret, struct err *err) {
        auto_fd firewall = -1;
        int r = socket_connect(runtime_dir, FIREWALL_SOCKET, &firewall);

        if (r == -ENOENT || r == -ECONNREFUSED)
                return err_say(err, r, "sekimori-firewall が動いていません", "sekimori-firewall is not running");
        if (r == -EACCES)
                return err_say(err, r, "root だけが尋ねられます。sudo を付けてください", "only root may ask: use sudo");
        if (r == 0)
                r = answer_receive(firewall, ret);
        return r < 0 ? err_say_errno(err, r, "sekimori-firewall に尋ねられません", "ask sekimori-firewall") : 0;
}

int firewall_ask(const char *runtime_dir, json_t **ret) {
        struct err err = { "" };

        if (firewall_answer(runtime_dir, ret, &err) == 0)
                return EXIT_OK;
        return complain(EXIT_COULD_NOT, "%s/" FIREWALL_SOCKET ": %s。何が拒否されたかは分かりません",
                        "%s/" FIREWALL_SOCKET ": %s; nothing is known of what was refused", runtime_dir,
                        err_text(&err, language_now()));
}

bool firewall_plan(const char *state_dir, const json_t *answer, struct network_plan *ret) {
        auto_fd state = directory_open(AT_FDCWD, state_dir), network = -1;
        auto_free uint8_t *bytes = NULL;
        size_t size;

        network = state < 0 ? -1 : directory_open(state, NETWORK_DIR);
        if (network < 0 || file_read(network, NETWORK_PLAN, NETWORK_PLAN_MAX, &bytes, &size) < 0
            || network_plan_decode(bytes_of(bytes, size), ret) < 0)
                return false;
        if (ret->has_terms && ret->serial == (uint64_t)answer_number(answer, NULL, "serial")
            && ret->terms.n_peers == json_array_size(json_object_get(answer, "peers")))
                return true;
        network_plan_free(ret);
        return false;
}
