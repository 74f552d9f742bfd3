#include "batch/review_document.h"

#include <inttypes.h>

#include "base/auto.h"
#include "base/digest.h"
#include "batch/review_words.h"
#include "document/document.h"
#include "document/fix.h"
#include "document/names.h"
#include "format/template.h"

/* "**Rework of**: ..." for each open FIX that the submission answers; nothing if there is none. */
static bool add_answers(struct variables *variables, const struct review_document *content, struct error *error) {
    const struct standing *standing = content->standing;
    AUTO(buffer) lines = {0}, text = {0};
    char sha[DIGEST_SHA_TEXT];
    for (size_t i = 0; i < standing->review_count; i++) {
        const struct review *review = &standing->reviews[i];
        if (!review->is_open)
            continue;
        buffer_clear(&text);
        if (!files_read(content->files, review->file, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error))
            return false;
        digest_sha(buffer_span(&text), sha);
        buffer_append_string(&lines, lines.length ? "\n**" FIX_LABEL "**: " : "**" FIX_LABEL "**: ");
        fix_append_mark(&lines, names_base(review->file), sha);
    }
    variables_add_text(variables, "rework_of", &lines);
    return true;
}

/* The claim under which it is submitted, if it is on this achievement. */
static void add_claim(struct variables *variables, const struct review_document *content) {
    AUTO(buffer) line = {0};
    const struct fence *fence = content->fence;
    if (fence && fence_is_about(fence, content->plan->path, content->id))
        buffer_append_format(&line, "**Claim**: %s fence %" PRIu64, fence->id, fence->number);
    variables_add_text(variables, "claim", &line);
}

static void add_text(struct variables *variables, const struct review_document *content) {
    AUTO(buffer) text = {0};
    struct span words = span_trim(span_of(content->said));
    switch (content->kind) {
    case BATCH_REJECT:
        review_words_append_points(&text, words);
        variables_add_text(variables, "points", &text);
        break;
    case BATCH_APPROVE:
        buffer_append_string(&text, words.length ? "## Remarks\n\n" : "");
        review_words_append(&text, words);
        variables_add_text(variables, "remarks", &text);
        break;
    default:
        review_words_append(&text, words.length ? words : span_of("See the iteration log of the work order."));
        variables_add_text(variables, "text", &text);
    }
}

bool review_document_append(struct buffer *text, const struct review_document *content,
                            const struct template_file *form, struct diagnostics *diagnostics, struct error *error) {
    AUTO(variables) variables = {0};
    variables_add_words(&variables, "id", content->id);
    variables_add_words(&variables, "title", content->title ? content->title : "");
    variables_add_words(&variables, "plan", content->plan->name);
    variables_add_line(&variables, "task", content->task);
    variables_add_words(&variables, "by", content->by ? content->by : "unknown");
    add_text(&variables, content);
    if (content->kind == BATCH_SUBMIT)
        add_claim(&variables, content);
    if (content->kind == BATCH_SUBMIT && !add_answers(&variables, content, error))
        return false;
    return variables_render(&variables, text, form->text, form->name, diagnostics) ||
           error_set(error, ERROR_INVALID, "the template %s cannot be used", form->name);
}
