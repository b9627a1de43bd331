/* SPDX-License-Identifier: MIT */
/* network.c — see network.h. Plays in a process of its own, which is root of a user namespace and of nothing else. The
 * tables are those that the firewall would write; they are put into force by the tests' program. */
#include "demo/network.h"

#include "demo/quote.h"
#include "demo/stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define IMPOSSIBLE 77
#define OURS "02:00:00:00:01:02"
#define THEIRS "02:00:00:00:01:01"
#define SERVER "10.1.0.1"
#define REGISTER 443 /* the port of the peer */
#define ANOTHER 8080
#define ANSWERS_MS 1000

static const char section[] = "network:\n"
                              "  default: deny\n"
                              "  interfaces:\n"
                              "    - {name: 個人番号利用事務系, driver: veth, mac: \"" OURS "\"}\n"
                              "  peers:\n"
                              "    - name: 住民記録システム\n"
                              "      clause: 6(3)\n"
                              "      addresses: [" SERVER "]\n"
                              "      protocol: tcp\n"
                              "      ports: [443]\n";

static pid_t server;

static bool file_says(const char *path, const char *text) {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

        if (fd >= 0)
                (void)close(fd);
        return written;
}

static bool become_root_of_nothing_else(void) {
        char users[32], groups[32];

        (void)snprintf(users, sizeof users, "0 %u 1", getuid());
        (void)snprintf(groups, sizeof groups, "0 %u 1", getgid());
        return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && file_says("/proc/self/setgroups", "deny")
               && file_says("/proc/self/uid_map", users) && file_says("/proc/self/gid_map", groups);
}

static bool listens(uint16_t port) {
        const struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        return fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 8) == 0;
}

/* In a namespace of its own, with two services that the kernel answers for. */
static bool server_start(void) {
        char byte;
        int ready[2];

        if (pipe2(ready, O_CLOEXEC) < 0 || (server = fork()) < 0)
                return false;
        if (server == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                if (unshare(CLONE_NEWNET) == 0 && listens(REGISTER) && listens(ANOTHER) && write(ready[1], "", 1) == 1)
                        for (;;)
                                (void)pause();
                _exit(1);
        }
        (void)close(ready[1]);
        return read(ready[0], &byte, 1) == 1;
}

/* Words with a blank between; at the server's end, or here. */
static bool runs(bool there, const char *command) {
        char copy[256], net[64], *words[16] = { NULL }, *rest = copy;

        (void)snprintf(copy, sizeof copy, "%s", command);
        for (size_t n = 0; rest && n < 15; n++)
                words[n] = strsep(&rest, " ");
        (void)snprintf(net, sizeof net, "--net=/proc/%d/ns/net", there ? server : getpid());
        return type("", "nsenter", net, words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7],
                    words[8], words[9], words[10], words[11], words[12], words[13], words[14], NULL)
               == 0;
}

/* Who is whose neighbour is written down at both ends: nobody has to ask, and each frame that is counted was sent. */
static bool wire_is_laid(void) {
        char wire[128];

        (void)snprintf(wire, sizeof wire,
                       "ip link add lan address " OURS " type veth peer name far address " THEIRS " netns %d", server);
        return runs(false, wire) && runs(false, "ip link set lan up") && runs(false, "ip addr add 10.1.0.2/24 dev lan")
               && runs(true, "ip link set far up") && runs(true, "ip addr add " SERVER "/24 dev far")
               && runs(false, "ip neigh replace " SERVER " lladdr " THEIRS " dev lan nud permanent")
               && runs(true, "ip neigh replace 10.1.0.2 lladdr " OURS " dev far nud permanent");
}

static bool reaches(uint16_t port) {
        struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = -1;
        struct pollfd p = { .fd = fd, .events = POLLOUT };
        socklen_t size = sizeof error;

        (void)inet_pton(AF_INET, SERVER, &at.sin_addr);
        if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0)
                error = 0;
        else if (errno == EINPROGRESS && poll(&p, 1, ANSWERS_MS) == 1)
                (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        (void)close(fd);
        return error == 0;
}

/* Beneath IP, as only root can. Says nothing of whether it left. */
static void frame_is_sent(void) {
        const struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex("lan") };
        uint8_t frame[60] = { 2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 2, 0x88, 0xb5 };
        int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

        if (fd < 0)
                give_up("a raw socket");
        (void)sendto(fd, frame, sizeof frame, 0, (const struct sockaddr *)&to, sizeof to);
        (void)close(fd);
}

/* What the server's end of the wire has seen so far. */
static unsigned long frames_come(void) {
        unsigned long frames = 0;
        char path[64], *line;

        (void)snprintf(path, sizeof path, "/proc/%d/net/dev", server);
        line = strstr(content(path), " far:");
        if (!line || sscanf(line, " far: %*u %lu", &frames) != 1)
                give_up(path);
        return frames;
}

static bool all_passes(void) {
        unsigned long before = frames_come();

        frame_is_sent();
        return frames_come() > before && reaches(REGISTER) && reaches(ANOTHER);
}

static bool none_passes(void) {
        unsigned long before = frames_come();
        bool refused = !reaches(ANOTHER);

        frame_is_sent();
        return refused && frames_come() == before;
}

static bool tables_are_in_force(const char *policy) {
        char grant[64];

        (void)snprintf(grant, sizeof grant, "%u=個人番号利用事務系", if_nametoindex("lan"));
        return type("", "network-apply", "--apply", policy, "--generation", "1", "--grant", grant, NULL) == 0;
}

/* The kit's policy, and with whom the terminal may talk. */
static void policy_write(const char *path) {
        static char text[1 << 16];

        (void)snprintf(text, sizeof text, "%s\n%s", content("kit/policy.yaml"), section);
        rewrite(path, text);
}

/* Whatever the machine does not let us do is no fault of the product's, and is said with the reason. */
static int impossible(void) {
        (void)printf(
                "   – この端末では、模擬のネットワークを作れません（root でない人には使えないか、nf_tables がありません）\n"
                "     this machine lets us have no network namespace, or has no nf_tables: not shown\n");
        return IMPOSSIBLE;
}

static int play(void) {
        if (!become_root_of_nothing_else() || !server_start() || !wire_is_laid()
            || type("", "network-apply", "--remove", NULL) != 0)
                return impossible();
        claim(all_passes(), "はじめは、どのサービスにも接続でき、何でも出ていきます",
              "first, each service is reached, and anything leaves");
        policy_write("network.yaml");
        quote(strstr(section, "  peers:"));
        if (!tables_are_in_force("network.yaml"))
                return impossible();
        claim(reaches(REGISTER), "ポリシーに書いた相手とは、通信できます", "whom the policy names is reached");
        claim(none_passes(), "ほかには、root が直接送るフレームも含めて、一つも届きません（相手の側で数えました）",
              "nothing else arrives, not even a raw frame of root's: counted on the far side");
        return 0;
}

void with_whom_it_talks(void) {
        int status = 0;
        pid_t child;

        scene("通信の相手を限る", "Whom the terminal may talk with");
        (void)fflush(stdout);
        child = fork();
        if (child < 0)
                give_up("fork");
        if (child == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                exit(play());
        }
        if (waitpid(child, &status, 0) == child && WIFEXITED(status)
            && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == IMPOSSIBLE))
                return;
        exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}
