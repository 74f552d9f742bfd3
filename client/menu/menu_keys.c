#include "menu/menu_keys.h"

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/columns.h"
#include "base/error.h"
#include "base/memory.h"
#include "menu/menu_board.h"
#include "menu/menu_model.h"
#include "menu/menu_preview.h"
#include "menu/menu_text.h"
#include "menu/menu_view.h"
#include "plan/selection.h"
#include "plan/standing.h"
#include "render/style.h"
#include "render/symbol.h"

/* --- what keys do --- */

static void quit(struct menu *menu) {
    menu->is_over = true;
}

static void choose(struct menu *menu) {
    if (menu->key - '1' < menu_plans(menu)->count)
        menu->choice = menu->key - '1';
}

static void open_choice(struct menu *menu) {
    AUTO(answer) answer = {0};
    if (!menu_open_plan(menu, &answer))
        menu_say(menu, menu_failure(&answer));
}

static void return_to_choice(struct menu *menu) {
    AUTO(answer) answer = {0};
    if (menu_find_plans(menu, NULL, &answer) && menu_plans(menu)->count > 1)
        menu->place = MENU_CHOICE;
    else
        menu_say(menu, "This is the only plan here.");
}

static void open_entry(struct menu *menu) {
    bool is_number = menu->key >= '1' && menu->key < '1' + ENTRIES;
    enum menu_entry_name entry = (enum menu_entry_name)(is_number ? menu->key - '1' : menu->cursor);
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
        menu_text_ask(menu, "Dependency graph", "graph");
        break;
    case ENTRY_PROMPT:
        menu_text_show_next_prompt(menu);
        break;
    case ENTRY_FILL:
        menu_text_show_prompts(menu, "fill", SELECT_ALL, NULL);
        break;
    case ENTRY_VALIDATE:
    case ENTRIES:
        menu_text_ask(menu, "Validate", "validate");
    }
}

static void move(struct menu *menu) {
    menu->cursor = (menu->cursor + (menu->key == MENU_KEY_UP ? ENTRIES - 1 : 1)) % ENTRIES;
}

static void go_back(struct menu *menu) {
    menu->place = MENU_BOARD;
    menu_refresh_quietly(menu);
    if (menu->model.entries[menu->cursor].why) /* there is nothing more to do there */
        menu->cursor = menu->model.recommended;
}

static void turn_prompt(struct menu *menu) {
    bool is_back = menu->key == 'N' || menu->key == MENU_KEY_LEFT;
    if (menu->key == MENU_KEY_LEFT && menu->prompt_count < 2)
        go_back(menu);
    else
        menu_text_turn_prompt(menu, !is_back);
}

static void print(struct menu *menu) {
    menu->host.print(menu->host.data, buffer_text(&menu->text));
}

static void turn_preview(struct menu *menu) {
    menu_preview_turn(menu, menu->key == MENU_KEY_RIGHT);
}

static void explain_confirmation(struct menu *menu) {
    menu_say(menu,
             menu_preview_can_confirm(menu) ? "y does it, n does not." : "There is nothing to confirm; n goes back.");
}

static void show_help(struct menu *menu);

/* --- when the last line names them --- */

enum when { ALWAYS, PLANS, SUBMITTED, BATCH, RECEIPT, PROMPTS, SCROLLS, CREATES, REMOVES, OFFERS, BARE, FULL };

static bool is_now(const struct menu *menu, enum when when) {
    bool can_confirm = menu_preview_can_confirm(menu), is_undo = can_confirm && menu_preview_is_undo(menu);
    switch (when) {
    case ALWAYS:
        return true;
    case PLANS:
        return menu_plans(menu)->count > 1;
    case SUBMITTED:
        return menu_model_next(&menu->model, STEP_REVIEW);
    case BATCH:
        return menu->batch;
    case RECEIPT:
        return menu->is_receipt;
    case PROMPTS:
        return menu->prompt_count > 1;
    case SCROLLS:
        return menu->view.scroll_most;
    case CREATES:
        return can_confirm && !is_undo;
    case REMOVES:
        return is_undo;
    case OFFERS:
        return can_confirm && menu_preview_count(menu) > 1;
    case BARE:
    case FULL:
        return can_confirm && !is_undo && menu->request.has_content == (when == FULL);
    }
    return false;
}

/* --- the keys of each place --- */

struct key {
    const char *name;  /* for people; NULL ends a table */
    const char *words; /* for the last line; NULL: not there */
    enum when when;    /* it is in the last line */
    const char *help;  /* NULL: not there */
    void (*press)(struct menu *menu);
    uint32_t codes[ENTRIES + 2]; /* that do it */
};

