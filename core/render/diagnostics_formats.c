#include "render/diagnostics_formats.h"

#include <string.h>

#include "base/auto.h"
#include "base/string_map.h"
#include "base/text.h"
#include "base/version.h"
#include "format/json_writer.h"
#include "render/diagnostics_text.h"
#include "render/styled_text.h"

diagnostics_writer *diagnostics_formats_find(enum form form) {
    return form == FORM_GCC      ? diagnostics_formats_gcc
           : form == FORM_GITHUB ? diagnostics_formats_github
           : form == FORM_SARIF  ? diagnostics_formats_sarif
                                 : NULL;
}

static const char *severity_name(const struct diagnostic *diagnostic) {
    return diagnostic->severity == SEVERITY_ERROR ? "error" : "warning";
}

static unsigned at_least_1(unsigned number) {
    return number ? number : 1;
}

/* Is it left out? Warnings are, if quiet. */
static bool is_left_out(const struct diagnostic *diagnostic, const struct style *style) {
    return style->is_quiet && diagnostic->severity == SEVERITY_WARNING;
}

/* Words of a diagnostic, in which paths open from the working directory. */
static void append_words(struct buffer *text, const struct diagnostic *diagnostic, const char *words,
                         const struct style *style) {
    struct style place = diagnostics_text_place(style, diagnostic->file);
    styled_text_append_about(text, &place, words, diagnostic->file);
}

static void append_file(struct buffer *text, const struct diagnostic *diagnostic, const struct style *style) {
    struct style place = diagnostics_text_place(style, diagnostic->file);
    styled_text_append_path(text, &place, diagnostic->file);
}

/* --- gcc --- */

static void append_gcc_place(struct buffer *text, const struct diagnostic *diagnostic, const struct style *style) {
    if (!diagnostic->file) {
        buffer_append_string(text, "batchctl: ");
        return;
    }
    append_file(text, diagnostic, style);
    buffer_append_format(text, ":%u:%u: ", at_least_1(diagnostic->line), at_least_1(diagnostic->column));
}

static void append_gcc(struct buffer *text, const struct diagnostic *diagnostic, const struct style *style) {
    append_gcc_place(text, diagnostic, style);
    buffer_append_format(text, "%s: ", severity_name(diagnostic));
    append_words(text, diagnostic, diagnostic->message, style);
    buffer_append_format(text, " [%s]\n", diagnostic->code);
    if (!diagnostic->hint || style->is_quiet)
        return;
    append_gcc_place(text, diagnostic, style);
    buffer_append_string(text, "note: ");
    append_words(text, diagnostic, diagnostic->hint, style);
    buffer_append_byte(text, '\n');
}

void diagnostics_formats_gcc(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style) {
    for (size_t i = 0; i < diagnostics->count; i++)
        if (!is_left_out(&diagnostics->items[i], style))
            append_gcc(text, &diagnostics->items[i], style);
    if (diagnostics->left_out)
        buffer_append_format(text, "batchctl: note: %zu more are not listed\n", diagnostics->left_out);
}

/* --- GitHub Actions --- */

/* In a property ':' and ',' are escaped, too. */
static void append_escaped(struct buffer *text, struct span words, bool is_property) {
    for (size_t i = 0; i < words.length; i++)
        if (text_is_one_of(words.data[i], is_property ? "%\r\n:," : "%\r\n"))
            buffer_append_format(text, "%%%02X", (unsigned)words.data[i]);
        else
            buffer_append_byte(text, words.data[i]);
}

static void append_github(struct buffer *text, const struct diagnostic *diagnostic, const struct style *style) {
    AUTO(buffer) file = {0}, words = {0};
    buffer_append_format(text, "::%s ", severity_name(diagnostic));
    if (diagnostic->file) {
        append_file(&file, diagnostic, style);
        buffer_append_string(text, "file=");
        append_escaped(text, buffer_span(&file), true);
        buffer_append_format(text, ",line=%u,", at_least_1(diagnostic->line));
        if (diagnostic->column)
            buffer_append_format(text, "col=%u,", diagnostic->column);
    }
    buffer_append_format(text, "title=%s::", diagnostic->code);
    append_words(&words, diagnostic, diagnostic->message, style);
    if (diagnostic->hint && !style->is_quiet) {
        buffer_append_string(&words, "\nhint: ");
        append_words(&words, diagnostic, diagnostic->hint, style);
    }
    append_escaped(text, buffer_span(&words), false);
    buffer_append_byte(text, '\n');
}

void diagnostics_formats_github(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style) {
    for (size_t i = 0; i < diagnostics->count; i++)
        if (!is_left_out(&diagnostics->items[i], style))
            append_github(text, &diagnostics->items[i], style);
    if (diagnostics->left_out)
        buffer_append_format(text, "::notice ::%zu more are not listed\n", diagnostics->left_out);
}

/* --- SARIF --- */

static void write_text_object(struct json_writer *writer, const char *key, const char *text) {
    json_writer_key_object(writer, key);
    json_writer_key_string(writer, "text", text);
    json_writer_close_object(writer);
}

