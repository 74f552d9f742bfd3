/*
 * Text in an SVG picture whose font is not known beforehand. Widths are estimated on the generous side, from
 * those of wide sans-serif fonts, so that what is said to fit does. Characters are never cut apart, nor from the marks
 * that combine with them.
 */
#ifndef BATCHD_SVG_TEXT_H
#define BATCHD_SVG_TEXT_H

#include <stddef.h>

#include "base/buffer.h"

/* Pixels that @text takes at a font of @size pixels. Valid UTF-8. */
long svg_text_width(struct span text, long size);

/* As much of @text as fits into @width; "…" at the end if that is not all. */
void svg_text_append_short(struct buffer *line, struct span text, long size, long width);

/* Take a line that fits into @width off the text, broken at a blank if there is one; all that is left if that fits. */
struct span svg_text_take_line(struct span *rest, long size, long width);

/*
 * Append as character data or an attribute's value of XML 1.0: markup escaped, and what is not seen made visible (see
 * text.h). Any bytes.
 */
void svg_text_append_xml(struct buffer *xml, struct span text);

/* Append a title, which may be NULL, without Markdown, and with nothing that cannot be seen. */
void svg_text_append_title(struct buffer *text, const char *title);

#endif
