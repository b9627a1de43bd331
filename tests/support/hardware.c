/* SPDX-License-Identifier: MIT */
/* hardware.c — how descriptors are put together, see hardware.h. The devices themselves are in catalogue.c. */
#include "support/hardware.h"

#include <assert.h>
#include <string.h>

#define AT_TOTAL 2
#define AT_INTERFACES 4
#define AT_CONFIGURATIONS 17

static void put(struct hardware *h, const void *p, size_t n) {
        assert(h->size + n <= sizeof h->descriptors);
        memcpy(h->descriptors + h->size, p, n);
        h->size += n;
        if (h->configuration) {
                size_t total = h->size - h->configuration;

                h->descriptors[h->configuration + AT_TOTAL] = (uint8_t)total;
                h->descriptors[h->configuration + AT_TOTAL + 1] = (uint8_t)(total >> 8);
        }
}

struct hardware hardware_device(uint8_t klass, uint8_t subclass, uint8_t protocol, uint16_t vendor, uint16_t product) {
        const uint8_t device[] = { 18,
                                   1,
                                   0,
                                   2,
                                   klass,
                                   subclass,
                                   protocol,
                                   64,
                                   (uint8_t)vendor,
                                   (uint8_t)(vendor >> 8),
                                   (uint8_t)product,
                                   (uint8_t)(product >> 8),
                                   0,
                                   1,
                                   1,
                                   2,
                                   3,
                                   0 };
        struct hardware h = { .speed = "480" };

        put(&h, device, sizeof device);
        return h;
}

void hardware_configuration(struct hardware *h, uint8_t value) {
        const uint8_t configuration[] = { 9, 2, 9, 0, 0, value, 0, 0xa0, 50 };

        h->configuration = h->size;
        h->descriptors[AT_CONFIGURATIONS]++;
        put(h, configuration, sizeof configuration);
}

void hardware_interface(struct hardware *h, uint8_t number, uint8_t setting, uint8_t klass, uint8_t subclass,
                        uint8_t protocol, uint8_t endpoints) {
        const uint8_t interface[] = { 9, 4, number, setting, endpoints, klass, subclass, protocol, 0 };

        /* Builders name the lowest setting of a number first, whichever it is. */
        for (size_t i = h->configuration; i < h->size; i += h->descriptors[i]) {
                if (h->descriptors[i + 1] == 4 && h->descriptors[i + 2] == number) {
                        put(h, interface, sizeof interface);
                        return;
                }
        }
        h->descriptors[h->configuration + AT_INTERFACES]++;
        put(h, interface, sizeof interface);
}

void hardware_endpoint(struct hardware *h, uint8_t address, uint8_t attributes, uint16_t size, uint8_t interval) {
        const uint8_t rest[] = { address, attributes, (uint8_t)size, (uint8_t)(size >> 8), interval };

        hardware_extra(h, 5, rest, sizeof rest);
}

void hardware_extra(struct hardware *h, uint8_t type, const void *rest, size_t n) {
        const uint8_t head[] = { (uint8_t)(n + 2), type };

        assert(n + 2 <= 255);
        put(h, head, sizeof head);
        put(h, rest, n);
}
