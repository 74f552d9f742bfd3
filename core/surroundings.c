#include "surroundings.h"

#include <stdlib.h>
#include <sys/vfs.h>

/* Numbers from statfs(2) and linux/magic.h. */
static const struct {
    uint64_t magic;
    const char *name;
    bool is_reporting;
} kinds[] = {
    {0xEF53, "ext4", true},      {0x58465342, "xfs", true},       {0x9123683E, "btrfs", true},
    {0x01021994, "tmpfs", true}, {0x794C7630, "overlayfs", true}, {0x2FC12FC1, "zfs", true},
    {0xF2F52010, "f2fs", true},  {0x4D44, "vfat", true},          {0x2011BAB0, "exfat", true},
    {0x6969, "nfs", false},      {0x517B, "smb", false},          {0xFF534D42, "cifs", false},
    {0xFE534D42, "smb2", false}, {0x65735546, "fuse", false},     {0x01021997, "9p", false},
    {0x00C36400, "ceph", false}, {0x5346414F, "afs", false},      {0x786F4256, "vboxsf", false},
    {0x73757245, "coda", false}, {0x564C, "ncp", false},          {0x6A656A63, "fakeowner", false},
};

const char *surroundings_name(uint64_t magic, bool *is_reporting) {
    *is_reporting = true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].magic == magic) {
            *is_reporting = kinds[i].is_reporting;
            return kinds[i].name;
        }
    return NULL;
}

/* Not beneath the root, so through a door of its own; 0 if there is no such number. */
static uint64_t read_limit(void) {
    struct files kernel = FILES_CLOSED;
    struct buffer text = {0};
    struct error error = {0};
    uint64_t limit = 0;
    if (files_open(&kernel, "/proc/sys/fs/inotify", &error) &&
        files_read(&kernel, "max_user_watches", 64, &text, NULL, &error))
        limit = strtoull(buffer_text(&text), NULL, 10);
    error_release(&error);
    buffer_release(&text);
    files_close(&kernel);
    return limit;
}

void surroundings_look(struct surroundings *surroundings, const struct files *files) {
    struct statfs status;
    *surroundings = (struct surroundings){.is_reporting = true, .watch_limit = read_limit()};
    if (fstatfs(files->root, &status) == 0)
        surroundings->file_system =
            surroundings_name((uint64_t)status.f_type & UINT32_MAX, &surroundings->is_reporting);
}

void surroundings_check(const struct surroundings *surroundings, size_t folder_count, struct findings *findings) {
    uint64_t limit = surroundings->watch_limit;
    if (!surroundings->is_reporting)
        findings_report(findings, FINDING_WARNING, "system.file_system", NULL,
                        "keep the plans on a local disk, or do without the daemon: commands read the files themselves",
                        "the plans lie on %s, which does not report changes made elsewhere", surroundings->file_system);
    if (!limit || folder_count * 2 <= limit)
        return;
    struct arena arena = {0};
    findings_report(findings, folder_count > limit ? FINDING_WARNING : FINDING_NOTE, "system.watches", NULL,
                    arena_format(&arena, "sudo sysctl fs.inotify.max_user_watches=%zu", folder_count * 4),
                    "to watch these %zu folders, %s of the %zu watches that a user may have %s needed", folder_count,
                    folder_count > limit ? "more than all" : "more than half", (size_t)limit, "are");
    arena_release(&arena);
}
