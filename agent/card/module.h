/* SPDX-License-Identifier: MIT */
/* module.h — one PKCS#11 module: is it what the administrator installed, and what do its answers mean? */
#pragma once

#include "base/err.h"
#include "wire/card.h"

#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <sys/types.h>

/* Load it and start it. Refused unless every step of the path, links followed and not, belongs to root or to `owner`,
 * and nobody else may write there. -errno with its reason. */
int module_open(const char *path, uid_t owner, CK_FUNCTION_LIST **ret, struct err *err);

/* "C_Login: CKR_PIN_LOCKED" into `text`; what it means for a person. CKR_OK leaves the text alone. */
enum card_result module_result(CK_RV rv, const char *call, char *text, size_t size);

/* Text of a card's or a module's choosing, fit for the wire: no control characters, cut to its field. */
void module_text(struct bytes from, char *to, size_t size);
