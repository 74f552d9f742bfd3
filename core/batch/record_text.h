/*
 * The text of a record: one JSON object, and a second line with the inodes of its files. A record may have been damaged
 * or forged, so everything in it is checked when it is read.
 */
#ifndef BATCHD_RECORD_TEXT_H
#define BATCHD_RECORD_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "batch/record.h"

/* Append a record's text, inodes included if they are known. Everything but time and user comes from @record. */
void record_text_append(struct buffer *text, const struct record *record);
/* Append only the line of the inodes. */
void record_text_append_inodes(struct buffer *text, const struct record *record);

/*
 * Read @text, which a NUL follows, into @record, of which only the number is set. False if it is damaged or cut off, or
 * of another number. Only inodes that are whole are read; then it is_staged. @path: of the file, for messages.
 */
bool record_text_read(struct record *record, struct span text, const char *path);

#endif
