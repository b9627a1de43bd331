/* SPDX-License-Identifier: MIT */
/* bus.c — each bus that a policy can name has a row; no other has. */
#include "enforce/bus.h"

#include "decision/facts.h"

#include <criterion/criterion.h>

Test(bus_ops, each_bus_of_the_policy_has_all_that_the_gate_calls) {
        for (enum bus b = BUS_UNKNOWN + 1; b < BUS_COUNT; b++) {
                const struct bus_ops *ops = bus_ops(b);

                cr_assert_not_null(ops, "%s", bus_name(b));
                cr_expect(ops->recognise && ops->apply && ops->is_ready, "%s", bus_name(b));
                cr_expect_eq(bus_from_name(bus_name(b)), b);
                cr_expect(ops->has_disks || !bus_is_of_disks(b), "%s", bus_name(b));
        }
}

Test(bus_ops, a_bus_that_nobody_listed_has_none) {
        cr_expect_null(bus_ops(BUS_UNKNOWN));
        cr_expect_null(bus_ops(BUS_COUNT));
        cr_expect_null(bus_ops((enum bus) - 1));
}
