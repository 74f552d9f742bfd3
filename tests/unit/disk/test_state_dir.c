/*
 * core/disk/state_dir: whose state is found where. That a copy begins afresh and a move keeps, what is made and with
 * which rights, and what stands in the way.
 */
#include "disk/state_dir.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "place.h"
#include "space.h"

TestSuite(state_dir, .timeout = 60);

struct den {
    struct space space;
    struct files files;
    struct state_dir state;
};

static struct den den_new(void) {
    struct den den = {.space = space_new_alone()};
    struct error error = {0};
    cr_assert(files_open(&den.files, den.space.root, &error));
    return den;
}

static void den_end(struct den *den) {
    files_close(&den->files);
    space_end(&den->space);
}

static void make(struct den *den) {
    struct error error = {0};
    cr_assert(state_dir_make(&den->state, &den->files, &error), "%s", error.message);
    cr_assert(den->state.is_mine);
}

/* Is what is found @expected, both ways? */
static void expect_found(struct den *den, bool expected) {
    struct state_dir found;
    struct error error = {0};
    cr_assert(state_dir_find(&found, &den->files, &error), "%s", error.message);
    cr_expect_eq(found.is_mine, expected);
    cr_expect_eq(state_dir_is_mine(den->space.root, geteuid()), expected);
}

static void shell(const struct den *den, const char *format, const char *name) {
    struct buffer command = {0};
    buffer_append_format(&command, "cd %s && ", den->space.root);
    buffer_append_format(&command, format, name);
    cr_assert_eq(system(command.data), 0, "%s", command.data);
    buffer_release(&command);
}

static mode_t mode_of(const struct den *den, const char *path) {
    struct file_identity identity = {0};
    struct error error = {0};
    enum file_kind kind;
    cr_assert(files_look(&den->files, path, &kind, &identity, &error));
    cr_expect_neq(kind, FILE_ABSENT, "%s", path);
    return identity.mode & 07777;
}

Test(state_dir, it_is_made_once_and_found_again) {
    struct den den = den_new();
    expect_found(&den, false);
    cr_expect_not(space_exists(&den.space, ".batchd"), "who only looks makes nothing");
    make(&den);
    char first[DIGEST_FAST_TEXT];
    strcpy(first, den.state.key);
    make(&den);
    cr_expect_str_eq(first, den.state.key);
    expect_found(&den, true);
    cr_expect_not(state_dir_is_mine(den.space.root, geteuid() + 1), "another user has another key");
    cr_expect(state_dir_is_of(&den.files, den.state.key, geteuid()));
    cr_expect_not(state_dir_is_of(&den.files, den.state.key, geteuid() + 1));
    den_end(&den);
}

Test(state_dir, a_copy_begins_afresh_and_a_move_keeps) {
    struct den den = den_new();
    make(&den);
    shell(&den, "cp -a .batchd copy && mv .batchd first && mv %s .batchd", "copy");
    expect_found(&den, false);
    shell(&den, "mv .batchd copy && mkdir deeper && mv %s deeper/ && mv deeper/first .batchd", "first");
    expect_found(&den, true);
    den_end(&den);
}

Test(state_dir, what_others_can_write_or_own_is_not_used) {
    static const char *const spoilers[] = {"chmod 770 .batchd/%s", "chmod 702 .batchd/%s",
                                           "mv .batchd/%1$s real && ln -s ../real .batchd/%1$s",
                                           "rm -r .batchd/%1$s && touch .batchd/%1$s", "chown 12345 .batchd/%s"};
    for (size_t i = 0; i < COUNT(spoilers) - (geteuid() != 0); i++) {
        struct den den = den_new();
        struct error error = {0};
        make(&den);
        shell(&den, spoilers[i], den.state.key);
        expect_found(&den, false);
        cr_expect_not(state_dir_make(&den.state, &den.files, &error));
        cr_expect_eq(error.code, ERROR_CONFLICT, "%s", spoilers[i]);
        cr_expect(has(error.hint, i < 2 ? "chmod 700" : "mv -n"), "%s", error.hint);
        error_release(&error);
        den_end(&den);
    }
}

Test(state_dir, what_has_its_name_and_is_no_folder_is_named) {
    static const char *const commands[] = {"touch %s", "mkdir elsewhere && ln -s elsewhere %s", "mkfifo %s"};
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct den den = den_new();
        struct error error = {0};
        shell(&den, commands[i], ".batchd");
        expect_found(&den, false);
        cr_expect_not(state_dir_make(&den.state, &den.files, &error));
        cr_expect_eq(error.code, ERROR_CONFLICT);
        cr_expect(has(error.hint, "mv -n .batchd"), "%s", error.hint);
        error_release(&error);
        den_end(&den);
    }
}

Test(state_dir, it_follows_the_workspace) {
    static const struct {
        mode_t folder, outer;
    } rows[] = {{0755, 0755}, {0700, 0700}, {0775, 01775}, {02770, 03770}, {02775, 03775}, {0777, 01777}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct den den = den_new();
        cr_assert_eq(chmod(den.space.root, rows[i].folder), 0);
        mode_t mask = umask(077);
        make(&den);
        umask(mask);
        struct state_path pending = state_dir_path(&den.state, STATE_PENDING, NULL);
        cr_expect_eq(mode_of(&den, ".batchd"), rows[i].outer, "%o: %o", rows[i].folder, mode_of(&den, ".batchd"));
        cr_expect_eq(mode_of(&den, pending.text) & 0777, 0700);
        den_end(&den);
    }
}

Test(state_dir, what_may_be_committed_is_let_through) {
    static const struct {
        const char *before;
        bool is_replaced;
    } rows[] = {{NULL, true}, {"*\n", true}, {"*", true}, {"*\n!config\n", false}, {"", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct den den = den_new();
        if (rows[i].before)
            space_write(&den.space, ".batchd/.gitignore", "%s", rows[i].before);
        make(&den);
        char *text = space_read(&den.space, ".batchd/.gitignore");
        cr_expect_str_eq(text, rows[i].is_replaced ? "*\n!.gitignore\n!config\n!templates/\n!templates/**\n"
                                                   : rows[i].before);
        memory_free(text);
        den_end(&den);
    }
}

/* Another process makes it right before we do. */
static int make_first(void *data, enum files_operation operation, const char *path) {
    struct den *den = data;
    if (operation == FILES_CREATE && strcmp(path, STATE_DIR_GITIGNORE) == 0)
        space_write(&den->space, path, "*\n!.gitignore\n");
    return 0;
}

Test(state_dir, several_processes_make_it_at_once) {
    struct den den = den_new();
    den.files.hook = make_first;
    den.files.hook_data = &den;
    make(&den);
    cr_expect(space_exists(&den.space, STATE_DIR_GITIGNORE));
    expect_found(&den, true);
    den_end(&den);
}
