/* SPDX-License-Identifier: MIT */
/* demo.c — the real agent, a real signed policy and a simulated bus: what happens at a terminal, in eleven scenes. */
#include "demo/desk.h"
#include "demo/login.h"
#include "demo/network.h"
#include "demo/people.h"
#include "demo/quote.h"
#include "demo/stage.h"
#include "support/bed.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct bed *bed;

static bool is_in(const char *path) {
        return strcmp(bed_read(bed, path, "authorized"), "1") == 0;
}

/* Does the agent say so of the device at that port? */
static bool is_judged(const char *path, const char *verdict) {
        json_t *list, *o;
        bool holds = false;
        size_t i;

        if (sekimori("devices", "--json", "--runtime-dir", "run", NULL) != 0)
                return false;
        list = json_loads(printed(), 0, NULL);
        json_array_foreach(list, i, o) {
                const char *at = json_string_value(json_object_get(o, "path"));
                const char *word = json_string_value(json_object_get(o, "verdict"));

                holds |= at && word && strcmp(at, path) == 0 && strcmp(word, verdict) == 0;
        }
        json_decref(list);
        return holds;
}

static bool comes_to(const char *path, const char *word) {
        for (int i = 0; i < 200; i++) {
                if (is_judged(path, word))
                        return true;
                (void)nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
        }
        return false;
}

static void last_record(const char *type) {
        (void)sekimori("audit", "show", "--state-dir", "state", "--lang", "both", "--type", type, "-n", "1", NULL);
        quote(printed());
}

static void push(const char *kit) {
        char policy[64], cms[64], cert[64], key[64];

        (void)snprintf(policy, sizeof policy, "%s/policy.yaml", kit);
        (void)snprintf(cms, sizeof cms, "%s/policy.cms", kit);
        (void)snprintf(cert, sizeof cert, "%s/signer1.crt", kit);
        (void)snprintf(key, sizeof key, "%s/signer1.key", kit);
        claim(sekimori("policy", "sign", policy, "--cert", cert, "--key", key, "-o", cms, NULL) == 0,
              "ポリシーに署名しました", "the policy is signed");
        claim(sekimori("push", cms, "--runtime-dir", "run", NULL) == 0, "端末に入れました",
              "and in force on the terminal");
}

/* The simulated card's module in place of a real one's. */
static void name_card_module(const char *path) {
        static char text[1 << 16];
        char *old = content(path), *line = strstr(old, "    module: "), *end = line ? strchr(line, '\n') : NULL;

        if (!end)
                return;
        (void)snprintf(text, sizeof text, "%.*s    module: " CARD_MODULE "%s", (int)(line - old), old, end);
        rewrite(path, text);
}

/* The administrator's pencil: the next serial, and a rule for one stick in front. */
static void edit_policy(const char *path) {
        static char text[1 << 16];
        char *old = content(path), *serial = strstr(old, "\nserial: 1"), *devices = strstr(old, "\ndevices:\n");

        if (!serial || !devices || serial > devices) {
                (void)fprintf(stderr, "demo: %s is not what it used to be\n", path);
                exit(3);
        }
        (void)snprintf(text, sizeof text,
                       "%.*s\nserial: 2%.*s\ndevices:\n"
                       "  - name: 納税課 USBメモリ 3号\n"
                       "    match: {bus: usb, interfaces: [storage], serial: \"%s\"}\n"
                       "    action: allow\n%s",
                       (int)(serial - old), old, (int)(devices - serial) - 10, serial + 10, a_stick().serial,
                       devices + strlen("\ndevices:\n"));
        rewrite(path, text);
}

static void forge(const char *from, const char *to) {
        char *text = content(from), *middle = text + strlen(text) / 2;

        while (*middle == '\n' || *middle == 'A')
                middle++;
        *middle = 'A';
        rewrite(to, text);
}

static void begin(void) {
        scene("ポリシーを作り、署名して、端末に入れる", "A policy is made, signed, and put on the terminal");
        claim(sekimori("policy", "init", "kit", NULL) == 0, "試験用の鍵とポリシーを作りました",
              "signing keys and a starter policy are made");
        rewrite("config/trust.pem", content("kit/trust.pem"));
        name_card_module("kit/policy.yaml");
        card_make();
        agent_start();
        push("kit");
}

