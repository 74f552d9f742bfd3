/*
 * core/batch/task_document: the text of new EXECUTION_TASKs and SUBPLANs. Plans are real ones in a space; SUBPLANs are
 * given as text.
 */
#include "batch/task_document.h"

#include <criterion/criterion.h>
#include <string.h>

#include "format/template.h"
#include "space.h"

TestSuite(content, .timeout = 60);

/* A plan, one of its achievements and the document it is made from. */
struct subject {
    struct space space;
    struct files files;
    struct plan plan;
    struct document document;
    struct plan_document definitions;
    struct task_document content;
    struct diagnostics diagnostics;
};

static void begin(struct subject *subject, const char *graph, const char *id, const char *document) {
    struct error error = {0};
    *subject = (struct subject){.space = space_new()};
    space_plan(&subject->space, "X", graph);
    cr_assert(files_open(&subject->files, subject->space.root, &error));
    plan_load(&subject->plan, &subject->files, "X");
    document_parse(&subject->document, span_of(document));
    plan_document_read(&subject->definitions, &subject->document);
    subject->content = (struct task_document){
        .plan = &subject->plan,
        .source = &subject->document,
        .source_name = "SUBPLAN_X_11.md",
        .definition = plan_document_find(&subject->definitions, id),
        .number = 1,
        .template_text = span_of(template_default("execution.md")),
        .template_name = "execution.md",
    };
    cr_assert(plan_find(&subject->plan, id, &subject->content.position));
}

static void end(struct subject *subject) {
    diagnostics_release(&subject->diagnostics);
    plan_document_release(&subject->definitions);
    document_release(&subject->document);
    plan_release(&subject->plan);
    files_close(&subject->files);
    space_end(&subject->space);
}

static size_t count_lines(struct span text) {
    size_t count = 0;
    for (struct span line; span_next_line(&text, &line);)
        count++;
    return count;
}

/* The EXECUTION_TASK; what must hold for every one is checked. */
static struct buffer execution(struct subject *subject) {
    struct buffer text = {0};
    cr_assert(task_document_execution(&text, &subject->content, &subject->diagnostics));
    size_t lines = count_lines(buffer_span(&text));
    cr_expect_leq(lines, TASK_DOCUMENT_EXECUTION_LINES_MOST, "%zu lines", lines);
    cr_expect_gt(lines, 30, "%zu lines", lines);
    cr_expect(has(text.data, "## 🏁 To Finish"));
    return text;
}

static void use_subplan_template(struct subject *subject) {
    subject->content.source_name = "PLAN_X.md";
    subject->content.template_name = "subplan.md";
    subject->content.template_text = span_of(template_default("subplan.md"));
}

static struct buffer subplan(struct subject *subject) {
    struct buffer text = {0};
    use_subplan_template(subject);
    cr_assert(task_document_subplan(&text, &subject->content, &subject->diagnostics));
    return text;
}

#define SUBPLAN                                                                                                              \
    "# SUBPLAN\n\n## 🎯 Objective\n\nWhy it is done\n\n## 🔧 Approach\n\n### Phase 1\n\nHow\n\n## 📦 Deliverables\n\n" \
    "- First\n- Second\n\n## ✅ Success Criteria\n\n- It works\n"

static void expect_parts(const char *text, const char *const *parts, size_t count) {
    for (size_t i = 0; i < count; i++)
        cr_expect(has(text, parts[i]), "no <%s> in <%s>", parts[i], text);
}

