#include "menu/menu_prompts.h"

#include <string.h>

#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "format/json.h"
#include "menu/menu_model.h"
#include "menu/menu_text.h"
#include "render/prompt_text.h"
#include "render/styled_text.h"

static const cJSON *prompt_at(const struct menu *menu, size_t position) {
    const cJSON *prompt = styled_text_first(menu->prompt_json.root, "prompts");
    for (; prompt && position; position--)
        prompt = prompt->next;
    return prompt;
}

/* The prompt quotes files, so nothing in it may pass for a colour of ours. */
static void show_prompt(struct menu *menu) {
    const cJSON *prompt = prompt_at(menu, menu->prompt);
    const char *id = json_get_string(prompt, "id");
    buffer_clear(&menu->title);
    buffer_append_string(&menu->title, "Prompt");
    if (menu->prompt_count > 1)
        buffer_append_format(&menu->title, " %zu of %zu", menu->prompt + 1, menu->prompt_count);
    if (id)
        buffer_append_format(&menu->title, ": %s", id);
    buffer_clear(&menu->text);
    for (struct span rest = span_of(styled_text_string(prompt, "text")), line; span_next_line(&rest, &line);) {
        text_append_visible(&menu->text, line);
        buffer_append_byte(&menu->text, '\n');
    }
    menu->text_scroll = 0;
}

static void find_prompt(struct menu *menu, const char *id) {
    size_t position = 0;
    menu->prompt = 0;
    for (const cJSON *prompt = prompt_at(menu, 0); id && prompt; prompt = prompt->next, position++)
        if (strcmp(styled_text_string(prompt, "id"), id) == 0)
            menu->prompt = position;
}

void menu_prompts_show(struct menu *menu, const char *kind, enum selection_kind selection, const char *first) {
    const struct request request = {
        .method = "prompt", .plan = menu->plan, .prompt = kind, .options.selection.kind = selection};
    AUTO(answer) answer = {0};
    menu_ask(menu, &request, &answer);
    menu_text_open(menu, "Prompt");
    buffer_release(&menu->prompt_text);
    menu->prompt_text = answer.data;
    answer.data = (struct buffer){0};
    bool is_read = answer.code == ERROR_NONE && json_read_ours(&menu->prompt_json, buffer_span(&menu->prompt_text));
    menu->prompt_count = is_read ? styled_text_count(menu->prompt_json.root, "prompts") : 0;
    if (menu->prompt_count) {
        find_prompt(menu, first);
        show_prompt(menu);
    } else {
        if (is_read)
            prompt_text_append_notes(&menu->text, menu->prompt_json.root);
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
