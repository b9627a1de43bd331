/* SPDX-License-Identifier: MIT */
/* others.c — what a chain does with a packet that no condition takes: the first rule without one decides, and behind
 * the last the policy. See others.h. Kernel: net/netfilter/nf_tables_api.c, nf_tables_fill_chain_info() and
 * nf_tables_fill_rule_info(). */
#include "network/netlink/others.h"

#include "network/netlink/nfnl.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE(type) NFNL_TYPE(NFNL_SUBSYS_NFTABLES, type)
#define OURS "sekimori"
#define HOOKED_MAX 256
#define STEPS_MAX 4096
#define LOOKS 512 /* through chains, for one that is hooked: chains that jump to chains can be very many */
#define UNDECIDED NFT_CONTINUE

struct other_place {
        uint8_t family;
        char table[NFT_NAME_MAXLEN], chain[NFT_NAME_MAXLEN];
};

/* A rule without a condition that says what becomes of a packet. */
struct other_step {
        struct other_place in;
        int verdict; /* NF_…, NFT_… */
        char to[NFT_NAME_MAXLEN];
        uint64_t handle;
};

struct others {
        struct {
                struct other_chain chain;
                bool drops; /* its policy */
        } hooked[HOOKED_MAX];
        struct other_step *steps;
        size_t n_hooked, n_steps, room;
        unsigned looks;
};

struct others *others_new(void) {
        return calloc(1, sizeof(struct others));
}

void others_free(struct others *o) {
        if (o)
                free(o->steps);
        free(o);
}

static bool is_place(const struct other_place *p, uint8_t family, const char *table, const char *chain) {
        return p->family == family && strcmp(p->table, table) == 0 && strcmp(p->chain, chain) == 0;
}

#define NO_HOOK UINT32_MAX

struct chain_facts {
        struct other_place at;
        uint32_t hook, policy;
};

static bool hook_take(void *ctx, const struct nlattr *a) {
        struct chain_facts *c = ctx;

        return mnl_attr_get_type(a) != NFTA_HOOK_HOOKNUM || nfnl_u32(a, &c->hook);
}

static bool chain_take(void *ctx, const struct nlattr *a) {
        struct chain_facts *c = ctx;

        switch (mnl_attr_get_type(a)) {
        case NFTA_CHAIN_TABLE:
                return rtnl_text(a, c->at.table, sizeof c->at.table);
        case NFTA_CHAIN_NAME:
                return rtnl_text(a, c->at.chain, sizeof c->at.chain);
        case NFTA_CHAIN_HOOK:
                return nfnl_nested(a, hook_take, c);
        case NFTA_CHAIN_POLICY:
                return nfnl_u32(a, &c->policy);
        default:
                return true;
        }
}

/* Which way a packet of the terminal's goes there; what is passed on is nobody's. */
static bool is_on_the_way(uint8_t family, uint32_t hook, bool *ret_out) {
        switch (family) {
        case NFPROTO_INET:
        case NFPROTO_IPV4:
        case NFPROTO_IPV6:
                *ret_out = hook == NF_INET_LOCAL_OUT || hook == NF_INET_POST_ROUTING;
                return *ret_out || hook == NF_INET_PRE_ROUTING || hook == NF_INET_LOCAL_IN || hook == NF_INET_INGRESS;
        case NFPROTO_ARP: /* NF_ARP_IN, NF_ARP_OUT */
        case NFPROTO_NETDEV:
                *ret_out = hook == 1;
                return hook <= 1;
        default:
                return false;
        }
}

/* A list that changed meanwhile is read again, so one may come twice. */
static int chain_keep(struct others *o, const struct chain_facts *c) {
        struct other_chain new = { .family = c->at.family };
        size_t i = 0;

        if (!is_on_the_way(c->at.family, c->hook, &new.out))
                return 0;
        memcpy(new.table, c->at.table, sizeof new.table);
        memcpy(new.chain, c->at.chain, sizeof new.chain);
        while (i < o->n_hooked && memcmp(&o->hooked[i].chain, &new, sizeof new) != 0)
                i++;
        if (i == HOOKED_MAX)
                return -E2BIG;
        o->hooked[i].chain = new;
        o->hooked[i].drops = c->policy == NF_DROP;
        o->n_hooked += i == o->n_hooked;
        return 0;
}