#define expect_all_of(text, ...)                                                                                       \
    expect_parts(text, (const char *const[]){__VA_ARGS__},                                                             \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

Test(content, an_execution_task_repeats_its_subplan) {
    struct subject subject;
    begin(&subject, "1.1; 1.2: 1.1; 1.3: 1.1", "1.2", SUBPLAN);
    struct buffer text = execution(&subject);
    expect_all_of(text.data, "# EXECUTION_TASK: Achievement 1.2 - Title of 1.2\n", "**PLAN**: X\n",
                  "**SUBPLAN**: SUBPLAN_X_11.md\n", "**Task**: 01\n", "**Level**: 1\n", "**Estimated Time**: 3 hours\n",
                  "\nWhy it is done\n", "### Phase 1\n\nHow", "- [ ] Phase 1\n", "- [ ] First\n- [ ] Second\n",
                  "- [ ] It works\n", "- 1.1 Title of 1.1: complete when `execution/feedbacks/APPROVED_11.md` exists\n",
                  "- 1.3 Title of 1.3", "`execution/feedbacks/APPROVED_12.md`", "`execution/feedbacks/FIX_12.md`");
    cr_expect_not(has(text.data, "{{"));
    cr_expect_not(has(text.data, "[TO BE FILLED"));
    cr_expect_eq(text.data[text.length - 1], '\n');
    buffer_release(&text);
    end(&subject);
}

Test(content, the_same_sources_give_the_same_bytes) {
    struct buffer texts[2];
    for (int i = 0; i < 2; i++) {
        struct subject subject;
        begin(&subject, "1.1; 1.2: 1.1", "1.2", SUBPLAN);
        texts[i] = execution(&subject);
        end(&subject);
    }
    cr_expect_eq(texts[0].length, texts[1].length);
    cr_expect_str_eq(texts[0].data, texts[1].data);
    buffer_release(&texts[0]);
    buffer_release(&texts[1]);
}

Test(content, what_the_subplan_does_not_say_is_to_be_filled) {
    static const char *const documents[] = {"", "# SUBPLAN\n",
                                            "## Objective\n\n## Approach\n\n---\n\n## Deliverables\n"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct subject subject;
        begin(&subject, "1.1", "1.1", documents[i]);
        struct buffer text = execution(&subject);
        expect_all_of(text.data, "[TO BE FILLED: objective; SUBPLAN_X_11.md does not say]", "[TO BE FILLED: approach; ",
                      "[TO BE FILLED: deliverables; ", "[TO BE FILLED: success criteria; ",
                      "- [ ] Follow the approach above", "None: this achievement can start at once.",
                      "None: 1.1 is alone on level 0.");
        cr_expect_eq(count_of(text.data, "[TO BE FILLED"), 4);
        buffer_release(&text);
        end(&subject);
    }
}

Test(content, the_objective_may_be_a_header_line) {
    struct subject subject;
    begin(&subject, "1.1", "1.1", "# SUBPLAN\n\n**Objective**: from the header\n\n## Approach\n\nHow\n");
    struct buffer text = execution(&subject);
    cr_expect(has(text.data, "## 🎯 Objective\n\nfrom the header\n"), "%s", text.data);
    buffer_release(&text);
    end(&subject);
}

Test(content, a_document_never_becomes_part_of_the_template) {
    struct subject subject;
    begin(
        &subject, "1.1", "1.1",
        "## Objective\n\n{{plan}} {{ nothing }} {{\n\n## Approach\n\n### {{steps}}\n\n## Deliverables\n\n- }}{{id}}\n");
    struct buffer text = execution(&subject);
    expect_all_of(text.data, "{{plan}} {{ nothing }} {{", "- [ ] {{steps}}", "- [ ] }}{{id}}");
    cr_expect_eq(subject.diagnostics.count, 0);
    buffer_release(&text);
    end(&subject);
}

Test(content, two_hundred_lines_whatever_the_subplan) {
    static const char *const parts[] = {"- item\n",       "### Heading\n", "text\n\n",         "```\ncode\n```\n\n",
                                        "1. a\n   - b\n", "**L**: v\n",    "### H\n- a\n- b\n"};
    static const size_t counts[] = {10, 30, 60, 100, 1000, 20000};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            static const char *const titles[] = {"Objective", "Approach", "Deliverables", "Success Criteria"};
            struct buffer document = {0};
            for (size_t t = 0; t < 4; t++) {
                buffer_append_format(&document, "## %s\n\nFirst of %s\n\n", titles[t], titles[t]);
                for (size_t n = 0; n < counts[k] && document.length < DOCUMENT_SIZE_MOST_BYTES - 4096; n++)
                    buffer_append_string(&document, parts[i]);
            }
            struct subject subject;
            begin(&subject, "1.1; 1.2", "1.1", document.data);
            struct buffer text = execution(&subject);
            cr_expect(has(text.data, "First of Objective"), "%s x %zu", parts[i], counts[k]);
            buffer_release(&text);
            buffer_release(&document);
            end(&subject);
        }
}

