#include "menu/menu_model.h"

#include <string.h>

void menu_model_release(struct menu_model *model) {
    answer_release(&model->answer);
    arena_release(&model->arena);
    *model = (struct menu_model){0};
}

static const struct menu_model_item *next_for(const struct menu_model *model, const char *need) {
    for (size_t i = 0; i < model->ready; i++)
        if (strcmp(model->ready_items[i]->needs, need) == 0)
            return model->ready_items[i];
    return NULL;
}

const struct menu_model_item *menu_model_next_review(const struct menu_model *model) {
    return next_for(model, "review");
}

const struct menu_model_item *menu_model_next_work(const struct menu_model *model) {
    return next_for(model, "work");
}
