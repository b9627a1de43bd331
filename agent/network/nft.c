/* SPDX-License-Identifier: MIT */
/* nft.c — see nft.h. */
#include "network/nft.h"

#include "base/cleanup.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <string.h>

CLEANUP(nft_ctx, struct nft_ctx *, nft_ctx_free)

int nft_apply(const char *text, struct err *err) {
        AUTO(nft_ctx) nft = nft_ctx_new(NFT_CTX_DEFAULT);
        const char *said;

        if (!nft || nft_ctx_buffer_error(nft) != 0 || nft_ctx_buffer_output(nft) != 0)
                return err_say(err, -ENOMEM, "メモリーが足りません", "out of memory");
        if (nft_run_cmd_from_buffer(nft, text) == 0)
                return 0;
        said = nft_ctx_get_error_buffer(nft);
        return err_set(err, -EIO, "nftables: %.*s", (int)strcspn(said ? said : "", "\n"), said ? said : "");
}
