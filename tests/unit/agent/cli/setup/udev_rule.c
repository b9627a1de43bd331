/* SPDX-License-Identifier: MIT */
/* What a line of udev's rules writes: matches write nothing, however much they name. */
#include "cli/setup/udev_rule.h"

#include <criterion/criterion.h>

static const struct {
        const char *line;
        enum udev_writes writes;
} lines[] = {
        { "SUBSYSTEM==\"usb\", ATTR{authorized}=\"1\"", UDEV_WRITES_AUTHORIZED },
        { "SUBSYSTEM==\"usb\",ATTR{idVendor}==\"0bda\",ATTR{authorized}=\"0\"", UDEV_WRITES_AUTHORIZED },
        { "ATTR{authorized_default}=\"0\"", UDEV_WRITES_AUTHORIZED },
        { "ATTR{interface_authorized_default} = \"1\"", UDEV_WRITES_AUTHORIZED },
        { "ATTR{../1-1:1.0/authorized}:=\"1\"", UDEV_WRITES_AUTHORIZED },
        { "ACTION==\"add\", SUBSYSTEM==\"thunderbolt\", ATTR{authorized}==\"0\", ATTR{authorized}=\"1\"",
          UDEV_WRITES_AUTHORIZED },
        { "ACTION==\"add\", RUN+=\"/bin/sh -c 'echo 1 >/sys$devpath/authorized'\"", UDEV_WRITES_AUTHORIZED },
        { "PROGRAM==\"/bin/sh -c \\\"echo 0 >/sys%p/authorized\\\"\"", UDEV_WRITES_AUTHORIZED },
        { "IMPORT{program}=\"/usr/bin/x authorized\"", UDEV_WRITES_AUTHORIZED },
        { "RUN{program}+=e\"/usr/bin/x\\tauthorized\"", UDEV_WRITES_AUTHORIZED },
        { "ENV{PRODUCT}==\"5ac/12*\", ACTION==\"add\", ATTR{bConfigurationValue}=\"0\", OWNER=\"u\"",
          UDEV_WRITES_CONFIGURATION },
        { "ATTR{bConfigurationValue}=\"1\", ATTR{authorized}=\"1\"", UDEV_WRITES_AUTHORIZED },
        { "SUBSYSTEM==\"usb\", ATTR{authorized}==\"1\", TAG+=\"uaccess\"", UDEV_WRITES_NOTHING },
        { "ATTR{authorized}!=\"0\", GOTO=\"end\"", UDEV_WRITES_NOTHING },
        { "ATTR{[module/usbcore]parameters/authorized_default}!=\"0\", GOTO=\"end\"", UDEV_WRITES_NOTHING },
        { "ATTRS{authorized}==\"1\", ENV{authorized}=\"yes\", LABEL=\"authorized\"", UDEV_WRITES_NOTHING },
        { "ENV{X}=\"a \\\", ATTR{authorized}=\\\"1\"", UDEV_WRITES_NOTHING },
        { "ATTR{power/control}=\"auto\"", UDEV_WRITES_NOTHING },
        { "", UDEV_WRITES_NOTHING },
        /* What udev itself would not take apart may mean anything. */
        { "ATTR{authorized", UDEV_WRITES_AUTHORIZED },
        { "ATTR{authorized}=1", UDEV_WRITES_AUTHORIZED },
        { "SUBSYSTEM==usb ATTR{authorized}=\"1\"", UDEV_WRITES_AUTHORIZED },
        { "RUN+=\"x authorized", UDEV_WRITES_AUTHORIZED },
        { "ATTR{bConfigurationValue} 1", UDEV_WRITES_CONFIGURATION },
        { "one two", UDEV_WRITES_NOTHING },
};

Test(udev_rule_writes, what_is_written_is_seen_and_a_match_is_not) {
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                cr_expect_eq(udev_rule_writes(lines[i].line), lines[i].writes, "%s", lines[i].line);
}
