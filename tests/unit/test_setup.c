/*
 * core/setup and core/address: from the environment and configuration files to a root, settings and sockets.
 */
#include "setup.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "memory.h"
#include "space.h"

TestSuite(setup, .timeout = 60);

static const char *variables[8][2];
static size_t variable_count;

static const char *find_variable(const char *name) {
    for (size_t i = variable_count; i-- > 0;)
        if (strcmp(variables[i][0], name) == 0)
            return variables[i][1];
    return NULL;
}

static void set_variable(const char *name, const char *value) {
    variables[variable_count][0] = name;
    variables[variable_count++][1] = value;
}

static char *path_of(const struct space *space, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", space->root, path);
    return text.data;
}

struct reading {
    struct setup setup;
    struct diagnostics diagnostics;
    struct error error;
    bool is_read;
};

static struct reading read_setup(const struct setup_wishes *wishes) {
    struct reading reading = {0};
    reading.is_read = setup_read(&reading.setup, wishes, &reading.diagnostics, &reading.error);
    return reading;
}

static void release(struct reading *reading) {
    setup_release(&reading->setup);
    diagnostics_release(&reading->diagnostics);
    error_release(&reading->error);
}

/* Each layer says something that the next one overrides. */
Test(setup, the_later_layer_wins_and_each_setting_knows_where_it_is_from) {
    struct space space = space_new();
    char *folder = path_of(&space, "conf");
    space_make_folder(&space, "plans/.batchd");
    space_write(
        &space, "conf/batchd/batchd.conf",
        "[create]\nlock_timeout = 1s\n[client]\nanswer_timeout = 1s\n[daemon]\nsettle = 1ms\nlog_level = debug\n");
    space_write(&space, "plans/.batchd/config", "[create]\nlock_timeout = 2s\n[client]\nanswer_timeout = 2s\n");
    set_variable("XDG_CONFIG_HOME", folder);
    set_variable("BATCHD_ANSWER_TIMEOUT", "3s");
    set_variable("BATCHD_SETTLE", "");
    char *root = path_of(&space, "plans");
    struct setup_wishes wishes = {.root = root, .variable = find_variable};
    wishes.values[CONFIG_LOG_LEVEL] = "error";
    wishes.origins[CONFIG_LOG_LEVEL] = "--quiet";
    struct reading reading = read_setup(&wishes);
    cr_assert(reading.is_read, "%s", reading.error.message);
    const struct config *config = &reading.setup.config;
    cr_expect_str_eq(reading.setup.root, root);
    cr_expect_eq(config->lock_timeout_ms, 2000);
    cr_expect_eq(config->answer_timeout_ms, 3000);
    cr_expect_eq(config->settle_ms, 1);
    cr_expect_str_eq(config->origins[CONFIG_ROOT], "--root");
    cr_expect_str_eq(config->origins[CONFIG_ANSWER_TIMEOUT], "BATCHD_ANSWER_TIMEOUT");
    cr_expect_str_eq(config->origins[CONFIG_LOG_LEVEL], "--quiet");
    cr_expect(has(config->origins[CONFIG_LOCK_TIMEOUT], "plans/.batchd/config:2"), "%s",
              config->origins[CONFIG_LOCK_TIMEOUT]);
    release(&reading);
    memory_free(root);
    memory_free(folder);
    space_end(&space);
}

Test(setup, what_is_wrong_is_collected_and_what_was_found_is_there) {
    struct space space = space_new();
    space_write(&space, ".batchd/config", "[create]\nlock_timeout = soon\n[nonsense]\nx = 1\n");
    set_variable("BATCHD_SOCKET", "relative");
    struct reading reading = read_setup(&(struct setup_wishes){.root = space.root, .variable = find_variable});
    cr_expect_not(reading.is_read);
    cr_expect_eq(reading.error.code, ERROR_INVALID);
    cr_expect_eq(reading.diagnostics.error_count, 4, "%zu", reading.diagnostics.error_count);
    cr_expect_str_eq(reading.setup.root, space.root);
    cr_expect_null(reading.setup.config.socket);
    release(&reading);
    space_end(&space);
}

Test(setup, a_service_does_not_search) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    cr_assert_eq(chdir(space.root), 0);
    set_variable("HOME", "/");
    struct setup_wishes wishes = {.variable = find_variable};
    struct reading reading = read_setup(&wishes);
    cr_expect(reading.is_read, "%s", reading.error.message);
    cr_expect_str_eq(reading.setup.here, "");
    release(&reading);
    wishes.has_no_search = true;
    reading = read_setup(&wishes);
    cr_expect_eq(reading.error.code, ERROR_NOT_FOUND);
    release(&reading);
    wishes.root = "/nowhere";
    reading = read_setup(&wishes);
    cr_expect_eq(reading.error.code, ERROR_NOT_FOUND);
    cr_expect(has(reading.error.message, "/nowhere"), "%s", reading.error.message);
    release(&reading);
    cr_assert_eq(chdir("/"), 0);
    space_end(&space);
}

Test(setup, what_lies_beneath_the_root) {
    static const struct {
        const char *root, *folder, *place;
    } rows[] = {{"/a/b", "/a/b", ""},    {"/a/b", "/a/b/c/d", "c/d"},
                {"/a/b", "/a/bc", NULL}, {"/a/b", "/a", NULL},
                {"/", "/", ""},          {"/", "/a", "a"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *root = strdup(rows[i].root);
        const struct setup setup = {.root = root};
        char *place = setup_beneath(&setup, rows[i].folder);
        cr_expect(place && rows[i].place ? strcmp(place, rows[i].place) == 0 : place == rows[i].place, "%s in %s: %s",
                  rows[i].folder, rows[i].root, place);
        memory_free(place);
        memory_free(root);
    }
}

/* --- addresses --- */

Test(setup, the_sockets_of_a_root_best_first) {
    struct addresses addresses;
    struct arena arena = {0};
    struct config config = {.socket = "/configured.sock"};
    const struct file_identity one = {.device = 1, .inode = 2}, other = {.device = 2, .inode = 1};
    set_variable("XDG_RUNTIME_DIR", "/runtime");
    addresses_find(&addresses, &config, &one, find_variable);
    cr_assert_geq(addresses.count, 3);
    cr_expect_str_eq(addresses.names[0], "/configured.sock");
    cr_expect(has(addresses.names[1], "/runtime/batchd/") && strlen(addresses.names[1]) == 37, "%s",
              addresses.names[1]);
    cr_expect_str_eq(addresses.names[2], "/runtime/batchd/default.sock");
    cr_expect_eq(addresses.own_count, 3);
    cr_expect_str_eq(address_of_daemon(&arena, &config, &one, find_variable), "/configured.sock");
    config.socket = NULL;
    cr_expect_str_eq(address_of_daemon(&arena, &config, &one, find_variable), addresses.names[1]);
    cr_expect_str_neq(address_of_daemon(&arena, &config, &other, find_variable), addresses.names[1]);
    config.socket = "/runtime/batchd/default.sock"; /* named once */
    size_t count = addresses.count;
    addresses_release(&addresses);
    addresses_find(&addresses, &config, &one, find_variable);
    cr_expect_eq(addresses.count, count - 1);
    addresses_release(&addresses);
    config.socket = NULL;
    set_variable("XDG_RUNTIME_DIR", "relative"); /* does not count */
    const char *own = address_of_daemon(&arena, &config, &one, find_variable);
    cr_expect(has(own, geteuid() == 0 ? "/run/batchd/" : "/run/user/"), "%s", own);
    arena_release(&arena);
}
