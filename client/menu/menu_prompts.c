#include "menu/menu_prompts.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "menu/menu_model.h"
#include "menu/menu_text.h"
#include "view/prompt_view.h"

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

void menu_prompts_show(struct menu *menu, const char *kind, enum selection_kind selection, const char *first) {
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
        buffer_append_string(&menu->text, answer.notes ? answer.notes : "");
        menu_text_append_diagnostics(menu, &answer);
    }
}

void menu_prompts_show_next(struct menu *menu) {
    const struct menu_model_item *next = menu_model_next_work(&menu->model);
    const struct menu_model_item *review = menu_model_next_review(&menu->model);
    if (review)
        menu_prompts_show(menu, "review", SELECT_READY, review->id);
    else if (menu->model.has_graph)
        menu_prompts_show(menu, "execute", SELECT_READY, next ? next->id : NULL);
    else
        menu_prompts_show(menu, "discover", SELECT_READY, NULL);
}

void menu_prompts_turn(struct menu *menu, bool is_forward) {
    if (menu->prompt_count < 2)
        return;
    menu->prompt = (menu->prompt + (is_forward ? 1 : menu->prompt_count - 1)) % menu->prompt_count;
    show_prompt(menu);
}
