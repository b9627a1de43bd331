/* SPDX-License-Identifier: MIT */
/* words.c — the sentences. Knows a device only by its kinds: the names that it gives itself are never shown here. */
#include "text/words.h"

#include "decision/kind.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What the device could have done, and so what a person may be told did not happen. */
enum stake { STAKE_ANY, STAKE_DATA, STAKE_LINE, STAKES };

static const struct kind_words {
        uint32_t kind;
        const char *words[LANGUAGES];
        enum stake stake;
} kinds[] = {
        /* the gravest first */
        { KIND_STORAGE, { "USBメモリなどの電磁的記録媒体", "storage device (such as a USB stick)" }, STAKE_DATA },
        { KIND_STILL_IMAGE, { "スマートフォン・カメラ", "phone or camera" }, STAKE_DATA },
        { KIND_NETWORK, { "通信装置（ネットワーク）", "network device" }, STAKE_LINE },
        { KIND_WIRELESS, { "無線通信装置", "wireless device" }, STAKE_LINE },
        { KIND_CDC_SERIAL, { "通信装置（モデム・シリアル）", "modem or serial device" }, STAKE_LINE },
        { KIND_DFU, { "書き換え待ちの機器", "device waiting for new firmware" }, STAKE_ANY },
        { KIND_VENDOR, { "専用の方式で動く機器", "device of its maker's own kind" }, STAKE_ANY },
        { KIND_OTHER, { "種類の分からない機器", "device of an unknown kind" }, STAKE_ANY },
        { KIND_PRINTER, { "プリンター", "printer" }, STAKE_ANY },
        { KIND_VIDEO, { "カメラ（映像）", "video camera" }, STAKE_ANY },
        { KIND_AUDIO, { "音声機器（ヘッドセットなど）", "audio device (such as a headset)" }, STAKE_ANY },
        { KIND_MIDI, { "電子楽器", "musical instrument (MIDI)" }, STAKE_ANY },
        { KIND_SMARTCARD, { "ICカードリーダー", "smart card reader" }, STAKE_ANY },
        { KIND_SECURITY_KEY, { "セキュリティキー", "security key" }, STAKE_ANY },
        { KIND_HID_KEYBOARD, { "キーボード", "keyboard" }, STAKE_ANY },
        { KIND_HID_MOUSE, { "マウス", "mouse" }, STAKE_ANY },
        { KIND_HID, { "入力装置", "input device" }, STAKE_ANY },
        { KIND_HUB, { "USBハブ", "USB hub" }, STAKE_ANY },
};
_Static_assert(sizeof kinds / sizeof *kinds == KIND_COUNT, "a kind without words");

/* What people type and point with. Generic HID is on label printers, card tokens, power supplies and headsets, too. */
#define KINDS_TYPING (KIND_HID_KEYBOARD | KIND_HID_MOUSE)
#define KINDS_INPUT (KIND_HID | KINDS_TYPING)

static const char *const thing[LANGUAGES] = { "機器", "device" };

static const char *const reasons[REASON_COUNT][LANGUAGES] = {
        [REASON_NO_RULE] = { "登録されていません", "it is not registered" },
        [REASON_RULE] = { "この端末では使用を認めていません", "a rule does not permit it" },
        [REASON_MALFORMED] = { "名乗る内容が食い違っており、不正な機器のおそれがあります",
                               "what it says of itself is contradictory; it may be malicious" },
        [REASON_HOURS] = { "使える時間帯ではありません", "it may not be used at this time of day" },
        [REASON_EXPIRED] = { "使える期限が過ぎています", "the period for using it has ended" },
        [REASON_USER] = { "いまこの端末を使っている人には認められていません",
                          "it is not permitted for the person now using this terminal" },
        [REASON_ENCRYPTION] = { "暗号化されていることを確認できません", "it could not be recognised as encrypted" },
        [REASON_SEALED] = { "設定（ポリシー）が入っていないため、ログインに必要な機器だけが使えます",
                            "this terminal has no policy, so only what is needed to log in may be used" },
        [REASON_UNRECORDED] = { "監査記録を残せない状態のため、ログインに必要な機器だけが使えます",
                                "nothing can be recorded now, so only what is needed to log in may be used" },
        [REASON_READ_ONLY] = { "読み取り専用の機器ですが、書き込みを防ぐ仕組みが働いていません",
                               "it is for reading only, which this terminal cannot ensure now" },
        [REASON_CONTRADICTED] = { "はじめに名乗った内容と違う動きをしており、不正な機器のおそれがあります",
                                  "it turned out to be other than it had said; it may be malicious" },
        [REASON_FAILED] = { "端末が機器を正しく扱えませんでした", "the terminal could not handle it as it should" },
};

static const char *const untouched[STAKES][LANGUAGES] = {
        [STAKE_ANY] = { "この機器とのデータのやり取りはありません。",
                        "No data has passed between it and this terminal." },
        [STAKE_DATA] = { "データは読み書きされていません。", "No data has been read or written." },
        [STAKE_LINE] = { "この機器による通信は行われていません。", "Nothing has been sent or received through it." },
};

