/*
 * core/config/config: layers, origins, every kind of value, and faults with their line.
 */
#include "config/config.h"
#include "config/config_value.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(config, .timeout = 60);

Test(config, built_in_values) {
    struct config config;
    config_init(&config);
    cr_expect_null(config.root);
    cr_expect(config.require_complete_subplans);
    cr_expect_eq(config.lock_timeout_ms, 10000);
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        cr_expect_str_eq(config.origins[i], "built in");
        cr_expect(config_entries[i].section && config_entries[i].key && config_entries[i].meaning);
        cr_expect_eq(strncmp(config_entries[i].environment, "BATCHD_", 7), 0);
        cr_expect_eq(config.values[i], config_entries[i].built_in);
    }
    config_release(&config);
}

Test(config, later_layers_win_and_leave_the_rest) {
    struct config config;
    struct diagnostics diagnostics = {0};
    config_init(&config);
    cr_expect(config_read(&config, span_of("# all of it\n[workspace]\nroot = /plans\n\n[create]\nlock_timeout=5s\n"),
                          "/etc/batchd/batchd.conf", &diagnostics));
    cr_expect(config_read(&config, span_of("[create]\r\n  lock_timeout : 500ms\r\nrequire_complete_subplans = no"),
                          "own", &diagnostics));
    cr_expect(config_set(&config, CONFIG_LOCK_TIMEOUT, "2m", "--timeout", &diagnostics));
    cr_expect_str_eq(config.root, "/plans");
    cr_expect_str_eq(config.origins[CONFIG_ROOT], "/etc/batchd/batchd.conf:3");
    cr_expect_not(config.require_complete_subplans);
    cr_expect_str_eq(config.origins[CONFIG_REQUIRE_COMPLETE], "own:3");
    cr_expect_eq(config.lock_timeout_ms, 120000);
    cr_expect_str_eq(config.values[CONFIG_LOCK_TIMEOUT], "2m");
    cr_expect_str_eq(config.origins[CONFIG_LOCK_TIMEOUT], "--timeout");
    cr_expect_eq(diagnostics.count, 0);
    config_release(&config);
}

