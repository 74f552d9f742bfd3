#include "cli/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/batch.h"
#include "claims/claim.h"
#include "config/config.h"
#include "document/names.h"
#include "plan/selection.h"

/* --- values --- */

typedef bool option_parser(struct options *options, const struct option_row *row, const char *value,
                           struct error *error);

static void *place_of(struct options *options, const struct option_row *row) {
    return (char *)options + row->offset;
}

static option_parser set_flag, set_text, choose_word, choose_color, choose_kind, take_rework, select_level,
    select_ready, filter_level, select_all, select_ids, take_level, take_ids, take_unblock, take_completeness,
    take_batch, take_ascii, take_event, take_count, take_output, take_timeout, take_message, take_name, choose_purpose,
    choose_claim_kind, take_ttl, take_wait, take_fence, choose_import, choose_unit, take_epic;

static const char *const kinds[] = {"execution", "subplan", NULL};
static const char *const formats[] = {"tree", "svg", "html", "dot", "mermaid", "json", NULL};
static const char *const reports[] = {"text", "gcc", "github", "sarif", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const imports[] = {"taskmaster", "speckit", "beads", "backlog", "openspec", "kiro", NULL};
static const char *const units[] = {"task", "phase", NULL};
static const char *const clients[] = {"claude", "codex", "json", NULL};
static const char *const purposes[] = {"review", "work", "rework", "execution", "subplan", "design", NULL};
static const char *const claim_kinds[] = {"design", "work", "review", NULL};

#define AT(member) offsetof(struct options, member)

const struct option_row option_rows[] = {
    {"level", 'l', "LEVELS", SCOPE_SELECT, "all achievements of these dependency levels: 2, or 1,2, or 0-3",
     select_level, 0, NULL},
    {"ready", 0, NULL, SCOPE_SELECT, "those that are ready for this kind (the default)", select_ready, 0, NULL},
    {"all", 0, NULL, SCOPE_SELECT, "every open one", select_all, 0, NULL},
    {"all", 0, NULL, SCOPE_FILTER, "every plan in full, as -v", set_flag, AT(is_verbose), NULL},
    {"ids", 0, "IDS", SCOPE_SELECT, "just these, such as 3.1,3.2; --ids itself can be left out", select_ids, 0, NULL},
    {"level", 'l', "LEVELS", SCOPE_FILTER | SCOPE_GRAPH, "only those of these dependency levels: 2, or 1,2, or 0-3",
     filter_level, 0, NULL},
    {"ready", 0, NULL, SCOPE_FILTER, "only those that are ready", set_flag, AT(wants_ready), NULL},
    {"blocked", 0, NULL, SCOPE_FILTER, "only those that wait for others", set_flag, AT(wants_blocked), NULL},
    {"watch", 'w', NULL, SCOPE_STATUS, "show it again at each change, until Ctrl-C", set_flag, AT(wants_watch), NULL},
    {"kind", 'k', "KIND", SCOPE_KIND, "what to create: execution (the default) or subplan", choose_kind, 0, kinds},
    {"rework", 0, NULL, SCOPE_KIND, "the next EXECUTION_TASK of what a FIX has sent back", take_rework, 0, NULL},
    {"require-complete", 0, NULL, SCOPE_CREATE,
     "a SUBPLAN that is a placeholder blocks the batch, whatever the configuration says", take_completeness,
     AT(batch.require_complete), NULL},
    {"allow-incomplete", 0, NULL, SCOPE_CREATE, "a SUBPLAN that is a placeholder is used as it is", take_completeness,
     AT(batch.allow_incomplete), NULL},
    {"keep-going", 0, NULL, SCOPE_CREATE, "create what can be, list what cannot (exit 10; see retry)", set_flag,
     AT(batch.keep_going), NULL},
    {"show", 0, NULL, SCOPE_CREATE | SCOPE_CONTENT, "print the text of the files, too", set_flag, AT(has_content),
     NULL},
    {"expect", 0, "TOKEN", SCOPE_CREATE | SCOPE_CONTENT,
     "create exactly what the preview with this token showed (see -v, --json), or nothing", set_text, AT(expect), NULL},
    {"dry-run", 'n', NULL, SCOPE_WRITE, "show what would be done; change nothing at all", set_flag, AT(is_dry_run),
     NULL},
    {"yes", 'y', NULL, SCOPE_WRITE | SCOPE_RELEASE | SCOPE_CLAIMS | SCOPE_TEAM, "do it without asking", set_flag,
     AT(is_yes), NULL},
    {"request", 0, "LABEL", SCOPE_REQUEST, "a label stored with the batch; history --request finds it", set_text,
     AT(request), NULL},
    {"batch", 0, "BATCH", SCOPE_SHOW, "all about this batch instead", take_batch, 0, NULL},
    {"limit", 'n', "N", SCOPE_HISTORY, "only the newest N", take_count, 0, NULL},
    {"ids", 0, "IDS", SCOPE_UNDO, "only the files of these achievements", take_ids, 0, NULL},
    {"event", 'e', "TYPE", SCOPE_WATCH, "only such events; may be repeated", take_event, 0, NULL},
    {"since", 0, "SEQ", SCOPE_WATCH, "begin behind this event, if it is still known", set_text, AT(since), NULL},
    {"count", 'c', "N", SCOPE_WATCH, "end after N events", take_count, 0, NULL},
    {"exec", 'x', NULL, SCOPE_WATCH, "run what follows behind -- for each event", set_flag, AT(has_exec), NULL},
    {"for", 0, "CONDITION", SCOPE_WAIT, "what to wait for", set_text, AT(condition), NULL},
    {"level", 'l', "LEVEL", SCOPE_WAIT, "the dependency level", take_level, 0, NULL},
    {"format", 'f', "FORMAT", SCOPE_GRAPH, "tree (the default), svg, html, dot, mermaid or json", choose_word,
     AT(format), formats},
    {"format", 'f', "FORMAT", SCOPE_VALIDATE, "text (the default), gcc, github or sarif", choose_word, AT(format),
     reports},
    {"open", 0, NULL, SCOPE_GRAPH, "only those that are neither complete nor skipped", set_flag, AT(wants_open), NULL},
    {"complete", 0, "IDS", SCOPE_WHAT_IF, "as if these were complete, such as 3.1,3.2", take_ids, 0, NULL},
    {"unblock", 0, "ID", SCOPE_WHAT_IF, "as if everything this one waits for were complete", take_unblock, 0, NULL},
    {"output", 'o', "DIR", SCOPE_PROMPT, "write each prompt to a separate file in this folder", take_output, 0, NULL},
    {"output", 'o', "FILE", SCOPE_GRAPH, "write it to this file", take_output, 0, NULL},
    {"follow", 0, NULL, SCOPE_GRAPH, "with html and --output: keep the file current, until Ctrl-C", set_flag,
     AT(wants_follow), NULL},
    {"force", 0, NULL, SCOPE_PROMPT | SCOPE_GRAPH, "--output: also replace what was edited", set_flag, AT(is_forced),
     NULL},
    {"message", 'm', "TEXT", SCOPE_REVIEW | SCOPE_RELEASE, "what is said: the work done, what to fix, the reason",
     take_message, AT(message), NULL},
    {"file", 'F', "FILE", SCOPE_REVIEW | SCOPE_RELEASE, "the same, from a file; - is standard input", take_message,
     AT(message_file), NULL},
    {"as", 0, "NAME", SCOPE_REVIEW | SCOPE_ADOPT | SCOPE_TAKE | SCOPE_RELEASE | SCOPE_CLAIMS | SCOPE_MCP,
     "who says it (BATCHCTL_AS, or USER@HOST)", take_name, AT(as), NULL},
    {"approve", 0, NULL, SCOPE_ADOPT, "approve them at once, instead of submitting them", set_flag, AT(approves), NULL},
    {"print-config", 0, "CLIENT", SCOPE_MCP,
     "how to register the server: with Claude Code, Codex, or as JSON for others", choose_word, AT(client), clients},
    {"for", 0, "PURPOSE", SCOPE_FILTER, "only what is ready for this: review, work, execution, ...", choose_purpose, 0,
     purposes},
    {"for", 0, "KIND", SCOPE_CLAIM, "only if it is ready for this: design, work or review", choose_claim_kind, 0,
     claim_kinds},
    {"claim", 0, NULL, SCOPE_NEXT, "take the most urgent one that is free; --for KIND limits it, and may be repeated",
     set_flag, AT(wants_claim), NULL},
    {"wait", 0, "[=TIME]", SCOPE_NEXT, "--claim: until there is one; without TIME for ever", take_wait, 0, NULL},
    {"ttl", 0, "TIME", SCOPE_TAKE, "how long the claim holds without a heartbeat (1h)", take_ttl, 0, NULL},
    {"note", 0, "TEXT", SCOPE_TAKE, "what others see beside the claim", set_text, AT(note), NULL},
    {"request", 0, "LABEL", SCOPE_TAKE, "with the same label again, the answer is the same claim", set_text,
     AT(request), NULL},
    {"submit", 0, NULL, SCOPE_TAKE, "-- COMMAND: submit the work when the command has ended well", set_flag,
     AT(submits), NULL},
    {"done", 0, NULL, SCOPE_RELEASE, "it is done; work is submitted first, if it is not yet", set_flag, AT(is_done),
     NULL},
    {"force", 0, NULL, SCOPE_RELEASE, "end the claim of another", set_flag, AT(is_forced), NULL},
    {"forget", 0, NULL, SCOPE_CLAIMS, "remove the mark that an achievement was finished elsewhere", set_flag,
     AT(forgets), NULL},
    {"fence", 0, "N", SCOPE_RELEASE | SCOPE_CLAIMS, "just that claim or mark, or none; --yes needs it", take_fence, 0,
     NULL},
    {"all", 'a', NULL, SCOPE_CLAIMS, "those that have ended, too", set_flag, AT(wants_ended), NULL},
    {"claim", 0, "HANDLE", SCOPE_CREATE | SCOPE_REVIEW | SCOPE_UNDO | SCOPE_ADOPT,
     "only while this claim is yours (BATCHCTL_CLAIM)", set_text, AT(claim), NULL},
    {"graph", 0, NULL, SCOPE_INIT, "the parallel.json of a plan that has none, from its PLAN", set_flag,
     AT(wants_graph), NULL},
    {"update", 0, NULL, SCOPE_INIT, "--graph: bring the parallel.json that is there up to date with the PLAN", set_flag,
     AT(is_update), NULL},
    {"agents", 0, NULL, SCOPE_INIT, "print what coding agents need to know, for AGENTS.md; write nothing", set_flag,
     AT(wants_agents), NULL},
    {"flat", 0, NULL, SCOPE_INIT, "--graph: write it even if the PLAN names no dependencies", set_flag, AT(is_flat),
     NULL},
    {"by-priority", 0, NULL, SCOPE_INIT, "--graph: 2.1 waits for all of 1.x, beside what the PLAN names", set_flag,
     AT(by_priority), NULL},
    {"name", 0, "NAME", SCOPE_IMPORT, "what the new plan is called, such as MY-PLAN or group/MY-PLAN", set_text,
     AT(name), NULL},
    {"name", 0, "NAME", SCOPE_TEAM, "init: the team", set_text, AT(name), NULL},
    {"service", 0, "SERVICE", SCOPE_TEAM, "init: the server, as an entry of each user's pg_service.conf", set_text,
     AT(service), NULL},
    {"url", 0, "URL", SCOPE_TEAM, "init: the server, as postgresql://HOST/DATABASE?sslmode=verify-full", set_text,
     AT(url), NULL},
    {"from", 0, "FORMAT", SCOPE_IMPORT, "what the list is of, if it is not recognised", choose_import, 0, imports},
    {"with-status", 0, NULL, SCOPE_IMPORT, "an APPROVED for what is finished there, a SKIPPED for what is given up",
     set_flag, AT(import.with_status), NULL},
    {"lenient", 0, NULL, SCOPE_IMPORT, "with faults that have a remedy, each with a warning", set_flag,
     AT(import.is_lenient), NULL},
    {"open", 0, NULL, SCOPE_IMPORT, "not what is finished or given up there", set_flag, AT(import.is_open), NULL},
    {"epic", 0, "ID", SCOPE_IMPORT, "only this item and its parts; may be repeated", take_epic, 0, NULL},
    {"tag", 0, "TAG", SCOPE_IMPORT, "Task Master: which of the file's lists (master, or the only one)", set_text,
     AT(import.tag), NULL},
    {"by", 0, "UNIT", SCOPE_IMPORT, "an achievement for each task (the default), or for each phase", choose_unit, 0,
     units},
    {"flat", 0, NULL, SCOPE_IMPORT, "only dependencies that are stated, none from the order of lines", set_flag,
     AT(import.is_flat), NULL},
    {"all", 0, NULL, SCOPE_DAEMON, "stop: all daemons that you have started, whatever they serve", set_flag,
     AT(wants_all), NULL},
    {"plan", 'p', "PLAN", SCOPE_PLAN, "the plan, where it is not named as an argument", set_text, AT(plan), NULL},
    {"root", 'C', "DIR", SCOPE_COMMON, "the workspace, instead of searching for it", set_text, AT(root), NULL},
    {"json", 0, NULL, SCOPE_COMMON, "answer with one JSON document", set_flag, AT(is_json), NULL},
    {"timeout", 0, "TIME", SCOPE_COMMON,
     "the longest wait, such as 5s: for another process's batch, or of wait, watch and status --watch as a whole",
     take_timeout, 0, NULL},
    {"no-daemon", 0, NULL, SCOPE_COMMON, "answer from the files in this process; do not ask the daemon", set_flag,
     AT(has_no_daemon), NULL},
    {"color", 0, "WHEN", SCOPE_COMMON, "auto, always or never", choose_color, 0, colors},
    {"ascii", 0, NULL, SCOPE_COMMON, "draw symbols in ASCII", take_ascii, 0, NULL},
    {"quiet", 'q', NULL, SCOPE_COMMON, "no hints and no warnings", set_flag, AT(is_quiet), NULL},
    {"verbose", 'v', NULL, SCOPE_COMMON, "leave nothing out of long lists", set_flag, AT(is_verbose), NULL},
    {"help", 'h', NULL, SCOPE_COMMON, "this help", set_flag, AT(wants_help), NULL},
    {0},
};
enum { OPTION_ROWS = sizeof option_rows / sizeof *option_rows - 1 };

static bool set_flag(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)value;
    (void)error;
    *(bool *)place_of(options, row) = true;
    return true;
}

