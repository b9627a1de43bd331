/* SPDX-License-Identifier: MIT */
/* The ledger of media as a table: what is understood, and that nothing else changes. */
#include "cli/media/ledger.h"

#include "base/date.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define HEADER                                                                                                         \
        "備考,管理番号,媒体,品名,所属,担当者,権限,時間,期限,規則,問い合わせ番号,登録日,登録者,処置,処置日,処置者,立会者\n"
#define ONE "\"a\nb\",M2026-001,usb 0951:1666 E0D5,x,課,人,読み書き,,2027/3/31,r,,2026-12-01,root,,,,\n"
#define TWO ",M2026-007,usb 0951:1666 E0D6,x,課,人,read-only,,2027-03-31,r,,2026-12-01,root,returned,2027-01-05,a,b\r\n"

static int parse(const char *text, struct ledger *ret, struct err *err) {
        return ledger_parse(bytes_text(text), LANGUAGE_EN, ret, err);
}

Test(ledger_parse, rows_are_read_in_either_language_and_whatever_the_order) {
        auto_ledger l = { 0 };
        struct err err = { 0 };

        cr_assert_eq(parse(HEADER ONE ",,,,,,,,,,,,,,,,\n" TWO, &l, &err), 0, "%s", err.text);
        cr_assert_eq(l.n, 2);
        cr_expect_eq(l.l, LANGUAGE_JA);
        cr_expect_not(l.rows[0].read_only);
        cr_expect_eq(l.rows[0].until, l.rows[1].until);
        cr_expect_eq(l.rows[0].line, 2);
        cr_expect_str_eq(l.rows[0].medium.serial, "E0D5");
        cr_expect(l.rows[1].read_only);
        cr_expect_eq(l.rows[1].outcome, OUTCOME_RETURNED);
        cr_expect_eq(ledger_find(&l, "M2026-007"), &l.rows[1]);
        cr_expect_null(ledger_find(&l, "M2026-002"));
        cr_expect_eq(ledger_latest(&l, &l.rows[0].medium), &l.rows[0]);
}

/* A ledger is kept for years, and by hand: the headings and words of before go on being understood. */
Test(ledger_parse, what_earlier_versions_wrote_is_still_read) {
        static const char was[] =
                "管理番号,媒体,品名,所属,担当者,権限,時間,期限,規則,申請番号,登録日,登録者,処置,処置日,処置者,立会者\n"
                "M1,usb 0951:1666 E0D5,x,課,人,読み書き,,2027-03-31,r,7K3-92A,2026-12-01,root,破砕,2027-01-05,a,b\n";
        auto_ledger l = { 0 };
        struct err err = { 0 };

        cr_assert_eq(parse(was, &l, &err), 0, "%s", err.text);
        cr_expect_eq(l.rows[0].outcome, OUTCOME_DESTROYED);
        cr_expect_str_eq(l.rows[0].cells[LEDGER_REQUEST], "7K3-92A");
        cr_expect_str_eq(ledger_heading(LEDGER_REQUEST, LANGUAGE_JA), "問い合わせ番号");
}

Test(ledger_parse, every_truncation_is_read_or_refused_with_its_place) {
        static const char whole[] = HEADER ONE TWO;

        for (size_t size = 0; size < sizeof whole - 1; size++) {
                char *cut = malloc(size ? size : 1); /* exactly as large, for the sanitizer */
                struct ledger l = { 0 };
                struct err err = { 0 };
                int r;

                memcpy(cut, whole, size);
                r = ledger_parse(bytes_of(cut, size), LANGUAGE_EN, &l, &err);
                cr_expect(r == 0 || (r == -EBADMSG && err.text[0] >= '1' && err.text[0] <= '9'), "%zu: %s", size,
                          err.text);
                ledger_deinit(&l);
                free(cut);
        }
}

Test(ledger_parse, dates_are_days_that_exist) {
        static const struct {
                const char *text;
                bool fine;
        } dates[] = {
                { "2027-03-31", true },  { "2027/3/31", true },       { "2027/03/31", true }, { "2028-02-29", true },
                { "2027-02-29", false }, { "2027-03-31x", false },    { "31/3/2027", false }, { "2027", false },
                { "", false },           { "令和9年3月31日", false },
        };
        int32_t day;

        for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
                cr_expect_eq(ledger_date(dates[i].text, &day), dates[i].fine, "%s", dates[i].text);
}

