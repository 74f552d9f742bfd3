/*
 * What a folder hands down: group, s bit and default ACL of what is created are those that touch and mkdir give there,
 * for every kind of batch; and a file comes by one event. Real users, in a folder that a group shares.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "space.h"

TestSuite(rights, .timeout = 120);

enum { GROUP = 4242, FIRST = 12345, SECOND = 12346 };

static bool shell(const struct space *space, const char *command) {
    struct buffer text = {0};
    buffer_append_format(&text, "cd '%s' && { %s; } >/dev/null 2>&1", space->root, command);
    bool is_done = system(text.data) == 0;
    buffer_release(&text);
    return is_done;
}

/* Runs batchctl as @user, who is in the group. */
static void expect_as(const struct space *space, int user, const char *words, int status) {
    struct setting setting = {.program = "/usr/bin/setpriv"};
    char command[600];
    snprintf(command, sizeof command, "--reuid=%d --regid=%d --groups=%d %s -C . --no-daemon %s", user, user, GROUP,
             space_program(), words);
    struct outcome outcome = run_under(space, &setting, command);
    cr_expect_eq(outcome.status, status, "%d: %s: %d %s%s", user, words, outcome.status, outcome.out, outcome.err);
    outcome_end(&outcome);
}

static struct space shared(const char *rights) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    cr_assert(shell(&space, "chmod 711 .."));
    cr_assert(shell(&space, "chown -R 12345:4242 . && chmod -R g+rwX,o-rwx ."));
    cr_assert(shell(&space, rights), "%s", rights);
    return space;
}

/* What was created must be as "made" is, which touch has made, or as the folder that mkdir has. */
static void expect_like(const struct space *space, const char *created, const char *made, const char *rights) {
    struct buffer command = {0};
    buffer_append_format(
        &command, "test \"$(stat -c '%%a %%g' %s; getfacl -cp %s)\" = \"$(stat -c '%%a %%g' %s; getfacl -cp %s)\"",
        created, created, made, made);
    cr_expect(shell(space, command.data), "%s is not like %s: %s", created, made, rights);
    buffer_release(&command);
}

static void make_models(const struct space *space, int user, const char *mask) {
    char command[300];
    snprintf(command, sizeof command,
             "setpriv --reuid=%d --regid=%d --groups=%d sh -c 'umask %s; touch X/execution/made X/subplans/made made; "
             "mkdir folder'",
             user, user, GROUP, mask);
    cr_assert(shell(space, command));
}

Test(rights, they_are_as_touch_and_mkdir_give_them) {
    static const struct {
        const char *rights, *mask; /* that which goes with the mode of the folders */
    } rows[] = {
        {"find . -type d -exec chmod 2770 {} +", "007"},
        {"setfacl -R -d -m u:12399:rwx,g::rwx,o::--- .", "007"},
        {"find . -type d -exec chmod 2770 {} + && setfacl -R -d -m g:4243:r-x,g::r-x,o::--- .", "007"},
        {"setfacl -R -d -m u::rwx,g::---,o::--- .", "007"},
        {"chmod 770 . X X/*", "007"},                              /* another group for all that is made, and no more */
        {"chgrp 4299 X/execution && chmod 2777 X/execution", "0"}, /* a group that its maker is not in */
    };
    if (geteuid() != 0 || system("command -v setpriv setfacl >/dev/null"))
        cr_skip_test("needs root, setpriv and setfacl");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int user = FIRST; user <= SECOND; user++) {
            struct space space = shared(rows[i].rights);
            make_models(&space, user, rows[i].mask);
            expect_as(&space, user, "create X --level 0 --yes", 0);
            space_remove(&space, "X/subplans/SUBPLAN_X_12.md");
            expect_as(&space, user, "create X --kind subplan --ids 1.2 --yes", 0);
            expect_as(&space, user, "init NEW --yes", 0);
            if (i == 4) /* without an ACL the mode is the folder's, whatever the umask */
                cr_expect(
                    shell(&space, "test $(stat -c %a NEW) = 770 && test $(stat -c %a X/execution/*11_01.md) = 660"));
            expect_like(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "X/execution/made", rows[i].rights);
            if (strcmp(rows[i].mask, "0") != 0)
                expect_like(&space, "X/subplans/SUBPLAN_X_12.md", "X/subplans/made", rows[i].rights);
            if (strcmp(rows[i].mask, "0") != 0)
                expect_like(&space, "NEW", "folder", rows[i].rights);
            expect_as(&space, user, "undo 3 --yes", 0);
            space_end(&space);
        }
}

