/* SPDX-License-Identifier: MIT */
/* audit.c — what a record costs while a device waits for it, and what a checkpoint costs when nobody does.
 * Prints one line for each number: its name, the value, the unit. */
#include "audit/audit.h"
#include "bench/timing.h"
#include "host/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 51
#define RECORDS 256 /* in each round, and then a checkpoint */

static void measure(struct audit *a, double *ret_record, double *ret_flush) {
        static const struct device_facts facts = { .bus = BUS_USB,
                                                   .vendor = 0x0951,
                                                   .product = 0x1666,
                                                   .n_interfaces = 1,
                                                   .interfaces = { { 1, 0, 8, 6, 0x50 } },
                                                   .serial = "E0D55EA573F5F3A0",
                                                   .name = "DataTraveler 3.0",
                                                   .manufacturer = "Kingston",
                                                   .port = "1-2" };
        static const struct verdict allowed = { .action = ACTION_ALLOW, .rule = RULE_NONE, .interfaces = 1 };
        const struct audit_device d = { "pci0000:00/0000:00:14.0/usb1/1-2", &facts, &allowed, "tanaka", "seat0", NULL };
        uint64_t before = audit_head(a).seq;
        double start = now_us(), written;

        for (int i = 0; i < RECORDS; i++)
                if (audit_device_allowed(a, &d) < 0)
                        abort();
        written = now_us();
        if (audit_head(a).seq - before != RECORDS || audit_flush(a) < 0)
                abort();
        *ret_record = (written - start) / RECORDS;
        *ret_flush = now_us() - written;
}

int main(void) {
        char path[] = "/tmp/sekimori-bench-XXXXXX";
        int state = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        double records[ROUNDS], flushes[ROUNDS];
        struct audit *a = NULL;

        if (state < 0 || audit_open(state, &a, NULL) < 0)
                return 1;
        for (int i = 0; i < ROUNDS; i++)
                measure(a, &records[i], &flushes[i]);
        (void)printf("audit_record %.1f us\n", median(records, ROUNDS));
        (void)printf("audit_checkpoint_and_sync %.0f us\n", median(flushes, ROUNDS));
        audit_free(a);
        (void)file_remove(state, "audit");
        (void)rmdir(path);
        return records[0] < 50 ? 0 : 1; /* the least disturbed round: they are in order now */
}
