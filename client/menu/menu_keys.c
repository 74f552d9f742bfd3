#include "menu/menu_keys.h"

#include "api/answer.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "menu/menu_board.h"
#include "menu/menu_choice.h"
#include "menu/menu_model.h"
#include "menu/menu_preview.h"
#include "menu/menu_text.h"
#include "menu/menu_view.h"
#include "menu/text_view.h"
#include "plan/selection.h"

bool menu_begin(struct menu *menu, const char *plan, struct answer *answer) {
    if (!menu_choice_find(menu, plan, answer))
        return false;
    if (menu_choice_count(menu) == 0) {
        struct error error = {0};
        error_set(&error, ERROR_NOT_FOUND, "there is no plan here");
        answer_fail(answer, &error);
        return false;
    }
    answer_release(answer);
    if (menu_choice_count(menu) == 1)
        return menu_choice_open(menu, answer);
    menu->place = MENU_CHOICE;
    return true;
}

void menu_end(struct menu *menu) {
    menu_model_release(&menu->model);
    answer_release(&menu->choices);
    answer_release(&menu->prompts);
    buffer_release(&menu->message);
    buffer_release(&menu->title);
    buffer_release(&menu->text);
    buffer_release(&menu->notice);
    buffer_release(&menu->token);
    answer_release(&menu->previewed);
    menu_view_release(&menu->view);
    memory_free(menu->plan);
    memory_free(menu->as);
    *menu = (struct menu){0};
}

static void go_back(struct menu *menu) {
    menu->place = MENU_BOARD;
    menu_refresh_quietly(menu);
    if (menu->model.entries[menu->cursor].why) /* there is nothing more to do there */
        menu->cursor = menu->model.recommended;
}

static void open_entry(struct menu *menu, enum menu_model_entry_name entry) {
    menu_refresh_quietly(menu);
    menu->cursor = entry;
    if (menu->model.entries[entry].why) {
        menu_say(menu, menu->model.entries[entry].why);
        return;
    }
    switch (entry) {
    case ENTRY_SUBPLANS:
    case ENTRY_EXECUTIONS:
        menu_preview_offer(menu, entry, 0);
        break;
    case ENTRY_PARALLEL:
        menu_text_show_parallel(menu);
        break;
    case ENTRY_GRAPH:
        menu_text_show_graph(menu);
        break;
    case ENTRY_PROMPT:
        menu_text_show_next_prompt(menu);
        break;
    case ENTRY_FILL:
        menu_text_show_prompts(menu, "fill", SELECT_ALL, NULL);
        break;
    case ENTRY_VALIDATE:
    case ENTRIES:
        menu_text_show_validity(menu);
    }
}

/* True if it is a key that scrolls. @height: of the part that scrolls, nearly. */
static bool scroll(uint32_t key, size_t *at, size_t most, size_t height) {
    size_t view = height > 3 ? height - 3 : 1;
    if (key == 'j' || key == MENU_KEY_DOWN)
        *at += 1;
    else if (key == 'k' || key == MENU_KEY_UP)
        *at -= *at ? 1 : 0;
    else if (key == ' ' || key == MENU_KEY_PAGE_DOWN)
        *at += view;
    else if (key == MENU_KEY_PAGE_UP)
        *at -= *at < view ? *at : view;
    else if (key == 'g' || key == MENU_KEY_HOME)
        *at = 0;
    else if (key == 'G' || key == MENU_KEY_END)
        *at = most;
    else
        return false;
    *at = *at < most ? *at : most;
    return true;
}

static void press_in_choice(struct menu *menu, uint32_t key) {
    size_t count = menu_choice_count(menu);
    if (scroll(key, &menu->choice, count - 1, menu->view.height))
        return;
    if (key >= '1' && key <= '9' && key - '1' < count)
        menu->choice = key - '1';
    else if (key == MENU_KEY_ENTER || key == MENU_KEY_RIGHT)
        menu_choice_take(menu);
    else if (key == 'q')
        menu->is_over = true;
}

