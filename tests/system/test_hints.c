/*
 * What the program advises can be pasted: each command that an answer names is run where it was printed. It must
 * succeed, or ask before it writes; nothing is changed by it.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "space.h"

TestSuite(hints, .timeout = 300);

static const char program[] = "batchctl ";

/* How long the command at @text is. One in quotation marks ends with them, another one where the sentence goes on. */
static size_t command_length(const char *text, bool is_quoted) {
    static const char *const ends[] = {";",      ",",      ")",        "\n",      " finds ", " shows ",
                                       " says ", " ends ", " writes ", " lists ", " and "};
    size_t length = strcspn(text, "\"\n");
    if (is_quoted)
        return length;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(text, ends[i]);
        /* a comma between ids goes on */
        while (end && *ends[i] == ',' && end[1] != ' ' && end[1] != '\n')
            end = strstr(end + 1, ends[i]);
        if (end && (size_t)(end - text) < length)
            length = (size_t)(end - text);
    }
    return length;
}

/* Only a look: no plan is written by it, and it does not fail. What is invalid is named by validate and doctor. */
static void paste(const struct space *space, const char *from, const char *hint) {
    uint64_t before = space_fingerprint(space, "");
    struct outcome outcome = run(space, hint);
    bool names_faults = strncmp(hint, "validate", 8) == 0 || strncmp(hint, "doctor", 6) == 0;
    bool is_well = outcome.status == 0 || outcome.status == 8 || (outcome.status == 6 && names_faults);
    cr_expect(is_well, "\"batchctl %s\" says: batchctl %s, which ends with %d:\n%s%s", from, hint, outcome.status,
              outcome.out, outcome.err);
    cr_expect_eq(space_fingerprint(space, ""), before, "\"batchctl %s\" says: batchctl %s, which writes unasked", from,
                 hint);
    outcome_end(&outcome);
}

/* Returns how many were pasted. */
static size_t paste_all(const struct space *space, const char *from, const char *text) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, program));) {
        bool is_quoted = at > text && at[-1] == '"';
        bool is_usage = at >= text + 7 && strncmp(at - 7, "usage: ", 7) == 0;
        at += sizeof program - 1;
        size_t length = command_length(at, is_quoted);
        AUTO(buffer) hint = {0};
        buffer_append(&hint, at, length);
        at += length;
        if (is_usage || length == 0)
            continue;
        paste(space, from, hint.data);
        count++;
    }
    return count;
}

static size_t follow(const struct space *space, const char *command) {
    struct outcome outcome = run(space, command);
    size_t count = paste_all(space, command, outcome.out) + paste_all(space, command, outcome.err);
    outcome_end(&outcome);
    return count;
}

/* Every one of @commands, which end with NULL; at least @least hints are printed by them. */
static void follow_all(const struct space *space, const char *const *commands, size_t least) {
    size_t count = 0;
    for (; *commands; commands++)
        count += follow(space, *commands);
    cr_expect_geq(count, least, "only %zu hints", count);
}

static const char *const looks[] = {"status",
                                    "next",
                                    "graph",
                                    "create",
                                    "create --kind subplan",
                                    "create --rework",
                                    "create --all",
                                    "create --level 0",
                                    "prompt discover",
                                    "prompt fill",
                                    "prompt execute",
                                    "init --graph",
                                    "validate",
                                    "doctor",
                                    "history",
                                    "undo",
                                    "undo 9",
                                    "retry 9",
                                    "show 9.9",
                                    "show 1.1",
                                    "why 1.1",
                                    "what-if 9.9",
                                    "show --batch 9",
                                    "menu",
                                    "config get nosuch",
                                    "watch --event nosuch",
                                    "wait --for nosuch",
                                    "crate",
                                    "nosuch",
                                    "revert",
                                    "status --nosuch",
                                    NULL};

Test(hints, of_nothing) {
    struct space space = space_new();
    follow_all(&space, looks, 10);
    space_end(&space);
}

Test(hints, of_several_plans_with_odd_names) {
    struct space space = space_new();
    space_plan(&space, "ONE", "1.1; 1.2: 1.1");
    space_plan(&space, "group/my plan", "1.1; 1.2: 1.1");
    space_plan(&space, "a$(id)", "1.1");
    space_plan(&space, "LOOSE", NULL);
    space_write(&space, "BAD/PLAN_BAD.md", "# PLAN: BAD\n\n**Achievement 1.1**: A\n\n- Goal: g\n");
    space_write(&space, "BAD/parallel.json", "{");
    follow_all(&space, looks, 20);
    static const char *const plans[] = {"ONE", "'my plan'", "'a$(id)'", "LOOSE", "BAD"};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        for (size_t k = 0; k < 13; k++) {
            AUTO(buffer) command = {0};
            buffer_append_format(&command, "%s %s", looks[k], plans[i]);
            follow(&space, command.data);
        }
    space_end(&space);
}

/* Step by step through a plan: in each state all that is advised works. */
Test(hints, of_every_state_of_a_plan) {
    static const char *const steps[] = {"create X --kind subplan --ids 1.1 --yes",
                                        "create X --ids 1.2 --yes --keep-going",
                                        "create X --level 0 --yes",
                                        "prompt fill X -o prompts",
                                        "undo --yes",
                                        NULL};
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1; 2.2: 1.2");
    for (size_t i = 0; steps[i]; i++) {
        follow(&space, steps[i]);
        follow_all(&space, looks, 10);
    }
    space_subplan(&space, "X", "1.2");
    space_execution(&space, "X", "1.2");
    follow_all(&space, looks, 10);
    space_fix(&space, "X", "1.2");
    follow_all(&space, looks, 10);
    space_approved(&space, "X", "1.1");
    space_skipped(&space, "X", "2.1");
    follow_all(&space, looks, 10);
    space_end(&space);
}
