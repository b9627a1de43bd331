/* SPDX-License-Identifier: MIT */
/* server.c — a SOCK_SEQPACKET socket, the peer's uid from SO_PEERCRED, and a table that says for each request whether
 * only root or the agent's own user may make it. See server.h. */
#include "control/server.h"

#include "control/parcel.h"
#include "control/people.h"
#include "control/pushing.h"
#include "control/stage.h"
#include "host/auditors.h"
#include "host/file.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define PEERS 16 /* the oldest is disconnected when one more comes */

struct control_peer {
        struct source source;
        struct server *server;
        uid_t uid;
        uint64_t came; /* 0: the place is free */
        bool waits;    /* for its push */
};

struct server {
        struct source listening;
        struct loop *loop;
        struct subject subject;
        struct pushing *pushing;
        uint64_t arrivals;
        struct control_peer peers[PEERS];
};

static void peer_leave(struct control_peer *p) {
        if (!p->came)
                return;
        if (p->waits)
                pushing_cancel(p->server->pushing, p);
        loop_remove(p->server->loop, &p->source);
        (void)close(p->source.fd);
        p->came = 0;
}

static void server_reply(const struct control_peer *p, enum control_code code, const char *reason, int fd) {
        struct control_reply r = { .code = code };
        uint8_t packet[CONTROL_MAX];

        (void)snprintf(r.reason, sizeof r.reason, "%s", reason);
        (void)socket_send(p->source.fd, packet, control_reply_encode(&r, packet), fd);
}

/* A reply with a reason gives it in both languages: in English in the packet, in Japanese in a memfd beside it. */
static void reply_why(const struct control_peer *p, enum control_code code, const struct err *why) {
        auto_fd ja = why->ja[0] ? memfd_sealed("reason", bytes_text(why->ja)) : -1;

        server_reply(p, code, why->text, ja);
}

static void reply_text(const struct control_peer *p, int r, const char *text) {
        auto_fd fd = r < 0 ? r : memfd_sealed("reply", bytes_text(text));
        struct err why;

        if (fd >= 0)
                return server_reply(p, CONTROL_OK, "", fd);
        (void)err_say_errno(&why, fd, "答えを作れません", "the answer cannot be made");
        reply_why(p, CONTROL_COULD_NOT, &why);
}

static void server_status(struct control_peer *p, int fd) {
        auto_free char *text = NULL;
        int r = report_status(&p->server->subject, &text);

        (void)fd;
        reply_text(p, r, text);
}

static void server_devices(struct control_peer *p, int fd) {
        auto_free char *text = NULL;
        int r = report_devices(&p->server->subject, &text);

        (void)fd;
        reply_text(p, r, text);
}

/* For a person who is about to copy the log. An auditor may ask too: nothing is written if all is signed. */
static void server_checkpoint(struct control_peer *p, int fd) {
        int r = audit_sign(p->server->subject.audit);
        struct err why = { "" };

        (void)fd;
        if (r < 0)
                (void)err_say_errno(&why, r, "署名できません", "it cannot be signed");
        reply_why(p, r < 0 ? CONTROL_COULD_NOT : CONTROL_OK, &why);
}

static void server_pushed(void *ctx, enum control_code code, const struct err *why) {
        struct control_peer *p = ctx;

        reply_why(p, code, why);
        p->waits = false;
        peer_leave(p);
}

static void take_push(struct control_peer *p, int fd, bool force) {
        p->waits = true;
        pushing_begin(p->server->pushing, fd, force, p->uid, server_pushed, p);
}

static void server_push(struct control_peer *p, int fd) {
        take_push(p, fd, false);
}

static void server_push_force(struct control_peer *p, int fd) {
        take_push(p, fd, true);
}

/* Returns a descriptor of the answer, -1 if there is none. Secrets are wiped here before the reply is sent. */
static int ask_people(people_request *how, struct petition *petition, int fd, enum control_code *ret_code) {
        int r = parcel_open(fd, &petition->asked);

        if (r < 0) {
                (void)err_say(&petition->err, r,
                              "依頼が、封をした memfd に入った一つの JSON オブジェクトではありません",
                              "such a request brings a sealed memfd with one JSON object");
                *ret_code = CONTROL_REFUSED;
                return -1;
        }
        *ret_code = petition_answer(petition, how);
        r = petition->answer ? parcel_seal(petition->answer) : -1;
        if (petition->answer && r < 0) {
                (void)err_say_errno(&petition->err, r, "答えを作れません", "the answer cannot be made");
                *ret_code = CONTROL_COULD_NOT;
        }
        json_decref(petition->answer);
        json_decref(petition->asked);
        return r;
}

static void server_people(const struct control_peer *p, int fd, people_request *how) {
        struct petition petition = { .subject = &p->server->subject, .who = p->uid };
        enum control_code code;
        auto_fd answer = ask_people(how, &petition, fd, &code);

        if (code == CONTROL_OK)
                server_reply(p, 0, petition.err.text, answer);
        else
                reply_why(p, (uint8_t)code, &petition.err);
}

