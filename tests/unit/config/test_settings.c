/*
 * core/config/settings and core/config/socket_path: from the environment and configuration files to a root, settings
 * and sockets.
 */
#include "config/settings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "config/socket_path.h"
#include "space.h"

TestSuite(settings, .timeout = 60);

static char *variables[8][2];
static size_t variable_count;

static char *find_variable(const char *name) {
    for (size_t i = variable_count; i-- > 0;)
        if (strcmp(variables[i][0], name) == 0)
            return variables[i][1];
    return NULL;
}

static void set_variable(const char *name, const char *value) {
    variables[variable_count][0] = (char *)name;
    variables[variable_count++][1] = (char *)value;
}

static char *path_of(const struct space *space, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", space->root, path);
    return text.data;
}

struct reading {
    struct settings settings;
    struct diagnostics diagnostics;
    struct error error;
    bool is_read;
};

static struct reading read_setup(const struct settings_overrides *overrides) {
    struct reading reading = {0};
    reading.is_read = settings_read(&reading.settings, overrides, &reading.diagnostics, &reading.error);
    return reading;
}

static void release(struct reading *reading) {
    settings_release(&reading->settings);
    diagnostics_release(&reading->diagnostics);
    error_release(&reading->error);
}

/* Each layer says something that the next one overrides. */
Test(settings, the_later_layer_wins_and_each_setting_knows_where_it_is_from) {
    struct space space = space_new();
    char *folder = path_of(&space, "conf");
    space_make_folder(&space, "plans/.batchd");
    space_write(
        &space, "conf/batchd/batchd.conf",
        "[create]\nlock_timeout = 2s\n[client]\nanswer_timeout = 1s\n[daemon]\nsettle = 1ms\nlog_level = debug\n");
    space_write(&space, "plans/.batchd/config", "[daemon]\nsettle = 2ms\n");
    set_variable("XDG_CONFIG_HOME", folder);
    set_variable("BATCHD_ANSWER_TIMEOUT", "3s");
    set_variable("BATCHD_LOCK_TIMEOUT", "");
    char *root = path_of(&space, "plans");
    struct settings_overrides overrides = {.root = root, .variable = find_variable};
    overrides.values[CONFIG_LOG_LEVEL] = "error";
    overrides.origins[CONFIG_LOG_LEVEL] = "--quiet";
    struct reading reading = read_setup(&overrides);
    cr_assert(reading.is_read, "%s", reading.error.message);
    const struct config *config = &reading.settings.config;
    cr_expect_str_eq(reading.settings.root, root);
    cr_expect_eq(config->lock_timeout_ms, 2000);
    cr_expect_eq(config->answer_timeout_ms, 3000);
    cr_expect_eq(config->settle_ms, 2);
    cr_expect_str_eq(config->origins[CONFIG_ROOT], "--root");
    cr_expect_str_eq(config->origins[CONFIG_ANSWER_TIMEOUT], "BATCHD_ANSWER_TIMEOUT");
    cr_expect_str_eq(config->origins[CONFIG_LOG_LEVEL], "--quiet");
    cr_expect(has(config->origins[CONFIG_SETTLE], "plans/.batchd/config:2"), "%s", config->origins[CONFIG_SETTLE]);
    release(&reading);
    memory_free(root);
    memory_free(folder);
    space_end(&space);
}

Test(settings, what_is_wrong_is_collected_and_what_was_found_is_there) {
    struct space space = space_new();
    char *folder = path_of(&space, "conf");
    space_write(&space, "conf/batchd/batchd.conf", "[create]\nlock_timeout = soon\n[nonsense]\nx = 1\n");
    set_variable("XDG_CONFIG_HOME", folder);
    set_variable("BATCHD_SOCKET", "relative");
    struct reading reading = read_setup(&(struct settings_overrides){.root = space.root, .variable = find_variable});
    cr_expect_not(reading.is_read);
    cr_expect_eq(reading.error.code, ERROR_INVALID);
    cr_expect_eq(reading.diagnostics.error_count, 4, "%zu", reading.diagnostics.error_count);
    cr_expect_str_eq(reading.settings.root, space.root);
    cr_expect_null(reading.settings.config.socket);
    release(&reading);
    memory_free(folder);
    space_end(&space);
}

