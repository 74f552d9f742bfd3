#include "import/beads.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/plan_document.h"
#include "format/json.h"
#include "import/json_text.h"

/* What is no work: a status, a flag, or a type. */
enum { TOMBSTONE, EPHEMERAL, PINNED, TYPES, KINDS = 9 };
static const char *const kinds[KINDS] = {"tombstone", "ephemeral", "pinned", "message", "agent",
                                         "molecule",  "gate",      "event",  "convoy"};

/* An edge that is to be resolved once all issues are read. */
struct reference {
    uint32_t item;
    const char *to, *type;
    struct outline_place place;
};

/* Names, each once, as a list. */
struct names {
    struct string_map map;
    struct buffer list;
};

struct reader {
    struct outline *outline;
    const char *file;
    struct json json; /* of the present line */
    unsigned line;
    struct string_map ids; /* of issues: the first one that has it */
    struct reference *references;
    size_t reference_count, reference_capacity;
    size_t left_out[KINDS];
    struct names unknown_types, edge_keys, dated, conditional;
};

#define text_of(reader, ...) outline_text((reader)->outline, __VA_ARGS__)

static bool is_one_of(const char *key, const char *const *keys) {
    for (; *keys; keys++)
        if (strcmp(key, *keys) == 0)
            return true;
    return false;
}

static void add_name(struct outline *outline, struct names *names, const char *name) {
    size_t position = 0;
    if (string_map_add(&names->map, outline_copy(outline, span_of(name)), &position))
        buffer_append_format(&names->list, "%s%s", names->list.length ? ", " : "", name);
}

static void names_release(struct names *names) {
    string_map_release(&names->map);
    buffer_release(&names->list);
}

static struct outline_place place_of(struct reader *reader, const cJSON *node) {
    struct outline_place place = json_text_place(reader->outline, &reader->json, reader->file, node);
    place.line = reader->line;
    return place;
}

/* --- fields --- */

static const char **home_of(struct outline_item *item, const char *key) {
    static const struct {
        const char *key;
        enum definition_field field;
    } homes[] = {{"description", DEFINITION_GOAL},
                 {"design", DEFINITION_APPROACH},
                 {"acceptance_criteria", DEFINITION_CRITERIA}};
    if (strcmp(key, "title") == 0)
        return &item->title;
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        if (strcmp(key, homes[i].key) == 0)
            return &item->fields[homes[i].field];
    return NULL;
}

/* Keys that are read elsewhere; of the texts among them only if they are one. */
static bool is_read_elsewhere(const cJSON *member) {
    static const char *const always[] = {"id", "dependencies", "ephemeral", "pinned", NULL};
    static const char *const texts[] = {"status",     "issue_type", "created_at",   "updated_at", "closed_at",
                                        "created_by", "owner",      "close_reason", "parent",     NULL};
    return is_one_of(member->string, always) || (is_one_of(member->string, texts) && cJSON_IsString(member)) ||
           (strcmp(member->string, "priority") == 0 && cJSON_IsNumber(member));
}

static bool take_minutes(struct reader *reader, struct outline_item *item, const cJSON *member) {
    if (strcmp(member->string, "estimated_minutes") != 0 || !cJSON_IsNumber(member) || member->valuedouble < 0)
        return false;
    double hours = member->valuedouble / 60;
    item->effort = text_of(reader, "%.6g hour%s", hours, text_plural_hours(hours));
    return true;
}

static void note_comment(struct reader *reader, uint32_t item, const cJSON *comment) {
    const char *author = json_get_string(comment, "author"), *created = json_get_string(comment, "created_at");
    const char *text = json_get_string(comment, "text");
    AUTO(buffer) value = {0};
    if (text)
        buffer_append_string(&value, text);
    else
        json_text_append(&value, comment);
    outline_note(reader->outline, item,
                 text_of(reader, "comment%s%s%s%s", author ? " by " : "", author ? author : "", created ? ", " : "",
                         created ? created : ""),
                 buffer_span(&value));
}

