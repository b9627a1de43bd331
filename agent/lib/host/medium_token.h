/* SPDX-License-Identifier: MIT */
/* medium_token.h — tells one medium of a batch from the next: a block with a UUID of ours, behind the partition table
 * and before the first partition. Its checksum protects against accidents only: a program that can read it can copy
 * it. */
#pragma once

#include "base/bytes.h"
#include "base/uuid.h"

/* Behind a GUID partition table of 128 entries, also one of 4096-byte sectors (it ends at 24576); the whole token lies
 * before sector 63, where partitions began for decades. */
#define TOKEN_AT 28672
#define TOKEN_SIZE 512

void medium_token_encode(const uint8_t uuid[UUID_SIZE], uint8_t to[TOKEN_SIZE]);

/* Is this a token, complete and unaltered? */
bool medium_token_decode(const uint8_t from[TOKEN_SIZE], uint8_t ret_uuid[UUID_SIZE]);
