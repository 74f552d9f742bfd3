#include "import/box_list.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/list_item.h"
#include "document/plan_document.h"
#include "import/box_file.h"
#include "import/id_index.h"
#include "import/import_options.h"
#include "import/order_words.h"

/* --- items --- */

static void note(struct outline *outline, uint32_t item, const char *label, struct span text) {
    outline_note(outline, item, label, text);
}

static void set_state(struct outline *outline, struct outline_item *item, const struct box *box) {
    bool is_blank = box->state == LIST_ITEM_OPEN_BOX;
    item->state = box->state == LIST_ITEM_TICKED_BOX ? OUTLINE_FINISHED : OUTLINE_OPEN;
    item->is_usual = is_blank;
    item->word = is_blank ? NULL : outline_text(outline, "[%.*s]", (int)box->mark.length, box->mark.data);
    item->is_optional = box->is_optional;
}

static const char *remark_of(struct outline *outline, const struct box *box) {
    struct buffer text = {0};
    if (box->state != LIST_ITEM_OPEN_BOX)
        buffer_append_format(&text, "status \"[%.*s]\"", (int)box->mark.length, box->mark.data);
    if (box->is_optional)
        buffer_append_string(&text, text.length ? ", optional" : "optional");
    return outline_take(outline, &text);
}

/* OpenSpec: the headings above. */
static const char *context_of(const struct box_file *file, const struct box *box) {
    struct buffer text = {0};
    if (!file->is_kiro)
        buffer_append_span(&text, box->heading);
    if (!file->is_kiro && box->below.length)
        buffer_append_format(&text, "%s%.*s", text.length ? "; " : "", (int)box->below.length, box->below.data);
    return outline_take(file->outline, &text);
}

/* "(depends on 1.1)" at its end is no part of a title. */
static struct span title_of(const struct box *box) {
    size_t at = 0, open;
    for (struct span inner; order_words_next_bracket(box->text, &at, &open, &inner);)
        if (span_trim(span_skip(box->text, at)).length == 0 && order_words_take_after(&inner))
            return span_trim((struct span){box->text.data, open});
    return box->text;
}

static void fill_item(struct box_file *file, struct box *box, uint64_t member) {
    struct outline *outline = file->outline;
    struct outline_item *item = &outline->items[box->item];
    struct span title = title_of(box);
    item->id = box->number.length ? outline_copy(outline, box->number) : NULL;
    item->group = box->group;
    item->member = member;
    item->title = outline_copy(outline, title.length ? title : box->text);
    item->fields[DEFINITION_GOAL] = outline_copy(outline, box->text);
    item->fields[DEFINITION_APPROACH] = box->approach;
    item->fields[DEFINITION_TESTS] = box->tests;
    item->context = context_of(file, box);
    item->remark = remark_of(outline, box);
    set_state(outline, item, box);
    box_file_read_labels(file, box, note);
    if (box->text.length)
        return;
    item->title = outline_text(outline, "Task %s", item->id ? item->id : "without text");
    outline_warn(outline, item->place, "task.title",
                 outline_text(outline, "this has no title, and is called \"%s\"", item->title), NULL);
}

/* Kiro's top items are N.0; all others are counted in their group. */
static void fill_by_box(struct box_file *file) {
    AUTO_FREE uint64_t *members = memory_allocate(file->group_count + 1, sizeof *members);
    for (size_t i = 0; i < file->count; i++) {
        struct box *box = &file->boxes[i];
        bool is_whole = file->is_kiro && box->parent == SIZE_MAX;
        box->item = outline_add(file->outline, box_file_place(file, box->line));
        if (box->item == OUTLINE_NONE)
            return;
        fill_item(file, box, is_whole ? 0 : ++members[box->group]);
        outline_set_parent(file->outline, box->item,
                           box->parent == SIZE_MAX ? OUTLINE_NONE : file->boxes[box->parent].item);
    }
}

/* --- by phase: a heading, or a top item --- */

static bool is_same_phase(const struct box *a, const struct box *b) {
    return a->group == b->group;
}

static size_t depth_of(const struct box_file *file, const struct box *box) {
    size_t depth = 0;
    for (size_t at = box->parent; at != SIZE_MAX; at = file->boxes[at].parent)
        depth++;
    return depth;
}

