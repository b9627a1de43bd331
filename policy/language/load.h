/* SPDX-License-Identifier: MIT */
/* load.h — uses libcyaml to load text into the struct that a schema describes, and turns its complaints into one line.
 * Knows no policy. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "language/outline.h"

#include <cyaml/cyaml.h>

/* On success *ret is the caller's, for schema_free. -EBADMSG with "line:column: reason", -ENOMEM. */
int schema_load(struct bytes text, const struct outline *o, const cyaml_schema_value_t *schema, void **ret,
                struct err *err);
void schema_free(const cyaml_schema_value_t *schema, void *data); /* NULL is fine */
