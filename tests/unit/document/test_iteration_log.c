/*
 * core/document/iteration_log: the last entry of an EXECUTION_TASK's log that says something.
 */
#include "document/iteration_log.h"

#include <criterion/criterion.h>

TestSuite(iteration, .timeout = 60);

Test(iteration, the_last_entry_with_text_is_found) {
    static const struct {
        const char *task, *title, *text; /* title "" for none */
        bool has_log;
    } rows[] = {
        {"# T\n\n## Steps\n\n- a\n", "", "", false},
        {"# T\n\n## 📊 Iteration Log\n\n### Iteration 1\n\nDone a.\n\n### Iteration 2\n\nDone b.\n\n## Rest\n\nc\n",
         "Iteration 2", "Done b.", true},
        /* an entry that waits to be filled in is none */
        {"## Iteration Log\n\n### Iteration 1\n\n- **Work done**: a\n\n### Iteration 2\n\n- **Work done**:\n- **Next**:\n",
         "Iteration 1", "- **Work done**: a", true},
        {"## Iteration Log\n\n### Iteration 1\n\n- **Work done**:\n\n---\n\n## Rest\n\nc\n", "", "", true},
        {"## Iteration Log\n\nJust text.\n", "Iteration Log", "Just text.", true},
        {"## Iteration Log\n\n", "", "", true},
        /* parts of an entry belong to it */
        {"## Iteration Log\n\n### Iteration 1\n\n#### Work\n\na\n\n#### Problems\n\nb\n", "Iteration 1",
         "### Work\n\na\n\n### Problems\n\nb", true},
        /* deeper headings before the first entry are no entries */
        {"## Iteration Log\n\n#### Note\n\nx\n\n### Iteration 1\n\na\n", "Iteration 1", "a", true},
        {"## Work\n\n### 📝 Iteration Log\n\n#### One\n\na\n", "One", "a", true},
        {"```\n## Iteration Log\n\nno\n```\n", "", "", false},
        /* of several logs the last that says something */
        {"## Iteration Log\n\n### A\n\na\n\n## Iteration Log (2)\n\n### B\n\n", "A", "a", true},
        {"", "", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document task;
        struct buffer text = {0};
        document_parse(&task, span_of(rows[i].task));
        struct iteration_log_entry last = iteration_log_last(&task, "T.md");
        cr_expect(span_equals(last.title, rows[i].title), "%s: \"%.*s\"", rows[i].task, (int)last.title.length,
                  last.title.data);
        if (last.title.length)
            excerpt_append_text(&text, &last.text, 99);
        cr_expect_str_eq(buffer_text(&text), rows[i].text, "%s: %s", rows[i].task, buffer_text(&text));
        cr_expect_eq(iteration_log_exists(&task), rows[i].has_log, "%s", rows[i].task);
        document_release(&task);
        buffer_release(&text);
    }
}
