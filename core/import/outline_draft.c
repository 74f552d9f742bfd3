#include "import/outline_draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/document.h"
#include "document/list_item.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/prose.h"
#include "import/outline_edges.h"
#include "import/outline_states.h"

#define NOWHERE ((struct outline_place){0})

static const char *keep(struct plan_draft *draft, const char *text) {
    return text ? arena_copy(&draft->arena, text, strlen(text)) : NULL;
}

/* A text of the source: what is a marker here is none there. Two blanks read as one, but not as a marker. */
static const char *keep_text(struct plan_draft *draft, const char *text) {
    static const char marker[] = DOCUMENT_MARKER;
    AUTO(buffer) kept = {0};
    for (const char *found; text && (found = strstr(text, marker)); text = found + sizeof marker - 1) {
        buffer_append(&kept, text, (size_t)(found - text));
        buffer_append_string(&kept, "[TO BE  FILLED");
    }
    if (kept.length == 0)
        return keep(draft, text);
    buffer_append_string(&kept, text);
    return keep(draft, kept.data);
}

/* On one line, and what is not seen as codes, in both files. */
static const char *keep_title(struct plan_draft *draft, const char *title) {
    AUTO(buffer) visible = {0};
    text_append_visible(&visible, span_trim(span_of(title)));
    return keep_text(draft, buffer_text(&visible));
}

/* Success criteria lose their boxes: a SUBPLAN has its own. */
static const char *keep_criteria(struct plan_draft *draft, const char *text) {
    AUTO(buffer) kept = {0};
    for (struct span rest = span_of(text), line; span_next_line(&rest, &line);) {
        struct list_item box;
        bool is_box = list_item_read_box(line, &box), is_ticked = is_box && box.box == LIST_ITEM_TICKED_BOX;
        size_t indentation = is_box ? box.indentation : 0;
        if (is_box)
            buffer_append_format(&kept, "%*s- ", (int)(indentation < 40 ? indentation : 40), "");
        buffer_append_span(&kept, is_box ? box.text : line);
        buffer_append_string(&kept, is_ticked ? " (ticked there)\n" : "\n");
    }
    return keep_text(draft, kept.length ? kept.data : NULL);
}

static const char *take(struct plan_draft *draft, struct buffer *text) {
    const char *kept = text->length ? arena_copy(&draft->arena, text->data, text->length) : NULL;
    buffer_release(text);
    return kept;
}

/* --- where it comes from --- */

static const char *ids_of(struct outline *outline, const struct outline_item *item) {
    if (item->ids)
        return item->ids;
    return item->id ? item->id : outline_text(outline, "%s:%u", names_base(item->place.file), item->place.line);
}

/* `9.1` in tasks.json, line 14, Task Master; status "done" */
static const char *origin_of(struct outline *outline, struct plan_draft *draft, const struct outline_item *item) {
    struct buffer text = {0};
    for (struct span rest = span_of(item->ids), id; span_next_line(&rest, &id);) {
        buffer_append_string(&text, text.length ? ", " : "");
        prose_append_code(&text, id);
    }
    if (!item->ids)
        prose_append_code(&text, span_of(ids_of(outline, item)));
    if (item->id || item->ids) {
        buffer_append_string(&text, " in ");
        prose_append_words(&text, span_of(names_base(item->place.file)));
        buffer_append_format(&text, ", line %u", item->place.line);
    }
    buffer_append_format(&text, ", %s", outline->format);
    if (item->remark) {
        buffer_append_string(&text, "; ");
        prose_append_words(&text, span_of(item->remark));
    }
    return take(draft, &text);
}

static const char *notes_of(struct plan_draft *draft, const struct outline_item *item) {
    struct buffer text = {0};
    for (size_t i = 0; i < item->note_count; i++)
        outline_append_note(&text, item->notes[i].label, span_of(item->notes[i].text));
    return take(draft, &text);
}

/* --- parts --- */

/* "3.0, TITLE" */
static const char *part_of(const struct outline *outline, struct plan_draft *draft, const struct outline_item *item) {
    struct buffer text = {0};
    if (item->parent != OUTLINE_NONE) {
        const struct outline_item *whole = &outline->items[item->parent];
        buffer_append_format(&text, "%s, %s", whole->is_left_out ? whole->id : whole->achievement, whole->title);
    }
    if (item->context)
        buffer_append_format(&text, "%s%s", text.length ? "; " : "", item->context);
    return take(draft, &text);
}

/* NULL if that is not imported. Lives as long as the draft, as the ids do. */
static const char *part_of_id(const struct outline *outline, struct plan_draft *draft,
                              const struct outline_item *item) {
    const struct outline_item *whole = item->parent == OUTLINE_NONE ? NULL : &outline->items[item->parent];
    return whole && !whole->is_left_out ? keep(draft, whole->achievement) : NULL;
}

static struct buffer *list_parts(const struct outline *outline) {
    struct buffer *lists = memory_allocate(outline->count + 1, sizeof *lists);
    for (size_t i = 0; i < outline->count; i++) {
        const struct outline_item *item = &outline->items[i];
        if (item->parent != OUTLINE_NONE && !item->is_left_out)
            buffer_append_format(&lists[item->parent], "%s%s", lists[item->parent].length ? ", " : "",
                                 item->achievement);
    }
    return lists;
}

