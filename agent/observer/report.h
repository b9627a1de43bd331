/* SPDX-License-Identifier: MIT */
/* report.h — what a HID report descriptor announces: a FIDO security key, or anything else. Source: HID 1.11 §6.2.2,
 * "FIDO U2F HID Protocol" 1.2 §2.4 (usage page 0xF1D0, usage 1). Knows bytes only. */
#pragma once

#include "base/bytes.h"

struct report {
        bool fido;  /* a top-level collection is a FIDO authenticator */
        bool other; /* something else is announced, or it is not as it should be: nothing that types is missed */
};

struct report report_read(struct bytes raw);
