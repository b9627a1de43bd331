/* SPDX-License-Identifier: MIT */
/* network_apply.c — puts the tables of a policy into force, or takes them away, and ends. For tests: it reads
 * a policy without a signature, and believes which link is which interface. */
#include "decision/network.h"
#include "host/arguments.h"
#include "host/file.h"
#include "host/privileges.h"
#include "network/nft.h"
#include "network/ruleset.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static const char help[] = "usage: network-apply --apply POLICY.yaml --generation N [--grant N=NAME,…] [--observe]\n"
                           "       network-apply --remove | --version\n"
                           "\n"
                           "Has the kernel let packets pass as a policy says.\n"
                           "\n"
                           "  --apply FILE      put the tables of this policy into force\n"
                           "  --generation N    which policy it is (1 to 4095); connections of others are judged anew\n"
                           "  --grant N=NAME,…  link N is the interface that the policy calls NAME\n"
                           "  --observe         count and log what would be refused, and let it pass\n"
                           "  --remove          take the tables away\n"
                           "  --version         say which version this is\n";

struct order {
        const char *apply, *generation, *grant;
        bool observe, remove;
};

struct granted_links {
        struct network_grant all[CT_INTERFACE_MAX + 1];
        char links[CT_INTERFACE_MAX + 1][IFNAMSIZ];
        size_t n;
};

static int grant_take(const struct network_terms *n, const char *text, struct granted_links *to, struct err *err) {
        struct network_grant *g = &to->all[to->n];
        char *end = NULL;

        if (to->n > CT_INTERFACE_MAX)
                return err_set(err, -E2BIG, "--grant");
        g->ifindex = (unsigned)strtoul(text, &end, 10);
        g->interface = -1;
        for (size_t i = 0; *end == '=' && i < n->n_interfaces; i++)
                if (strcmp(n->interfaces[i].name, end + 1) == 0)
                        g->interface = (int)i;
        if (g->interface < 0 || !if_indextoname(g->ifindex, to->links[to->n]))
                return err_set(err, -EINVAL, "--grant %s", text);
        g->link = to->links[to->n++];
        return 0;
}

static int grants_take(const struct network_terms *n, const char *list, struct granted_links *to, struct err *err) {
        auto_free char *copy = strdup(list ? list : "");
        int e = copy ? 0 : -ENOMEM;

        for (char *next = copy, *one; e == 0 && (one = strsep(&next, ",")) != NULL;)
                if (*one)
                        e = grant_take(n, one, to, err);
        return e;
}

static int policy_read(const char *path, struct policy **ret, struct err *err) {
        auto_free uint8_t *text = NULL;
        size_t size = 0;
        int e = file_read(AT_FDCWD, path, POLICY_TEXT_MAX, &text, &size);

        if (e < 0)
                return err_errno(err, e, "%s", path);
        e = policy_compile(bytes_of(text, size), ret, err);
        if (e == 0 && !policy_network(*ret))
                return err_set(err, -ENODATA, "%s: no network", path);
        return e;
}

static int order_apply(const struct order *o, struct err *err) {
        auto_policy p = NULL;
        auto_free char *text = NULL;
        struct granted_links grants = { 0 };
        struct ruleset r = { .grants = grants.all, .observe = o->observe };
        int e = policy_read(o->apply, &p, err);

        if (e == 0)
                e = grants_take(policy_network(p), o->grant, &grants, err);
        if (e == 0 && getrandom(&r.token, sizeof r.token, 0) != sizeof r.token)
                e = err_errno(err, -errno, "getrandom");
        r.terms = policy_network(p);
        r.n_grants = grants.n;
        r.generation = (unsigned)strtoul(o->generation ? o->generation : "", NULL, 10);
        if (e == 0)
                e = ruleset_write(&r, &text, err);
        if (e == 0)
                e = nft_apply(text, err);
        if (e == 0)
                (void)printf("network-apply: %s: %zu peers, %zu links\n", o->observe ? "observes" : "in force",
                             r.terms->n_peers, r.n_grants);
        return e;
}

static int order_remove(struct err *err) {
        int e = nft_apply(ruleset_removal, err);

        if (e == 0)
                (void)puts("network-apply: removed");
        return e;
}

int main(int argc, char **argv) {
        struct order o = { 0 };
        const struct argument arguments[] = { { "apply", .text = &o.apply },
                                              { "generation", .text = &o.generation },
                                              { "grant", .text = &o.grant },
                                              { "observe", .flag = &o.observe },
                                              { "remove", .flag = &o.remove } };
        const struct program p = { "network-apply", help, true, arguments, sizeof arguments / sizeof *arguments };
        struct err err = { 0 };
        int e = arguments_take(&p, argc, argv);

        if (e != ARGUMENTS_TAKEN)
                return e;
        if (o.remove == (o.apply != NULL)) {
                (void)fputs("network-apply: either --apply or --remove\n", stderr);
                return ARGUMENTS_MISUSED;
        }
        privileges_forget_environment();
        e = o.remove ? order_remove(&err) : order_apply(&o, &err);
        if (e < 0)
                (void)fprintf(stderr, "network-apply: %s\n", err.text);
        return e < 0;
}