/* The more important ones first: those that have no room are not in the last line. */
static const struct key choice_keys[] = {
    {"↑↓", "choose", ALWAYS, NULL, choose, {'1', '2', '3', '4', '5', '6', '7', '8', '9'}},
    {"Enter", "open", ALWAYS, NULL, open_choice, {MENU_KEY_ENTER, MENU_KEY_RIGHT}},
    {"q", "quit", ALWAYS, NULL, quit, {'q'}},
    {0}};

static const struct key board_keys[] = {
    {"?", "help", ALWAYS, NULL, show_help, {'?', 'h'}},
    {"q", "quit", ALWAYS, NULL, quit, {'q'}},
    {"a", "approve", SUBMITTED, "approve what is submitted", menu_preview_approve, {'a'}},
    {"d",
     NULL,
     ALWAYS,
     "submit the work orders that say of themselves that they are complete",
     menu_preview_adopt,
     {'d'}},
    {"u", "undo the batch", BATCH, "undo the batch that was made here last", menu_preview_undo, {'u'}},
    {"b", "plans", PLANS, "back to the choice of plans", return_to_choice, {'b', MENU_KEY_LEFT}},
    {"r", NULL, ALWAYS, "read the plan again (each change is read without it, too)", menu_refresh, {'r'}},
    {"↑↓", NULL, ALWAYS, NULL, move, {MENU_KEY_UP, MENU_KEY_DOWN}},
    {"1-7 ↑↓ Enter",
     "choose",
     ALWAYS,
     NULL,
     open_entry,
     {'1', '2', '3', '4', '5', '6', '7', MENU_KEY_ENTER, MENU_KEY_RIGHT}},
    {"j k", "scroll", SCROLLS, NULL, NULL, {0}},
    {"j k, PgUp PgDn, g G", NULL, ALWAYS, "scroll", NULL, {0}},
    {0}};

static const struct key text_keys[] = {
    {"u", "undo this batch", RECEIPT, NULL, menu_preview_undo, {'u'}},
    {"n", "next prompt", PROMPTS, NULL, turn_prompt, {'n', '\t', MENU_KEY_RIGHT, 'N', MENU_KEY_LEFT}},
    {"n N", NULL, ALWAYS, "the next prompt, the previous one", NULL, {0}},
    {"q", "back", ALWAYS, NULL, go_back, {'q', MENU_KEY_BACK, MENU_KEY_ENTER}},
    {"j k", "scroll", SCROLLS, NULL, NULL, {0}},
    {"p", "print", ALWAYS, "in a text: print it outside of the menu, where it can be copied", print, {'p'}},
    {"Esc, q", NULL, ALWAYS, "back; on the first screen q ends the menu", NULL, {0}},
    {"?", NULL, ALWAYS, NULL, show_help, {'?', 'h'}},
    {0}};

static const struct key preview_keys[] = {
    {"y", "create these", CREATES, NULL, menu_preview_confirm, {'y'}},
    {"y", "remove these", REMOVES, NULL, NULL, {0}},
    {"n", "back", ALWAYS, NULL, go_back, {'n', 'q', MENU_KEY_BACK}},
    {"← →", "other selection", OFFERS, NULL, turn_preview, {MENU_KEY_LEFT, MENU_KEY_RIGHT}},
    {"s", "show texts", BARE, NULL, menu_preview_toggle_content, {'s'}},
    {"s", "without texts", FULL, NULL, NULL, {0}},
    {"j k", "scroll", SCROLLS, NULL, NULL, {0}},
    {"p", NULL, ALWAYS, NULL, print, {'p'}},
    {"Enter", NULL, ALWAYS, NULL, explain_confirmation, {MENU_KEY_ENTER}},
    {0}};

static const struct key *const keys[] = {choice_keys, board_keys, text_keys, preview_keys};

/* --- help --- */

static void append_help(struct buffer *text, const struct key *key) {
    for (; key->name; key++) {
        if (!key->help)
            continue;
        columns_append_cell(text, span_of(key->name), 22, "…");
        buffer_append_format(text, "%s\n", key->help);
    }
}

static void show_help(struct menu *menu) {
    AUTO(buffer) help = {0};
    buffer_append_string(
        &help, "The keys 1 to 7 always mean the same. One that has nothing to do is dimmed and says why.\n\n");
    for (size_t i = 0; i < ENTRIES; i++)
        buffer_append_format(&help, "%zu  %s: %s\n", i + 1, menu->model.entries[i].label, menu->model.entries[i].help);
    buffer_append_string(&help, "\nArrows and Enter choose, too; the cursor begins at what is recommended.\n\n");
    append_help(&help, board_keys);
    append_help(&help, text_keys);
    buffer_append_string(
        &help,
        "\nCreating: you see every file first. y creates exactly that set, anything else does not. If something has "
        "changed meanwhile, nothing is created; the menu says what it was, and shows the new set. Left and right "
        "change what is selected: what is ready, or a whole level. s shows the texts of the files.\n"
        "\n"
        "✓ complete  – skipped  ✗ failed  ▶ ready  ○ not started  ◐ has its SUBPLAN  ● has its EXECUTION_TASK\n"
        "◑ submitted\n"
        "\n"
        "\"blocks 3\" means that three open achievements wait for this one, directly or not.\n");
    menu_text_open(menu, "Help");
    buffer_append_string(&menu->text, help.data);
}

