/*
 * core/plan/dependency_file: what can be wrong with the achievements of a dependency file and with the edges between
 * them, each fault with its place, JSON pointer and remedy. Sub-executions, hours and hostile files are in
 * test_dependencies_more.c.
 */
#include "plan/dependency_file.h"

#include <criterion/criterion.h>
#include <string.h>

#include "reading.h"

TestSuite(dependencies, .timeout = 60);

/* "1.1; 1.2: 1.1, 1.3" as achievements, one a line, from line 2. */
static struct reading read_graph(const char *graph) {
    struct buffer text = {0};
    const char *at = graph;
    while (*at) {
        size_t length = strcspn(at, ";:");
        buffer_append_format(&text, "%s{'achievement_id':'%.*s','dependencies':[", at == graph ? "" : ",\n",
                             (int)length, at);
        at += length;
        for (const char *separator = ""; *at && *at != ';'; separator = ",") {
            at += 1 + strspn(at + 1, " ");
            length = strcspn(at, ",;");
            buffer_append_format(&text, "%s'%.*s'", separator, (int)length, at);
            at += length;
        }
        buffer_append_string(&text, "]}");
        at += strspn(at, "; ");
    }
    struct reading reading = read_parts(buffer_text(&text), "");
    buffer_release(&text);
    return reading;
}

Test(dependencies, a_complete_file_is_understood) {
    struct reading reading = read_span(span_of(
        "{'plan_name':'SHOP','parallelization_level':'level_2','created_date':'2025-11-14','notes':['x'],'achievements':["
        "{'achievement_id':'1.1','title':'First','dependencies':[],'estimated_hours':4,'status':'complete',"
        " 'blocks':['9.9'],'parallelizable_with':7,'priority':null},"
        "{'id':'1.2','dependencies':['1.1'],'estimated_hours':'4-6','title':null,'sub_executions':["
        "  {'execution_id':'1.2.1','title':'Half','dependencies':[],'estimated_hours':2},{'execution_id':'1.2.3'}]},"
        "{'achievement_id':'3.5.1','dependencies':['1.1'],'estimated_hours':null,'sub_executions':[]}],"
        "'cross_priority_dependencies':[{'from_achievement':'3.5.1','to_achievement':'1.2','reason':'x'}],"
        "'priority_groups':[{'anything':[1,2]}]}"));
    const struct dependency_file *found = &reading.dependencies;
    cr_assert(found->is_valid, "%s", buffer_text(&reading.places));
    cr_expect_eq(reading.diagnostics.count, 0);
    cr_expect_str_eq(found->plan_name, "SHOP");
    cr_expect_str_eq(found->level, "level_2");
    cr_assert_eq(found->count, 3);
    cr_expect_str_eq(found->achievements[0].title, "First");
    cr_expect(found->achievements[0].has_hours);
    cr_expect_float_eq(found->achievements[0].hours, 4, 1e-9);
    cr_expect_str_eq(found->achievements[1].id, "1.2");
    cr_expect_null(found->achievements[1].title);
    cr_expect_float_eq(found->achievements[1].hours, 5, 1e-9);
    cr_assert_eq(found->achievements[1].sub_execution_count, 2);
    cr_expect_str_eq(found->achievements[1].sub_executions[0].title, "Half");
    cr_expect_str_eq(found->achievements[1].sub_executions[1].id, "1.2.3");
    cr_expect_eq(found->achievements[1].sub_executions[1].number, 3);
    cr_expect(found->achievements[1].sub_executions[0].has_hours);
    cr_expect_float_eq(found->achievements[1].sub_executions[0].hours, 2, 1e-9);
    cr_expect_not(found->achievements[1].sub_executions[1].has_hours);
    cr_expect_not(found->achievements[2].has_hours);
    cr_expect_eq(found->achievements[2].sub_execution_count, 0);
    cr_expect_arr_eq(found->graph.levels, ((uint32_t[]){0, 1, 2}), 3 * sizeof(uint32_t));
    end(&reading);
}

Test(dependencies, a_plan_without_achievements_is_valid_and_empty) {
    struct reading reading = read_parts("", "");
    cr_expect(reading.dependencies.is_valid);
    cr_expect_eq(reading.dependencies.count, 0);
    cr_expect_eq(reading.dependencies.graph.level_count, 0);
    end(&reading);
}

