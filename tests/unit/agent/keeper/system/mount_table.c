/* SPDX-License-Identifier: MIT */
/* Lines of mountinfo and fstab, as the kernel and administrators write them. */
#include "keeper/system/mount_table.h"

#include "unit/agent/keeper/system/standing.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(mount_table, .init = standing_begin, .fini = standing_end, .timeout = 10);

static struct mount_table kernels(const char *text) {
        struct mount_table t;

        sysfs_write("proc/self/mountinfo", text);
        cr_assert_eq(mount_table_of_kernel(&standing.dirs, &t), 0);
        return t;
}

Test(mount_table, fields_are_where_the_manual_has_them_however_many_optional_ones_there_are) {
        auto_mount_table t = kernels("36 35 98:0 /a /mnt\\0402 rw,noatime - ext3 /dev/root rw,errors=continue\n"
                                     "37 35 98:1 / /b rw shared:1 master:2 propagate_from:3 - xfs /dev/sdb ro\n");

        cr_assert_eq(t.lines, 2);
        cr_expect_str_eq(t.line[0].number, "98:0");
        cr_expect_str_eq(t.line[0].at, "/mnt 2");
        cr_expect_str_eq(t.line[0].type, "ext3");
        cr_expect_str_eq(t.line[0].source, "/dev/root");
        cr_expect(mount_line_has(&t.line[0], "errors") && !mount_line_has(&t.line[0], "error"));
        cr_expect_str_eq(t.line[1].type, "xfs");
        cr_expect_str_eq(t.line[1].options, "ro");
}

Test(mount_table, what_is_mounted_last_is_on_top_and_the_longest_place_holds_a_path) {
        auto_mount_table t =
                kernels("1 1 8:1 / / rw - ext4 a rw\n2 1 8:2 / /srv rw - ext4 b rw\n3 1 8:3 / /srv rw - ext4 c rw\n");

        cr_expect_str_eq(mount_table_at(&t, "/srv/")->number, "8:3");
        cr_expect_null(mount_table_at(&t, "/sr"));
        cr_expect_str_eq(mount_table_above(&t, "/srv/x/y", NULL)->number, "8:3");
        cr_expect_str_eq(mount_table_above(&t, "/srv/x", &t.line[2])->number, "8:2");
        cr_expect_str_eq(mount_table_above(&t, "/srvx", NULL)->number, "8:1");
        cr_expect_str_eq(mount_table_above(&t, "/srv", &t.line[0])->number, "8:3", "whatever comes first in the list");
}

Test(mount_table, every_truncation_is_a_line_less_or_a_field_less) {
        const char line[] = "36 35 98:0 / /mnt\\040 rw shared:1 - ext3 /dev/root rw";

        for (size_t n = 0; n < sizeof line; n++) {
                char text[sizeof line];

                (void)snprintf(text, sizeof text, "%.*s", (int)n, line);
                {
                        auto_mount_table t = kernels(text);

                        cr_expect_eq(t.lines, strstr(text, "- e") ? 1 : 0, "%s", text);
                }
        }
}

Test(mount_table, comments_and_empty_lines_of_fstab_are_none_and_no_fstab_is_an_empty_one) {
        struct mount_table t;

        cr_assert_eq(mount_table_of_fstab(&standing.dirs, &t), 0);
        cr_expect_eq(t.lines, 0);
        mount_table_free(&t);
        sysfs_write("etc/fstab",
                    "# UUID=x / ext4\n\n   \n\tLABEL=my\\040disk\t/srv/ ext4\tnoauto,x-systemd.automount 0 0\n#y\n");
        cr_assert_eq(mount_table_of_fstab(&standing.dirs, &t), 0);
        cr_assert_eq(t.lines, 1);
        cr_expect_str_eq(t.line[0].source, "LABEL=my disk");
        cr_expect(mount_line_has(&t.line[0], "noauto") && mount_line_has(&t.line[0], "x-systemd.automount"));
        mount_table_free(&t);
}
