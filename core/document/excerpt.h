/*
 * Excerpts: the lines of a document that are worth repeating in another one, in no more than so many lines. Code
 * blocks are left out (a pointer says where they are), headings are lowered so that they fit beneath the one they
 * will stand under, blank lines are squeezed, and nothing outlives its line (prose.h). What is too long first loses its
 * details, then its end.
 */
#ifndef BATCHD_EXCERPT_H
#define BATCHD_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "format/markdown.h"

/* Lines first to end (exclusive) of a document that readers know as @name. */
struct excerpt {
    const struct document *document;
    const char *name;
    struct span lead; /* text that goes before the lines, such as the value beside a label; may be empty */
    size_t first, end;
    unsigned beneath; /* the level of that heading; 0 means 2 */
};

/* The lines below a section's heading; an empty excerpt if @section is NULL. */
struct excerpt excerpt_of_section(const struct document *document, const char *name,
                                  const struct markdown_section *section);

/* The section of that kind, however it is called; of an objective without a section what the header says. */
struct excerpt excerpt_of_kind(const struct document *document, const char *name, enum section_kind kind);

/* What a PLAN says in one field of an achievement's definition. */
struct excerpt excerpt_of_field(const struct document *document, const char *name, const struct definition_text *field);

/* Append the text, at most @most lines, without a newline at the end. Returns the number of lines; 0 if it is empty. */
size_t excerpt_append_text(struct buffer *buffer, const struct excerpt *excerpt, size_t most);

/* The same, but where details are left out a last line says so and where they are. */
size_t excerpt_append_told(struct buffer *buffer, const struct excerpt *excerpt, size_t most);

/*
 * Append a checklist of what the lines enumerate: their sub-headings (with the items below each, as far as there is
 * room), else their list items, else their paragraphs. As excerpt_append_text for the rest.
 */
size_t excerpt_append_checklist(struct buffer *buffer, const struct excerpt *excerpt, size_t most);

/* The same for the sub-headings, or the items of the first level, alone. */
size_t excerpt_append_steps(struct buffer *buffer, const struct excerpt *excerpt, size_t most);

/* Append "SUBPLAN_X_11.md, lines 3-9": lines @first to @end (exclusive, from 0) of the document called @name. */
void excerpt_append_place(struct buffer *text, const char *name, size_t first, size_t end);

/* The smallest indentation of the list items, in columns: those are the items of the first level. SIZE_MAX: none. */
size_t excerpt_item_indentation(const struct excerpt *excerpt);

#endif
