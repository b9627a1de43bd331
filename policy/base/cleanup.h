/* SPDX-License-Identifier: MIT */
/* cleanup.h — owners clean up by type, on every return path. */
#pragma once

#include <stdlib.h>
#include <unistd.h>

/* Give a pointer away: the variable is NULL afterwards, the value is the caller's. */
#define TAKE(p)                                                                                                        \
        ({                                                                                                             \
                __typeof__(p) taken_ = (p);                                                                            \
                (p) = NULL;                                                                                            \
                taken_;                                                                                                \
        })

/* The same for a file descriptor. */
static inline int take_fd(int *fd) {
        int taken = *fd;

        *fd = -1;
        return taken;
}

/* CLEANUP(policy, struct policy *, policy_free) makes `auto_policy`, whose variables free themselves. */
#define CLEANUP(name, type, release)                                                                                   \
        typedef type auto_##name##_t_;                                                                                 \
        static inline void auto_##name##_release_(type *p) {                                                           \
                if (*p)                                                                                                \
                        release(*p);                                                                                   \
        }

#define AUTO(name) __attribute__((cleanup(auto_##name##_release_))) auto_##name##_t_

static inline void cleanup_free(void *p) {
        free(*(void **)p);
}

static inline void cleanup_close(const int *fd) {
        if (*fd >= 0)
                (void)close(*fd);
}

#define auto_free __attribute__((cleanup(cleanup_free)))
#define auto_fd __attribute__((cleanup(cleanup_close))) int
