#include "mcp/mcp_result.h"

#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "mcp/mcp_message.h"
#include "render/style.h"

void mcp_result_begin(struct mcp_result *result) {
    *result = (struct mcp_result){.out = {.buffer = &result->facts}};
    json_writer_open_object(&result->out);
}

void mcp_result_release(struct mcp_result *result) {
    error_release(&result->error);
    buffer_release(&result->facts);
    buffer_release(&result->text);
    buffer_release(&result->warnings);
    *result = (struct mcp_result){0};
}

/* --- sizes --- */

static size_t size_of(char byte) {
    bool is_short = byte == '"' || byte == '\\' || byte == '\n' || byte == '\t' || byte == '\r';
    return is_short ? 2 : (unsigned char)byte < 0x20 ? 6 : 1;
}

struct span mcp_result_fit(struct span text, size_t most) {
    size_t used = 0, end = 0, line_end = 0;
    while (end < text.length && used + size_of(text.data[end]) <= most) {
        used += size_of(text.data[end]);
        if (text.data[end++] == '\n')
            line_end = end;
    }
    if (end == text.length)
        return text;
    while (end && ((unsigned char)text.data[end] & 0xC0) == 0x80) /* inside a character */
        end--;
    return (struct span){text.data, line_end ? line_end : end};
}

bool mcp_result_has_room(const struct mcp_result *result, size_t more) {
    return result->facts.length + more <= MCP_FACTS_BYTES_MOST;
}

void mcp_result_write_number(struct mcp_result *result, const char *key, uint64_t number) {
    json_writer_key(&result->out, key);
    if (number)
        json_writer_unsigned(&result->out, number);
    else
        json_writer_null(&result->out);
}

/* --- outcomes --- */

static void append_diagnostic(struct buffer *text, const struct diagnostic *item) {
    if (item->file)
        buffer_append_format(text, "%s", item->file);
    if (item->file && item->line)
        buffer_append_format(text, ":%u", item->line);
    buffer_append_format(text, "%s%s\n", item->file ? ": " : "", item->message);
}

void mcp_result_warn(struct mcp_result *result, const struct diagnostics *diagnostics) {
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostics->items[i].severity == SEVERITY_WARNING)
            append_diagnostic(&result->warnings, &diagnostics->items[i]);
}

void mcp_result_say(struct mcp_result *result, const struct answer *answer) {
    const struct style style = {.form = FORM_TEXT};
    answer->type->append_text(&result->text, answer->view, &style);
}

/* The last error says the outcome; those before it are its reasons. */
static const struct diagnostic *outcome_of(const struct diagnostics *diagnostics) {
    for (size_t i = diagnostics->count; i > 0; i--)
        if (diagnostics->items[i - 1].severity == SEVERITY_ERROR)
            return &diagnostics->items[i - 1];
    return NULL;
}

/* The outcome in one line, with its first reasons: those that see no text need them. */
static void append_message(struct buffer *message, const struct diagnostics *said, const struct diagnostic *outcome) {
    enum { REASONS_MOST = 3 };
    size_t count = 0;
    buffer_append_string(message, outcome->message);
    for (size_t i = 0; i < said->count && count < REASONS_MOST; i++)
        if (said->items[i].severity == SEVERITY_ERROR && &said->items[i] != outcome)
            buffer_append_format(message, "%s%s", count++ ? "; " : ": ", said->items[i].message);
}

static const char *hint_of(const struct diagnostics *said, const struct diagnostic *outcome) {
    const char *hint = outcome->hint;
    for (size_t i = 0; i < said->count && !hint; i++)
        hint = said->items[i].severity == SEVERITY_ERROR ? said->items[i].hint : NULL;
    return hint;
}

static void fail(struct mcp_result *result, enum error_code code, const struct diagnostics *said,
                 const struct diagnostic *outcome) {
    AUTO(buffer) message = {0};
    append_message(&message, said, outcome);
    error_set(&result->error, code, "%s", message.data);
    const char *hint = hint_of(said, outcome);
    if (hint)
        error_hint(&result->error, "%s", hint);
    for (size_t i = 0; i < said->count; i++)
        if (said->items[i].severity == SEVERITY_ERROR && &said->items[i] != outcome)
            append_diagnostic(&result->text, &said->items[i]);
}

