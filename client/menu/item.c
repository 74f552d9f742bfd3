#include "menu/item.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "plan/standing.h"

enum { IDS_SHOWN_MOST = 6 };

bool item_is_done(const struct menu_model_item *item) {
    return !item->what_next[0];
}

bool item_is_placeholder(const struct menu_model_item *item) {
    return !item_is_done(item) && (strcmp(item->subplan, "placeholder") == 0 || strcmp(item->subplan, "draft") == 0);
}

static bool is_missing(const struct menu_model_item *item) {
    return strcmp(item->subplan, "missing") == 0;
}

static bool is_conflicted(const struct menu_model_item *item) {
    return strcmp(item->subplan, "conflicted") == 0;
}

bool item_is_for(const struct menu_model_item *item, const char *need) {
    return item->is_ready && strcmp(item->needs, need) == 0;
}

bool item_is_work(const struct menu_model_item *item) {
    return item_is_for(item, "work");
}

static bool is_sent_back(const struct menu_model_item *item) {
    return item_is_for(item, "rework");
}

bool item_lacks_subplan(const struct menu_model_item *item) {
    return item->state == STATE_NOT_STARTED && is_missing(item);
}

bool item_lacks_execution(const struct menu_model_item *item) {
    return strcmp(item->needs, "execution") == 0;
}

bool item_is_ready_for_subplan(const struct menu_model_item *item) {
    return item_is_for(item, "subplan") && is_missing(item);
}

bool item_is_ready_for_execution(const struct menu_model_item *item) {
    return item_is_for(item, "execution");
}

bool item_lacks_design(const struct menu_model_item *item) {
    return strcmp(item->needs, "subplan") == 0;
}

bool item_is_to_be_resolved(const struct menu_model_item *item) {
    return is_conflicted(item) && (item_is_for(item, "subplan") || is_sent_back(item));
}

bool item_is_to_be_reworked(const struct menu_model_item *item) {
    return is_sent_back(item) && !is_missing(item) && !is_conflicted(item);
}

bool item_is_sent_back_bare(const struct menu_model_item *item) {
    return is_sent_back(item) && is_missing(item);
}

const char *item_list_ids(struct menu_model *model, const size_t *positions, size_t count, item_test *test,
                          size_t *found) {
    AUTO(buffer) text = {0};
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct menu_model_item *item = &model->items[positions ? positions[i] : i];
        if (test(item) && ++*found <= IDS_SHOWN_MOST)
            buffer_append_format(&text, "%s%s", *found > 1 ? ", " : "", item->id);
    }
    if (*found > IDS_SHOWN_MOST)
        buffer_append_format(&text, " and %zu more", *found - IDS_SHOWN_MOST);
    return arena_copy(&model->arena, buffer_text(&text), text.length);
}

size_t item_count(const struct menu_model *model, item_test *test) {
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++)
        count += test(&model->items[i]);
    return count;
}
