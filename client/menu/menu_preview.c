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
#include "menu/item.h"
#include "menu/menu_model.h"
#include "plan/selection.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/speaker.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"

/* The request for the action: of the preview, or with its token. */
static struct request make_request(const struct menu *menu, bool is_dry_run) {
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
        buffer_append_format(&menu->title, "Create %zu %s%s?", count, kind_words(menu), text_plural(count));
    else
        buffer_append_format(&menu->title, "No %s to create", kind_words(menu));
}

/* Reads what the action would do, and shows it. Keeps the notice. */
static void show_preview(struct menu *menu) {
    const struct request request = make_request(menu, true);
    AUTO(answer) answer = {0};
    struct buffer notice = menu->notice;
    menu->notice = (struct buffer){0};
    menu_ask(menu, &request, &answer);
    menu_text_open(menu, "");
    buffer_release(&menu->notice);
    menu->notice = notice;
    size_t count = answer.code == ERROR_NONE ? answer.count : 0;
    buffer_clear(&menu->token);
    buffer_append_string(&menu->token, answer.token ? answer.token : "");
    menu->can_confirm = count > 0;
    menu->place = MENU_PREVIEW;
    title_preview(menu, count);
    menu_text_append_answer(menu, &answer);
    answer_release(&menu->previewed);
    menu->previewed = answer;
    answer = (struct answer){0};
}

/* @offer: what is to be created; NULL for an undo. */
static void open_preview(struct menu *menu, enum menu_action action, const struct menu_model_offer *offer) {
    menu->action = action;
    menu->has_content = false;
    buffer_clear(&menu->notice);
    if (offer)
        menu->offered = *offer;
    show_preview(menu);
}

void menu_preview_offer(struct menu *menu, enum menu_model_entry_name entry, size_t number) {
    menu->entry = entry;
    menu->offer = number;
    open_preview(menu, MENU_CREATES, &menu->model.offers[entry][number]);
}

void menu_preview_turn(struct menu *menu, bool is_forward) {
    size_t count = menu->action == MENU_CREATES ? menu->model.offer_counts[menu->entry] : 0;
    if (count > 1)
        menu_preview_offer(menu, menu->entry, (menu->offer + (is_forward ? 1 : count - 1)) % count);
}

void menu_preview_toggle_content(struct menu *menu) {
    if (menu->action == MENU_UNDOES || !menu->can_confirm)
        return;
    AUTO(buffer) before = menu->token;
    menu->token = (struct buffer){0};
    menu->has_content = !menu->has_content;
    show_preview(menu);
    if (strcmp(buffer_text(&before), buffer_text(&menu->token)) != 0) {
        buffer_clear(&menu->notice);
        buffer_append_string(&menu->notice, "Something has changed meanwhile. This is how it would be now:\n");
    }
}

void menu_preview_review(struct menu *menu, const char *method) {
    struct arena *arena = &menu->model.arena;
    bool is_approval = strcmp(method, "approve") == 0;
    const struct ids submitted = item_ids(&menu->model.all, ITEM_IS_SUBMITTED, arena);
    struct menu_model_offer offer = {.selection.kind = SELECT_ALL, .words = ""};
    if (is_approval)
        offer.selection = (struct selection){.kind = SELECT_IDS, .ids = submitted.items, .id_count = submitted.count};
    if (is_approval && submitted.count == 0) {
        menu_say(menu, "Nothing is submitted.");
        return;
    }
    menu->method = method;
    memory_free(menu->as);
    menu->as = speaker_name(NULL);
    open_preview(menu, MENU_REVIEWS, &offer);
}

void menu_preview_undo(struct menu *menu) {
    if (menu->batch)
        open_preview(menu, MENU_UNDOES, NULL);
    else
        menu_say(menu, "No batch was made here. For earlier ones there is: batchctl undo");
}

/* --- after the confirmation --- */

static void title_receipt(struct menu *menu, const struct answer *answer) {
    buffer_clear(&menu->title);
    if (menu->action == MENU_UNDOES)
        buffer_append_string(&menu->title, answer->code ? "Not undone" : "Undone");
    else
        buffer_append_string(&menu->title, answer->code ? "Not created" : "Created");
}

static void remember_batch(struct menu *menu, const struct answer *answer) {
    if (menu->action == MENU_UNDOES && answer->code == ERROR_NONE)
        menu->batch = 0;
    else if (menu->action != MENU_UNDOES && answer->batch)
        menu->batch = answer->batch;
}

/* Append the files that would be created by @batch and not by @other; each may be NULL. */
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

/* Nothing was done: say why, and what the new preview has more or less than the one that was confirmed. */
static void preview_again(struct menu *menu, const struct answer *stale) {
    AUTO(answer) before = menu->previewed;
    menu->previewed = (struct answer){0};
    show_preview(menu);
    buffer_clear(&menu->notice);
    styled_text_append_visible(&menu->notice, menu_failure(stale));
    buffer_append_string(&menu->notice, ".\n");
    append_others(menu, "no more:", before.view, menu->previewed.view);
    append_others(menu, "now also:", menu->previewed.view, before.view);
    buffer_append_string(&menu->notice, "This is how it would be now:\n");
}

void menu_preview_confirm(struct menu *menu) {
    const struct request request = make_request(menu, false);
    AUTO(answer) answer = {0};
    menu_ask(menu, &request, &answer);
    if (answer.code == ERROR_STALE) {
        preview_again(menu, &answer);
    } else {
        menu_text_open(menu, "");
        menu->has_content = false;
        title_receipt(menu, &answer);
        menu_text_append_answer(menu, &answer);
        remember_batch(menu, &answer);
        menu->is_receipt = menu->batch != 0;
        menu_refresh_quietly(menu);
    }
}
