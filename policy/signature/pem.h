/* SPDX-License-Identifier: MIT */
/* pem.h — one PEM block (RFC 7468), read strictly: the same bytes have one reading only. Knows no ASN.1. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"

/* Decode the block at the very front of *in and move *in behind it, its line end included (LF or CRLF; the last may be
 * missing). Refused: another label, headers, blank lines, white space, any base64 that is not the canonical form of the
 * result. On success the caller frees *ret. -EBADMSG, -ENOMEM; on failure *in has not moved. */
int pem_read(struct bytes *in, const char *label, uint8_t **ret, size_t *ret_size, struct err *err);

/* The text up to the next line end, which is consumed and not part of it. */
struct bytes pem_line(struct bytes *in);
