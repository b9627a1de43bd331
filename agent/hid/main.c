/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-hid: called by udev in the initramfs for each USB device, so that somebody can type the passphrase
 * of a disk while the kernel denies everything. It knows no policy: the agent judges again when it comes. */
#include "hid/admit.h"
#include "host/privileges.h"

#include <stdio.h>
#include <unistd.h>

#define TIMEOUT_S 10 /* after this time the process ends, and the device stays denied */

int main(int argc, char **argv) {
        struct err err = { 0 };
        int r;

        if (argc != 2) {
                (void)fputs("usage: sekimori-hid DEVPATH\n\nCalled by udev in the initramfs. See sekimorid(8).\n",
                            stderr);
                return 2;
        }
        privileges_forget_environment();
        (void)alarm(TIMEOUT_S);
        r = admit(argv[1], &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimori-hid: %s\n", err.text);
        return r < 0 ? 3 : 0;
}
