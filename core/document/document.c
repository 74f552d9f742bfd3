#include "document/document.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "document/conflict.h"
#include "document/names.h"

static const char *const marker = DOCUMENT_MARKER;

const char *subplan_state_name(enum subplan_state state) {
    static const char *const names[] = {"missing", "placeholder", "conflicted", "draft", "complete"};
    return names[state];
}

/* What people call a section, best first. A title matches by its words, after the emoji it may begin with. */
static const struct title_rule {
    enum section_kind kind;
    unsigned deepest;        /* heading level */
    const char *starts_with; /* NULL: anything */
    const char *has;         /* NULL: nothing in particular */
} title_rules[] = {
    {SECTION_OBJECTIVE, 2, "objective", NULL},
    {SECTION_OBJECTIVE, 2, "objectives", NULL},
    {SECTION_OBJECTIVE, 2, "goal", NULL},
    {SECTION_OBJECTIVE, 2, "purpose", NULL},
    {SECTION_OBJECTIVE, 3, "objective", NULL},
    {SECTION_APPROACH, 2, "approach", NULL},
    {SECTION_APPROACH, 2, NULL, "approach"},
    {SECTION_APPROACH, 2, "implementation strategy", NULL},
    {SECTION_APPROACH, 2, "implementation plan", NULL},
    {SECTION_APPROACH, 2, "implementation steps", NULL},
    {SECTION_APPROACH, 2, "implementation phases", NULL},
    {SECTION_APPROACH, 2, "implementation details", NULL},
    {SECTION_APPROACH, 2, "technical design", NULL},
    {SECTION_APPROACH, 2, "detailed design", NULL},
    {SECTION_APPROACH, 2, "design", NULL},
    {SECTION_APPROACH, 2, "methodology", NULL},
    {SECTION_APPROACH, 2, "solution", NULL},
    {SECTION_APPROACH, 2, "strategy", NULL},
    {SECTION_APPROACH, 2, "implementation", NULL},
    {SECTION_APPROACH, 3, "approach", NULL},
    {SECTION_DELIVERABLES, 2, "deliverables", NULL},
    {SECTION_DELIVERABLES, 2, "deliverable", NULL},
    {SECTION_DELIVERABLES, 2, "what needs to be created", NULL},
    {SECTION_DELIVERABLES, 2, "what will be created", NULL},
    {SECTION_DELIVERABLES, 2, "files to create", NULL},
    {SECTION_DELIVERABLES, 3, "deliverables", NULL},
    {SECTION_CRITERIA, 2, "success criteria", NULL},
    {SECTION_CRITERIA, 2, "acceptance criteria", NULL},
    {SECTION_CRITERIA, 3, "success criteria", NULL},
    {SECTION_CRITERIA, 2, "expected results", NULL},
    {SECTION_CRITERIA, 2, "definition of done", NULL},
    {SECTION_TESTS, 2, "tests", NULL},
    {SECTION_TESTS, 2, "test", NULL},
    {SECTION_TESTS, 2, "testing", NULL},
};

/* Sections about something else whose titles happen to start alike: "Design Decisions", "Testing Approach". */
static bool is_aside(struct span title) {
    static const char *const words[] = {"decisions", "decision", "notes", "risks", "testing", "test", "tests"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_has_word(title, words[i]))
            return true;
    return false;
}

static struct span skip_emoji(struct span title) {
    while (title.length && !isalpha((unsigned char)title.data[0]))
        title = span_skip(title, 1);
    return title;
}

/* @title: without emoji. */
static bool rule_matches(const struct title_rule *rule, unsigned level, struct span title) {
    return level <= rule->deepest && (!rule->starts_with || text_starts_with_word(title, rule->starts_with)) &&
           (!rule->has || text_has_word(title, rule->has)) && !(rule->kind == SECTION_APPROACH && is_aside(title));
}

/* Of each kind the section that the best rule names; of several the first. */
static void find_sections(struct document *document) {
    enum { RULES = sizeof title_rules / sizeof *title_rules };
    size_t best[SECTION_KINDS] = {RULES, RULES, RULES, RULES, RULES};
    for (size_t i = 0; i < document->markdown.section_count; i++) {
        const struct markdown_section *section = &document->markdown.sections[i];
        struct span title = skip_emoji(section->title);
        char first = title.length ? (char)tolower((unsigned char)title.data[0]) : '\0';
        for (size_t r = 0; r < RULES; r++) {
            const struct title_rule *rule = &title_rules[r];
            if (rule->starts_with && rule->starts_with[0] != first) /* nearly all */
                continue;
            if (r >= best[rule->kind] || !rule_matches(rule, section->level, title))
                continue;
            best[rule->kind] = r;
            document->sections[rule->kind] = section;
        }
    }
}