/* As one of the success criteria, with what is below it. */
static void append_criterion(struct buffer *text, const struct box_file *file, const struct box *box, bool is_told) {
    enum { DEPTH_SHOWN = 10 };
    bool is_first = box == file->boxes || box[-1].below.data != box->below.data;
    if (!file->is_kiro && box->below.length && is_first)
        buffer_append_format(text, "\n%.*s:\n\n", (int)box->below.length, box->below.data);
    size_t depth = depth_of(file, box) - (file->is_kiro ? 1 : 0);
    size_t columns = 2 * (depth < DEPTH_SHOWN ? depth : DEPTH_SHOWN);
    buffer_append_format(text, "%*s- ", (int)columns, "");
    if (box->number.length)
        buffer_append_format(text, "%.*s ", (int)box->number.length, box->number.data);
    buffer_append_span(text, box->text);
    if (box->state == LIST_ITEM_OTHER_BOX)
        buffer_append_format(text, " (marked [%.*s] there)", (int)box->mark.length, box->mark.data);
    buffer_append_string(text, is_told && box->state == LIST_ITEM_TICKED_BOX ? " (ticked there)\n" : "\n");
    const char *const below[] = {box->approach, box->tests};
    for (size_t i = 0; i < 2; i++)
        for (struct span rest = span_of(below[i]), line; span_next_line(&rest, &line);)
            buffer_append_format(text, "%*s  %.*s\n", (int)columns, "", (int)line.length, line.data);
}

static void append_id(struct buffer *ids, const struct box_file *file, const struct box *box) {
    if (box->number.length)
        buffer_append_format(ids, "%.*s\n", (int)box->number.length, box->number.data);
    else
        buffer_append_format(ids, "%s:%zu\n", file->outline->source, box->line + 1);
}

/* OpenSpec's heading is finished if all its boxes are, Kiro's top item by its own box. */
static bool is_finished_phase(const struct box_file *file, size_t first) {
    const struct box *whole = &file->boxes[first];
    for (size_t i = first; !file->is_kiro && i < file->count; i++)
        if (is_same_phase(whole, &file->boxes[i]) && file->boxes[i].state != LIST_ITEM_TICKED_BOX)
            return false;
    return !file->is_kiro || whole->state == LIST_ITEM_TICKED_BOX;
}

/* The boxes from @first on that are of its phase: ids, criteria, and labels. */
static void add_boxes(struct box_file *file, size_t first, uint32_t index) {
    const struct box *whole = &file->boxes[first];
    struct buffer criteria = {0}, ids = {0};
    bool is_finished = is_finished_phase(file, first);
    for (size_t i = first; i < file->count; i++) {
        if (!is_same_phase(whole, &file->boxes[i]))
            continue;
        file->boxes[i].item = index;
        append_id(&ids, file, &file->boxes[i]);
        if (i > first || !file->is_kiro)
            append_criterion(&criteria, file, &file->boxes[i], !is_finished);
        box_file_read_labels(file, &file->boxes[i], note);
    }
    struct outline_item *item = &file->outline->items[index];
    item->ids = outline_take(file->outline, &ids);
    item->fields[DEFINITION_CRITERIA] = outline_take(file->outline, &criteria);
}

static void fill_phase(struct box_file *file, size_t first, uint32_t index) {
    struct outline *outline = file->outline;
    struct outline_item *item = &outline->items[index];
    const struct box *whole = &file->boxes[first];
    add_boxes(file, first, index);
    item->group = whole->group;
    item->title = outline_copy(outline, file->is_kiro ? whole->text : whole->heading);
    item->title = *item->title ? item->title : "Tasks before the first heading";
    if (file->is_kiro) {
        item->fields[DEFINITION_GOAL] = outline_copy(outline, whole->text);
        item->fields[DEFINITION_APPROACH] = whole->approach;
        item->fields[DEFINITION_TESTS] = whole->tests;
        item->remark = remark_of(outline, whole);
        set_state(outline, item, whole);
    }
    item->state = is_finished_phase(file, first) ? OUTLINE_FINISHED : OUTLINE_OPEN;
}

static void fill_by_phase(struct box_file *file) {
    AUTO_FREE bool *is_done = memory_allocate(file->group_count + 1, sizeof *is_done);
    for (size_t i = 0; i < file->count; i++) {
        struct box *box = &file->boxes[i];
        uint32_t index = is_done[box->group] ? 0 : outline_add(file->outline, box_file_place(file, box->line));
        if (index == OUTLINE_NONE)
            return;
        if (!is_done[box->group])
            fill_phase(file, i, index);
        is_done[box->group] = true;
    }
}

/* --- stated edges --- */

static void add_stated(struct box_file *file, const struct box *from, const struct box *to, size_t line) {
    bool is_within = file->outline->options->by_phase && from->item == to->item;
    if (!is_within)
        outline_add_edge(file->outline, from->item, to->item, OUTLINE_STATED, box_file_place(file, line));
}

