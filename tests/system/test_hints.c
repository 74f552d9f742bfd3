/*
 * What the program advises can be pasted: each command that an answer names is run where it was printed. It must
 * succeed, or ask before it writes; nothing is changed by it.
 */
#include <criterion/criterion.h>
#include <ctype.h>
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
    size_t length = strcspn(text, "\"`\n");
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

/*
 * It does not fail and writes nothing. What is invalid may be said to be so. A verb that is named for a misspelled one
 * may need more words, and the same command with its plan may find other faults. Where nothing is found, "config show"
 * says why, and fails like all others.
 */
static bool is_well(const char *from, const char *hint, int status) {
    static const char *const wrong_verbs[] = {"crate", "log", "nosuch"};
    static const char *const names_faults[] = {"validate", "doctor", "graph", "status", "next"};
    for (size_t i = 0; i < sizeof wrong_verbs / sizeof *wrong_verbs; i++)
        if (strcmp(from, wrong_verbs[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof names_faults / sizeof *names_faults; i++)
        if (status == 6 && strncmp(hint, names_faults[i], strlen(names_faults[i])) == 0)
            return true;
    size_t verb = strcspn(from, " ");
    bool is_same = strncmp(from, hint, verb) == 0 && hint[verb] == ' ';
    if (is_same && status >= 3 && status <= 6)
        return true;
    return status == 0 || status == 8 || (status == 3 && strcmp(hint, "config show") == 0);
}

static void paste(const struct space *space, const char *from, const char *hint) {
    uint64_t before = space_fingerprint(space, "");
    struct outcome outcome = run(space, hint);
    cr_expect(is_well(from, hint, outcome.status), "\"batchctl %s\" says: batchctl %s, which ends with %d:\n%s%s", from,
              hint, outcome.status, outcome.out, outcome.err);
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
        bool is_daemon = strncmp(buffer_text(&hint), "daemon ", 7) == 0; /* it would stay, or end that of the test */
        if (is_usage || is_daemon || !islower((unsigned char)buffer_text(&hint)[0])) /* such as the version */
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
                                    "show 9.9 1.1",
                                    "show 1.1",
                                    "why 1.1",
                                    "what-if 1.2",
                                    "show --batch 9",
                                    "menu",
                                    "submit 1.1",
                                    "approve 1.1",
                                    "reject 1.1 -m no",
                                    "skip 1.2 -m no",
                                    "reopen 1.1 -m no",
                                    "adopt",
                                    "status --blocked",
                                    "config get nosuch",
                                    "watch --event nosuch",
                                    "wait --for nosuch",
                                    "crate",
                                    "nosuch",
                                    "log",
                                    "status --nosuch",
                                    NULL};

Test(hints, of_nothing) {
    struct space space = space_new();
    follow_all(&space, looks, 10);
    space_end(&space);
}

Test(hints, of_several_plans_with_odd_names) {
    struct space space = space_new();
    space_plan(&space, "A-ONE", "1.1; 1.2: 1.1");
    space_plan(&space, "group/my plan", "1.1; 1.2: 1.1");
    space_plan(&space, "a$(id)", "1.1");
    space_write(&space, "LOOSE/PLAN_LOOSE.md",
                "# PLAN: LOOSE\n\n## Achievements\n\n**Achievement 1.1**: A\n\n- Goal: g\n\n**Achievement 1.2**: B\n\n"
                "- Goal: g\n- Dependencies: 1.1\n");
    space_write(&space, "ZBAD/PLAN_ZBAD.md", "# PLAN: ZBAD\n\n**Achievement 1.1**: A\n\n- Goal: g\n");
    space_write(&space, "ZBAD/parallel.json", "{");
    follow_all(&space, looks, 20);
    static const char *const plans[] = {"A-ONE", "'my plan'", "'a$(id)'", "LOOSE", "ZBAD"};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        for (size_t k = 0; k < 13; k++) {
            AUTO(buffer) command = {0};
            buffer_append_format(&command, "%s %s", looks[k], plans[i]);
            follow(&space, command.data);
        }
    space_end(&space);
}

/* The first of several plans is the example of "which plan?", and the one that is recommended. */
Test(hints, of_a_first_plan_with_an_odd_name) {
    static const char *const names[] = {"-x", "--all", "@a", "1.1", "12", "my plan", "a$HOME b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct space space = space_new();
        space_plan(&space, names[i], "1.1; 1.2: 1.1");
        space_plan(&space, "z", "1.1; 1.2: 1.1");
        follow_all(&space, looks, 20);
        struct outcome outcome = run(&space, "claim 1.1");
        cr_expect(has(outcome.err, "such as: batchctl claim ") && !has(outcome.err, " 1.1 1.1"), "%s", outcome.err);
        outcome_end(&outcome);
        space_end(&space);
    }
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
