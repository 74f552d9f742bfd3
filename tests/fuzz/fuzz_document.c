/* A SUBPLAN, EXECUTION_TASK or PLAN. */
#include "definitions.h"
#include "document.h"
#include "fuzz.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct document document;
    struct definitions definitions = {0};
    document_parse(&document, fuzz_input(data, size));
    struct span text = buffer_span(&document.text);
    MUST(text_valid_length(text) == text.length);
    document_achievement(&document);
    document_header(&document, "Status");
    for (int kind = 0; kind < SECTION_KINDS; kind++)
        document_has_text(&document, (enum section_kind)kind);
    MUST(document_subplan_state(&document) != SUBPLAN_MISSING);
    definitions_read(&definitions, &document);
    for (size_t i = 0; i < definitions.count; i++)
        MUST(definitions_find(&definitions, definitions.items[i].id) == &definitions.items[i]);
    definitions_release(&definitions);
    document_release(&document);
    return 0;
}
