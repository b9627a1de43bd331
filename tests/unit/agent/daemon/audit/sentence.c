/* SPDX-License-Identifier: MIT */
/* What an auditor reads of a record: it claims no more than the record holds. */
#include "audit/sentence.h"
#include "base/cleanup.h"

#include <criterion/criterion.h>

CLEANUP(json, json_t *, json_decref)

#define STICK                                                                                                                     \
        "\"vid\":\"0951\",\"pid\":\"1666\",\"name\":\"DT\",\"serial\":\"60A44C\",\"kinds\":[\"storage\"],\"reason\":\"no-rule\"," \
        "\"request\":\"7K3-92A\",\"policy\":12"

static const struct {
        const char *record, *ja, *en;
} rows[] = {
        { "{\"type\":\"device-refused\"," STICK "}",
          "使用を拒否しました: USBメモリなどの電磁的記録媒体「DT」 (0951:1666) 製造番号 60A44C。登録されていません "
          "問い合わせ番号 7K3-92A ポリシー第12号",
          "Refused: storage device (such as a USB stick) \"DT\" (0951:1666) serial 60A44C: it is not registered "
          "[request 7K3-92A] [policy 12]" },
        { "{\"type\":\"device-refused\"," STICK ",\"observed\":true}",
          "【観察】拒否に当たる機器です（使用は止めていません）: USBメモリなどの電磁的記録媒体「DT」 (0951:1666) "
          "製造番号 60A44C。登録されていません 問い合わせ番号 7K3-92A ポリシー第12号",
          "[observing] Would be refused (it was not): storage device (such as a USB stick) \"DT\" (0951:1666) serial "
          "60A44C: it is not registered [request 7K3-92A] [policy 12]" },
        { "{\"type\":\"device-revoked\",\"reason\":\"hours\",\"serial\":null,\"policy\":0,\"observed\":true}",
          "【観察】使用を止めることに当たる機器です（使用は止めていません）: 機器。使える時間帯ではありません "
          "ポリシーなし",
          "[observing] Would be cut off (it was not): device: it may not be used at this time of day [no policy]" },
        { "{\"type\":\"agent-stopping\",\"stage\":\"observe\"}",
          "Sekimori を停止します（観察のみのため、機器は制限されません）",
          "The agent is stopping; it only observed, devices are not kept out" },
        { "{\"type\":\"agent-stopping\",\"stage\":\"devices\"}",
          "Sekimori を停止します（新しい機器は使えないままです）", "The agent is stopping; new devices stay refused" },
        { "{\"type\":\"agent-stopping\"}", "Sekimori を停止します", "The agent is stopping" },
        { "{\"type\":\"policy-loaded\",\"sealed\":true,\"stage\":\"observe\"}",
          "有効なポリシーがありません（記録だけを行い、まだ何も制限していません）",
          "There is no valid policy (everything is recorded, nothing is stopped yet)" },
        { "{\"type\":\"log-repaired\",\"reason\":\"shortened\",\"broken\":true}",
          "監査記録の欠落を検知しました（失われた記録は戻っていません）。途中から後ろがなくなっていました",
          "Records are missing (what was lost did not come back): it had been cut short" },
        { "{\"type\":\"log-repaired\",\"reason\":\"torn\",\"broken\":false,\"bytes\":7,\"aside\":\"audit.torn.1\"}",
          "監査記録に異常を見つけ、別に残しました。最後の行が途中で切れていました。7バイトを audit.torn.1 に残しました",
          "Something wrong in the log was set aside: the last line was torn; 7 bytes kept in audit.torn.1" },
        { "{\"type\":\"log-pruned\",\"first\":1,\"last\":24,\"reason\":\"age\"}",
          "監査記録 1〜24を削除しました。保存期間が過ぎたため",
          "Records 1 to 24 were removed: they were older than the policy keeps them" },
        { "{\"type\":\"policy-installed\",\"serial\":13,\"title\":\"T\",\"uid\":0}",
          "ポリシー第13号を適用しました「T」 操作者 root（uid 0）",
          "Policy 13 is now in force: \"T\" [by root, uid 0]" },
        { "{\"type\":\"policy-installed\",\"serial\":13}", "ポリシー第13号を適用しました",
          "Policy 13 is now in force" },
        { "{\"type\":\"policy-installed\",\"serial\":13,\"waived\":\"nobody\",\"waived_ja\":\"いない\",\"uid\":0}",
          "ポリシー第13号を適用しました。--force で次のことを承知のうえ: いない 操作者 root（uid 0）",
          "Policy 13 is now in force; by --force, in spite of: nobody [by root, uid 0]" },
        { "{\"type\":\"policy-refused\",\"why\":\"signed by 1 of the trusted signers, 2 needed\",\"uid\":1000}",
          "ポリシーを受け付けませんでした（いまのポリシーが有効なままです）。signed by 1 of the trusted signers, 2 needed "
          "操作者 uid 1000",
          "A policy was refused; the one in force stays: signed by 1 of the trusted signers, 2 needed [by uid 1000]" },
        { "{\"type\":\"policy-refused\",\"why\":\"7:11: unknown kind\",\"why_ja\":\"7:11: 使えない種類\\u001bです\"}",
          "ポリシーを受け付けませんでした（いまのポリシーが有効なままです）。7:11: 使えない種類\\x1bです",
          "A policy was refused; the one in force stays: 7:11: unknown kind" },
        { "{\"type\":\"policy-refused\",\"why\":\"a\",\"why_ja\":7}",
          "ポリシーを受け付けませんでした（いまのポリシーが有効なままです）",
          "A policy was refused; the one in force stays: a" },
        { "{\"type\":\"policy-loaded\",\"sealed\":true,\"note\":\"gone\",\"note_ja\":\"ありません\"}",
          "有効なポリシーがありません。ログインに必要な機器だけが使えます: ありません",
          "There is no valid policy: only what is needed to log in may be used: gone" },
        { "{\"type\":\"device-restored\",\"kinds\":[],\"policy\":1,\"action\":\"deny\"}",
          "ほかのプログラムが許可したため、ふたたび止めました: 機器 ポリシー第1号",
          "Another program had let it in; it is stopped again: device [policy 1]" },
        { "{\"type\":\"device-restored\",\"kinds\":[],\"policy\":1,\"action\":\"allow\"}",
          "ほかのプログラムが止めたため、ふたたび許可しました: 機器 ポリシー第1号",
          "Another program had stopped it; it is let in again: device [policy 1]" },
        { "{\"type\":\"device-gone\",\"kinds\":[],\"policy\":1,\"note\":\"busy\",\"note_ja\":\"使用中\"}",
          "取り外されました: 機器 ポリシー第1号（使用中）", "Unplugged: device [policy 1] (busy)" },
        { "{\"type\":\"device-refused\",\"kinds\":[\"hid-mouse\"],\"reason\":\"malformed\",\"malformed\":\"total-length\","
          "\"policy\":1}",
          "使用を拒否しました: マウス。名乗る内容が食い違っており、不正な機器のおそれがあります: "
          "記述子が、名乗る全長（wTotalLength）より短い ポリシー第1号",
          "Refused: mouse: what it says of itself is contradictory; it may be malicious: its descriptors are shorter than "
          "it announces (wTotalLength) [policy 1]" },
        { "{\"type\":\"device-allowed\",\"kinds\":[\"hid-mouse\"],\"reason\":\"rule\",\"malformed\":\"excess-byte\","
          "\"rule\":\"M\",\"policy\":1}",
          "使用を許可しました: マウス（食い違いを承知のうえ: 記述子が、名乗る全長（wTotalLength）より1バイト短い） "
          "規則「M」 ポリシー第1号",
          "Allowed: mouse (accepted although: its descriptors are one byte shorter than it announces (wTotalLength)) "
          "[rule: M] [policy 1]" },
        { "{\"type\":\"device-refused\",\"kinds\":[],\"reason\":\"malformed\",\"malformed\":\"of-tomorrow\",\"policy\":1}",
          "使用を拒否しました: 機器。名乗る内容が食い違っており、不正な機器のおそれがあります ポリシー第1号",
          "Refused: device: what it says of itself is contradictory; it may be malicious [policy 1]" },
        { "{\"type\":\"kernel-baseline\",\"what\":\"usb1\",\"ok\":false}",
          "USB コントローラーを既定で拒否する状態にできませんでした（判定前の機器が動くおそれがあります）: usb1",
          "USB controller COULD NOT be put under default deny; devices may come to life unjudged: usb1" },
};

