/*
 * Previews of what would be written or removed, and what follows when they are confirmed. A preview is a text.
 */
#ifndef BATCHCTL_MENU_PREVIEW_H
#define BATCHCTL_MENU_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "menu/menu.h"
#include "menu/menu_model.h"

/* The batch of that number among those that the entry offers; the next one or the previous one. */
void menu_preview_offer(struct menu *menu, enum menu_entry_name entry, size_t number);
void menu_preview_turn(struct menu *menu, bool is_forward);
/* How many the entry of this preview offers. */
size_t menu_preview_count(const struct menu *menu);

/* All that is submitted is approved; all that says it is complete is submitted. */
void menu_preview_approve(struct menu *menu);
void menu_preview_adopt(struct menu *menu);
void menu_preview_undo(struct menu *menu);

bool menu_preview_is_undo(const struct menu *menu);
/* Is there anything to do? */
bool menu_preview_can_confirm(const struct menu *menu);

/* The texts of the files with the preview, or without. If it is another preview by now, that is said. */
void menu_preview_toggle_content(struct menu *menu);

/* Does just what was seen, and shows the result; or does nothing, says what has changed, and shows the new preview. */
void menu_preview_confirm(struct menu *menu);

#endif
