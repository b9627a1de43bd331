/* SPDX-License-Identifier: MIT */
/* server.h — the admin's socket: one request, one reply, by a table of who may ask what. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"
#include "control/report.h"
#include "loop/loop.h"

struct server;

/* Listens at runtime_dir/control.sock: for root, and the group sekimori-audit where there is one. */
int server_new(struct loop *l, const char *runtime_dir, const struct subject *subject, struct server **ret,
               struct err *err);
void server_free(struct server *s);
CLEANUP(server, struct server *, server_free)
#define auto_server AUTO(server)