static bool set_text(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)error;
    *(const char **)place_of(options, row) = value;
    return true;
}

static bool choose(const struct option_row *row, const char *value, size_t *chosen, struct error *error) {
    size_t count = 0;
    AUTO(buffer) list = {0};
    for (; row->choices[count]; count++) {
        if (strcmp(value, row->choices[count]) == 0) {
            *chosen = count;
            return true;
        }
        buffer_append_format(&list, "%s%s", count ? ", " : "", row->choices[count]);
    }
    error_set(error, ERROR_USAGE, "--%s cannot be \"%s\"; it is one of %s", row->name, value, buffer_text(&list));
    const char *closest = text_closest(value, row->choices, count);
    return closest ? error_hint(error, "did you mean --%s %s?", row->name, closest) : false;
}

static bool choose_word(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    size_t chosen;
    if (!choose(row, value, &chosen, error))
        return false;
    *(const char **)place_of(options, row) = row->choices[chosen];
    return true;
}

static bool choose_color(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    size_t chosen;
    if (!choose(row, value, &chosen, error))
        return false;
    options->color = (enum color_choice)chosen;
    return true;
}

static bool set_kind(struct options *options, enum batch_kind kind, struct error *error) {
    if (options->has_kind)
        return error_set(error, ERROR_USAGE, "--kind and --rework exclude each other, and are given once");
    options->has_kind = true;
    options->batch.kind = kind;
    return true;
}