/* Fields that belong to the notes. False if the key is none of them. */
static bool note_known(struct reader *reader, uint32_t item, const cJSON *member) {
    static const char *const keys[] = {"notes", "labels", "assignee", "external_ref", NULL};
    static const char *const dates[] = {"defer_until", "due", "due_at", "due_date", NULL};
    AUTO(buffer) value = {0};
    if (strcmp(member->string, "comments") == 0 && cJSON_IsArray(member)) {
        for (const cJSON *comment = member->child; comment; comment = comment->next)
            note_comment(reader, item, comment);
        return true;
    }
    bool is_date = is_one_of(member->string, dates);
    if (!is_date && !is_one_of(member->string, keys))
        return false;
    for (const cJSON *label = cJSON_IsArray(member) ? member->child : NULL; label; label = label->next) {
        buffer_append_string(&value, value.length ? ", " : "");
        json_text_append(&value, label);
    }
    if (!cJSON_IsArray(member))
        json_text_append(&value, member);
    outline_note(reader->outline, item, text_of(reader, "%s", member->string), buffer_span(&value));
    if (is_date)
        add_name(reader->outline, &reader->dated, reader->outline->items[item].id);
    return true;
}

static void read_members(struct reader *reader, uint32_t index, const cJSON *node) {
    for (const cJSON *member = node->child; member; member = member->next) {
        struct outline_item *item = &reader->outline->items[index];
        const char **home = home_of(item, member->string);
        const char *text = home ? json_text_prose(reader->outline, member) : NULL;
        AUTO(buffer) value = {0};
        if (json_text_is_empty(member))
            continue;
        if (text) {
            *home = text;
        } else if (!is_read_elsewhere(member) && !take_minutes(reader, item, member) &&
                   !note_known(reader, index, member)) {
            json_text_append(&value, member);
            outline_note_field(reader->outline, index, member->string, buffer_span(&value));
        }
    }
}

/* --- states --- */

static void read_remark(struct reader *reader, struct outline_item *item, const cJSON *node) {
    static const struct {
        const char *key, *format;
    } rows[] = {{"status", "status \"%s\""},  {"issue_type", "type \"%s\""}, {"priority", "priority %s"},
                {"created_at", "created %s"}, {"created_by", "by %s"},       {"owner", "owner %s"},
                {"updated_at", "updated %s"}, {"closed_at", "closed %s"}};
    struct buffer remark = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const cJSON *value = json_get(node, rows[i].key);
        const char *text = value ? json_text_token(reader->outline, &reader->json, value) : NULL;
        outline_append_remark(&remark, rows[i].format, text);
    }
    item->remark = outline_take(reader->outline, &remark);
}

static void read_state(struct reader *reader, struct outline_item *item, const cJSON *node) {
    item->word = json_text_member(reader->outline, node, "status");
    item->is_usual = !item->word || strcmp(item->word, "open") == 0;
    item->state = item->word && (strcmp(item->word, "closed") == 0 || strcmp(item->word, "tombstone") == 0)
                      ? OUTLINE_FINISHED
                      : OUTLINE_OPEN;
    item->reason = json_text_member(reader->outline, node, "close_reason");
    if (item->reason && item->state == OUTLINE_OPEN)
        outline_note(reader->outline, (uint32_t)(item - reader->outline->items), "close_reason", span_of(item->reason));
}

/* --- edges --- */

static void add_reference(struct reader *reader, uint32_t item, const char *to, const char *type,
                          struct outline_place place) {
    *LIST_ADD(reader->references, reader->reference_count, reader->reference_capacity) =
        (struct reference){item, to, type, place};
}

