/* SPDX-License-Identifier: MIT */
/* pilot_policy.c — the first policy's text, in Japanese with a line of English: see pilot.h. */
#include "cli/policy/pilot.h"

#include "decision/pam_service.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define JAPAN_S (9 * 3600)

static const char head[] =
        "# 関守（Sekimori）試行用ポリシー\n"
        "# Starter policy for a pilot. The English lines say the same, in short.\n"
        "#\n"
        "# このファイルひとつで、端末で使える USB 機器とログインのしかたが決まります。書いていない機器は使えません。\n"
        "# This one file decides which USB devices a terminal may use, and how people log in. What is not listed is denied.\n"
        "#\n"
        "# 直すときは、serial を 1 増やし、issued を今の日時にして、確認・署名・配布します。\n"
        "# To change it: raise serial by 1, set issued to now, then check, sign and push:\n"
        "#\n"
        "#   sekimori policy check policy.yaml\n"
        "#   sekimori policy sign  policy.yaml --cert signer1.crt --key signer1.key\n"
        "#   sekimori push policy.cms          （端末で、root として / on the terminal, as root）\n"
        "\n"
        "# この書き方の版。変えません。 / Version of the language. Leave it.\n"
        "sekimori: 1\n"
        "\n"
        "# 通し番号。新しくするたびに増やします。同じか小さい番号は、端末が受け取りません。\n"
        "# Must rise with every change; a terminal refuses an equal or lower one.\n"
        "serial: 1\n"
        "\n"
        "# この方針の名前。利用者への通知と監査記録に出ます。 / Shown to people and in the records.\n"
        "title: 試行用ポリシー\n"
        "\n";

static const char dates[] = "# 発行した日時。署名する人の証明書は、この時点で有効でなければなりません。\n"
                            "# When it was issued; the signers' certificates must be valid then.\n"
                            "issued: %s\n"
                            "\n"
                            "# 有効期間（年度末まで）。過ぎても制限は続き、更新するよう警告が出ます。\n"
                            "# Past the last day it is still enforced, and everyone is warned.\n"
                            "valid: {from: %s, until: %s}\n"
                            "\n";

static const char signers[] =
        "# 端末の表示の言葉: ja または en / The terminal's language.\n"
        "language: ja\n"
        "\n"
        "# 使えないときの問い合わせ先。通知に必ず出ます。内線番号に書き換えてください。\n"
        "# Whom to call; stands in every refusal. Put your extension here.\n"
        "contact: 情報システム担当\n"
        "\n"
        "# 次のポリシーに署名できる人。threshold は必要な人数です。\n"
        "# 担当者がひとりの試行なら 1。本番ではふたりで確かめる 2 をおすすめします。2 にするには:\n"
        "#   1. signer2.key を別の人に渡し、こちらには残さない\n"
        "#   2. 下の threshold を 2 に、serial を 1 増やし、issued を今の日時にする\n"
        "#   3. 今までの人数で署名して配布する。その次のポリシーから 2 人の署名が必要になります\n"
        "#      2 人目は同じコマンドに自分の鍵を付けます: sekimori policy sign policy.yaml --cert signer2.crt --key signer2.key\n"
        "# Who may sign the next policy, and how many of them it takes. 1 suits a pilot in one pair of hands. For 2: hand\n"
        "# signer2.key to a second person, set the threshold to 2, raise serial, sign and push as before; from the policy\n"
        "# after that on both must sign, each with the same command and their own key.\n"
        "signers:\n"
        "  threshold: %u\n"
        "  certificates:\n";

static const char devices[] =
        "\n"
        "# 使ってよい機器。上から順に見て、最初に当てはまった行で決まります。\n"
        "# What may be used. The first rule that fits decides; where none does, the device is denied.\n"
        "devices:\n";