static const struct {
        const char *stage, *ja, *words[LANGUAGES];
} stages[] = {
        { "observe",
          "観察（observe）",
          { "記録だけを行い、まだ何も制限していません", "everything is recorded, nothing is stopped yet" } },
        { "devices", "機器（devices）", { "機器を制限しています", "devices are enforced" } },
        { "trial",
          "試行（trial）",
          { "機器とログインを制限しています。管理者のログインで確定します",
            "devices and logins are enforced, until an administrator's login makes it final" } },
        { "login", "ログイン（login）", { "機器とログインを制限しています", "devices and logins are enforced" } },
};

const char *words_stage_name(enum language l, const char *stage) {
        for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
                if (strcmp(stages[i].stage, stage) == 0)
                        return SAY(l, stages[i].ja, stages[i].stage);
        return stage;
}

const char *words_stage(enum language l, const char *stage) {
        for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
                if (strcmp(stages[i].stage, stage) == 0)
                        return stages[i].words[l];
        return "";
}

enum language language_of(const char *code) {
        return code && strcmp(code, "en") == 0 ? LANGUAGE_EN : LANGUAGE_JA;
}

/* Generic HID beside anything else tells a person nothing new, nor does a maker's own interface beside one that has a
 * name: printers and card readers often have both. */
static uint32_t words_plainest(uint32_t set) {
        uint32_t named = set & ~(uint32_t)(KIND_HID | KIND_VENDOR);

        return named ? named : set & KIND_VENDOR ? KIND_VENDOR : set;
}

void words_kind_set(enum language l, uint32_t set, char *to, size_t size) {
        static const char *const and[LANGUAGES] = { "、", ", " };

        to[0] = '\0';
        for (size_t i = 0; i < KIND_COUNT; i++)
                if (words_plainest(set) & kinds[i].kind)
                        words_add(to, size, "%s%s", *to ? and[l] : "", kinds[i].words[l]);
        if (!*to)
                words_add(to, size, "%s", thing[l]);
}

const char *words_reason(enum language l, enum reason r) {
        return (unsigned)r < REASON_COUNT ? reasons[r][l] : reasons[REASON_NO_RULE][l];
}

static enum stake stake_of(uint32_t set) {
        for (size_t i = 0; i < KIND_COUNT; i++)
                if (set & kinds[i].kind && kinds[i].stake != STAKE_ANY)
                        return kinds[i].stake;
        return STAKE_ANY;
}

/* A disguised device: it passes for a keyboard or a mouse, but also claims a kind that can carry data away. */
static bool words_disguised(uint32_t set) {
        return set & KINDS_TYPING && stake_of(set) != STAKE_ANY;
}

const char *words_by_bus(enum language l, enum bus bus, bool optical) {
        if (bus == BUS_USB)
                return NULL;
        if (bus == BUS_THUNDERBOLT)
                return SAY(l, "Thunderbolt の機器", "Thunderbolt device");
        if (optical)
                return SAY(l, "CD・DVD などの光学ドライブ", "optical drive (CD, DVD)");
        return bus == BUS_MMC ? SAY(l, "SDカードなどのメモリーカード", "memory card (such as SD)")
                              : SAY(l, "ディスク", "disk");
}

/* The name of the device as it looks to the person. */
static void words_subject(enum language l, const struct device_facts *f, char *to, size_t size) {
        uint32_t set = kinds_to_show(f);
        const char *name = words_by_bus(l, f->bus, f->interfaces[0].subclass == 0x02);

        if (name)
                (void)snprintf(to, size, "%s", name);
        else
                words_kind_set(l, words_disguised(set) ? set & KINDS_INPUT : set, to, size);
}

static void say_disguise(enum language l, uint32_t set, char *to, size_t size) {
        char more[512];

        words_kind_set(l, set & ~(uint32_t)KINDS_INPUT, more, sizeof more);
        words_add(to, size, SAY(l, "この機器は「%s」でもあると名乗っています。", " It also claims to be: %s."), more);
}

/* The device may be malicious: the person has to report it, whether they need it or not. */
static bool words_suspicious(const struct device_facts *f, const struct verdict *v) {
        return v->reason == REASON_MALFORMED || v->reason == REASON_CONTRADICTED || words_disguised(kinds_to_show(f));
}

static void say_what_now(enum language l, bool must, const char *request, const char *contact, char *to, size_t size) {
        const char *whom = contact && *contact ? contact : SAY(l, "情報システム担当", "your IT section");

        words_add(to, size, "%s",
                  must ? SAY(l, "必ず、", " In any case, ") : SAY(l, "必要なときは、", " If you need it, "));
        if (request && *request)
                words_add(to, size,
                          SAY(l, "問い合わせ番号 %s を %s へ伝えてください。", "give the request number %s to: %s."),
                          request, whom);
        else
                words_add(to, size, SAY(l, "%s へ連絡してください。", "contact: %s."), whom);
}

