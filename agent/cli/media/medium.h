/* SPDX-License-Identifier: MIT */
/* medium.h — a recording medium by what a policy can tell it by: bus, ids and serial number; or its fingerprint; or a
 * UUID of its own. Knows no agent and no file. */
#pragma once

#include "decision/facts.h"
#include "text/words.h"

#include <jansson.h>

#define MEDIUM_TEXT (FACTS_STRING + 32)

enum medium_how { MEDIUM_BY_SERIAL, MEDIUM_BY_FINGERPRINT, MEDIUM_BY_UUID };

struct medium {
        enum bus bus;
        uint16_t vendor, product;
        enum medium_how how;
        uint8_t fingerprint[FACTS_DIGEST], uuid[UUID_SIZE];
        char serial[FACTS_STRING], name[FACTS_STRING]; /* as they are shown; the name does not identify it */
};

/* From an element of `devices --json`. NULL: *ret is set, except for its UUID; else why the medium cannot be enrolled,
 * in words. */
const char *medium_of_element(const json_t *element, enum medium_how how, enum language l, struct medium *ret);

/* As a ledger has it: "usb 0951:1666 E0D55EA573F5F3A0", "usb 0951:1666 sha256:HEX", "mmc 0003:5344 uuid:UUID". A
 * spreadsheet takes none of them for a number, a time or a formula. */
void medium_text(const struct medium *m, char to[MEDIUM_TEXT]);
bool medium_parse(const char *text, struct medium *ret);

bool medium_is(const struct medium *a, const struct medium *b);

/* A device that is this medium, for a policy to judge. */
struct device_facts medium_facts(const struct medium *m);