/* Whatever a clone brings there, it is one warning, and the workspace can be used. */
Test(settings, the_config_of_a_workspace_never_blocks) {
    static const char *const configs[] = {
        "[create]\nlock_timeout = soon\n[nonsense]\nx = 1\n", "[workspace]\nroot = /\n[daemon]\nsocket = /x\n",
        "<<<<<<< HEAD\n", "[daemon]\nauto_create = executions\naudit_interval = 0\nlog_level = error\nsettle = 1h\n"};
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        struct space space = space_new();
        char *folder = path_of(&space, "conf");
        space_write(&space, ".batchd/config", "%s", configs[i]);
        set_variable("XDG_CONFIG_HOME", folder);
        struct reading reading =
            read_setup(&(struct settings_overrides){.root = space.root, .variable = find_variable});
        cr_expect(reading.is_read, "%s", configs[i]);
        cr_assert_eq(reading.diagnostics.count, 1, "%s", configs[i]);
        cr_expect_str_eq(reading.diagnostics.items[0].code, "config.ignored");
        cr_expect(has(reading.diagnostics.items[0].hint, "conf/batchd/batchd.conf"));
        for (enum config_key key = CONFIG_ROOT + 1; key < CONFIG_KEYS; key++)
            cr_expect_eq(reading.settings.config.values[key], config_entries[key].built_in, "%s", configs[i]);
        release(&reading);
        memory_free(folder);
        space_end(&space);
    }
}

Test(settings, a_file_that_cannot_be_read_is_a_warning) {
    struct space space = space_new();
    char *folder = path_of(&space, "conf"), *loop = path_of(&space, "loop");
    space_make_folder(&space, "conf/batchd/batchd.conf");
    space_make_folder(&space, ".batchd/config"); /* which is no file of settings at all */
    space_link(&space, "loop", "loop");
    set_variable("XDG_CONFIG_HOME", folder);
    for (size_t i = 0; i < 2; i++) {
        struct reading reading =
            read_setup(&(struct settings_overrides){.root = space.root, .variable = find_variable});
        cr_expect(reading.is_read, "%s", reading.error.message);
        cr_assert_eq(reading.diagnostics.count, 1);
        cr_expect_eq(reading.diagnostics.items[0].severity, SEVERITY_WARNING);
        cr_expect_str_eq(reading.diagnostics.items[0].code, "config.unreadable");
        release(&reading);
        set_variable("XDG_CONFIG_HOME", loop);
    }
    memory_free(folder);
    memory_free(loop);
    space_end(&space);
}

static char *search(void *data, struct config *config, const char **origin, struct error *error) {
    (void)config;
    *origin = "the test";
    if (!data)
        error_set(error, ERROR_NOT_FOUND, "nothing");
    return data ? memory_copy(data) : NULL;
}

Test(settings, the_root_is_the_one_named_or_searched_or_configured) {
    struct space space = space_new();
    char *folder = path_of(&space, "conf"), *configured = path_of(&space, "a"), *searched = path_of(&space, "b");
    space_make_folder(&space, "a");
    space_make_folder(&space, "b");
    space_write(&space, "conf/batchd/batchd.conf", "[workspace]\nroot = %s\n", configured);
    struct settings_overrides overrides = {.variable = find_variable};
    struct reading reading = read_setup(&overrides);
    cr_expect_eq(reading.error.code, ERROR_NOT_FOUND);
    cr_expect(has(reading.error.message, "no workspace is named or configured"), "%s", reading.error.message);
    release(&reading);
    set_variable("XDG_CONFIG_HOME", folder);
    reading = read_setup(&overrides);
    cr_expect_str_eq(reading.settings.root, configured);
    release(&reading);
    overrides.search = search;
    overrides.search_data = searched;
    reading = read_setup(&overrides);
    cr_expect_str_eq(reading.settings.root, searched);
    cr_expect_str_eq(reading.settings.config.origins[CONFIG_ROOT], "the test");
    release(&reading);
    overrides.search_data = NULL;
    reading = read_setup(&overrides);
    cr_expect_eq(reading.error.code, ERROR_NOT_FOUND);
    cr_expect_null(reading.settings.root);
    release(&reading);
    overrides.root = "/nowhere";
    reading = read_setup(&overrides);
    cr_expect_eq(reading.error.code, ERROR_NOT_FOUND);
    cr_expect(has(reading.error.message, "/nowhere"), "%s", reading.error.message);
    release(&reading);
    memory_free(folder);
    memory_free(configured);
    memory_free(searched);
    space_end(&space);
}

