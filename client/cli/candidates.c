#include "cli/candidates.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/option_reader.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "config/settings.h"
#include "plan/workspace.h"
#include "render/condition.h"
#include "session/session.h"
#include "view/event.h"
#include "view/history_view.h"
#include "view/plan_view.h"

enum { ANSWER_MS = 500 }; /* the user waits after pressing Tab */

/* A line that is being typed. */
struct line {
    struct arena arena;
    const char *word;                 /* to be completed, with what the shell has split off before it */
    size_t hidden;                    /* bytes of it that were split off: they are not repeated */
    const struct option_row *waiting; /* the option before it, whose value it is; or NULL */
    const struct verb *table, *verb;  /* the table, and the one of the line; or NULL */
    const char *root, *plan;
    const char **arguments; /* before the word, without the verb */
    size_t argument_count;
    struct buffer *text;
};

/* --- offering --- */

/* Offer @prefix followed by @word, if that is how the typed word goes on. */
static void offer(struct line *line, const char *prefix, const char *word, const char *meaning) {
    struct buffer whole = {0};
    buffer_append_format(&whole, "%s%s", prefix, word);
    if (strncmp(buffer_text(&whole), line->word, strlen(line->word)) == 0) {
        text_append_visible(line->text, span_skip(buffer_span(&whole), line->hidden));
        buffer_append_byte(line->text, '\t');
        text_append_visible(line->text, span_of(meaning));
        buffer_append_byte(line->text, '\n');
    }
    buffer_release(&whole);
}

static void offer_choices(struct line *line, const char *prefix, const char *const *choices) {
    for (; choices && *choices; choices++)
        offer(line, prefix, *choices, "");
}

static void offer_verbs(struct line *line, const char *prefix) {
    for (const struct verb *verb = line->table; verb->name; verb++)
        offer(line, prefix, verb->name, verb->summary);
}

static void offer_events(struct line *line, const char *prefix) {
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        offer(line, prefix, event_type_name(type), "");
}

static void offer_options(struct line *line) {
    option_scopes scopes = line->verb ? line->verb->scopes : SCOPE_COMMON;
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->scope & scopes)
            offer(line, "--", row->name, row->meaning);
}

/* --- offering what the workspace has --- */

static bool start_session(struct line *line, struct session *session) {
    const struct settings_overrides overrides = {.root = line->root};
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    *session = (struct session){.is_quiet = true};
    bool is_started = session_start(session, &overrides, &diagnostics, &error);
    session->settings.config.answer_timeout_ms = ANSWER_MS;
    diagnostics_release(&diagnostics);
    error_release(&error);
    return is_started;
}

static void offer_plans(struct line *line, const char *prefix) {
    struct session session = {0};
    struct workspace workspace;
    struct error error = {0};
    if (start_session(line, &session) && workspace_open(&workspace, session.settings.root, &error)) {
        for (size_t i = 0; i < workspace.plan_count; i++)
            offer(line, prefix, workspace_reference(&workspace.plans[i]), workspace.plans[i].path);
        workspace_release(&workspace);
    }
    error_release(&error);
    session_release(&session);
}

typedef void offer_from(struct line *line, const char *prefix, const void *view);

static void offer_from_answer(struct line *line, const char *prefix, const char *method, const char *plan,
                              offer_from *from) {
    const struct request request = {.method = method, .plan = plan, .style = {.is_verbose = true}};
    struct session session = {0};
    AUTO(answer) answer = {0};
    if (start_session(line, &session))
        session_view(&session, &request, &answer);
    if (answer.view)
        from(line, prefix, answer.view);
    session_release(&session);
}

static const char *or_empty(const char *text) {
    return text ? text : "";
}

static void offer_ids_from(struct line *line, const char *prefix, const void *view) {
    const struct plan_list *list = view;
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->plans[i].item_count; k++)
            offer(line, prefix, list->plans[i].items[k].id, or_empty(list->plans[i].items[k].title));
}

static void offer_levels_of(struct line *line, const char *prefix, const struct plan_view *plan) {
    for (size_t i = 0; i < plan->level_count; i++) {
        const struct level_view *level = &plan->levels[i];
        AUTO(buffer) number = {0}, meaning = {0};
        buffer_append_format(&number, "%zu", i);
        buffer_append_format(&meaning, "%u of %zu complete", level->complete, level->ids.count);
        offer(line, prefix, number.data, meaning.data);
    }
}

