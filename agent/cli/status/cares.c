/* SPDX-License-Identifier: MIT */
/* cares.c — each care is a row of a table: its test on the status JSON, its text in two languages. See cares.h. */
#include "cli/status/cares.h"

#include "cli/answer.h"
#include "cli/network/stage_word.h"
#include "cli/status/card_service.h"

#include <stdio.h>
#include <string.h>

#define WARN_DAYS 30
#define LATE_DAYS 366 /* no policy stays expired that long: the clock is ahead */
#define LOW_MIB 64
#define NAMES_SHOWN 5

/* The cares about people, by kind. The agent is asked a page at a time: see docs/adr/0075. */
static const struct {
        const char *id, *key;      /* key: in the summary */
        const char *member, *word; /* of a person: this word, or (NULL) true or any text */
        const char *ja, *en;
        const char *ja_do, *en_do;
} of_people[] = {
        { "throttled", "throttled", "throttled_until", NULL, "失敗が続き、待ち時間に入っています",
          "waiting after failures", "すぐ使うには sekimori unlock USER", "to go on at once: sekimori unlock USER" },
        { "clock-went-back", "clock_went_back", "clock_went_back", NULL,
          "端末の時計が前回のログインより前のため、ログインできません",
          "cannot log in: the clock is behind the last login", "date を確かめてから sekimori unlock USER",
          "check date, then sekimori unlock USER" },
        { "record-missing", "record_missing", "record", "missing", "使用済みコードの記録が消えています",
          "the record of used codes is missing", "sekimori unlock USER", "sekimori unlock USER" },
        { "record-damaged", "record_damaged", "record", "damaged", "使用済みコードの記録が壊れています",
          "the record of used codes is damaged", "sekimori unlock USER", "sekimori unlock USER" },
        { "key-lost", "key_lost", "key_lost", NULL, "鍵が失われ、ワンタイムパスワードとカードを確かめられません",
          "the key is lost that opens what they have", "sekimori forget USER all のあと登録し直す",
          "sekimori forget USER all, then enrol anew" },
        { "recovery-damaged", "recovery_damaged", "recovery_damaged", NULL, "回復コードを読めません",
          "the recovery codes cannot be read", "sekimori enrol USER recovery", "sekimori enrol USER recovery" },
        { "factors-unreadable", "unreadable", "unreadable", NULL, "登録内容を読めません",
          "what they have cannot be read", "sekimori factors USER", "sekimori factors USER" },
};
#define OF_PEOPLE (sizeof of_people / sizeof *of_people)

static bool cares_concerns(size_t care, const json_t *person) {
        const json_t *member = json_object_get(person, of_people[care].member);
        const char *word = of_people[care].word;

        if (word)
                return json_is_string(member) && strcmp(json_string_value(member), word) == 0;
        return json_is_true(member) || json_is_string(member);
}

static size_t how_many_with_card(const json_t *people) {
        size_t n = 0;

        for (size_t i = 0; i < json_array_size(people); i++)
                n += json_array_size(json_object_get(json_array_get(people, i), "cards")) > 0;
        return n;
}

json_t *cares_of_people(const json_t *people) {
        json_t *summary = json_pack("{s:I, s:I}", "enrolled", (json_int_t)json_array_size(people), "with_card",
                                    (json_int_t)how_many_with_card(people));

        for (size_t i = 0; i < OF_PEOPLE; i++) {
                json_t *names = json_array();

                for (size_t k = 0; k < json_array_size(people); k++)
                        if (cares_concerns(i, json_array_get(people, k)))
                                (void)json_array_append(names, json_object_get(json_array_get(people, k), "user"));
                (void)json_object_set_new(summary, of_people[i].key, names);
        }
        return summary;
}

/* The first few names; where there are more, how many there are in all. */
static void names_of(const json_t *array, char *to, size_t size) {
        size_t n = json_array_size(array);

        to[0] = '\0';
        for (size_t i = 0; i < n && i < NAMES_SHOWN; i++) {
                const char *name = json_string_value(json_array_get(array, i));

                words_add(to, size, "%s%s", i ? ", " : "", name ? name : "?");
        }
        if (n > NAMES_SHOWN)
                words_add(to, size, " … (%zu)", n);
}

