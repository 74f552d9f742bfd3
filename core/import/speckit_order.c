#include "import/speckit_order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/list_item.h"
#include "import/id_index.h"
#include "import/list_lines.h"
#include "import/list_number.h"
#include "import/order_words.h"
#include "import/outline.h"

struct order {
    struct speckit_file *file;
    struct outline *outline;
    struct id_index ids;  /* of tasks: their indices */
    struct buffer unread; /* "66-69, 73": lines that are not read as edges */
    size_t unread_first, unread_last;
};

/* --- stated edges --- */

/* The tasks of a list of ids, the first one of each; a range takes those that are there. */
struct targets {
    const struct speckit_task **items;
    size_t count, capacity;
};

static void find_targets(struct order *order, const struct order_ids *ids, struct targets *targets, size_t line,
                         uint32_t item) {
    for (size_t i = 0; i < ids->count && outline_count_reference(order->outline, speckit_place(order->file, line));
         i++) {
        const struct order_id *id = &ids->items[i];
        size_t count;
        const struct id_entry *found = id_index_find(&order->ids, id, &count);
        for (size_t k = 0; k < count; k++)
            *LIST_ADD(targets->items, targets->count, targets->capacity) = &order->file->tasks[found[k].position];
        if (count == 0)
            outline_remedy(order->outline, item, speckit_place(order->file, line), "task.dependency",
                           outline_text(order->outline, "there is no task %.*s", (int)id->first.length, id->first.data),
                           "the dependency on it is dropped");
    }
}

static void add_stated(struct order *order, const struct speckit_task *from, const struct speckit_task *to,
                       size_t line) {
    bool is_within = order->outline->options->by_phase && from->item == to->item;
    if (from->item != OUTLINE_NONE && to->item != OUTLINE_NONE && !is_within)
        outline_add_edge(order->outline, from->item, to->item, OUTLINE_STATED, speckit_place(order->file, line));
}

static void read_bracket(struct order *order, const struct speckit_task *task, struct span inner) {
    struct span rest = span_trim(inner);
    AUTO_CALL(order_ids_release) struct order_ids ids = {0};
    struct targets targets = {0};
    bool is_order = order_words_take_after(&rest);
    if (is_order)
        order_words_take_ids(&rest, false, &ids);
    if (order_words_has_id(is_order && ids.count ? rest : inner))
        outline_warn(order->outline, speckit_place(order->file, task->line), "import.edge",
                     outline_text(order->outline, "not read as a dependency: (%.*s)", (int)inner.length, inner.data),
                     "write it as (depends on T001, T002)");
    find_targets(order, &ids, &targets, task->line, task->item);
    for (size_t i = 0; i < targets.count && !order->outline->is_too_large; i++)
        add_stated(order, task, targets.items[i], task->line);
    memory_free(targets.items);
}

static void read_brackets(struct order *order) {
    for (size_t i = 0; i < order->file->task_count; i++) {
        const struct speckit_task *task = &order->file->tasks[i];
        size_t at = 0, open;
        for (struct span inner; order_words_next_bracket(task->text, &at, &open, &inner);)
            read_bracket(order, task, inner);
    }
}

/* --- stories --- */

/* "User Story 2" or "US2" at the start of @text: its number, taken off; 0 if there is none. */
static size_t take_story(struct span *text) {
    static const char *const words[] = {"User Story ", "US"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]), number = 0, digits = 0;
        if (text->length <= length || strncasecmp(text->data, words[i], length) != 0)
            continue;
        struct span rest = span_skip(*text, length);
        for (; digits < rest.length && isdigit((unsigned char)rest.data[digits]) && number < 100000; digits++)
            number = number * 10 + (size_t)(rest.data[digits] - '0');
        if (digits == 0)
            continue;
        *text = span_skip(rest, digits);
        return number;
    }
    return 0;
}

static size_t story_in_heading(struct span heading) {
    for (size_t i = 0; i < heading.length; i++) {
        struct span rest = span_skip(heading, i);
        if (text_is_one_of(rest.data[0], "Uu") && rest.length > 11 && strncasecmp(rest.data, "User Story ", 11) == 0) {
            size_t number = take_story(&rest);
            if (number)
                return number;
        }
    }
    return 0;
}

