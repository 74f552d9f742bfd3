/*
 * core/doctor/check_system: file systems that report changes, and enough watches.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "doctor/check_system.h"

TestSuite(system, .timeout = 60);

Test(system, file_systems) {
    static const struct {
        uint64_t magic;
        const char *name;
        bool is_reporting;
    } rows[] = {{0xEF53, "ext4", true},        {0x01021994, "tmpfs", true},   {0x6969, "nfs", false},
                {0x65735546, "fuse", false},   {0xFF534D42, "cifs", false},   {0x01021997, "9p", false},
                {0x786F4256, "vboxsf", false}, {0xBACBACBC, "vmhgfs", false}, {0x0BD00BD0, "lustre", false},
                {0x7461636F, "ocfs2", false},  {0x47504653, "gpfs", false},   {0x5346414F, "afs", false},
                {0x6B414653, "afs", false},    {0x12345678, NULL, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_reporting;
        const char *name = check_system_name(rows[i].magic, &is_reporting);
        cr_expect_eq(is_reporting, rows[i].is_reporting, "%zu", i);
        cr_expect(name == rows[i].name || (name && strcmp(name, rows[i].name) == 0), "%zu: %s", i, name);
    }
}

Test(system, findings) {
    static const struct {
        struct check_system system;
        size_t folders;
        const char *code;
        enum finding_severity severity;
    } rows[] = {
        {{"ext4", true, 1000, 8, true}, 500, NULL, 0},
        {{"ext4", true, 1000, 8, true}, 501, "system.watches", FINDING_NOTE},
        {{"ext4", true, 1000, 8, true}, 1001, "system.watches", FINDING_WARNING},
        {{"ext4", true, 0, 0, true}, 1001, NULL, 0},
        {{"ext4", true, 1000, 8, false}, 1, "system.instances", FINDING_NOTE},
        {{"nfs", false, 1000, 8, true}, 1, "system.file_system", FINDING_WARNING},
        {{NULL, false, 1000, 8, true}, 1, "system.file_system", FINDING_NOTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct findings findings = {0};
        check_system_report(&rows[i].system, rows[i].folders, &findings);
        cr_assert_eq(findings.count, rows[i].code != NULL, "%zu", i);
        if (rows[i].code) {
            cr_expect_str_eq(findings.items[0].code, rows[i].code);
            cr_expect_eq(findings.items[0].severity, rows[i].severity, "%zu", i);
        }
        findings_release(&findings);
    }
}

Test(system, the_real_ones_are_told) {
    struct files files;
    struct error error = {0};
    struct check_system system;
    cr_assert(files_open(&files, "/tmp", &error));
    check_system_look(&system, &files);
    if (access("/proc/sys/fs/inotify/max_user_watches", R_OK) == 0)
        cr_expect_gt(system.watch_limit, 0);
    files_close(&files);
}
