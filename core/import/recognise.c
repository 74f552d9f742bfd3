#include "import/recognise.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "document/list_item.h"
#include "format/json.h"
#include "import/list_number.h"

static struct span skip_order_mark(struct span text) {
    return span_starts_with(text, "\xEF\xBB\xBF") ? span_skip(text, 3) : text;
}

static struct span skip_blank(struct span text) {
    while (text.length && isspace((unsigned char)text.data[0]))
        text = span_skip(text, 1);
    return text;
}

/* One JSON object a line, with a string id and title, without tasks. */
static bool is_beads(struct span text) {
    struct span line;
    struct json json = {0};
    text = skip_blank(text);
    if (!span_next_line(&text, &line) || !json_read_ours(&json, line))
        return false;
    bool is_issue =
        json_get_string(json.root, "id") && json_get_string(json.root, "title") && !json_get(json.root, "tasks");
    json_release(&json);
    return is_issue;
}

bool recognise_front_matter(struct span text) {
    struct span line;
    text = skip_order_mark(text);
    if (!span_next_line(&text, &line) || !span_equals(span_trim(line), "---"))
        return false;
    while (span_next_line(&text, &line) && !span_equals(span_trim(line), "---"))
        if (span_starts_with(line, "id:"))
            return true;
    return false;
}

struct shapes {
    bool has_box, has_task_id, has_top_number, has_numbered_heading;
};

static void look_at_line(struct shapes *shapes, struct span line) {
    struct list_item box;
    if (span_starts_with(line, "## ") && list_number_read(span_trim(span_skip(line, 3)), NULL))
        shapes->has_numbered_heading = true;
    if (!list_item_read_box(line, &box))
        return;
    size_t dots = 0;
    struct span number = list_number_read(box.text, NULL) ? list_number_take(&box.text) : (struct span){0};
    for (size_t i = 0; i < number.length; i++)
        dots += number.data[i] == '.';
    shapes->has_box = true;
    shapes->has_task_id |= list_number_task_id(box.text).length > 0;
    shapes->has_top_number |= number.length && dots == 0 && box.indentation == 0;
}

static enum import_format recognise_path(const char *path) {
    if (!path)
        return IMPORT_ANY;
    if (strstr(path, ".kiro/"))
        return IMPORT_KIRO;
    if (strstr(path, "openspec/"))
        return IMPORT_OPENSPEC;
    return strstr(path, "specs/") ? IMPORT_SPECKIT : IMPORT_ANY;
}

static enum import_format recognise_markdown(struct span text, const char *path) {
    struct shapes shapes = {0};
    for (struct span line; span_next_line(&text, &line);)
        look_at_line(&shapes, line);
    enum import_format by_path = recognise_path(path);
    if (!shapes.has_box)
        return IMPORT_ANY;
    if (shapes.has_task_id)
        return IMPORT_SPECKIT;
    if (shapes.has_top_number && shapes.has_numbered_heading && by_path != IMPORT_ANY)
        return by_path;
    if (shapes.has_numbered_heading)
        return IMPORT_OPENSPEC;
    return shapes.has_top_number ? IMPORT_KIRO : by_path;
}

enum import_format recognise(struct span text, const char *path) {
    text = skip_order_mark(text);
    struct span rest = skip_blank(text);
    if (is_beads(text))
        return IMPORT_BEADS;
    if (span_starts_with(rest, "{"))
        return IMPORT_TASKMASTER;
    if (recognise_front_matter(text))
        return IMPORT_BACKLOG;
    return recognise_markdown(text, path);
}
