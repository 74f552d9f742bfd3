#include "plan/plan_reviews.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "document/checklist.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/fix.h"
#include "document/names.h"

/* --- the lists --- */

/* @items with room for one more: a list has room for the next power of two, so a larger copy where it is full. */
static void *grow(struct arena *arena, void *items, uint32_t count, size_t size) {
    if (count & (count - 1))
        return items;
    void *larger = arena_allocate(arena, count ? (size_t)count * 2 : 1, size);
    if (count)
        memcpy(larger, items, count * size);
    return larger;
}

void plan_reviews_add_execution(struct standing *standing, struct arena *arena, const struct execution *execution) {
    standing->executions = grow(arena, standing->executions, standing->execution_count, sizeof *standing->executions);
    standing->executions[standing->execution_count++] = *execution;
}

void plan_reviews_add(struct standing *standing, struct arena *arena, const struct review *review) {
    standing->reviews = grow(arena, standing->reviews, standing->review_count, sizeof *standing->reviews);
    standing->reviews[standing->review_count++] = *review;
}

static int compare_executions(const void *a, const void *b) {
    const struct execution *left = a, *right = b;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return strcmp(left->file, right->file);
}

static int compare_reviews(const void *a, const void *b) {
    const struct review *left = a, *right = b;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return strcmp(left->file, right->file);
}

static void order(struct standing *standing, struct arena *arena) {
    if (standing->execution_count)
        qsort(standing->executions, standing->execution_count, sizeof *standing->executions, compare_executions);
    if (standing->review_count)
        qsort(standing->reviews, standing->review_count, sizeof *standing->reviews, compare_reviews);
    for (size_t i = 0; i < standing->review_count; i++) {
        const struct review *review = &standing->reviews[i];
        if (review->kind == NAME_APPROVED)
            standing->approved_file = review->file;
        if (review->kind == NAME_SKIPPED)
            standing->skipped_file = review->file;
        if (review->kind == NAME_FIX)
            standing_make_rare(standing, arena)->fix_file = review->file;
    }
}

/* --- what is known already --- */

/* Is the file on disk as it was when it was read? One that was not read may have changed. */
static bool is_as_known(const char *file, uint64_t mark, const char *known_file, bool was_read, uint64_t known_mark) {
    return strcmp(file, known_file) == 0 && (!was_read || (mark && mark == known_mark));
}

static const struct completion_claim *new_claim(struct arena *arena, const char *file, unsigned line,
                                                struct span text) {
    struct completion_claim *claim = arena_allocate(arena, 1, sizeof *claim);
    *claim = (struct completion_claim){file, line, arena_copy(arena, text.data, text.length)};
    return claim;
}

/* Takes over what @known says, if all it rests on is as it was then. */
static bool take_known(struct standing *standing, const struct standing *known, struct arena *arena) {
    if (!known || known->execution_count != standing->execution_count || known->review_count != standing->review_count)
        return false;
    for (size_t i = 0; i < known->execution_count; i++)
        if (!is_as_known(standing->executions[i].file, standing->executions[i].mark, known->executions[i].file,
                         known->executions[i].is_read, known->executions[i].mark))
            return false;
    for (size_t i = 0; i < known->review_count; i++)
        if (!is_as_known(standing->reviews[i].file, standing->reviews[i].mark, known->reviews[i].file,
                         known->reviews[i].is_read, known->reviews[i].mark))
            return false;
    for (size_t i = 0; i < known->execution_count; i++) {
        standing->executions[i].is_read = known->executions[i].is_read;
        standing->executions[i].conflict_line = known->executions[i].conflict_line;
        const char *file = standing->executions[i].file, *rework = standing_rare(known)->rework_file;
        const struct completion_claim *claim = standing_rare(known)->claim;
        if (rework && strcmp(rework, file) == 0)
            standing_make_rare(standing, arena)->rework_file = file;
        if (claim && strcmp(claim->file, file) == 0)
            standing_make_rare(standing, arena)->claim = new_claim(arena, file, claim->line, span_of(claim->text));
    }
    for (size_t i = 0; i < known->review_count; i++) {
        struct review *review = &standing->reviews[i];
        const char *file = review->file;
        uint64_t mark = review->mark;
        *review = known->reviews[i];
        review->file = file;
        review->mark = mark;
        review->by = review->by ? arena_copy(arena, review->by, strlen(review->by)) : NULL;
        review->sha = review->sha ? arena_copy(arena, review->sha, strlen(review->sha)) : NULL;
    }
    return true;
}

