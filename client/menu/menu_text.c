#include "menu/menu_text.h"

#include <string.h>

#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/columns.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "plan/standing.h"
#include "render/achievement_text.h"
#include "render/styled_text.h"
#include "render/table.h"
#include "view/achievement_item.h"
#include "view/prompt_view.h"

void menu_text_open(struct menu *menu, const char *title) {
    buffer_clear(&menu->title);
    buffer_clear(&menu->text);
    buffer_clear(&menu->notice);
    buffer_append_string(&menu->title, title);
    answer_release(&menu->prompts);
    menu->prompt_count = menu->text_scroll = 0;
    menu->is_receipt = false;
    menu->place = MENU_TEXT;
}

struct style menu_text_style(const struct menu *menu) {
    struct style style = menu->style;
    style.form = FORM_TEXT;
    style.columns = menu->view.width;
    style.has_error_color = style.has_color;
    style.is_verbose = true;
    style.is_quiet = false;
    style.has_content = menu->place == MENU_PREVIEW && menu->request.has_content;
    return style;
}

/* The token need not be typed here. It is the last line, if it is there. */
static void drop_token(struct buffer *text) {
    static const char before[] = "\nToken: ";
    const char *found = text->length ? strstr(text->data, before) : NULL;
    if (found && strchr(found + 1, '\n') == text->data + text->length - 1)
        buffer_truncate(text, (size_t)(found - text->data) + 1);
}

void menu_text_append_answer(struct menu *menu, const struct answer *answer) {
    const struct style style = menu_text_style(menu);
    AUTO(reply) reply = {0};
    reply_write(&reply, answer, &style);
    drop_token(&reply.output);
    buffer_append_span(&menu->text, buffer_span(&reply.output));
    if (menu->text.length && reply.errors.length)
        buffer_append_byte(&menu->text, '\n');
    buffer_append_span(&menu->text, buffer_span(&reply.errors));
}

void menu_text_ask(struct menu *menu, const char *title, const char *method) {
    const struct request request = {.method = method, .plan = menu->plan};
    AUTO(answer) answer = {0};
    menu_ask(menu, &request, &answer);
    menu_text_open(menu, title);
    menu_text_append_answer(menu, &answer);
}

/* What can run side by side now. */
static void append_parallel(struct buffer *text, const struct menu_model *model, const struct style *style) {
    static const struct table_column columns[] = {
        {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"HOURS", TABLE_RIGHT}, {"NEXT", TABLE_SHRINKS}, {"BLOCKS", TABLE_RIGHT}};
    AUTO(arena) arena = {0};
    struct table *table = table_new(columns, sizeof columns / sizeof *columns, style);
    buffer_append_format(text,
                         model->ready.count == 1
                             ? "One achievement is ready; everything else waits for it or is done.\n\n"
                             : "%zu achievements are ready. None depends on another: all can run side by side.\n\n",
                         model->ready.count);
    for (size_t i = 0; i < model->ready.count; i++) {
        const struct achievement_item *item = model->ready.items[i];
        AUTO(buffer) work = {0};
        achievement_text_work(&work, item);
        const char *cells[] = {item->id, item->title, item->has_hours ? arena_format(&arena, "%g", item->hours) : "?",
                               work.data, arena_format(&arena, "%u", item->blocks)};
        table_add(table, cells, NULL);
    }
    table_end(table, text);
    buffer_append_format(text, "\nOne after the other  %g h\nSide by side         %g h\n", model->sequential,
                         model->parallel);
    if (model->hours_missing)
        buffer_append_format(text, "Without hours        %zu of them\n", model->hours_missing);
}

void menu_text_show_parallel(struct menu *menu) {
    struct menu_model *model = &menu->model;
    AUTO(answer) answer = {0};
    AUTO(arena) arena = {0};
    const struct ids ready = menu_model_ids(&model->ready, &arena);
    const struct request request = {
        .method = "what-if",
        .plan = menu->plan,
        .options.selection = {.kind = SELECT_IDS, .ids = ready.items, .id_count = ready.count}};
    menu_text_open(menu, "In parallel now");
    const struct style style = menu_text_style(menu);
    append_parallel(&menu->text, model, &style);
    buffer_append_byte(&menu->text, '\n');
    menu_ask(menu, &request, &answer);
    menu_text_append_answer(menu, &answer);
}

/* --- prompts, one at a time --- */

/* The prompt quotes files, so nothing in it may pass for a colour of ours. */
static void show_prompt(struct menu *menu) {
    const struct prompt_view *prompts = menu->prompts.view;
    const struct prompt_item *prompt = &prompts->prompts[menu->prompt];
    buffer_clear(&menu->title);
    buffer_append_string(&menu->title, "Prompt");
    if (menu->prompt_count > 1)
        buffer_append_format(&menu->title, " %zu of %zu", menu->prompt + 1, menu->prompt_count);
    if (prompt->id)
        buffer_append_format(&menu->title, ": %s", prompt->id);
    buffer_clear(&menu->text);
    for (struct span rest = span_of(prompt->text), line; span_next_line(&rest, &line);) {
        text_append_visible(&menu->text, line);
        buffer_append_byte(&menu->text, '\n');
    }
    menu->text_scroll = 0;
}

static void find_prompt(struct menu *menu, const struct prompt_view *prompts, const char *id) {
    menu->prompt = 0;
    for (size_t i = 0; id && i < prompts->count; i++)
        if (prompts->prompts[i].id && strcmp(prompts->prompts[i].id, id) == 0)
            menu->prompt = i;
}