/* "WHAT: NAMES (WHAT TO DO)"; returns `text`. */
static const char *care_with_names(enum language l, const char *what, const json_t *names, const char *todo,
                                   char text[CARE_TEXT]) {
        char who[1024];

        names_of(names, who, sizeof who);
        words_add(text, CARE_TEXT, SAY(l, "%s: %s（%s）", "%s: %s (%s)"), what, who, todo);
        return text;
}

static size_t tell_of_people(const json_t *status, enum language l, care_told *told, void *ctx) {
        size_t found = 0;

        for (size_t i = 0; i < OF_PEOPLE; i++) {
                const json_t *names = answer_member(status, "people", of_people[i].key);
                struct care care = { .id = of_people[i].id, .is_so = json_array_size(names) > 0, .text = "" };
                char text[CARE_TEXT] = "";

                if (care.is_so)
                        care.text = care_with_names(l, SAY(l, of_people[i].ja, of_people[i].en), names,
                                                    SAY(l, of_people[i].ja_do, of_people[i].en_do), text);
                told(ctx, &care);
                found += care.is_so;
        }
        return found;
}

/* Other programs and rules that decide about devices, too. */
static const struct {
        const char *id, *key; /* key: in "rivals" */
        const char *ja, *en;
        const char *ja_do, *en_do;
} of_rivals[] = {
        { "rivals", "deciding", "ほかの仕組みも機器を許可しています", "something else lets devices in, too",
          "sekimori setup check で方法を確かめる", "sekimori setup check says what to do" },
        { "rivals-unread", "unread", "ほかに機器を許可するものがあるか、調べられません",
          "whether something else lets devices in cannot be told", "sekimori setup check", "sekimori setup check" },
};

static size_t tell_of_rivals(const json_t *status, enum language l, care_told *told, void *ctx) {
        size_t found = 0;

        for (size_t i = 0; i < sizeof of_rivals / sizeof *of_rivals; i++) {
                const json_t *names = answer_member(status, "rivals", of_rivals[i].key);
                struct care care = { .id = of_rivals[i].id, .is_so = json_array_size(names) > 0, .text = "" };
                char text[CARE_TEXT] = "";

                if (care.is_so)
                        care.text = care_with_names(l, SAY(l, of_rivals[i].ja, of_rivals[i].en), names,
                                                    SAY(l, of_rivals[i].ja_do, of_rivals[i].en_do), text);
                told(ctx, &care);
                found += care.is_so;
        }
        return found;
}

/* Without an agent nothing else can be told of the terminal. */
static bool is_silent(const json_t *s) {
        return strcmp(answer_text(s, NULL, "state"), STATE_SILENT) == 0;
}

/* What runs is not what is installed: an upgrade that was not finished. */
static bool is_half_upgraded(const json_t *s) {
        const char *tool = answer_text(s, NULL, "tool_version");

        return tool[0] && strcmp(tool, answer_text(s, NULL, "version")) != 0;
}

static bool has_policy(const json_t *s) {
        return json_is_object(json_object_get(s, "policy"));
}

static bool has_no_policy(const json_t *s) {
        return !is_silent(s) && !has_policy(s);
}

static bool clock_is_ahead(const json_t *s) {
        return answer_number(s, "policy", "days_left") < -LATE_DAYS;
}

static bool is_expired(const json_t *s) {
        return answer_flag(s, "policy", "expired") && !clock_is_ahead(s);
}

static bool is_not_yet_valid(const json_t *s) {
        return answer_flag(s, "policy", "not_yet_valid");
}

static bool expires_soon(const json_t *s) {
        return has_policy(s) && !answer_flag(s, "policy", "expired")
               && answer_number(s, "policy", "days_left") <= WARN_DAYS;
}

static bool log_is_stuck(const json_t *s) {
        return !is_silent(s) && !answer_flag(s, "audit", "healthy");
}

static bool disk_is_full(const json_t *s) {
        return !log_is_stuck(s) && answer_member(s, "disk", "free_mib")
               && answer_number(s, "disk", "free_mib") < LOW_MIB;
}

/* Cards are used for logins, or may be: where nobody has one, the policy's `card:` alone is no reason to buy a reader.
 */
