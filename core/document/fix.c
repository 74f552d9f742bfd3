#include "document/fix.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "document/excerpt.h"
#include "document/list_item.h"
#include "format/markdown.h"
#include "format/prose.h"

static const char digest_prefix[] = "sha256:";

void fix_append_mark(struct buffer *text, const char *name, const char *sha) {
    buffer_append_format(text, "%s %s%.*s", name, digest_prefix, FIX_DIGITS, sha);
}

/* @value: of one header line. */
static bool names_fix(struct span value, const char *name, const char *sha) {
    const char *digits = value.length ? memmem(value.data, value.length, digest_prefix, strlen(digest_prefix)) : NULL;
    if (!digits || !memmem(value.data, (size_t)(digits - value.data), name, strlen(name)))
        return false;
    struct span rest = span_skip(value, (size_t)(digits - value.data) + strlen(digest_prefix));
    size_t count = 0;
    while (count < rest.length && isxdigit((unsigned char)rest.data[count]))
        count++;
    return count >= FIX_DIGITS_LEAST && count <= strlen(sha) && strncasecmp(rest.data, sha, count) == 0;
}

bool fix_is_answered_by(const struct document *task, const char *name, const char *sha) {
    struct span value;
    for (size_t line = 0; document_next_header(task, FIX_LABEL, &line, &value);)
        if (names_fix(value, name, sha))
            return true;
    return false;
}

/* --- which lines list the required fixes --- */

/* What reviewers call that section, best first. */
static const char *const titles[] = {
    "issues found",     "issues",   "critical issues", "required fixes",     "fixes required",       "required changes",
    "changes required", "fixes",    "what to fix",     "what must be fixed", "what has to be fixed", "what to mend",
    "findings",         "problems", "problems found",  "blocking issues",    "action items",         "required actions",
    "next steps",
};

static struct span skip_marks(struct span title) {
    while (title.length && !isalnum((unsigned char)title.data[0]))
        title = span_skip(title, 1);
    return title;
}

static bool has_text(const struct markdown *markdown, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (!document_is_empty_line(markdown->lines[i].text))
            return true;
    return false;
}

static const struct markdown_section *find_issues(const struct document *fix) {
    enum { DEEPEST = 3 };
    const struct markdown *markdown = &fix->markdown;
    for (size_t t = 0; t < sizeof titles / sizeof *titles; t++)
        for (size_t i = 0; i < markdown->section_count; i++) {
            const struct markdown_section *section = &markdown->sections[i];
            if (section->level > 1 && section->level <= DEEPEST &&
                text_starts_with_word(skip_marks(section->title), titles[t]) &&
                has_text(markdown, section->line + 1, section->end))
                return section;
        }
    return NULL;
}

/* Behind the title and the labels below it. */
static size_t end_of_header(const struct markdown *markdown) {
    size_t i = 0;
    for (struct span label, value; i < markdown->line_count; i++) {
        struct span text = span_trim(markdown->lines[i].text);
        bool is_title = span_starts_with(text, "# ");
        if (markdown->lines[i].is_code ||
            (!is_title && !document_is_empty_line(text) && !document_label(text, &label, &value)))
            break;
    }
    return i;
}

static struct excerpt issues_of(const struct document *fix, const char *name) {
    const struct markdown_section *section = find_issues(fix);
    if (section)
        return excerpt_of_section(fix, name, section);
    size_t first = end_of_header(&fix->markdown);
    if (first == fix->markdown.line_count) /* labels are all it has */
        first = 0;
    return (struct excerpt){.document = fix, .name = name, .first = first, .end = fix->markdown.line_count};
}

/* --- the checklist --- */

/* How much is said of each point. */
enum detail { DETAIL_ALL, DETAIL_REMEDY, DETAIL_ITEM, DETAIL_KINDS };

struct output {
    struct buffer *buffer;
    const struct excerpt *issues;
    enum detail detail;
    size_t lines, most;
    size_t item_indentation; /* of the points; SIZE_MAX if the issues are no list */
    size_t base;             /* indentation of what is said of the present point; SIZE_MAX before it */
    size_t remedy;           /* indentation of the remedy that is being copied; SIZE_MAX if none is */
    bool is_cut, has_gone;   /* something was left out at the end; within */
    size_t cut_at;
};

/* One line is kept for saying what is left out. */
static void put(struct output *output, size_t at, const char *prefix, size_t indent, struct span text) {
    bool is_heading = prefix[0] == '#';
    size_t blank = is_heading && output->lines ? 1 : 0;
    if (output->is_cut)
        return;
    if (output->lines + blank + is_heading + 2 > output->most) {
        output->is_cut = true;
        output->cut_at = at;
        return;
    }
    if (output->lines)
        buffer_append_byte(output->buffer, '\n');
    if (blank)
        buffer_append_byte(output->buffer, '\n');
    buffer_append_format(output->buffer, "%*s%s", (int)indent, "", prefix);
    if (is_heading) {
        prose_append_words(output->buffer, text);
        buffer_append_byte(output->buffer, '\n');
    } else {
        prose_append_line(output->buffer, text);
    }
    output->lines += blank + 1 + is_heading;
}