/* What a dependency says beside its ends and type is not kept: the names of such keys are. */
static void name_edge_keys(struct reader *reader, const cJSON *node) {
    static const char *const kept[] = {"issue_id", "depends_on_id", "type", NULL};
    for (const cJSON *member = node->child; member; member = member->next) {
        bool is_nothing =
            json_text_is_empty(member) || (cJSON_IsString(member) && strcmp(member->valuestring, "{}") == 0);
        if (!is_nothing && !is_one_of(member->string, kept))
            add_name(reader->outline, &reader->edge_keys, member->string);
    }
}

static void read_edges(struct reader *reader, uint32_t item, const cJSON *node) {
    const cJSON *list = json_get(node, "dependencies");
    if (list && !cJSON_IsNull(list) && !cJSON_IsArray(list))
        outline_error(reader->outline, place_of(reader, list), "task.format",
                      text_of(reader, "\"dependencies\" must be an array, not %s", json_type_name(list)), NULL);
    for (const cJSON *edge = list && cJSON_IsArray(list) ? list->child : NULL; edge; edge = edge->next) {
        const char *to = json_text_member(reader->outline, edge, "depends_on_id");
        const char *type = json_text_member(reader->outline, edge, "type");
        if (to)
            add_reference(reader, item, to, type ? type : "blocks", place_of(reader, edge));
        else
            outline_error(reader->outline, place_of(reader, edge), "task.dependency",
                          "this dependency has no \"depends_on_id\"", NULL);
        if (cJSON_IsObject(edge))
            name_edge_keys(reader, edge);
    }
    const char *parent = json_text_member(reader->outline, node, "parent");
    if (parent)
        add_reference(reader, item, parent, "parent-child", place_of(reader, json_get(node, "parent")));
}

/* --- issues --- */

static int left_out_kind(const cJSON *node) {
    const char *status = json_get_string(node, "status"), *type = json_get_string(node, "issue_type");
    if (status && strcmp(status, "tombstone") == 0)
        return TOMBSTONE;
    if (json_get_boolean(node, "ephemeral"))
        return EPHEMERAL;
    if (json_get_boolean(node, "pinned") || (status && strcmp(status, "pinned") == 0))
        return PINNED;
    for (int i = TYPES; type && i < KINDS; i++)
        if (strcmp(type, kinds[i]) == 0)
            return i;
    return -1;
}

static void add_issue(struct reader *reader, const cJSON *node, const char *id) {
    struct outline *outline = reader->outline;
    uint32_t index = outline_add(outline, place_of(reader, node));
    size_t position = index;
    if (index == OUTLINE_NONE)
        return;
    outline->items[index].id = id;
    if (!string_map_add(&reader->ids, id, &position))
        outline_remedy(outline, index, place_of(reader, json_get(node, "id")), "task.id",
                       text_of(reader, "%s occurs twice; first in line %u", id, outline->items[position].place.line),
                       "both are kept, and an edge to this id means the first");
    int kind = left_out_kind(node);
    outline->items[index].is_left_out = kind >= 0;
    if (kind >= 0)
        reader->left_out[kind]++;
    else
        read_members(reader, index, node);
    read_remark(reader, &outline->items[index], node);
    read_state(reader, &outline->items[index], node);
    outline->items[index].priority = json_text_raw(outline, json_get(node, "priority"));
    read_edges(reader, index, node);
    if (outline->items[index].title)
        return;
    outline->items[index].title = text_of(reader, "Issue %s", id);
    if (kind < 0)
        outline_warn(outline, outline->items[index].place, "task.title",
                     text_of(reader, "this has no title, and is called \"%s\"", outline->items[index].title), NULL);
}

static void read_issue(struct reader *reader) {
    const cJSON *node = reader->json.root;
    const char *id = json_text_member(reader->outline, node, "id");
    if (!cJSON_IsObject(node))
        outline_error(reader->outline, place_of(reader, node), "task.format",
                      text_of(reader, "an object is expected here, not %s", json_type_name(node)), NULL);
    else if (!id)
        outline_error(reader->outline, place_of(reader, node), "task.id", "this issue has no \"id\"", NULL);
    else
        add_issue(reader, node, id);
}

