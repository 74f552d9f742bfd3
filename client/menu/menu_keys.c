#include "menu/menu_keys.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "commands/review_command.h"
#include "format/json.h"
#include "picture/graph_text.h"
#include "plan/selection.h"
#include "plan/standing.h"
#include "render/batch_text.h"
#include "render/diagnostics_text.h"
#include "render/plan_text.h"
#include "render/prompt_text.h"
#include "render/review_text.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "render/what_if_text.h"
#include "term/terminal.h"

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

/* --- asking --- */

static void ask(const struct menu *menu, const struct request *request, struct answer *answer) {
    *answer = (struct answer){0};
    menu->host.ask(menu->host.data, request, answer);
}

static void say(struct menu *menu, const char *words) {
    buffer_clear(&menu->message);
    buffer_append_string(&menu->message, words);
}

static const char *message_of(const struct menu *menu) {
    return menu->message.length ? menu->message.data : NULL;
}

/* The error that an answer ends with. */
static const char *failure_of(const struct answer *answer) {
    for (size_t i = answer->diagnostics.count; i > 0; i--)
        if (answer->diagnostics.items[i - 1].severity == SEVERITY_ERROR)
            return answer->diagnostics.items[i - 1].message;
    return "there is no answer";
}

/* --- the board --- */

static bool read_board(struct menu *menu, struct menu_model *model, struct answer *answer) {
    const struct request request = {.method = "status", .plan = menu->plan};
    ask(menu, &request, answer);
    return answer->data.length && menu_model_make(model, answer); /* an invalid plan has a board, too */
}

static void adopt(struct menu *menu, struct menu_model *model) {
    bool was_recommended = menu->cursor == menu->model.recommended;
    menu_model_release(&menu->model);
    menu->model = *model;
    if (was_recommended) /* who has not moved the cursor is taken along */
        menu->cursor = model->recommended;
}

void menu_refresh(struct menu *menu) {
    struct answer answer;
    struct menu_model model;
    struct buffer changes = {0};
    if (menu->place == MENU_CHOICE || menu->place == MENU_PREVIEW) /* what a person decides about keeps still */
        return;
    if (read_board(menu, &model, &answer)) {
        menu_model_append_changes(&changes, &menu->model, &model);
        if (changes.length)
            say(menu, changes.data);
        adopt(menu, &model);
    } else {
        say(menu, failure_of(&answer));
    }
    buffer_release(&changes);
    answer_release(&answer);
}

static bool open_board(struct menu *menu, const char *plan, struct answer *answer) {
    struct menu_model model;
    struct buffer path = {0};
    buffer_append_string(&path, plan);
    memory_free(menu->plan);
    menu->plan = path.data;
    if (!read_board(menu, &model, answer))
        return false;
    menu_model_release(&menu->model);
    menu->model = model;
    menu->cursor = model.recommended;
    menu->scroll = 0;
    menu->place = MENU_BOARD;
    answer_release(answer);
    return true;
}

/* --- the choice of plans --- */

static void read_choices(struct menu *menu) {
    const cJSON *plans = json_get(menu->choice_json.root, "plans");
    menu->choice_count = styled_text_count(menu->choice_json.root, "plans");
    menu->choices = memory_allocate(menu->choice_count + 1, sizeof *menu->choices);
    struct menu_view_choice *choice = menu->choices;
    for (const cJSON *plan = plans ? plans->child : NULL; plan; plan = plan->next, choice++) {
        const cJSON *progress = json_get(plan, "progress");
        *choice = (struct menu_view_choice){
            .name = styled_text_string(plan, "path"),
            .reason = styled_text_string(plan, "reason"),
            .done = json_get_unsigned(progress, "complete") + json_get_unsigned(progress, "skipped"),
            .total = json_get_unsigned(progress, "total"),
            .ready = json_get_unsigned(progress, "ready"),
            .is_valid = json_get_boolean(plan, "valid"),
        };
    }
}

static void forget_choices(struct menu *menu) {
    json_release(&menu->choice_json);
    buffer_release(&menu->choice_text);
    memory_free(menu->choices);
    menu->choices = NULL;
    menu->choice_count = 0;
}