Test(config, durations) {
    static const struct {
        const char *text;
        int milliseconds; /* -1: refused */
    } cases[] = {{"10s", 10000}, {"500ms", 500}, {"2m", 120000},  {"2min", 120000},  {"0", 0},
                 {"3", 3000},    {"1.5s", 1500}, {"1h", 3600000}, {"24h", 86400000}, {"86400s", 86400000},
                 {"86401s", -1}, {"25h", -1},    {"", -1},        {"s", -1},         {"-1s", -1},
                 {"10 s", -1},   {"10S", -1},    {"10d", -1},     {"10sec", -1},     {"nan", -1},
                 {"inf", -1},    {"1e99", -1},   {"ten", -1},     {"1s2", -1},       {"99999999999999999999", -1},
                 {"0x10", -1},   {"1e1s", -1},   {" 10s", -1},    {"+1s", -1},       {"1.2.3s", -1},
                 {".s", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int milliseconds = -1;
        cr_expect_eq(config_value_duration(cases[i].text, &milliseconds), cases[i].milliseconds >= 0, "%s",
                     cases[i].text);
        cr_expect_eq(milliseconds, cases[i].milliseconds, "%s", cases[i].text);
    }
}

Test(config, booleans) {
    static const struct {
        const char *text;
        int value; /* -1: refused */
    } cases[] = {{"yes", 1}, {"true", 1}, {"on", 1},     {"1", 1}, {"no", 0}, {"false", 0},
                 {"off", 0}, {"0", 0},    {"maybe", -1}, {"", -1}, {"2", -1}, {"yes no", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int before = 0; before < 2; before++) {
            struct config config;
            struct diagnostics diagnostics = {0};
            config_init(&config);
            cr_expect(config_set(&config, CONFIG_REQUIRE_COMPLETE, before ? "on" : "off", "before", &diagnostics));
            bool is_set = config_set(&config, CONFIG_REQUIRE_COMPLETE, cases[i].text, "flag", &diagnostics);
            cr_expect_eq(is_set, cases[i].value >= 0, "%s", cases[i].text);
            cr_expect_eq(config.require_complete_subplans, is_set ? cases[i].value : before, "%s", cases[i].text);
            cr_expect_str_eq(config.origins[CONFIG_REQUIRE_COMPLETE], is_set ? "flag" : "before");
            config_release(&config);
            diagnostics_release(&diagnostics);
        }
}

struct reading {
    struct config config;
    struct diagnostics diagnostics;
    struct buffer places; /* "line code; ..." */
};

static struct reading read_text(struct span text) {
    struct reading reading = {0};
    config_init(&reading.config);
    bool is_good = config_read(&reading.config, text, "c", &reading.diagnostics);
    cr_expect_eq(is_good, reading.diagnostics.count == 0);
    for (size_t i = 0; i < reading.diagnostics.count; i++) {
        buffer_append_format(&reading.places, "%s%u %s", i ? "; " : "", reading.diagnostics.items[i].line,
                             reading.diagnostics.items[i].code);
        cr_expect_str_eq(reading.diagnostics.items[i].file, "c");
    }
    return reading;
}

static void end(struct reading *reading) {
    config_release(&reading->config);
    diagnostics_release(&reading->diagnostics);
    buffer_release(&reading->places);
}

Test(config, a_bad_value_changes_nothing_and_the_rest_is_set) {
    struct reading reading = read_text(span_of("[workspace]\nroot = /good\nroot = relative\nroot =\n[create]\n"
                                               "lock_timeout = soon\nrequire_complete_subplans = yes\n"));
    cr_expect_str_eq(buffer_text(&reading.places), "3 config.value; 4 config.value; 6 config.value");
    cr_expect_str_eq(reading.config.root, "/good");
    cr_expect_str_eq(reading.config.origins[CONFIG_ROOT], "c:2");
    cr_expect_eq(reading.config.lock_timeout_ms, 10000);
    cr_expect_str_eq(reading.config.values[CONFIG_LOCK_TIMEOUT], "10s");
    cr_expect(reading.config.require_complete_subplans);
    cr_expect(strstr(reading.diagnostics.items[0].message, "\"relative\""));
    cr_expect(strstr(reading.diagnostics.items[0].message, "absolute"));
    end(&reading);
}

Test(config, a_bad_value_from_elsewhere_names_its_origin) {
    struct config config;
    struct diagnostics diagnostics = {0};
    config_init(&config);
    cr_expect_not(config_set(&config, CONFIG_ROOT, "plans", "BATCHD_ROOT", &diagnostics));
    cr_expect_null(config.root);
    cr_assert_eq(diagnostics.count, 1);
    cr_expect(strstr(diagnostics.items[0].message, "BATCHD_ROOT"));
    cr_expect_null(diagnostics.items[0].file);
    config_release(&config);
    diagnostics_release(&diagnostics);
}

Test(config, unknown_keys_and_sections) {
    static const struct {
        const char *text, *places, *message, *hint;
    } cases[] = {
        {"[create]\nlock_timeuot = 5s\n", "2 config.unknown", "lock_timeuot", "did you mean lock_timeout?"},
        {"[create]\nfrobnicate = 5s\n", "2 config.unknown", "frobnicate", NULL},
        {"[other]\n", "1 config.unknown", "[other]", NULL},
        {"root = /p\n", "1 config.unknown", "root", "[workspace]"},
        {"[create]\nroot = /p\n", "2 config.unknown", "[create]", "[workspace]"},
        {"[Create]\nlock_timeout = 5s\n", "1 config.unknown; 2 config.unknown", "[Create]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading reading = read_text(span_of(cases[i].text));
        cr_expect_str_eq(buffer_text(&reading.places), cases[i].places, "%s: %s", cases[i].text,
                         buffer_text(&reading.places));
        const struct diagnostic *first = &reading.diagnostics.items[0];
        cr_expect(strstr(first->message, cases[i].message), "%s: %s", cases[i].text, first->message);
        if (cases[i].hint)
            cr_expect(first->hint && strstr(first->hint, cases[i].hint), "%s: %s", cases[i].text, first->hint);
        cr_expect_null(reading.config.root);
        cr_expect_eq(reading.config.lock_timeout_ms, 10000);
        end(&reading);
    }
}

Test(config, lines_that_are_none_are_all_reported) {
    static const char text[] = "[create\nlock_timeout\n\n; a comment\n# another\nlock_timeout = 5s\n=\0=\n[\n";
    struct reading reading = read_text((struct span){text, sizeof text - 1});
    cr_expect_str_eq(buffer_text(&reading.places),
                     "1 config.syntax; 2 config.syntax; 6 config.unknown; 7 config.syntax; 8 config.syntax", "%s",
                     buffer_text(&reading.places));
    end(&reading);
}

/* A cut path would be another folder: a line is read whole or not at all. */
Test(config, a_long_path_is_read_whole_or_refused) {
    for (size_t length = 150; length < 400; length++) {
        struct buffer text = {0};
        buffer_append_string(&text, "[workspace]\nroot = /");
        for (size_t i = 1; i < length; i++)
            buffer_append_byte(&text, 'a');
        buffer_append_string(&text, "\n[create]\nlock_timeout = 5s\nx = y\n");
        struct reading reading = read_text(buffer_span(&text));
        if (reading.config.root)
            cr_expect_eq(strlen(reading.config.root), length);
        cr_expect_str_eq(buffer_text(&reading.places),
                         reading.config.root ? "5 config.unknown" : "2 config.syntax; 5 config.unknown");
        cr_expect_eq(reading.config.lock_timeout_ms, 5000);
        cr_expect(reading.config.root || length > 170);
        end(&reading);
        buffer_release(&text);
    }
}

Test(config, sections_may_have_blanks_and_comments) {
    static const char *const sections[] = {"[create]",   "  [create]  ", "[create] ; batches",  "[create] # batches",
                                           "[ create ]", "[create]\t;]", "\xEF\xBB\xBF[create]"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        struct buffer text = {0};
        buffer_append_format(&text, "%s\nlock_timeout = 5s\n", sections[i]);
        struct reading reading = read_text(buffer_span(&text));
        cr_expect_eq(reading.config.lock_timeout_ms, 5000, "%s: %s", sections[i], buffer_text(&reading.places));
        end(&reading);
        buffer_release(&text);
    }
}

Test(config, an_empty_file_is_fine) {
    static const char *const texts[] = {"", "\n\n", "# only\n; comments", "[create]\n[workspace]\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reading reading = read_text(span_of(texts[i]));
        cr_expect_eq(reading.diagnostics.count, 0, "%s", texts[i]);
        end(&reading);
    }
}

/* --- the file of a workspace, which may have come from anybody --- */

static const char *const values[CONFIG_KEYS] = {
    [CONFIG_ROOT] = "/tmp",
    [CONFIG_REQUIRE_COMPLETE] = "no",
    [CONFIG_REVIEW_SELF] = "yes",
    [CONFIG_REQUIRE_SUBMITTED] = "no",
    [CONFIG_CLAIMS_FOLDER] = "state",
    [CONFIG_LOCK_TIMEOUT] = "1s",
    [CONFIG_ANSWER_TIMEOUT] = "1s",
    [CONFIG_ASCII] = "yes",
    [CONFIG_SOCKET] = "/tmp/socket",
    [CONFIG_SETTLE] = "5001ms",
    [CONFIG_AUTO_CREATE] = "executions",
    [CONFIG_AUDIT_INTERVAL] = "0",
    [CONFIG_LOG_LEVEL] = "error",
    [CONFIG_MCP_ALLOW] = "read claim create submit undo",
    [CONFIG_TEAM_INSECURE] = "yes",
};

static struct diagnostics read_workspace(struct config *config, const char *text) {
    struct diagnostics diagnostics = {0};
    config_read_workspace(config, span_of(text), "w", "/home/ada/own.conf", &diagnostics);
    return diagnostics;
}

Test(config, a_workspace_loosens_nothing) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        struct config config;
        struct buffer text = {0};
        if (config_entries[key].right == CONFIG_AGREED)
            continue;
        cr_assert(values[key], "%s needs a row", config_entries[key].key);
        config_init(&config);
        buffer_append_format(&text, "[%s]\n%s = %s\n", config_entries[key].section, config_entries[key].key,
                             values[key]);
        struct diagnostics diagnostics = read_workspace(&config, text.data);
        cr_assert_eq(diagnostics.count, 1, "%s", text.data);
        cr_expect_eq(diagnostics.error_count, 0);
        cr_expect_str_eq(diagnostics.items[0].code, "config.ignored");
        cr_expect_eq(diagnostics.items[0].line, 2);
        cr_expect(strstr(diagnostics.items[0].message, config_entries[key].key), "%s", diagnostics.items[0].message);
        cr_expect(strstr(diagnostics.items[0].hint,
                         "require_complete_subplans = yes, self = no, require_submitted = yes, settle, allow; "));
        cr_expect(strstr(diagnostics.items[0].hint, "/home/ada/own.conf"));
        cr_expect_eq(config.values[key], config_entries[key].built_in);
        cr_expect_str_eq(config.origins[key], "built in");
        diagnostics_release(&diagnostics);
        buffer_release(&text);
        config_release(&config);
    }
}

Test(config, a_workspace_names_its_team) {
    struct config config;
    config_init(&config);
    struct diagnostics diagnostics = read_workspace(&config, "[team]\nclaims = postgres\nname = shop\nservice = x\n");
    cr_expect_eq(diagnostics.count, 0);
    cr_expect_str_eq(config.values[CONFIG_TEAM_NAME], "shop");
    cr_expect_str_eq(config.origins[CONFIG_TEAM_SERVICE], "w:4");
    diagnostics_release(&diagnostics);
    config_release(&config);
}

Test(config, of_a_workspace_and_a_user_the_stricter_counts) {
    for (int user = 0; user < 2; user++)
        for (int workspace = 0; workspace < 2; workspace++) {
            struct config config;
            struct diagnostics diagnostics = {0};
            config_init(&config);
            cr_assert(config_set(&config, CONFIG_REQUIRE_COMPLETE, user ? "yes" : "no", "user", &diagnostics));
            diagnostics = read_workspace(&config, workspace ? "[create]\nrequire_complete_subplans = yes\n"
                                                            : "[create]\nrequire_complete_subplans = no\n");
            cr_expect_eq(config.require_complete_subplans, user || workspace);
            cr_expect_str_eq(config.origins[CONFIG_REQUIRE_COMPLETE], workspace ? "w:2" : "user");
            cr_expect_eq(diagnostics.count, !workspace);
            diagnostics_release(&diagnostics);
            config_release(&config);
        }
}

Test(config, a_workspace_makes_self_approval_only_stricter) {
    static const char *const words[] = {"yes", "warn", "no"};
    for (size_t user = 0; user < 3; user++)
        for (size_t workspace = 0; workspace < 3; workspace++) {
            struct config config;
            struct diagnostics diagnostics = {0};
            struct buffer text = {0};
            config_init(&config);
            cr_assert(config_set(&config, CONFIG_REVIEW_SELF, words[user], "user", &diagnostics));
            buffer_append_format(&text, "[review]\nself = %s\n", words[workspace]);
            diagnostics = read_workspace(&config, text.data);
            bool counts = workspace > 0 && workspace >= user;
            cr_expect_str_eq(config.review_self, words[counts ? workspace : user]);
            cr_expect_eq(diagnostics.count, !counts);
            diagnostics_release(&diagnostics);
            buffer_release(&text);
            config_release(&config);
        }
}

Test(config, a_workspace_only_takes_rights_of_agents_away) {
    static const struct {
        const char *user, *workspace;
        unsigned allowed;
        bool is_warned;
    } rows[] = {
        {"read claim create submit", "read", CONFIG_MCP_READ, false},
        {"read, claim", "read decide", CONFIG_MCP_READ, true},
        {"read decide", "read claim create submit decide undo", CONFIG_MCP_READ | CONFIG_MCP_DECIDE, true},
        {"none", "read", 0, true},
        {"read", "none", 0, false},
        {"read", "claim", 0, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct config config;
        struct diagnostics diagnostics = {0};
        struct buffer text = {0};
        config_init(&config);
        cr_assert(config_set(&config, CONFIG_MCP_ALLOW, rows[i].user, "user", &diagnostics));
        buffer_append_format(&text, "[mcp]\nallow = %s\n", rows[i].workspace);
        diagnostics = read_workspace(&config, text.data);
        cr_expect_eq(config.mcp_allow, rows[i].allowed, "row %zu: %x", i, config.mcp_allow);
        cr_expect_eq(diagnostics.count, rows[i].is_warned, "row %zu", i);
        diagnostics_release(&diagnostics);
        buffer_release(&text);
        config_release(&config);
    }
}

Test(config, what_is_wrong_in_a_workspace_is_one_warning) {
    static const char text[] = "nonsense\n[crew]\nurl = x\n[create]\nrequire_complete_subplans = maybe\n"
                               "require_complete_subplans = yes\nlock_timeout = 1h\n[daemon]\nsettle = 50ms\nx = y\n";
    struct config config;
    config_init(&config);
    struct diagnostics diagnostics = read_workspace(&config, text);
    cr_assert_eq(diagnostics.count, 1);
    cr_expect_eq(diagnostics.items[0].severity, SEVERITY_WARNING);
    cr_expect_eq(diagnostics.items[0].line, 1);
    cr_expect(strstr(diagnostics.items[0].message, ", and 5 more"), "%s", diagnostics.items[0].message);
    cr_expect(config.require_complete_subplans);
    cr_expect_eq(config.settle_ms, 50);
    diagnostics_release(&diagnostics);
    config_release(&config);
}
