#include "batch/token.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/memory.h"
#include "document/names.h"

/* "b1-<32 digits over everything>" and then, a fact, "<6 digits of its name><4 of its value>" behind another '-' */
static const char prefix[] = "b1-";
enum {
    WHOLE_DIGITS = DIGEST_FAST_TEXT - 1,
    NAME_DIGITS = 6,
    VALUE_DIGITS = 4,
    FACT_DIGITS = NAME_DIGITS + VALUE_DIGITS
};

/* What a batch rests on: a source and its digest, or a target and whether it is there. */
enum fact_kind { FACT_SELECTION, FACT_SOURCE, FACT_TARGET };
struct fact {
    enum fact_kind kind;
    const char *name, *value;
};

static const char present[] = "present", absent[] = "absent";

static size_t fact_count(const struct batch *batch) {
    return 1 + batch->source_count + batch->file_count + batch->skipped_count;
}

static struct fact fact_at(const struct batch *batch, size_t i) {
    if (i == 0)
        return (struct fact){FACT_SELECTION, "selection", batch->selection};
    i--;
    if (i < batch->source_count)
        return (struct fact){FACT_SOURCE, batch->sources[i].path, batch->sources[i].digest};
    i -= batch->source_count;
    if (i < batch->file_count)
        return (struct fact){FACT_TARGET, batch->files[i].path, absent};
    const struct batch_skip *skip = &batch->skipped[i - batch->file_count];
    return (struct fact){FACT_TARGET, skip->path ? skip->path : skip->id, skip->path ? present : skip->reason};
}

/* The digits that stand for a fact, as a string. */
static void digits_of(const struct fact *fact, char digits[FACT_DIGITS + 1]) {
    char name[DIGEST_FAST_TEXT], value[DIGEST_FAST_TEXT];
    digest_fast(span_of(fact->name), name);
    digest_fast(span_of(fact->value), value);
    memcpy(digits, name, NAME_DIGITS);
    memcpy(digits + NAME_DIGITS, value, VALUE_DIGITS);
    digits[FACT_DIGITS] = '\0';
}

static void append_field(struct buffer *text, const char *field) {
    buffer_append_string(text, field);
    buffer_append_byte(text, '\0');
}

void token_make(struct batch *batch, bool require_complete) {
    AUTO(buffer) token = {0}, text = {0};
    append_field(&text, batch->plan_path);
    append_field(&text, batch_kind_name(batch->kind));
    append_field(&text, require_complete ? "complete" : "any");
    for (size_t i = 0; i < fact_count(batch); i++) {
        struct fact fact = fact_at(batch, i);
        append_field(&text, fact.name);
        append_field(&text, fact.value);
    }
    for (size_t i = 0; i < batch->file_count; i++) {
        append_field(&text, batch->files[i].sha);
        buffer_append_format(&text, "%o", (unsigned)batch->files[i].mode);
    }
    char whole[DIGEST_FAST_TEXT], digits[FACT_DIGITS + 1];
    digest_fast(buffer_span(&text), whole);
    size_t count = fact_count(batch) > TOKEN_FACTS_MOST ? 0 : fact_count(batch);
    buffer_append_format(&token, "%s%s%s", prefix, whole, count ? "-" : "");
    for (size_t i = 0; i < count; i++) {
        struct fact fact = fact_at(batch, i);
        digits_of(&fact, digits);
        buffer_append_string(&token, digits);
    }
    batch->token = arena_copy(&batch->arena, token.data, token.length);
}

static void append_change(struct buffer *changes, const struct fact *fact, bool is_new) {
    static const char achievement[] = "achievement ";
    buffer_append_string(changes, changes->length ? ", " : "");
    if (fact->kind == FACT_SELECTION)
        buffer_append_format(changes, "the selection is %s now", fact->value);
    else if (fact->kind == FACT_TARGET && fact->value == present)
        buffer_append_format(changes, "%s appeared", names_base(fact->name));
    else if (fact->kind == FACT_TARGET && fact->value == absent)
        buffer_append_format(changes, "%s is %s", names_base(fact->name), is_new ? "to be created now" : "gone");
    else if (fact->kind == FACT_TARGET)
        buffer_append_format(changes, "%s became %s", fact->name, fact->value);
    else if (strncmp(fact->name, achievement, strlen(achievement)) == 0)
        buffer_append_format(changes, "%s became %s", fact->name + strlen(achievement), fact->value);
    else
        buffer_append_format(changes, "%s changed", names_base(fact->name));
}

static int compare_digits(const void *a, const void *b) {
    return memcmp(a, b, FACT_DIGITS);
}

static int compare_names(const void *a, const void *b) {
    return memcmp(a, b, NAME_DIGITS);
}

/* Which facts of @batch are not among those of the expected token, whose digits are given sorted. */
static void append_changes(struct buffer *changes, const struct batch *batch, const char *expected, size_t count) {
    enum { NAMED_MOST = 8 };
    size_t named = 0, left_out = 0;
    for (size_t i = 0; i < fact_count(batch); i++) {
        char digits[FACT_DIGITS + 1];
        struct fact fact = fact_at(batch, i);
        digits_of(&fact, digits);
        if (bsearch(digits, expected, count, FACT_DIGITS, compare_digits))
            continue;
        if (named == NAMED_MOST) {
            left_out++;
            continue;
        }
        append_change(changes, &fact, !bsearch(digits, expected, count, FACT_DIGITS, compare_names));
        named++;
    }
    if (left_out)
        buffer_append_format(changes, " and %zu more", left_out);
}

bool token_matches(const struct batch *batch, const char *expected, struct buffer *changes) {
    if (strcmp(batch->token, expected) == 0)
        return true;
    size_t head = strlen(prefix) + WHOLE_DIGITS + 1, length = strlen(expected);
    bool has_facts = length > head && (length - head) % FACT_DIGITS == 0 &&
                     strncmp(expected, prefix, strlen(prefix)) == 0 && expected[head - 1] == '-';
    if (has_facts) {
        size_t count = (length - head) / FACT_DIGITS;
        AUTO_FREE char *sorted = memory_allocate(count, FACT_DIGITS);
        memcpy(sorted, expected + head, length - head);
        qsort(sorted, count, FACT_DIGITS, compare_digits);
        append_changes(changes, batch, sorted, count);
    } else if (strncmp(expected, prefix, strlen(prefix)) != 0) {
        buffer_append_string(changes, "the token is none of a preview");
    }
    if (changes->length == 0)
        buffer_append_string(changes, "the files to create are not the same");
    return false;
}