bool mcp_result_take(struct mcp_result *result, const struct answer *answer) {
    const struct diagnostic *outcome = outcome_of(&answer->diagnostics);
    mcp_result_warn(result, &answer->diagnostics);
    if (answer->code == ERROR_NONE)
        return true;
    if (outcome)
        fail(result, answer->code, &answer->diagnostics, outcome);
    else
        error_set(&result->error, answer->code, "%s", error_meaning(answer->code));
    return false;
}

/* --- writing --- */

static void append_lines(struct buffer *text, const char *label, struct span lines) {
    for (struct span line; span_next_line(&lines, &line);)
        buffer_append_format(text, "%s%.*s\n", label, (int)line.length, line.data);
}

static void append_text(struct buffer *text, struct mcp_result *result) {
    const struct error *error = &result->error;
    if (error->code) {
        buffer_append_format(text, "error %d: %s\n", (int)error->code, error->message);
        append_lines(text, "hint: ", span_of(error->hint));
    }
    append_lines(text, "warning: ", buffer_span(&result->warnings));
    buffer_append_span(text, buffer_span(&result->text));
}

static void write_text(struct json_writer *writer, struct mcp_result *result) {
    static const char cut[] = "(cut here; the rest is in the structured result)\n";
    AUTO(buffer) text = {0}, shown = {0};
    append_text(&text, result);
    text_append_shown(&shown, buffer_span(&text));
    struct span part = mcp_result_fit(buffer_span(&shown), MCP_TEXT_BYTES_MOST - sizeof cut);
    if (part.length < shown.length) {
        buffer_truncate(&shown, part.length);
        buffer_append_string(&shown, cut);
    }
    json_writer_key_array(writer, "content");
    json_writer_open_object(writer);
    json_writer_key_string(writer, "type", "text");
    json_writer_key(writer, "text");
    json_writer_span(writer, span_trim(buffer_span(&shown)));
    json_writer_close_object(writer);
    json_writer_close_array(writer);
}

static void write_line(struct json_writer *writer, const char *key, struct span text) {
    enum { LINE_BYTES_MOST = 1500 };
    AUTO(buffer) line = {0};
    text_append_visible(&line, span_trim(text));
    struct span part = mcp_result_fit(buffer_span(&line), LINE_BYTES_MOST);
    json_writer_key(writer, key);
    if (part.length)
        json_writer_span(writer, part);
    else
        json_writer_null(writer);
}

/* After a failure null for each key of the schema but the outcome's own. */
static void write_no_facts(struct json_writer *writer, const cJSON *output) {
    const cJSON *properties = json_get(output, "properties");
    for (const cJSON *key = properties ? properties->child : NULL; key; key = key->next)
        if (strcmp(key->string, "code") != 0 && strcmp(key->string, "message") != 0 && strcmp(key->string, "hint") != 0)
            json_writer_key_null(writer, key->string);
}

/* Without its brace the object is what follows the outcome. */
static void write_facts(struct buffer *line, struct span facts) {
    buffer_append_byte(line, ',');
    buffer_append_span(line, span_skip(facts, 1));
}

void mcp_result_write(struct mcp_result *result, struct buffer *line, struct span id, bool is_modern,
                      const cJSON *output) {
    const struct error *error = &result->error;
    struct json_writer writer = {.buffer = line};
    mcp_open_result(&writer, id, is_modern, false);
    write_text(&writer, result);
    json_writer_key_object(&writer, "structuredContent");
    json_writer_key_unsigned(&writer, "code", error->code);
    write_line(&writer, "message", error->code ? span_of(error->message) : buffer_span(&result->warnings));
    write_line(&writer, "hint", span_of(error->hint));
    if (error->code)
        write_no_facts(&writer, output);
    else
        write_facts(line, buffer_span(&result->facts));
    json_writer_close_object(&writer);
    json_writer_key_boolean(&writer, "isError", error->code != ERROR_NONE);
    mcp_close_result(&writer);
}
