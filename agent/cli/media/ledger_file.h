/* SPDX-License-Identifier: MIT */
/* ledger_file.h — the ledger on disk: read, locked against other sekimori processes and against spreadsheets, replaced
 * whole. */
#pragma once

#include "cli/media/ledger.h"

#define LEDGER_DIR "/var/lib/sekimori/media"
#define LEDGER_PATH LEDGER_DIR "/ledger.csv"

struct ledger_file {
        const char *path;
        int dir; /* of the file; holds the lock */
        uint8_t *text;
        struct ledger ledger;
};

/* Read it. A file that does not exist is an empty ledger (*ret_there false), whose header will be in `l`. Complains
 * itself; an enum exit_code. */
int ledger_file_read(struct ledger_file *f, const char *path, enum language l, bool *ret_there);

/* The same, for changing it: no other sekimori process can change it until ledger_file_close(). Refused while a
 * spreadsheet has it open, because the spreadsheet would overwrite the change. */
int ledger_file_open(struct ledger_file *f, const char *path, enum language l);
int ledger_file_write(struct ledger_file *f, struct bytes content);
void ledger_file_close(struct ledger_file *f);
#define auto_ledger_file __attribute__((cleanup(ledger_file_close))) struct ledger_file
