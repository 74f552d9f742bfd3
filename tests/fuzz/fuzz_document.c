/* A SUBPLAN, EXECUTION_TASK or PLAN. */
#include "../fixture/rendering.h"
#include "base/text.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/excerpt.h"
#include "document/markdown_quote.h"
#include "document/plan_document.h"
#include "fuzz.h"

static bool begins_with(struct span line, char byte) {
    size_t length = 0;
    while (length < line.length && line.data[length] == byte)
        length++;
    return length == 7 && (line.length == 7 || line.data[7] == ' ' || line.data[7] == '\t' || line.data[7] == '\r');
}

/* The detector scans bytes; this goes line by line, and from each opening to what closes it. */
static void check_conflicts(const struct document *document) {
    const struct markdown *markdown = &document->markdown;
    unsigned first = 0, line = document->conflict_line;
    for (size_t i = 0; i < markdown->line_count; i++) {
        const struct markdown_line *at = &markdown->lines[i];
        bool is_opening = begins_with(at->text, '<'), is_marker = is_opening || begins_with(at->text, '>');
        bool is_outside = is_marker && !at->is_code;
        for (size_t k = i + 1; is_opening && k < markdown->line_count && !begins_with(markdown->lines[k].text, '<');
             k++) {
            if (begins_with(markdown->lines[k].text, '>')) {
                for (size_t between = i; between <= k; between++)
                    is_outside |= !markdown->lines[between].is_code;
                break;
            }
        }
        first = first || !is_marker ? first : (unsigned)i + 1;
        MUST(!is_outside || (line && line <= i + 1));
        MUST(line != i + 1 || is_outside);
    }
    MUST(first == conflict_line(buffer_span(&document->text)));
}

/* What is quoted stays in the section where it is quoted. */
static void check_quoting(const struct document *document, struct span source) {
    struct buffer text = {0};
    for (int kind = 0; kind < SECTION_KINDS; kind++) {
        struct excerpt excerpt = excerpt_of_section(document, "S.md", document->sections[kind]);
        excerpt_append_text(&text, &excerpt, 40);
        MUST(rendering_is_kept("# T\n\n## First\n\n", buffer_span(&text)));
        buffer_clear(&text);
        excerpt_append_checklist(&text, &excerpt, 40);
        MUST(rendering_is_kept("# T\n\n## First\n\n", buffer_span(&text)));
        buffer_clear(&text);
    }
    markdown_quote_append(&text, source, false);
    MUST(text_shown_length(buffer_span(&text)) == text.length);
    MUST(rendering_is_kept("# T\n\n## First\n\n- **Goal**:", buffer_span(&text)));
    buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct document document;
    struct plan_document definitions = {0};
    document_parse(&document, fuzz_input(data, size));
    struct span text = buffer_span(&document.text);
    MUST(text_valid_length(text) == text.length);
    document_achievement(&document);
    document_header(&document, "Status");
    for (int kind = 0; kind < SECTION_KINDS; kind++)
        document_has_text(&document, (enum section_kind)kind);
    check_quoting(&document, fuzz_input(data, size));
    MUST(document_subplan_state(&document) != SUBPLAN_MISSING);
    MUST((document_subplan_state(&document) == SUBPLAN_CONFLICTED) == (document.conflict_line > 0));
    check_conflicts(&document);
    plan_document_read(&definitions, &document);
    for (size_t i = 0; i < definitions.count; i++)
        MUST(plan_document_find(&definitions, definitions.items[i].id) == &definitions.items[i]);
    plan_document_release(&definitions);
    document_release(&document);
    return 0;
}