/* --- reading --- */

/* A FIX while it is compared with what could answer it. */
struct open_fix {
    struct review *review;
    char sha[DIGEST_SHA_TEXT];
};

struct reading {
    struct standing *standing;
    const struct review_source *source;
    struct open_fix *fixes;
    size_t fix_count, open_count;
};

static bool read_file(const struct reading *reading, const char *path, struct buffer *text, uint64_t *mark) {
    buffer_clear(text);
    *mark = 0; /* unless it is read */
    return reading->source->read(reading->source->data, path, text, mark);
}

/* What cannot be read is looked at each time. */
static void read_review(struct reading *reading, struct review *review, struct buffer *text) {
    review->is_read = true;
    if (read_file(reading, review->file, text, &review->mark))
        review->conflict_line = document_conflict_line(buffer_span(text));
}

static void read_fixes(struct reading *reading) {
    struct standing *standing = reading->standing;
    struct buffer text = {0};
    reading->fixes = memory_allocate(standing->review_count, sizeof *reading->fixes);
    for (size_t i = 0; i < standing->review_count; i++) {
        struct review *review = &standing->reviews[i];
        if (review->kind != NAME_FIX)
            continue;
        struct open_fix *fix = &reading->fixes[reading->fix_count++];
        read_review(reading, review, &text);
        digest_sha(buffer_span(&text), fix->sha);
        review->sha = arena_copy(reading->source->arena, fix->sha, strlen(fix->sha));
        review->unseen_line = text.length ? text_unseen_line(buffer_span(&text)) : 0;
        review->is_open = true;
        fix->review = review;
    }
    reading->open_count = reading->fix_count;
    buffer_release(&text);
}

/* Closes what the document answers; true if it answers any. */
static bool close_fixes(struct reading *reading, const struct document *document) {
    bool is_answer = false;
    for (size_t i = 0; i < reading->fix_count; i++) {
        struct open_fix *fix = &reading->fixes[i];
        if (!fix_is_answered_by(document, names_base(fix->review->file), fix->sha))
            continue;
        is_answer = true;
        reading->open_count -= fix->review->is_open;
        fix->review->is_open = false;
    }
    return is_answer;
}

static void read_submitted(struct reading *reading) {
    struct standing *standing = reading->standing;
    struct buffer text = {0};
    for (size_t i = 0; i < standing->review_count; i++) {
        struct review *review = &standing->reviews[i];
        struct document document;
        if (review->kind != NAME_SUBMITTED)
            continue;
        read_review(reading, review, &text);
        document_parse(&document, buffer_span(&text));
        struct span by = document_header(&document, "By");
        review->by = by.length ? arena_copy(reading->source->arena, by.data, by.length) : NULL;
        close_fixes(reading, &document);
        document_release(&document);
    }
    buffer_release(&text);
}

static void take_claim(struct reading *reading, const struct execution *execution, const struct document *document) {
    struct checklist checklist;
    checklist_read(&checklist, document);
    if (checklist.says_complete)
        standing_make_rare(reading->standing, reading->source->arena)->claim =
            new_claim(reading->source->arena, execution->file, (unsigned)checklist.line + 1, checklist.text);
}

