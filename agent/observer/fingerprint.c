/* SPDX-License-Identifier: MIT */
/* fingerprint.c — nettle's SHA-256; each field has its length before it, so that different fields never make the same
 * input. See fingerprint.h. */
#include "observer/fingerprint.h"

#include <nettle/sha2.h>
#include <string.h>

static void fingerprint_field(struct sha256_ctx *sha, const void *p, size_t n) {
        const uint8_t length[4] = { (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24) };

        sha256_update(sha, sizeof length, length);
        sha256_update(sha, n, p);
}

static void fingerprint_number(struct sha256_ctx *sha, uint16_t value) {
        const uint8_t raw[2] = { (uint8_t)value, (uint8_t)(value >> 8) };

        fingerprint_field(sha, raw, sizeof raw);
}

void fingerprint_of(const struct device_facts *f, const uint8_t *contradictory, uint8_t ret[FACTS_DIGEST]) {
        static const char domain[] = "sekimori-fingerprint-1";
        const uint8_t class[3] = { f->klass, f->subclass, f->protocol };
        uint8_t interfaces[FACTS_INTERFACES * 5];
        struct sha256_ctx sha;

        for (size_t i = 0; i < f->n_interfaces; i++) {
                const struct interface_facts *in = &f->interfaces[i];
                const uint8_t raw[5] = { in->configuration, in->number, in->klass, in->subclass, in->protocol };

                memcpy(interfaces + i * sizeof raw, raw, sizeof raw);
        }
        sha256_init(&sha);
        fingerprint_field(&sha, domain, sizeof domain - 1);
        fingerprint_number(&sha, f->vendor);
        fingerprint_number(&sha, f->product);
        fingerprint_field(&sha, f->serial, strlen(f->serial));
        fingerprint_field(&sha, f->name, strlen(f->name));
        fingerprint_field(&sha, f->manufacturer, strlen(f->manufacturer));
        fingerprint_field(&sha, class, sizeof class);
        fingerprint_field(&sha, interfaces, (size_t)f->n_interfaces * 5);
        if (contradictory)
                fingerprint_field(&sha, contradictory, FACTS_DIGEST);
        sha256_digest(&sha, FACTS_DIGEST, ret);
}
