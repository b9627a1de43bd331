/* SPDX-License-Identifier: MIT */
/* journal.c — see journal.h. Speaks the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL) itself, because
 * sd_journal_sendv() blocks while journald is stopped and its queue is full, and a device must not wait for that. */
#include "audit/journal.h"

#include "audit/sentence.h"
#include "base/bytes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#define ENTRY_MAX 16384

struct journal {
        int fd;
        struct sockaddr_un at;
};

static const struct {
        const char *field, *member;
} fields[] = {
        { "SEKIMORI_TYPE", "type" },       { "SEKIMORI_SEQ", "seq" },           { "SEKIMORI_POLICY", "policy" },
        { "SEKIMORI_RULE", "rule" },       { "SEKIMORI_CLAUSE", "clause" },     { "SEKIMORI_ACTION", "action" },
        { "SEKIMORI_REASON", "reason" },   { "SEKIMORI_USER", "user" },         { "SEKIMORI_SEAT", "seat" },
        { "SEKIMORI_REQUEST", "request" }, { "SEKIMORI_PATH", "path" },         { "SEKIMORI_VENDOR", "vid" },
        { "SEKIMORI_PRODUCT", "pid" },     { "SEKIMORI_NAME", "name" },         { "SEKIMORI_WHY", "why" },
        { "SEKIMORI_WHAT", "what" },       { "SEKIMORI_NOTE", "note" },         { "SEKIMORI_SERIAL", "serial" },
        { "SEKIMORI_SERVICE", "service" }, { "SEKIMORI_TTY", "tty" },           { "SEKIMORI_RHOST", "rhost" },
        { "SEKIMORI_SESSION", "session" }, { "SEKIMORI_FACTORS", "factors" },   { "SEKIMORI_FACTOR", "factor" },
        { "SEKIMORI_LABEL", "label" },     { "SEKIMORI_SECONDS", "seconds" },   { "SEKIMORI_FAILURES", "failures" },
        { "SEKIMORI_WAIT", "wait" },       { "SEKIMORI_UID", "uid" },           { "SEKIMORI_BEFORE", "before" },
        { "SEKIMORI_STAGE", "stage" },     { "SEKIMORI_OBSERVED", "observed" }, { "SEKIMORI_FILE", "file" },
        { "SEKIMORI_FIRST", "first" },     { "SEKIMORI_LAST", "last" },         { "SEKIMORI_PORT", "port" },
        { "SEKIMORI_COUNT", "count" },     { "SEKIMORI_SUBJECT", "subject" },   { "SEKIMORI_LINK", "link" },
        { "SEKIMORI_INDEX", "index" },     { "SEKIMORI_KIND", "kind" },         { "SEKIMORI_DRIVER", "driver" },
        { "SEKIMORI_FORCE", "force" },     { "SEKIMORI_ADDRESS", "address" },   { "SEKIMORI_INTERFACE", "interface" },
        { "SEKIMORI_PACKETS", "packets" }, { "SEKIMORI_PROTOCOL", "protocol" }, { "SEKIMORI_DIRECTION", "direction" },
};

int journal_open(const char *socket_path, struct journal **ret) {
        auto_journal j = calloc(1, sizeof *j);

        if (!j)
                return -ENOMEM;
        j->fd = -1;
        j->at.sun_family = AF_UNIX;
        if (snprintf(j->at.sun_path, sizeof j->at.sun_path, "%s", socket_path) >= (int)sizeof j->at.sun_path)
                return -ENAMETOOLONG;
        j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (j->fd < 0)
                return -errno;
        *ret = TAKE(j);
        return 0;
}

void journal_free(struct journal *j) {
        if (!j)
                return;
        if (j->fd >= 0)
                (void)close(j->fd);
        free(j);
}

/* The form with a length carries any value, newlines included. */
static void journal_put(struct bytes_out *to, const char *field, const char *value) {
        bytes_put(to, field, strlen(field));
        bytes_put(to, "\n", 1);
        bytes_put_uint(to, strlen(value), 8);
        bytes_put(to, value, strlen(value));
        bytes_put(to, "\n", 1);
}

static void put_member(struct bytes_out *to, const char *field, const json_t *value) {
        char number[24];

        if (json_is_integer(value)) {
                (void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
                journal_put(to, field, number);
        } else if (json_is_true(value)) {
                journal_put(to, field, "1");
        } else if (json_string_length(value)) {
                journal_put(to, field, json_string_value(value));
        }
}

/* For the message catalogs: each is in one language, whatever the policy's language is. */
static void put_reason(struct bytes_out *to, const json_t *record) {
        static const char *const in[LANGUAGES] = { "SEKIMORI_REASON_JA", "SEKIMORI_REASON_EN" };

        for (enum language l = 0; l < LANGUAGES; l++) {
                char text[1024];

                sentence_reason(l, record, text, sizeof text);
                if (*text)
                        journal_put(to, in[l], text);
        }
}

void journal_send(struct journal *j, enum event e, const json_t *record, const char *message, const char *digest) {
        uint8_t entry[ENTRY_MAX];
        struct bytes_out to = bytes_into(entry, sizeof entry);
        char priority[4];

        (void)snprintf(priority, sizeof priority, "%d", event_priority(e) & 7);
        journal_put(&to, "MESSAGE", message);
        journal_put(&to, "MESSAGE_ID", event_message_id(e));
        journal_put(&to, "PRIORITY", priority);
        journal_put(&to, "SYSLOG_IDENTIFIER", "sekimorid");
        journal_put(&to, "SEKIMORI_DIGEST", digest);
        put_reason(&to, record);
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
                put_member(&to, fields[i].field, json_object_get(record, fields[i].member));
        if (!to.broken)
                (void)sendto(j->fd, entry, to.used, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&j->at,
                             sizeof j->at);
}
