/* SPDX-License-Identifier: MIT */
/* otpauth.h — one otpauth:// address on each line, as QR codes for telephones hold them (Google's key URI format). */
#pragma once

#include "seeds/reading.h"

bool otpauth_is(const struct seeds_reading *r);
void otpauth_read(struct seeds_reading *r);

/* What Google Authenticator exports: many tokens in one address, in a form of its own. Refused. */
bool otpauth_is_migration(const struct seeds_reading *r);
void otpauth_refuse_migration(struct seeds_reading *r);
