/* SPDX-License-Identifier: MIT */
/* check_isolation.c — may the network be limited to what the policy names, and who would be cut off? */
#include "base/cleanup.h"
#include "cli/network/cut_off.h"
#include "cli/network/interfaces.h"
#include "cli/setup/checks.h"
#include "host/file.h"
#include "host/name_servers.h"

#include <stdio.h>
#include <string.h>

#define FIREWALL "usr/lib/sekimori/sekimori-firewall"
#define FIREWALL_UNIT "etc/systemd/system/sekimori-firewall.service"
#define NET "proc/1/net" /* the terminal's own network, wherever this is typed */

static bool is_masked(const struct check_context *g) {
        char to[64];

        return check_context_link(g, FIREWALL_UNIT, to, sizeof to) && strcmp(to, "/dev/null") == 0;
}

static bool nothing_would_pass(const struct check_context *g, const struct network_terms *terms) {
        auto_fd sys = directory_open(g->root, "sys");

        return !interfaces_may_be_named(&(struct network_sources){ .net = -1, .sys = sys, .root = -1 }, terms);
}

void check_isolation(struct check_context *g) {
        const struct network_terms *terms = policy_network(g->policy);

        if (!g->policy)
                return; /* check_policy has said so */
        if (!terms)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "ポリシーに network: がありません: sekimori network suggest で案を作り、署名して適用してください",
                            "the policy has no network: (sekimori network suggest writes one; sign it and push it)"));
        else if (!check_context_has(g, FIREWALL) || is_masked(g))
                finding_add(g, FINDING_STOP,
                            SAY(g->l, "sekimori-firewall が入っていないか、止められています（systemctl unmask）",
                                "sekimori-firewall is not installed, or masked (systemctl unmask)"));
        else if (!terms->n_interfaces)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "ポリシーに interfaces: がありません。この端末はどことも通信できなくなります",
                                "the policy names no interfaces: this terminal will talk with nobody"));
        else if (nothing_would_pass(g, terms))
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "この端末のどの口とも、interfaces: の行が合いません。端末はどことも通信できなくなります",
                            "no interface of this terminal is among interfaces: it will talk with nobody"));
        else
                finding_add(g, FINDING_OK, SAY(g->l, "通信先 %zu、端末の口 %zu", "%zu peers, %zu interfaces"),
                            terms->n_peers, terms->n_interfaces);
}

/* What an initramfs may use a network for, and the file that says so. */
static const struct {
        const char *file, *ja, *en;
} early_users[] = {
        { "etc/dropbear/initramfs/authorized_keys", "起動中の ssh（dropbear-initramfs）",
          "ssh during the boot (dropbear-initramfs)" },
        { "etc/dropbear-initramfs/authorized_keys", "起動中の ssh（dropbear-initramfs）",
          "ssh during the boot (dropbear-initramfs)" },
        { "usr/share/initramfs-tools/hooks/clevis", "ディスクの鍵を取りに行く clevis",
          "clevis, which fetches the key of a disk" },
        { "usr/lib/dracut/modules.d/60clevis-pin-tang/module-setup.sh", "ディスクの鍵を取りに行く clevis",
          "clevis, which fetches the key of a disk" },
};

static void early_line(void *ctx, unsigned number, char *line) {
        bool *asks = ctx;

        (void)number;
        for (char *word = line_word(&line); word; word = line_word(&line))
                *asks = *asks || strncmp(word, "ip=", 3) == 0 || strncmp(word, "nfsroot=", 8) == 0
                        || strcmp(word, "root=/dev/nfs") == 0 || strncmp(word, "rd.neednet", 10) == 0
                        || strncmp(word, "BOOT=nfs", 8) == 0;
}

/* Before sekimori-firewall nothing limits the network: whoever needs one in the initramfs cannot be served. */
void check_early_network(struct check_context *g) {
        static const char *const files[] = { "proc/cmdline", "etc/initramfs-tools/initramfs.conf" };
        size_t before = json_array_size(g->findings);
        bool asks = false;

        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
                finding_unread(g, files[i], check_context_lines(g, files[i], early_line, &asks));
        if (asks)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "起動の初め（initramfs）がネットワークを使います（/proc/cmdline の ip= など、NFS のルート）。"
                            "そこではまだ制限できません",
                            "the initramfs uses the network (ip= in /proc/cmdline, a root on NFS): nothing limits it there"));
        for (size_t i = 0; i < sizeof early_users / sizeof *early_users; i++)
                if (check_context_has(g, early_users[i].file))
                        finding_add(g, FINDING_STOP,
                                    SAY(g->l, "%s が initramfs でネットワークを使います。そこではまだ制限できません",
                                        "%s uses the network in the initramfs: nothing limits it there"),
                                    SAY(g->l, early_users[i].ja, early_users[i].en));
        if (json_array_size(g->findings) == before)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "起動の初め（initramfs）は、ネットワークを使いません",
                                "the initramfs uses no network"));
}

static void check_cut_off_tell(void *ctx, const struct cut_off *c) {
        struct check_context *g = ctx;
        char address[ADDRESS_RANGE_TEXT];
        const char *program = c->program[0] ? c->program : "?";
        struct err login;

        address_range_text(&c->other, address);
        cut_off_say_login(c, &login);
        if (c->is_login)
                finding_add(g, FINDING_STOP, "%s", err_text(&login, g->l));
        else if (c->began == NETWORK_IN)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "切れます: %s から %s %u へ（%s）", "will be cut off: %s to %s %u here (%s)"),
                            address, c->protocol == PROTOCOL_UDP ? "udp" : "tcp", c->port, program);
        else
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "切れます: %s から %s の %s %u へ", "will be cut off: %s to %s %s %u"), program,
                            address, c->protocol == PROTOCOL_UDP ? "udp" : "tcp", c->port);
}

static void check_server_tell(void *ctx, const char *file, const struct address_range *address) {
        struct check_context *g = ctx;
        char text[ADDRESS_RANGE_TEXT];

        address_range_text(address, text);
        if (!network_allows(policy_network(g->policy), NETWORK_OUT, PROTOCOL_UDP, address, NETWORK_PORT_NAMES))
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "切れます: 名前解決のサーバー %s（%s）",
                                "will be cut off: %s, which is asked for names (%s)"),
                            text, file);
}

static void check_server_unread(void *ctx, const char *file, int error) {
        struct check_context *g = ctx;

        finding_add(g, FINDING_WARNING,
                    SAY(g->l, "名前解決のサーバーの設定 %s に、読めないところがあります: %s",
                        "whom %s has asked for names cannot be read in full: %s"),
                    file, err_reason(error, g->l));
}

void check_cut_off(struct check_context *g) {
        const struct network_terms *terms = policy_network(g->policy);
        auto_fd net = directory_open(g->root, NET), proc = directory_open(g->root, "proc");
        size_t before = json_array_size(g->findings);
        struct err err = { "" };

        if (!terms)
                return;
        if (net < 0)
                finding_unread(g, NET, net);
        else if (cut_off_look(&(struct network_sources){ .net = net, .sys = -1, .root = -1 }, proc, terms,
                              check_cut_off_tell, g, &err)
                 < 0)
                finding_add(g, FINDING_STOP, "%s", err_text(&err, g->l));
        name_servers_read(g->root, &(struct name_servers_reader){ check_server_tell, check_server_unread, NULL, g });
        if (json_array_size(g->findings) == before)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "いまの通信は、どれも切れません", "nothing that is connected now is cut off"));
}
