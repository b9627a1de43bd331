/* SPDX-License-Identifier: MIT */
/* The control socket from outside: what is answered, and who is shown out. */
#include "control/server.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>

static struct terminal t;
static struct server *server;

static void given_an_agent(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        terminal_start(&t);
        cr_assert_eq(
                server_new(t.loop, ".",
                           &(struct subject){
                                   .state = t.state, .gate = t.gate, .audit = t.audit, .usb = t.usb, .store = t.store },
                           &server, &err),
                0, "%s", err.text);
}

static void drop(void) {
        server_free(server);
        terminal_end(&t);
}

static int client(void) {
        int fd = -1;

        cr_assert_eq(socket_connect(".", CONTROL_SOCKET, &fd), 0);
        return fd;
}

static int listening;

static bool answered(struct terminal *terminal, const char *path) {
        struct pollfd p = { .fd = listening, .events = POLLIN };

        (void)terminal, (void)path;
        return poll(&p, 1, 0) == 1;
}

/* What comes back: a decoded reply (1), or the door (0). */
static int reply_of(int fd, struct control_reply *ret, int *ret_text) {
        uint8_t packet[CONTROL_MAX];
        auto_fd beside = -1;
        ssize_t n;

        listening = fd;
        cr_assert(until(&t, answered, NULL), "neither an answer nor the door");
        n = socket_receive(fd, packet, sizeof packet, ret_text ? ret_text : &beside);
        if (n <= 0)
                return 0;
        cr_assert_eq(control_reply_decode(bytes_of(packet, (size_t)n), ret), 0);
        return 1;
}

static int request(enum control_request type, int bring, struct control_reply *ret, int *ret_text) {
        auto_fd fd = client();
        uint8_t packet[CONTROL_MAX];

        cr_assert_eq(socket_send(fd, packet, control_request_encode(type, packet), bring), 0);
        return reply_of(fd, ret, ret_text);
}

static json_t *json_from(int fd) {
        auto_free uint8_t *text = NULL;
        size_t size;

        cr_assert(memfd_is_sealed(fd));
        cr_assert_eq(file_read_fd(fd, 1 << 20, &text, &size), 0);
        return json_loads((const char *)text, 0, NULL);
}

TestSuite(server, .init = given_an_agent, .fini = drop, .timeout = 20);

Test(server, status_is_one_json_object) {
        struct control_reply reply;
        auto_fd text = -1;
        json_t *o;

        cr_assert(request(CONTROL_STATUS, -1, &reply, &text));
        o = json_from(text);
        cr_expect_str_eq(json_string_value(json_object_get(o, "state")), "sealed");
        cr_expect(json_is_true(json_object_get(json_object_get(o, "kernel"), "denies_by_default")));
        json_decref(o);
}

static bool at_rest(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

Test(server, status_names_the_terminal_and_where_its_log_ends) {
        struct audit_head head;
        struct control_reply reply;
        auto_fd text = -1;
        json_t *o, *audit;

        cr_assert(until(&t, at_rest, NULL)); /* what is found at first is recorded, too */
        head = audit_head(t.audit);
        cr_assert(request(CONTROL_STATUS, -1, &reply, &text));
        o = json_from(text);
        audit = json_object_get(o, "audit");
        cr_expect_gt(head.seq, 0);
        cr_expect_eq((uint64_t)json_integer_value(json_object_get(audit, "seq")), head.seq);
        cr_expect_str_eq(json_string_value(json_object_get(audit, "hash")), head.hash);
        cr_expect_eq(strlen(json_string_value(json_object_get(audit, "key"))), 64);
        cr_expect_not_null(json_string_value(json_object_get(o, "hostname")));
        cr_expect_eq(strlen(json_string_value(json_object_get(o, "time"))), strlen("2026-12-01T09:00:00+09:00"));
        cr_expect_geq(json_integer_value(json_object_get(o, "uptime_s")), 0);
        json_decref(o);
}

Test(server, whoever_may_ask_can_have_the_log_signed_up_to_its_end) {
        struct control_reply reply;
        auto_fd text = -1;
        unsigned before;

        cr_assert(until(&t, at_rest, NULL));
        cr_assert(request(CONTROL_CHECKPOINT, -1, &reply, &text));
        before = terminal_records("checkpoint");
        cr_assert_eq(audit_policy_refused(t.audit, &(struct err){ "test", "試験" }, 0), 0);
        for (int asked = 0; asked < 3; asked++) {
                cr_assert(request(CONTROL_CHECKPOINT, -1, &reply, &text));
                cr_expect_eq(reply.code, CONTROL_OK, "%s", reply.reason);
                cr_expect_eq(terminal_records("checkpoint"), before + 1, "once: then all is signed");
        }
        cr_expect_eq(text, -1);
}

Test(server, devices_are_an_array_with_the_contracts_members) {
        static const char *const members[] = { "path", "bus",        "vid",   "pid",     "serial",
                                               "name", "interfaces", "kinds", "verdict", "rule" };
        const char *stick = plug(t.bed, a_stick());
        struct control_reply reply;
        auto_fd text = -1;
        json_t *list;

        cr_assert(until(&t, is_kept_out, stick));
        cr_assert(request(CONTROL_DEVICES, -1, &reply, &text));
        list = json_from(text);
        cr_assert_eq(json_array_size(list), 1);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
                cr_expect(json_object_get(json_array_get(list, 0), members[i]), "%s", members[i]);
        cr_expect_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "verdict")), "deny");
        json_decref(list);
}

