#include "document/plan_document.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "document/names.h"
#include "format/markdown.h"

struct search {
    const struct markdown *markdown;
    struct plan_document *result;
    size_t capacity;
    unsigned char *levels; /* by line: of the heading in it, or 0 */
    bool *is_listed;       /* by line: beneath a heading with the word "Achievement" or "Achievements" */
};

/* --- one listing: "**Achievement 0.1**: Title", "### Achievement 0.1: Title", ... --- */

static bool take(struct span *rest, const char *prefix) {
    if (!span_starts_with(*rest, prefix))
        return false;
    *rest = span_skip(*rest, strlen(prefix));
    return true;
}

/* "Title ⏱️ 4-6 hours" and "Title (4-6h)": the effort, taken off the title. */
static struct span split_effort(struct span *title) {
    static const char clock[] = "\xE2\x8F\xB1";
    const char *at = memmem(title->data, title->length, clock, strlen(clock));
    if (at) {
        struct span effort = span_skip(*title, (size_t)(at - title->data) + strlen(clock));
        take(&effort, "\xEF\xB8\x8F"); /* variation selector */
        title->length = (size_t)(at - title->data);
        *title = span_trim(*title);
        return span_trim(effort);
    }
    const char *open = memrchr(title->data, '(', title->length);
    if (!open || title->data[title->length - 1] != ')')
        return (struct span){0};
    struct span inner = {open + 1, (size_t)(title->data + title->length - 1 - (open + 1))};
    bool is_effort =
        inner.length >= 2 && inner.data[0] >= '0' && inner.data[0] <= '9' && inner.data[inner.length - 1] == 'h';
    if (!is_effort)
        return (struct span){0};
    title->length = (size_t)(open - title->data);
    *title = span_trim(*title);
    return inner;
}

/* --- status marks behind a title: "Dig ✅ **COMPLETE**", "Dig (DONE)", "Dig DONE ✅" --- */

enum mark { MARK_NONE, MARK_SIGN, MARK_WORD, MARK_BRACKET };

static bool take_end(struct span *text, const char *suffix) {
    size_t length = strlen(suffix);
    if (text->length < length || memcmp(text->data + text->length - length, suffix, length) != 0)
        return false;
    text->length -= length;
    return true;
}

static bool take_one_of(struct span *text, const char *const *suffixes) {
    for (; *suffixes; suffixes++)
        if (take_end(text, *suffixes))
            return true;
    return false;
}

/* Takes the mark that ends @text off it. @word: of MARK_WORD, if it says that the achievement is over. */
static enum mark take_mark(struct span *text, const char **word) {
    static const char *const signs[] = {"✅", "⚠️", "⚠", "❌", "🚧", "⏳", "🔄", NULL};
    static const char *const brackets[] = {"**", "(", ")", "[", "]", NULL};
    static const struct {
        const char *word;
        bool is_over;
    } words[] = {{"COMPLETED", true},  {"COMPLETE", true},  {"DONE", true},
                 {"SUPERSEDED", true}, {"CRITICAL", false}, {"IN PROGRESS", false},
                 {"BLOCKED", false},   {"DEFERRED", false}, {"PENDING", false}};
    char last = text->length ? text->data[text->length - 1] : '\0';
    if (islower((unsigned char)last) || isdigit((unsigned char)last))
        return MARK_NONE; /* nearly each title, and no mark ends so */
    if (take_one_of(text, signs))
        return MARK_SIGN;
    if (take_one_of(text, brackets))
        return MARK_BRACKET;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct span rest = *text;
        if (!take_end(&rest, words[i].word) || (rest.length && isalnum((unsigned char)rest.data[rest.length - 1])))
            continue;
        *text = rest;
        *word = words[i].is_over ? words[i].word : NULL;
        return MARK_WORD;
    }
    return MARK_NONE;
}

/*
 * Takes the marks off @title: signs, and the words that stand beside one, in bold or in brackets. Other words in
 * capitals are a part of it.
 */
static void split_status(struct span *title, const char **status) {
    struct span rest = span_trim(*title);
    const char *word = NULL;
    bool has_sign = false, has_word = false;
    for (;;) {
        const char *begin_of_last = rest.data + rest.length;
        rest = span_trim(rest);
        bool is_adjacent = rest.data + rest.length == begin_of_last;
        enum mark mark = take_mark(&rest, &word);
        if (mark == MARK_NONE)
            return;
        has_sign |= mark == MARK_SIGN;
        has_word |= mark == MARK_WORD;
        if (mark == MARK_BRACKET ? has_word && is_adjacent : has_sign) {
            *title = span_trim(rest);
            *status = word ? word : *status;
        }
    }
}

