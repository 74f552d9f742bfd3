/*
 * core/format/template: what is replaced, what is left alone, and where a fault is. Values are inserted unread.
 */
#include "format/template.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(template, .timeout = 60);

static const struct template_variable variables[] = {
    {.name = "name", .value = {"X", 1}},
    {.name = "title", .value = {"A {{name}} }} {{", 16}},
    {.name = "lines", .value = {"one\ntwo\n", 8}},
    {.name = "bytes", .value = {"a\0\xFF", 3}},
    {.name = "empty"},
};

static bool render(struct buffer *result, struct span text, struct diagnostics *diagnostics) {
    return template_render(result, text, "t.md", variables, sizeof variables / sizeof *variables, diagnostics);
}

Test(template, variables_are_replaced_and_values_left_alone) {
#define BYTES(text)                                                                                                    \
    { text, sizeof(text) - 1 }
    static const struct {
        struct span text, result;
    } cases[] = {
        {BYTES(""), BYTES("")},
        {BYTES("plain\n"), BYTES("plain\n")},
        {BYTES("no newline"), BYTES("no newline\n")},
        {BYTES("{{name}}"), BYTES("X\n")},
        {BYTES("a {{ name }}b{{name}}{{\tname}}c\n"), BYTES("a XbXXc\n")},
        {BYTES("{{title}} {{name}}\n"), BYTES("A {{name}} }} {{ X\n")},
        {BYTES("- {{lines}}.\n"), BYTES("- one\ntwo\n.\n")},
        {BYTES("<{{bytes}}>\n"), BYTES("<a\\x00\\xff>\n")},
        {BYTES("<{{empty}}>\n\n\n"), BYTES("<>\n\n\n")},
        {BYTES("a\n\n{{empty}}\n\nb\n"), BYTES("a\n\nb\n")}, /* nothing but empty variables: no line, one gap */
        {BYTES("a\n{{empty}}\n\nb\n"), BYTES("a\n\nb\n")},
        {BYTES("a\n{{empty}}\nb\n"), BYTES("a\nb\n")},
        {BYTES("{{empty}}{{ empty }}\n\n\nb\n"), BYTES("\nb\n")},
        {BYTES("{{empty}}\nb\n{{empty}}"), BYTES("b\n")},
        {BYTES("{{empty}} \n\nb\n"), BYTES(" \n\nb\n")},
        {BYTES("{name} {x} }} } {\n"), BYTES("{name} {x} }} } {\n")},
        {BYTES("{{name}}}}\n"), BYTES("X}}\n")},
        {BYTES("a\r\n{{name}}\r\n"), BYTES("a\nX\n")},
        {BYTES("\0\xE2\x80\xAE\n"), BYTES("\\x00\\u{202e}\n")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer result = {0};
        struct diagnostics diagnostics = {0};
        cr_expect(render(&result, cases[i].text, &diagnostics), "case %zu", i);
        cr_assert_eq(result.length, cases[i].result.length, "case %zu: %s", i, buffer_text(&result));
        if (result.length)
            cr_expect_arr_eq(result.data, cases[i].result.data, result.length, "case %zu", i);
        cr_expect_eq(diagnostics.count, 0);
        buffer_release(&result);
        diagnostics_release(&diagnostics);
    }
}

Test(template, what_is_there_stays_in_front) {
    struct buffer result = {0};
    struct diagnostics diagnostics = {0};
    buffer_append_string(&result, "before ");
    cr_expect(render(&result, span_of("{{name}}"), &diagnostics));
    cr_expect_str_eq(buffer_text(&result), "before X\n");
    buffer_release(&result);
}

Test(template, faults_are_all_reported_where_they_are) {
    static const struct {
        const char *text, *places, *hint; /* of the first one */
    } cases[] = {
        {"{{nmae}}", "1:1 template.unknown_variable", "did you mean {{name}}?"},
        {"a\nb {{Title2}}\n", "2:3 template.unknown_variable", "did you mean {{title}}?"},
        {"{{frobnicate}}", "1:1 template.unknown_variable", NULL},
        {"{{}}", "1:1 template.unknown_variable", NULL},
        {"{{x y}}{{name}} {{zzz}}\n{{name",
         "1:1 template.unknown_variable; 1:17 template.unknown_variable; "
         "2:1 template.unclosed",
         NULL},
        {"x {{name\n}}\n", "1:3 template.unclosed", NULL},
        {"{{", "1:1 template.unclosed", NULL},
        {"{{{{", "1:1 template.unclosed", NULL},
        {"{{name} }\n{{name}}", "1:1 template.unclosed", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer result = {0}, places = {0};
        struct diagnostics diagnostics = {0};
        cr_expect_not(render(&result, span_of(cases[i].text), &diagnostics));
        for (size_t k = 0; k < diagnostics.count; k++)
            buffer_append_format(&places, "%s%u:%u %s", k ? "; " : "", diagnostics.items[k].line,
                                 diagnostics.items[k].column, diagnostics.items[k].code);
        cr_expect_str_eq(buffer_text(&places), cases[i].places, "%s: %s", cases[i].text, buffer_text(&places));
        cr_expect_str_eq(diagnostics.items[0].file, "t.md");
        if (cases[i].hint)
            cr_expect_str_eq(diagnostics.items[0].hint, cases[i].hint, "%s", cases[i].text);
        buffer_release(&result);
        buffer_release(&places);
        diagnostics_release(&diagnostics);
    }
}

Test(template, a_line_of_many_variables_is_not_made_larger_than_the_limit) {
    struct buffer value = {0}, text = {0}, result = {0};
    struct diagnostics diagnostics = {0};
    for (size_t i = 0; i < 1 << 20; i++)
        buffer_append_byte(&value, 'x');
    for (size_t i = 0; i < 400000; i++)
        buffer_append_string(&text, "{{name}}");
    const struct template_variable large = {.name = "name", .value = {value.data, value.length}};
    cr_expect_not(template_render(&result, buffer_span(&text), "t.md", &large, 1, &diagnostics));
    cr_assert_eq(diagnostics.count, 1);
    cr_expect_str_eq(diagnostics.items[0].code, "template.too_large");
    cr_expect_leq(result.length, TEMPLATE_RESULT_MOST_BYTES + 2 * value.length);
    buffer_release(&value);
    buffer_release(&text);
    buffer_release(&result);
    diagnostics_release(&diagnostics);
}

Test(template, without_variables_every_one_is_unknown) {
    struct buffer result = {0};
    struct diagnostics diagnostics = {0};
    cr_expect_not(template_render(&result, span_of("{{name}}"), "t.md", NULL, 0, &diagnostics));
    cr_expect_eq(diagnostics.count, 1);
    buffer_release(&result);
    diagnostics_release(&diagnostics);
}

Test(template, required_variables_must_be_in_the_text) {
    static const struct template_variable required[] = {
        {.name = "title", .value = {"{{plan}} {{id}}", 15}},
        {.name = "plan", .value = {"X", 1}, .is_required = true},
        {.name = "id", .value = {"1.1", 3}, .is_required = true},
    };
    static const struct {
        const char *text, *missing; /* parts of their messages, at most two */
    } cases[] = {
        {"{{plan}} {{id}}", ""},          {"{{ id }}\n{{plan}}{{plan}}", ""}, {"{{plan}}", "{{id}}"},
        {"{{title}} {{id}}", "{{plan}}"}, {"id plan", "{{plan}}{{id}}"},      {"", "{{plan}}{{id}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer result = {0}, missing = {0};
        struct diagnostics diagnostics = {0};
        bool is_good = template_render(&result, span_of(cases[i].text), "t.md", required, 3, &diagnostics);
        cr_expect_eq(is_good, cases[i].missing[0] == '\0', "%s", cases[i].text);
        for (size_t k = 0; k < diagnostics.count; k++) {
            cr_expect_str_eq(diagnostics.items[k].code, "template.missing_variable");
            buffer_append_string(&missing, strstr(diagnostics.items[k].message, "{{"));
        }
        cr_expect_str_eq(buffer_text(&missing), cases[i].missing, "%s", cases[i].text);
        buffer_release(&result);
        buffer_release(&missing);
        diagnostics_release(&diagnostics);
    }
}

Test(template, an_earlier_fault_is_not_held_against_a_good_text) {
    struct buffer result = {0};
    struct diagnostics diagnostics = {0};
    cr_expect_not(render(&result, span_of("{{x"), &diagnostics));
    cr_expect(render(&result, span_of("{{name}}"), &diagnostics));
    buffer_release(&result);
    diagnostics_release(&diagnostics);
}

Test(template, built_in_templates_are_found_by_name) {
    static const char *const names[] = {
        "execution.md",   "subplan.md",        "rework.md",        "plan.md",      "prompt_discover.md",
        "prompt_fill.md", "prompt_execute.md", "prompt_review.md", "submitted.md", "approved.md",
        "fix.md",         "skipped.md"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = template_default(names[i]);
        cr_assert(text, "%s", names[i]);
        cr_expect(strstr(text, "{{"), "%s has variables", names[i]);
        cr_expect_eq(text[strlen(text) - 1], '\n');
    }
    cr_expect_null(template_default("execution"));
    cr_expect_null(template_default(""));
    const char *agents = template_default("agents.md");
    cr_expect(agents && !strstr(agents, "{{"), "it is printed as it is");
    size_t count = 0;
    for (const struct template_default *item = template_defaults; item->name; item++, count++)
        cr_expect_eq(template_default(item->name), item->text);
    cr_expect_eq(count, sizeof names / sizeof *names + 1);
}
