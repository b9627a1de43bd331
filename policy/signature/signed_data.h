/* SPDX-License-Identifier: MIT */
/* signed_data.h — the shape of an envelope: PEM, then CMS SignedData with the text inside. Verifies nobody. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "signature/crypto.h"

/* What envelope_open refuses before it looks at signers (see envelope.h). -EBADMSG, -ENOMEM. */
int signed_data_parse(struct bytes pem, CMS_ContentInfo **ret, struct err *err);

/* The text inside what signed_data_parse accepted; owned by it. */
struct bytes signed_data_text(CMS_ContentInfo *cms);
