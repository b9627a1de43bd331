/* SPDX-License-Identifier: MIT */
/* typing.c — what people type by mistake: named where it stands, with what belongs there, in both languages. */
#include "language/typing.h"

#include "unit/policy/given.h"

TestSuite(mistyped, .timeout = 60);

#define RULE "devices:\n- name: a\n  action: allow\n"

/* Behind HEAD. "line:column: " is in both. */
static void expect_said(const char *rest, const char *place, const char *ja, const char *en) {
        struct err err = { "" };
        auto_policy p = NULL;
        char *text = NULL, want_ja[1024], want_en[1024];

        cr_assert(asprintf(&text, "%s%s", HEAD, rest) > 0);
        (void)snprintf(want_ja, sizeof want_ja, "%s: %s", place, ja);
        (void)snprintf(want_en, sizeof want_en, "%s: %s", place, en);
        cr_expect_lt(policy_compile(bytes_text(text), &p, &err), 0, "%s", rest);
        cr_expect(strcmp(err.ja, want_ja) == 0, "%s\nis told as   %s\nand not as   %s", rest, err.ja, want_ja);
        cr_expect(strcmp(err.text, want_en) == 0, "%s\nis told as   %s\nand not as   %s", rest, err.text, want_en);
        free(text);
}

Test(mistyped, a_bad_value_names_what_may_stand_there) {
        expect_said("devices:\n- {name: a, match: {}, action: alow}\n", "9:32",
                    "「alow」は使えない値です（deny、read-only、allow のどれか）",
                    "unknown value 'alow' (one of deny, read-only, allow)");
        expect_said("language: jp\ndevices: []\n", "8:11", "「jp」は使えない値です（ja、en のどれか）",
                    "unknown value 'jp' (one of ja, en)");
        expect_said(RULE "  match: {interfaces: [hid]}\n  partial: yes\n", "12:12",
                    "「yes」は使えない値です（false、true のどれか）", "unknown value 'yes' (one of false, true)");
        expect_said(RULE "  match: {}\n  encrypted: luks\n", "12:14",
                    "「luks」は使えない値です（required だけが書けます）", "unknown value 'luks' (only required)");
        expect_said(RULE "  match: {bus: thunderbold}\n", "11:16",
                    "「thunderbold」は使えない値です（「thunderbolt」ではありませんか）"
                    "（any、usb、mmc、scsi、ata、nvme、thunderbolt、firewire、virtio のどれか）",
                    "unknown value 'thunderbold' (did you mean 'thunderbolt'?) "
                    "(one of any, usb, mmc, scsi, ata, nvme, thunderbolt, firewire, virtio)");
}

#define KIND "11:24: 「stroage」という種類はありません（「storage」ではありませんか）（hid、"

Test(mistyped, an_unknown_kind_names_the_kinds) {
        struct err err = { "" };
        auto_policy p = NULL;

        (void)policy_compile(bytes_text(HEAD RULE "  match: {interfaces: [stroage]}\n"), &p, &err);
        cr_expect_eq(strncmp(err.ja, KIND, strlen(KIND)), 0, "%s", err.ja);
        cr_expect(strstr(err.ja, "、other、security-key のどれか）"), "%s", err.ja);
        cr_expect(strstr(err.text, "did you mean 'storage'?) (one of hid, "), "%s", err.text);
}

Test(mistyped, an_unknown_key_names_the_nearest_one_or_all_of_that_place) {
        expect_said("devices:\n- {nmae: a}\n", "9:4", "「nmae」という項目はありません（「name」ではありませんか）",
                    "unknown key 'nmae' (did you mean 'name'?)");
        expect_said(RULE "  match: {Serial: x}\n", "11:11",
                    "「Serial」という項目はありません（「serial」ではありませんか）",
                    "unknown key 'Serial' (did you mean 'serial'?)");
        expect_said("devices: []\naudit: {until: 1d}\n", "9:9",
                    "「until」という項目はありません（keep だけが書けます）", "unknown key 'until' (only keep)");
        expect_said("devices: []\nlogin: {throttle: {attemps: 5}}\n", "9:20",
                    "「attemps」という項目はありません（「attempts」ではありませんか）",
                    "unknown key 'attemps' (did you mean 'attempts'?)");
        expect_said(
                RULE "  match: {users: [a]}\n", "11:11",
                "「users」という項目はありません（bus、id、serial、name、port、interfaces、fingerprint、medium のどれか）",
                "unknown key 'users' (one of bus, id, serial, name, port, interfaces, fingerprint, medium)");
}