static int chain_heard(struct others *o, const struct nlmsghdr *h) {
        struct chain_facts c = { .at.family = ((const struct nfgenmsg *)mnl_nlmsg_get_payload(h))->nfgen_family,
                                 .hook = NO_HOOK,
                                 .policy = NF_ACCEPT };

        if (!rtnl_message_attributes(h, NFNL_HEADER, chain_take, &c))
                return -EBADMSG;
        return strcmp(c.at.table, OURS) == 0 ? 0 : chain_keep(o, &c);
}

struct rule_facts {
        struct other_step step;
        bool has_condition;
};

struct expression {
        char name[32];
        const struct nlattr *data;
};

static bool expression_take(void *ctx, const struct nlattr *a) {
        struct expression *e = ctx;

        if (mnl_attr_get_type(a) == NFTA_EXPR_NAME)
                return rtnl_text(a, e->name, sizeof e->name);
        if (mnl_attr_get_type(a) == NFTA_EXPR_DATA)
                e->data = a;
        return true;
}

static bool verdict_take(void *ctx, const struct nlattr *a) {
        struct other_step *s = ctx;
        uint32_t code;

        if (mnl_attr_get_type(a) == NFTA_VERDICT_CHAIN)
                return rtnl_text(a, s->to, sizeof s->to);
        if (mnl_attr_get_type(a) != NFTA_VERDICT_CODE)
                return true;
        if (!nfnl_u32(a, &code))
                return false;
        s->verdict = (int)code;
        return true;
}

static bool value_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != NFTA_DATA_VERDICT || nfnl_nested(a, verdict_take, ctx);
}

static bool immediate_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != NFTA_IMMEDIATE_DATA || nfnl_nested(a, value_take, ctx);
}

/* iptables' own. Of targets only this one refuses. */
static bool target_take(void *ctx, const struct nlattr *a) {
        char name[32];

        if (mnl_attr_get_type(a) == NFTA_TARGET_NAME && rtnl_text(a, name, sizeof name) && strcmp(name, "REJECT") == 0)
                ((struct other_step *)ctx)->verdict = NF_DROP;
        return true;
}

static bool match_take(void *ctx, const struct nlattr *a) {
        char name[32];

        if (mnl_attr_get_type(a) == NFTA_MATCH_NAME && rtnl_text(a, name, sizeof name) && strcmp(name, "comment") == 0)
                *(bool *)ctx = false;
        return true;
}

static bool rule_expression(struct rule_facts *r, const struct expression *e) {
        static const char *const quiet[] = { "counter", "log", "notrack", "objref" };

        for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
                if (strcmp(e->name, quiet[i]) == 0)
                        return true;
        if (strcmp(e->name, "reject") == 0)
                r->step.verdict = NF_DROP;
        else if (strcmp(e->name, "immediate") == 0)
                return e->data && nfnl_nested(e->data, immediate_take, &r->step);
        else if (strcmp(e->name, "target") == 0)
                return e->data && nfnl_nested(e->data, target_take, &r->step);
        else if (strcmp(e->name, "match") == 0) {
                bool is_condition = true;

                if (e->data && !nfnl_nested(e->data, match_take, &is_condition))
                        return false;
                r->has_condition = r->has_condition || is_condition;
        } else
                r->has_condition = true;
        return true;
}

static bool expressions_take(void *ctx, const struct nlattr *a) {
        struct expression e = { "", NULL };

        return nfnl_nested(a, expression_take, &e) && rule_expression(ctx, &e);
}