/* All plans, or the one that @plan names. */
static bool find_plans(struct menu *menu, const char *plan, struct answer *answer) {
    const struct request request = {.method = "status", .plan = plan};
    forget_choices(menu);
    ask(menu, &request, answer);
    if (answer->data.length == 0)
        return false;
    menu->choice_text = answer->data;
    answer->data = (struct buffer){0};
    if (!json_read_ours(&menu->choice_json, buffer_span(&menu->choice_text)))
        return false;
    read_choices(menu);
    menu->choice = menu->choice < menu->choice_count ? menu->choice : 0;
    return true;
}

bool menu_begin(struct menu *menu, const char *plan, struct answer *answer) {
    menu->as = review_command_name(NULL);
    if (!find_plans(menu, plan, answer))
        return false;
    if (menu->choice_count == 0) {
        struct error error = {0};
        error_set(&error, ERROR_NOT_FOUND, "there is no plan here");
        answer_fail(answer, &error);
        return false;
    }
    answer_release(answer);
    if (menu->choice_count == 1)
        return open_board(menu, menu->choices[0].name, answer);
    menu->place = MENU_CHOICE;
    return true;
}

static void choose(struct menu *menu) {
    struct answer answer;
    struct buffer plan = {0};
    if (menu->choice >= menu->choice_count)
        return;
    buffer_append_string(&plan, menu->choices[menu->choice].name);
    menu->batch = 0;
    if (!open_board(menu, plan.data, &answer)) {
        say(menu, failure_of(&answer));
        answer_release(&answer);
    }
    buffer_release(&plan);
}

static void go_to_choice(struct menu *menu) {
    struct answer answer;
    if (find_plans(menu, NULL, &answer) && menu->choice_count > 1)
        menu->place = MENU_CHOICE;
    else
        say(menu, "This is the only plan here.");
    answer_release(&answer);
}

static void press_in_choice(struct menu *menu, uint32_t key) {
    if ((key == MENU_KEY_UP || key == 'k') && menu->choice > 0)
        menu->choice--;
    else if ((key == MENU_KEY_DOWN || key == 'j') && menu->choice + 1 < menu->choice_count)
        menu->choice++;
    else if (key == MENU_KEY_HOME || key == 'g')
        menu->choice = 0;
    else if (key == MENU_KEY_END || key == 'G')
        menu->choice = menu->choice_count - 1;
    else if (key >= '1' && key <= '9' && key - '1' < menu->choice_count)
        menu->choice = key - '1';
    else if (key == MENU_KEY_ENTER || key == MENU_KEY_RIGHT)
        choose(menu);
    else if (key == 'q')
        menu->is_over = true;
}

/* --- texts --- */

static void open_text(struct menu *menu, const char *title) {
    buffer_clear(&menu->title);
    buffer_clear(&menu->text);
    buffer_clear(&menu->notice);
    buffer_append_string(&menu->title, title);
    json_release(&menu->prompt_json);
    menu->prompt_count = 0;
    menu->text_scroll = 0;
    menu->is_picture = menu->is_receipt = false;
    menu->place = MENU_TEXT;
}

/* With nothing left out. */
static struct style style_of(const struct menu *menu) {
    return (struct style){
        .columns = terminal_columns(),
        .has_color = menu->has_color,
        .is_verbose = true,
        .has_content = menu->has_content,
        .workspace = menu->root,
        .cwd = menu->here,
    };
}

static void append_diagnostics(struct menu *menu, const struct answer *answer) {
    const struct style style = style_of(menu);
    for (size_t i = 0; i < answer->diagnostics.count; i++)
        diagnostics_text_append_one(&menu->text, &answer->diagnostics.items[i], &style, true);
    if (answer->diagnostics.left_out)
        buffer_append_format(&menu->text, "and %zu more\n", answer->diagnostics.left_out);
}

typedef void renderer(struct buffer *text, const cJSON *data, const struct style *style);

/* The token need not be typed here. It is the last line, if it is there. */
static void drop_token(struct buffer *text) {
    static const char before[] = "\nToken: ";
    const char *found = text->length ? strstr(text->data, before) : NULL;
    if (found && strchr(found + 1, '\n') == text->data + text->length - 1)
        buffer_truncate(text, (size_t)(found - text->data) + 1);
}