/* Of a phase: of its heading, or of all its tasks; 0 if it is no story. */
static size_t story_of(const struct speckit_file *file, const struct speckit_phase *phase) {
    size_t number = story_in_heading(phase->heading);
    struct span mark = file->tasks[phase->first_task].story;
    if (number || !mark.length)
        return number;
    for (size_t i = 0; i < phase->task_count; i++) {
        struct span other = file->tasks[phase->first_task + i].story;
        if (other.length != mark.length || memcmp(other.data, mark.data, mark.length) != 0)
            return 0;
    }
    return take_story(&mark);
}

/* --- phases --- */

static size_t last_block(const struct speckit_file *file, const struct speckit_phase *phase) {
    return file->tasks[phase->first_task + phase->task_count - 1].block;
}

static void add_edge(struct order *order, const struct speckit_task *from, const struct speckit_task *to,
                     enum outline_edge_kind kind, size_t line) {
    if (kind == OUTLINE_STATED)
        add_stated(order, from, to, line);
    else if (from->item != to->item)
        outline_add_edge(order->outline, from->item, to->item, kind, speckit_place(order->file, line));
}

/*
 * To wait for a phase is to wait for its last block, and the first block is what waits. Where the order within phases
 * is not assumed, each task waits for each.
 */
static void wait_for_phase(struct order *order, const struct speckit_phase *waiting, struct speckit_phase *before,
                           enum outline_edge_kind kind, size_t line) {
    const struct speckit_file *file = order->file;
    bool is_flat = order->outline->options->is_flat || order->outline->options->by_phase;
    before->is_waited_for = true;
    for (size_t i = 0; i < waiting->task_count; i++) {
        const struct speckit_task *from = &file->tasks[waiting->first_task + i];
        for (size_t k = 0; k < before->task_count; k++) {
            const struct speckit_task *to = &file->tasks[before->first_task + k];
            bool is_needed = is_flat || (from->block == 0 && to->block == last_block(file, before));
            bool is_repeated = order->outline->options->by_phase && (i > 0 || k > 0);
            if (is_needed && !is_repeated && !order->outline->is_too_large)
                add_edge(order, from, to, kind, line);
        }
    }
}

static void wait_within(struct order *order, const struct speckit_phase *phase) {
    const struct speckit_task *tasks = &order->file->tasks[phase->first_task];
    for (size_t i = 0; i < phase->task_count; i++)
        for (size_t k = i; k-- > 0 && tasks[k].block + 1 >= tasks[i].block;)
            if (tasks[k].block + 1 == tasks[i].block && !order->outline->is_too_large)
                add_edge(order, &tasks[i], &tasks[k], OUTLINE_ASSUMED, tasks[i].line);
}

/* A story waits for the last phase before it that is none, any other phase for those that nothing waits for yet. */
static void assume_phases(struct order *order) {
    struct speckit_file *file = order->file;
    for (size_t i = 0; i < file->phase_count; i++) {
        struct speckit_phase *phase = &file->phases[i];
        bool is_story = phase->story > 0;
        wait_within(order, phase);
        for (size_t k = i; k-- > 0;) {
            struct speckit_phase *before = &file->phases[k];
            bool is_wanted = is_story ? before->story == 0 : !before->is_waited_for;
            if (is_wanted)
                wait_for_phase(order, phase, before, OUTLINE_ASSUMED, phase->line);
            if (is_wanted && is_story)
                break;
        }
    }
}

/* --- lines about order --- */

static void name_unread(struct order *order, size_t line) {
    size_t number = line + 1;
    if (order->unread_last && number == order->unread_last + 1) {
        order->unread_last = number;
        return;
    }
    if (order->unread_last > order->unread_first)
        buffer_append_format(&order->unread, "-%zu", order->unread_last);
    if (line == SIZE_MAX)
        return;
    buffer_append_format(&order->unread, "%s%zu", order->unread.length ? ", " : "", number);
    order->unread_first = order->unread_last = number;
}

