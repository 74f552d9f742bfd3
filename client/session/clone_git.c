#include "session/clone_git.h"

#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "session/program.h"

enum { DEADLINE_MS = 5000 };

/* The words of a command, which end with NULL. {0} is empty. */
struct words {
    const char **items;
    size_t count, capacity;
};

static void words_release(struct words *words) {
    memory_free(words->items);
}

static void add(struct words *words, const char *word) {
    *LIST_ADD(words->items, words->count, words->capacity) = word;
}

static void begin(struct words *words, const char *root) {
    const char *const first[] = {"git", "-C", root, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        add(words, first[i]);
}

/* The environment without what changes which repository git finds. */
static char **plain_environment(void) {
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **variables = memory_allocate(count + 1, sizeof *variables);
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "GIT_", 4) != 0)
            variables[kept++] = environ[i];
    return variables;
}

static bool run(struct words *words, struct buffer *output) {
    AUTO_FREE char **variables = plain_environment();
    add(words, NULL);
    return program_capture(words->items, variables, DEADLINE_MS, output);
}

/* A commit that HEAD comes after is the best common ancestor of the two. */
bool clone_git_has_commit(void *root, const char *commit) {
    AUTO(words) words = {0};
    AUTO(buffer) output = {0};
    begin(&words, root);
    add(&words, "merge-base");
    add(&words, commit);
    add(&words, "HEAD");
    return run(&words, &output) && span_equals(span_trim(buffer_span(&output)), commit);
}

/* Nothing but the line about the branch, which is there whenever git has looked. */
bool clone_git_is_committed(void *root, const char *const *paths, size_t count) {
    AUTO(words) words = {0};
    AUTO(buffer) output = {0};
    begin(&words, root);
    const char *const question[] = {"--literal-pathspecs", "status", "--porcelain", "--branch", "--ignored", "--"};
    for (size_t i = 0; i < sizeof question / sizeof *question; i++)
        add(&words, question[i]);
    for (size_t i = 0; i < count; i++)
        add(&words, paths[i]);
    if (!run(&words, &output))
        return false;
    struct span rest = buffer_span(&output), line;
    return span_next_line(&rest, &line) && span_starts_with(line, "## ") && rest.length == 0;
}