static bool choose_kind(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    size_t chosen;
    return choose(row, value, &chosen, error) && set_kind(options, chosen ? BATCH_SUBPLAN : BATCH_EXECUTION, error);
}

static bool take_rework(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    (void)value;
    return set_kind(options, BATCH_REWORK, error);
}

static bool select_once(struct options *options, struct selection selection, struct error *error) {
    if (options->has_selector)
        return error_set(error, ERROR_USAGE, "--level, --ready, --all and ids exclude each other");
    options->has_selector = true;
    options->batch.selection = selection;
    return true;
}

static bool select_ready(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    (void)row;
    (void)value;
    return select_once(options, (struct selection){.kind = SELECT_READY}, error);
}

static bool select_all(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    (void)value;
    return select_once(options, (struct selection){.kind = SELECT_ALL}, error);
}

static bool check_levels(const char *value, struct error *error) {
    if (selection_are_levels(value))
        return true;
    error_set(error, ERROR_USAGE, "--level needs a number from 0, not \"%s\"", value);
    return error_hint(error, "several levels are written 1,2 or 0-3");
}

static bool filter_level(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    (void)row;
    return check_levels(value, error) &&
           select_once(options, (struct selection){.kind = SELECT_LEVEL, .levels = value}, error);
}

static bool select_level(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    (void)row;
    return check_levels(value, error) &&
           select_once(options, (struct selection){.kind = SELECT_LEVEL, .levels = value}, error);
}

