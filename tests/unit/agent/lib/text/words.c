/* SPDX-License-Identifier: MIT */
/* What people read, and what strangers' bytes become before anybody reads them. */
#include "text/words.h"

#include "decision/kind.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static bool has_japanese(const char *s) {
        for (; *s; s++)
                if ((unsigned char)*s >= 0xe3 && (unsigned char)*s <= 0xe9)
                        return true;
        return false;
}

static bool is_ascii(const char *s) {
        for (; *s; s++)
                if ((unsigned char)*s >= 0x80)
                        return false;
        return true;
}

/* What Python's strict decoder accepts is the oracle of tests/flow; here only the shape of each character. */
static bool ends_between_characters(const char *s) {
        size_t n = strlen(s), back = 0;

        while (back < n && ((unsigned char)s[n - 1 - back] & 0xc0) == 0x80)
                back++;
        if (back == n)
                return n == 0;
        unsigned char lead = (unsigned char)s[n - 1 - back];
        return (lead < 0x80 && back == 0) || (lead >= 0xc0 && lead < 0xe0 && back == 1)
               || (lead >= 0xe0 && lead < 0xf0 && back == 2) || (lead >= 0xf0 && back == 3);
}

static struct device_facts device(uint8_t klass, uint8_t subclass, uint8_t protocol) {
        return (struct device_facts){
                .bus = BUS_USB,
                .n_interfaces = 1,
                .interfaces = { { 1, 0, klass, subclass, protocol } },
        };
}

TestSuite(words_reason, .timeout = 5);

Test(words_reason, every_reason_is_said_in_both_languages) {
        for (enum reason r = 0; r < REASON_COUNT; r++) {
                const char *ja = words_reason(LANGUAGE_JA, r), *en = words_reason(LANGUAGE_EN, r);

                cr_assert(ja && en, "reason %d", r);
                cr_expect(has_japanese(ja), "reason %d: %s", r, ja);
                cr_expect(*en && is_ascii(en), "reason %d: %s", r, en);
        }
}

Test(words_reason, each_reason_has_words_of_its_own) {
        for (enum reason r = 0; r < REASON_COUNT; r++)
                for (enum reason other = 0; other < r; other++)
                        for (enum language l = 0; l < LANGUAGES; l++)
                                cr_expect_str_neq(words_reason(l, r), words_reason(l, other));
}

Test(words_reason, a_number_out_of_range_is_still_a_refusal) {
        cr_expect_str_eq(words_reason(LANGUAGE_EN, (enum reason)999), words_reason(LANGUAGE_EN, REASON_NO_RULE));
}

Test(words_malformed, every_contradiction_is_said_in_both_languages) {
        for (enum malformed m = MALFORMED_NOT + 1; m < MALFORMED_COUNT; m++) {
                const char *ja = words_malformed(LANGUAGE_JA, m), *en = words_malformed(LANGUAGE_EN, m);

                cr_assert(ja && en, "%s", malformed_name(m));
                cr_expect(has_japanese(ja), "%s: %s", malformed_name(m), ja);
                cr_expect(*en && is_ascii(en), "%s: %s", malformed_name(m), en);
                for (enum malformed other = MALFORMED_NOT; other < m; other++)
                        cr_expect(strcmp(words_malformed(LANGUAGE_JA, other), ja) != 0, "%s", ja);
        }
        cr_expect_str_eq(words_malformed(LANGUAGE_EN, MALFORMED_COUNT), "");
}

TestSuite(words_kind_set, .timeout = 5);

Test(words_kind_set, every_kind_is_said_in_both_languages) {
        for (unsigned i = 0; i < KIND_COUNT; i++) {
                char ja[128], en[128], nothing[128];

                words_kind_set(LANGUAGE_JA, 1u << i, ja, sizeof ja);
                words_kind_set(LANGUAGE_EN, 1u << i, en, sizeof en);
                words_kind_set(LANGUAGE_JA, 0, nothing, sizeof nothing);
                cr_expect(has_japanese(ja) && strcmp(ja, nothing) != 0, "kind %u: %s", i, ja);
                cr_expect(*en && is_ascii(en), "kind %u: %s", i, en);
        }
}

