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
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "render/style.h"
#include "view/plan_view.h"

struct menu_host {
    /* Answer the request; the menu releases @answer. */
    void (*ask)(void *data, const struct request *request, struct answer *answer);
    /* Show the text where it stays and can be copied, outside of the menu, and wait until it has been read. */
    void (*print)(void *data, const char *text);
    void *data;
};

enum menu_place { MENU_CHOICE, MENU_BOARD, MENU_TEXT, MENU_PREVIEW };

struct menu {
    struct menu_host host;
    struct style style; /* of what the menu quotes from the verbs */
    bool is_live, is_over;
    enum menu_place place;
    uint32_t key; /* that was pressed last, see menu_keys.h */
    char *plan;   /* its path; owned; NULL until one is chosen */

    struct menu_model model;
    size_t cursor, scroll;
    uint64_t batch;        /* made here and not undone; 0 if there is none */
    struct buffer message; /* until the next key */

    struct answer choices; /* to status about all plans */
    size_t choice;

    struct buffer title, notice, text; /* of a text or preview; styled, lines of any length */
    size_t text_scroll;
    bool is_receipt;       /* of a batch that can be undone */
    struct answer prompts; /* those that are shown one by one */
    size_t prompt, prompt_count;

    struct request request;  /* that the preview is of; its texts are borrowed from the model and from what follows */
    struct answer previewed; /* the preview */
    char *as;                /* who says it; owned */
    enum menu_entry_name entry; /* that the preview came from */
    size_t offer;

    struct menu_view view; /* as it was shown last */
};

/* Fills @answer in any case; the caller releases it. */
void menu_ask(const struct menu *menu, const struct request *request, struct answer *answer);

/* Shows one line until the next key. */
void menu_say(struct menu *menu, const char *words);

/* The error that an answer ends with. */
const char *menu_failure(const struct answer *answer);

/* Read all plans, or the one that @plan names. False if there is no answer: @answer says why. The caller releases it.
 */
bool menu_find_plans(struct menu *menu, const char *plan, struct answer *answer);
/* Those that there is a choice of; NULL before. */
const struct plan_list *menu_plans(const struct menu *menu);
/* Read the plan at the cursor of the choice, and show its first screen. False if it cannot be read: @answer says why,
 * and the caller releases it. */
bool menu_open_plan(struct menu *menu, struct answer *answer);

/* Read the plan again, because of an event or because time has passed, and say what has changed; or do not say it. */
void menu_refresh(struct menu *menu);
void menu_refresh_quietly(struct menu *menu);

#endif
