#include "import/outline.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "document/markdown_quote.h"
#include "document/names.h"
#include "format/prose.h"

void outline_release(struct outline *outline) {
    for (size_t i = 0; i < outline->count; i++) {
        memory_free(outline->items[i].notes);
        memory_free(outline->items[i].edges);
    }
    memory_free(outline->items);
    buffer_release(&outline->notes);
    string_map_release(&outline->unplaced);
    buffer_release(&outline->unplaced_names);
    arena_release(&outline->arena);
    *outline = (struct outline){0};
}

static void report_size(struct outline *outline, struct outline_place place, const char *what, int most) {
    if (!outline->is_too_large)
        outline_error(outline, place, "import.too_large",
                      outline_text(outline, "more than %d %s cannot be imported at once", most, what), NULL);
    outline->is_too_large = true;
}

uint32_t outline_add(struct outline *outline, struct outline_place place) {
    if (outline->count >= OUTLINE_ITEMS_MOST) {
        report_size(outline, place, "items", OUTLINE_ITEMS_MOST);
        return OUTLINE_NONE;
    }
    *LIST_ADD(outline->items, outline->count, outline->capacity) =
        (struct outline_item){.place = place, .parent = OUTLINE_NONE};
    return (uint32_t)(outline->count - 1);
}

const char *outline_text(struct outline *outline, const char *format, ...) {
    AUTO(buffer) text = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&text, format, arguments);
    va_end(arguments);
    return outline_copy(outline, buffer_span(&text));
}

const char *outline_copy(struct outline *outline, struct span text) {
    return arena_copy(&outline->arena, text.length ? text.data : "", text.length);
}

const char *outline_take(struct outline *outline, struct buffer *text) {
    const char *copy = text->length ? outline_copy(outline, buffer_span(text)) : NULL;
    buffer_release(text);
    return copy;
}

void outline_note(struct outline *outline, uint32_t item, const char *label, struct span text) {
    struct outline_item *noted = &outline->items[item];
    if (span_trim(text).length)
        *LIST_ADD(noted->notes, noted->note_count, noted->note_capacity) =
            (struct outline_note){label, outline_copy(outline, text)};
}

void outline_note_field(struct outline *outline, uint32_t item, const char *name, struct span text) {
    size_t position = 0;
    if (span_trim(text).length == 0)
        return;
    const char *kept = outline_copy(outline, span_of(name));
    outline_note(outline, item, kept, text);
    if (string_map_add(&outline->unplaced, kept, &position))
        buffer_append_format(&outline->unplaced_names, "%s%s", outline->unplaced_names.length ? ", " : "", kept);
}

void outline_append_note(struct buffer *notes, const char *label, struct span text) {
    buffer_append_string(notes, "- ");
    prose_append_words(notes, span_of(label));
    buffer_append_byte(notes, ':');
    markdown_quote_append(notes, text, false);
}

void outline_note_plan(struct outline *outline, const char *label, struct span text) {
    if (span_trim(text).length)
        outline_append_note(&outline->notes, label, text);
}

void outline_append_field(struct outline *outline, const char **field, struct span text) {
    if (span_trim(text).length == 0)
        return;
    *field =
        *field ? outline_text(outline, "%s\n\n%.*s", *field, (int)text.length, text.data) : outline_copy(outline, text);
}

void outline_append_remark(struct buffer *remarks, const char *format, const char *value) {
    const char *place = strstr(format, "%s");
    if (!value || !*value)
        return;
    buffer_append_string(remarks, remarks->length ? ", " : "");
    buffer_append(remarks, format, (size_t)(place - format));
    buffer_append_string(remarks, value);
    buffer_append_string(remarks, place + 2);
}

bool outline_count_reference(struct outline *outline, struct outline_place place) {
    if (++outline->reference_count > OUTLINE_EDGES_MOST)
        report_size(outline, place, "dependencies", OUTLINE_EDGES_MOST);
    return !outline->is_too_large;
}

void outline_add_edge(struct outline *outline, uint32_t from, uint32_t to, enum outline_edge_kind kind,
                      struct outline_place place) {
    struct outline_item *item = &outline->items[from];
    if (outline->edge_count >= OUTLINE_EDGES_MOST) {
        report_size(outline, item->place, "dependencies", OUTLINE_EDGES_MOST);
        return;
    }
    outline->edge_count++;
    *LIST_ADD(item->edges, item->edge_count, item->edge_capacity) =
        (struct outline_edge){.to = to, .kind = kind, .place = place};
}

/* --- names --- */

void outline_set_parent(struct outline *outline, uint32_t item, uint32_t parent) {
    outline->items[item].parent = parent;
    if (parent != OUTLINE_NONE)
        outline->items[parent].part_count++;
}

static int member_width(const struct outline *outline) {
    uint64_t most = 0;
    int width = 1;
    for (size_t i = 0; i < outline->count; i++)
        if (!outline->items[i].is_left_out && outline->items[i].member > most)
            most = outline->items[i].member;
    for (; most >= 10; most /= 10)
        width++;
    return width;
}

void outline_number(struct outline *outline) {
    int width = member_width(outline);
    for (size_t i = 0; i < outline->count; i++) {
        struct outline_item *item = &outline->items[i];
        item->achievement = outline_text(outline, "%llu.%0*llu", (unsigned long long)item->group, width,
                                         (unsigned long long)item->member);
    }
}

const char *outline_name(struct outline *outline, uint32_t item) {
    const struct outline_item *named = &outline->items[item];
    const char *own =
        named->id ? named->id : outline_text(outline, "%s:%u", names_base(named->place.file), named->place.line);
    bool is_same = !named->achievement || strcmp(own, named->achievement) == 0;
    return is_same ? own : outline_text(outline, "%s (%s)", own, named->achievement);
}

const char *outline_names(struct outline *outline, const bool *is_marked) {
    struct buffer names = {0};
    for (uint32_t i = 0; i < outline->count; i++)
        if (is_marked[i])
            buffer_append_format(&names, "%s%s", names.length ? ", " : "", outline_name(outline, i));
    return outline_take(outline, &names);
}

/* --- what is wrong or doubtful --- */

static void report(struct outline *outline, enum severity severity, struct outline_place place, const char *code,
                   const char *message, const char *hint) {
    diagnostics_add(outline->diagnostics, &(struct diagnostic){.severity = severity,
                                                               .code = code,
                                                               .message = message,
                                                               .file = place.file,
                                                               .line = place.line,
                                                               .column = place.column,
                                                               .pointer = place.pointer,
                                                               .hint = hint});
}

void outline_error(struct outline *outline, struct outline_place place, const char *code, const char *message,
                   const char *hint) {
    report(outline, SEVERITY_ERROR, place, code, message, hint);
}

void outline_warn(struct outline *outline, struct outline_place place, const char *code, const char *message,
                  const char *hint) {
    report(outline, SEVERITY_WARNING, place, code, message, hint);
}

bool outline_remedy(struct outline *outline, uint32_t item, struct outline_place place, const char *code,
                    const char *message, const char *remedy) {
    if (!outline->options->is_lenient) {
        outline_error(outline, place, code, message, NULL);
        outline->remedy_count++;
        return false;
    }
    const char *both = outline_text(outline, "%s; %s", message, remedy);
    outline_warn(outline, place, code, both, NULL);
    if (item != OUTLINE_NONE)
        outline_note(outline, item, outline_text(outline, "line %u", place.line), span_of(both));
    return true;
}

size_t outline_error_count(const struct outline *outline) {
    return outline->diagnostics->error_count - outline->first_error;
}