/* --- pressing --- */

/* What the place scrolls, how far that goes, and how many lines of it are seen, nearly. */
static size_t *scrolled(struct menu *menu, size_t *most, size_t *seen) {
    size_t others = menu->place == MENU_BOARD ? ENTRIES + 3 : 3;
    *most = menu->place == MENU_CHOICE ? menu_plans(menu)->count - 1 : menu->view.scroll_most;
    *seen = menu->view.height > others ? menu->view.height - others : 1;
    return menu->place == MENU_CHOICE ? &menu->choice : menu->place == MENU_BOARD ? &menu->scroll : &menu->text_scroll;
}

static void scroll(struct menu *menu, uint32_t key) {
    size_t most, seen, *at = scrolled(menu, &most, &seen);
    if (key == 'j' || key == MENU_KEY_DOWN)
        *at += 1;
    else if (key == 'k' || key == MENU_KEY_UP)
        *at -= *at ? 1 : 0;
    else if (key == ' ' || key == MENU_KEY_PAGE_DOWN)
        *at += seen;
    else if (key == MENU_KEY_PAGE_UP)
        *at -= *at < seen ? *at : seen;
    else if (key == 'g' || key == MENU_KEY_HOME)
        *at = 0;
    else if (key == 'G' || key == MENU_KEY_END)
        *at = most;
    *at = *at < most ? *at : most;
}

void menu_press(struct menu *menu, uint32_t key) {
    buffer_clear(&menu->message);
    menu->key = key;
    for (const struct key *row = keys[menu->place]; row->name; row++)
        for (size_t i = 0; i < sizeof row->codes / sizeof *row->codes && row->codes[i]; i++)
            if (row->codes[i] == key) {
                row->press(menu);
                return;
            }
    scroll(menu, key);
}

/* --- showing --- */

/* As many of the keys as fit. */
static void add_keys(struct menu *menu) {
    AUTO(buffer) line = {0};
    size_t taken = 0;
    for (const struct key *key = keys[menu->place]; key->name; key++) {
        if (!key->words || !is_now(menu, key->when))
            continue;
        size_t width = columns_of(span_of(key->name)) + 1 + columns_of(span_of(key->words));
        if (taken + width + 3 > menu->view.width)
            continue;
        buffer_append_string(&line, taken ? "   " : " ");
        menu_view_append(&line, MENU_BOLD, key->name);
        buffer_append_format(&line, " %s", key->words);
        taken += width + (taken ? 3 : 1);
    }
    menu_view_add(&menu->view, &line);
}

const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height) {
    static void (*const shows[])(struct menu * menu) = {menu_board_show_choice, menu_board_show, menu_text_show,
                                                        menu_text_show};
    struct menu_view *view = &menu->view;
    menu_view_begin(view, width < MENU_VIEW_WIDTH_LEAST ? MENU_VIEW_WIDTH_LEAST : width,
                    height < MENU_VIEW_HEIGHT_LEAST ? MENU_VIEW_HEIGHT_LEAST : height);
    shows[menu->place](menu);
    menu_view_fill(view, view->height - view->foot);
    if (menu->message.length)
        menu_view_add_text(view, MENU_CYAN, menu->message.data);
    menu_view_fill(view, view->height - 1);
    add_keys(menu);
    if (menu->style.is_ascii)
        menu_view_make_ascii(view);
    return view;
}

/* --- the whole --- */

bool menu_begin(struct menu *menu, const char *plan, struct answer *answer) {
    if (!menu_find_plans(menu, plan, answer))
        return false;
    if (menu_plans(menu)->count == 0) {
        struct error error = {0};
        error_set(&error, ERROR_NOT_FOUND, "there is no plan here");
        answer_fail(answer, &error);
        return false;
    }
    answer_release(answer);
    if (menu_plans(menu)->count == 1)
        return menu_open_plan(menu, answer);
    menu->place = MENU_CHOICE;
    return true;
}

void menu_end(struct menu *menu) {
    menu_model_release(&menu->model);
    answer_release(&menu->choices);
    answer_release(&menu->prompts);
    answer_release(&menu->previewed);
    buffer_release(&menu->message);
    buffer_release(&menu->title);
    buffer_release(&menu->notice);
    buffer_release(&menu->text);
    menu_view_release(&menu->view);
    memory_free(menu->plan);
    memory_free(menu->as);
    *menu = (struct menu){0};
}
