#include "menu/menu_text.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "menu/menu_help.h"
#include "menu/menu_model.h"
#include "menu/model_text.h"
#include "plan/selection.h"
#include "render/diagnostics_text.h"
#include "render/symbol.h"
#include "term/terminal.h"

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
        .columns = terminal_columns(),
        .has_color = menu->has_color,
        .is_ascii = menu->is_ascii,
        .is_verbose = true,
        .has_content = menu->has_content,
        .workspace = menu->root,
        .cwd = menu->here,
    };
}

void menu_text_append_diagnostics(struct menu *menu, const struct answer *answer) {
    const struct style style = menu_text_style(menu);
    for (size_t i = 0; i < answer->diagnostics.count; i++)
        diagnostics_text_append_one(&menu->text, &answer->diagnostics.items[i], &style, true);
    if (answer->diagnostics.left_out)
        buffer_append_format(&menu->text, "and %zu more\n", answer->diagnostics.left_out);
}

/* The token need not be typed here. It is the last line, if it is there. */
static void drop_token(struct buffer *text) {
    static const char before[] = "\nToken: ";
    const char *found = text->length ? strstr(text->data, before) : NULL;
    if (found && strchr(found + 1, '\n') == text->data + text->length - 1)
        buffer_truncate(text, (size_t)(found - text->data) + 1);
}

void menu_text_append_answer(struct menu *menu, const struct answer *answer) {
    struct style style = menu_text_style(menu);
    style.has_failed = answer->code != ERROR_NONE;
    if (answer->view)
        answer->type->append_text(&menu->text, answer->view, &style);
    drop_token(&menu->text);
    if (menu->text.length && answer->diagnostics.count)
        buffer_append_byte(&menu->text, '\n');
    menu_text_append_diagnostics(menu, answer);
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

void menu_text_show_parallel(struct menu *menu) {
    const struct menu_model *model = &menu->model;
    AUTO(answer) answer = {0};
    size_t count = 0;
    AUTO_FREE const char **ids = memory_allocate(model->ready + 1, sizeof *ids);
    for (size_t i = 0; i < model->count; i++)
        if (model->items[i].is_ready)
            ids[count++] = model->items[i].id;
    const struct request request = {.method = "what-if",
                                    .plan = menu->plan,
                                    .options.selection = {.kind = SELECT_IDS, .ids = ids, .id_count = count}};
    menu_text_open(menu, "In parallel now");
    const struct style style = menu_text_style(menu);
    model_text_append_parallel(&menu->text, model, &style);
    buffer_append_byte(&menu->text, '\n');
    menu_ask(menu, &request, &answer);
    menu_text_append_answer(menu, &answer);
}

void menu_text_show_help(struct menu *menu) {
    menu_text_open(menu, "Help");
    const struct style style = menu_text_style(menu);
    symbol_append_words(&menu->text, &style, menu_help);
}