static bool take_level(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    if (!selection_are_levels(value) || strpbrk(value, ",-"))
        return error_set(error, ERROR_USAGE, "--level needs a number from 0, not \"%s\"", value);
    options->batch.selection = (struct selection){.kind = SELECT_LEVEL, .levels = value};
    return true;
}

static struct span next_id(const char **list) {
    static const char separators[] = ", ";
    struct span id = {*list + strspn(*list, separators), 0};
    id.length = strcspn(id.data, separators);
    *list = id.data + id.length;
    return id;
}

bool options_are_ids(const char *word) {
    size_t count = 0;
    for (struct span id; (id = next_id(&word)).length; count++)
        if (!names_is_id(id))
            return false;
    return count;
}

/* The ids of the list become those of the selection, beside those that it has. */
static bool add_ids(struct options *options, const char *option, const char *list, struct error *error) {
    struct selection *selection = &options->batch.selection;
    size_t before = selection->id_count;
    for (struct span id; (id = next_id(&list)).length;) {
        const char *copy = arena_copy(&options->arena, id.data, id.length);
        if (!names_is_id(id)) {
            error_set(error, ERROR_USAGE, "\"%s\" is no achievement id", copy);
            return error_hint(error, "ids look like 1.1; several are written 3.1,3.2");
        }
        options->ids = memory_grow(options->ids, &options->id_capacity, selection->id_count + 1, sizeof *options->ids);
        options->ids[selection->id_count++] = copy;
    }
    selection->kind = SELECT_IDS;
    selection->ids = options->ids;
    return selection->id_count > before ||
           error_set(error, ERROR_USAGE, "--%s needs at least one id, such as 3.1", option);
}

