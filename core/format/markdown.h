/*
 * A Markdown text as lines and sections, around md4c. What is code is known for every line and every byte, so a
 * heading or a marker inside a code block is never taken for one. Only ATX headings ("## Title") count: text followed
 * by "---" is too often a paragraph before a rule.
 */
#ifndef BATCHD_MARKDOWN_H
#define BATCHD_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/memory.h"

struct markdown_line {
    struct span text;
    bool is_code; /* inside a code block, or one of its fences */
};

struct markdown_section {
    struct span title; /* without the '#' signs */
    unsigned level;    /* 1 to 6 */
    size_t line;       /* index of the heading's line */
    size_t end;        /* index of the line after the section: its next sibling's, or an elder's */
};

/* {0} is valid and empty. */
struct markdown {
    struct arena arena;
    struct markdown_line *lines;
    size_t line_count;
    struct markdown_section *sections; /* in order; those at any depth */
    size_t section_count, section_capacity;
    struct span *code_spans; /* `code` within text */
    size_t code_span_count, code_span_capacity;
};

/* @text is borrowed and must outlive the result. Any bytes are accepted; time is linear in their number. */
void markdown_parse(struct markdown *markdown, struct span text);
void markdown_release(struct markdown *markdown);

/* Is the byte at @at, a pointer into the text, part of code? */
bool markdown_is_code(const struct markdown *markdown, const char *at);

#endif