/* Append what a verb would print, with nothing left out. */
static void append_answer(struct menu *menu, const struct answer *answer, renderer *render) {
    struct json json;
    struct style style = style_of(menu);
    style.has_failed = answer->code != ERROR_NONE;
    if (json_read_ours(&json, buffer_span(&answer->data)))
        render(&menu->text, json.root, &style);
    json_release(&json);
    drop_token(&menu->text);
    if (menu->text.length && answer->diagnostics.count)
        buffer_append_byte(&menu->text, '\n');
    append_diagnostics(menu, answer);
}

static void show_answer(struct menu *menu, const char *title, const struct request *request, renderer *render) {
    struct answer answer;
    ask(menu, request, &answer);
    open_text(menu, title);
    menu->has_content = false;
    append_answer(menu, &answer, render);
    answer_release(&answer);
}

static void show_graph(struct menu *menu) {
    const struct request request = {.method = "graph", .plan = menu->plan};
    show_answer(menu, "Dependency graph", &request, graph_text_tree);
    menu->is_picture = true;
}

static void show_validity(struct menu *menu) {
    const struct request request = {.method = "validate", .plan = menu->plan};
    show_answer(menu, "Validate", &request, plan_text_validate);
}

static void show_parallel(struct menu *menu) {
    const struct menu_model *model = &menu->model;
    struct answer answer;
    size_t count = 0;
    const char **ids = memory_allocate(model->ready + 1, sizeof *ids);
    for (size_t i = 0; i < model->count; i++)
        if (model->items[i].is_ready)
            ids[count++] = model->items[i].id;
    const struct request request = {.method = "what-if",
                                    .plan = menu->plan,
                                    .options.selection = {.kind = SELECT_IDS, .ids = ids, .id_count = count}};
    open_text(menu, "In parallel now");
    const struct style style = style_of(menu);
    menu_model_append_parallel(&menu->text, model, &style);
    buffer_append_byte(&menu->text, '\n');
    ask(menu, &request, &answer);
    append_answer(menu, &answer, what_if_text_append);
    answer_release(&answer);
    memory_free(ids);
}

/* --- prompts --- */

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

/* @first: the id whose prompt is shown first, or NULL. */
static void show_prompts(struct menu *menu, const char *kind, enum selection_kind selection, const char *first) {
    const struct request request = {
        .method = "prompt", .plan = menu->plan, .prompt = kind, .options.selection.kind = selection};
    struct answer answer;
    ask(menu, &request, &answer);
    open_text(menu, "Prompt");
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
        append_diagnostics(menu, &answer);
    }
    answer_release(&answer);
}

static void show_next_prompt(struct menu *menu) {
    const struct menu_model_item *next = menu_model_next_work(&menu->model);
    const struct menu_model_item *review = menu_model_next_review(&menu->model);
    if (review)
        show_prompts(menu, "review", SELECT_READY, review->id);
    else if (menu->model.has_graph)
        show_prompts(menu, "execute", SELECT_READY, next ? next->id : NULL);
    else
        show_prompts(menu, "discover", SELECT_READY, NULL);
}

static void turn_prompt(struct menu *menu, bool is_forward) {
    if (menu->prompt_count < 2)
        return;
    menu->prompt = (menu->prompt + (is_forward ? 1 : menu->prompt_count - 1)) % menu->prompt_count;
    show_prompt(menu);
}

/* --- previews --- */

/* The offer lives on when the board it came from is replaced. */
static void keep_offer(struct menu *menu, const struct menu_model_offer *offer) {
    struct arena arena = {0};
    struct menu_model_offer kept = *offer;
    const char **ids = arena_allocate(&arena, kept.selection.id_count, sizeof *ids);
    for (size_t i = 0; i < kept.selection.id_count; i++)
        ids[i] = arena_copy(&arena, offer->selection.ids[i], strlen(offer->selection.ids[i]));
    kept.selection.ids = ids;
    if (kept.selection.levels)
        kept.selection.levels = arena_copy(&arena, kept.selection.levels, strlen(kept.selection.levels));
    kept.words = arena_copy(&arena, offer->words, strlen(offer->words));
    arena_release(&menu->arena);
    menu->arena = arena;
    menu->offered = kept;
}