/* The faults of a line, at its place in the file. */
static void report_line(struct reader *reader, const struct diagnostics *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        struct diagnostic fault = faults->items[i];
        fault.line = reader->line;
        diagnostics_add(reader->outline->diagnostics, &fault);
    }
}

static void read_lines(struct reader *reader, struct span text) {
    AUTO(string_map) seen = {0};
    for (struct span line; span_next_line(&text, &line) && !reader->outline->is_too_large;) {
        size_t position = ++reader->line;
        struct span trimmed = span_trim(line);
        if (!trimmed.length || !string_map_add(&seen, outline_copy(reader->outline, trimmed), &position))
            continue; /* blank, or the same line again */
        AUTO(diagnostics) faults = {0};
        if (json_parse(&reader->json, line, reader->file, &faults))
            read_issue(reader);
        report_line(reader, &faults);
        json_release(&reader->json);
    }
}

/* --- what waits for what --- */

static void note_edge(struct reader *reader, const struct reference *reference) {
    outline_note(reader->outline, reference->item, "dependency",
                 span_of(text_of(reader, "%s %s", reference->type, reference->to)));
}

static void place_part(struct reader *reader, const struct reference *reference, uint32_t parent) {
    struct outline *outline = reader->outline;
    uint32_t present = outline->items[reference->item].parent;
    if (outline->items[parent].is_left_out || present == parent)
        return;
    if (present == OUTLINE_NONE) {
        outline_set_parent(outline, reference->item, parent);
        return;
    }
    note_edge(reader, reference);
    outline_warn(outline, reference->place, "import.part",
                 text_of(reader, "%s is a part of %s already, and not of %s as well",
                         outline->items[reference->item].id, outline->items[present].id, reference->to),
                 NULL);
}

/* An edge that is no order, or of an unknown type: a note. */
static void resolve_other(struct reader *reader, const struct reference *reference) {
    static const char *const known[] = {"discovered-from", "related",     "relates-to",     "tracks",
                                        "duplicates",      "supersedes",  "replies-to",     "caused-by",
                                        "validates",       "authored-by", "assigned-to",    "approved-by",
                                        "attests",         "until",       "delegated-from", NULL};
    note_edge(reader, reference);
    if (!is_one_of(reference->type, known))
        add_name(reader->outline, &reader->unknown_types, reference->type);
}

static void add_edge(struct reader *reader, const struct reference *reference, uint32_t to, bool has_condition) {
    outline_add_edge(reader->outline, reference->item, to, OUTLINE_STATED, reference->place);
    if (!has_condition)
        return;
    note_edge(reader, reference);
    add_name(reader->outline, &reader->conditional, reader->outline->items[reference->item].id);
}

static void resolve(struct reader *reader, const struct reference *reference) {
    static const char *const conditions[] = {"conditional-blocks", "waits-for", NULL};
    struct outline *outline = reader->outline;
    size_t position;
    bool is_part = strcmp(reference->type, "parent-child") == 0;
    bool has_condition = is_one_of(reference->type, conditions);
    if (outline->items[reference->item].is_left_out)
        return;
    if (!is_part && !has_condition && strcmp(reference->type, "blocks") != 0)
        resolve_other(reader, reference);
    else if (!string_map_find(&reader->ids, span_of(reference->to), &position))
        outline_remedy(outline, reference->item, reference->place, "task.dependency",
                       text_of(reader, "%s: %s %s: there is no such issue", outline->items[reference->item].id,
                               reference->type, reference->to),
                       "it is dropped");
    else if (is_part)
        place_part(reader, reference, (uint32_t)position);
    else
        add_edge(reader, reference, (uint32_t)position, has_condition);
}

/* --- ids --- */

/* The item without a parent that this one is in; those that never end are found later. */
static uint32_t top_of(const struct outline *outline, uint32_t item) {
    for (size_t i = 0; outline->items[item].parent != OUTLINE_NONE && i < outline->count; i++)
        item = outline->items[item].parent;
    return item;
}