Test(server, whoever_sends_what_nobody_sends_is_shown_out) {
        static const struct {
                const char *bytes;
                size_t n;
                bool brings;
                const char *why;
        } hostile[] = {
                { "\1", 1, false, "cut" },
                { "\1\1\1", 3, false, "trailing" },
                { "\2\1", 2, false, "version" },
                { "\1\77", 2, false, "no such" },
                { "\1\3", 2, false, "a push of nothing" },
                { "\1\4", 2, false, "an enrolment of nothing" },
                { "\1\1", 2, true, "status with a gift" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                struct control_reply reply;
                auto_fd fd = client(), gift = hostile[i].brings ? memfd_sealed("gift", bytes_text("x")) : -1;

                cr_assert_eq(socket_send(fd, hostile[i].bytes, hostile[i].n, gift), 0);
                cr_expect_eq(reply_of(fd, &reply, NULL), 0, "%s", hostile[i].why);
        }
}

Test(server, an_envelope_that_could_still_change_is_refused) {
        struct control_reply reply;
        auto_fd open_one = memfd_create("envelope", MFD_CLOEXEC | MFD_ALLOW_SEALING);

        for (size_t i = 0; i < 2; i++) {
                auto_free uint8_t *text = NULL;
                auto_fd ja = -1;
                size_t size;

                cr_assert(request(i ? CONTROL_ENROL : CONTROL_PUSH, open_one, &reply, &ja));
                cr_expect_eq(reply.code, 1);
                cr_expect(strstr(reply.reason, "sealed"));
                cr_assert_eq(file_read_fd(ja, CONTROL_MAX, &text, &size), 0, "in both languages");
                cr_expect(strstr((const char *)text, "封をした"), "%s", (const char *)text);
        }
}

Test(server, one_larger_than_a_policy_can_be_is_refused_and_recorded) {
        auto_free uint8_t *large = calloc(1, POLICY_TEXT_MAX + 1);
        auto_fd sealed = memfd_sealed("envelope", bytes_of(large, POLICY_TEXT_MAX + 1));
        auto_free uint8_t *text = NULL, *log = NULL;
        struct control_reply reply;
        char member[CONTROL_MAX];
        auto_fd ja = -1;
        size_t size;

        cr_assert(request(CONTROL_PUSH, sealed, &reply, &ja));
        cr_expect_eq(reply.code, 1);
        cr_expect(strstr(reply.reason, "larger"));
        cr_assert(ja >= 0 && memfd_is_sealed(ja), "in both languages");
        cr_assert_eq(file_read_fd(ja, CONTROL_MAX, &text, &size), 0);
        cr_expect(strstr((const char *)text, "大きなものは受け取れません"), "%s", (const char *)text);
        cr_expect_eq(terminal_records("policy-refused"), 1);
        (void)snprintf(member, sizeof member, "\"why_ja\":\"%s\"", (const char *)text);
        cr_assert_eq(file_read(AT_FDCWD, "state/audit/audit.jsonl", 1 << 20, &log, &size), 0);
        cr_expect(strstr((const char *)log, member), "%s", (const char *)log);
}

static void ask_for_stage(const char *asked, struct control_reply *ret, json_t **ret_answer) {
        auto_fd parcel = memfd_sealed("stage", bytes_text(asked)), answer = -1;

        cr_assert(request(CONTROL_STAGE, parcel, ret, &answer), "%s", asked);
        *ret_answer = answer < 0 ? NULL : json_from(answer);
}

Test(server, a_stage_is_changed_by_name_and_told_in_status) {
        struct control_reply reply;
        auto_fd text = -1;
        json_t *o;

        ask_for_stage("{\"stage\":\"observe\"}", &reply, &o);
        cr_assert_eq(reply.code, 0, "%s", reply.reason);
        cr_expect_str_eq(json_string_value(json_object_get(o, "before")), "login");
        cr_expect_str_eq(json_string_value(json_object_get(o, "stage")), "observe");
        cr_expect_null(json_object_get(o, "note"));
        json_decref(o);
        cr_assert(request(CONTROL_STATUS, -1, &reply, &text));
        o = json_from(text);
        cr_expect_str_eq(json_string_value(json_object_get(o, "stage")), "observe");
        cr_expect(json_is_true(json_object_get(o, "stage_legible")));
        cr_expect(json_is_false(json_object_get(json_object_get(o, "kernel"), "denies_by_default")));
        json_decref(o);
}

Test(server, what_is_no_stage_is_refused) {
        static const char *const hostile[] = { "{}",
                                               "{\"stage\":1}",
                                               "{\"stage\":\"\"}",
                                               "{\"stage\":\"off\"}",
                                               "{\"stage\":\"observe\\n\"}",
                                               "{\"stage\":\"observe\",\"force\":true}",
                                               "[\"observe\"]",
                                               "observe" };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                struct control_reply reply;
                json_t *o;

                ask_for_stage(hostile[i], &reply, &o);
                cr_expect_eq(reply.code, 1, "%s", hostile[i]);
                cr_expect_neq(reply.reason[0], '\0', "%s", hostile[i]);
                cr_expect_null(o, "%s", hostile[i]);
        }
        cr_expect_eq(state_stage(t.state), STAGE_LOGIN);
        cr_expect_eq(terminal_records("stage-changed"), 0);
}

Test(server, a_hundred_who_only_sit_there_keep_nobody_out) {
        struct control_reply reply;
        auto_fd text = -1;
        int idle[100];

        for (size_t i = 0; i < 100; i++)
                idle[i] = client();
        cr_expect(request(CONTROL_STATUS, -1, &reply, &text));
        cr_expect_eq(reply.code, 0);
        for (size_t i = 0; i < 100; i++)
                (void)close(idle[i]);
}
