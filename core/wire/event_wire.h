/*
 * Reading an event as a subscriber receives it.
 */
#ifndef BATCHD_EVENT_WIRE_H
#define BATCHD_EVENT_WIRE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "view/event.h"

/* Its texts are in @arena. False if @line is no JSON. */
bool event_wire_read(struct received_event *received, struct span line, struct arena *arena);

#endif