static struct request request_of_deed(const struct menu *menu, bool is_dry_run) {
    if (menu->action == MENU_UNDOES)
        return (struct request){.method = "undo", .batch = menu->batch, .is_dry_run = is_dry_run};
    bool is_review = menu->action == MENU_REVIEWS;
    return (struct request){.method = is_review ? menu->method : "create",
                            .as = is_review ? menu->as : NULL,
                            .plan = menu->plan,
                            .options = {.kind = menu->offered.kind, .selection = menu->offered.selection},
                            .has_content = is_dry_run && menu->has_content,
                            .is_dry_run = is_dry_run,
                            .expect = is_dry_run ? NULL : buffer_text(&menu->token)};
}

static const char *kind_words(const struct menu *menu) {
    static const char *const words[] = {"EXECUTION_TASK", "SUBPLAN", "rework EXECUTION_TASK"};
    if (menu->action == MENU_REVIEWS)
        return strcmp(menu->method, "approve") == 0 ? "APPROVED file" : "SUBMITTED file";
    return words[menu->offered.kind];
}

static void title_preview(struct menu *menu, size_t count) {
    buffer_clear(&menu->title);
    if (menu->action == MENU_UNDOES)
        buffer_append_format(&menu->title, "Undo batch %" PRIu64 "?", menu->batch);
    else if (count)
        buffer_append_format(&menu->title, "Create %zu %s%s?", count, kind_words(menu), styled_text_plural(count));
    else
        buffer_append_format(&menu->title, "No %s to create", kind_words(menu));
}

static renderer *renderer_of(const struct menu *menu) {
    return menu->action == MENU_UNDOES    ? batch_text_undo
           : menu->action == MENU_REVIEWS ? review_text_show
                                          : batch_text_create;
}

/* Reads what the deed would do, and shows it. Keeps the notice. */
static void preview(struct menu *menu) {
    const bool is_undo = menu->action == MENU_UNDOES;
    const struct request request = request_of_deed(menu, true);
    struct answer answer;
    struct json json;
    struct buffer notice = menu->notice;
    menu->notice = (struct buffer){0};
    ask(menu, &request, &answer);
    open_text(menu, "");
    buffer_release(&menu->notice);
    menu->notice = notice;
    bool is_read = json_read_ours(&json, buffer_span(&answer.data));
    size_t count =
        is_read && answer.code == ERROR_NONE ? styled_text_count(json.root, is_undo ? "removed" : "files") : 0;
    buffer_clear(&menu->token);
    buffer_append_string(&menu->token, is_read ? styled_text_string(json.root, "token") : "");
    json_release(&json);
    buffer_clear(&menu->previewed);
    buffer_append_span(&menu->previewed, buffer_span(&answer.data));
    menu->can_confirm = count > 0;
    menu->place = MENU_PREVIEW;
    title_preview(menu, count);
    append_answer(menu, &answer, renderer_of(menu));
    answer_release(&answer);
}

static void offer(struct menu *menu, enum menu_model_entry_name entry, size_t number) {
    menu->action = MENU_CREATES;
    menu->entry = entry;
    menu->offer = number;
    menu->has_content = false;
    buffer_clear(&menu->notice);
    keep_offer(menu, &menu->model.offers[entry][number]);
    preview(menu);
}

static void turn_offer(struct menu *menu, bool is_forward) {
    size_t count = menu->action == MENU_CREATES ? menu->model.offer_counts[menu->entry] : 0;
    if (count > 1)
        offer(menu, menu->entry, (menu->offer + (is_forward ? 1 : count - 1)) % count);
}

/* The texts of the files with the preview, or without. If it is another preview by now, that is said. */
static void toggle_content(struct menu *menu) {
    struct buffer before = menu->token;
    if (menu->action == MENU_UNDOES || !menu->can_confirm)
        return;
    menu->token = (struct buffer){0};
    menu->has_content = !menu->has_content;
    preview(menu);
    if (strcmp(buffer_text(&before), buffer_text(&menu->token)) != 0) {
        buffer_clear(&menu->notice);
        buffer_append_string(&menu->notice, "Something has changed meanwhile. This is how it would be now:\n");
    }
    buffer_release(&before);
}