#define A_SPACE "全角の空白（U+3000）は使えません。半角の空白にします"
#define A_SPACE_EN "a full-width space (U+3000), where a plain one belongs"
#define A_TAB "タブは使えません。半角の空白にします"
#define A_TAB_EN "a tab, where spaces belong"
#define A_COLON "「：」（U+FF1A）は、半角の「:」で書きます"
#define A_COLON_EN "'：' (U+FF1A), where ':' belongs"

Test(mistyped, characters_that_only_look_right_are_named_where_they_stand) {
        static const struct {
                const char *rest, *place, *ja, *en;
        } rows[] = {
                { "devices:\n\t- {name: a}\n", "9:1", A_TAB, A_TAB_EN },
                { "devices:\n- name: a\n\taction: allow\n  match: {}\n", "10:1", A_TAB, A_TAB_EN },
                { "devices:\n-\tname: a\n  action: allow\n", "9:2", A_TAB, A_TAB_EN },
                { "devices:\n- name: a\n　　action: allow\n  match: {}\n", "10:1", A_SPACE, A_SPACE_EN },
                { "devices:　[]\n", "8:9", A_SPACE, A_SPACE_EN },
                { "language:　ja\ndevices: []\n", "8:10", A_SPACE, A_SPACE_EN },
                { "language：ja\ndevices: []\n", "8:9", A_COLON, A_COLON_EN },
                { "language： ja\ndevices: []\n", "8:9", A_COLON, A_COLON_EN },
                { "devices:\n- {name: a, match: ｛｝, action: allow}\n", "9:20",
                  "「｛」（U+FF5B）は、半角の「{」で書きます", "'｛' (U+FF5B), where '{' belongs" },
                { "devices: ［］\n", "8:10", "「［」（U+FF3B）は、半角の「[」で書きます",
                  "'［' (U+FF3B), where '[' belongs" },
                { "devices:\n－ name: a\n  action: allow\n", "9:1", "「－」（U+FF0D）は、半角の「-」で書きます",
                  "'－' (U+FF0D), where '-' belongs" },
                { "＃ an explanation: the 1st: a\ndevices: []\n", "8:1", "「＃」（U+FF03）は、半角の「#」で書きます",
                  "'＃' (U+FF03), where '#' belongs" },
                { "language:\u200b ja\ndevices: []\n", "8:10", "特殊な空白（U+200B）は使えません。半角の空白にします",
                  "an unusual space (U+200B), where a plain one belongs" },
                { "devices:\n- name: a\n\u00a0 action: allow\n  match: {}\n", "10:1",
                  "特殊な空白（U+00A0）は使えません。半角の空白にします",
                  "an unusual space (U+00A0), where a plain one belongs" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                expect_said(rows[i].rest, rows[i].place, rows[i].ja, rows[i].en);
}

Test(mistyped, a_colon_without_a_space_is_told_where_it_stands) {
        expect_said("language:ja\ndevices: []\n", "8:1",
                    "「:」がないか、「:」のあとに空白がないか、字下げがそろっていません（could not find expected ':'）",
                    "could not find expected ':'");
}

Test(mistyped, values_with_such_characters_are_told_with_them) {
        expect_said(
                "devices: []\naudit: {keep: ４００d}\n", "9:15",
                "keep の「４００d」は 30s、15m、8h、7d のような長さではありません: 「４」（U+FF14）は、半角の「4」で書きます",
                "keep '４００d' is not a duration like 30s, 15m, 8h or 7d: '４' (U+FF14), where '4' belongs");
        expect_said(
                RULE "  match: {}\n  until: 2027ー03ー31\n", "12:10",
                "「2027ー03ー31」は 2027-03-31 のような日付ではありません: 「ー」（U+30FC）は、半角の「-」で書きます",
                "'2027ー03ー31' is not a date like 2027-03-31: 'ー' (U+30FC), where '-' belongs");
        expect_said(RULE "  match: {}\n  hours: mon-fri 08：30-17：15\n", "12:10",
                    "「mon-fri 08：30-17：15」: 時刻は 08:30 のように書きます: " A_COLON,
                    "'mon-fri 08：30-17：15': a time is HH:MM: " A_COLON_EN);
        expect_said(RULE "  match: {}\n  users: [\"group:　a b\"]\n", "12:11",
                    "「group:　a b」: 利用者名でも「group:グループ名」でもありません: " A_SPACE,
                    "'group:　a b' is not a user's name nor group:NAME: " A_SPACE_EN);
        expect_said(
                "devices:\n- {name: a, match: {}, action: ａｌｌｏｗ}\n", "9:32",
                "「ａｌｌｏｗ」は使えない値です（deny、read-only、allow のどれか）: 「ａ」（U+FF41）は、半角の「a」で書きます",
                "unknown value 'ａｌｌｏｗ' (one of deny, read-only, allow): 'ａ' (U+FF41), where 'a' belongs");
}

/* What a policy could say before it can still say: a name is free. */
Test(mistyped, in_names_and_titles_they_are_fine) {
        auto_policy p = given("devices:\n- name: 納税課　ＵＳＢメモリ：１号　（“予備”）\n  match: {}\n  action: deny\n"
                              "  clause: 6（3）　ア\n# 　：　\t\n");

        cr_expect_eq(policy_rules(p), 1);
}

/* A name with such a character, on the very line where something else is wrong, is not blamed for it. */
Test(mistyped, they_are_not_blamed_for_what_they_did_not_do) {
        expect_said("devices:\n- {name: 納税課　１号, match: {}, action: alow}\n", "9:37",
                    "「alow」は使えない値です（deny、read-only、allow のどれか）",
                    "unknown value 'alow' (one of deny, read-only, allow)");
        expect_said("devices:\n- name: （予備）　１号\n  match: [\n", "11:1",
                    "値がありません（did not find expected node content）", "did not find expected node content");
        expect_said("devices:\n- {name: \"a：　b\", match: [}\n", "9:26",
                    "値がありません（did not find expected node content）", "did not find expected node content");
}

Test(mistyped, the_editor_is_to_blame_for_marks_and_encodings) {
        struct err err = { "" };
        auto_policy p = NULL;

        (void)policy_compile(bytes_text("\xef\xbb\xbf" HEAD "devices: []\n"), &p, &err);
        cr_expect_str_eq(err.ja, "1:1: BOM が付いています。BOM なしの UTF-8 で保存します（U+FEFF）");
        (void)policy_compile(bytes_text("# \x8e\x8e\x8c\xb1\n"), &p, &err); /* 試験, in Shift_JIS */
        cr_expect_str_eq(err.ja, "1:3: UTF-8 ではない文字です（Shift_JIS などの文書は、UTF-8 で保存し直します）");
}

Test(mistyped, line_ends_of_windows_are_fine) {
        char text[1024];
        auto_policy p = NULL;
        size_t n = 0;

        for (const char *c = HEAD "devices: []\n"; *c; c++) {
                if (*c == '\n')
                        text[n++] = '\r';
                text[n++] = *c;
        }
        cr_expect_eq(policy_compile(bytes_of(text, n), &p, NULL), 0);
}

Test(mistyped, every_truncation_is_answered) {
        static const char whole[] = "－　 a：\"　\" # \t\n\t- ‘b’: ｛x｝\n\xe3\x80";
        struct misfit m;

        for (size_t n = 0; n <= sizeof whole - 1; n++)
                (void)misfit_in_lines(bytes_of(whole, n), 1, 9, &m);
        cr_expect_not(misfit_in("plain - \"text\"", &m));
        cr_expect_not(misfit_in("\xff　", &m));
}
