/* SPDX-License-Identifier: MIT */
/* sighting.c — whatever an observer in a stranger's hands may send: refused, or in range and the only way to say it. */
#include "wire/sighting.h"

#include "fuzz/fuzz.h"

#include <string.h>

static void add_one(void (*add)(const void *p, size_t n), const struct sighting *s) {
        uint8_t wire[SIGHTING_MAX];
        size_t n = sighting_encode(s, wire, sizeof wire);

        CLAIM(n > 0);
        add(wire, n);
}

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        struct sighting s = { .type = SIGHTING_DEVICE, .path = "pci0000:00/0000:00:14.0/usb1/1-2", .busnum = 1 };

        s.facts = (struct device_facts){ .bus = BUS_USB, .n_interfaces = 2, .serial = "1", .name = "2", .port = "1-2" };
        add_one(add, &s);
        for (s.type = SIGHTING_GONE; s.type <= SIGHTING_SCANNED; s.type++)
                add_one(add, &s);
}

void fuzz_try(const uint8_t *p, size_t n) {
        uint8_t again[SIGHTING_MAX];
        struct sighting s;
        uint32_t scan;

        (void)scan_request_decode(bytes_of(p, n), &scan);
        if (sighting_decode(bytes_of(p, n), &s) < 0)
                return;
        CLAIM(s.type >= SIGHTING_DEVICE && s.type <= SIGHTING_SCANNED);
        CLAIM(s.facts.bus < BUS_COUNT && s.facts.n_interfaces <= FACTS_INTERFACES);
        CLAIM(strnlen(s.path, SIGHTING_PATH) < SIGHTING_PATH && s.path[0] != '/');
        CLAIM(!strstr(s.path, "/../") && strncmp(s.path, "../", 3) != 0);
        CLAIM(strnlen(s.facts.serial, FACTS_STRING) < FACTS_STRING);
        CLAIM(strnlen(s.facts.name, FACTS_STRING) < FACTS_STRING);
        CLAIM(strnlen(s.facts.manufacturer, FACTS_STRING) < FACTS_STRING);
        CLAIM(strnlen(s.facts.port, FACTS_PORT) < FACTS_PORT);
        CLAIM(sighting_encode(&s, again, sizeof again) == n && memcmp(again, p, n) == 0);
}