/* "T006 depends on T002", "T005-T011 blocks T012". False if the line is none, and has nothing added. */
static bool read_task_line(struct order *order, struct span text, size_t line) {
    AUTO_CALL(order_ids_release) struct order_ids left = {0}, right = {0};
    order_words_take_ids(&text, false, &left);
    bool is_after = left.count && order_words_take_after(&text);
    bool is_before = left.count && !is_after && order_words_take_before(&text);
    if (!is_after && !is_before)
        return false;
    order_words_take_ids(&text, false, &right);
    if (!right.count || order_words_has_id(text))
        return false;
    struct targets from = {0}, to = {0};
    find_targets(order, is_after ? &left : &right, &from, line, OUTLINE_NONE);
    find_targets(order, is_after ? &right : &left, &to, line, OUTLINE_NONE);
    for (size_t i = 0; i < from.count && !order->outline->is_too_large; i++)
        for (size_t k = 0; k < to.count && !order->outline->is_too_large; k++)
            add_stated(order, from.items[i], to.items[k], line);
    memory_free(from.items);
    memory_free(to.items);
    return true;
}

static bool skip_to_colon(struct span *text) {
    const char *colon = memchr(text->data, ':', text->length);
    if (!colon)
        return false;
    *text = span_skip(*text, (size_t)(colon - text->data) + 1);
    while (text->length && text_is_one_of(text->data[0], "* "))
        *text = span_skip(*text, 1);
    return true;
}

static bool has_story(const struct order *order, size_t story) {
    for (size_t i = 0; i < order->file->phase_count; i++)
        if (order->file->phases[i].story == story)
            return true;
    return false;
}

static void wait_for_story(struct order *order, size_t waiting, size_t before, size_t line) {
    struct speckit_file *file = order->file;
    for (size_t i = 0; i < file->phase_count; i++)
        for (size_t k = 0; k < file->phase_count && file->phases[i].story == waiting; k++)
            if (k != i && file->phases[k].story == before)
                wait_for_phase(order, &file->phases[i], &file->phases[k], OUTLINE_STATED, line);
}

/* "User Story 2 (P2): Depends on US1, US3" */
static bool read_story_line(struct order *order, struct span text, size_t line) {
    size_t waiting = take_story(&text), count = 0;
    if (!waiting || !has_story(order, waiting) || !skip_to_colon(&text) || !order_words_take_after(&text))
        return false;
    for (size_t before; (before = take_story(&text)) && has_story(order, before); count++) {
        wait_for_story(order, waiting, before, line);
        while (text.length && text_is_one_of(text.data[0], ", "))
            text = span_skip(text, 1);
        if (text_starts_with_word(text, "and"))
            text = span_trim(span_skip(text, 3));
    }
    return count > 0;
}

static void read_order_line(struct order *order, size_t at) {
    const struct list_line *line = &order->file->lines.items[at];
    struct span text = list_item_content(line->text);
    if (line->is_empty || line->level || line->is_code)
        return;
    while (text.length && text_is_one_of(text.data[0], "*` "))
        text = span_skip(text, 1);
    if (!read_task_line(order, text, at) && !read_story_line(order, text, at))
        name_unread(order, at);
}

static void read_sections(struct order *order) {
    for (size_t i = 0; i < order->file->section_count; i++)
        for (size_t k = order->file->sections[i].first; k < order->file->sections[i].end; k++)
            read_order_line(order, k);
    name_unread(order, SIZE_MAX);
    if (order->unread.length)
        outline_warn(
            order->outline, (struct outline_place){.file = order->file->name}, "import.edge",
            outline_text(order->outline, "lines %s speak of order and are not read as edges", order->unread.data),
            "they are quoted in the section Origin of the PLAN");
}

void speckit_order_add(struct speckit_file *file) {
    struct order order = {.file = file, .outline = file->outline};
    for (size_t i = 0; i < file->phase_count; i++)
        file->phases[i].story = story_of(file, &file->phases[i]);
    for (size_t i = 0; i < file->task_count; i++)
        id_index_add(&order.ids, file->tasks[i].id, i);
    id_index_sort(&order.ids);
    read_brackets(&order);
    read_sections(&order);
    if (!file->outline->options->is_flat)
        assume_phases(&order);
    buffer_release(&order.unread);
    id_index_release(&order.ids);
}
