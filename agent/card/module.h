/* SPDX-License-Identifier: MIT */
/* module.h — one PKCS#11 module: is it what the administrator installed, and what do its answers mean? */
#pragma once

#include "base/err.h"
#include "wire/card.h"

#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <sys/types.h>

/* Load the module and initialise it. Refused unless every component of the path, before and after symlinks are
 * resolved, belongs to root or to `owner` and no other user may write to it. -errno with its reason. */
int module_open(const char *path, uid_t owner, CK_FUNCTION_LIST **ret, struct err *err);

/* Write e.g. "C_Login: CKR_PIN_LOCKED" to `text`, and return what it means for a person. CKR_OK leaves the text
 * unchanged. */
enum card_result module_result(CK_RV rv, const char *call, char *text, size_t size);

/* Make text that a card or a module chose fit for the wire: no control characters, cut to the size of its field. */
void module_text(struct bytes from, char *to, size_t size);
