/* SPDX-License-Identifier: MIT */
/* check_reader.c — whether cards can be read: the module, pcscd as it answers the user as whom the card helper runs,
 * and how many readers there are. */
#include "cli/setup/checks.h"
#include "cli/status/card_service.h"
#include "decision/login.h"

#include <inttypes.h>
#include <string.h>

#define ANSWER_MS 15000         /* pcscd may only now be started */
#define OPENSC_READERS 4        /* it has 16 slots, and gives each reader four */
#define NOT_ALLOWED 0x8010006aU /* SCARD_W_SECURITY_VIOLATION: pcscd's polkit says no */

bool reader_service_fits(struct check_context *g, const char *module, unsigned let_in, const struct card_heard *heard) {
        if (!heard)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l, "sekimori-card が応答しません。カードでログインできません: journalctl -u sekimori",
                            "sekimori-card does not answer, and nobody can log in with a card: journalctl -u sekimori"));
        else if (heard->error == NOT_ALLOWED)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "pcscd が利用者 sekimori のアクセスを拒否しています（polkit の org.debian.pcsc-lite.access_pcsc）。"
                            "カードでログインできません",
                            "pcscd does not let the user sekimori in (polkit: org.debian.pcsc-lite.access_pcsc), and nobody "
                            "can log in with a card"));
        else if (heard->error)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l,
                                "利用者 sekimori から pcscd を使えません（0x%08" PRIx32
                                "）。カードでログインできません",
                                "pcscd cannot be used by the user sekimori (0x%08" PRIx32
                                "), and nobody can log in with a card"),
                            heard->error);
        else if (card_service_lacks_one(let_in, heard->readers))
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "許可したカードリーダー %u 台のうち、pcscd が認識しているのは %u 台です。リーダーのドライバー"
                            "（libccid かメーカーのもの）を確かめてください: journalctl -u pcscd",
                            "of %u card readers that are let in pcscd knows %u: look for a driver (libccid, or their "
                            "maker's): journalctl -u pcscd"),
                        let_in, heard->readers);
        else if (heard->readers > OPENSC_READERS && strstr(module, "opensc"))
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "カードリーダーが %u 台あります。OpenSC が読めるのは最初の %d 台だけです。/etc/opensc/opensc.conf に "
                            "「app opensc-pkcs11 { pkcs11 { max_virtual_slots = %u; } }」と書くと、すべて読めます",
                            "there are %u card readers, and OpenSC reads the first %d only; with \"app opensc-pkcs11 { pkcs11 "
                            "{ max_virtual_slots = %u; } }\" in /etc/opensc/opensc.conf it reads all"),
                        heard->readers, OPENSC_READERS, 4U * heard->readers);
        else
                return true;
        return false;
}

/* Without `root_path` the files are this terminal's, and so is pcscd. */
static bool check_reader_service(struct check_context *g, const char *module) {
        const unsigned let_in = (unsigned)json_integer_value(check_context_status(g, "card", "readers"));
        struct card_heard heard = { 0 };

        return *g->root_path
               || reader_service_fits(g, module, let_in, card_service_hears(ANSWER_MS, let_in, &heard) ? &heard : NULL);
}

void check_reader(struct check_context *g) {
        const char *module = g->policy ? policy_login_terms(g->policy)->card.module : NULL;

        if (!module)
                finding_add(g, FINDING_OK, SAY(g->l, "このポリシーはカードを使いません", "this policy uses no cards"));
        else if (!check_context_has(g, module + 1))
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "カードのモジュール %s がありません: sudo apt install ./opensc-pkcs11_*.deb（入手は導入手引き 2.4）",
                            "the card module %s is not there: sudo apt install ./opensc-pkcs11_*.deb (INSTALLING 2.4: how it gets here)"),
                        module);
        else if (!json_is_true(check_context_status(g, "card", "service")))
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "カードの仕組み（pcscd）が応答しません: systemctl enable --now pcscd.socket",
                                "the card service (pcscd) does not answer: systemctl enable --now pcscd.socket"));
        else if (!json_is_true(check_context_status(g, "card", "reader")))
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "使えるカードリーダーがありません: つないでからもう一度確かめてください",
                                "there is no card reader that may be used: plug it in and look again"));
        else if (check_reader_service(g, module))
                finding_add(g, FINDING_OK, SAY(g->l, "カードを読めます", "cards can be read"));
}
