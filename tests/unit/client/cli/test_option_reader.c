/*
 * Command lines become the request of their verb, or an error that says what the option needs.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "cli/command.h"
#include "cli/option_reader.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "plan/selection.h"
#include "verbs.h"

TestSuite(option_reader, .timeout = 20);

/* A line such as "create X --level 2", read. */
struct read_line {
    char *copy, *words[16];
    struct options options;
    struct error error;
    bool is_read;
};

static void read_line(struct read_line *line, const char *text) {
    int count = 0;
    *line = (struct read_line){.copy = strdup(text)};
    for (char *rest = line->copy, *word; (word = strsep(&rest, " "));)
        line->words[count++] = word;
    const struct verb *verb = command_find_verb(verbs, line->words[0]);
    cr_assert(verb, "%s", text);
    line->is_read = option_reader_parse(&line->options, count - 1, line->words + 1, verb->scopes, &line->error);
}

static void end_line(struct read_line *line) {
    options_release(&line->options);
    error_release(&line->error);
    free(line->copy);
}

Test(option_reader, no_verb_has_two_options_of_a_name_or_a_letter) {
    for (const struct verb *verb = verbs; verb->name; verb++)
        for (const struct option_row *row = option_rows; row->name; row++)
            for (const struct option_row *other = row + 1; other->name; other++) {
                if (!(row->scope & verb->scopes) || !(other->scope & verb->scopes))
                    continue;
                cr_expect_str_neq(row->name, other->name, "%s", verb->name);
                cr_expect(!row->letter || row->letter != other->letter, "%s -%c", verb->name, row->letter);
            }
}

Test(option_reader, a_value_that_can_be_wrong_has_words_for_what_it_needs) {
    static const char *const rows[][2] = {
        {"create X --level x", "--level needs a number from 0, not \"x\""},
        {"create X --ids 1.1 --all", "--level, --ready, --all and ids exclude each other"},
        {"create X 1.1 --ready", "--level, --ready, --all and ids exclude each other"},
        {"create X --ids ,", "--ids needs at least one id, such as 3.1"},
        {"create X --ids 1.1,x", "\"x\" is no achievement id"},
        {"create X --rework --kind subplan", "--kind and --rework exclude each other, and are given once"},
        {"create X --kind plan", "--kind cannot be \"plan\"; it is one of execution, subplan"},
        {"create X --yes=1", "--yes takes no value"},
        {"create X --level", "--level needs a value: --level LEVELS"},
        {"wait X --for complete=1.1 --level 1,2", "--level needs a number from 0, not \"1,2\""},
        {"submit X 1.1 -m a -F b", "-m and -F exclude each other, and are given once"},
        {"submit X 1.1 --as=", "--as needs a name"},
        {"history -n 0", "--limit needs a number from 1, not \"0\""},
        {"show --batch 0", "--batch needs the number of a batch, not \"0\""},
        {"claim 1.1 --ttl 1ms", "--ttl needs a time from 1s to 24h, not \"1ms\""},
        {"next --claim --wait=soon", "--wait needs a time such as 30m, not \"soon\""},
        {"claims --forget 1.1 --fence -1", "--fence needs the number of a claim, not \"-1\""},
        {"what-if X --unblock one", "--unblock needs the id of one achievement, not \"one\""},
        {"status --timeout soon", "--timeout needs a time such as 5s or 500ms, not \"soon\""},
        {"status --le 1 --color auto --co never --t", "--timeout needs a value: --timeout TIME"},
        {"next --c", "--c is the beginning of several options"},
        {"create X --keep", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct read_line line;
        read_line(&line, rows[i][0]);
        cr_expect_eq(line.is_read, !rows[i][1], "%s", rows[i][0]);
        if (rows[i][1] && !line.is_read)
            cr_expect(strstr(line.error.message, rows[i][1]), "%s: %s", rows[i][0], line.error.message);
        end_line(&line);
    }
}

Test(option_reader, options_store_into_the_request) {
    struct read_line line;
    read_line(&line, "create X --level 1-2 --keep-going --require-complete --allow-incomplete --request mine");
    const struct request *request = &line.options.request;
    cr_assert(line.is_read);
    cr_expect_eq(request->options.selection.kind, SELECT_LEVEL);
    cr_expect_str_eq(request->options.selection.levels, "1-2");
    cr_expect(request->options.keep_going && request->options.allow_incomplete && !request->options.require_complete);
    cr_expect_str_eq(request->request_id, "mine");
    cr_expect_str_eq(line.options.arguments[0], "X");
    cr_expect(options_have_selector(&line.options));
    end_line(&line);
    read_line(&line, "show X 1.1 2.1,2.2");
    cr_expect_eq(line.options.request.options.selection.id_count, 3);
    cr_expect_str_eq(line.options.request.options.selection.ids[2], "2.2");
    cr_expect_eq(line.options.argument_count, 1);
    end_line(&line);
    read_line(&line, "next --claim --for design --for work -- run --me");
    cr_expect_eq(line.options.request.claim_kinds, 3, "design and work");
    cr_expect_str_eq(line.options.command[1], "--me");
    end_line(&line);
}
