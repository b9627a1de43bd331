/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-seeds: the only program that looks into a file of tokens' seeds. One process for one file.
 *
 * Started by the administrator's tool, mostly as root, with its socket on descriptor 3. It becomes somebody without
 * privileges, shuts itself in, and only then receives the file. It knows no agent and no user, and writes nothing. */
#include "base/secret.h"
#include "helper/begin.h"
#include "host/child.h"
#include "host/locked.h"
#include "host/privileges.h"
#include "seeds/format.h"
#include "seeds/pskc.h"
#include "seeds/sandbox.h"
#include "seeds/xml.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM "sekimori-seeds"

static struct {
        uint8_t packet[SEEDS_PACKET];
        struct seeds_asked asked;
        struct seeds_reading reading;
} work;

/* The other end may be slow; nothing is dropped. */
static void seeds_say(size_t n) {
        struct pollfd end = { .fd = CHILD_FD, .events = POLLOUT };
        int r;

        if (n == 0)
                _exit(1);
        do
                r = socket_send(CHILD_FD, work.packet, n, -1);
        while (r == -EAGAIN && (poll(&end, 1, -1) >= 0 || errno == EINTR));
        if (r < 0)
                _exit(1);
}

static struct bytes seeds_receive(void) {
        struct pollfd end = { .fd = CHILD_FD, .events = POLLIN };
        int fd = -1;
        struct stat st;
        const void *text;
        ssize_t n;

        while (poll(&end, 1, -1) < 0)
                ;
        n = socket_receive(CHILD_FD, work.packet, sizeof work.packet, &fd);
        if (n <= 0 || seeds_read_decode(bytes_of(work.packet, (size_t)n), &work.asked) < 0 || !memfd_is_sealed(fd)
            || fstat(fd, &st) < 0 || st.st_size > SEEDS_FILE)
                _exit(1);
        secret_wipe(work.packet, sizeof work.packet);
        text = locked_map(fd, (size_t)st.st_size);
        if (st.st_size && !text)
                _exit(1);
        return bytes_of(text, (size_t)st.st_size);
}

static void seeds_tell(const struct seeds_reading *r) {
        struct seeds_end end = { .rows = (uint32_t)r->n,
                                 .faults = (uint32_t)r->n_faults,
                                 .key_wanted = r->key_wanted,
                                 .alphabet = r->alphabet };
        size_t n;

        for (size_t i = 0; i < r->n_faults && i < SEEDS_FAULTS; i++)
                seeds_say(seeds_fault_encode(&r->faults[i], work.packet));
        for (size_t i = 0; i < r->n && !r->n_faults; i += n)
                seeds_say(seeds_rows_encode(&r->rows[i].row, sizeof *r->rows, r->n - i, &n, work.packet));
        end.rows = r->n_faults ? 0 : end.rows;
        (void)snprintf(end.format, sizeof end.format, "%s", r->format.en);
        (void)snprintf(end.format_ja, sizeof end.format_ja, "%s", r->format.ja);
        (void)snprintf(end.encoding, sizeof end.encoding, "%s", encoding_name(r->text.encoding));
        seeds_say(seeds_end_encode(&end, work.packet));
}

/* Ends by _exit: no library's destructor runs over what came out of the file. The pages go back to the kernel, which
 * hands them on as zeros. */
int main(void) {
        int r;

        if (!helper_begin(PROGRAM))
                return 2;
        privileges_forget_environment();
        r = seeds_drop();
        if (r < 0)
                helper_fail(PROGRAM, "give up privileges", r);
        encoding_prepare();
        xml_prepare();
        pskc_prepare();
        r = seeds_lock();
        if (r < 0)
                helper_fail(PROGRAM, "shut itself in", r);
        work.reading.raw = seeds_receive();
        work.reading.asked = &work.asked;
        format_read(&work.reading);
        seeds_tell(&work.reading);
        _exit(0);
}