void document_parse(struct document *document, struct span raw) {
    *document = (struct document){0};
    text_append_normalized(&document->text, raw);
    markdown_parse(&document->markdown, buffer_span(&document->text));
    find_sections(document);
    if (conflict_line(buffer_span(&document->text))) /* which is quick, and nearly always says no */
        document->conflict_line = conflict_line_outside_code(&document->markdown);
}

void document_release(struct document *document) {
    markdown_release(&document->markdown);
    buffer_release(&document->text);
    *document = (struct document){0};
}

unsigned document_conflict_line(struct span raw) {
    if (!conflict_line(raw))
        return 0;
    AUTO(document) document = {0};
    document_parse(&document, raw);
    return document.conflict_line;
}

bool document_check_template(const char *name, struct span raw, struct error *error) {
    unsigned line = document_conflict_line(raw);
    return !line || error_set(error, ERROR_INVALID, "the template %s has git conflict markers (line %u)", name, line);
}

bool document_label(struct span line, struct span *label, struct span *value) {
    struct span text = span_trim(line);
    if (span_starts_with(text, "- ") || span_starts_with(text, "* "))
        text = span_trim(span_skip(text, 2));
    if (!span_starts_with(text, "**"))
        return false;
    text = span_skip(text, 2);
    const char *end = memmem(text.data, text.length, "**", 2);
    if (!end)
        return false;
    *label = span_trim((struct span){text.data, (size_t)(end - text.data)});
    *value = span_skip(text, (size_t)(end - text.data) + 2);
    if (label->length && label->data[label->length - 1] == ':')
        label->length--;
    else if (value->length && value->data[0] == ':')
        *value = span_skip(*value, 1);
    else
        return false;
    *value = span_trim(*value);
    return label->length > 0;
}

static bool equals_ignoring_case(struct span text, const char *word) {
    return text.length == strlen(word) && text_starts_with_word(text, word);
}

bool document_next_header(const struct document *document, const char *label, size_t *line, struct span *value) {
    const struct markdown *markdown = &document->markdown;
    while (*line < markdown->line_count) {
        const struct markdown_line *at = &markdown->lines[(*line)++];
        struct span found;
        if (at->is_code)
            continue;
        if (span_starts_with(at->text, "## "))
            *line = markdown->line_count;
        else if (document_label(at->text, &found, value) && equals_ignoring_case(found, label))
            return true;
    }
    return false;
}

struct span document_header(const struct document *document, const char *label) {
    size_t line = 0;
    struct span value;
    return document_next_header(document, label, &line, &value) ? value : (struct span){0};
}

struct span document_achievement(const struct document *document) {
    struct span value = document_header(document, "Achievement");
    if (value.length == 0)
        value = document_header(document, "Achievement Addressed");
    if (text_starts_with_word(value, "achievement"))
        value = span_trim(span_skip(value, strlen("achievement")));
    return names_leading_id(value);
}

bool document_is_empty_line(struct span line) {
    for (size_t i = 0; i < line.length; i++)
        if (isalnum((unsigned char)line.data[i]) || (unsigned char)line.data[i] >= 0x80)
            return false;
    return true;
}

bool document_has_text(const struct document *document, enum section_kind kind) {
    const struct markdown_section *section = document->sections[kind];
    if (!section)
        return false;
    for (size_t i = section->line + 1; i < section->end; i++) {
        const struct markdown_line *line = &document->markdown.lines[i];
        if (!document_is_empty_line(line->text) && (line->is_code || !span_starts_with(span_trim(line->text), "#")))
            return true;
    }
    return false;
}

/* Outside code. */
static bool has_marker(const struct document *document) {
    struct span rest = buffer_span(&document->text);
    for (const char *at; rest.length && (at = memchr(rest.data, marker[0], rest.length));) {
        struct span here = span_skip(rest, (size_t)(at - rest.data));
        if (span_starts_with(here, marker) && !markdown_is_code(&document->markdown, at))
            return true;
        rest = span_skip(here, 1);
    }
    return false;
}

enum subplan_state document_subplan_state(const struct document *document) {
    if (document->conflict_line)
        return SUBPLAN_CONFLICTED;
    if (has_marker(document) || span_trim(buffer_span(&document->text)).length == 0)
        return SUBPLAN_PLACEHOLDER;
    bool has_objective =
        document_has_text(document, SECTION_OBJECTIVE) || document_header(document, "Objective").length > 0;
    bool has_plan = document_has_text(document, SECTION_APPROACH) || document_has_text(document, SECTION_DELIVERABLES);
    return has_objective && has_plan ? SUBPLAN_COMPLETE : SUBPLAN_DRAFT;
}
