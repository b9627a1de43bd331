/* SPDX-License-Identifier: MIT */
/* sysctls.h — the terminal is no router, and takes no way from strangers: forwarding, proxies of ARP and ND, source
 * routing and redirects are off, in all, default and each interface.
 *
 * A change is noticed by inotify on each folder of /proc/sys/net/…/conf (procfs tells of writes through the same
 * instance of it), by RTM_NEWNETCONF for forwarding and proxies through another one, and else by sysctls_check(), which
 * the owner calls now and then. */
#pragma once

#include "base/err.h"
#include "network/limit.h"

#include <linux/netlink.h>
#include <stddef.h>

#define SYSCTLS_KEPT "sysctls" /* in the directory of what lasts until the machine stops */
#define SYSCTL_PATH 64         /* "ipv4/conf/eth0/send_redirects" */

struct sysctls {
        int net;  /* /proc/sys/net */
        int kept; /* the directory for SYSCTLS_KEPT */
        int told; /* readable when something was written */
        void (*tell)(void *ctx, const char *path, long found, int error, unsigned long untold); /* it was not off */
        void *ctx;
        unsigned long put_right; /* counted */
        struct limit limit;
};

/* Write down what stands, unless that was done since the machine started, and hold all of it off. Where it cannot be
 * written down that is said, and it is off all the same. */
int sysctls_hold(struct sysctls *s, struct err *err);

/* Put right what is not off: the number of what was not, or -errno where something cannot be put right. */
int sysctls_check(struct sysctls *s);

/* What `told` is to be: a descriptor, or -errno. */
int sysctls_told(void);

/* Be told of writes to all, default and every interface; or to this one, when it has come or has a new name. */
int sysctls_watch(struct sysctls *s, const char *interface);

/* Take what was told; then sysctls_check(). */
void sysctls_drain(const struct sysctls *s);

/* Whether an RTM_NEWNETCONF says that something is on. Also where it cannot be read. */
bool netconf_is_on(const struct nlmsghdr *h);

/* As before. -EBADMSG: what was written down is not as we write it, and all stays off. */
int sysctls_undo(struct sysctls *s, struct err *err);
