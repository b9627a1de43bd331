/* SPDX-License-Identifier: MIT */
/* nss_lookup.c — getpwnam_r, getgrouplist and getgrgid_r (NSS) with a buffer that doubles on ERANGE, up to 16 MiB; a
 * group that cannot be looked up refuses the person, unless it is root. See nss_lookup.h. */
#include "person/nss_lookup.h"

#include "base/cleanup.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>

#define ENTRY_FIRST 4096
#define ENTRY_MAX (16 << 20) /* a directory's group with every member's name */

/* One question to the name service, into a buffer that may be too small. */
struct nss_question {
        const char *user; /* NULL: `gid` */
        gid_t gid;
        struct passwd passwd;
        struct group group;
        char *entry; /* the buffer that holds the strings */
};

/* 1: found; 0: nobody of that name or number; negative: what went wrong. */
static int ask_once(struct nss_question *q, size_t size) {
        struct passwd *passwd = NULL;
        struct group *group = NULL;
        int r = q->user ? getpwnam_r(q->user, &q->passwd, q->entry, size, &passwd)
                        : getgrgid_r(q->gid, &q->group, q->entry, size, &group);

        if (passwd || group)
                return 1;
        /* Some name services say "not found" this way: getpwnam(3). */
        return r == ENOENT || r == ESRCH ? 0 : -r;
}

static int nss_lookup_ask(struct nss_question *q) {
        for (size_t size = ENTRY_FIRST; size <= ENTRY_MAX; size *= 2) {
                int r;

                free(q->entry);
                q->entry = malloc(size);
                if (!q->entry)
                        return -ENOMEM;
                r = ask_once(q, size);
                if (r != -ERANGE)
                        return r;
        }
        return -ERANGE;
}

/* A group that no policy could name is left out: wire/person.h. */
static void add_group(struct person_found *f, const char *name) {
        char *to = f->groups[f->n_groups];
        size_t n = strlen(name);

        if (n == 0 || n >= PERSON_GROUP)
                return;
        for (size_t i = 0; i < n; i++)
                if ((uint8_t)name[i] < 0x20 || name[i] == 0x7f)
                        return;
        memcpy(to, name, n + 1);
        f->n_groups++;
}

static int add_groups(struct person_found *f, gid_t first) {
        gid_t ids[PERSON_GROUPS];
        int n = PERSON_GROUPS;

        f->n_groups = 0;
        if (getgrouplist(f->name, first, ids, &n) < 0)
                return -E2BIG;
        for (int i = 0; i < n; i++) {
                struct nss_question q = { .gid = ids[i] };
                int r = nss_lookup_ask(&q);

                if (r > 0)
                        add_group(f, q.group.gr_name);
                free(q.entry);
                /* A rule that is stricter with this group could be missed. Not so for root, whose groups are in files:
                 * root must be able to log in and repair a directory that is out of reach. */
                if (r < 0 && f->uid != 0)
                        return r;
        }
        return 0;
}

bool nss_lookup(const char *user, struct person_found *ret) {
        struct nss_question q = { .user = user };
        int r = nss_lookup_ask(&q);

        if (r > 0 && strlen(q.passwd.pw_name) >= sizeof ret->name)
                r = -ENAMETOOLONG;
        if (r > 0) {
                (void)snprintf(ret->name, sizeof ret->name, "%s", q.passwd.pw_name);
                ret->uid = q.passwd.pw_uid;
                r = add_groups(ret, q.passwd.pw_gid);
                r = r < 0 ? r : 1;
        }
        free(q.entry);
        if (r == -E2BIG)
                (void)fprintf(stderr, "sekimori-person: uid %u is in more than %d groups: refused\n", ret->uid,
                              PERSON_GROUPS);
        else if (r < 0)
                (void)fprintf(stderr, "sekimori-person: the name service: %s\n", strerrordesc_np(-r));
        return r > 0;
}