Test(settings, what_lies_beneath_the_root) {
    static const struct {
        const char *root, *folder, *place;
    } rows[] = {{"/a/b", "/a/b", ""},    {"/a/b", "/a/b/c/d", "c/d"},
                {"/a/b", "/a/bc", NULL}, {"/a/b", "/a", NULL},
                {"/", "/", ""},          {"/", "/a", "a"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *root = strdup(rows[i].root);
        const struct settings settings = {.root = root};
        char *place = settings_beneath(&settings, rows[i].folder);
        cr_expect(place && rows[i].place ? strcmp(place, rows[i].place) == 0 : place == rows[i].place, "%s in %s: %s",
                  rows[i].folder, rows[i].root, place);
        memory_free(place);
        memory_free(root);
    }
}

/* --- addresses --- */

Test(settings, the_sockets_of_a_root_best_first) {
    struct socket_paths addresses;
    struct arena arena = {0};
    const struct file_identity one = {.device = 1, .inode = 2}, other = {.device = 2, .inode = 1};
    char root[] = "/srv/my-plans";
    struct settings settings = {.config.socket = "/configured.sock", .root = root, .identity = one};
    struct config *config = &settings.config;
    set_variable("XDG_RUNTIME_DIR", "/runtime");
    socket_paths_find(&addresses, &settings, find_variable);
    cr_assert_geq(addresses.count, 4);
    cr_expect_str_eq(addresses.names[0], "/configured.sock");
    cr_expect(has(addresses.names[1], "/runtime/batchd/") && strlen(addresses.names[1]) == 37, "%s",
              addresses.names[1]);
    cr_expect_str_eq(addresses.names[2], "/runtime/batchd/srv/my-plans.sock");
    cr_expect_str_eq(addresses.names[3], "/runtime/batchd/default.sock");
    cr_expect_eq(addresses.own_count, 4);
    cr_expect_str_eq(socket_path_of_daemon(&arena, config, &one, find_variable), "/configured.sock");
    config->socket = NULL;
    cr_expect_str_eq(socket_path_of_daemon(&arena, config, &one, find_variable), addresses.names[1]);
    cr_expect_str_neq(socket_path_of_daemon(&arena, config, &other, find_variable), addresses.names[1]);
    config->socket = "/runtime/batchd/default.sock"; /* named once */
    size_t count = addresses.count;
    socket_paths_release(&addresses);
    socket_paths_find(&addresses, &settings, find_variable);
    cr_expect_eq(addresses.count, count - 1);
    socket_paths_release(&addresses);
    config->socket = NULL;
    set_variable("XDG_RUNTIME_DIR", "relative"); /* does not count */
    const char *own = socket_path_of_daemon(&arena, config, &one, find_variable);
    cr_expect(has(own, geteuid() == 0 ? "/run/batchd/" : "/run/user/"), "%s", own);
    arena_release(&arena);
}

/* The names are those of systemd-escape --path. */
Test(settings, the_instance_of_a_root) {
    static const char *const rows[][2] = {
        {"/", "-"},
        {"/srv/shop", "srv-shop"},
        {"/srv/my-plans", "srv-my\\x2dplans"},
        {"/.a/.b", "\\x2ea-.b"},
        {"/a b/\xc3\xa9", "a\\x20b-\\xc3\\xa9"},
        {"/a:b_c.d", "a:b_c.d"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(socket_path_instance(&arena, rows[i][0]), rows[i][1]);
    char deep[SOCKET_PATH_BYTES_MOST + 2] = {'/'};
    memset(deep + 1, 'a', SOCKET_PATH_BYTES_MOST);
    set_variable("XDG_RUNTIME_DIR", "/runtime");
    cr_expect_null(socket_path_of_instance(&arena, deep, find_variable), "it does not fit");
    cr_expect_str_eq(socket_path_instance_root(&arena, "/runtime/batchd/srv/my-plans.sock", find_variable),
                     "/srv/my-plans");
    cr_expect_null(socket_path_instance_root(&arena, "/runtime/batchd/srv/my-plans", find_variable));
    cr_expect_null(socket_path_instance_root(&arena, "/runtime/batchd-srv.sock", find_variable));
    cr_expect_null(socket_path_instance_root(&arena, "/run/batchd/shop.sock", find_variable));
    arena_release(&arena);
}