Test(words_kind_set, the_gravest_stands_first) {
        char text[256];

        words_kind_set(LANGUAGE_JA, KIND_HID | KIND_HID_KEYBOARD | KIND_STORAGE, text, sizeof text);
        cr_expect_str_eq(text, "USBメモリなどの電磁的記録媒体、キーボード");
}

Test(words_kind_set, what_tells_nothing_new_is_left_out) {
        static const struct {
                uint32_t set;
                const char *ja, *en;
        } rows[] = {
                { KIND_VENDOR | KIND_PRINTER, "プリンター", "printer" },
                { KIND_VENDOR | KIND_SMARTCARD, "ICカードリーダー", "smart card reader" },
                { KIND_VENDOR | KIND_STILL_IMAGE, "スマートフォン・カメラ", "phone or camera" },
                { KIND_HID | KIND_AUDIO, "音声機器（ヘッドセットなど）", "audio device (such as a headset)" },
                { KIND_HID | KIND_VENDOR, "専用の方式で動く機器", "device of its maker's own kind" },
                { KIND_HID | KIND_HID_KEYBOARD | KIND_HUB, "キーボード、USBハブ", "keyboard, USB hub" },
                { KIND_HID, "入力装置", "input device" },
                { KIND_VENDOR, "専用の方式で動く機器", "device of its maker's own kind" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char ja[128], en[128];

                words_kind_set(LANGUAGE_JA, rows[i].set, ja, sizeof ja);
                words_kind_set(LANGUAGE_EN, rows[i].set, en, sizeof en);
                cr_expect_str_eq(ja, rows[i].ja);
                cr_expect_str_eq(en, rows[i].en);
        }
}

Test(words_kind_set, is_cut_between_characters_at_every_size) {
        for (size_t size = 1; size < 64; size++) {
                char text[64];

                memset(text, 'x', sizeof text);
                words_kind_set(LANGUAGE_JA, ~0u, text, size);
                cr_expect_lt(strlen(text), size);
                cr_expect(ends_between_characters(text), "size %zu: %s", size, text);
        }
}

TestSuite(words_refusal, .timeout = 5);

static const struct verdict unknown = { .action = ACTION_DENY, .reason = REASON_NO_RULE, .rule = RULE_NONE };

static void expect_refusal(enum language l, const struct device_facts *f, const struct verdict *v, const char *request,
                           const char *contact, const char *says) {
        char text[1024];

        words_refusal(l, f, v, request, contact, text, sizeof text);
        cr_expect_str_eq(text, says);
}

Test(words_refusal, says_what_why_what_now_and_whom) {
        struct device_facts stick = device(0x08, 0x06, 0x50);

        expect_refusal(
                LANGUAGE_JA, &stick, &unknown, "7K3-92A", "情報政策課 内線 1234",
                "このUSBメモリなどの電磁的記録媒体は使えません（登録されていません）。データは読み書きされていません。"
                "必要なときは、問い合わせ番号 7K3-92A を 情報政策課 内線 1234 へ伝えてください。");
        expect_refusal(
                LANGUAGE_EN, &stick, &unknown, "7K3-92A", "IT policy section, ext. 1234",
                "This storage device (such as a USB stick) cannot be used: it is not registered. No data has been "
                "read or written. If you need it, give the request number 7K3-92A to: IT policy section, ext. 1234.");
}

Test(words_refusal, without_number_or_contact_there_is_still_somebody_to_ask) {
        struct device_facts phone = device(0x06, 0x01, 0x01);

        expect_refusal(LANGUAGE_JA, &phone, &unknown, NULL, "",
                       "このスマートフォン・カメラは使えません（登録されていません）。データは読み書きされていません。"
                       "必要なときは、情報システム担当 へ連絡してください。");
        expect_refusal(
                LANGUAGE_EN, &phone, &unknown, NULL, "",
                "This phone or camera cannot be used: it is not registered. No data has been read or written. If you "
                "need it, contact: your IT section.");
}

Test(words_refusal, a_keyboard_that_is_also_a_stick_is_unmasked) {
        struct device_facts f = device(0x03, 0x01, 0x01);
        char text[1024];

        f.interfaces[f.n_interfaces++] = (struct interface_facts){ 1, 1, 0x08, 0x06, 0x50 };
        words_refusal(LANGUAGE_JA, &f, &unknown, NULL, "", text, sizeof text);
        cr_expect(strstr(text, "このキーボードは使えません"), "%s", text);
        cr_expect(strstr(text, "「USBメモリなどの電磁的記録媒体」でもあると名乗っています"), "%s", text);
        cr_expect(strstr(text, "取り外してください。必ず、情報システム担当 へ連絡してください。"), "%s", text);
}

/* Label printers of this kind carry their Windows program on a disk of their own, and print by generic HID. */
Test(words_refusal, a_label_printer_is_refused_for_its_disk_and_not_unmasked) {
        struct device_facts f = device(0x03, 0x00, 0x00);

        f.interfaces[f.n_interfaces++] = (struct interface_facts){ 1, 1, 0x08, 0x06, 0x50 };
        expect_refusal(
                LANGUAGE_JA, &f, &unknown, NULL, "内線 1",
                "このUSBメモリなどの電磁的記録媒体は使えません（登録されていません）。データは読み書きされていません。"
                "必要なときは、内線 1 へ連絡してください。");
        expect_refusal(
                LANGUAGE_EN, &f, &unknown, NULL, "ext. 1",
                "This storage device (such as a USB stick) cannot be used: it is not registered. No data has been "
                "read or written. If you need it, contact: ext. 1.");
}

Test(words_refusal, a_mouse_that_is_also_a_network_device_is_unmasked) {
        struct device_facts f = device(0x03, 0x01, 0x02);
        char text[1024];

        f.interfaces[f.n_interfaces++] = (struct interface_facts){ 1, 1, 0x02, 0x06, 0x00 };
        words_refusal(LANGUAGE_JA, &f, &unknown, NULL, "", text, sizeof text);
        cr_expect(strstr(text, "このマウスは使えません"), "%s", text);
        cr_expect(strstr(text, "「通信装置（ネットワーク）」でもあると名乗っています"), "%s", text);
}

Test(words_refusal, a_card_and_a_disc_are_called_what_people_call_them) {
        struct device_facts card = device(0x08, 0x06, 0), drive = device(0x08, 0x02, 0);
        const struct verdict v = { .reason = REASON_NO_RULE };
        char text[1024];

        card.bus = BUS_MMC, drive.bus = BUS_ATA;
        words_refusal(LANGUAGE_EN, &card, &v, "ABC-123", "", text, sizeof text);
        cr_expect(strstr(text, "memory card") && strstr(text, "No data has been read or written"), "%s", text);
        words_refusal(LANGUAGE_JA, &drive, &v, "ABC-123", "", text, sizeof text);
        cr_expect(strstr(text, "CD・DVD") && !strstr(text, "USB"), "%s", text);
}

Test(words_refusal, a_network_device_has_not_sent_anything) {
        struct device_facts f = device(0x02, 0x06, 0x00);
        char text[1024];

        words_refusal(LANGUAGE_JA, &f, &unknown, NULL, "", text, sizeof text);
        cr_expect(strstr(text, "この機器による通信は行われていません。"), "%s", text);
        cr_expect_not(strstr(text, "データは読み書き"), "%s", text);
}

Test(words_refusal, contradictory_descriptors_are_said_plainly) {
        struct device_facts f = { .bus = BUS_USB, .malformed = MALFORMED_TOTAL_LENGTH };
        struct verdict v = { .reason = REASON_MALFORMED, .rule = RULE_NONE };
        char text[1024];

        words_refusal(LANGUAGE_JA, &f, &v, NULL, "", text, sizeof text);
        cr_expect(strstr(text, "この機器は使えません（名乗る内容が食い違っており、不正な機器のおそれがあります）。"
                               "食い違い: 記述子が、名乗る全長（wTotalLength）より短い。"),
                  "%s", text);
        words_revocation(LANGUAGE_EN, &f, &v, NULL, "", text, sizeof text);
        cr_expect(strstr(text, "The contradiction: its descriptors are shorter than it announces (wTotalLength)."),
                  "%s", text);
        v.reason = REASON_HOURS;
        words_refusal(LANGUAGE_EN, &f, &v, NULL, "", text, sizeof text);
        cr_expect_not(strstr(text, "contradiction"), "a rule has accepted it: %s", text);
}

Test(words_refusal, what_may_be_malicious_has_to_be_reported_needed_or_not) {
        static const enum reason grave[] = { REASON_MALFORMED, REASON_CONTRADICTED };
        struct device_facts stick = device(0x08, 0x06, 0x50);

        for (size_t i = 0; i < sizeof grave / sizeof *grave; i++) {
                struct verdict v = { .reason = grave[i], .rule = RULE_NONE };
                char text[1024];

                words_refusal(LANGUAGE_JA, &stick, &v, "7K3-92A", "内線 1", text, sizeof text);
                cr_expect(strstr(text, "取り外してください。必ず、問い合わせ番号 7K3-92A を 内線 1 へ"), "%s", text);
                words_revocation(LANGUAGE_EN, &stick, &v, NULL, "", text, sizeof text);
                cr_expect(strstr(text, "unplug it. In any case, contact: your IT section."), "%s", text);
        }
}

Test(words_refusal, a_rule_that_denies_is_not_said_to_be_a_mere_rule) {
        struct device_facts stick = device(0x08, 0x06, 0x50);
        struct verdict v = { .reason = REASON_RULE, .rule = 3 };
        char text[1024];

        words_refusal(LANGUAGE_JA, &stick, &v, NULL, "", text, sizeof text);
        cr_expect(strstr(text, "この端末では使用を認めていません"), "%s", text);
}

Test(words_refusal, nothing_is_promised_once_the_kernel_had_begun) {
        struct device_facts stick = device(0x08, 0x06, 0x50);

        for (enum reason r = REASON_CONTRADICTED; r <= REASON_FAILED; r++) {
                struct verdict v = { .reason = r, .rule = RULE_NONE };
                char text[1024];

                words_refusal(LANGUAGE_JA, &stick, &v, NULL, "", text, sizeof text);
                cr_expect_not(strstr(text, "読み書きされていません"), "%s", text);
        }
}

Test(words_revocation, promises_nothing_about_before) {
        struct device_facts stick = device(0x08, 0x06, 0x50);
        struct verdict v = { .reason = REASON_HOURS, .rule = 3 };
        char text[1024];

        words_revocation(LANGUAGE_JA, &stick, &v, "7K3-92A", "内線 1", text, sizeof text);
        cr_expect_str_eq(text, "このUSBメモリなどの電磁的記録媒体は、いまから使えません（使える時間帯ではありません）。"
                               "取り外してください。必要なときは、問い合わせ番号 7K3-92A を 内線 1 へ伝えてください。");
}

Test(language_of, is_japanese_unless_english_is_asked_for) {
        cr_expect_eq(language_of("en"), LANGUAGE_EN);
        cr_expect_eq(language_of("ja"), LANGUAGE_JA);
        cr_expect_eq(language_of("fr"), LANGUAGE_JA);
        cr_expect_eq(language_of(NULL), LANGUAGE_JA);
}

TestSuite(words_time, .timeout = 5);

Test(words_time, is_local_with_its_offset_whoever_reads_it) {
        static const struct {
                const char *from, *ja, *en;
        } rows[] = {
                { "2026-12-01T09:00:00.123+09:00", "2026年12月1日 09:00:00（+09:00）", "2026-12-01 09:00:00 (+09:00)" },
                { "2026-12-01T09:00:00+09:00", "2026年12月1日 09:00:00（+09:00）", "2026-12-01 09:00:00 (+09:00)" },
                { "2026-01-31T23:59:59-03:30", "2026年1月31日 23:59:59（-03:30）", "2026-01-31 23:59:59 (-03:30)" },
                { "2026-12-01T00:00:00Z", "2026年12月1日 00:00:00（UTC）", "2026-12-01 00:00:00 (UTC)" },
                { "2026-12-01T00:00:00", "2026年12月1日 00:00:00（?）", "2026-12-01 00:00:00 (?)" },
                { "2026-12-01T00:00:00\x1b[2J", "2026年12月1日 00:00:00（?）", "2026-12-01 00:00:00 (?)" },
                { "yesterday", "yesterday", "yesterday" },
                { "\x1b[2J", "\\x1b[2J", "\\x1b[2J" },
                { "", "", "" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char text[64];

                words_time(LANGUAGE_JA, rows[i].from, text, sizeof text);
                cr_expect_str_eq(text, rows[i].ja);
                words_time(LANGUAGE_EN, rows[i].from, text, sizeof text);
                cr_expect_str_eq(text, rows[i].en);
        }
}

TestSuite(words_escape, .timeout = 10);

/* Unicode 15, table 3-7 (well-formed UTF-8) and chapter 23.2 (format characters). */
static const struct {
        const char *from, *to, *why;
} hostile[] = {
        { "", "", "nothing" },
        { "DataTraveler 3.0", "DataTraveler 3.0", "plain" },
        { "納税課 3号 \xf0\xa0\xae\xb7", "納税課 3号 \xf0\xa0\xae\xb7", "Japanese, also beyond the BMP" },
        { "a\nb\t\x1b[2J\x7f", "a\\x0ab\\x09\\x1b[2J\\x7f", "control characters" },
        { "\\x41", "\\x5cx41", "what looks like an escape" },
        { "\xc2\x9b", "\\xc2\\x9b", "C1 control: CSI" },
        { "\xff\xfe", "\\xff\\xfe", "never in UTF-8" },
        { "\xc0\xaf", "\\xc0\\xaf", "overlong slash" },
        { "\xc1\xbf", "\\xc1\\xbf", "overlong of two bytes" },
        { "\xe0\x80\xaf", "\\xe0\\x80\\xaf", "overlong of three" },
        { "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf", "overlong of four" },
        { "\xed\xa0\x80", "\\xed\\xa0\\x80", "surrogate" },
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "beyond U+10FFFF" },
        { "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80", "five bytes" },
        { "\x80", "\\x80", "a lone continuation" },
        { "\xe3\x81", "\\xe3\\x81", "cut off" },
        { "\xe3\x81"
          "a",
          "\\xe3\\x81a", "cut off by another" },
        { "\xe2\x80\xae"
          "txt.exe",
          "\\xe2\\x80\\xaetxt.exe", "right-to-left override" },
        { "\xe2\x81\xa6", "\\xe2\\x81\\xa6", "isolate" },
        { "a\xe2\x80\x8b"
          "b",
          "a\\xe2\\x80\\x8bb", "zero-width space" },
        { "\xe2\x80\xa8", "\\xe2\\x80\\xa8", "line separator" },
        { "\xef\xbb\xbf", "\\xef\\xbb\\xbf", "byte order mark" },
        { "\xef\xbf\xbe", "\\xef\\xbf\\xbe", "not a character" },
        { "\xf3\xa0\x80\xa1", "\\xf3\\xa0\\x80\\xa1", "tag" },
};

Test(words_escape, hostile_bytes_become_printable) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                char text[256];

                words_escape(hostile[i].from, text, sizeof text);
                cr_expect_str_eq(text, hostile[i].to, "%s", hostile[i].why);
        }
}

Test(words_escape, never_overruns_nor_cuts_an_escape_at_any_size) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                for (size_t size = 1; size <= strlen(hostile[i].to) + 1; size++) {
                        char text[256];

                        memset(text, 'x', sizeof text);
                        words_escape(hostile[i].from, text, size);
                        cr_expect_lt(strlen(text), size);
                        cr_expect_eq(text[size], 'x', "%s", hostile[i].why);
                        cr_expect_eq(strncmp(text, hostile[i].to, strlen(text)), 0, "%s", hostile[i].why);
                        cr_expect(ends_between_characters(text), "%s", hostile[i].why);
                }
}

Test(words_clean, leaves_what_is_escaped_already) {
        char text[64];

        words_clean("\\x41\x1b", text, sizeof text);
        cr_expect_str_eq(text, "\\x41\\x1b");
}