static bool cards_are_used(const json_t *s) {
        return answer_flag(s, "card", "asked_for")
               && (answer_flag(s, "card", "mapped") || !answer_member(s, "people", "with_card")
                   || answer_number(s, "people", "with_card") > 0);
}

static bool cards_are_unheard(const json_t *s) {
        return cards_are_used(s) && !answer_flag(s, "card", "service");
}

static bool reader_is_missing(const json_t *s) {
        return cards_are_used(s) && !answer_flag(s, "card", "reader");
}

/* Of what pcscd says nothing to whoever asked, nothing is claimed. */
static bool reader_is_unknown(const json_t *s) {
        return cards_are_used(s) && answer_member(s, "card", "known")
               && card_service_lacks_one((unsigned)answer_number(s, "card", "readers"),
                                         (unsigned)answer_number(s, "card", "known"));
}

static bool stage_is(const json_t *s, const char *stage) {
        return strcmp(answer_text(s, NULL, "stage"), stage) == 0;
}

static bool is_observing(const json_t *s) {
        return stage_is(s, "observe");
}

static bool is_on_trial(const json_t *s) {
        return stage_is(s, "trial");
}

static bool stage_is_illegible(const json_t *s) {
        return json_is_false(json_object_get(s, "stage_legible"));
}

static bool kernel_is_open(const json_t *s) {
        return !is_silent(s) && !is_observing(s) && !answer_flag(s, "kernel", "denies_by_default");
}

/* The block plane was turned on, and is not in force. */
static bool disks_are_open(const json_t *s) {
        return answer_text(s, "disks", "note")[0] != '\0';
}

static bool disks_are_missing(const json_t *s) {
        return answer_text(s, "disks", "missing")[0] != '\0';
}

/* Somebody ought to keep the network. */
static bool network_is_limited(const json_t *s) {
        return stage_word_enforces(answer_text(s, "network", "stage"));
}

static bool network_is_unkept(const json_t *s) {
        return network_is_limited(s) && !answer_flag(s, "network", "firewall");
}

static bool network_is_not_followed(const json_t *s) {
        return network_is_limited(s) && !network_is_unkept(s) && !answer_flag(s, "network", "follows");
}

static bool device_is_held(const json_t *s) {
        return answer_number(s, "devices", "held") > 0;
}

static bool observer_is_lost(const json_t *s) {
        return !is_silent(s) && !answer_flag(s, "observer", "settled");
}

static bool logins_are_closed(const json_t *s) {
        return !is_silent(s) && !answer_flag(s, "login", "ready");
}

