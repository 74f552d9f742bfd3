#include "menu/menu_preview.h"

#include <inttypes.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "menu/menu_model.h"
#include "menu/menu_text.h"
#include "plan/selection.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/speaker.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"

static bool is_method(const struct menu *menu, const char *method) {
    return strcmp(menu->request.method, method) == 0;
}

bool menu_preview_can_confirm(const struct menu *menu) {
    return menu->previewed.code == ERROR_NONE && menu->previewed.count > 0;
}

bool menu_preview_is_undo(const struct menu *menu) {
    return is_method(menu, "undo");
}

static const char *kind_words(const struct menu *menu) {
    static const char *const words[] = {"EXECUTION_TASK", "SUBPLAN", "rework EXECUTION_TASK"};
    if (is_method(menu, "approve"))
        return "APPROVED file";
    return is_method(menu, "adopt") ? "SUBMITTED file" : words[menu->request.options.kind];
}

static void title_preview(struct menu *menu) {
    size_t count = menu_preview_can_confirm(menu) ? menu->previewed.count : 0;
    if (menu_preview_is_undo(menu))
        buffer_append_format(&menu->title, "Undo batch %" PRIu64 "?", menu->request.batch);
    else if (count)
        buffer_append_format(&menu->title, "Create %zu %s%s?", count, kind_words(menu), text_plural(count));
    else
        buffer_append_format(&menu->title, "No %s to create", kind_words(menu));
}

/* Reads what the request would do, and shows it. */
static void show_preview(struct menu *menu) {
    menu->request.is_dry_run = true;
    answer_release(&menu->previewed);
    menu_ask(menu, &menu->request, &menu->previewed);
    menu_text_open(menu, "");
    menu->place = MENU_PREVIEW;
    title_preview(menu);
    menu_text_append_answer(menu, &menu->previewed);
}

void menu_preview_offer(struct menu *menu, enum menu_entry_name entry, size_t number) {
    const struct menu_offer *offer = &menu->model.offers[entry][number];
    menu->entry = entry;
    menu->offer = number;
    menu->request = (struct request){
        .method = "create", .plan = menu->plan, .options = {.kind = offer->kind, .selection = offer->selection}};
    show_preview(menu);
}

size_t menu_preview_count(const struct menu *menu) {
    return is_method(menu, "create") ? menu->model.offer_counts[menu->entry] : 0;
}

void menu_preview_turn(struct menu *menu, bool is_forward) {
    size_t count = menu_preview_count(menu);
    if (count > 1)
        menu_preview_offer(menu, menu->entry, (menu->offer + (is_forward ? 1 : count - 1)) % count);
}

static void review(struct menu *menu, const char *method, struct selection selection) {
    memory_free(menu->as);
    menu->as = speaker_name(NULL);
    menu->request =
        (struct request){.method = method, .as = menu->as, .plan = menu->plan, .options.selection = selection};
    show_preview(menu);
}

void menu_preview_approve(struct menu *menu) {
    const struct ids submitted = menu_model_submitted(&menu->model);
    const struct selection selection = {.kind = SELECT_IDS, .ids = submitted.items, .id_count = submitted.count};
    if (submitted.count)
        review(menu, "approve", selection);
    else
        menu_say(menu, "Nothing is submitted.");
}

void menu_preview_adopt(struct menu *menu) {
    review(menu, "adopt", (struct selection){.kind = SELECT_ALL});
}

void menu_preview_undo(struct menu *menu) {
    if (menu->batch == 0) {
        menu_say(menu, "No batch was made here. For earlier ones there is: batchctl undo");
        return;
    }
    menu->request = (struct request){.method = "undo", .batch = menu->batch};
    show_preview(menu);
}

/* --- after the confirmation --- */

/* Append to the notice the files that would be created by @batch and not by @other; each may be NULL. */
static void append_others(struct menu *menu, const char *words, const struct batch_view *batch,
                          const struct batch_view *other) {
    const struct style style = menu_text_style(menu);
    AUTO(string_map) paths = {0};
    size_t position = 0;
    for (size_t i = 0; other && i < other->files.count; i++)
        string_map_add(&paths, other->files.items[i].path, &position);
    for (size_t i = 0; batch && i < batch->files.count; i++) {
        const char *path = batch->files.items[i].path;
        if (string_map_find(&paths, span_of(path), &position))
            continue;
        buffer_append_format(&menu->notice, "  %s ", words);
        styled_text_append_path(&menu->notice, &style, path);
        buffer_append_byte(&menu->notice, '\n');
    }
}

/* The preview again; what it was before is in @before. */
static void show_again(struct menu *menu, struct answer *before) {
    *before = menu->previewed;
    menu->previewed = (struct answer){0};
    show_preview(menu);
}

void menu_preview_toggle_content(struct menu *menu) {
    AUTO(answer) before = {0};
    if (menu_preview_is_undo(menu) || !menu_preview_can_confirm(menu))
        return;
    menu->request.has_content = !menu->request.has_content;
    show_again(menu, &before);
    const char *now = menu->previewed.token;
    if (!now || strcmp(before.token, now) != 0)
        buffer_append_string(&menu->notice, "Something has changed meanwhile. This is how it would be now:\n");
}

/* Nothing was done: say why, and what the new preview has more or less than the one that was confirmed. */
static void preview_again(struct menu *menu, const struct answer *stale) {
    AUTO(answer) before = {0};
    show_again(menu, &before);
    styled_text_append_visible(&menu->notice, menu_failure(stale));
    buffer_append_string(&menu->notice, ".\n");
    append_others(menu, "no more:", before.view, menu->previewed.view);
    append_others(menu, "now also:", menu->previewed.view, before.view);
    buffer_append_string(&menu->notice, "This is how it would be now:\n");
}

static void show_receipt(struct menu *menu, const struct answer *answer) {
    static const char *const titles[2][2] = {{"Created", "Not created"}, {"Undone", "Not undone"}};
    bool is_undo = menu_preview_is_undo(menu), is_done = answer->code == ERROR_NONE;
    menu_text_open(menu, titles[is_undo][!is_done]);
    menu_text_append_answer(menu, answer);
    if (is_undo && is_done)
        menu->batch = 0;
    else if (!is_undo && answer->batch)
        menu->batch = answer->batch;
    menu->is_receipt = menu->batch != 0;
    menu_refresh_quietly(menu);
}

void menu_preview_confirm(struct menu *menu) {
    struct request request = menu->request;
    AUTO(answer) answer = {0};
    if (!menu_preview_can_confirm(menu))
        return;
    request.is_dry_run = request.has_content = false;
    request.expect = menu->previewed.token ? menu->previewed.token : "";
    menu_ask(menu, &request, &answer);
    if (answer.code == ERROR_STALE)
        preview_again(menu, &answer);
    else
        show_receipt(menu, &answer);
}