static bool parse_listing(struct arena *arena, struct span line, struct definition *definition) {
    struct span rest = line, indented = line;
    while (take(&indented, " "))
        ;
    if (line.length - indented.length > 3)
        return false;
    rest = indented;
    while (take(&rest, "#"))
        ;
    rest = span_trim(rest);
    if (take(&rest, "- ") || take(&rest, "* "))
        rest = span_trim(rest);
    bool is_bold = take(&rest, "**");
    if (!take(&rest, "Achievement "))
        return false;
    struct span id = names_leading_id(rest);
    rest = span_skip(rest, id.length);
    if (id.length == 0)
        return false;
    bool is_closed = is_bold && take(&rest, "**");
    if (!take(&rest, ":"))
        return false;
    const char *status = NULL;
    struct span whole = span_trim(rest);
    split_status(&rest, &status);
    struct span title = rest;
    struct span after = {0};
    const char *end = is_bold && !is_closed ? memmem(rest.data, rest.length, "**", 2) : NULL;
    if (end) {
        title.length = (size_t)(end - rest.data);
        after = span_skip(rest, title.length + 2);
    }
    title = span_trim(title);
    struct span effort = split_effort(after.length ? &after : &title);
    split_status(&title, &status);
    *definition = (struct definition){
        .id = arena_copy(arena, id.data, id.length),
        .title = arena_copy(arena, title.data, title.length),
        .whole_title = arena_copy(arena, whole.data, whole.length),
        .status = status,
        .effort = effort,
    };
    return true;
}

/* --- its body --- */

static const struct {
    const char *label;
    enum definition_field field;
} labels[] = {
    {"Goal", DEFINITION_GOAL},
    {"Purpose", DEFINITION_GOAL},
    {"Objective", DEFINITION_GOAL},
    {"Effort", DEFINITION_EFFORT},
    {"Estimated Effort", DEFINITION_EFFORT},
    {"Estimated Time", DEFINITION_EFFORT},
    {"Deliverables", DEFINITION_DELIVERABLES},
    {"Success Criteria", DEFINITION_CRITERIA},
    {"Success", DEFINITION_CRITERIA},
    {"Acceptance Criteria", DEFINITION_CRITERIA},
    {"Dependencies", DEFINITION_DEPENDENCIES},
    {"Implementation Approach", DEFINITION_APPROACH},
    {"Approach", DEFINITION_APPROACH},
    {"What", DEFINITION_APPROACH},
    {"Implementation", DEFINITION_APPROACH},
    {"Testing Requirements", DEFINITION_TESTS},
    {"Tests", DEFINITION_TESTS},
    {"Part of", DEFINITION_PART_OF},
    {"Parts", DEFINITION_PARTS},
};

static bool is_label(struct span label, const char *word) {
    return label.length == strlen(word) && text_starts_with_word(label, word);
}

/* "- Goal: value", without bold: only a known word is a label there. */
static bool plain_label(struct span line, struct span *label, struct span *value) {
    struct span text = span_trim(line);
    if (!take(&text, "- ") && !take(&text, "* "))
        return false;
    const char *colon = memchr(text.data, ':', text.length);
    if (!colon)
        return false;
    *label = span_trim((struct span){text.data, (size_t)(colon - text.data)});
    *value = span_trim(span_skip(text, (size_t)(colon - text.data) + 1));
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (is_label(*label, labels[i].label))
            return true;
    return false;
}

/* Any label at the body's own indentation ends the field before it; the known ones begin a new one. */
static void read_body(struct definition *definition, const struct markdown *markdown, size_t first, size_t end) {
    struct definition_text *open = NULL;
    struct span listing = markdown->lines[first - 1].text;
    struct span item = span_trim(listing);
    bool is_item = span_starts_with(item, "- ") || span_starts_with(item, "* "); /* its body is indented */
    size_t deepest = text_indentation(listing) + (is_item ? 4 : 1);
    for (size_t i = first; i < end; i++) {
        struct span line = markdown->lines[i].text, label, value;
        if (markdown->lines[i].is_code || text_indentation(line) > deepest ||
            (!document_label(line, &label, &value) && !plain_label(line, &label, &value)))
            continue;
        if (open)
            open->end = i;
        open = NULL;
        for (size_t k = 0; k < sizeof labels / sizeof *labels && !open; k++) {
            enum definition_field field = labels[k].field;
            if (!is_label(label, labels[k].label) || definition->has_field[field])
                continue;
            definition->has_field[field] = true;
            definition->field_count += field <= DEFINITION_DEPENDENCIES;
            definition->fields[field] = (struct definition_text){value, i + 1, end};
            open = &definition->fields[field];
        }
    }
    if (definition->has_field[DEFINITION_EFFORT] && definition->fields[DEFINITION_EFFORT].value.length)
        definition->effort = definition->fields[DEFINITION_EFFORT].value;
}