/* What the device contradicts: who is rung up can say what to do about it. */
static void say_contradiction(enum language l, const struct device_facts *f, const struct verdict *v, char *to,
                              size_t size) {
        if (v->reason == REASON_MALFORMED && f->malformed)
                words_add(to, size, SAY(l, "食い違い: %s。", " The contradiction: %s."),
                          words_malformed(l, f->malformed));
}

/* These two reasons are found only after the kernel has started to use a device: then no promise about data is made. */
static bool never_lived(const struct verdict *v) {
        return v->reason != REASON_CONTRADICTED && v->reason != REASON_FAILED;
}

void words_refusal(enum language l, const struct device_facts *f, const struct verdict *v, const char *request,
                   const char *contact, char *to, size_t size) {
        uint32_t set = kinds_to_show(f);
        char what[512];

        words_subject(l, f, what, sizeof what);
        to[0] = '\0';
        words_add(to, size, SAY(l, "この%sは使えません（%s）。", "This %s cannot be used: %s."), what,
                  words_reason(l, v->reason));
        say_contradiction(l, f, v, to, size);
        if (words_disguised(set))
                say_disguise(l, set, to, size);
        if (never_lived(v))
                words_add(to, size, SAY(l, "%s", " %s"), untouched[stake_of(set)][l]);
        if (words_suspicious(f, v))
                words_add(to, size, "%s", SAY(l, "取り外してください。", " Please unplug it."));
        say_what_now(l, words_suspicious(f, v), request, contact, to, size);
}

void words_revocation(enum language l, const struct device_facts *f, const struct verdict *v, const char *request,
                      const char *contact, char *to, size_t size) {
        char what[512];

        words_subject(l, f, what, sizeof what);
        to[0] = '\0';
        words_add(to, size,
                  SAY(l, "この%sは、いまから使えません（%s）。取り外してください。",
                      "This %s can no longer be used: %s. Please unplug it."),
                  what, words_reason(l, v->reason));
        say_contradiction(l, f, v, to, size);
        say_what_now(l, words_suspicious(f, v), request, contact, to, size);
}

void words_ending(enum language l, const struct device_facts *f, int32_t minute, char *to, size_t size) {
        char what[512];

        words_subject(l, f, what, sizeof what);
        to[0] = '\0';
        words_add(
                to, size,
                SAY(l,
                    "この%sは、%02d:%02d に使えなくなります。それまでに、作業中のデータを保存して、取り外してください。",
                    "This %s can be used until %02d:%02d. Please save your work and unplug it before."),
                what, minute / 60, minute % 60);
}

void words_title(enum language l, enum notice_kind kind, const char *request, char *to, size_t size) {
        static const char *const titles[NOTICE_KINDS][LANGUAGES] = {
                [NOTICE_REFUSED] = { "この機器は使えません", "This device cannot be used" },
                [NOTICE_REVOKED] = { "機器を使えなくなりました", "A device can no longer be used" },
                [NOTICE_ENDING] = { "まもなく機器を使えなくなります", "A device can soon no longer be used" },
        };

        to[0] = '\0';
        words_add(to, size, "%s", titles[kind][l]);
        if (*request)
                words_add(to, size, SAY(l, "（問い合わせ番号 %s）", " (request %s)"), request);
}

static void say_zone(const char *at, char *to, size_t size) {
        unsigned hours, minutes;
        char sign[2];

        if (sscanf(at, "%1[+-]%2u:%2u", sign, &hours, &minutes) == 3)
                (void)snprintf(to, size, "%s%02u:%02u", sign, hours, minutes);
        else
                (void)snprintf(to, size, "%s", *at == 'Z' ? "UTC" : "?");
}

/* Date and time stay as written, with their offset: the reader may be in another time zone than the terminal. */
void words_time(enum language l, const char *rfc3339, char *to, size_t size) {
        unsigned year, month, day, hour, minute, second;
        char zone[12];
        int n = 0;

        to[0] = '\0';
        if (sscanf(rfc3339, "%4u-%2u-%2uT%2u:%2u:%2u%n", &year, &month, &day, &hour, &minute, &second, &n) != 6) {
                words_clean(rfc3339, to, size);
                return;
        }
        say_zone(rfc3339 + n + strspn(rfc3339 + n, ".0123456789"), zone, sizeof zone);
        words_add(to, size, SAY(l, "%u年%u月%u日 %02u:%02u:%02u（%s）", "%u-%02u-%02u %02u:%02u:%02u (%s)"), year,
                  month, day, hour, minute, second, zone);
}

void words_more(enum language l, unsigned n, char *to, size_t size) {
        if (n)
                words_add(to, size,
                          SAY(l, "（この数秒の間に、ほかに%u件ありました。）", " (And %u more in these seconds.)"), n);
}