static const struct {
        const char *id;
        bool (*is_so)(const json_t *status);
        const char *ja, *en;
} of_terminal[] = {
        { "silent", is_silent,
          "エージェントが応答しません: systemctl status sekimorid と journalctl -u sekimorid を見てください",
          "the agent does not answer: look at systemctl status sekimorid and journalctl -u sekimorid" },
        { "stage-illegible", stage_is_illegible,
          "運用の段階を読めないため、すべて制限しています: sekimori setup devices（続けて setup login）で選び直してください",
          "the stage cannot be read, so everything is enforced: choose it again: sekimori setup devices (then setup login)" },
        { "observing", is_observing, "観察のみで、まだ何も制限していません: 準備ができたら sekimori setup devices",
          "nothing is stopped yet: when you are ready, sekimori setup devices" },
        { "on-trial", is_on_trial,
          "管理者のログインを待っています。別の画面でログインしてください。10分以内にないと、元に戻ります",
          "an administrator must log in on another screen to confirm: without that it is undone after 10 minutes" },
        { "half-upgraded", is_half_upgraded,
          "動いている版と入っている版が違います: dpkg --configure -a のあと systemctl restart sekimorid",
          "what runs is not the version that is installed: dpkg --configure -a, then systemctl restart sekimorid" },
        { "no-policy", has_no_policy, "ポリシーを入れてください: sekimori push FILE.cms",
          "install a policy: sekimori push FILE.cms" },
        { "clock-ahead", clock_is_ahead, "端末の時計が大きく進んでいるようです: 確かめて、直してください（date）",
          "this terminal's clock seems to be far ahead: check and set it (date)" },
        { "expired", is_expired,
          "ポリシーの期限が過ぎています（効力は続いています）: 新しいものを適用してください（sekimori push）",
          "the policy has expired (it is still enforced): push a new one" },
        { "not-yet-valid", is_not_yet_valid, "ポリシーの開始日より前です: 端末の時計を確かめてください（date）",
          "before the policy's first day: check this terminal's clock (date)" },
        { "expires-soon", expires_soon, "ポリシーの期限が近づいています: 更新の準備をしてください",
          "the policy expires soon: prepare the next one" },
        { "log-stuck", log_is_stuck, "監査記録に書けません: 空き容量を確かめてください（df /var/lib/sekimori）",
          "the audit log cannot be written: check free space (df /var/lib/sekimori)" },
        { "disk-full", disk_is_full,
          "空き容量がほとんどありません: 不要なファイルを消してください（df /var/lib/sekimori）",
          "the disk is nearly full: make room (df /var/lib/sekimori)" },
        { "cards-unheard", cards_are_unheard, "カードの仕組み（pcscd）が応答しません: systemctl restart pcscd.socket",
          "the card service (pcscd) does not answer: systemctl restart pcscd.socket" },
        { "reader-missing", reader_is_missing,
          "使えるカードリーダーがありません: 接続を確かめてください（sekimori devices）",
          "there is no card reader that may be used: plug it in (sekimori devices)" },
        { "reader-unknown", reader_is_unknown,
          "許可したカードリーダーを pcscd が認識していません: ドライバーを確かめてください（sekimori setup check）",
          "pcscd does not know a card reader that is let in: look for its driver (sekimori setup check)" },
        { "kernel-open", kernel_is_open,
          "カーネルの既定拒否が働いていません: systemctl restart sekimorid のあと、もう一度確かめてください",
          "the kernel does not deny by default: systemctl restart sekimorid, then look again" },
        { "disks-open", disks_are_open,
          "許可していないディスクを止められていません: systemctl status sekimori-keeper を見てください",
          "disks that nobody allowed are not refused: look at systemctl status sekimori-keeper" },
        { "disks-missing", disks_are_missing,
          "/etc/fstab などのディスクが見つかりません: いらない行には noauto を。いるものは、つないで再起動",
          "a disk of /etc/fstab or /etc/crypttab is not there: say noauto, or plug it in and reboot" },
        { "network-unkept", network_is_unkept,
          "ネットワークの制限を見ているプログラムが動いていません: systemctl status sekimori-firewall を見てください",
          "nobody keeps the limits of the network: look at systemctl status sekimori-firewall" },
        { "network-open", network_is_not_followed,
          "ネットワークの制限が、ポリシーのとおりに働いていません: journalctl -u sekimori-firewall を見てください",
          "the network is not limited as the policy says: look at journalctl -u sekimori-firewall" },
        { "device-held", device_is_held,
          "使用を止めた機器を、カーネルが手放しません: その機器を抜いてください（sekimori audit show --type device-revoked）",
          "the kernel does not let go of a device that was cut off: unplug it (sekimori audit show --type device-revoked)" },
        { "observer-lost", observer_is_lost,
          "機器調査プログラムが準備中です: 数秒後にもう一度確かめてください（journalctl -u sekimorid）",
          "the observer is not ready: look again in a few seconds (journalctl -u sekimorid)" },
        { "logins-closed", logins_are_closed,
          "ログインの登録を開けません: 空き容量と journalctl -u sekimorid を確かめてください",
          "what people log in with cannot be opened: check free space and journalctl -u sekimorid" },
};
#define OF_TERMINAL (sizeof of_terminal / sizeof *of_terminal)

size_t cares_tell(const json_t *status, enum language l, care_told *told, void *ctx) {
        const char *note = answer_said(status, NULL, "note", l);
        size_t found = tell_of_people(status, l, told, ctx);

        found += tell_of_rivals(status, l, told, ctx);
        for (size_t i = 0; i < OF_TERMINAL; i++) {
                bool is_so = of_terminal[i].is_so(status);
                const char *text = is_so ? SAY(l, of_terminal[i].ja, of_terminal[i].en) : "";

                told(ctx, &(struct care){ .id = of_terminal[i].id, .is_so = is_so, .text = text });
                found += is_so;
        }
        told(ctx, &(struct care){ .id = "note", .is_so = *note != '\0', .text = note });
        return found + (*note != '\0');
}