/* Achievements 1.1 to 1.@count, all on level 0, and 2.1, which depends on all of them. */
static void append_wide_graph(struct buffer *graph, int count) {
    for (int i = 1; i <= count; i++)
        buffer_append_format(graph, "1.%d; ", i);
    buffer_append_string(graph, "2.1:");
    for (int i = 1; i <= count; i++)
        buffer_append_format(graph, " 1.%d", i);
}

/* Those named in @text as "- 1.N ...", and those that "and N more" stands for. */
static size_t count_named(const char *text, const char *format) {
    size_t named = 0, more = 0;
    for (const char *at = text; (at = strstr(at, "\n- 1.")); at++)
        named++;
    const char *at = strstr(text, format);
    if (at)
        more = strtoul(at + strlen(format), NULL, 10);
    return named + more;
}

Test(content, large_groups_are_cut_and_counted) {
    static const char *const ids[] = {"1.1", "1.3", "1.300", "1.299"};
    struct buffer graph = {0};
    append_wide_graph(&graph, 300);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct subject subject;
        begin(&subject, buffer_text(&graph), ids[i], SUBPLAN);
        struct buffer text = execution(&subject);
        cr_expect_eq(count_named(text.data, "\n- and "), 299, "%s: %zu", ids[i], count_named(text.data, "\n- and "));
        buffer_release(&text);
        text = subplan(&subject);
        cr_expect_eq(count_named(text.data, "\n- and "), 299, "%s: %zu", ids[i], count_named(text.data, "\n- and "));
        buffer_release(&text);
        end(&subject);
    }
    buffer_release(&graph);
}

Test(content, many_dependencies_are_cut_and_counted) {
    struct subject subject;
    struct buffer graph = {0};
    append_wide_graph(&graph, 300);
    begin(&subject, buffer_text(&graph), "2.1", SUBPLAN);
    struct buffer text = execution(&subject);
    cr_expect_eq(count_named(text.data, "\n- and "), 300);
    buffer_release(&text);
    buffer_release(&graph);
    end(&subject);
}

Test(content, a_part_of_a_split_achievement_has_its_own_id_and_title) {
    struct subject subject;
    const struct sub_execution titled = {.id = "1.1.2", .title = "Own title", .number = 2},
                               untitled = {.id = "1.1.3", .number = 3};
    begin(&subject, "1.1", "1.1", SUBPLAN);
    subject.content.part = &titled;
    subject.content.number = 2;
    struct buffer text = execution(&subject);
    expect_all_of(text.data, "Achievement 1.1.2 - Own title\n", "**Achievement**: 1.1\n", "**Task**: 02\n",
                  "APPROVED_11.md");
    buffer_release(&text);
    subject.content.part = &untitled;
    text = execution(&subject);
    expect_all_of(text.data, "Achievement 1.1.3 - Title of 1.1\n");
    buffer_release(&text);
    end(&subject);
}

/* A title is one line in the document, whatever the dependency file makes of it. */
Test(content, a_title_with_line_breaks_stays_one_line) {
    struct subject subject;
    begin(&subject, "1.1; 1.2: 1.1", "1.2", SUBPLAN);
    plan_release(&subject.plan);
    space_write(&subject.space, "X/parallel.json",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": ["
                "{\"achievement_id\": \"1.1\", \"title\": \"a\\n## Objective\\nb\", \"dependencies\": []},"
                "{\"achievement_id\": \"1.2\", \"title\": \"c\\r\\n## Objective\\nd\", \"dependencies\": [\"1.1\"]}]}");
    plan_load(&subject.plan, &subject.files, "X");
    struct buffer text = execution(&subject);
    cr_expect_not(has(text.data, "\n## Objective\n"), "%s", text.data);
    buffer_release(&text);
    end(&subject);
}

#define DEFINITION                                                                                                     \
    "## Achievements\n\n**Achievement 1.1: Defined** ⏱️ 5 hours\n\n- **Goal**: the goal\n  on two lines\n"         \
    "- **Deliverables**:\n  - `{{plan}}` first\n  - second\n- **Success Criteria**:\n  - it works\n"