Test(medium_parse, what_is_no_medium_is_refused) {
        static const char *const hostile[] = {
                "",
                "usb",
                "usb ",
                "usb 0951",
                "usb 0951:1666",
                "usb 0951:1666 ",
                "usb 951:1666 E0D5",
                "usb 0951-1666 E0D5",
                "thunderbolt 0951:1666 E0D5",
                "floppy 0951:1666 E0D5",
                "usb  0951:1666 E0D5",
                "USB 0951:1666 E0D5",
                "mmc 0951:1666",
                "usb 0951:1666 uuid:2f1a9c6e",
                "usb 0951:1666 uuid:00000000-0000-0000-0000-000000000000",
                "usb 0951:1666 0000",
                "usb 0951:1666 AB*",
                "usb 0951:1666 A\\x20",
                "usb 0951:1666 sha256:ab",
                "usb 0951:1666 sha256:zz",
        };
        struct medium m;

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_not(medium_parse(hostile[i], &m), "%s", hostile[i]);
        cr_expect(medium_parse("usb 0951:1666 E0 D5", &m));
}

Test(medium_parse, what_was_written_is_read_again) {
        static const char *const texts[] = { "usb 0951:1666 E0 D5", "mmc 0003:5344 0x1b2c", "scsi 0000:0000 S1",
                                             "ata 0000:0000 uuid:2f1a9c6e-0000-4000-8000-000000000001" };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                char back[MEDIUM_TEXT];
                struct medium m;

                cr_assert(medium_parse(texts[i], &m), "%s", texts[i]);
                medium_text(&m, back);
                cr_expect_str_eq(back, texts[i]);
        }
}

Test(ledger_next_number, counts_in_the_fiscal_year) {
        auto_ledger l = { 0 };
        struct err err = { 0 };
        char number[LEDGER_NUMBER_TEXT];
        int32_t march, april;

        cr_assert(date_parse("2027-03-31", &march) && date_parse("2027-04-01", &april));
        cr_assert_eq(parse(HEADER ONE TWO, &l, &err), 0, "%s", err.text);
        ledger_next_number(&l, march, number);
        cr_expect_str_eq(number, "M2026-008");
        ledger_next_number(&l, april, number);
        cr_expect_str_eq(number, "M2027-001");
}

Test(ledger_change, every_other_byte_stays) {
        const char *cells[LEDGER_COLUMNS] = { [LEDGER_OUTCOME] = "物理的破壊", [LEDGER_WITNESS] = "鈴木, 次郎" };
        static const char expected[] = HEADER
                "\"a\nb\",M2026-001,usb 0951:1666 E0D5,x,課,人,読み書き,,2027/3/31,r,,2026-12-01,root,物理的破壊,,,\"鈴木, 次郎\"\n" TWO;
        auto_ledger l = { 0 };
        struct err err = { 0 };
        char *text;
        size_t size;

        cr_assert_eq(parse(HEADER ONE TWO, &l, &err), 0, "%s", err.text);
        cr_assert_eq(ledger_change(&l, &l.rows[0], cells, &text, &size), 0);
        cr_expect_eq(size, sizeof expected - 1);
        cr_expect_str_eq(text, expected);
        free(text);
}

Test(ledger_append, a_line_without_its_end_gets_one) {
        const char *cells[LEDGER_COLUMNS] = { [LEDGER_NUMBER] = "M2026-009" };
        auto_ledger l = { 0 };
        struct err err = { 0 };
        char *text;
        size_t size;

        cr_assert_eq(ledger_parse(bytes_of(HEADER ONE, sizeof HEADER ONE - 2), LANGUAGE_JA, &l, &err), 0, "%s",
                     err.text);
        cr_assert_eq(ledger_append(&l, cells, &text, &size), 0);
        cr_expect_str_eq(text, HEADER ONE ",M2026-009,,,,,,,,,,,,,,,\n");
        free(text);
}
