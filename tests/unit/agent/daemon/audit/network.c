/* SPDX-License-Identifier: MIT */
/* What the log says of the network: what the firewall told, in the words that people read, and bounded. */
#include "audit/event.h"
#include "audit/fold.h"
#include "audit/sentence.h"
#include "language/compile.h"
#include "unit/agent/daemon/audit/logbook.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/rfkill.h>
#include <netinet/in.h>
#include <string.h>

TestSuite(audit_network, .init = given_a_log, .fini = drop_log, .timeout = 20);

static const struct network_refused to_stranger = {
        .address = { 192, 0, 2, 7 }, .protocol = IPPROTO_TCP, .port = 443, .uid = 1000, .packets = 3, .bytes = 180
};

static struct network_event a_refusal(void) {
        return (struct network_event){ .type = NETWORK_EVENT_REFUSED, .refused = to_stranger };
}

static struct network_event a_link(enum identity_sort sort, enum guard_deed deed, uint32_t error) {
        return (struct network_event){ .type = NETWORK_EVENT_LINK,
                                       .link = { .sort = sort,
                                                 .deed = deed,
                                                 .error = error,
                                                 .index = 5,
                                                 .name = "usb0",
                                                 .driver = "rndis_host",
                                                 .has_mac = true,
                                                 .mac = { 2, 0, 0, 0, 0, 1 } } };
}

static void recorded(const struct network_event *e, const char *type, const char *ja, const char *en) {
        json_t *record;
        char text[SENTENCE_MAX];

        cr_assert_eq(audit_network(audit, e), 0);
        record = last_record();
        expect_text(record, "type", type);
        sentence_of(LANGUAGE_JA, record, text, sizeof text);
        cr_expect_str_eq(text, ja, "%s", text);
        sentence_of(LANGUAGE_EN, record, text, sizeof text);
        cr_expect_str_eq(text, en, "%s", text);
        json_decref(record);
}

Test(audit_network, a_refusal_says_whither_how_and_who) {
        const struct network_event e = a_refusal();
        json_t *record;

        recorded(&e, "network-refused",
                 "通信を拒否しました: 宛先 192.0.2.7 ポート 443（tcp） パケット数 3 利用者 uid 1000 ポリシーなし",
                 "Refused on the network: to 192.0.2.7 port 443 (tcp), packets: 3 [by uid 1000] [no policy]");
        record = last_record();
        cr_expect_eq(json_integer_value(json_object_get(record, "bytes")), 180);
        expect_text(record, "rule", "");
        cr_expect_null(json_object_get(record, "observed"));
        json_decref(record);
}

Test(audit_network, what_was_only_counted_begins_with_that) {
        struct network_event e = a_refusal();

        e.refused.observed = true;
        e.refused.uid = -1;
        e.refused.port = 0;
        e.refused.protocol = 99;
        e.refused.way = REFUSED_IN;
        recorded(
                &e, "network-refused",
                "【観察】拒否に当たる通信です（止めていません）: 送信元 192.0.2.7（99） パケット数 3 ポリシーなし",
                "[observing] Would be refused on the network (it was not): from 192.0.2.7 (99), packets: 3 [no policy]");
}

static struct policy *policy_with_a_peer(void) {
        static const char yaml[] =
                "sekimori: 1\nserial: 12\ntitle: T\nissued: 2026-12-01T09:00:00+09:00\n"
                "valid: {from: 2026-12-01, until: 2027-11-30}\nlanguage: en\ncontact: C\nsigners: {threshold: 1, "
                "certificates: [PEM]}\ndevices: []\n"
                "network:\n  default: deny\n  interfaces: [{name: LAN, driver: e1000e}]\n"
                "  peers: [{name: Printer, clause: 6(3), protocol: tcp, ports: [9100], addresses: [192.0.2.0/24]}]\n";
        struct policy *p = NULL;
        struct err err = { 0 };

        cr_assert_eq(policy_compile(bytes_text(yaml), &p, &err), 0, "%s", err.text);
        return p;
}

Test(audit_network, a_rule_that_names_the_address_is_said) {
        const struct network_event e = a_refusal();
        struct network_event elsewhere = a_refusal();
        struct policy *p = policy_with_a_peer();
        json_t *record;

        audit_set_policy(audit, p);
        recorded(
                &e, "network-refused",
                "通信を拒否しました: 宛先 192.0.2.7 ポート 443（tcp） パケット数 3 利用者 uid "
                "1000（相手は規則「Printer」にありますが、この使い方はありません） ポリシー第12号",
                "Refused on the network: to 192.0.2.7 port 443 (tcp), packets: 3 [by uid 1000] [rule \"Printer\" names "
                "the address, but not this] [policy 12]");
        record = last_record();
        expect_text(record, "clause", "6(3)");
        json_decref(record);
        elsewhere.refused.address[2] = 3;
        cr_assert_eq(audit_network(audit, &elsewhere), 0);
        record = last_record();
        expect_text(record, "rule", "");
        json_decref(record);
        audit_set_policy(audit, NULL);
        policy_free(p);
}