/* Only root and auditors can connect; this table says which requests auditors may not make. */
static const struct {
        void (*serve)(struct control_peer *p, int fd);
        bool owner_only; /* root, or the user who runs the agent in a demonstration */
        bool brings_fd;
        people_request *people; /* instead of `serve` */
} requests[CONTROL_REQUESTS] = {
        [CONTROL_STATUS] = { server_status, false, false },
        [CONTROL_DEVICES] = { server_devices, false, false },
        [CONTROL_PUSH] = { server_push, true, true },
        [CONTROL_ENROL] = { NULL, true, true, people_enrol },
        [CONTROL_FACTORS] = { NULL, false, true, people_factors },
        [CONTROL_UNLOCK] = { NULL, true, true, people_unlock },
        [CONTROL_FORGET] = { NULL, true, true, people_forget },
        [CONTROL_STAGE] = { NULL, true, true, stage_change },
        [CONTROL_CHECKPOINT] = { server_checkpoint, false, false },
        [CONTROL_PUSH_FORCE] = { server_push_force, true, true },
};

static void refuse_stranger(const struct control_peer *p) {
        struct err why;

        (void)err_say(&why, 0, "root だけができることです。sudo を付けてください", "only root may do this: use sudo");
        reply_why(p, CONTROL_REFUSED, &why);
}

/* True: it is answered later. */
static bool peer_serve(struct control_peer *p, struct bytes packet, int fd) {
        enum control_request type;

        if (control_request_decode(packet, &type) < 0 || requests[type].brings_fd != (fd >= 0))
                return false;
        if (requests[type].owner_only && p->uid != 0 && p->uid != geteuid())
                refuse_stranger(p);
        else if (requests[type].people)
                server_people(p, fd, requests[type].people);
        else
                requests[type].serve(p, fd);
        return p->waits;
}

static void peer_ready(struct source *source, uint32_t events) {
        struct control_peer *p = container_of(source, struct control_peer, source);
        uint8_t packet[CONTROL_MAX];
        auto_fd fd = -1;
        ssize_t n = socket_receive(p->source.fd, packet, sizeof packet, &fd);

        (void)events;
        if (n == -EAGAIN)
                return;
        if (!p->waits && n > 0 && peer_serve(p, bytes_of(packet, (size_t)n), fd))
                return;
        peer_leave(p); /* one request, one reply; whoever says anything else, or goes, ends the connection */
}

/* A push is not shown out: what root began, no auditor ends. */
static struct control_peer *free_place(struct server *s) {
        struct control_peer *oldest = &s->peers[s->peers[0].waits ? 1 : 0];

        for (size_t i = 0; i < PEERS; i++) {
                if (!s->peers[i].came)
                        return &s->peers[i];
                if (!s->peers[i].waits && s->peers[i].came < oldest->came)
                        oldest = &s->peers[i];
        }
        peer_leave(oldest);
        return oldest;
}

static void someone_came(struct source *source, uint32_t events) {
        struct server *s = container_of(source, struct server, listening);
        auto_fd fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        struct control_peer *p;
        gid_t gid;
        uid_t uid;
        pid_t pid;

        (void)events;
        if (fd < 0 || socket_peer(fd, &uid, &gid, &pid) < 0)
                return;
        p = free_place(s);
        *p = (struct control_peer){ .source = { .fd = fd, .ready = peer_ready }, .server = s, .uid = uid };
        if (loop_add(s->loop, &p->source, EPOLLIN) < 0)
                return;
        p->came = ++s->arrivals;
        (void)take_fd(&fd);
}

/* Auditors may read; no other user of the machine can connect. */
static int admit_auditors(const char *runtime_dir) {
        auto_fd dir = open(runtime_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        return dir < 0 ? -errno : auditors_admit(dir, CONTROL_SOCKET, 0660);
}

int server_new(struct loop *l, const char *runtime_dir, const struct subject *subject, struct server **ret,
               struct err *err) {
        auto_server s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return err_set(err, -ENOMEM, "control");
        s->loop = l, s->subject = *subject;
        s->listening.fd = -1, s->listening.ready = someone_came;
        r = pushing_new(l, &s->subject, &s->pushing);
        if (r == 0)
                r = socket_listen(runtime_dir, CONTROL_SOCKET, 0660, &s->listening.fd);
        if (r == 0)
                r = loop_add(l, &s->listening, EPOLLIN);
        if (r == 0)
                r = admit_auditors(runtime_dir);
        if (r < 0)
                return err_errno(err, r, "%s/%s", runtime_dir, CONTROL_SOCKET);
        *ret = TAKE(s);
        return 0;
}

void server_free(struct server *s) {
        if (!s)
                return;
        for (size_t i = 0; i < PEERS; i++)
                peer_leave(&s->peers[i]);
        pushing_free(s->pushing);
        if (s->listening.fd >= 0) {
                loop_remove(s->loop, &s->listening);
                (void)close(s->listening.fd);
        }
        free(s);
}