static bool rule_take(void *ctx, const struct nlattr *a) {
        struct rule_facts *r = ctx;

        switch (mnl_attr_get_type(a)) {
        case NFTA_RULE_TABLE:
                return rtnl_text(a, r->step.in.table, sizeof r->step.in.table);
        case NFTA_RULE_CHAIN:
                return rtnl_text(a, r->step.in.chain, sizeof r->step.in.chain);
        case NFTA_RULE_HANDLE:
                return nfnl_u64(a, &r->step.handle);
        case NFTA_RULE_EXPRESSIONS:
                return nfnl_nested(a, expressions_take, r);
        default:
                return true;
        }
}

static int step_keep(struct others *o, const struct other_step *s) {
        for (size_t i = 0; i < o->n_steps; i++)
                if (o->steps[i].handle == s->handle
                    && is_place(&o->steps[i].in, s->in.family, s->in.table, s->in.chain))
                        return 0;
        if (o->n_steps == STEPS_MAX)
                return -E2BIG;
        if (o->n_steps == o->room) {
                size_t room = o->room ? 2 * o->room : 64;
                struct other_step *larger = reallocarray(o->steps, room, sizeof *larger);

                if (!larger)
                        return -ENOMEM;
                o->steps = larger;
                o->room = room;
        }
        o->steps[o->n_steps++] = *s;
        return 0;
}

static int rule_heard(struct others *o, const struct nlmsghdr *h) {
        struct rule_facts r = { .step = { .in.family =
                                                  ((const struct nfgenmsg *)mnl_nlmsg_get_payload(h))->nfgen_family,
                                          .verdict = UNDECIDED } };

        if (!rtnl_message_attributes(h, NFNL_HEADER, rule_take, &r))
                return -EBADMSG;
        if (r.has_condition || r.step.verdict == UNDECIDED || strcmp(r.step.in.table, OURS) == 0)
                return 0;
        return step_keep(o, &r.step);
}

int others_heard(void *others, const struct nlmsghdr *h) {
        if (mnl_nlmsg_get_payload_len(h) < NFNL_HEADER)
                return -EBADMSG;
        return (h->nlmsg_type & 0xff) == NFT_MSG_NEWRULE ? rule_heard(others, h) : chain_heard(others, h);
}

/* NF_DROP, NF_ACCEPT or UNDECIDED. What takes too long to look through may refuse. */
static int verdict_of(struct others *o, uint8_t family, const char *table, const char *chain) {
        if (o->looks == 0)
                return NF_DROP;
        o->looks--;
        for (size_t i = 0; i < o->n_steps; i++) {
                const struct other_step *s = &o->steps[i];
                int there;

                if (!is_place(&s->in, family, table, chain))
                        continue;
                if (s->verdict == NFT_RETURN)
                        return UNDECIDED;
                if (s->verdict != NFT_JUMP && s->verdict != NFT_GOTO)
                        return s->verdict;
                there = verdict_of(o, family, table, s->to);
                if (there != UNDECIDED || s->verdict == NFT_GOTO)
                        return there;
        }
        return UNDECIDED;
}

void others_tell(struct others *o, others_take *take, void *ctx) {
        for (size_t i = 0; i < o->n_hooked; i++) {
                const struct other_chain *c = &o->hooked[i].chain;
                int verdict;

                o->looks = LOOKS;
                verdict = verdict_of(o, c->family, c->table, c->chain);
                if (verdict == NF_DROP || (verdict == UNDECIDED && o->hooked[i].drops))
                        take(ctx, c);
        }
}

int others_list(int fd, others_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[64];
        auto_others o = others_new();
        int r = o ? rtnl_dump(fd, nfnl_request(raw, MESSAGE(NFT_MSG_GETCHAIN), NFPROTO_UNSPEC),
                              MESSAGE(NFT_MSG_NEWCHAIN), others_heard, o)
                  : -ENOMEM;

        if (r == 0)
                r = rtnl_dump(fd, nfnl_request(raw, MESSAGE(NFT_MSG_GETRULE), NFPROTO_UNSPEC), MESSAGE(NFT_MSG_NEWRULE),
                              others_heard, o);
        if (r == 0)
                others_tell(o, take, ctx);
        return r;
}