static bool select_ids(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    return select_once(options, (struct selection){.kind = SELECT_IDS}, error) &&
           add_ids(options, row->name, value, error);
}

static bool take_ids(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    return add_ids(options, row->name, value, error);
}

static bool take_unblock(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    (void)row;
    options->unblock = value;
    return names_is_id(span_of(value)) ||
           error_set(error, ERROR_USAGE, "--unblock needs the id of one achievement, not \"%s\"", value);
}

/* The one that is given last is the one that counts. */
static bool take_completeness(struct options *options, const struct option_row *row, const char *value,
                              struct error *error) {
    options->batch.require_complete = options->batch.allow_incomplete = false;
    return set_flag(options, row, value, error);
}

static bool take_batch(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    return options_parse_batch(value, &options->batch_number) ||
           error_set(error, ERROR_USAGE, "--batch needs the number of a batch, not \"%s\"", value);
}

static bool take_ascii(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    (void)value;
    (void)error;
    options->ascii = "yes";
    return true;
}

static bool take_event(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    (void)error;
    options->events[options->event_count++] = value;
    return true;
}

static bool take_count(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    char *end;
    options->count = strtoul(value, &end, 10);
    return (value[0] >= '1' && value[0] <= '9' && *end == '\0') ||
           error_set(error, ERROR_USAGE, "--%s needs a number from 1, not \"%s\"", row->name, value);
}

static bool take_output(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    options->output = value;
    return value[0] || error_set(error, ERROR_USAGE, "--output needs a name");
}

static bool take_message(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    if (options->message || options->message_file)
        return error_set(error, ERROR_USAGE, "-m and -F exclude each other, and are given once");
    return set_text(options, row, value, error);
}

static bool take_name(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    return value[0] ? set_text(options, row, value, error) : error_set(error, ERROR_USAGE, "--as needs a name");
}

static bool choose_purpose(struct options *options, const struct option_row *row, const char *value,
                           struct error *error) {
    size_t chosen = 0;
    if (!choose(row, value, &chosen, error))
        return false;
    static const enum claim_kind kinds_of_claims[] = {CLAIM_REVIEW, CLAIM_WORK,   CLAIM_WORK,
                                                      CLAIM_WORK,   CLAIM_DESIGN, CLAIM_DESIGN};
    bool is_design = strcmp(purposes[chosen], "design") == 0;
    options->condition = is_design ? "subplan" : purposes[chosen];
    options->claim_kinds |= 1U << kinds_of_claims[chosen];
    return true;
}