Test(dependencies, a_file_that_is_no_json_says_where) {
    static const struct fault faults[] = {
        {"", NULL, "1:1 json.syntax", "empty", ""},
        {"{'plan_name':'X',\n}", NULL, "1:17 json.syntax", "comma", ""},
        {"\xEF\xBB\xBF{}", NULL, "1:1 json.encoding", "byte-order mark", "UTF-8"},
        {"{'plan_name':'X','plan_name':'Y'}", NULL, "1:18 json.duplicate_key /plan_name", "plan_name", "remove"},
    };
    EXPECT_FAULTS(faults);
}

Test(dependencies, the_top_level_must_be_an_object) {
    static const struct fault faults[] = {
        {" 12", NULL, "1:2 dependencies.type ", "a number", "{"},
        {"\n[]", NULL, "2:1 dependencies.type ", "an array", "{"},
        {"'x'", NULL, "1:1 dependencies.type ", "a string", "{"},
        {"null", NULL, "1:1 dependencies.type ", "null", "{"},
        {"true", NULL, "1:1 dependencies.type ", "a boolean", "{"},
    };
    EXPECT_FAULTS(faults);
}

Test(dependencies, faults_of_the_header) {
    static const struct fault faults[] = {
        {"{}", NULL, "1:1 dependencies.missing ; 1:1 dependencies.missing ", "\"plan_name\"", ""},
        {"{'plan_name':'X','parallelization_level':'level_3'}", NULL, "1:1 dependencies.missing ", "\"achievements\"",
         "[]"},
        {"{'plan_name':7,'parallelization_level':null,'achievements':{}}", NULL,
         "1:14 dependencies.type /plan_name; 1:40 dependencies.type /parallelization_level; "
         "1:60 dependencies.type /achievements",
         "a number", ""},
        {"{'plan_name':'X','parallelization_level':'level_4','achievements':[]}", NULL,
         "1:42 dependencies.level /parallelization_level", "\"level_4\"", "level_1, level_2 or level_3"},
        {"{'plan_name':'X','parallelization_level':'all','achievements':[]}", NULL,
         "1:42 dependencies.level /parallelization_level", "\"all\"", "level_1, level_2 or level_3"},
        {"{'plan_name':'X','parallelization_level':'Level_1','achievements':[]}", NULL,
         "1:42 dependencies.level /parallelization_level", "\"Level_1\"", "level_1"},
    };
    EXPECT_FAULTS(faults);
}

Test(dependencies, faults_of_ids) {
    static const struct fault faults[] = {
        {"{'dependencies':[]}", "", "2:1 dependencies.missing /achievements/0", "achievement_id", "achievement_id"},
        {ID "1.1,'dependencies':[]}", "", "2:19 dependencies.type /achievements/0/achievement_id", "a number",
         "string"},
        {"{'id':null,'dependencies':[]}", "", "2:7 dependencies.type /achievements/0/id", "null", "string"},
        {ID "'1','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\"1\"", "1.1"},
        {ID "'','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\"\"", "1.1"},
        {ID "'1.','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\"1.\"", "1.1"},
        {ID "'.1','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\".1\"", "1.1"},
        {ID "'1..1','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\"1..1\"", "1.1"},
        {ID "'1.1 ','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\"1.1 \"", "1.1"},
        {ID "'1.a','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "\"1.a\"", "1.1"},
        {ID "'../../x','dependencies':[]}", "", "2:19 achievement.id /achievements/0/achievement_id", "", "1.1"},
        {ID "'1.1','dependencies':[]}, " ID "'1.1','dependencies':[]}", "",
         "2:63 achievement.duplicate /achievements/1/achievement_id", "1.1 is used twice; first in line 2",
         "different"},
        {ID "'1.11111111111111111111111111111111','dependencies':[]}", "",
         "2:19 achievement.id /achievements/0/achievement_id", "longer than 32", ""},
    };
    EXPECT_FAULTS(faults);
    struct reading reading = read_graph("1.1234567890123456789012345678901; 0.0; 1.2.3.4");
    cr_expect_eq(reading.dependencies.count, 2, "an id has at most 32 characters");
    end(&reading);
}