void menu_text_show_prompts(struct menu *menu, const char *kind, enum selection_kind selection, const char *first) {
    const struct request request = {
        .method = "prompt", .plan = menu->plan, .prompt = kind, .options.selection.kind = selection};
    struct answer answer = {0};
    menu_ask(menu, &request, &answer);
    menu_text_open(menu, "Prompt");
    menu->prompts = answer;
    const struct prompt_view *prompts = answer.code == ERROR_NONE ? answer.view : NULL;
    menu->prompt_count = prompts ? prompts->count : 0;
    if (menu->prompt_count) {
        find_prompt(menu, prompts, first);
        show_prompt(menu);
    } else {
        menu_text_append_answer(menu, &answer);
    }
}

void menu_text_show_next_prompt(struct menu *menu) {
    const struct achievement_item *next = menu_model_next(&menu->model, STEP_WORK);
    const struct achievement_item *review = menu_model_next(&menu->model, STEP_REVIEW);
    if (review)
        menu_text_show_prompts(menu, "review", SELECT_READY, review->id);
    else if (menu->model.has_graph)
        menu_text_show_prompts(menu, "execute", SELECT_READY, next ? next->id : NULL);
    else
        menu_text_show_prompts(menu, "discover", SELECT_READY, NULL);
}

void menu_text_turn_prompt(struct menu *menu, bool is_forward) {
    if (menu->prompt_count < 2)
        return;
    menu->prompt = (menu->prompt + (is_forward ? 1 : menu->prompt_count - 1)) % menu->prompt_count;
    show_prompt(menu);
}

/* --- the view of a text --- */

static size_t count_run(const char *text, bool is_blank) {
    size_t count = 0;
    while (text[count] && (text[count] == ' ') == is_blank)
        count++;
    return count;
}

/* Columns before the text of a line: blanks and the mark of a list, "  - ", "2  ", "u   ". */
static size_t indent_of(struct span line) {
    enum { MARK_BYTES_MOST = 3 };
    AUTO(buffer) bare = {0};
    for (size_t color; line.length; line = span_skip(line, color ? color : 1))
        if (!(color = columns_color_length(line)))
            buffer_append_byte(&bare, line.data[0]);
    const char *text = buffer_text(&bare);
    size_t blanks = count_run(text, true), mark = count_run(text + blanks, false);
    size_t gap = count_run(text + blanks + mark, true);
    bool is_word = (text[blanks] | 0x20) >= 'a' && (text[blanks] | 0x20) <= 'z';
    bool is_mark = mark <= MARK_BYTES_MOST && gap && (!is_word || gap > 1);
    return is_mark ? blanks + mark + gap : blanks;
}

/* A line that is too long is broken at blanks; what follows the first part begins where the text did. */
static void append_wrapped(struct buffer *wrapped, struct span line, size_t width) {
    size_t indent = indent_of(line);
    if (columns_of(line) <= width) {
        buffer_append_span(wrapped, line);
    } else {
        indent = indent > width / 2 ? 0 : indent;
        size_t length = columns_fit(line, indent, &indent);
        buffer_append(wrapped, line.data, length);
        columns_append_wrapped(wrapped, span_skip(line, length), indent, indent, width);
    }
    buffer_append_byte(wrapped, '\n');
}

/* What is not broken at blanks is broken anywhere. A colour goes on where the next line begins. */
static void append_lines(struct buffer *lines, struct span wrapped, size_t width) {
    struct span color = {0}, line;
    while (span_next_line(&wrapped, &line))
        do {
            size_t ignored, length = columns_fit(line, width, &ignored);
            buffer_append_span(lines, color);
            for (size_t i = 0; i < length; i++) {
                size_t color_length = columns_color_length(span_skip(line, i));
                if (color_length)
                    color = (struct span){line.data + i, color_length};
            }
            buffer_append(lines, line.data, length);
            buffer_append_byte(lines, '\n');
            line = span_skip(line, length);
        } while (line.length);
}

static void lay_out(struct buffer *lines, const struct menu *menu, size_t width) {
    AUTO(buffer) whole = {0}, shown = {0}, wrapped = {0};
    if (menu->notice.length)
        buffer_append_format(&whole, TABLE_YELLOW "%s\033[0m\n", menu->notice.data);
    buffer_append_span(&whole, buffer_span(&menu->text));
    styled_text_append_shown(&shown, buffer_span(&whole));
    for (struct span rest = buffer_span(&shown), line; span_next_line(&rest, &line);)
        append_wrapped(&wrapped, line, width);
    append_lines(lines, buffer_span(&wrapped), width);
}

void menu_text_show(struct menu *menu) {
    struct menu_view *view = &menu->view;
    size_t margin = view->foot; /* above the text, with its title */
    size_t room = view->height > margin + view->foot ? view->height - margin - view->foot : 1;
    AUTO(buffer) lines = {0}, left = {0}, right = {0};
    lay_out(&lines, menu, view->width);
    menu_view_scroll(view, &lines, &menu->text_scroll, room);
    buffer_append_byte(&left, ' ');
    menu_view_append(&left, MENU_BOLD, buffer_text(&menu->title));
    menu_view_append_scroll(&right, view);
    menu_view_add_both(view, &left, &right);
    menu_view_fill(view, margin);
    menu_view_add_lines(view, &lines, room);
}
