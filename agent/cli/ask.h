/* SPDX-License-Identifier: MIT */
/* ask.h — one question to the agent over its control socket, and files read for it. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "wire/control.h"

#include <jansson.h>

/* Ask, passing `fd` along (-1: nothing). Complains itself and returns EXIT_COULD_NOT when there is no agent; else the
 * reply's exit code. *ret_why is why it is not EXIT_OK, "" where the agent gave no reason or was not there. *ret_text
 * is what was asked for, the caller's, NULL where there is none; with a NULL ret_text nothing is, and *ret_why may have
 * a remark on what was done. */
int ask(const char *runtime_dir, enum control_request type, int fd, struct err *ret_why, char **ret_text);

/* Ask for something that is answered with JSON: *ret is the caller's where the code is EXIT_OK. Complains itself. */
int ask_json(const char *runtime_dir, enum control_request type, json_t **ret);

/* Read FILE or "-" (stdin), at most `max` bytes. Complains itself. Returns an enum exit_code: EXIT_REFUSED for a larger
 * input. */
int read_argument(const char *path, size_t max, uint8_t **ret, size_t *ret_size);