static const char desk[] =
        "  # 窓口の機器の例。使うものだけ行頭の # を外し、id や serial を実物に合わせます。値は `sekimori devices` で分かります。\n"
        "  # 一般の規則より先に置きます。最初に当てはまった行で決まるためです。\n"
        "  # Examples for a real desk. Remove the # of what you use, and fill in what `sekimori devices` shows. They stand before the\n"
        "  # general rules, because the first rule that fits decides.\n"
        "  #\n"
        "  # - name: ドッキングステーション                       # docking station; its hubs and its LAN have rules of their own\n"
        "  #   match: {bus: usb, id: \"17ef:*\", interfaces: [hub, audio, hid, other]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: LANアダプター（ドック内蔵も）                 # LAN adapter, also inside a dock\n"
        "  #   match: {bus: usb, id: \"0bda:8153\", interfaces: [network, vendor]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: レシートプリンター                           # receipt printer\n"
        "  #   match: {bus: usb, id: \"04b8:0202\", interfaces: [printer]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: プリンター（複合機は印刷だけ）                # printer; of one that scans, too, only the printer\n"
        "  #   match: {bus: usb, id: \"04b8:*\", interfaces: [printer]}\n"
        "  #   partial: true\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: ラベルプリンター                             # label printer\n"
        "  #   match: {bus: usb, id: \"04f9:209b\", interfaces: [printer]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: ラベルプリンター（ディスク内蔵のもの）        # label printer with a disk in it, which stays unbound\n"
        "  #   match: {bus: usb, id: \"0922:1001\", interfaces: [hid]}\n"
        "  #   partial: true\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: 文書スキャナー 1号                           # document scanner: its maker's own kind, so name it by serial, too\n"
        "  #   match: {bus: usb, id: \"04c5:132e\", serial: \"A00000\", interfaces: [vendor]}\n"
        "  #   nodes: [usbfs]                                    # 専用のプログラムが直接使う / driven by its maker's program\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: バーコードリーダー（シリアル方式）            # barcode scanner as a serial line; one that types needs no rule\n"
        "  #   match: {bus: usb, id: \"05e0:1701\", interfaces: [cdc-serial]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: 暗証番号入力装置（シリアル方式）              # PIN pad as a serial line\n"
        "  #   match: {bus: usb, id: \"11ca:*\", interfaces: [cdc-serial]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: ICカードリーダー RC-S380 1号                 # a reader of its maker's own kind\n"
        "  #   match: {bus: usb, id: \"054c:06c3\", serial: \"0000001\", interfaces: [vendor]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: セキュリティキー                           # FIDO key; before the rule for keyboards and mice, or no program reaches it\n"
        "  #   match: {bus: usb, interfaces: [security-key]}\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: 電子署名パッド                               # signature pad\n"
        "  #   match: {bus: usb, id: \"056a:00a4\", interfaces: [hid]}\n"
        "  #   nodes: [hidraw]\n"
        "  #   action: allow\n"
        "  #\n"
        "  # - name: 無停電電源装置（UPS）                        # UPS\n"
        "  #   match: {bus: usb, id: \"051d:0002\", interfaces: [hid]}\n"
        "  #   nodes: [usbfs]                                    # NUT が直接使う / driven by NUT\n"
        "  #   action: allow\n"
        "\n";

static const char rules[] =
        "  - name: キーボードとマウス        # keyboards and mice\n"
        "    match: {bus: usb, interfaces: [hid]}\n"
        "    action: allow\n"
        "\n"
        "  - name: USBハブ                   # hubs\n"
        "    match: {bus: usb, interfaces: [hub]}\n"
        "    action: allow\n"
        "\n"
        "  - name: ICカードリーダー（キーボード一体型を含む）   # card readers, also in a keyboard\n"
        "    match: {bus: usb, interfaces: [smartcard, hid]}\n"
        "    action: allow\n"
        "\n"
        "  # メーカー独自の機能を併せ持つもの（RC-S300 など）は、読み取りの機能だけを使います。\n"
        "  # With something of its maker's beside (RC-S300): the reader only, the rest stays unbound.\n"
        "  - name: ICカードリーダー（読み取りの機能だけ）   # card readers, nothing else of them\n"
        "    match: {bus: usb, interfaces: [smartcard]}\n"
        "    partial: true\n"
        "    action: allow\n"
        "\n"
        "  # USBメモリを 1本だけ許可するときの例。行頭の # を外し、id と serial を実物に合わせます。\n"
        "  # 実物の値は、端末に差し込んで `sekimori devices` で分かります。\n"
        "  # One stick and no other: remove the # and fill in what `sekimori devices` shows.\n"
        "  # - name: 納税課 USBメモリ 1号\n"
        "  #   clause: 6(3)ア\n"
        "  #   match: {bus: usb, id: \"0951:1666\", serial: \"E0D55EA573F5F3A0\", interfaces: [storage]}\n"
        "  #   action: allow\n"
        "  #   hours: mon-fri 08:30-17:15     # この時間だけ / only then\n"
        "  #   until: %s              # この日まで / the last day\n";