Test(dependencies, faults_of_fields) {
    static const struct fault faults[] = {
        {"{'achievements':7}", NULL, "1:1 dependencies.missing ; 1:17 dependencies.type /achievements", "", ""},
        {ID "'1.1'}", "", "2:1 dependencies.missing /achievements/0", "\"dependencies\" is missing", "[]"},
        {ID "'1.1','dependencies':null}", "", "2:40 dependencies.type /achievements/0/dependencies", "not null", "[]"},
        {ID "'1.1','dependencies':'1.2'}", "", "2:40 dependencies.type /achievements/0/dependencies", "a string", "[]"},
        {ID "'1.1','dependencies':[1.2]}", "", "2:41 dependencies.type /achievements/0/dependencies/0", "a number",
         "string"},
        {ID "'1.1','dependencies':[null, '']}", "",
         "2:41 dependencies.type /achievements/0/dependencies/0; 2:47 achievement.id /achievements/0/dependencies/1",
         "null", ""},
        {ID "'1.1','dependencies':[],'title':[]}", "", "2:51 dependencies.type /achievements/0/title", "an array", ""},
    };
    EXPECT_FAULTS(faults);
    struct reading reading = read_span(span_of(HEADER "7,\n[],\n'1.1',\n" ID "'1.1','dependencies':[]}]}"));
    cr_expect_str_eq(buffer_text(&reading.places),
                     "2:1 dependencies.type /achievements/0; 3:1 dependencies.type /achievements/1; "
                     "4:1 dependencies.type /achievements/2");
    cr_expect_eq(reading.dependencies.count, 1);
    end(&reading);
}