static void a_day_at_the_counter(void) {
        const char *path;

        scene("キーボードを差し込む", "A keyboard is plugged in");
        path = plug(bed, a_keyboard());
        claim(comes_to(path, "allow") && is_in(path), "使えます", "it works");
        last_record("device-allowed");

        scene("USBメモリを差し込む", "A USB stick is plugged in");
        desk_sits_down();
        path = plug(bed, a_stick());
        claim(comes_to(path, "deny") && !is_in(path), "使えません。ドライバーも付かず、中身は一度も読まれません",
              "refused: no driver, not one byte was readable");
        last_record("device-refused");
        claim(desk_reads(), "端末の前の人の画面に、問い合わせ番号と連絡先が出ます",
              "the person at the desk reads why, and whom to give the number");
        quote(desk_text());
        unplug(bed, path);

        scene("キーボードのふりをした電磁的記録媒体を差し込む (BadUSB)",
              "A storage device that claims to be a keyboard, too");
        path = plug(bed, a_bad_keyboard());
        claim(comes_to(path, "deny") && !is_in(path), "いちばん危ない部分で判定します",
              "judged by its worst interface");
        last_record("device-refused");
}

static void a_change_of_mind(void) {
        const char *path = plug(bed, a_stick());

        scene("管理者が、貸与した1本だけを許可する", "The administrator allows the one stick that was issued");
        edit_policy("kit/policy.yaml");
        push("kit");
        claim(comes_to(path, "allow") && is_in(path), "差し込んだままのUSBメモリが使えるようになりました",
              "the stick that was plugged in already works now");
        last_record("device-allowed");

        scene("1文字だけ書き換えた偽のポリシーを入れようとする", "Somebody pushes a policy with one character changed");
        forge("kit/policy.cms", "kit/forged.cms");
        claim(sekimori("push", "kit/forged.cms", "--runtime-dir", "run", NULL) == 1,
              "拒否しました。今のポリシーは変わりません", "refused; the policy in force is unchanged");
        quote(printed());
}

static void the_agent_is_killed(void) {
        const char *path;

        scene("エージェントを強制終了して、USBメモリを差し込む", "The agent is killed, then a stick is plugged in");
        agent_kill();
        path = plug(bed, a_uas_disk());
        claim(!is_in(path), "カーネルが拒否し続けます", "the kernel goes on denying");
        agent_start();
        claim(comes_to(path, "deny"), "再起動すると、見落としなく判定し直します",
              "restarted, it judges everything present again");
        (void)sekimori("devices", "--runtime-dir", "run", NULL);
        quote(printed());
}

/* The tool speaks one language at a time. */
static void verify(const char *log, int code, const char *ja, const char *en) {
        static const char *const languages[] = { "ja", "en" };
        char said[4096] = "";
        bool as_claimed = true;

        for (size_t i = 0; i < 2; i++) {
                as_claimed &= sekimori("audit", "verify", log, "--pub", "state/audit/terminal.pub", "--lang",
                                       languages[i], NULL)
                              == code;
                (void)strncat(said, printed(), sizeof said - strlen(said) - 1);
        }
        claim(as_claimed, ja, en);
        quote(said);
}

static void the_log(void) {
        char *log;

        scene("監査記録を検証する", "The log is verified");
        verify("state/audit/audit.jsonl", 0, "改ざん・欠落は検出されませんでした", "nobody has changed it");
        log = content("state/audit/audit.jsonl");
        *strstr(log, "device-refused") = 'D';
        rewrite("changed.jsonl", log);
        verify("changed.jsonl", 1, "1文字でも書き換えると分かります", "one changed character is found");
}

int main(int argc, char **argv) {
        if (argc != 2)
                return 2;
        stage_begin(argv[1]);
        (void)printf(
                "関守 Sekimori — デモンストレーション (模擬USBバスと模擬ICカード、本物のエージェントと署名とPAM)\n"
                "a demonstration: a simulated USB bus and card; the agent, the PAM module, the signatures and the log are real\n");
        people_begin();
        bed = bed_new();
        begin();
        a_day_at_the_counter();
        a_change_of_mind();
        the_agent_is_killed();
        with_password_and_code();
        with_card_and_pin();
        the_log();
        with_whom_it_talks();
        return 0;
}
