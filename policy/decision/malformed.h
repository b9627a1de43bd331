/* SPDX-License-Identifier: MIT */
/* malformed.h — what a device says of itself and contradicts, as one of a list with a name for each. */
#pragma once

#include <stdbool.h>

/* The first three Linux mends, and uses the device: a rule can accept them, and no others. */
#define MALFORMED_ROWS(ROW)                                                                                            \
        ROW(MALFORMED_EXCESS_BYTE, "excess-byte")                                                                      \
        ROW(MALFORMED_TOTAL_LENGTH, "total-length")                                                                    \
        ROW(MALFORMED_ENDPOINTS_MISSING, "endpoints-missing")                                                          \
        ROW(MALFORMED_DEVICE_CUT, "device-cut")                                                                        \
        ROW(MALFORMED_NO_DEVICE, "no-device")                                                                          \
        ROW(MALFORMED_CONFIGURATIONS, "configurations")                                                                \
        ROW(MALFORMED_NO_CONFIGURATION, "no-configuration")                                                            \
        ROW(MALFORMED_CONFIGURATION_CUT, "configuration-cut")                                                          \
        ROW(MALFORMED_CONFIGURATION_TWICE, "configuration-twice")                                                      \
        ROW(MALFORMED_CONFIGURATION_ZERO, "configuration-zero")                                                        \
        ROW(MALFORMED_NO_INTERFACES, "no-interfaces")                                                                  \
        ROW(MALFORMED_INTERFACES, "interfaces")                                                                        \
        ROW(MALFORMED_INTERFACES_MANY, "interfaces-many")                                                              \
        ROW(MALFORMED_KINDS_MANY, "kinds-many")                                                                        \
        ROW(MALFORMED_INTERFACE_CUT, "interface-cut")                                                                  \
        ROW(MALFORMED_SETTING_TWICE, "setting-twice")                                                                  \
        ROW(MALFORMED_SETTINGS_MANY, "settings-many")                                                                  \
        ROW(MALFORMED_ENDPOINT_CUT, "endpoint-cut")                                                                    \
        ROW(MALFORMED_ENDPOINT_MORE, "endpoint-more")                                                                  \
        ROW(MALFORMED_LENGTH, "length")                                                                                \
        ROW(MALFORMED_NESTED, "nested")                                                                                \
        ROW(MALFORMED_TAIL, "tail")                                                                                    \
        ROW(MALFORMED_READERS_DIFFER, "readers-differ")                                                                \
        ROW(MALFORMED_UNREADABLE, "unreadable")                                                                        \
        ROW(MALFORMED_IDENTITY, "identity")

#define MALFORMED_ENUMERATOR(malformed, name) malformed,
/* The order is the wire's (wire/sighting.h). */
enum malformed { MALFORMED_NOT, MALFORMED_ROWS(MALFORMED_ENUMERATOR) MALFORMED_COUNT };

/* "total-length"; "" for MALFORMED_NOT and any other. */
const char *malformed_name(enum malformed m);

/* MALFORMED_NOT for any other name, and for NULL. */
enum malformed malformed_from_name(const char *name);

/* May a rule accept it? Only what Linux mends in the one way in which the observer mends it, too. */
bool malformed_is_acceptable(enum malformed m);

/* The one that counts: that which no rule can accept, else the first. */
enum malformed malformed_graver(enum malformed first, enum malformed second);
