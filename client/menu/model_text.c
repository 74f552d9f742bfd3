#include "menu/model_text.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "render/table.h"

const char *model_text_hours(struct arena *arena, double hours) {
    return arena_format(arena, "%g", hours);
}

void model_text_append_changes(struct buffer *text, const struct menu_model *old, const struct menu_model *model) {
    enum { SHOWN_MOST = 3 };
    size_t found = 0;
    if (old->is_valid != model->is_valid)
        buffer_append_string(text, model->is_valid ? "the plan is valid now" : "the plan is invalid now");
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        const struct menu_model_item *before =
            i < old->count && strcmp(old->items[i].id, item->id) == 0 ? &old->items[i] : NULL;
        if ((before && strcmp(before->label, item->label) == 0) || ++found > SHOWN_MOST)
            continue;
        buffer_append_format(text, "%s%s: ", text->length ? "; " : "", item->id);
        if (!before)
            buffer_append_string(text, "new");
        else
            buffer_append_format(text, "%s → %s", before->label, item->label);
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
                         model->ready == 1
                             ? "One achievement is ready; everything else waits for it or is done.\n\n"
                             : "%zu achievements are ready. None depends on another: all can run side by side.\n\n",
                         model->ready);
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        const char *cells[] = {item->id, item->title, item->has_hours ? model_text_hours(&arena, item->hours) : "?",
                               item->what_next, arena_format(&arena, "%zu", item->blocks)};
        if (item->is_ready)
            table_add(table, cells, NULL);
    }
    table_end(table, text);
    buffer_append_format(text, "\nOne after the other  %s h\nSide by side         %s h\n",
                         model_text_hours(&arena, model->sequential), model_text_hours(&arena, model->parallel));
    if (model->hours_missing)
        buffer_append_format(text, "Without hours        %zu of them\n", model->hours_missing);
}