Test(audit_network, links_are_said_with_what_was_done) {
        struct network_event e = a_link(IDENTITY_UNNAMED, GUARD_SET_DOWN, 0);

        recorded(
                &e, "network-link-refused",
                "ネットワークインターフェイスを止めました: usb0（ドライバー rndis_host） 02:00:00:00:00:01。"
                "ポリシーにありません ポリシーなし",
                "A network interface was set down: usb0 (driver rndis_host) 02:00:00:00:00:01: the policy does not name "
                "it [no policy]");
        e = a_link(IDENTITY_RADIO, GUARD_FAILED, EPERM);
        recorded(
                &e, "network-link-stuck",
                "ネットワークインターフェイスを止められません: usb0（ドライバー rndis_host） 02:00:00:00:00:01。"
                "認めていない無線です（この操作は認められていません） ポリシーなし",
                "A network interface COULD NOT be set down: usb0 (driver rndis_host) 02:00:00:00:00:01: it is a radio, "
                "which the policy does not allow (Operation not permitted) [no policy]");
        e = a_link(IDENTITY_SECOND, GUARD_MET, 0);
        recorded(&e, "network-link-refused",
                 "通信できないネットワークインターフェイスです: usb0（ドライバー rndis_host） 02:00:00:00:00:01。"
                 "ほかのインターフェイスと同じアドレスを名乗っています ポリシーなし",
                 "A network interface that may not be used: usb0 (driver rndis_host) 02:00:00:00:00:01: another link "
                 "has its address [no policy]");
        e.link.observed = true;
        recorded(
                &e, "network-link-refused",
                "【観察】使えなくなるネットワークインターフェイスです（止めていません）: usb0（ドライバー rndis_host） "
                "02:00:00:00:00:01。ほかのインターフェイスと同じアドレスを名乗っています ポリシーなし",
                "[observing] A network interface that could not be used (it can be now): usb0 (driver rndis_host) "
                "02:00:00:00:00:01: another link has its address [no policy]");
        e = a_link(IDENTITY_NAMED, GUARD_MET, 0);
        (void)strcpy(e.link.interface, "庁内");
        recorded(&e, "network-link-allowed",
                 "ポリシーにあるネットワークインターフェイスです: usb0（ドライバー rndis_host） "
                 "02:00:00:00:00:01「庁内」 ポリシーなし",
                 "A network interface of the policy: usb0 (driver rndis_host) 02:00:00:00:00:01 \"庁内\" [no policy]");
}

Test(audit_network, what_is_in_force_is_said_and_what_is_not) {
        struct network_event e = { .type = NETWORK_EVENT_FORCE, .force = { NETWORK_FORCE_REFUSES, 12, "" } };

        recorded(&e, "network-in-force", "ネットワークの制限の状態: ポリシーにない通信を拒否します（ポリシー第12号）",
                 "The network: what the policy does not name is refused (policy 12)");
        e.force = (struct network_in_force){ NETWORK_FORCE_NOT, 0, "no nf_tables" };
        recorded(&e, "network-not-in-force",
                 "ネットワークの規則をカーネルに書けません（前の規則が残っています）: no nf_tables",
                 "The network's rules could not be written; those before stay: no nf_tables");
        e = (struct network_event){ .type = NETWORK_EVENT_RESTORED };
        recorded(&e, "network-restored",
                 "ほかのプログラムがネットワークの規則を変えたため、書き直しました ポリシーなし",
                 "Something else changed the tables of the network; they stand again [no policy]");
}

Test(audit_network, the_rest_is_said) {
        struct network_event e = { .type = NETWORK_EVENT_SYSCTL, .sysctl = { "ipv4/ip_forward", 1, 0 } };

        recorded(&e, "network-sysctl", "ネットワークの設定 ipv4/ip_forward が有効でした。無効にしました",
                 "ipv4/ip_forward was on; it was switched off");
        e = (struct network_event){ .type = NETWORK_EVENT_RADIO, .radio = { 3, RFKILL_TYPE_WLAN, EIO } };
        recorded(
                &e, "network-radio",
                "認めていない無線が有効でした: 無線LAN。無効にできません: 読み書きに失敗しました（装置の異常かもしれません）",
                "A radio that the policy does not allow was on: wireless; it could not be switched off: Input/output "
                "error");
        e = (struct network_event){
                .type = NETWORK_EVENT_ROUTE,
                .route = { .has_gateway = true, .out = 9, .link = "usb0", .gateway = { 192, 0, 2, 1 } }
        };
        recorded(&e, "network-route",
                 "ポリシーにない出口への経路があります: usb0（ゲートウェイ 192.0.2.1） ポリシーなし",
                 "There is a way out that the policy does not name: through usb0 by 192.0.2.1 [no policy]");
        e = (struct network_event){ .type = NETWORK_EVENT_RESOLVER,
                                    .resolver = { false, { 192, 0, 2, 53 }, 0, "/etc/resolv.conf" } };
        recorded(&e, "network-resolver",
                 "ポリシーにない名前解決のサーバーが設定されています: 192.0.2.53（/etc/resolv.conf） ポリシーなし",
                 "This terminal is set up to ask for names whom the policy does not name: 192.0.2.53 "
                 "(/etc/resolv.conf) [no policy]");
        e.resolver.error = EFBIG;
        recorded(&e, "network-resolver",
                 "名前解決のサーバーの設定に、読めないところがあります（/etc/resolv.conf）: 大きすぎます ポリシーなし",
                 "Whom this terminal asks for names cannot be read in full (/etc/resolv.conf): File too large "
                 "[no policy]");
        cr_assert_eq(audit_network_silent(audit), 0);
}