/* In the order of enum import_format. */
static bool choose_import(struct options *options, const struct option_row *row, const char *value,
                          struct error *error) {
    size_t chosen = 0;
    if (!choose(row, value, &chosen, error))
        return false;
    options->import.format = (enum import_format)(IMPORT_ANY + 1 + chosen);
    return true;
}

static bool choose_unit(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    size_t chosen = 0;
    if (!choose(row, value, &chosen, error))
        return false;
    options->import.by_phase = chosen == 1;
    return true;
}

static bool take_epic(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    (void)error;
    options->epics[options->import.epic_count++] = value;
    return true;
}

static bool choose_claim_kind(struct options *options, const struct option_row *row, const char *value,
                              struct error *error) {
    size_t chosen = 0;
    if (!choose(row, value, &chosen, error))
        return false;
    options->claim_kinds |= 1U << chosen;
    return true;
}

static bool take_ttl(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    int milliseconds;
    (void)row;
    if (!config_parse_duration(value, &milliseconds) || milliseconds < CLAIM_TTL_MS_LEAST)
        return error_set(error, ERROR_USAGE, "--ttl needs a time from 1s to 24h, not \"%s\"", value);
    options->ttl_ms = (uint64_t)milliseconds;
    return true;
}

static bool take_wait(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    options->wants_wait = true;
    return !value[0] || (config_parse_duration(value, &options->wait_ms) && options->wait_ms > 0) ||
           error_set(error, ERROR_USAGE, "--wait needs a time such as 30m, not \"%s\"", value);
}

static bool take_fence(struct options *options, const struct option_row *row, const char *value, struct error *error) {
    (void)row;
    char *end;
    options->fence = strtoull(value, &end, 10);
    options->has_fence = value[0] >= '0' && value[0] <= '9' && *end == '\0';
    return options->has_fence ||
           error_set(error, ERROR_USAGE, "--fence needs the number of a claim, not \"%s\"", value);
}

static bool take_timeout(struct options *options, const struct option_row *row, const char *value,
                         struct error *error) {
    int milliseconds;
    (void)row;
    options->timeout = value;
    return config_parse_duration(value, &milliseconds) ||
           error_set(error, ERROR_USAGE, "--timeout needs a time such as 5s or 500ms, not \"%s\"", value);
}

bool options_parse_batch(const char *word, uint64_t *number) {
    char *end;
    *number = strtoull(word, &end, 10);
    return word[0] >= '1' && word[0] <= '9' && *end == '\0';
}

/* --- words --- */

static const struct option_row *find_letter(const char *word, option_scopes scopes, const char **value) {
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!(row->scope & scopes) || !row->letter || word[1] != row->letter || (word[2] && !row->value))
            continue;
        *value = word[2] ? word + 2 : NULL;
        return row;
    }
    return NULL;
}

/* The names that @name begins, in @names, which has room for all; an exact one alone. */
static size_t find_names(struct span name, option_scopes scopes, const struct option_row **rows, const char **names) {
    size_t count = 0;
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!(row->scope & scopes) || strncmp(row->name, name.data, name.length) != 0)
            continue;
        bool is_exact = row->name[name.length] == '\0';
        if (is_exact || count == 0 || strcmp(names[count - 1], row->name) != 0) {
            *rows = row;
            names[is_exact ? 0 : count] = row->name;
            count++;
        }
        if (is_exact)
            return 1;
    }
    return count;
}

const struct option_row *options_find(const char *word, option_scopes scopes, const char **value) {
    const struct option_row *row = NULL;
    const char *names[OPTION_ROWS];
    *value = NULL;
    if (strncmp(word, "--", 2) != 0)
        return word[0] == '-' ? find_letter(word, scopes, value) : NULL;
    struct span name = {word + 2, strcspn(word + 2, "=")};
    if (name.length == 0 || find_names(name, scopes, &row, names) != 1)
        return NULL;
    *value = name.data[name.length] ? name.data + name.length + 1 : NULL;
    return row;
}

bool options_need_value(const struct option_row *row) {
    return row->value && row->value[0] != '[';
}

