#include "menu/menu_text.h"

#include <string.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "menu/item.h"
#include "menu/menu_model.h"
#include "plan/selection.h"
#include "render/symbol.h"
#include "render/table.h"
#include "term/terminal.h"
#include "view/achievement_item.h"
#include "view/prompt_view.h"

void menu_text_open(struct menu *menu, const char *title) {
    buffer_clear(&menu->title);
    buffer_clear(&menu->text);
    buffer_clear(&menu->notice);
    buffer_append_string(&menu->title, title);
    answer_release(&menu->prompts);
    menu->prompt_count = 0;
    menu->text_scroll = 0;
    menu->is_picture = menu->is_receipt = false;
    menu->place = MENU_TEXT;
}

struct style menu_text_style(const struct menu *menu) {
    return (struct style){
        .form = FORM_TEXT,
        .columns = terminal_columns(),
        .has_color = menu->has_color,
        .has_error_color = menu->has_color,
        .is_ascii = menu->is_ascii,
        .is_verbose = true,
        .has_content = menu->has_content,
        .workspace = menu->root,
        .cwd = menu->here,
    };
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

static void show_answer(struct menu *menu, const char *title, const struct request *request) {
    AUTO(answer) answer = {0};
    menu_ask(menu, request, &answer);
    menu_text_open(menu, title);
    menu->has_content = false;
    menu_text_append_answer(menu, &answer);
}

void menu_text_show_graph(struct menu *menu) {
    const struct request request = {.method = "graph", .plan = menu->plan};
    show_answer(menu, "Dependency graph", &request);
    menu->is_picture = true;
}

void menu_text_show_validity(struct menu *menu) {
    const struct request request = {.method = "validate", .plan = menu->plan};
    show_answer(menu, "Validate", &request);
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
    for (size_t i = 0; i < model->all.count; i++) {
        const struct achievement_item *item = model->all.items[i];
        const char *cells[] = {item->id, item->title ? item->title : "",
                               item->has_hours ? arena_format(&arena, "%g", item->hours) : "?",
                               item_what_next(item, &arena), arena_format(&arena, "%u", item->blocks)};
        if (item_passes(item, ITEM_IS_READY))
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
    const struct ids ready = item_ids(&model->all, ITEM_IS_READY, &arena);
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
    const struct achievement_item *next = menu_model_next(&menu->model, ITEM_IS_WORK);
    const struct achievement_item *review = menu_model_next(&menu->model, ITEM_IS_SUBMITTED);
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

/* --- help --- */

static const char help[] =
    "The keys 1 to 7 always mean the same. One that has nothing to do is dimmed and says why.\n"
    "\n"
    "1  Create SUBPLANs: all that are ready for one, at once\n"
    "2  Create EXECUTION_TASKs: all that are ready for one, at once; or the rework of what a FIX has sent back\n"
    "3  In parallel now: what can be done side by side, how long it takes, and what is ready then\n"
    "4  Dependency graph\n"
    "5  Prompt for the next: what to give to an LLM, for what waits for a review, else for what can be worked on now\n"
    "6  Fill placeholders: prompts for SUBPLANs that are not filled in\n"
    "7  Validate: everything that is wrong with the plan, with its place and remedy\n"
    "\n"
    "Arrows and Enter choose, too; the cursor begins at what is recommended.\n"
    "\n"
    "j k, PgUp PgDn, g G   scroll\n"
    "r                     read the plan again (each change is read without it, too)\n"
    "a                     approve what is submitted\n"
    "d                     submit the work orders that say of themselves that they are complete\n"
    "u                     undo the batch that was made here last\n"
    "b                     back to the choice of plans\n"
    "p                     in a text: print it outside of the menu, where it can be copied\n"
    "Esc, q                back; on the first screen q ends the menu\n"
    "\n"
    "Creating: you see every file first. y creates exactly that set, anything else does not. If something has changed\n"
    "meanwhile, nothing is created; the menu says what it was, and shows the new set. Left and right change what is\n"
    "selected: what is ready, or a whole level. s shows the texts of the files.\n"
    "\n"
    "✓ complete  – skipped  ✗ failed  ▶ ready  ○ not started  ◐ has its SUBPLAN  ● has its EXECUTION_TASK\n"
    "◑ submitted\n"
    "\n"
    "\"blocks 3\" means that three open achievements wait for this one, directly or not.\n";

void menu_text_show_help(struct menu *menu) {
    menu_text_open(menu, "Help");
    const struct style style = menu_text_style(menu);
    symbol_append_words(&menu->text, &style, help);
}
