/* SPDX-License-Identifier: MIT */
/* format.c — the table of formats. The first that recognises the file reads it; formats that are known and not read
 * have a row, too, so that people are told what to do. */
#include "seeds/format.h"

#include "seeds/otpauth.h"
#include "seeds/pskc.h"
#include "seeds/safenet.h"
#include "seeds/table.h"
#include "seeds/xml.h"
#include "seeds/yubico.h"

static bool format_begins(const struct seeds_reading *r, const char *magic, size_t n) {
        return r->raw.left >= n && memcmp(r->raw.at, magic, n) == 0;
}

static bool format_is_workbook(const struct seeds_reading *r) {
        return format_begins(r, "PK\x03\x04", 4) || format_begins(r, "\xD0\xCF\x11\xE0", 4);
}

static void format_refuse_workbook(struct seeds_reading *r) {
        reading_refuse(r, 0, 0, "表計算ソフトか圧縮のファイルです。CSV（UTF-8）で書き出してください",
                       "a spreadsheet's own file, or a compressed one: export it as CSV (UTF-8)");
}

static bool format_is_sealed(const struct seeds_reading *r) {
        return format_begins(r, "-----BEGIN PGP", 14) || format_begins(r, "%PDF", 4);
}

static void format_refuse_sealed(struct seeds_reading *r) {
        reading_refuse(r, 0, 0, "暗号化されたファイル（OpenPGP）か PDF です。中のファイルを取り出してください",
                       "an encrypted file (OpenPGP) or a PDF: take out what is in it");
}

static bool format_is_no_text(const struct seeds_reading *r) {
        return r->text.encoding == ENCODING_NONE;
}

/* At the first byte that no encoding explains. */
static void format_refuse_no_text(struct seeds_reading *r) {
        struct bytes good = r->text.text;
        uint32_t line = 1, column = 1;

        for (size_t i = 0; i < good.left; i++) {
                if (good.at[i] == '\n')
                        line++, column = 1;
                else if ((good.at[i] & 0xC0) != 0x80)
                        column++;
        }
        reading_refuse(r, line, column, "UTF-8、UTF-16、Shift_JIS のどれでもありません。UTF-8 で書き出してください",
                       "neither UTF-8 nor UTF-16 nor, beyond doubt, Shift_JIS: export it as UTF-8");
}

static bool format_is_xml(const struct seeds_reading *r) {
        return r->xml != NULL;
}

static bool format_is_any(const struct seeds_reading *r) {
        (void)r;
        return true;
}

static const struct format {
        struct phrase name;
        bool (*recognise)(const struct seeds_reading *r);
        void (*read)(struct seeds_reading *r);
} formats[] = {
        { { "表計算ソフトのファイル", "a spreadsheet's file" }, format_is_workbook, format_refuse_workbook },
        { { "暗号化されたファイル", "an encrypted file" }, format_is_sealed, format_refuse_sealed },
        { { "テキストでないもの", "no text" }, format_is_no_text, format_refuse_no_text },
        { { "XML", "XML" }, xml_is_refused, xml_refuse },
        { { "PSKC（RFC 6030）", "PSKC (RFC 6030)" }, pskc_is, pskc_read },
        { { "RFC 6030 より前の PSKC", "PSKC before RFC 6030" }, pskc_is_draft, pskc_refuse_draft },
        { { "SafeNet の XML", "SafeNet's XML" }, safenet_is, safenet_read },
        { { "XML", "XML" }, format_is_xml, xml_refuse_unknown },
        { { "移行用のアドレス", "an address for moving tokens" }, otpauth_is_migration, otpauth_refuse_migration },
        { { "otpauth:// の行", "otpauth:// lines" }, otpauth_is, otpauth_read },
        { { "Yubico の CSV", "Yubico's CSV" }, yubico_is, yubico_refuse },
        { { "Entra ID の形の表", "a table as Entra ID takes it" }, table_has_principals, table_read_principals },
        { { "見出しのある表", "a table with a header" }, table_has_header, table_read_headed },
        { { "見出しのない一覧", "a list without a header" }, format_is_any, table_read_list },
};

void format_read(struct seeds_reading *r) {
        const struct format *f = formats;

        encoding_decode(r->raw, &r->text);
        while (!f->recognise(r))
                f++;
        r->format = f->name;
        f->read(r);
        if (r->n_faults || r->asked->want == SEEDS_TOKENS)
                return;
        if (f->read != table_read_headed && f->read != table_read_principals)
                reading_refuse(r, 1, 1, "見出しが user と serial の表を書きます",
                               "a table with the header user,serial is wanted");
}