static const char login[] =
        "\n"
        "# ログインのしかた。端末で sekimori setup login を実行するまでは何も変わりません。そのあと、知識（パスワード、暗証番号）と\n"
        "# 所持（ICカード、トークン、回復コード）の二つがそろわない人は入れません。\n"
        "# その前に、全員のカードかトークンと、回復コードを登録してください（sekimori enrol）。\n"
        "# How people log in. Nothing changes until `sekimori setup login` is typed on a terminal. Before that, enrol everybody's\n"
        "# card or token, and everybody's recovery codes (sekimori enrol).\n"
        "login:\n"
        "  # 15 分間に 5 回失敗すると、次に試せるまで待たせます。待ち時間は自然に終わります。\n"
        "  # After 5 failures in 15 minutes people wait; the wait ends by itself.\n"
        "  throttle: {attempts: 5, within: 15m, for: 30m}\n"
        "\n"
        "  # ICカードを読むための部品と、カードを抜いたときの扱い: lock（画面ロック）、logout、ignore\n"
        "  # What reads the card (PKCS#11), and what happens when it is taken away.\n"
        "  card:\n"
        "    module: /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so\n"
        "    removal: lock\n"
        "\n"
        "  # 人のログインではない、裏で動く仕組み。ここに sshd や login を書くと、認証なしで入れてしまいます。\n"
        "  # Not people but machinery. Never put sshd or login here: they would let anybody in.\n"
        "  exempt: [";

static const char logins[] =
        "]\n"
        "\n"
        "  # 入力欄がひとつの画面には、パスワード+ワンタイムパスワード と入力します。sddm、xrdp、swaylock、i3lock などは\n"
        "  # 書かなくても分かります。ほかにあれば、行頭の # を外して書きます。\n"
        "  # Screens with one field: the password and the code in one line. sddm, xrdp, swaylock, i3lock and the like are\n"
        "  # known; name others.\n"
        "  # single_prompt: [our-locker]\n"
        "\n"
        "  # 上から順に見て、最初に当てはまった行で決まります。当てはまらない人は入れません。\n"
        "  # The first rule that is for the person decides; where none is, nobody gets in.\n"
        "  rules:\n"
        "    - name: 管理者                  # administrators\n"
        "      users: [root, \"group:sudo\"]\n"
        "      require: [password+totp, password+recovery]\n"
        "\n"
        "    - name: 職員                    # everybody else\n"
        "      require: [card+pin, password+totp, password+recovery]\n";

static void print_exempted(FILE *to) {
        const char *before = "";

        for (size_t i = 0; i < pam_services_n; i++)
                if (pam_services[i].traits & PAM_SERVICE_EXEMPTED) {
                        (void)fprintf(to, "%s%s", before, pam_services[i].name);
                        before = ", ";
                }
}

static void print_indented(FILE *to, const struct pilot_person *person) {
        const char *pem = person->certificate_pem;

        (void)fprintf(to, "    # %s\n    - |\n", person->name);
        while (*pem) {
                size_t n = strcspn(pem, "\n");

                (void)fprintf(to, "      %.*s\n", (int)n, pem);
                pem += n + (pem[n] == '\n');
        }
}

/* 31 March: of this year up to that day, else of the next. */
static struct tm fiscal_year_end(struct tm day) {
        bool over = day.tm_mon > 2;

        return (struct tm){ .tm_year = day.tm_year + over, .tm_mon = 2, .tm_mday = 31 };
}

int pilot_policy(const struct pilot_person *people, unsigned n, unsigned threshold, int64_t now_s, char **ret,
                 struct err *err) {
        /* A terminal whose time zone was never set is a day behind until nine in the morning: the policy is valid
         * there, too. */
        time_t anywhere = (time_t)now_s, in_japan = anywhere + JAPAN_S;
        char issued[40], from[16], until[16], *text = NULL;
        struct tm now, first, end;
        size_t size;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for a policy");
        (void)gmtime_r(&in_japan, &now);
        (void)gmtime_r(&anywhere, &first);
        end = fiscal_year_end(now);
        (void)strftime(issued, sizeof issued, "%Y-%m-%dT%H:%M:%S+09:00", &now);
        (void)strftime(from, sizeof from, "%Y-%m-%d", &first);
        (void)strftime(until, sizeof until, "%Y-%m-%d", &end);
        (void)fputs(head, to);
        (void)fprintf(to, dates, issued, from, until);
        (void)fprintf(to, signers, threshold);
        for (unsigned i = 0; i < n; i++)
                print_indented(to, &people[i]);
        (void)fputs(devices, to);
        (void)fputs(desk, to);
        (void)fprintf(to, rules, until);
        (void)fputs(login, to);
        print_exempted(to);
        (void)fputs(logins, to);
        if (fclose(to) != 0 || !text) {
                free(text);
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for a policy");
        }
        *ret = text;
        return 0;
}
