/* SPDX-License-Identifier: MIT */
/* facts.c — BUS_ROWS as a table of names. See facts.h. */
#include "decision/facts.h"

#include <string.h>

#define BUS_ROW(bus, name, disks) [bus] = { name, disks },

static const struct {
        const char *name;
        bool disks;
} buses[BUS_COUNT] = { [BUS_UNKNOWN] = { "unknown", true }, BUS_ROWS(BUS_ROW) };

const char *bus_name(enum bus b) {
        return buses[(unsigned)b < BUS_COUNT ? b : BUS_UNKNOWN].name;
}

bool bus_is_of_disks(enum bus b) {
        return buses[(unsigned)b < BUS_COUNT ? b : BUS_UNKNOWN].disks;
}

bool facts_are_of_a_disk(const struct device_facts *f) {
        return bus_is_of_disks(f->bus);
}

enum bus bus_from_name(const char *name) {
        for (unsigned b = BUS_UNKNOWN + 1; b < BUS_COUNT; b++)
                if (strcmp(name, buses[b].name) == 0)
                        return (enum bus)b;
        return BUS_UNKNOWN;
}