static bool is_remedy(struct span item) {
    static const char *const words[] = {"fix",        "fixes",       "how to fix", "suggested",
                                        "suggestion", "recommended", "solution",   "resolution",
                                        "remedy",     "action",      "required",   "recommendation"};
    struct span text = skip_marks(item);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_starts_with_word(text, words[i]))
            return true;
    return false;
}

/* Something that is said of a point. */
static void put_detail(struct output *output, size_t at, size_t columns, struct span text, bool is_item) {
    enum { DEEPEST = 12 };
    if (output->base == SIZE_MAX)
        output->base = columns;
    if (output->remedy != SIZE_MAX && columns <= output->remedy)
        output->remedy = SIZE_MAX;
    if (output->remedy == SIZE_MAX && is_item && is_remedy(text))
        output->remedy = columns;
    if (output->detail == DETAIL_ITEM || (output->detail == DETAIL_REMEDY && output->remedy == SIZE_MAX)) {
        output->has_gone = true;
        return;
    }
    size_t deeper = columns > output->base ? columns - output->base : 0;
    put(output, at, "", 2 + (deeper < DEEPEST ? deeper : DEEPEST), text);
}

static size_t put_code(struct output *output, size_t first) {
    const struct markdown_line *lines = output->issues->document->markdown.lines;
    size_t last = first;
    while (last + 1 < output->issues->end && lines[last + 1].is_code)
        last++;
    AUTO(buffer) pointer = {0};
    buffer_append_string(&pointer, "*(code: ");
    excerpt_append_place(&pointer, output->issues->name, first, last + 1);
    buffer_append_string(&pointer, ")*");
    put_detail(output, first, text_indentation(lines[first].text), buffer_span(&pointer), false);
    return last;
}

static void put_line(struct output *output, size_t at) {
    struct span line = output->issues->document->markdown.lines[at].text, text = span_trim(line);
    struct list_item item;
    size_t columns = text_indentation(line);
    bool is_item = list_item_read(line, &item);
    bool is_point = output->item_indentation == SIZE_MAX || (is_item && columns <= output->item_indentation + 1);
    if (document_is_empty_line(line))
        return;
    if (columns == 0 && text.data[0] == '#') {
        put(output, at, "### ", 0, skip_marks(text));
        output->base = output->remedy = SIZE_MAX;
    } else if (is_point) {
        put(output, at, LIST_ITEM_OPEN, 0, list_item_without_box(is_item ? item.content : text));
        output->base = output->remedy = SIZE_MAX;
    } else if (columns > output->item_indentation) {
        put_detail(output, at, columns, text, is_item);
    } else {
        put_detail(output, at, output->base == SIZE_MAX ? columns : output->base, text, false);
    }
}

static void put_points(struct output *output) {
    for (size_t i = output->issues->first; i < output->issues->end && !output->is_cut; i++) {
        if (output->issues->document->markdown.lines[i].is_code)
            i = put_code(output, i);
        else
            put_line(output, i);
    }
}

size_t fix_append_points(struct buffer *text, const struct document *fix, const char *name, size_t most) {
    size_t start = text->length;
    struct excerpt issues = issues_of(fix, name);
    struct output output = {0};
    for (enum detail detail = DETAIL_ALL; detail < DETAIL_KINDS; detail++) {
        buffer_truncate(text, start);
        output = (struct output){
            .buffer = text,
            .issues = &issues,
            .detail = detail,
            .most = most,
            .item_indentation = excerpt_item_indentation(&issues),
            .base = SIZE_MAX,
            .remedy = SIZE_MAX,
        };
        put_points(&output);
        if (!output.is_cut)
            break;
    }
    if (output.is_cut)
        buffer_append_format(text, "%s*(continues in %s, lines %zu-%zu)*", output.lines ? "\n" : "", name,
                             output.cut_at + 1, issues.end);
    else if (output.has_gone)
        buffer_append_format(text, "%s*(in short; all that is said of these: %s, lines %zu-%zu)*",
                             output.lines ? "\n" : "", name, issues.first + 1, issues.end);
    return output.lines + (output.is_cut || output.has_gone);
}

void fix_append_others(struct buffer *text, const struct document *fix) {
    const struct markdown *markdown = &fix->markdown;
    const struct markdown_section *issues = find_issues(fix);
    size_t count = 0;
    for (size_t i = 0; i < markdown->section_count && issues; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        if (section->level != 2 || section == issues)
            continue;
        buffer_append_string(text, count++ ? ", " : "");
        prose_append_words(text, section->title);
        buffer_append_format(text, " (lines %zu-%zu)", section->line + 1, section->end);
    }
}