/* All that is submitted is approved, or all that says it is complete is submitted. */
static void preview_review(struct menu *menu, const char *method) {
    const struct menu_model *model = &menu->model;
    bool is_approval = strcmp(method, "approve") == 0;
    const char **ids = memory_allocate(model->count + 1, sizeof *ids);
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++)
        if (model->items[i].state == STATE_SUBMITTED)
            ids[count++] = model->items[i].id;
    const struct menu_model_offer offer = {
        .selection = {.kind = is_approval ? SELECT_IDS : SELECT_ALL, .ids = ids, .id_count = is_approval ? count : 0},
        .words = ""};
    if (is_approval && count == 0) {
        say(menu, "Nothing is submitted.");
    } else {
        menu->action = MENU_REVIEWS;
        menu->method = method;
        menu->has_content = false;
        buffer_clear(&menu->notice);
        keep_offer(menu, &offer);
        preview(menu);
    }
    memory_free(ids);
}

static void preview_undo(struct menu *menu) {
    if (menu->batch == 0) {
        say(menu, "No batch was made here. For earlier ones there is: batchctl undo");
        return;
    }
    menu->action = MENU_UNDOES;
    menu->has_content = false;
    buffer_clear(&menu->notice);
    preview(menu);
}

/* --- deeds --- */

static void title_receipt(struct menu *menu, const struct answer *answer) {
    buffer_clear(&menu->title);
    if (menu->action == MENU_UNDOES)
        buffer_append_string(&menu->title, answer->code ? "Not undone" : "Undone");
    else
        buffer_append_string(&menu->title, answer->code ? "Not created" : "Created");
}

static void remember_batch(struct menu *menu, const struct answer *answer) {
    struct json json;
    if (menu->action == MENU_UNDOES && answer->code == ERROR_NONE)
        menu->batch = 0;
    else if (menu->action != MENU_UNDOES && json_read_ours(&json, buffer_span(&answer->data))) {
        size_t batch = json_get_unsigned(json.root, "batch");
        menu->batch = batch ? batch : menu->batch;
        json_release(&json);
    }
}

static void refresh_quietly(struct menu *menu) {
    menu_refresh(menu);
    buffer_clear(&menu->message);
}

/* Append the files of @data that @other does not have. */
static void append_others(struct menu *menu, const char *words, const cJSON *data, const cJSON *other) {
    const struct style style = style_of(menu);
    AUTO(string_map) paths = {0};
    size_t position = 0;
    for (const cJSON *file = styled_text_first(other, "files"); file; file = file->next)
        string_map_add(&paths, styled_text_string(file, "path"), &position);
    for (const cJSON *file = styled_text_first(data, "files"); file; file = file->next) {
        const char *path = styled_text_string(file, "path");
        if (string_map_find(&paths, span_of(path), &position))
            continue;
        buffer_append_format(&menu->notice, "  %s ", words);
        styled_text_append_path(&menu->notice, &style, path);
        buffer_append_byte(&menu->notice, '\n');
    }
}

/* Nothing was done: say why, and what the new preview has more or less than the one that was confirmed. */
static void preview_again(struct menu *menu, const struct answer *stale) {
    struct buffer before = menu->previewed;
    struct json old, new;
    menu->previewed = (struct buffer){0};
    preview(menu);
    buffer_clear(&menu->notice);
    styled_text_append_visible(&menu->notice, failure_of(stale));
    buffer_append_string(&menu->notice, ".\n");
    json_read_ours(&old, buffer_span(&before));
    json_read_ours(&new, buffer_span(&menu->previewed));
    append_others(menu, "no more:", old.root, new.root);
    append_others(menu, "now also:", new.root, old.root);
    buffer_append_string(&menu->notice, "This is how it would be now:\n");
    json_release(&old);
    json_release(&new);
    buffer_release(&before);
}

