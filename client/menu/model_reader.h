/*
 * Reads the menu model from the answer to status.
 */
#ifndef BATCHCTL_MODEL_READER_H
#define BATCHCTL_MODEL_READER_H

#include <stdbool.h>

#include "api/answer.h"
#include "menu/menu_model.h"

/* Takes the data of @answer, to a status about one plan. False if that has no plan; the board is empty then. */
bool model_reader_read(struct menu_model *model, struct answer *answer);

#endif
