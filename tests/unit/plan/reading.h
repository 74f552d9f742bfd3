/*
 * Readings of dependency files, for the tests of core/plan/dependency_file. In the texts, ' stands for ". Those that
 * are achievements are wrapped in a valid header and footer: they are in line 2, crossing dependencies in line 4.
 */
#ifndef READING_H
#define READING_H

#include <criterion/criterion.h>
#include <string.h>

#include "plan/dependency_file.h"

#define HEADER   "{'plan_name':'X','parallelization_level':'level_1','achievements':[\n"
#define CROSSING "\n],'cross_priority_dependencies':[\n"
#define FOOTER   "\n]}"

struct reading {
    char *text;
    struct dependency_file dependencies;
    struct diagnostics diagnostics;
    struct buffer places; /* of errors and (with a "?") warnings: "line:column code pointer; ..." */
};

/* Reads a copy of exactly the text's size, so that sanitizers see a read past its end. */
static inline struct reading read_span(struct span text) {
    struct reading reading = {.text = memory_allocate(text.length, 1)};
    for (size_t i = 0; i < text.length; i++)
        reading.text[i] = text.data[i] == '\'' ? '"' : text.data[i];
    bool is_valid = dependency_file_read(&reading.dependencies, (struct span){reading.text, text.length}, "p.json",
                                         &reading.diagnostics);
    cr_expect_eq(is_valid, reading.dependencies.is_valid);
    cr_expect_eq(is_valid, reading.diagnostics.error_count == 0);
    for (size_t i = 0; i < reading.diagnostics.count; i++) {
        const struct diagnostic *item = &reading.diagnostics.items[i];
        buffer_append_format(&reading.places, "%s%u:%u %s%s%s%s", i ? "; " : "", item->line, item->column, item->code,
                             item->severity == SEVERITY_WARNING ? "?" : "", item->pointer ? " " : "",
                             item->pointer ? item->pointer : "");
        cr_expect_str_eq(item->file, "p.json");
    }
    return reading;
}

static inline void end(struct reading *reading) {
    memory_free(reading->text);
    dependency_file_release(&reading->dependencies);
    diagnostics_release(&reading->diagnostics);
    buffer_release(&reading->places);
}

static inline struct reading read_parts(const char *achievements, const char *crossing) {
    struct buffer text = {0};
    buffer_append_format(&text, HEADER "%s" CROSSING "%s" FOOTER, achievements, crossing);
    struct reading reading = read_span(buffer_span(&text));
    buffer_release(&text);
    return reading;
}

#define ID "{'achievement_id':"

struct fault {
    const char *text, *crossing;
    const char *places;         /* all of them */
    const char *message, *hint; /* parts of the first one's */
};

static inline void expect_fault(const struct fault *fault) {
    struct reading reading = fault->text[0] == '{' && fault->crossing ? read_parts(fault->text, fault->crossing)
                                                                      : read_span(span_of(fault->text));
    cr_expect_str_eq(buffer_text(&reading.places), fault->places, "%s: %s", fault->text, buffer_text(&reading.places));
    const struct diagnostic *first = reading.diagnostics.items;
    if (first) {
        cr_expect(strstr(first->message, fault->message), "%s: %s", fault->text, first->message);
        cr_expect(strstr(first->hint ? first->hint : "", fault->hint), "%s: %s", fault->text, first->hint);
    }
    end(&reading);
}

static inline void expect_faults(const struct fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++)
        expect_fault(&faults[i]);
}
#define EXPECT_FAULTS(faults) expect_faults(faults, sizeof(faults) / sizeof *(faults))

#endif