/* From the last EXECUTION_TASK on, which is always read, as long as a FIX needs an answer. */
static void read_executions(struct reading *reading, bool is_open) {
    struct standing *standing = reading->standing;
    struct buffer text = {0};
    for (size_t i = standing->execution_count; i-- > 0;) {
        struct execution *execution = &standing->executions[i];
        bool is_last = i + 1 == standing->execution_count,
             needs_answer = reading->fix_count && !standing_rare(standing)->rework_file;
        if (!(is_last && is_open) && !(needs_answer || reading->open_count))
            break;
        execution->is_read = true;
        if (!read_file(reading, execution->file, &text, &execution->mark))
            continue;
        struct span raw = buffer_span(&text);
        bool may_say = is_last && is_open && checklist_may_say_complete(raw);
        if (!may_say && !reading->fix_count && !conflict_line(raw))
            continue;
        struct document document;
        document_parse(&document, raw);
        execution->conflict_line = document.conflict_line;
        if (reading->fix_count && close_fixes(reading, &document) && !standing_rare(standing)->rework_file)
            standing_make_rare(standing, reading->source->arena)->rework_file = execution->file;
        if (may_say)
            take_claim(reading, execution, &document);
        document_release(&document);
    }
    buffer_release(&text);
}

static void read_decision(struct reading *reading) {
    struct standing *standing = reading->standing;
    struct buffer text = {0};
    enum name_kind kind = standing->approved_file ? NAME_APPROVED : NAME_SKIPPED;
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == kind)
            read_review(reading, &standing->reviews[i], &text);
    buffer_release(&text);
}

/* --- which SUBMITTED counts --- */

static bool has_execution(const struct standing *standing, unsigned number) {
    for (size_t i = 0; i < standing->execution_count; i++)
        if (standing->executions[i].number == number)
            return true;
    return false;
}

static struct review *find_submitted(struct standing *standing, unsigned number) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == NAME_SUBMITTED && standing->reviews[i].number == number)
            return &standing->reviews[i];
    return NULL;
}

static bool note_submitted(struct standing *standing, unsigned number) {
    struct review *review = has_execution(standing, number) ? find_submitted(standing, number) : NULL;
    if (review)
        review->counts = true;
    return review;
}

static bool has_open_fix(const struct standing *standing) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].is_open)
            return true;
    return false;
}

/* Of a split achievement each part's, until it is sent back; else that of the last work order. */
static void find_counting(struct standing *standing, const struct achievement *achievement) {
    bool is_whole = true;
    for (size_t i = 0; i < standing->review_count; i++)
        standing->reviews[i].counts = false;
    if (standing->execution_count == 0 || has_open_fix(standing))
        return;
    if (standing_rare(standing)->fix_file || achievement->sub_execution_count == 0)
        note_submitted(standing, standing->executions[standing->execution_count - 1].number);
    for (size_t i = 0; i < achievement->sub_execution_count && !standing_rare(standing)->fix_file; i++)
        is_whole &= note_submitted(standing, achievement->sub_executions[i].number);
    for (size_t i = 0; i < standing->review_count && !is_whole; i++)
        standing->reviews[i].counts = false;
}

static void choose_fix(struct standing *standing, struct arena *arena) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].is_open)
            standing_make_rare(standing, arena)->fix_file = standing->reviews[i].file;
}

void plan_reviews_settle(struct standing *standing, const struct achievement *achievement, const struct standing *known,
                         const struct review_source *source) {
    order(standing, source->arena);
    if (!take_known(standing, known, source->arena)) {
        struct reading reading = {.standing = standing, .source = source};
        bool is_open = !standing->approved_file && !standing->skipped_file;
        if (!is_open)
            read_decision(&reading);
        read_fixes(&reading);
        if (is_open || reading.fix_count)
            read_submitted(&reading);
        read_executions(&reading, is_open);
        memory_free(reading.fixes);
    }
    find_counting(standing, achievement);
    choose_fix(standing, source->arena);
    standing_settle(standing, source->arena);
}
