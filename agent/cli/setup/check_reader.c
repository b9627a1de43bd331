/* SPDX-License-Identifier: MIT */
/* check_reader.c — whether cards can be read: the module, pcscd as it answers the user as whom the card helper runs,
 * and how many readers there are. */
#include "cli/setup/checks.h"
#include "decision/login.h"
#include "host/child.h"
#include "wire/card.h"
#include "wire/socket.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>

#define ANSWER_MS 15000         /* pcscd may only now be started */
#define OPENSC_READERS 4        /* it has 16 slots, and gives each reader four */
#define NOT_ALLOWED 0x8010006aU /* SCARD_W_SECURITY_VIOLATION: pcscd's polkit says no */

/* What the helper hears of pcscd as its own user. False: the helper did not answer. */
static bool helper_hears(struct card_heard *ret) {
        struct child helper = CHILD_NONE;
        uint8_t message[CARD_MAX];
        struct pollfd wait;
        ssize_t n = -1;

        if (child_spawn("sekimori-card", NULL, &helper, NULL) < 0)
                return false;
        wait = (struct pollfd){ .fd = helper.fd, .events = POLLIN };
        if (socket_send(helper.fd, message, card_hear_encode(message), -1) == 0 && poll(&wait, 1, ANSWER_MS) == 1)
                n = socket_receive(helper.fd, message, sizeof message, NULL);
        child_stop(&helper);
        return n > 0 && card_heard_decode(bytes_of(message, (size_t)n), ret) == 0;
}

/* Without `root_path` the files are this terminal's, and so is pcscd. True: nothing is wrong. */
static bool check_reader_service(struct check_context *g, const char *module) {
        struct card_heard heard = { 0 };

        if (*g->root_path)
                return true;
        if (!helper_hears(&heard))
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l, "sekimori-card が応答しません。カードでログインできません: journalctl -u sekimori",
                            "sekimori-card does not answer, and nobody can log in with a card: journalctl -u sekimori"));
        else if (heard.error == NOT_ALLOWED)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "pcscd が利用者 sekimori のアクセスを拒否しています（polkit の org.debian.pcsc-lite.access_pcsc）。"
                            "カードでログインできません",
                            "pcscd does not let the user sekimori in (polkit: org.debian.pcsc-lite.access_pcsc), and nobody "
                            "can log in with a card"));
        else if (heard.error)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l,
                                "利用者 sekimori から pcscd を使えません（0x%08" PRIx32
                                "）。カードでログインできません",
                                "pcscd cannot be used by the user sekimori (0x%08" PRIx32
                                "), and nobody can log in with a card"),
                            heard.error);
        else if (heard.readers > OPENSC_READERS && strstr(module, "opensc"))
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "カードリーダーが %u 台あります。OpenSC が読めるのは最初の %d 台だけです。/etc/opensc/opensc.conf に "
                            "「app opensc-pkcs11 { pkcs11 { max_virtual_slots = %u; } }」と書くと、すべて読めます",
                            "there are %u card readers, and OpenSC reads the first %d only; with \"app opensc-pkcs11 { pkcs11 "
                            "{ max_virtual_slots = %u; } }\" in /etc/opensc/opensc.conf it reads all"),
                        heard.readers, OPENSC_READERS, 4U * heard.readers);
        else
                return true;
        return false;
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