/* A rule for each code, in the order of their first use: @rules has their positions. */
static void write_rules(struct json_writer *writer, const struct diagnostics *diagnostics, struct string_map *rules) {
    size_t count = 0;
    json_writer_key_array(writer, "rules");
    for (size_t i = 0; i < diagnostics->count; i++) {
        size_t position = count;
        if (!string_map_add(rules, diagnostics->items[i].code, &position))
            continue;
        count++;
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", diagnostics->items[i].code);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_tool(struct json_writer *writer, const struct diagnostics *diagnostics, struct string_map *rules) {
    json_writer_key_object(writer, "tool");
    json_writer_key_object(writer, "driver");
    json_writer_key_string(writer, "name", "batchctl");
    json_writer_key_string(writer, "version", program_version);
    write_rules(writer, diagnostics, rules);
    json_writer_close_object(writer);
    json_writer_close_object(writer);
}

/* A path as a URI (RFC 3986): relative to the working directory if it is below, else absolute. */
static void append_uri(struct buffer *uri, const char *path) {
    static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    buffer_append_string(uri, path[0] == '/' ? "file://" : "");
    for (; *path; path++)
        if (strchr(kept, *path))
            buffer_append_byte(uri, *path);
        else
            buffer_append_format(uri, "%%%02X", (unsigned)(unsigned char)*path);
}

static void write_artifact(struct json_writer *writer, const struct diagnostic *diagnostic, const struct style *style) {
    AUTO(buffer) path = {0}, uri = {0};
    append_file(&path, diagnostic, style);
    bool is_above = strncmp(path.data, "../", 3) == 0;
    if (is_above && style->workspace) { /* "..", which must not be in a URI with a base */
        buffer_clear(&path);
        buffer_append_format(&path, "%s/%s", style->workspace, diagnostic->file);
    }
    append_uri(&uri, path.data);
    json_writer_key_object(writer, "artifactLocation");
    json_writer_key_string(writer, "uri", uri.data);
    if (path.data[0] != '/')
        json_writer_key_string(writer, "uriBaseId", "%SRCROOT%");
    json_writer_close_object(writer);
}

static void write_region(struct json_writer *writer, const struct diagnostic *diagnostic) {
    json_writer_key_object(writer, "region");
    json_writer_key_unsigned(writer, "startLine", at_least_1(diagnostic->line));
    if (diagnostic->column)
        json_writer_key_unsigned(writer, "startColumn", diagnostic->column);
    json_writer_close_object(writer);
}

static void write_locations(struct json_writer *writer, const struct diagnostic *diagnostic,
                            const struct style *style) {
    json_writer_key_array(writer, "locations");
    if (diagnostic->file || diagnostic->achievement) {
        json_writer_open_object(writer);
        if (diagnostic->file) {
            json_writer_key_object(writer, "physicalLocation");
            write_artifact(writer, diagnostic, style);
            write_region(writer, diagnostic);
            json_writer_close_object(writer);
        }
        if (diagnostic->achievement) {
            json_writer_key_array(writer, "logicalLocations");
            json_writer_open_object(writer);
            json_writer_key_string(writer, "name", diagnostic->achievement);
            json_writer_key_string(writer, "kind", "achievement");
            json_writer_close_object(writer);
            json_writer_close_array(writer);
        }
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_result(struct json_writer *writer, const struct diagnostic *diagnostic, struct string_map *rules,
                         const struct style *style) {
    AUTO(buffer) words = {0};
    size_t rule = 0;
    string_map_find(rules, span_of(diagnostic->code), &rule);
    append_words(&words, diagnostic, diagnostic->message, style);
    if (diagnostic->hint && !style->is_quiet) {
        buffer_append_string(&words, "\nhint: ");
        append_words(&words, diagnostic, diagnostic->hint, style);
    }
    json_writer_open_object(writer);
    json_writer_key_string(writer, "ruleId", diagnostic->code);
    json_writer_key_unsigned(writer, "ruleIndex", rule);
    json_writer_key_string(writer, "level", severity_name(diagnostic));
    write_text_object(writer, "message", buffer_text(&words));
    write_locations(writer, diagnostic, style);
    json_writer_close_object(writer);
}

/* That some are not listed is no result, but a remark about the run. */
static void write_invocation(struct json_writer *writer, size_t left_out) {
    AUTO(buffer) words = {0};
    json_writer_key_array(writer, "invocations");
    json_writer_open_object(writer);
    json_writer_key_boolean(writer, "executionSuccessful", true);
    json_writer_key_array(writer, "toolExecutionNotifications");
    if (left_out) {
        buffer_append_format(&words, "%zu more are not listed", left_out);
        json_writer_open_object(writer);
        write_text_object(writer, "message", words.data);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
    json_writer_close_array(writer);
}

void diagnostics_formats_sarif(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style) {
    AUTO(string_map) rules = {0};
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_string(
        &writer, "$schema",
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
    json_writer_key_string(&writer, "version", "2.1.0");
    json_writer_key_array(&writer, "runs");
    json_writer_open_object(&writer);
    write_tool(&writer, diagnostics, &rules);
    write_invocation(&writer, diagnostics->left_out);
    json_writer_key_array(&writer, "results");
    for (size_t i = 0; i < diagnostics->count; i++)
        if (!is_left_out(&diagnostics->items[i], style))
            write_result(&writer, &diagnostics->items[i], &rules, style);
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
    buffer_append_byte(text, '\n');
}