bool option_reader_next(struct option_reader *reader, struct option_item *item) {
    if (reader->position >= reader->count)
        return false;
    *item = (struct option_item){.word = reader->words[reader->position++]};
    if (reader->has_ended || item->word[0] != '-' || item->word[1] == '\0')
        return true;
    if (strcmp(item->word, "--") == 0) {
        reader->has_ended = true;
        item->kind = OPTION_ITEM_SEPARATOR;
        return true;
    }
    item->row = options_find(item->word, reader->scopes, &item->value);
    item->kind = item->row ? OPTION_ITEM_KNOWN : OPTION_ITEM_UNKNOWN;
    if (item->row && options_need_value(item->row) && !item->value && reader->position < reader->count)
        item->value = reader->words[reader->position++];
    return true;
}

static bool fail_unknown(const char *word, option_scopes scopes, struct error *error) {
    const struct option_row *row;
    const char *names[OPTION_ROWS];
    const char *name = word + strspn(word, "-");
    AUTO_FREE char *bare = memory_copy_part(name, strcspn(name, "="));
    size_t count = find_names(span_of(bare), scopes, &row, names);
    if (bare[0] && count > 1 && strncmp(word, "--", 2) == 0) {
        error_set(error, ERROR_USAGE, "--%s is the beginning of several options", bare);
        return error_hint(error, "--%s or --%s?", names[0], names[1]);
    }
    count = find_names(span_of(""), scopes, &row, names);
    error_set(error, ERROR_USAGE, "unknown option %s", word);
    const char *closest = text_closest(bare, names, count);
    return closest ? error_hint(error, "did you mean --%s?", closest) : false;
}

static bool take_argument(struct options *options, const char *word, option_scopes scopes, struct error *error) {
    if ((scopes & SCOPE_IDS) && options_are_ids(word)) {
        bool is_first = (scopes & (SCOPE_SELECT | SCOPE_FILTER)) && !options->has_id_arguments;
        options->has_id_arguments = true;
        return (!is_first || select_once(options, (struct selection){.kind = SELECT_IDS}, error)) &&
               add_ids(options, "ids", word, error);
    }
    options->arguments[options->argument_count++] = word;
    return true;
}

static bool take_option(struct options *options, const struct option_item *item, struct error *error) {
    const struct option_row *row = item->row;
    if (!row->value && item->value)
        return error_set(error, ERROR_USAGE, "--%s takes no value", row->name);
    if (options_need_value(row) && !item->value)
        return error_set(error, ERROR_USAGE, "--%s needs a value: --%s %s", row->name, row->name, row->value);
    return row->parse(options, row, item->value ? item->value : "", error);
}

static bool take_item(struct options *options, const struct option_item *item, option_scopes scopes,
                      struct error *error) {
    switch (item->kind) {
    case OPTION_ITEM_ARGUMENT:
        return take_argument(options, item->word, scopes, error);
    case OPTION_ITEM_KNOWN:
        return take_option(options, item, error);
    case OPTION_ITEM_UNKNOWN:
        return fail_unknown(item->word, scopes, error);
    case OPTION_ITEM_SEPARATOR:
        break;
    }
    return true;
}

bool options_parse(struct options *options, int count, char **words, option_scopes scopes, struct error *error) {
    const size_t most = (size_t)count + 1; /* a word each, and the end */
    *options = (struct options){.words = words,
                                .word_count = count,
                                .arguments = memory_allocate(most, sizeof *options->arguments),
                                .events = memory_allocate(most, sizeof *options->events),
                                .epics = memory_allocate(most, sizeof *options->epics)};
    struct option_reader reader = {.words = words, .count = count, .scopes = scopes};
    struct option_item item;
    while (option_reader_next(&reader, &item)) {
        bool is_command = options->has_exec || (scopes & (SCOPE_WORDS | SCOPE_TAKE));
        if (item.kind == OPTION_ITEM_SEPARATOR && is_command && reader.position < count) {
            options->command = words + reader.position; /* main's words end with NULL */
            return true;
        }
        if (item.kind == OPTION_ITEM_SEPARATOR && (scopes & SCOPE_TAKE))
            return error_set(error, ERROR_USAGE, "a command is missing behind --");
        if (!take_item(options, &item, scopes, error))
            return false;
    }
    return true;
}

void options_release(struct options *options) {
    memory_free(options->arguments);
    memory_free(options->events);
    memory_free(options->epics);
    memory_free(options->ids);
    arena_release(&options->arena);
    memory_free(options->workspace);
    memory_free(options->here);
    *options = (struct options){0};
}