/* Just what was seen, or nothing: then what changed is said, and the new preview shown. */
static void confirm(struct menu *menu) {
    const struct request request = request_of_deed(menu, false);
    struct answer answer;
    ask(menu, &request, &answer);
    if (answer.code == ERROR_STALE) {
        preview_again(menu, &answer);
    } else {
        open_text(menu, "");
        menu->has_content = false;
        title_receipt(menu, &answer);
        append_answer(menu, &answer, renderer_of(menu));
        remember_batch(menu, &answer);
        menu->is_receipt = menu->batch != 0;
        refresh_quietly(menu);
    }
    answer_release(&answer);
}

/* --- keys --- */

static void back_to_board(struct menu *menu) {
    menu->place = MENU_BOARD;
    refresh_quietly(menu);
    if (menu->model.entries[menu->cursor].why) /* there is nothing more to do there */
        menu->cursor = menu->model.recommended;
}

static void open_entry(struct menu *menu, enum menu_model_entry_name entry) {
    refresh_quietly(menu);
    menu->cursor = entry;
    if (menu->model.entries[entry].why) {
        say(menu, menu->model.entries[entry].why);
        return;
    }
    switch (entry) {
    case ENTRY_SUBPLANS:
    case ENTRY_EXECUTIONS:
        offer(menu, entry, 0);
        break;
    case ENTRY_PARALLEL:
        show_parallel(menu);
        break;
    case ENTRY_GRAPH:
        show_graph(menu);
        break;
    case ENTRY_PROMPT:
        show_next_prompt(menu);
        break;
    case ENTRY_FILL:
        show_prompts(menu, "fill", SELECT_ALL, NULL);
        break;
    case ENTRY_VALIDATE:
    case ENTRIES:
        show_validity(menu);
    }
}

static void show_help(struct menu *menu) {
    open_text(menu, "Help");
    buffer_append_string(&menu->text, help);
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
        preview_review(menu, key == 'a' ? "approve" : "adopt");
    else if (key == 'u')
        preview_undo(menu);
    else if (key == 'b' || key == MENU_KEY_LEFT)
        go_to_choice(menu);
    else if (key == '?' || key == 'h')
        show_help(menu);
    else if (key == 'r')
        menu_refresh(menu);
    else if (key == 'q')
        menu->is_over = true;
}

static void press_in_text(struct menu *menu, uint32_t key) {
    if (scroll(key, &menu->text_scroll, menu->view.scroll_most, menu->view.height))
        return;
    if (key == 'n' || key == MENU_KEY_RIGHT || key == '\t')
        turn_prompt(menu, true);
    else if (key == 'N' || (key == MENU_KEY_LEFT && menu->prompt_count > 1))
        turn_prompt(menu, false);
    else if (key == 'p')
        menu->host.print(menu->host.data, buffer_text(&menu->text));
    else if (key == 'u' && menu->is_receipt)
        preview_undo(menu);
    else if (key == '?' || key == 'h')
        show_help(menu);
    else if (key == 'q' || key == MENU_KEY_BACK || key == MENU_KEY_LEFT || key == MENU_KEY_ENTER)
        back_to_board(menu);
}