TestSuite(sentence_of, .timeout = 5);

Test(sentence_of, claims_what_the_record_holds_and_no_more) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                AUTO(json) record = json_loads(rows[i].record, 0, NULL);
                char text[SENTENCE_MAX];

                cr_assert(record, "%s", rows[i].record);
                sentence_of(LANGUAGE_JA, record, text, sizeof text);
                cr_expect_str_eq(text, rows[i].ja, "%s", text);
                sentence_of(LANGUAGE_EN, record, text, sizeof text);
                cr_expect_str_eq(text, rows[i].en, "%s", text);
        }
}

/* What the journal's catalogs show: never a code of ours. */
Test(sentence_reason, is_words_in_either_language) {
        static const struct {
                const char *record, *ja, *en;
        } said[] = {
                { "{\"type\":\"device-refused\",\"reason\":\"no-rule\"}", "登録されていません",
                  "it is not registered" },
                { "{\"type\":\"login-refused\",\"reason\":\"no-administrator\"}", "管理者ではありません",
                  "this is no administrator" },
                { "{\"type\":\"login-refused\",\"reason\":\"of-tomorrow\"}", "of-tomorrow", "of-tomorrow" },
                { "{\"type\":\"agent-started\"}", "", "" },
                { "{\"reason\":7}", "", "" },
        };

        for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
                AUTO(json) record = json_loads(said[i].record, 0, NULL);
                char text[512];

                sentence_reason(LANGUAGE_JA, record, text, sizeof text);
                cr_expect_str_eq(text, said[i].ja);
                sentence_reason(LANGUAGE_EN, record, text, sizeof text);
                cr_expect_str_eq(text, said[i].en);
        }
}
