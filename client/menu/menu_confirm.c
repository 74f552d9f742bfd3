#include "menu/menu_confirm.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/string_map.h"
#include "format/json.h"
#include "menu/menu_preview.h"
#include "menu/menu_text.h"
#include "render/style.h"
#include "render/styled_text.h"

static void title_receipt(struct menu *menu, const struct answer *answer) {
    buffer_clear(&menu->title);
    if (menu->action == MENU_UNDOES)
        buffer_append_string(&menu->title, answer->code ? "Not undone" : "Undone");
    else
        buffer_append_string(&menu->title, answer->code ? "Not created" : "Created");
}

static void remember_batch(struct menu *menu, const struct answer *answer) {
    AUTO(json) json = {0};
    if (menu->action == MENU_UNDOES && answer->code == ERROR_NONE)
        menu->batch = 0;
    else if (menu->action != MENU_UNDOES && json_read_ours(&json, buffer_span(&answer->data))) {
        size_t batch = json_get_unsigned(json.root, "batch");
        menu->batch = batch ? batch : menu->batch;
    }
}

/* Append the files of @data that @other does not have. */
static void append_others(struct menu *menu, const char *words, const cJSON *data, const cJSON *other) {
    const struct style style = menu_text_style(menu);
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
    AUTO(buffer) before = menu->previewed;
    AUTO(json) old = {0}, new = {0};
    menu->previewed = (struct buffer){0};
    menu_preview_show(menu);
    buffer_clear(&menu->notice);
    styled_text_append_visible(&menu->notice, menu_failure(stale));
    buffer_append_string(&menu->notice, ".\n");
    json_read_ours(&old, buffer_span(&before));
    json_read_ours(&new, buffer_span(&menu->previewed));
    append_others(menu, "no more:", old.root, new.root);
    append_others(menu, "now also:", new.root, old.root);
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
        menu_text_append_answer(menu, &answer, menu_preview_renderer(menu));
        remember_batch(menu, &answer);
        menu->is_receipt = menu->batch != 0;
        menu_refresh_quietly(menu);
    }
}