static void number(struct outline *outline) {
    AUTO_FREE uint64_t *members = memory_allocate(outline->count + 1, sizeof *members);
    uint64_t groups = 0, loose = 0;
    for (uint32_t i = 0; i < outline->count; i++) {
        struct outline_item *item = &outline->items[i];
        if (item->is_left_out || item->parent != OUTLINE_NONE)
            continue;
        item->group = item->part_count ? ++groups : 0;
        item->member = item->part_count ? 0 : ++loose;
    }
    for (uint32_t i = 0; i < outline->count; i++) {
        struct outline_item *item = &outline->items[i];
        uint32_t top = top_of(outline, i);
        if (item->is_left_out || item->parent == OUTLINE_NONE)
            continue;
        item->group = outline->items[top].group;
        item->member = ++members[top];
    }
}

/* --- what was changed on the way --- */

static void warn(struct reader *reader, const struct names *names, const char *code, const char *format) {
    AUTO(buffer) text = {0};
    outline_append_remark(&text, format, buffer_text(&names->list));
    if (text.length)
        outline_warn(reader->outline, (struct outline_place){.file = reader->file}, code, text.data, NULL);
}

static void report_left_out(struct reader *reader) {
    AUTO(buffer) text = {0};
    for (int i = 0; i < KINDS; i++)
        if (reader->left_out[i])
            buffer_append_format(&text, "%s%zu %s", text.length ? ", " : "", reader->left_out[i], kinds[i]);
    if (text.length)
        outline_warn(reader->outline, (struct outline_place){.file = reader->file}, "import.left_out",
                     text_of(reader, "left out because it is no work: %s", text.data), NULL);
}

static void report_size(struct reader *reader) {
    enum { USUAL_ISSUES = 200, EPICS_SHOWN = 20 };
    const struct outline *outline = reader->outline;
    AUTO(buffer) epics = {0};
    size_t shown = 0;
    if (outline->count <= USUAL_ISSUES || outline->options->is_open || outline->options->epic_count)
        return;
    for (size_t i = 0; i < outline->count; i++) {
        const struct outline_item *item = &outline->items[i];
        if (item->part_count && item->parent == OUTLINE_NONE && item->state == OUTLINE_OPEN && shown++ < EPICS_SHOWN)
            buffer_append_format(&epics, "%s%s", shown > 1 ? ", " : "", item->id);
    }
    outline_warn(reader->outline, (struct outline_place){.file = reader->file}, "import.size",
                 text_of(reader, "%zu issues become one plan", outline->count),
                 text_of(reader, "--open leaves out what is closed%s%s%s", shown ? "; --epic takes one of: " : "",
                         buffer_text(&epics), shown > EPICS_SHOWN ? ", ..." : ""));
}

static void report_all(struct reader *reader) {
    report_left_out(reader);
    warn(reader, &reader->conditional, "import.edge", "waiting without the condition that it has there: %s");
    warn(reader, &reader->unknown_types, "import.edge", "dependencies of unknown types stand under Notes: %s");
    warn(reader, &reader->edge_keys, "import.edge", "of dependencies these fields are not imported: %s");
    warn(reader, &reader->dated, "task.status", "put off or due at a date, which stands under Notes: %s");
    report_size(reader);
}

bool beads_read(struct outline *outline, const struct source *source, struct error *error) {
    struct reader reader = {.outline = outline, .file = source->files[0].name};
    (void)error;
    outline->container = "issue";
    outline->parts_stay = true;
    outline->is_ordered_by_id = true;
    read_lines(&reader, source->files[0].text);
    for (size_t i = 0; i < reader.reference_count; i++)
        resolve(&reader, &reader.references[i]);
    number(outline);
    report_all(&reader);
    string_map_release(&reader.ids);
    memory_free(reader.references);
    names_release(&reader.unknown_types);
    names_release(&reader.edge_keys);
    names_release(&reader.dated);
    names_release(&reader.conditional);
    return true;
}