static void offer_levels_from(struct line *line, const char *prefix, const void *view) {
    const struct plan_list *list = view;
    for (size_t i = 0; i < list->count; i++)
        offer_levels_of(line, prefix, &list->plans[i]);
}

/* With one that is undone a verb can do nothing any more, but show it. */
static void offer_batches_from(struct line *line, const char *prefix, const void *view) {
    const struct history_view *history = view;
    bool is_write = line->verb && (line->verb->scopes & SCOPE_WRITE);
    for (size_t i = 0; i < history->count; i++) {
        const struct history_item *batch = &history->items[i];
        AUTO(buffer) number = {0}, meaning = {0};
        if (is_write && strcmp(batch->result, "undone") == 0)
            continue;
        buffer_append_format(&number, "%" PRIu64, batch->number);
        buffer_append_format(&meaning, "%s, %s, %s", batch->plan, batch->selection, batch->result);
        offer(line, prefix, number.data, meaning.data);
    }
}

/* The plan that the ids and levels are of: named before, or left to the working directory. */
static const char *plan_of(const struct line *line) {
    size_t count = line->argument_count;
    while (count && options_are_ids(line->arguments[count - 1]))
        count--;
    bool is_argument = count && line->verb && strstr(line->verb->arguments, "[PLAN]");
    return line->plan ? line->plan : is_argument ? line->arguments[count - 1] : NULL;
}

/* In a list such as 3.1,3.2 what stands before the last comma is a part of the prefix. */
static void offer_list_of_ids(struct line *line, const char *prefix) {
    const char *comma = strrchr(line->word, ',');
    if (comma)
        prefix = arena_copy(&line->arena, line->word, (size_t)(comma - line->word) + 1);
    offer_from_answer(line, prefix, "status", plan_of(line), offer_ids_from);
}

static void offer_conditions(struct line *line, const char *prefix) {
    const char *equals = strchr(line->word + strlen(prefix), '=');
    if (equals) {
        prefix = arena_copy(&line->arena, line->word, (size_t)(equals - line->word) + 1);
        offer_from_answer(line, prefix, "status", plan_of(line), offer_ids_from);
        return;
    }
    for (enum condition_kind kind = 0; kind < CONDITION_KINDS; kind++) {
        const struct condition_row *row = &condition_rows[kind];
        offer(line, prefix, arena_format(&line->arena, "%s%s", row->name, row->is_of_level ? "" : "="), row->meaning);
    }
}

static void offer_ids(struct line *line, const char *prefix) {
    offer_from_answer(line, prefix, "status", plan_of(line), offer_ids_from);
}

static void offer_levels(struct line *line, const char *prefix) {
    offer_from_answer(line, prefix, "status", plan_of(line), offer_levels_from);
}

static void offer_batches(struct line *line, const char *prefix) {
    offer_from_answer(line, prefix, "history", NULL, offer_batches_from);
}

static void offer_files(struct line *line, const char *prefix) {
    (void)prefix;
    buffer_append_string(line->text, ":files\n");
}

static void offer_folders(struct line *line, const char *prefix) {
    (void)prefix;
    buffer_append_string(line->text, ":folders\n");
}

