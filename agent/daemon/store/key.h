/* SPDX-License-Identifier: MIT */
/* key.h — the key that the factors are sealed under.
 *
 * In this order: a systemd credential (sekimori-key.service holds it in memory that is never swapped; sealed by the TPM
 * where there is one), else STATE/login/key (0600), made at first need where STATE/login/key.id names no other. key.id
 * remembers which key the factors were sealed under, so that a lost one is said to be lost and never replaced. */
#pragma once

#include "base/err.h"

#include <stdint.h>

#define KEY_SIZE 32 /* the exact size in bytes of the credential, or of the file */
#define KEY_ID_SIZE 16
#define KEY_CREDENTIAL "/run/sekimori/key/sekimori.key"

enum key_source { KEY_NONE, KEY_FROM_CREDENTIAL, KEY_FROM_FILE };

/* login_fd: STATE/login. `credential`: KEY_CREDENTIAL, or a test's. -ENOKEY: lost (err says which and what to do). The
 * caller wipes *ret. */
int key_read(int login_fd, const char *credential, uint8_t ret[KEY_SIZE], enum key_source *ret_source, struct err *err);
const char *key_source_name(enum key_source s); /* "none", "credential", "file" */

/* An identifier of the key, which is not secret. 0 or -EIO. */
int key_id(const uint8_t key[KEY_SIZE], uint8_t ret[KEY_ID_SIZE]);
