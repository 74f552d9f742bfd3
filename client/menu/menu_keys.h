/*
 * The menu: what each key does. It asks through its host, so it needs neither a terminal nor a daemon, and is driven by
 * keys: menu_begin, then menu_press and menu_refresh as they come, menu_show whenever something may look different.
 *
 * Nothing is created or removed but after a preview and one confirmation, which is passed on as the preview's token.
 */
#ifndef BATCHCTL_MENU_KEYS_H
#define BATCHCTL_MENU_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "format/json.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"

/* Keys are code points; these are none. */
enum menu_key {
    MENU_KEY_UP = 0x110000,
    MENU_KEY_DOWN,
    MENU_KEY_LEFT,
    MENU_KEY_RIGHT,
    MENU_KEY_PAGE_UP,
    MENU_KEY_PAGE_DOWN,
    MENU_KEY_HOME,
    MENU_KEY_END,
    MENU_KEY_ENTER,
    MENU_KEY_BACK, /* Escape, Backspace */
};

struct menu_host {
    /* Answer the request; the menu releases @answer. */
    void (*ask)(void *data, const struct request *request, struct answer *answer);
    /* Show the text where it stays and can be copied, outside of the menu, and wait until it has been read. */
    void (*print)(void *data, const char *text);
    void *data;
};

enum menu_place { MENU_CHOICE, MENU_BOARD, MENU_TEXT, MENU_PREVIEW };

/* What a preview is of. */
enum menu_action { MENU_CREATES, MENU_REVIEWS, MENU_UNDOES };

struct menu {
    struct menu_host host;
    bool has_color, is_live, is_over;
    const char *root, *here; /* as in struct style */
    enum menu_place place;
    char *plan; /* its path; owned; NULL until one is chosen */

    struct menu_model model;
    size_t cursor, scroll;
    uint64_t batch;        /* made here and not undone; 0 if there is none */
    struct buffer message; /* until the next key */

    struct buffer choice_text; /* that choice_json borrows from */
    struct json choice_json;
    struct menu_view_choice *choices;
    size_t choice_count, choice;

    struct buffer title, text, notice; /* of a text or preview */
    size_t text_scroll;
    bool is_picture, is_receipt;
    struct buffer prompt_text;
    struct json prompt_json;
    size_t prompt, prompt_count;

    enum menu_action action;
    const char *method;               /* of a review: "approve" or "adopt" */
    char *as;                         /* who says it; owned */
    enum menu_model_entry_name entry; /* that the preview came from */
    size_t offer;
    struct arena arena; /* of the offer's ids */
    struct menu_model_offer offered;
    struct buffer token;
    struct buffer previewed; /* the data of the preview */
    bool has_content, can_confirm;

    struct menu_view view; /* as it was shown last */
};

/*
 * Begin with the plan that is named, or the only one, or a choice. @menu is filled but for what the host gave. False
 * if there is nothing to begin with: @answer says why, and the caller releases it; else it is empty.
 */
bool menu_begin(struct menu *menu, const char *plan, struct answer *answer);
void menu_end(struct menu *menu);

void menu_press(struct menu *menu, uint32_t key);

/* Read the plan again, because of an event or because time has passed. */
void menu_refresh(struct menu *menu);

/* What the screen looks like now; borrowed until the next call. */
const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height);

#endif
