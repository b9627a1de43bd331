/* SPDX-License-Identifier: MIT */
/* journal.h — the log's mirror in the systemd journal: fields, never a second source of truth. Never waits: what the
 * journal cannot take now is not sent (SEKIMORI_SEQ shows the gap, the log has the record). */
#pragma once

#include "audit/event.h"
#include "base/cleanup.h"

#include <jansson.h>

struct journal;

/* No journal at `socket` is no error: each record tries anew. -ENOMEM, -EMFILE … */
int journal_open(const char *socket, struct journal **ret);
void journal_free(struct journal *j);
CLEANUP(journal, struct journal *, journal_free)
#define auto_journal AUTO(journal)

/* `digest` is the SHA-256 of the record's line: the log can be checked against a journal that is forwarded
 * elsewhere. */
void journal_send(struct journal *j, enum event e, const json_t *record, const char *message, const char *digest);