Test(rights, members_of_a_group_write_and_undo_side_by_side) {
    if (geteuid() != 0 || system("command -v setpriv >/dev/null"))
        cr_skip_test("needs root and setpriv");
    struct space space = shared("find . -type d -exec chmod 2770 {} +");
    expect_as(&space, FIRST, "create X --ids 1.1 --yes", 0);
    expect_as(&space, SECOND, "create X --ids 1.2 --yes", 0);
    cr_expect(shell(&space, "setpriv --reuid=12346 --regid=12346 --groups=4242 sh -c 'echo >>X/execution/*11_01.md'"));
    expect_as(&space, SECOND, "undo --yes", 0);
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"));
    cr_expect_not(shell(&space, "setpriv --reuid=12346 --regid=12346 --groups=4242 "
                                "sh -c 'mv $(find .batchd/* -maxdepth 0 -user 12345 -type d) .batchd/x'"));
    space_end(&space);
}

/* Under the limit that "ulimit OPTIONS" sets. */
static struct outcome run_limited(const struct space *space, const char *options, const char *command) {
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "-c 'ulimit %s; exec %s %s'", options, space_program(), command);
    return run_under(space, &(struct setting){.program = "/bin/sh"}, line.data);
}

Test(rights, a_limit_of_the_shell_is_named_and_nothing_is_half_done) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    uint64_t before = space_fingerprint(&space, "X");
    struct outcome few = run_limited(&space, "-n 4", "-C . --no-daemon status");
    cr_expect(few.status == 13 && has(few.err, "Too many open files"), "%d %s", few.status, few.err);
    struct outcome small = run_limited(&space, "-f 1", "--no-daemon create X --yes");
    cr_expect(small.status != 0 && small.status < 128 && has(small.err, "File too large"), "%d %s", small.status,
              small.err);
    cr_expect_eq(space_fingerprint(&space, "X"), before);
    expect_status(&space, "--no-daemon history", 0, "No batches of yours.");
    outcome_end(&few);
    outcome_end(&small);
    space_end(&space);
}

Test(rights, nothing_is_left_on_a_read_only_file_system) {
    if (geteuid() != 0 || system("unshare -m true 2>/dev/null"))
        cr_skip_test("needs root, and a mount namespace");
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    expect_status(&space, "--no-daemon create X --ids 1.1 --yes", 0, "Batch 1.");
    uint64_t before = space_fingerprint(&space, "");
    AUTO(buffer) line = {0};
    buffer_append_format(&line,
                         "-m sh -c 'mount --bind %s %s && mount -o remount,bind,ro %s && cd %s && "
                         "exec %s --no-daemon create X --ids 1.2 --yes'",
                         space.root, space.root, space.root, space.root, space_program());
    struct outcome outcome = run_under(&space, &(struct setting){.program = "/usr/bin/unshare"}, line.data);
    cr_expect(outcome.status == 11 && has(outcome.err, "Read-only file system") && !has(outcome.err, "rollback failed"),
              "%d %s", outcome.status, outcome.err);
    cr_expect_eq(space_fingerprint(&space, ""), before);
    outcome_end(&outcome);
    space_end(&space);
}

/* A process that watches the folder is woken once a file. */
Test(rights, a_file_comes_by_one_event) {
    _Alignas(struct inotify_event) char events[4096];
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    struct buffer folder = {0};
    buffer_append_format(&folder, "%s/X/execution", space.root);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    cr_assert_geq(inotify_add_watch(watch, folder.data, IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_MOVE | IN_DELETE), 0);
    expect_status(&space, "-C . --no-daemon create X --yes", 0, "Batch 1.");
    ssize_t got = read(watch, events, sizeof events);
    const struct inotify_event *event = (const void *)events;
    cr_assert_gt(got, 0);
    cr_expect_eq(got, (ssize_t)(sizeof *event + event->len), "there are more events than one");
    cr_expect_eq(event->mask, (uint32_t)IN_MOVED_TO);
    close(watch);
    buffer_release(&folder);
    space_end(&space);
}
