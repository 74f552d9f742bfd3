#include "doctor/check_system.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

/*
 * Numbers from statfs(2), linux/magic.h and what lies outside the kernel. Each one that stores on this machine reports
 * changes; what another machine, a host or a program behind FUSE (virtiofs too) does to the others is not reported.
 */
static const struct {
    uint64_t magic;
    const char *name;
    bool is_reporting;
} kinds[] = {
    {0xEF53, "ext4", true},           {0x58465342, "xfs", true},     {0x9123683E, "btrfs", true},
    {0x01021994, "tmpfs", true},      {0x858458F6, "ramfs", true},   {0x794C7630, "overlayfs", true},
    {0x2FC12FC1, "zfs", true},        {0xF2F52010, "f2fs", true},    {0xCA451A4E, "bcachefs", true},
    {0x4D44, "vfat", true},           {0x2011BAB0, "exfat", true},   {0x5346544E, "ntfs", true},
    {0x7366746E, "ntfs3", true},      {0x3153464A, "jfs", true},     {0x52654973, "reiserfs", true},
    {0x3434, "nilfs2", true},         {0x24051905, "ubifs", true},   {0x72B6, "jffs2", true},
    {0x73717368, "squashfs", true},   {0xE0F5E1E2, "erofs", true},   {0x9660, "iso9660", true},
    {0x15013346, "udf", true},        {0x482B, "hfsplus", true},     {0x4244, "hfs", true},
    {0xF15F, "ecryptfs", true},       {0x00011954, "ufs", true},     {0x137F, "minix", true},
    {0x6969, "nfs", false},           {0x517B, "smb", false},        {0xFF534D42, "cifs", false},
    {0xFE534D42, "smb2", false},      {0x65735546, "fuse", false},   {0x01021997, "9p", false},
    {0x00C36400, "ceph", false},      {0x5346414F, "afs", false},    {0x6B414653, "afs", false},
    {0x786F4256, "vboxsf", false},    {0x73757245, "coda", false},   {0x564C, "ncp", false},
    {0x6A656A63, "fakeowner", false}, {0xBACBACBC, "vmhgfs", false}, {0x7C7C6673, "prl_fs", false},
    {0x0BD00BD0, "lustre", false},    {0x7461636F, "ocfs2", false},  {0x47504653, "gpfs", false},
    {0x01161970, "gfs2", false},      {0x19830326, "beegfs", false}, {0xAAD7AAEA, "panfs", false},
    {0x20030528, "orangefs", false},  {0x013111A8, "ibrix", false},  {0xBEEFDEAD, "snfs", false},
    {0x61636673, "acfs", false},      {0x53464846, "wslfs", false},  {0x00C0FFEE, "hostfs", false},
    {0x61756673, "aufs", false},
};

const char *check_system_name(uint64_t magic, bool *is_reporting) {
    *is_reporting = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].magic == magic) {
            *is_reporting = kinds[i].is_reporting;
            return kinds[i].name;
        }
    return NULL;
}

bool check_system_is_reporting(int folder) {
    struct statfs status;
    bool is_reporting;
    if (fstatfs(folder, &status))
        return true;
    check_system_name((uint64_t)status.f_type & UINT32_MAX, &is_reporting);
    return is_reporting;
}

/* The limit of instances gives EMFILE, and so does that of descriptors. */
bool check_system_has_instance(void) {
    int instance = inotify_init1(IN_CLOEXEC), failure = errno;
    if (instance >= 0)
        close(instance);
    return instance >= 0 || failure != EMFILE;
}

/* Not beneath the root, so not read by core/disk/files; 0 if there is no such number. */
static uint64_t read_limit(const char *name) {
    AUTO_CALL(files_close) struct files kernel = FILES_CLOSED;
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    bool is_read =
        files_open(&kernel, "/proc/sys/fs/inotify", &error) && files_read(&kernel, name, 64, &text, NULL, &error);
    return is_read ? strtoull(buffer_text(&text), NULL, 10) : 0;
}

void check_system_look(struct check_system *system, const struct files *files) {
    struct statfs status;
    *system = (struct check_system){
        .is_reporting = true,
        .watch_limit = read_limit("max_user_watches"),
        .instance_limit = read_limit("max_user_instances"),
        .has_instance = check_system_has_instance(),
    };
    if (fstatfs(files->root, &status) == 0)
        system->file_system = check_system_name((uint64_t)status.f_type & UINT32_MAX, &system->is_reporting);
}

static void check_file_system(const struct check_system *system, struct findings *findings) {
    static const char remedy[] =
        "keep the plans on a local disk, or do without the daemon: commands read the files themselves";
    if (system->is_reporting)
        return;
    if (system->file_system)
        findings_report(findings, FINDING_WARNING, "system.file_system", NULL, remedy,
                        "the plans lie on %s, which does not report changes made elsewhere", system->file_system);
    else
        findings_report(findings, FINDING_NOTE, "system.file_system", NULL, remedy,
                        "the plans lie on a file system that is not known to report changes: a daemon looks at it once "
                        "a second");
}

static void check_watches(const struct check_system *system, size_t folder_count, struct findings *findings) {
    uint64_t limit = system->watch_limit;
    if (!limit || folder_count * 2 <= limit)
        return;
    AUTO(arena) arena = {0};
    findings_report(findings, folder_count > limit ? FINDING_WARNING : FINDING_NOTE, "system.watches", NULL,
                    arena_format(&arena, "sudo sysctl fs.inotify.max_user_watches=%zu", folder_count * 4),
                    "to watch these %zu folders, %s of the %zu watches that a user may have %s needed", folder_count,
                    folder_count > limit ? "more than all" : "more than half", (size_t)limit, "are");
}

/* A daemon that runs may have the last one: what it has to say about its watches, it says itself. */
static void check_instances(const struct check_system *system, struct findings *findings) {
    AUTO(arena) arena = {0};
    size_t limit = (size_t)system->instance_limit;
    if (!system->has_instance)
        findings_report(findings, FINDING_NOTE, "system.instances", NULL,
                        arena_format(&arena, "sudo sysctl fs.inotify.max_user_instances=%zu", limit ? limit * 4 : 512),
                        "this user has no inotify instance left (fs.inotify.max_user_instances is %zu): a daemon that "
                        "is started now looks at everything once a second",
                        limit);
}

void check_system_report(const struct check_system *system, size_t folder_count, struct findings *findings) {
    check_file_system(system, findings);
    check_watches(system, folder_count, findings);
    check_instances(system, findings);
}
