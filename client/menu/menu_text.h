/*
 * Texts that the menu shows, one at a time, each with a title and scrolled: answers as the verbs print them, with
 * nothing left out.
 */
#ifndef BATCHCTL_MENU_TEXT_H
#define BATCHCTL_MENU_TEXT_H

#include <stdbool.h>

#include "api/answer.h"
#include "menu/menu.h"
#include "plan/selection.h"
#include "render/style.h"

/* An empty text, with this title. */
void menu_text_open(struct menu *menu, const char *title);
struct style menu_text_style(const struct menu *menu);
void menu_text_append_answer(struct menu *menu, const struct answer *answer);

/* What the method answers about the plan. */
void menu_text_ask(struct menu *menu, const char *title, const char *method);
void menu_text_show_parallel(struct menu *menu);

/* Prompts, one at a time. @first: the id whose prompt is shown first, or NULL. */
void menu_text_show_prompts(struct menu *menu, const char *kind, enum selection_kind selection, const char *first);
/* Those for what is to be done next. */
void menu_text_show_next_prompt(struct menu *menu);
/* The next one or the previous one, round and round. */
void menu_text_turn_prompt(struct menu *menu, bool is_forward);

/* Adds to the view of @menu all but its foot. */
void menu_text_show(struct menu *menu);

#endif
