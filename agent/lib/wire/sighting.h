/* SPDX-License-Identifier: MIT */
/* sighting.h — what the observer tells the agent, as bytes. The agent checks their form and never trusts their content:
 * decoding refuses short, long, trailing and out-of-range alike. */
#pragma once

#include "base/bytes.h"
#include "decision/facts.h"

#define SIGHTING_PATH 512 /* beneath /sys/devices, without a leading slash, with a NUL */
#define SIGHTING_MAX 8192 /* bytes of one message */

enum sighting_type {
        SIGHTING_DEVICE = 1, /* a device is there, with its facts */
        SIGHTING_GONE,       /* a device went away; only `path` is set */
        SIGHTING_BOUND,      /* the kernel has set a device up as far as it does by itself; only `path` is set */
        SIGHTING_INTERFACE,  /* an interface of a device came or went; only `path` is set, the device's */
        SIGHTING_TAKEN,      /* a driver took an interface of a device; only `path` is set, the device's */
        SIGHTING_CONTROLLER, /* a root hub is there; only `path` is set */
        SIGHTING_DRIVER,     /* a driver was registered on the USB bus */
        SIGHTING_LOST,       /* events were lost: ask for a scan */
        SIGHTING_SCANNED,    /* everything present has been told since the scan was asked for; `scan` is its number */
};

struct sighting {
        enum sighting_type type;
        uint32_t scan; /* SIGHTING_SCANNED: the number that the request carried */
        char path[SIGHTING_PATH];
        uint32_t busnum, devnum;
        uint8_t descriptors[FACTS_DIGEST]; /* SHA-256 of the raw `descriptors` file that the facts come from */
        struct device_facts facts;
};

/* Bytes used, or 0 when it does not fit or a field is out of range. */
size_t sighting_encode(const struct sighting *s, void *to, size_t size);

/* -EBADMSG. A path that is absolute, empty, or has an empty, "." or ".." component is refused here already. */
int sighting_decode(struct bytes from, struct sighting *ret);

/* The one request in the other direction: "tell everything that is present", with a number to recognise the answer. */
#define SCAN_REQUEST_SIZE 5
void scan_request_encode(uint32_t scan, uint8_t to[SCAN_REQUEST_SIZE]);
int scan_request_decode(struct bytes from, uint32_t *ret_scan);
