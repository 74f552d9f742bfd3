/*
 * How a created document is rendered: whether what is quoted in it stays within the section that it stands in. For unit
 * tests and fuzz targets.
 */
#ifndef RENDERING_H
#define RENDERING_H

#include <md4c.h>
#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"

struct rendering {
    struct buffer seen; /* headings of level 1 and 2, HTML, and everything from the heading "End" on */
    bool is_section, has_ended;
};

static inline int rendering_enter(MD_BLOCKTYPE type, void *detail, void *data) {
    struct rendering *rendering = data;
    unsigned level = type == MD_BLOCK_H ? ((const MD_BLOCK_H_DETAIL *)detail)->level : 0;
    rendering->is_section = level == 1 || level == 2;
    if (rendering->is_section || rendering->has_ended || type == MD_BLOCK_HTML)
        buffer_append_format(&rendering->seen, "<%d.%u>", (int)type, level);
    return 0;
}

static inline int rendering_leave(MD_BLOCKTYPE type, void *detail, void *data) {
    struct rendering *rendering = data;
    (void)type, (void)detail;
    rendering->is_section = false;
    return 0;
}

static inline int rendering_span(MD_SPANTYPE type, void *detail, void *data) {
    struct rendering *rendering = data;
    (void)detail;
    if (rendering->has_ended)
        buffer_append_format(&rendering->seen, "(%d)", (int)type);
    return 0;
}

static inline int rendering_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data) {
    struct rendering *rendering = data;
    rendering->has_ended |= rendering->is_section && size == 3 && memcmp(text, "End", 3) == 0;
    if (type == MD_TEXT_HTML)
        buffer_append_string(&rendering->seen, "HTML");
    else if (rendering->is_section || rendering->has_ended)
        buffer_append(&rendering->seen, text, size);
    return 0;
}

static inline void rendering_of(struct rendering *rendering, const char *before, struct span quoted) {
    static const char after[] = "\n\n## Between\n\nSee [label], <b>not HTML of ours</b>.\n\n## End\n\n- [ ] checked, "
                                "as `code` says and [label] too\n\n> quoted\n";
    const MD_PARSER parser = {.flags = MD_DIALECT_GITHUB,
                              .enter_block = rendering_enter,
                              .leave_block = rendering_leave,
                              .enter_span = rendering_span,
                              .leave_span = rendering_span,
                              .text = rendering_text};
    struct buffer document = {0};
    buffer_append_string(&document, before);
    buffer_append_span(&document, quoted);
    buffer_append_string(&document, after);
    md_parse(document.data, (MD_SIZE)document.length, &parser, rendering);
    buffer_release(&document);
}

/* Does a document with @quoted behind @before have the same sections and end as one with a plain word there? */
static inline bool rendering_is_kept(const char *before, struct span quoted) {
    struct rendering plain = {0}, actual = {0};
    rendering_of(&plain, before, span_of("word"));
    rendering_of(&actual, before, quoted);
    bool is_kept = strcmp(buffer_text(&plain.seen), buffer_text(&actual.seen)) == 0;
    buffer_release(&plain.seen);
    buffer_release(&actual.seen);
    return is_kept;
}

#endif
