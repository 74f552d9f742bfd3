/*
 * For the tests of the menu without a terminal: its host, which answers from a space's files, and its page as text.
 */
#ifndef ONLOOKER_H
#define ONLOOKER_H

#include <criterion/criterion.h>
#include <locale.h>

#include "api/methods.h"
#include "base/columns.h"
#include "base/memory.h"
#include "menu/menu_keys.h"
#include "space.h"

struct onlooker {
    struct space space;
    struct menu menu;
    struct buffer text, printed;
    void (*meanwhile)(const struct space *space); /* once, before the next write */
};

static inline void onlooker_answer(void *data, const struct request *request, struct answer *answer) {
    struct onlooker *onlooker = data;
    struct workspace workspace;
    struct error error = {0};
    *answer = (struct answer){.kind = request->method};
    if (request_is_write(request) && !request->is_dry_run && onlooker->meanwhile) {
        onlooker->meanwhile(&onlooker->space);
        onlooker->meanwhile = NULL;
    }
    cr_assert(workspace_open(&workspace, onlooker->space.root, &error));
    request_handle(&workspace, request, answer);
    workspace_release(&workspace);
}

static inline void onlooker_print(void *data, const char *text) {
    buffer_append_string(&((struct onlooker *)data)->printed, text);
}

/* Takes @space. */
static inline void onlooker_begin(struct onlooker *onlooker, struct space space, const char *plan) {
    struct answer answer;
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    *onlooker = (struct onlooker){.space = space, .menu.host = {onlooker_answer, onlooker_print, onlooker}};
    cr_assert(menu_begin(&onlooker->menu, plan, &answer));
}

static inline void onlooker_end(struct onlooker *onlooker) {
    menu_end(&onlooker->menu);
    buffer_release(&onlooker->text);
    buffer_release(&onlooker->printed);
    space_end(&onlooker->space);
}

/* The page without colours; every line has to fit. */
static inline const char *look_at(struct onlooker *onlooker, size_t width, size_t height) {
    const struct menu_view *view = menu_show(&onlooker->menu, width, height);
    buffer_clear(&onlooker->text);
    cr_expect_eq(menu_view_count(&view->page), height);
    for (struct span rest = buffer_span(&view->page), line; span_next_line(&rest, &line);) {
        cr_expect_leq(columns_of(line), width, "%zux%zu: %.*s", width, height, (int)line.length, line.data);
        for (size_t color; line.length; line = span_skip(line, color ? color : 1))
            if (!(color = columns_color_length(line)))
                buffer_append_byte(&onlooker->text, line.data[0]);
        while (onlooker->text.length && onlooker->text.data[onlooker->text.length - 1] == ' ')
            buffer_truncate(&onlooker->text, onlooker->text.length - 1);
        buffer_append_byte(&onlooker->text, '\n');
    }
    return buffer_text(&onlooker->text);
}

static inline const char *look(struct onlooker *onlooker) {
    return look_at(onlooker, 80, 24);
}

/* Press keys that are characters, looking after each, as one does. */
static inline const char *press(struct onlooker *onlooker, const char *keys) {
    for (; *keys; keys++) {
        menu_press(&onlooker->menu, (uint32_t)*keys);
        look(onlooker);
    }
    return look(onlooker);
}

#define expect_seen(text, part)     cr_expect(has(text, part), "\"%s\" is not in:\n%s", part, text)
#define expect_not_seen(text, part) cr_expect(!has(text, part), "\"%s\" is in:\n%s", part, text)

#endif