static void release_lists(struct buffer *lists, size_t count) {
    for (size_t i = 0; i < count; i++)
        buffer_release(&lists[i]);
    memory_free(lists);
}

/* --- items --- */

static void add_item(struct outline *outline, struct plan_draft *draft, uint32_t index, const struct buffer *parts) {
    static const enum plan_draft_mark marks[] = {PLAN_DRAFT_OPEN, PLAN_DRAFT_DONE, PLAN_DRAFT_CANCELLED};
    const struct outline_item *item = &outline->items[index];
    struct plan_draft_item *made = plan_draft_add(draft, item->achievement);
    made->title = keep_title(draft, item->title);
    made->effort = keep(draft, item->effort);
    made->priority = keep(draft, item->priority);
    for (size_t i = 0; i < DEFINITION_FIELDS; i++)
        made->fields[i] =
            i == DEFINITION_CRITERIA ? keep_criteria(draft, item->fields[i]) : keep_text(draft, item->fields[i]);
    made->part_of = keep_text(draft, part_of(outline, draft, item));
    made->part_of_id = part_of_id(outline, draft, item);
    if (parts->length)
        made->parts = arena_format(&draft->arena, "%s do%s the work; what is left for %s is to check the whole",
                                   parts->data, strchr(parts->data, ',') ? "" : "es", item->achievement);
    made->origin = origin_of(outline, draft, item);
    made->origin_ids = keep(draft, ids_of(outline, item));
    made->is_origin_list = item->ids != NULL;
    made->notes = keep_text(draft, notes_of(draft, item));
    made->mark = marks[item->state];
    made->mark_reason = keep_text(draft, item->reason);
    made->place = (struct plan_draft_place){item->place.line, item->place.column, keep(draft, item->place.pointer)};
    for (size_t i = 0; i < item->edge_count; i++)
        if (!item->edges[i].is_dropped)
            plan_draft_depend(draft, made, outline->items[item->edges[i].to].achievement,
                              (struct plan_draft_place){item->edges[i].place.line, item->edges[i].place.column, NULL});
}

/* No path of this machine gets into a file. */
static const char *plan_notes(struct outline *outline, struct plan_draft *draft) {
    struct buffer text = {0};
    buffer_append_string(&text, "Imported from ");
    prose_append_words(&text, span_of(outline->source));
    buffer_append_format(&text, ", %s. The Origin of each achievement has its id there.\n\n", outline->format);
    buffer_append_span(&text, buffer_span(&outline->notes));
    const char *notes = keep_text(draft, buffer_text(&text));
    buffer_release(&text);
    return notes;
}

/* An item and the id that it is ordered by. */
struct position {
    uint64_t group, member;
    uint32_t item;
};

static int compare_positions(const void *a, const void *b) {
    const struct position *left = a, *right = b;
    if (left->group != right->group)
        return left->group < right->group ? -1 : 1;
    if (left->member != right->member)
        return left->member < right->member ? -1 : 1;
    return left->item < right->item ? -1 : left->item > right->item;
}

static void fill(struct outline *outline, struct plan_draft *draft) {
    struct buffer *parts = list_parts(outline);
    AUTO_FREE struct position *order = memory_allocate(outline->count + 1, sizeof *order);
    for (uint32_t i = 0; i < outline->count; i++)
        order[i] = (struct position){outline->items[i].group, outline->items[i].member, i};
    if (outline->is_ordered_by_id)
        qsort(order, outline->count, sizeof *order, compare_positions);
    for (size_t i = 0; i < outline->count; i++)
        if (!outline->items[order[i].item].is_left_out)
            add_item(outline, draft, order[i].item, &parts[order[i].item]);
    release_lists(parts, outline->count + 1);
    draft->notes = plan_notes(outline, draft);
    draft->origin_format = keep(draft, outline->format_word);
    draft->origin_file = keep(draft, outline->source);
}

/* --- what was changed on the way --- */

static void report_flattened(struct outline *outline) {
    AUTO_FREE bool *is_marked = memory_allocate(outline->count + 1, sizeof *is_marked);
    for (uint32_t i = 0; i < outline->count; i++) {
        uint32_t parent = outline->items[i].parent;
        is_marked[i] = parent != OUTLINE_NONE && outline->items[parent].parent != OUTLINE_NONE;
    }
    const char *names = outline_names(outline, is_marked);
    if (names)
        outline_warn(outline, NOWHERE, "import.part",
                     outline_text(outline, "parts of parts stand in the group of the whole: %s", names), NULL);
}

static void report_unplaced(struct outline *outline) {
    if (outline->unplaced_names.length)
        outline_warn(outline, NOWHERE, "task.field",
                     outline_text(outline, "fields that have no place in a plan stand under Notes in the PLAN: %s",
                                  outline->unplaced_names.data),
                     NULL);
}

bool outline_draft_make(struct outline *outline, struct plan_draft *draft, struct error *error) {
    if (!outline_edges_check_parts(outline))
        return true;
    outline_number(outline);
    outline_states_settle(outline);
    if (!outline_states_select(outline, error))
        return false;
    outline_number(outline); /* the width may be less for those that are left */
    outline_edges_settle(outline);
    outline_states_report(outline);
    report_flattened(outline);
    report_unplaced(outline);
    fill(outline, draft);
    if (draft->count == 0 && outline_error_count(outline) == 0)
        outline_error(outline, NOWHERE, "task.format", "there is nothing to be imported", NULL);
    return true;
}