/* What usage lines and the table of options call @kind. What is none of these is for people to think of. */
static void offer_kind(struct line *line, const char *prefix, struct span kind) {
    static const struct {
        const char *kind;
        void (*offer)(struct line *line, const char *prefix);
    } rows[] = {
        {"PLAN", offer_plans},    {"ID", offer_ids},        {"IDS", offer_list_of_ids}, {"LEVEL", offer_levels},
        {"LEVELS", offer_levels}, {"BATCH", offer_batches}, {"TYPE", offer_events},     {"CONDITION", offer_conditions},
        {"COMMAND", offer_verbs}, {"FILE", offer_files},    {"DIR", offer_folders}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (span_equals(kind, rows[i].kind))
            rows[i].offer(line, prefix);
}

/* --- values of options --- */

static void offer_value(struct line *line, const struct option_row *row, const char *prefix) {
    offer_choices(line, prefix, row->choices);
    offer_kind(line, prefix, span_of(row->value));
}

/* --- arguments, from the usage line --- */

/* The next element: "[PLAN]", "ID...", or alternatives "run | status". An empty one at the end, where options begin. */
static struct span next_element(const char **usage) {
    const char *start = *usage + strspn(*usage, " |"), *end = start;
    if (start[0] == '-' || strncmp(start, "[-", 2) == 0)
        return (struct span){0};
    for (int depth = 0; *end && strncmp(end, " | -", 4) != 0; end++) {
        if (depth == 0 && *end == ' ' && end[1] != '|' && end[-1] != '|')
            break;
        depth += (*end == '[') - (*end == ']');
    }
    *usage = end;
    return (struct span){start, (size_t)(end - start)};
}

/* Can it be given several times? */
static bool is_repeated(struct span element) {
    return memmem(element.data, element.length, "...", 3) || memmem(element.data, element.length, "IDS", 3);
}

static void offer_alternative(struct line *line, struct span word) {
    if (word.length == 0 || word.data[0] == '-')
        return;
    if (isupper((unsigned char)word.data[0]))
        offer_kind(line, "", word);
    else
        offer(line, "", arena_copy(&line->arena, word.data, word.length), "");
}

static void offer_element(struct line *line, struct span element) {
    for (size_t i = 0; i <= element.length;) {
        size_t start = i;
        while (i < element.length && !text_is_one_of(element.data[i], "[]| ."))
            i++;
        offer_alternative(line, (struct span){element.data + start, i - start});
        i++;
    }
}

/* An argument may be any element that it can be when optional ones before it are left out. */
static void offer_arguments(struct line *line) {
    const char *usage = line->verb->arguments;
    size_t position = 0, needed = 0;
    for (struct span element; (element = next_element(&usage)).length; position++) {
        if (needed <= line->argument_count && (line->argument_count <= position || is_repeated(element)))
            offer_element(line, element);
        needed += element.data[0] != '[';
    }
}

/* --- reading the line --- */

static option_scopes scopes_of(const struct line *line) {
    return line->verb ? line->verb->scopes : SCOPE_ALL;
}

static void take_value(struct line *line, const struct option_item *item) {
    if (!item->row->value)
        return;
    if (!item->value && option_rows_need_value(item->row))
        line->waiting = item->row;
    else if (item->value && strcmp(item->row->name, "root") == 0)
        line->root = item->value;
    else if (item->value && strcmp(item->row->name, "plan") == 0)
        line->plan = item->value;
}

/* Reads the words before the one to be completed. False if their verb does not exist. */
static bool take_words(struct line *line, char *const *words, size_t count) {
    struct option_reader reader = {.words = words, .count = (int)count, .scopes = scopes_of(line)};
    struct option_item item;
    line->arguments = arena_allocate(&line->arena, count, sizeof *line->arguments);
    while (option_reader_next(&reader, &item)) {
        if (item.kind == OPTION_ITEM_KNOWN)
            take_value(line, &item);
        else if (item.kind == OPTION_ITEM_ARGUMENT && line->verb)
            line->arguments[line->argument_count++] = item.word;
        else if (item.kind == OPTION_ITEM_ARGUMENT && !(line->verb = command_find_verb(line->table, item.word)))
            return false;
        reader.scopes = scopes_of(line);
    }
    return true;
}

/* bash hands over "--format=svg" as three words. Puts such together again; returns how many words there are then. */
static size_t join(struct line *line, char *const *words, size_t count, char **joined) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_sign = strcmp(words[i], "=") == 0, is_behind = i && strcmp(words[i - 1], "=") == 0;
        if (used && i && (is_sign || is_behind)) {
            line->hidden = strlen(joined[used - 1]) + is_sign;
            joined[used - 1] = arena_format(&line->arena, "%s%s", joined[used - 1], words[i]);
        } else {
            line->hidden = 0;
            joined[used++] = words[i];
        }
    }
    return used;
}

static void offer_all(struct line *line) {
    size_t length = strcspn(line->word, "=");
    const char *value;
    const struct option_row *row = option_reader_find(line->word, scopes_of(line), &value);
    if (line->waiting)
        offer_value(line, line->waiting, "");
    else if (line->word[length] && row && row->value)
        offer_value(line, row, arena_copy(&line->arena, line->word, length + 1));
    else if (line->word[0] == '-')
        offer_options(line);
    else if (line->verb)
        offer_arguments(line);
    else
        offer_verbs(line, "");
}

void candidates_append(struct buffer *text, const struct verb *table, char *const *words, size_t count) {
    struct line line = {.word = "", .table = table, .text = text};
    char **joined = arena_allocate(&line.arena, count + 1, sizeof *joined);
    size_t used = join(&line, words, count, joined);
    if (used)
        line.word = joined[used - 1];
    if (take_words(&line, joined,
                   used ? used - 1 : 0)) /* behind a verb that does not exist there is nothing to offer */
        offer_all(&line);
    arena_release(&line.arena);
}