/* Where the body of the listing in line @at ends: at the next listing, rule, or heading that is not a lower one. */
static size_t body_end(const struct search *search, size_t at) {
    enum { LEVEL_OF_PLAIN_LISTING = 4 };
    const struct markdown *markdown = search->markdown;
    unsigned own_level = search->levels[at] ? search->levels[at] : LEVEL_OF_PLAIN_LISTING;
    AUTO(arena) scratch = {0};
    size_t end = at + 1;
    for (; end < markdown->line_count; end++) {
        struct definition next;
        struct span line = span_trim(markdown->lines[end].text);
        if (markdown->lines[end].is_code)
            continue;
        bool is_heading = search->levels[end] && search->levels[end] <= own_level;
        if (is_heading || span_equals(line, "---") || span_equals(line, "***") || parse_listing(&scratch, line, &next))
            break;
    }
    return end;
}

/* --- choosing --- */

static void mark_headings(struct search *search) {
    const struct markdown *markdown = search->markdown;
    search->levels = arena_allocate(&search->result->arena, markdown->line_count, sizeof *search->levels);
    search->is_listed = arena_allocate(&search->result->arena, markdown->line_count, sizeof *search->is_listed);
    for (size_t i = 0; i < markdown->section_count; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        search->levels[section->line] = (unsigned char)section->level;
        if (text_has_word(section->title, "achievement") || text_has_word(section->title, "achievements"))
            memset(search->is_listed + section->line, true, section->end - section->line);
    }
}

static void collect(struct search *search) {
    const struct markdown *markdown = search->markdown;
    struct plan_document *result = search->result;
    for (size_t i = 0; i < markdown->line_count; i++) {
        struct definition definition;
        struct span line = markdown->lines[i].text;
        if (markdown->lines[i].is_code || !memchr(line.data, 'A', line.length) ||
            !parse_listing(&result->arena, line, &definition))
            continue;
        definition.line = i;
        size_t end = body_end(search, i);
        read_body(&definition, markdown, i + 1, end);
        while (end > i + 1 && !markdown->lines[end - 1].is_code &&
               document_is_empty_line(markdown->lines[end - 1].text))
            end--;
        definition.end = end;
        if (definition.field_count == 0 && !search->is_listed[i])
            continue;
        *LIST_ADD(result->items, result->count, search->capacity) = definition;
    }
}

/* By id, then the richest first, then the first in the document. */
static int compare(const void *a, const void *b) {
    const struct definition *left = a, *right = b;
    int order = names_compare_ids(left->id, right->id);
    if (order)
        return order;
    if (left->field_count != right->field_count)
        return left->field_count > right->field_count ? -1 : 1;
    return (left->line > right->line) - (left->line < right->line);
}

void plan_document_read(struct plan_document *definitions, const struct document *plan) {
    *definitions = (struct plan_document){0};
    struct search search = {.markdown = &plan->markdown, .result = definitions};
    mark_headings(&search);
    collect(&search);
    if (definitions->count)
        qsort(definitions->items, definitions->count, sizeof *definitions->items, compare);
    size_t kept = 0;
    for (size_t i = 0; i < definitions->count; i++)
        if (kept == 0 || strcmp(definitions->items[kept - 1].id, definitions->items[i].id) != 0)
            definitions->items[kept++] = definitions->items[i];
    definitions->count = kept;
}

void plan_document_release(struct plan_document *definitions) {
    arena_release(&definitions->arena);
    memory_free(definitions->items);
    *definitions = (struct plan_document){0};
}

void plan_document_append_dependencies(struct buffer *text, const struct document *plan,
                                       const struct definition *definition) {
    const struct definition_text *field = &definition->fields[DEFINITION_DEPENDENCIES];
    buffer_append_span(text, field->value);
    bool has_value = span_trim(field->value).length > 0;
    for (size_t i = field->first; i < field->end && !has_value; i++) {
        struct span line = span_trim(plan->markdown.lines[i].text);
        bool is_item = span_starts_with(line, "- ") || span_starts_with(line, "* ");
        if (!is_item && (line.length || text->length))
            break;
        buffer_append_span(text, line);
        buffer_append_byte(text, '\n');
    }
}

static int compare_key(const void *key, const void *item) {
    return names_compare_ids(key, ((const struct definition *)item)->id);
}

const struct definition *plan_document_find(const struct plan_document *definitions, const char *id) {
    if (definitions->count == 0)
        return NULL;
    return bsearch(id, definitions->items, definitions->count, sizeof *definitions->items, compare_key);
}
