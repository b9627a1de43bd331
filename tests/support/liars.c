/* SPDX-License-Identifier: MIT */
/* liars.c — each row changes one byte of a_bad_keyboard() or builds a whole device. See liars.h. */
#include "support/liars.h"

#include <string.h>

/* Offsets in a_bad_keyboard(): device 0, configuration 18, interface 27, HID 36, endpoint 45, interface 52, … */
enum { CONFIGURATION_AT = 18, INTERFACE_AT = 27, HID_AT = 36, ENDPOINT_AT = 45, SECOND_INTERFACE_AT = 52, WHOLE = 57 };

struct hardware many_interfaces(unsigned n) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        hardware_configuration(&h, 1);
        for (unsigned i = 0; i < n; i++)
                hardware_interface(&h, (uint8_t)i, 0, 3, 1, 1, 0);
        return h;
}

struct hardware many_settings(unsigned n) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        hardware_configuration(&h, 1);
        for (unsigned i = 0; i < n; i++)
                hardware_interface(&h, 0, (uint8_t)i, 3, 1, 1, 0);
        return h;
}

struct hardware many_classes(unsigned n) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        hardware_configuration(&h, 1);
        for (unsigned i = 0; i < n; i++)
                hardware_interface(&h, 0, (uint8_t)i, 3, (uint8_t)i, 1, 0);
        return h;
}

struct hardware many_configurations(unsigned n) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        for (unsigned i = 0; i < n; i++) {
                hardware_configuration(&h, (uint8_t)(i + 1));
                hardware_interface(&h, 0, 0, 3, 1, 1, 0);
        }
        return h;
}

struct hardware nested_associations(void) {
        struct hardware h = a_webcam();

        for (uint8_t i = 0; i < 40; i++)
                hardware_extra(&h, 11, (const uint8_t[]){ i, 16, 3, 1, 1, 0 }, 6);
        return h;
}

static struct hardware empty(void) {
        return (struct hardware){ 0 };
}

static struct hardware same_setting_twice(void) {
        struct hardware h = a_bad_keyboard();

        h.descriptors[SECOND_INTERFACE_AT + 2] = 0;
        h.descriptors[CONFIGURATION_AT + 4] = 1;
        return h;
}

static struct hardware no_interfaces(void) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        hardware_configuration(&h, 1);
        return h;
}

static struct hardware same_value_twice(void) {
        struct hardware h = many_configurations(2);

        h.descriptors[18 + 18 + 5] = 1;
        return h;
}

static struct hardware interfaces_33(void) {
        return many_interfaces(33);
}

static struct hardware settings_129(void) {
        return many_settings(129);
}

static struct hardware settings_256(void) {
        return many_settings(256);
}

static struct hardware classes_65(void) {
        return many_classes(65);
}

static struct hardware configurations_9(void) {
        return many_configurations(9);
}

const struct liar liars[] = {
        { "nothing at all", MALFORMED_DEVICE_CUT, .build = empty },
        { "a device descriptor of length 0", MALFORMED_NO_DEVICE, 0, 0 },
        { "a device descriptor of length 19", MALFORMED_NO_DEVICE, 0, 19 },
        { "a configuration in place of the device", MALFORMED_NO_DEVICE, 1, 2 },
        { "bNumConfigurations 0", MALFORMED_CONFIGURATIONS, 17, 0 },
        { "more configurations than the kernel reads", MALFORMED_CONFIGURATIONS, .build = configurations_9 },
        { "one configuration less than announced", MALFORMED_NO_CONFIGURATION, 17, 2 },
        { "bConfigurationValue 0", MALFORMED_CONFIGURATION_ZERO, CONFIGURATION_AT + 5, 0 },
        { "two configurations numbered 1", MALFORMED_CONFIGURATION_TWICE, .build = same_value_twice },
        { "a configuration of length 8", MALFORMED_NO_CONFIGURATION, CONFIGURATION_AT, 8 },
        { "a configuration longer than its total", MALFORMED_NO_CONFIGURATION, CONFIGURATION_AT, 255 },
        { "wTotalLength one too small", MALFORMED_LENGTH, CONFIGURATION_AT + 2, WHOLE - 1 },
        { "wTotalLength one too large", MALFORMED_EXCESS_BYTE, CONFIGURATION_AT + 2, WHOLE + 1 },
        { "wTotalLength 65 thousand", MALFORMED_TOTAL_LENGTH, CONFIGURATION_AT + 3, 255 },
        { "wTotalLength that ends before the storage", MALFORMED_INTERFACES, CONFIGURATION_AT + 2,
          SECOND_INTERFACE_AT - CONFIGURATION_AT },
        { "wTotalLength below its own descriptor", MALFORMED_NO_CONFIGURATION, CONFIGURATION_AT + 2, 4 },
        { "bNumInterfaces one too small", MALFORMED_INTERFACES, CONFIGURATION_AT + 4, 1 },
        { "bNumInterfaces one too large", MALFORMED_INTERFACES, CONFIGURATION_AT + 4, 3 },
        { "a configuration without any", MALFORMED_NO_INTERFACES, .build = no_interfaces },
        { "a descriptor of length 0", MALFORMED_LENGTH, INTERFACE_AT, 0 },
        { "a descriptor of length 1", MALFORMED_LENGTH, INTERFACE_AT, 1 },
        { "an interface of seven bytes", MALFORMED_INTERFACE_CUT, SECOND_INTERFACE_AT, 7 },
        { "an interface that swallows what follows", MALFORMED_LENGTH, INTERFACE_AT, 255 },
        { "an endpoint of five bytes", MALFORMED_ENDPOINT_CUT, ENDPOINT_AT, 5 },
        { "an endpoint more than announced", MALFORMED_ENDPOINT_MORE, INTERFACE_AT + 4, 0 },
        { "a configuration inside one", MALFORMED_NESTED, HID_AT + 1, 2 },
        { "a device inside a configuration", MALFORMED_NESTED, HID_AT + 1, 1 },
        { "storage as the keyboard's own setting 0", MALFORMED_SETTING_TWICE, .build = same_setting_twice },
        { "33 interfaces", MALFORMED_INTERFACES_MANY, .build = interfaces_33 },
        { "129 alternate settings", MALFORMED_SETTINGS_MANY, .build = settings_129 },
        { "256 alternate settings", MALFORMED_SETTINGS_MANY, .build = settings_256 },
        { "65 different interfaces", MALFORMED_KINDS_MANY, .build = classes_65 },
        { 0 },
};

struct hardware a_liar(const struct liar *l) {
        struct hardware h = l->build ? l->build() : a_bad_keyboard();

        if (!l->build)
                h.descriptors[l->at] = l->value;
        return h;
}
