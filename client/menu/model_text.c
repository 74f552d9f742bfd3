#include "menu/model_text.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "menu/item.h"
#include "plan/achievement.h"
#include "render/table.h"
#include "view/achievement_item.h"

void model_text_append_changes(struct buffer *text, const struct menu_model *old, const struct menu_model *model) {
    enum { SHOWN_MOST = 3 };
    size_t found = 0;
    if (old->plan && old->plan->is_valid != model->plan->is_valid)
        buffer_append_string(text, model->plan->is_valid ? "the plan is valid now" : "the plan is invalid now");
    for (size_t i = 0; i < model->all.count; i++) {
        const struct achievement_item *item = model->all.items[i];
        bool is_old = i < old->all.count && strcmp(old->all.items[i]->id, item->id) == 0;
        const char *label = achievement_label(&item->standing);
        const char *before = is_old ? achievement_label(&old->all.items[i]->standing) : NULL;
        if ((before && strcmp(before, label) == 0) || ++found > SHOWN_MOST)
            continue;
        buffer_append_format(text, "%s%s: ", text->length ? "; " : "", item->id);
        if (!before)
            buffer_append_string(text, "new");
        else
            buffer_append_format(text, "%s → %s", before, label);
    }
    if (found > SHOWN_MOST)
        buffer_append_format(text, "; and %zu more", found - SHOWN_MOST);
}

void model_text_append_parallel(struct buffer *text, const struct menu_model *model, const struct style *style) {
    static const struct table_column columns[] = {
        {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"HOURS", TABLE_RIGHT}, {"NEXT", TABLE_SHRINKS}, {"BLOCKS", TABLE_RIGHT}};
    AUTO(arena) arena = {0};
    struct table *table = table_new(columns, sizeof columns / sizeof *columns, style);
    buffer_append_format(text,
                         model->ready.count == 1
                             ? "One achievement is ready; everything else waits for it or is done.\n\n"
                             : "%zu achievements are ready. None depends on another: all can run side by side.\n\n",
                         model->ready.count);
    for (size_t i = 0; i < model->all.count; i++) {
        const struct achievement_item *item = model->all.items[i];
        const char *cells[] = {item->id, item->title ? item->title : "",
                               item->has_hours ? arena_format(&arena, "%g", item->hours) : "?",
                               item_what_next(item, &arena), arena_format(&arena, "%u", item->blocks)};
        if (item_passes(item, ITEM_IS_READY))
            table_add(table, cells, NULL);
    }
    table_end(table, text);
    buffer_append_format(text, "\nOne after the other  %g h\nSide by side         %g h\n", model->sequential,
                         model->parallel);
    if (model->hours_missing)
        buffer_append_format(text, "Without hours        %zu of them\n", model->hours_missing);
}