static void press_in_preview(struct menu *menu, uint32_t key) {
    if (scroll(key, &menu->text_scroll, menu->view.scroll_most, menu->view.height))
        return;
    if (key == 'y' && menu->can_confirm)
        confirm(menu);
    else if (key == 's')
        toggle_content(menu);
    else if (key == MENU_KEY_LEFT || key == MENU_KEY_RIGHT)
        turn_offer(menu, key == MENU_KEY_RIGHT);
    else if (key == 'p')
        menu->host.print(menu->host.data, buffer_text(&menu->text));
    else if (key == 'n' || key == 'q' || key == MENU_KEY_BACK)
        back_to_board(menu);
    else if (key == MENU_KEY_ENTER)
        say(menu, menu->can_confirm ? "y does it, n does not." : "There is nothing to confirm; n goes back.");
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

/* --- showing --- */

static void show_board(struct menu *menu, size_t width, size_t height) {
    struct menu_view_key keys[8] = {{"?", "help"}, {"q", "quit"}};
    size_t count = 2;
    if (menu_model_next_review(&menu->model))
        keys[count++] = (struct menu_view_key){"a", "approve"};
    if (menu->batch)
        keys[count++] = (struct menu_view_key){"u", "undo the batch"};
    if (menu->choice_count > 1)
        keys[count++] = (struct menu_view_key){"b", "plans"};
    keys[count++] = (struct menu_view_key){"1-7 ↑↓ Enter", "choose"};
    const struct menu_view_model shown = {&menu->model,     menu->cursor,  menu->scroll,
                                          message_of(menu), menu->is_live, keys};
    menu_view_show_model(&menu->view, &shown, width, height);
    menu->scroll = menu->view.scroll;
}

static void list_keys(const struct menu *menu, struct menu_view_key *keys) {
    size_t count = 0;
    if (menu->place == MENU_PREVIEW && menu->can_confirm) {
        keys[count++] = (struct menu_view_key){"y", menu->action == MENU_UNDOES ? "remove these" : "create these"};
        keys[count++] = (struct menu_view_key){"n", "back"};
        if (menu->action == MENU_CREATES && menu->model.offer_counts[menu->entry] > 1)
            keys[count++] = (struct menu_view_key){"← →", "other selection"};
        if (menu->action != MENU_UNDOES)
            keys[count++] = (struct menu_view_key){"s", menu->has_content ? "without texts" : "show texts"};
    } else {
        if (menu->is_receipt && menu->batch && menu->place == MENU_TEXT)
            keys[count++] = (struct menu_view_key){"u", "undo this batch"};
        if (menu->place == MENU_TEXT && menu->prompt_count > 1)
            keys[count++] = (struct menu_view_key){"n", "next prompt"};
        keys[count++] = (struct menu_view_key){"q", "back"};
    }
    if (menu->view.scroll_most)
        keys[count++] = (struct menu_view_key){"j k", "scroll"};
    if (menu->place == MENU_TEXT)
        keys[count++] = (struct menu_view_key){"p", "print"};
    keys[count] = (struct menu_view_key){0};
}

static void show_text(struct menu *menu, size_t width, size_t height) {
    struct menu_view_key keys[8];
    struct menu_view_text shown = {
        .title = buffer_text(&menu->title),
        .notice = menu->notice.length ? menu->notice.data : NULL,
        .text = buffer_text(&menu->text),
        .is_picture = menu->is_picture,
        .scroll = menu->text_scroll,
        .message = message_of(menu),
        .keys = keys,
    };
    list_keys(menu, keys);
    menu_view_show_text(&menu->view, &shown, width, height);
    list_keys(menu, keys); /* whether it scrolls is known only now */
    menu_view_show_text(&menu->view, &shown, width, height);
    menu->text_scroll = menu->view.scroll;
}

static void show_choice(struct menu *menu, size_t width, size_t height) {
    static const struct menu_view_key keys[] = {{"↑↓", "choose"}, {"Enter", "open"}, {"q", "quit"}, {0}};
    const struct menu_view_choices shown = {menu->choices, menu->choice_count, menu->choice, message_of(menu), keys};
    menu_view_show_choices(&menu->view, &shown, width, height);
}

const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height) {
    width = width < MENU_VIEW_WIDTH_LEAST ? MENU_VIEW_WIDTH_LEAST : width;
    height = height < MENU_VIEW_HEIGHT_LEAST ? MENU_VIEW_HEIGHT_LEAST : height;
    if (menu->place == MENU_CHOICE)
        show_choice(menu, width, height);
    else if (menu->place == MENU_BOARD)
        show_board(menu, width, height);
    else
        show_text(menu, width, height);
    return &menu->view;
}

void menu_end(struct menu *menu) {
    menu_model_release(&menu->model);
    forget_choices(menu);
    json_release(&menu->prompt_json);
    buffer_release(&menu->prompt_text);
    buffer_release(&menu->message);
    buffer_release(&menu->title);
    buffer_release(&menu->text);
    buffer_release(&menu->notice);
    buffer_release(&menu->token);
    buffer_release(&menu->previewed);
    arena_release(&menu->arena);
    menu_view_release(&menu->view);
    memory_free(menu->plan);
    memory_free(menu->as);
    *menu = (struct menu){0};
}
