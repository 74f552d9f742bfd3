#include "menu/menu_preview.h"

#include <inttypes.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "commands/review_command.h"
#include "menu/menu_model.h"
#include "plan/selection.h"
#include "plan/standing.h"

/* The offer stays valid when the model it came from is replaced. */
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

struct request menu_preview_request(const struct menu *menu, bool is_dry_run) {
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

void menu_preview_show(struct menu *menu) {
    const struct request request = menu_preview_request(menu, true);
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

void menu_preview_offer(struct menu *menu, enum menu_model_entry_name entry, size_t number) {
    menu->action = MENU_CREATES;
    menu->entry = entry;
    menu->offer = number;
    menu->has_content = false;
    buffer_clear(&menu->notice);
    keep_offer(menu, &menu->model.offers[entry][number]);
    menu_preview_show(menu);
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
    menu_preview_show(menu);
    if (strcmp(buffer_text(&before), buffer_text(&menu->token)) != 0) {
        buffer_clear(&menu->notice);
        buffer_append_string(&menu->notice, "Something has changed meanwhile. This is how it would be now:\n");
    }
}

void menu_preview_review(struct menu *menu, const char *method) {
    const struct menu_model *model = &menu->model;
    bool is_approval = strcmp(method, "approve") == 0;
    AUTO_FREE const char **ids = memory_allocate(model->count + 1, sizeof *ids);
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++)
        if (model->items[i].state == STATE_SUBMITTED)
            ids[count++] = model->items[i].id;
    const struct menu_model_offer offer = {
        .selection = {.kind = is_approval ? SELECT_IDS : SELECT_ALL, .ids = ids, .id_count = is_approval ? count : 0},
        .words = ""};
    if (is_approval && count == 0) {
        menu_say(menu, "Nothing is submitted.");
    } else {
        menu->action = MENU_REVIEWS;
        menu->method = method;
        memory_free(menu->as);
        menu->as = review_command_name(NULL);
        menu->has_content = false;
        buffer_clear(&menu->notice);
        keep_offer(menu, &offer);
        menu_preview_show(menu);
    }
}

void menu_preview_undo(struct menu *menu) {
    if (menu->batch == 0) {
        menu_say(menu, "No batch was made here. For earlier ones there is: batchctl undo");
        return;
    }
    menu->action = MENU_UNDOES;
    menu->has_content = false;
    buffer_clear(&menu->notice);
    menu_preview_show(menu);
}