Test(dependencies, faults_of_references) {
    static const struct {
        const char *graph, *places, *message, *hint;
    } cases[] = {
        {"1.1: 1.1", "2:41 dependency.self /achievements/0/dependencies/0", "1.1 depends on itself", "remove"},
        {"1.12; 2.1: 1.1, 1.12", "3:41 dependency.unknown /achievements/1/dependencies/0", "1.1 is not an achievement",
         "did you mean 1.12?"},
        {"1.1: 7.7", "2:41 dependency.unknown /achievements/0/dependencies/0", "7.7", "add 7.7 to \"achievements\""},
        {"1.1; 1.2: 1.1, 1.1", "3:47 dependency.repeated? /achievements/1/dependencies/1", "twice", "remove"},
        {"1.11; 11.1", "3:19 achievement.collision /achievements/1/achievement_id", "1.11 and 11.1", "rename"},
        {"1.1.1: 11.1; 1.11; 11.1: 1.11",
         "3:19 achievement.collision /achievements/1/achievement_id; 4:19 achievement.collision "
         "/achievements/2/achievement_id",
         "1.1.1 and 1.11", "rename"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading reading = read_graph(cases[i].graph);
        cr_expect_str_eq(buffer_text(&reading.places), cases[i].places, "%s: %s", cases[i].graph,
                         buffer_text(&reading.places));
        cr_expect(strstr(reading.diagnostics.items[0].message, cases[i].message), "%s", cases[i].graph);
        cr_expect(strstr(reading.diagnostics.items[0].hint, cases[i].hint), "%s", cases[i].graph);
        end(&reading);
    }
}

Test(dependencies, achievements_that_share_file_names_are_marked) {
    struct reading reading = read_graph("1.11; 1.2; 11.1");
    const struct achievement *achievements = reading.dependencies.achievements;
    cr_assert_eq(reading.dependencies.count, 3);
    cr_expect(achievements[0].is_colliding && !achievements[1].is_colliding && achievements[2].is_colliding);
    end(&reading);

    struct achievement without_file[] = {{.id = "01.1"}, {.id = "1.1"}, {.id = "0.11"}};
    struct diagnostics diagnostics = {0};
    cr_expect(dependency_file_check_names(without_file, 2, "PLAN_X.md", &diagnostics));
    cr_expect_not(dependency_file_check_names(without_file, 3, "PLAN_X.md", &diagnostics));
    cr_assert_eq(diagnostics.count, 1);
    cr_expect_str_eq(diagnostics.items[0].code, "achievement.collision");
    cr_expect_str_eq(diagnostics.items[0].file, "PLAN_X.md");
    cr_expect(strstr(diagnostics.items[0].message, "01.1 and 0.11"));
    cr_expect(without_file[0].is_colliding && !without_file[1].is_colliding && without_file[2].is_colliding);
    diagnostics_release(&diagnostics);
}

Test(dependencies, every_cycle_is_spelt_with_the_edge_to_cut) {
    struct reading reading = read_graph("1.1: 1.2; 1.2: 1.1; 2.1: 2.2; 2.2: 2.3; 2.3: 2.1, 1.1; 3.1: 2.1");
    cr_expect_str_eq(buffer_text(&reading.places), "2:41 dependency.cycle /achievements/0/dependencies/0; "
                                                   "6:41 dependency.cycle /achievements/4/dependencies/0");
    const struct diagnostic *items = reading.diagnostics.items;
    cr_expect(strstr(items[0].message, "1.1 -> 1.2 -> 1.1"), "%s", items[0].message);
    cr_expect_str_eq(items[0].hint, "remove 1.2 from the dependencies of 1.1 to break it");
    cr_expect(strstr(items[1].message, "2.1 -> 2.2 -> 2.3 -> 2.1"), "%s", items[1].message);
    cr_expect_str_eq(items[1].hint, "remove 2.1 from the dependencies of 2.3 to break it");
    cr_expect_eq(reading.dependencies.graph.node_count, 0);
    end(&reading);
}

#define PAIR ID "'1.1','dependencies':[]}," ID "'1.2','dependencies':['1.1']}"

Test(dependencies, crossing_dependencies_are_edges) {
    struct reading reading =
        read_parts(PAIR "," ID "'2.1','dependencies':[]}", "{'from_achievement':'2.1','to_achievement':'1.2'},"
                                                           "{'from_achievement':'1.2','to_achievement':'1.1'}");
    cr_expect_eq(reading.diagnostics.count, 0, "%s", buffer_text(&reading.places));
    cr_expect_arr_eq(reading.dependencies.graph.levels, ((uint32_t[]){0, 1, 2}), 3 * sizeof(uint32_t));
    end(&reading);

#define CROSS "/cross_priority_dependencies/0"
    static const struct fault faults[] = {
        {PAIR, "{'from_achievement':'1.1','to_achievement':'1.2'}", "4:44 dependency.cycle " CROSS "/to_achievement",
         "1.1 -> 1.2 -> 1.1", "remove 1.2"},
        {PAIR, "{'from_achievement':'1.1','to_achievement':'1.1'}", "4:44 dependency.self " CROSS "/to_achievement",
         "1.1", "remove"},
        {PAIR, "{'from_achievement':'7.7','to_achievement':'1.22'}",
         "4:21 dependency.unknown " CROSS "/from_achievement; 4:44 dependency.unknown " CROSS "/to_achievement", "7.7",
         "add 7.7"},
        {PAIR, "{'from_achievement':'1.2'}", "4:1 dependencies.missing " CROSS, "to_achievement", ""},
        {PAIR, "{'from_achievement':1.2,'to_achievement':'1.1'}", "4:21 dependencies.type " CROSS "/from_achievement",
         "a number", "string"},
        {PAIR, "'1.1'", "4:1 dependencies.type " CROSS, "a string", ""},
    };
    EXPECT_FAULTS(faults);
    reading = read_span(span_of(HEADER "],'cross_priority_dependencies':null}"));
    cr_expect(reading.dependencies.is_valid);
    end(&reading);
    reading = read_span(span_of(HEADER "],'cross_priority_dependencies':{}}"));
    cr_expect_str_eq(buffer_text(&reading.places), "2:33 dependencies.type /cross_priority_dependencies");
    end(&reading);
}

Test(dependencies, an_achievement_without_a_valid_id_is_checked_all_the_same) {
    static const struct fault faults[] = {
        {ID "'x','dependencies':'1.1'}", "",
         "2:19 achievement.id /achievements/0/achievement_id; 2:38 dependencies.type /achievements/0/dependencies", "x",
         ""},
        {"{'dependencies':[7]}", "",
         "2:1 dependencies.missing /achievements/0; 2:18 dependencies.type /achievements/0/dependencies/0", "", ""},
        {ID "'1.1','dependencies':[]}," ID "'1.1','dependencies':['8.8']}", "",
         "2:62 achievement.duplicate /achievements/1/achievement_id; "
         "2:84 dependency.unknown /achievements/1/dependencies/0",
         "1.1", ""},
    };
    EXPECT_FAULTS(faults);
}

Test(dependencies, more_cycles_than_are_listed_are_mentioned) {
    struct buffer graph = {0};
    for (unsigned i = 1; i <= 2 * GRAPH_CYCLES_MOST + 2; i += 2)
        buffer_append_format(&graph, "1.%u: 1.%u; 1.%u: 1.%u;", i, i + 1, i + 1, i);
    struct reading reading = read_graph(buffer_text(&graph));
    cr_assert_eq(reading.diagnostics.count, GRAPH_CYCLES_MOST + 1);
    cr_expect(strstr(reading.diagnostics.items[GRAPH_CYCLES_MOST].message, "more than these 100"));
    end(&reading);
    buffer_release(&graph);
}
