/*
 * Texts that the menu shows: answers as the verbs print them, with nothing left out.
 */
#ifndef BATCHCTL_MENU_TEXT_H
#define BATCHCTL_MENU_TEXT_H

#include <stdbool.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "menu/menu.h"
#include "plan/selection.h"
#include "render/style.h"

/* An empty text, with this title. */
void menu_text_open(struct menu *menu, const char *title);

struct style menu_text_style(const struct menu *menu);
void menu_text_append_answer(struct menu *menu, const struct answer *answer);

void menu_text_show_graph(struct menu *menu);
void menu_text_show_validity(struct menu *menu);
void menu_text_show_parallel(struct menu *menu);
void menu_text_show_help(struct menu *menu);

/* Prompts, one at a time. @first: the id whose prompt is shown first, or NULL. */
void menu_text_show_prompts(struct menu *menu, const char *kind, enum selection_kind selection, const char *first);
/* Those for what is to be done next. */
void menu_text_show_next_prompt(struct menu *menu);
/* The next one or the previous one, round and round. */
void menu_text_turn_prompt(struct menu *menu, bool is_forward);

#endif
