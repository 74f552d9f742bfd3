/*
 * core/plan/dependency_file: sub-executions, hours, many faults at once, large files and damaged ones.
 */
#include "plan/dependency_file.h"

#include <criterion/criterion.h>
#include <string.h>

#include "plan/hours.h"
#include "reading.h"

TestSuite(dependencies_more, .timeout = 60);

Test(dependencies_more, faults_of_sub_executions) {
    static const struct {
        const char *items, *places, *part;
    } cases[] = {
        {"null", "", ""},
        {"[{'execution_id':'1.1.1'},{'execution_id':'1.1.99'}]", "", ""},
        {"7", "2:60 dependencies.type ", "an array"},
        {"[7]", "2:61 dependencies.type /0", "an object"},
        {"[{'id':'1.1.1'}]", "2:61 dependencies.missing /0", "execution_id"},
        {"[{'execution_id':1}]", "2:77 dependencies.type /0/execution_id", "a number"},
        {"[{'execution_id':'x'}]", "2:77 achievement.id /0/execution_id", "\"x\""},
        {"[{'execution_id':'1.2.1'}]", "2:77 sub_execution.id /0/execution_id", "1.2.1"},
        {"[{'execution_id':'1.11'}]", "2:77 sub_execution.id /0/execution_id", "1.11"},
        {"[{'execution_id':'1.1'}]", "2:77 sub_execution.id /0/execution_id", "1.1"},
        {"[{'execution_id':'1.1.1.1'}]", "2:77 sub_execution.id /0/execution_id", "1.1.1.1"},
        {"[{'execution_id':'1.1.0'}]", "2:77 sub_execution.id /0/execution_id", "1.1.0"},
        {"[{'execution_id':'1.1.100'}]", "2:77 sub_execution.id /0/execution_id", "1.1.100"},
        {"[{'execution_id':'1.1.4294967297'}]", "2:77 sub_execution.id /0/execution_id", "1.1.4294967297"},
        {"[{'execution_id':'1.1.2'},{'execution_id':'1.1.2'}]", "2:102 achievement.duplicate /1/execution_id", "1.1.2"},
        {"[{'execution_id':'1.1.2'},{'execution_id':'1.1.02'}]", "2:102 achievement.duplicate /1/execution_id",
         "1.1.02"},
        {"[{'execution_id':'1.1.7'}]", "2:77 achievement.duplicate /0/execution_id", "1.1.7"},
        {"[{'execution_id':'1.1.1','estimated_hours':'soon'}]", "2:103 dependencies.hours? /0/estimated_hours",
         "1.1.1"},
        {"[{'execution_id':'1.1.1','title':1}]", "2:93 dependencies.type /0/title", "a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0}, places = {0};
        buffer_append_format(&text, ID "'1.1','dependencies':[],'sub_executions':%s}," ID "'1.1.7','dependencies':[]}",
                             cases[i].items);
        const char *pointer = strchr(cases[i].places, '/');
        if (cases[i].places[0]) /* the pointers of the cases begin behind the array */
            buffer_append_format(&places, "%.*s/achievements/0/sub_executions%s",
                                 (int)(pointer ? (size_t)(pointer - cases[i].places) : strlen(cases[i].places)),
                                 cases[i].places, pointer ? pointer : "");
        struct reading reading = read_parts(buffer_text(&text), "");
        cr_expect_str_eq(buffer_text(&reading.places), buffer_text(&places), "%s: %s", cases[i].items,
                         buffer_text(&reading.places));
        if (reading.diagnostics.count)
            cr_expect(strstr(reading.diagnostics.items[0].message, cases[i].part), "%s", cases[i].items);
        end(&reading);
        buffer_release(&text);
        buffer_release(&places);
    }
}

Test(dependencies_more, sub_executions_are_no_achievements) {
    static const struct fault faults[] = {
        {ID "'1.1','dependencies':[],'sub_executions':[{'execution_id':'1.1.1'}]}," ID
            "'1.2','dependencies':['1.1.1']}",
         "", "2:128 dependency.unknown /achievements/1/dependencies/0", "1.1.1", "1.1"},
    };
    EXPECT_FAULTS(faults);
}

Test(dependencies_more, hours) {
    static const struct {
        struct span text;
        double hours; /* negative: none */
    } cases[] = {
#define HOURS(text, hours) {{text, sizeof(text) - 1}, hours}
        HOURS("4", 4),
        HOURS("4-6", 5),
        HOURS("4.5", 4.5),
        HOURS(" 4 - 6 ", 5),
        HOURS("4–6", 5),
        HOURS("4 – 6 hours", 5),
        HOURS("4 to 6 hours", 5),
        HOURS("4h", 4),
        HOURS("1 hour", 1),
        HOURS("2 hrs", 2),
        HOURS("4-6 Hours (estimate)", 5),
        HOURS("0", 0),
        HOURS("0.5-1", 0.75),
        HOURS("", -1),
        HOURS("TBD", -1),
        HOURS("4-", -1),
        HOURS("-4", -1),
        HOURS("4-TBD", -1),
        HOURS("4 weeks", -1),
        HOURS("4-6 days", -1),
        HOURS("1.2.3", -1),
        HOURS(".", -1),
        HOURS("1e3", -1),
        HOURS("4\0", -1),
        HOURS("\0", -1),
        HOURS("12345678901234567890", -1),
        HOURS("hours", -1),
        HOURS("4-6-8", -1),
        HOURS("0x10", -1),
        HOURS("30 minutes", 0.5),
        HOURS("90 min", 1.5),
        HOURS("45m", 0.75),
        HOURS("1 h 30 min", 1.5),
        HOURS("1h 30m", 1.5),
        HOURS("30-60 minutes", 0.75),
        HOURS("30 min - 1 h", 0.75),
        HOURS("3 points", -1),
        HOURS("1 h 30", 1)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double hours = -1;
        bool is_read = hours_parse(cases[i].text, &hours);
        cr_expect_eq(is_read, cases[i].hours >= 0, "%s", cases[i].text.data);
        cr_expect_float_eq(hours, cases[i].hours, 1e-9, "%s: %g", cases[i].text.data, hours);
    }
}

Test(dependencies_more, hours_that_cannot_be_read_are_a_warning) {
    static const struct {
        const char *value;
        bool is_warned;
    } cases[] = {{"'TBD'", true}, {"'4 weeks'", true}, {"-1", true},   {"1e999", true},
                 {"true", true},  {"[4]", true},       {"null", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        buffer_append_format(&text, ID "'1.1','dependencies':[],'estimated_hours':%s}", cases[i].value);
        struct reading reading = read_parts(buffer_text(&text), "");
        cr_expect(reading.dependencies.is_valid, "%s", cases[i].value);
        cr_expect_str_eq(buffer_text(&reading.places),
                         cases[i].is_warned ? "2:61 dependencies.hours? /achievements/0/estimated_hours" : "");
        cr_expect_not(reading.dependencies.achievements[0].has_hours);
        cr_expect_float_eq(reading.dependencies.achievements[0].hours, 0, 1e-9, "%s", cases[i].value);
        end(&reading);
        buffer_release(&text);
    }
}

Test(dependencies_more, everything_is_reported_at_once_with_what_to_do) {
    struct reading reading = read_span(span_of("{'parallelization_level':'level_9','plan_name':[],'achievements':[7,\n"
                                               "{},{'id':'1'},{'id':'1.1','title':1,'dependencies':['1.1','9.9']},\n"
                                               "{'id':'1.2','dependencies':['1.3'],'sub_executions':[{},7]},\n"
                                               "{'id':'1.3','dependencies':['1.2']},{'id':'13.0'},{'id':'1.3.0'},\n"
                                               "{'id':'1.111111111111111111111111111111111','dependencies':[]}],\n"
                                               "'cross_priority_dependencies':[{},7]}"));
    static const char *const codes[] = {"dependencies.level", "dependencies.type",     "dependencies.missing",
                                        "achievement.id",     "achievement.collision", "dependency.self",
                                        "dependency.unknown", "dependency.cycle"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        cr_expect(strstr(buffer_text(&reading.places), codes[i]), "%s", codes[i]);
    for (size_t i = 0; i < reading.diagnostics.count; i++) {
        const struct diagnostic *item = &reading.diagnostics.items[i];
        cr_expect(item->line && item->column && item->pointer && item->message, "%s", item->code);
        cr_expect(item->hint && item->hint[0], "%u:%u %s: no hint", item->line, item->column, item->message);
    }
    end(&reading);
}

/* @count achievements, each but the first depending on the one before and on @extra. */
static struct reading read_many(size_t count, const char *first, const char *extra) {
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&text, "%s{'achievement_id':'%zu.%05zu','dependencies':[", i ? ",\n" : "", i / 100, i);
        if (i)
            buffer_append_format(&text, "'%zu.%05zu'%s", (i - 1) / 100, i - 1, extra);
        buffer_append_format(&text, "%s]}", i ? "" : first);
    }
    struct reading reading = read_parts(buffer_text(&text), "");
    buffer_release(&text);
    return reading;
}

Test(dependencies_more, ten_thousand_achievements) {
    struct reading reading = read_many(10000, "", "");
    cr_assert(reading.dependencies.is_valid, "%.200s", buffer_text(&reading.places));
    cr_expect_eq(reading.dependencies.graph.level_count, 10000);
    end(&reading);

    reading = read_many(10000, "'99.09999'", "");
    cr_assert_eq(reading.diagnostics.count, 1);
    cr_expect(strstr(reading.diagnostics.items[0].message, "(9976 more) -> 0.00000"), "%s",
              reading.diagnostics.items[0].message);
    end(&reading);

    reading = read_many(10000, "", ",'0.7'"); /* one unknown dependency in each */
    cr_expect_eq(reading.diagnostics.count, DIAGNOSTICS_MOST);
    cr_expect_eq(reading.diagnostics.error_count, 9999);
    cr_expect_eq(reading.diagnostics.left_out, 9999 - DIAGNOSTICS_MOST);
    cr_expect_eq(reading.diagnostics.items[999].line, 1002);
    end(&reading);
}

/* Backwards, so that each one's first use is before the one looked up last. */
Test(dependencies_more, repeated_ids_are_found_quickly) {
    enum { COUNT = 100000 };
    struct buffer text = {0};
    for (int i = 0; i < 2 * COUNT; i++)
        buffer_append_format(&text, "%s{'id':'1.%d','dependencies':[]}", i ? ",\n" : "",
                             i < COUNT ? i : 2 * COUNT - 1 - i);
    struct reading reading = read_parts(buffer_text(&text), "");
    cr_expect_eq(reading.dependencies.count, COUNT);
    cr_expect_eq(reading.diagnostics.error_count, COUNT);
    cr_expect(strstr(reading.diagnostics.items[999].message, "1.99000 is used twice; first in line 99002"));
    end(&reading);
    buffer_release(&text);
}

/* --- mutations --- */

static unsigned roll(unsigned *state, size_t sides) {
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % (unsigned)sides;
}

static void mutate(unsigned *state, const char *valid, struct buffer *text) {
    static const char *const pieces[] = {"'1.1'", "[",         "]",     "{",   "}", ",",  ":",       "null",
                                         "7",     "''",        "\n",    "\\",  "é", "{}", "'1.2.1'", "'dependencies'",
                                         "'id'",  "[['1.3']]", "1e999", "\xFF"};
    size_t count = sizeof pieces / sizeof *pieces, length = strlen(valid);
    size_t from = roll(state, length), removed = roll(state, 2) ? roll(state, 12) : 0;
    buffer_append(text, valid, from);
    if (roll(state, 2))
        buffer_append_string(text, pieces[roll(state, count)]);
    if (from + removed < length)
        buffer_append_string(text, valid + from + removed);
    if (roll(state, 2))
        text->data[roll(state, text->length)] = (char)roll(state, 256);
    if (roll(state, 2))
        text->data[roll(state, text->length)] = "0123456789.'"[roll(state, 12)];
}

Test(dependencies_more, damaged_files_are_read_or_refused) {
    static const char valid[] = "{'plan_name':'X','parallelization_level':'level_1','achievements':[\n"
                                "{'achievement_id':'1.1','title':'A','dependencies':[],'estimated_hours':'4-6'},\n"
                                "{'achievement_id':'1.2','dependencies':['1.1'],'estimated_hours':3,'sub_executions':["
                                "{'execution_id':'1.2.1'},{'execution_id':'1.2.2','title':'B'}]},\n"
                                "{'id':'1.3','dependencies':['1.1','1.2']},{'id':'2.1','dependencies':['1.3']}],\n"
                                "'cross_priority_dependencies':[{'from_achievement':'2.1','to_achievement':'1.2'}]}";
    unsigned state = 2025;
    size_t valid_count = 0;
    for (int round = 0; round < 20000; round++) {
        struct buffer text = {0};
        mutate(&state, valid, &text);
        struct reading reading = read_span(buffer_span(&text));
        const struct dependency_file *found = &reading.dependencies;
        valid_count += found->is_valid;
        cr_expect_eq(found->graph.node_count, found->is_valid ? found->count : 0, "round %d", round);
        for (size_t i = 0; i < found->count; i++)
            cr_expect(found->achievements[i].has_hours || found->achievements[i].hours == 0, "round %d", round);
        for (size_t i = 0; i < reading.diagnostics.count; i++)
            cr_expect(reading.diagnostics.items[i].line >= 1 && reading.diagnostics.items[i].line <= 7);
        end(&reading);
        buffer_release(&text);
    }
    cr_expect_gt(valid_count, 100, "%zu of 20000 were still valid", valid_count);
    cr_expect_lt(valid_count, 15000, "%zu of 20000 were still valid", valid_count);
}
