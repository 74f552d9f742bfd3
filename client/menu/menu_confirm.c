#include "menu/menu_confirm.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/string_map.h"
#include "menu/menu_preview.h"
#include "menu/menu_text.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "view/batch_view.h"

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
    menu_preview_show(menu);
    buffer_clear(&menu->notice);
    styled_text_append_visible(&menu->notice, menu_failure(stale));
    buffer_append_string(&menu->notice, ".\n");
    append_others(menu, "no more:", before.view, menu->previewed.view);
    append_others(menu, "now also:", menu->previewed.view, before.view);
    buffer_append_string(&menu->notice, "This is how it would be now:\n");
}

void menu_confirm(struct menu *menu) {
    const struct request request = menu_preview_request(menu, false);
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
