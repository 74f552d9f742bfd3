/*
 * The menu: its state, and what its parts share. It asks through its host, so it needs neither a terminal nor a daemon.
 */
#ifndef BATCHCTL_MENU_H
#define BATCHCTL_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"

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
    bool has_color, is_ascii, is_live, is_over;
    const char *root, *here; /* as in struct style */
    enum menu_place place;
    char *plan; /* its path; owned; NULL until one is chosen */

    struct menu_model model;
    size_t cursor, scroll;
    uint64_t batch;        /* made here and not undone; 0 if there is none */
    struct buffer message; /* until the next key */

    struct answer choices; /* to status about all plans */
    size_t choice;

    struct buffer title, text, notice; /* of a text or preview */
    size_t text_scroll;
    bool is_picture, is_receipt;
    struct answer prompts; /* those that are shown one by one */
    size_t prompt, prompt_count;

    enum menu_action action;
    const char *method;               /* of a review: "approve" or "adopt" */
    char *as;                         /* who says it; owned */
    enum menu_model_entry_name entry; /* that the preview came from */
    size_t offer;
    struct menu_model_offer offered; /* borrowed from the model, which stays as it is during a preview */
    struct buffer token;
    struct answer previewed; /* the preview */
    bool has_content, can_confirm;

    struct menu_view view; /* as it was shown last */
};

/* Fills @answer in any case; the caller releases it. */
void menu_ask(const struct menu *menu, const struct request *request, struct answer *answer);

/* Shows one line until the next key; menu_message is that line, or NULL. */
void menu_say(struct menu *menu, const char *words);
const char *menu_message(const struct menu *menu);

/* The error that an answer ends with. */
const char *menu_failure(const struct answer *answer);

/* Read the plan, and show its first screen. False if it cannot be read: @answer says why, and the caller releases it.
 */
bool menu_open_plan(struct menu *menu, const char *plan, struct answer *answer);

/* Read the plan again, because of an event or because time has passed, and say what has changed; or do not say it. */
void menu_refresh(struct menu *menu);
void menu_refresh_quietly(struct menu *menu);

#endif