Test(content, a_subplan_repeats_what_the_plan_defines) {
    struct subject subject;
    begin(&subject, "1.1; 1.2: 1.1", "1.1", DEFINITION "- **Approach**: in phases\n- **Tests**: by hand\n");
    struct buffer text = subplan(&subject);
    expect_all_of(text.data, "# SUBPLAN: Achievement 1.1 - Title of 1.1\n", "**Estimated Time**: 3 hours\n",
                  "## 🎯 Objective\n\nthe goal\non two lines\n", "- `{{plan}}` first\n- second\n", "\n- it works\n",
                  "\nin phases\n", "\nby hand\n");
    cr_expect_not(has(text.data, "[TO BE FILLED"), "%s", text.data);
    buffer_release(&text);
    end(&subject);
}

Test(content, what_the_plan_does_not_define_is_to_be_filled) {
    struct subject subject;
    begin(&subject, "1.1", "1.1", DEFINITION "- **Approach**:\n\n---\n");
    struct buffer text = subplan(&subject);
    expect_all_of(text.data, "[TO BE FILLED: how it will be done, in phases]", "[TO BE FILLED: how it will be tested]");
    cr_expect_eq(count_of(text.data, "[TO BE FILLED"), 2);
    buffer_release(&text);
    subject.content.definition = NULL;
    text = subplan(&subject);
    cr_expect_eq(count_of(text.data, "[TO BE FILLED"), 5);
    buffer_release(&text);
    end(&subject);
}

Test(content, without_a_dependency_file_levels_are_unknown) {
    struct subject subject;
    begin(&subject, "1.1", "1.1", DEFINITION);
    plan_release(&subject.plan);
    space_remove(&subject.space, "X/parallel.json");
    plan_load(&subject.plan, &subject.files, "X");
    struct buffer text = subplan(&subject);
    expect_all_of(text.data, "**Level**: unknown\n", "Unknown: the plan has no dependency file.");
    buffer_release(&text);
    end(&subject);
}

Test(content, title_and_hours_come_from_the_definition_if_the_graph_has_none) {
    struct subject subject;
    begin(&subject, "1.1", "1.1", DEFINITION);
    plan_release(&subject.plan);
    space_write(&subject.space, "X/parallel.json",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": ["
                "{\"achievement_id\": \"1.1\", \"dependencies\": []}]}");
    plan_load(&subject.plan, &subject.files, "X");
    struct buffer text = subplan(&subject);
    expect_all_of(text.data, "Achievement 1.1 - Defined\n", "**Estimated Time**: 5 hours\n");
    buffer_release(&text);
    subject.content.definition = NULL;
    text = subplan(&subject);
    expect_all_of(text.data, "Achievement 1.1 - (no title)\n", "**Estimated Time**: not estimated\n");
    buffer_release(&text);
    end(&subject);
}

static void expect_template_fault(const char *template_text, const char *code, bool is_subplan) {
    struct subject subject;
    struct buffer text = {0};
    begin(&subject, "1.1", "1.1", SUBPLAN);
    subject.content.template_text = span_of(template_text);
    subject.content.template_name = "own.md";
    bool is_done = is_subplan ? task_document_subplan(&text, &subject.content, &subject.diagnostics)
                              : task_document_execution(&text, &subject.content, &subject.diagnostics);
    cr_expect_not(is_done, "%.40s", template_text);
    bool is_found = false; /* a template as short as these lacks variables too */
    for (size_t i = 0; i < subject.diagnostics.count; i++) {
        is_found |= strcmp(subject.diagnostics.items[i].code, code) == 0;
        cr_expect_str_eq(subject.diagnostics.items[i].file, "own.md");
    }
    cr_expect(is_found, "%.40s: no %s", template_text, code);
    buffer_release(&text);
    end(&subject);
}

Test(content, templates_that_cannot_be_used) {
    struct buffer tall = {0};
    buffer_append_string(&tall, "{{id}} {{objective}} {{approach}} {{deliverables}} {{criteria}}\n");
    for (int i = 0; i < 201; i++)
        buffer_append_string(&tall, "line\n");
    expect_template_fault(buffer_text(&tall), "template.too_long", false);
    expect_template_fault("{{titel}}\n", "template.unknown_variable", false);
    expect_template_fault("{{titel}}\n", "template.unknown_variable", true);
    expect_template_fault("a {{title\n}}\n", "template.unclosed", false);
    buffer_release(&tall);
}