static void press_on_board(struct menu *menu, uint32_t key) {
    size_t body = menu->view.height > 14 ? menu->view.height - 10 : 5;
    if (key >= '1' && key < '1' + ENTRIES)
        open_entry(menu, (enum menu_model_entry_name)(key - '1'));
    else if (key == MENU_KEY_UP)
        menu->cursor = (menu->cursor + ENTRIES - 1) % ENTRIES;
    else if (key == MENU_KEY_DOWN)
        menu->cursor = (menu->cursor + 1) % ENTRIES;
    else if (key == MENU_KEY_ENTER || key == MENU_KEY_RIGHT)
        open_entry(menu, (enum menu_model_entry_name)menu->cursor);
    else if (scroll(key, &menu->scroll, menu->view.scroll_most, body))
        return;
    else if (key == 'a' || key == 'd')
        menu_preview_review(menu, key == 'a' ? "approve" : "adopt");
    else if (key == 'u')
        menu_preview_undo(menu);
    else if (key == 'b' || key == MENU_KEY_LEFT)
        menu_choice_return(menu);
    else if (key == '?' || key == 'h')
        menu_text_show_help(menu);
    else if (key == 'r')
        menu_refresh(menu);
    else if (key == 'q')
        menu->is_over = true;
}

static void press_in_text(struct menu *menu, uint32_t key) {
    if (scroll(key, &menu->text_scroll, menu->view.scroll_most, menu->view.height))
        return;
    if (key == 'n' || key == MENU_KEY_RIGHT || key == '\t')
        menu_text_turn_prompt(menu, true);
    else if (key == 'N' || (key == MENU_KEY_LEFT && menu->prompt_count > 1))
        menu_text_turn_prompt(menu, false);
    else if (key == 'p')
        menu->host.print(menu->host.data, buffer_text(&menu->text));
    else if (key == 'u' && menu->is_receipt)
        menu_preview_undo(menu);
    else if (key == '?' || key == 'h')
        menu_text_show_help(menu);
    else if (key == 'q' || key == MENU_KEY_BACK || key == MENU_KEY_LEFT || key == MENU_KEY_ENTER)
        go_back(menu);
}

static void press_in_preview(struct menu *menu, uint32_t key) {
    if (scroll(key, &menu->text_scroll, menu->view.scroll_most, menu->view.height))
        return;
    if (key == 'y' && menu->can_confirm)
        menu_preview_confirm(menu);
    else if (key == 's')
        menu_preview_toggle_content(menu);
    else if (key == MENU_KEY_LEFT || key == MENU_KEY_RIGHT)
        menu_preview_turn(menu, key == MENU_KEY_RIGHT);
    else if (key == 'p')
        menu->host.print(menu->host.data, buffer_text(&menu->text));
    else if (key == 'n' || key == 'q' || key == MENU_KEY_BACK)
        go_back(menu);
    else if (key == MENU_KEY_ENTER)
        menu_say(menu, menu->can_confirm ? "y does it, n does not." : "There is nothing to confirm; n goes back.");
}

void menu_press(struct menu *menu, uint32_t key) {
    buffer_clear(&menu->message);
    switch (menu->place) {
    case MENU_CHOICE:
        press_in_choice(menu, key);
        break;
    case MENU_BOARD:
        press_on_board(menu, key);
        break;
    case MENU_TEXT:
        press_in_text(menu, key);
        break;
    case MENU_PREVIEW:
        press_in_preview(menu, key);
    }
}

const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height) {
    menu_view_begin(&menu->view, width < MENU_VIEW_WIDTH_LEAST ? MENU_VIEW_WIDTH_LEAST : width,
                    height < MENU_VIEW_HEIGHT_LEAST ? MENU_VIEW_HEIGHT_LEAST : height);
    if (menu->place == MENU_CHOICE)
        menu_choice_show(menu);
    else if (menu->place == MENU_BOARD)
        menu_board_show(menu);
    else
        text_view_show(menu);
    if (menu->is_ascii)
        menu_view_make_ascii(&menu->view);
    return &menu->view;
}