/* A range takes the numbers that are there. */
static void add_edges_to(struct box_file *file, const struct id_index *ids, const struct box *from,
                         const struct order_id *id, size_t line) {
    size_t count;
    const struct id_entry *found = id_index_find(ids, id, &count);
    for (size_t i = 0; i < count && !file->outline->is_too_large; i++)
        add_stated(file, from, &file->boxes[found[i].position], line);
    if (count == 0)
        outline_remedy(file->outline, from->item, box_file_place(file, line), "task.dependency",
                       outline_text(file->outline, "there is no item %.*s", (int)id->first.length, id->first.data),
                       "the dependency on it is dropped");
}

static void add_edges(struct box_file *file, const struct id_index *index, const struct box *box, struct span text,
                      size_t line) {
    AUTO_CALL(order_ids_release) struct order_ids ids = {0};
    order_words_take_ids(&text, true, &ids);
    for (size_t i = 0; i < ids.count && outline_count_reference(file->outline, box_file_place(file, line)); i++)
        add_edges_to(file, index, box, &ids.items[i], line);
}

static void read_stated(struct box_file *file, const struct id_index *ids, const struct box *box) {
    size_t at = 0, open;
    for (struct span inner; order_words_next_bracket(box->text, &at, &open, &inner);) {
        struct span rest = span_trim(inner);
        if (order_words_take_after(&rest))
            add_edges(file, ids, box, rest, box->line);
    }
    if (box->order.length)
        add_edges(file, ids, box, box->order, box->order_line);
}

/* --- the order of the lines --- */

/* Each waits for the one before it among those with the same parent; of optional ones nothing waits. */
static void assume_order(struct box_file *file) {
    AUTO_FREE size_t *last = memory_allocate(file->count + 1, sizeof *last); /* by parent, the last slot for none */
    for (size_t i = 0; i <= file->count; i++)
        last[i] = SIZE_MAX;
    for (size_t i = 0; i < file->count; i++) {
        const struct box *box = &file->boxes[i];
        size_t *before = &last[box->parent == SIZE_MAX ? file->count : box->parent];
        bool by_phase = file->outline->options->by_phase;
        if (by_phase && *before != SIZE_MAX && file->boxes[*before].item == box->item)
            continue;
        if (*before != SIZE_MAX && (!by_phase || box->parent == SIZE_MAX))
            outline_add_edge(file->outline, box->item, file->boxes[*before].item, OUTLINE_ASSUMED,
                             box_file_place(file, box->line));
        *before = box->is_optional ? *before : i;
    }
}

static void report_doubled(struct box_file *file) {
    for (size_t i = 0; i < file->count; i++) {
        const struct box *box = &file->boxes[i];
        if (box->doubled_line)
            outline_remedy(file->outline, box->item, box_file_place(file, box->line), "task.id",
                           outline_text(file->outline, "the number %.*s occurs twice; first in line %zu",
                                        (int)box->number.length, box->number.data, box->doubled_line),
                           "both are kept, and an edge to this number means the first");
    }
}

static void add_order(struct box_file *file) {
    AUTO(id_index) ids = {0};
    for (size_t i = 0; i < file->count; i++)
        id_index_add(&ids, file->boxes[i].number, i);
    id_index_sort(&ids);
    for (size_t i = 0; i < file->count; i++)
        read_stated(file, &ids, &file->boxes[i]);
    if (!file->outline->options->is_flat)
        assume_order(file);
}

/* --- the whole --- */

static void report_size(const struct box_file *file) {
    enum { USUAL_BOXES = 30 };
    if (file->count > USUAL_BOXES && !file->outline->options->by_phase)
        outline_warn(file->outline, (struct outline_place){0}, "import.size",
                     outline_text(file->outline, "%zu boxes become %zu achievements, each with a SUBPLAN and a review",
                                  file->count, file->count),
                     outline_text(file->outline, "--by phase makes %zu", file->group_count));
}

bool box_list_read(struct outline *outline, const struct source *source, struct error *error) {
    struct box_file file;
    (void)error;
    outline->container = "item";
    box_file_read(&file, outline, &source->files[0], source->format == IMPORT_KIRO);
    if (outline->options->by_phase)
        fill_by_phase(&file);
    else
        fill_by_box(&file);
    if (!outline->is_too_large) {
        report_doubled(&file);
        add_order(&file);
    }
    if (file.count == 0)
        outline_error(outline, (struct outline_place){.file = source->files[0].name}, "task.format",
                      "there are no boxes in it", "a task is a line such as \"- [ ] 1.1 Text\"");
    report_size(&file);
    if (source->beside)
        outline_warn(outline, (struct outline_place){0}, "import.beside",
                     outline_text(outline, "beside it, and not imported: %s", source->beside), NULL);
    box_file_release(&file);
    return true;
}
