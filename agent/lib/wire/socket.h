/* SPDX-License-Identifier: MIT */
/* socket.h — SOCK_SEQPACKET between our own processes: whole messages or errors, close-on-exec always. */
#pragma once

#include "base/bytes.h"

#include <sys/types.h>

/* Send one whole message without blocking or SIGPIPE; fd_to_pass may be -1. 0, -EAGAIN, -EPIPE … */
int socket_send(int fd, const void *p, size_t n, int fd_to_pass);

/* Receive one message. Returns its length, 0 at the end of the stream, -EMSGSIZE where it was larger than `size`
 * (it is gone then), -EAGAIN. *ret_fd is -1 or a descriptor the caller owns; more than one is -EBADMSG. ret_fd may be
 * NULL: then a message that brings a descriptor is -EBADMSG. */
ssize_t socket_receive(int fd, void *p, size_t size, int *ret_fd);

/* Listen at dir/name with `mode`. An old socket of that name is replaced. */
int socket_listen(const char *dir, const char *name, mode_t mode, int *ret_fd);
int socket_connect(const char *dir, const char *name, int *ret_fd);

/* Who is at the other end, as the kernel recorded it at connect(). */
int socket_peer(int fd, uid_t *ret_uid, gid_t *ret_gid, pid_t *ret_pid);