static uint64_t counted(const char *subject) {
        struct log log = read_log();
        uint64_t n = 0;

        for (size_t i = 0; i < log.n; i++) {
                json_t *record = parse(log.lines[i]);
                const char *of = json_string_value(json_object_get(record, "subject"));

                if (of && strcmp(of, subject) == 0)
                        n += (uint64_t)json_integer_value(json_object_get(record, "count"));
                json_decref(record);
        }
        free(log.text);
        return n;
}

static size_t records(void) {
        struct log log = read_log();

        free(log.text);
        return log.n;
}

Test(audit_network, a_flood_is_bounded_and_counted_whole) {
        struct network_event e = a_refusal(), other = a_refusal();

        for (unsigned i = 0; i < 1000; i++) {
                e.refused.port = (uint16_t)i;
                cr_assert_eq(audit_network(audit, &e), 0);
        }
        cr_expect_leq(records(), FOLD_BURST + 1);
        other.refused.uid = 1001;
        cr_assert_eq(audit_network(audit, &other), 0);
        cr_expect_leq(records(), FOLD_BURST + 2, "somebody else's is recorded");
        cr_expect_geq(records(), FOLD_BURST + 1);
        cr_assert_eq(audit_agent_stopping(audit, "login"), 0);
        cr_expect_geq(counted("out uid 1000"), 1000 - FOLD_BURST - 1);
        cr_expect_leq(counted("out uid 1000"), 1000 - FOLD_BURST);
}

Test(audit_network, thousands_of_subordinate_uids_are_one) {
        struct network_event e = a_refusal();

        for (unsigned i = 0; i < 1000; i++) {
                e.refused.uid = 100000 + i;
                cr_assert_eq(audit_network(audit, &e), 0);
        }
        cr_expect_leq(records(), FOLD_BURST + 1);
}

Test(audit_network, what_the_firewall_could_not_tell_is_counted) {
        struct network_event e = { .type = NETWORK_EVENT_LOST, .untold = 44 },
                             more = a_link(IDENTITY_UNNAMED, GUARD_MET, 0);
        const size_t before = records();

        cr_assert_eq(audit_network(audit, &e), 0);
        cr_expect_eq(records(), before);
        more.untold = UINT64_MAX;
        cr_assert_eq(audit_network(audit, &more), 0);
        cr_assert_eq(audit_network(audit, &more), 0);
        cr_assert_eq(audit_agent_stopping(audit, "login"), 0);
        cr_expect_eq(counted("events"), 44);
        cr_expect_eq(counted("links"), FOLD_MOST, "no number is made of it that is none");
}

Test(audit_network, what_was_counted_is_said_in_words) {
        json_t *record = json_pack("{s:s, s:s, s:i}", "type", "network-counted", "subject", "links", "count", 7);
        char text[SENTENCE_MAX];

        sentence_of(LANGUAGE_JA, record, text, sizeof text);
        cr_expect_str_eq(
                text,
                "ネットワーク（インターフェイス）: ほかに 7件ありました（多すぎるため、1件ずつは記録していません）",
                "%s", text);
        sentence_of(LANGUAGE_EN, record, text, sizeof text);
        cr_expect_str_eq(text, "The network (links): 7 more: too many to be recorded one by one", "%s", text);
        json_decref(record);
}

/* What may stand in a line that somebody has put there. */
Test(audit_network, records_that_somebody_meddled_with_are_still_a_line) {
        char text[SENTENCE_MAX];

        for (enum event e = EVENT_NETWORK_IN_FORCE; e <= EVENT_NETWORK_COUNTED; e++) {
                json_t *record = json_pack("{s:s, s:s, s:i, s:[], s:s, s:s}", "type", event_name(e), "link", "\x1b[2J",
                                           "sort", 7, "address", "force", "later", "direction", "sideways");

                for (enum language l = 0; l < LANGUAGES; l++) {
                        sentence_of(l, record, text, sizeof text);
                        cr_expect(*text && !strchr(text, '\x1b'), "%s: %s", event_name(e), text);
                }
                json_decref(record);
        }
}
