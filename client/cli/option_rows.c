#include "cli/option_rows.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "batch/batch.h"
#include "batch/batch_create.h"
#include "batch/batch_options.h"
#include "claims/claim.h"
#include "config/config.h"
#include "config/config_value.h"
#include "document/names.h"
#include "import/import_options.h"
#include "plan/selection.h"
#include "term/terminal.h"

static void *place_of(const struct option_given *given) {
    return (char *)given->options + given->row->offset;
}

/* --- stored as it is --- */

static bool take_flag(const struct option_given *given) {
    return *(bool *)place_of(given) = true;
}

static bool take_constant(const struct option_given *given) {
    *(int *)place_of(given) = given->row->constant;
    return true;
}

static bool take_text(const struct option_given *given) {
    *(const char **)place_of(given) = given->value;
    return true;
}

static bool take_name(const struct option_given *given) {
    return take_text(given) && given->value[0];
}

static bool take_ascii(const struct option_given *given) {
    *(const char **)place_of(given) = "yes";
    return true;
}

static bool take_item(const struct option_given *given) {
    struct option_list *list = place_of(given);
    list->items[list->count++] = given->value;
    return true;
}

/* The one that is given last is the one that counts. */
static bool take_completeness(const struct option_given *given) {
    struct batch_options *batch = &given->options->request.options;
    batch->require_complete = batch->allow_incomplete = false;
    return take_flag(given);
}

/* --- words --- */

static bool choose(const struct option_given *given, size_t *chosen) {
    const struct option_row *row = given->row;
    size_t count = 0;
    AUTO(buffer) list = {0};
    for (; row->choices[count]; count++) {
        if (strcmp(given->value, row->choices[count]) == 0) {
            *chosen = count;
            return true;
        }
        buffer_append_format(&list, "%s%s", count ? ", " : "", row->choices[count]);
    }
    error_set(given->error, ERROR_USAGE, "--%s cannot be \"%s\"; it is one of %s", row->name, given->value,
              buffer_text(&list));
    const char *closest = text_closest(given->value, row->choices, count);
    return closest ? error_hint(given->error, "did you mean --%s %s?", row->name, closest) : false;
}

static bool take_word(const struct option_given *given) {
    size_t chosen = 0;
    if (!choose(given, &chosen))
        return false;
    *(const char **)place_of(given) = given->row->choices[chosen];
    return true;
}

static bool take_choice(const struct option_given *given) {
    size_t chosen = 0;
    if (!choose(given, &chosen))
        return false;
    *(int *)place_of(given) = given->row->constant + (int)chosen;
    return true;
}

static bool take_bit(const struct option_given *given) {
    size_t chosen = 0;
    if (!choose(given, &chosen))
        return false;
    *(unsigned *)place_of(given) |= 1U << chosen;
    return true;
}

static bool take_unit(const struct option_given *given) {
    size_t chosen = 0;
    if (!choose(given, &chosen))
        return false;
    *(bool *)place_of(given) = chosen == 1;
    return true;
}

/* In the order of the choices; "design" is the other name of "subplan". */
static bool take_purpose(const struct option_given *given) {
    static const enum claim_kind kinds[] = {CLAIM_REVIEW, CLAIM_WORK,   CLAIM_WORK,
                                            CLAIM_WORK,   CLAIM_DESIGN, CLAIM_DESIGN};
    static const char design[] = "design";
    struct request *request = &given->options->request;
    size_t chosen = 0;
    if (!choose(given, &chosen))
        return false;
    request->purpose = strcmp(given->value, design) == 0 ? "subplan" : given->value;
    request->claim_kinds |= 1U << kinds[chosen];
    return true;
}

/* --- numbers and times --- */

static bool take_number(const struct option_given *given) {
    return options_parse_batch(given->value, place_of(given));
}

static bool take_fence(const struct option_given *given) {
    struct options *options = given->options;
    char *end;
    options->request.fence = strtoull(given->value, &end, 10);
    return options->has_fence = given->value[0] >= '0' && given->value[0] <= '9' && *end == '\0';
}

static bool take_time(const struct option_given *given) {
    int milliseconds;
    return take_text(given) && config_value_duration(given->value, &milliseconds);
}

static bool take_ttl(const struct option_given *given) {
    int milliseconds;
    bool is_time = config_value_duration(given->value, &milliseconds) && milliseconds >= CLAIM_TTL_MS_LEAST;
    *(uint64_t *)place_of(given) = is_time ? (uint64_t)milliseconds : 0;
    return is_time;
}

/* Without a time there is no end. */
static bool take_wait(const struct option_given *given) {
    struct options *options = given->options;
    options->wants_wait = true;
    return !given->value[0] || (config_value_duration(given->value, &options->wait_ms) && options->wait_ms > 0);
}

/* --- achievements --- */

static bool take_level(const struct option_given *given) {
    given->options->request.options.selection = (struct selection){.kind = SELECT_LEVEL, .levels = given->value};
    return selection_are_levels(given->value) && !strpbrk(given->value, ",-");
}

static bool take_levels(const struct option_given *given) {
    if (take_level(given) || selection_are_levels(given->value))
        return true;
    error_set(given->error, ERROR_USAGE, "--%s needs %s, not \"%s\"", given->row->name, given->row->needs,
              given->value);
    return error_hint(given->error, "several levels are written 1,2 or 0-3");
}

static bool take_ids(const struct option_given *given) {
    return options_add_ids(given->options, given->row->name, given->value, given->error);
}

static bool take_id(const struct option_given *given) {
    return take_text(given) && names_is_id(span_of(given->value));
}

/* --- the table --- */

static const char *const kinds[] = {"execution", "subplan", NULL};
static const char *const formats[] = {"tree", "svg", "html", "dot", "mermaid", "json", NULL};
static const char *const reports[] = {"text", "gcc", "github", "sarif", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const imports[] = {"taskmaster", "speckit", "beads", "backlog", "openspec", "kiro", NULL};
static const char *const units[] = {"task", "phase", NULL};
static const char *const clients[] = {"claude", "codex", "json", NULL};
static const char *const purposes[] = {"review", "work", "rework", "execution", "subplan", "design", NULL};
static const char *const claim_kinds[] = {"design", "work", "review", NULL};

#define AT(member) .offset = offsetof(struct options, member)

const struct option_row option_rows[] = {
    {"level", 'l', "LEVELS", SCOPE_SELECT, "all achievements of these dependency levels: 2, or 1,2, or 0-3",
     take_levels, AT(request.options.selection), .needs = "a number from 0", .group = GROUP_SELECTOR},
    {"ready", 0, NULL, SCOPE_SELECT, "those that are ready for this kind (the default)", take_constant,
     AT(request.options.selection.kind), .constant = SELECT_READY, .group = GROUP_SELECTOR},
    {"all", 0, NULL, SCOPE_SELECT, "every open one", take_constant, AT(request.options.selection.kind),
     .constant = SELECT_ALL, .group = GROUP_SELECTOR},
    {"all", 0, NULL, SCOPE_FILTER, "every plan in full, as -v", take_flag, AT(is_verbose)},
    {"ids", 0, "IDS", SCOPE_SELECT, "just these, such as 3.1,3.2; --ids itself can be left out", take_ids,
     AT(request.options.selection), .group = GROUP_SELECTOR},
    {"level", 'l', "LEVELS", SCOPE_FILTER | SCOPE_GRAPH, "only those of these dependency levels: 2, or 1,2, or 0-3",
     take_levels, AT(request.options.selection), .needs = "a number from 0", .group = GROUP_SELECTOR},
    {"ready", 0, NULL, SCOPE_FILTER, "only those that are ready", take_flag, AT(request.wants_ready)},
    {"blocked", 0, NULL, SCOPE_FILTER, "only those that wait for others", take_flag, AT(request.wants_blocked)},
    {"watch", 'w', NULL, SCOPE_STATUS, "show it again at each change, until Ctrl-C", take_flag, AT(wants_watch)},
    {"kind", 'k', "KIND", SCOPE_KIND, "what to create: execution (the default) or subplan", take_choice,
     AT(request.options.kind), .group = GROUP_KIND, .choices = kinds},
    {"rework", 0, NULL, SCOPE_KIND, "the next EXECUTION_TASK of what a FIX has sent back", take_constant,
     AT(request.options.kind), .constant = BATCH_REWORK, .group = GROUP_KIND},
    {"require-complete", 0, NULL, SCOPE_CREATE,
     "a SUBPLAN that is a placeholder blocks the batch, whatever the configuration says", take_completeness,
     AT(request.options.require_complete)},
    {"allow-incomplete", 0, NULL, SCOPE_CREATE, "a SUBPLAN that is a placeholder is used as it is", take_completeness,
     AT(request.options.allow_incomplete)},
    {"keep-going", 0, NULL, SCOPE_CREATE, "create what can be, list what cannot (exit 10; see retry)", take_flag,
     AT(request.options.keep_going)},
    {"show", 0, NULL, SCOPE_CREATE | SCOPE_CONTENT, "print the text of the files, too", take_flag,
     AT(request.has_content)},
    {"expect", 0, "TOKEN", SCOPE_CREATE | SCOPE_CONTENT | SCOPE_UNDO,
     "do exactly what the preview with this token showed (see -v, --json), or nothing", take_text, AT(request.expect)},
    {"dry-run", 'n', NULL, SCOPE_WRITE, "show what would be done; change nothing at all", take_flag, AT(is_dry_run)},
    {"dry-run", 'n', NULL, SCOPE_DAEMON, "install, uninstall: only show what would be done", take_flag, AT(is_dry_run)},
    {"linger", 0, NULL, SCOPE_INSTALL, "install: start it at boot, and keep it when you log out", take_flag,
     AT(wants_linger)},
    {"yes", 'y', NULL, SCOPE_DAEMON | SCOPE_WRITE | SCOPE_RELEASE | SCOPE_CLAIMS | SCOPE_TEAM, "do it without asking",
     take_flag, AT(is_yes)},
    {"request", 0, "LABEL", SCOPE_REQUEST, "a label stored with the batch; history --request finds it", take_text,
     AT(request.request_id)},
    {"batch", 0, "BATCH", SCOPE_SHOW, "all about this batch instead", take_number, AT(request.batch),
     .needs = "the number of a batch"},
    {"limit", 'n', "N", SCOPE_HISTORY, "only the newest N", take_number, AT(request.limit), .needs = "a number from 1"},
    {"ids", 0, "IDS", SCOPE_UNDO, "only the files of these achievements", take_ids, AT(request.options.selection)},
    {"event", 'e', "TYPE", SCOPE_WATCH, "only such events; may be repeated", take_item, AT(events)},
    {"since", 0, "SEQ", SCOPE_WATCH, "begin behind this event, if it is still known", take_text, AT(since)},
    {"count", 'c', "N", SCOPE_WATCH, "end after N events", take_number, AT(count), .needs = "a number from 1"},
    {"exec", 'x', NULL, SCOPE_WATCH, "run what follows behind -- for each event", take_flag, AT(has_exec)},
    {"for", 0, "CONDITION", SCOPE_WAIT, "what to wait for", take_text, AT(condition)},
    {"level", 'l', "LEVEL", SCOPE_WAIT, "the dependency level", take_level, AT(request.options.selection),
     .needs = "a number from 0"},
    {"format", 'f', "FORMAT", SCOPE_GRAPH, "tree (the default), svg, html, dot, mermaid or json", take_word, AT(format),
     .choices = formats},
    {"format", 'f', "FORMAT", SCOPE_VALIDATE, "text (the default), gcc, github or sarif", take_word, AT(format),
     .choices = reports},
    {"open", 0, NULL, SCOPE_GRAPH, "only those that are neither complete nor skipped", take_flag,
     AT(request.wants_open)},
    {"complete", 0, "IDS", SCOPE_WHAT_IF, "as if these were complete, such as 3.1,3.2", take_ids,
     AT(request.options.selection)},
    {"unblock", 0, "ID", SCOPE_WHAT_IF, "as if everything this one waits for were complete", take_id,
     AT(request.unblock), .needs = "the id of one achievement"},
    {"output", 'o', "DIR", SCOPE_PROMPT, "write each prompt to a separate file in this folder", take_name, AT(output),
     .needs = "a name"},
    {"output", 'o', "FILE", SCOPE_GRAPH, "write it to this file; without --format x.svg is written as svg", take_name,
     AT(output), .needs = "a name"},
    {"follow", 0, NULL, SCOPE_GRAPH, "with html and --output: keep the file current, until Ctrl-C", take_flag,
     AT(wants_follow)},
    {"force", 0, NULL, SCOPE_PROMPT | SCOPE_GRAPH, "--output: also replace what was edited", take_flag, AT(is_forced)},
    {"message", 'm', "TEXT", SCOPE_REVIEW | SCOPE_RELEASE, "what is said: the work done, what to fix, the reason",
     take_text, AT(request.message), .group = GROUP_MESSAGE},
    {"file", 'F', "FILE", SCOPE_REVIEW | SCOPE_RELEASE, "the same, from a file; - is standard input", take_name,
     AT(message_file), .group = GROUP_MESSAGE, .needs = "the name of a file"},
    {"as", 0, "NAME", SCOPE_REVIEW | SCOPE_ADOPT | SCOPE_TAKE | SCOPE_RELEASE | SCOPE_CLAIMS | SCOPE_MCP,
     "who says it (BATCHCTL_AS, or USER@HOST)", take_name, AT(as), .needs = "a name"},
    {"approve", 0, NULL, SCOPE_ADOPT, "approve them at once, instead of submitting them", take_flag,
     AT(request.approves)},
    {"print-config", 0, "CLIENT", SCOPE_MCP,
     "how to register the server: with Claude Code, Codex, or as JSON for others", take_word, AT(client),
     .choices = clients},
    {"for", 0, "PURPOSE", SCOPE_FILTER, "only what is ready for this: review, work, execution, ...", take_purpose,
     AT(request.purpose), .choices = purposes},
    {"for", 0, "KIND", SCOPE_CLAIM, "only if it is ready for this: design, work or review", take_bit,
     AT(request.claim_kinds), .choices = claim_kinds},
    {"claim", 0, NULL, SCOPE_NEXT, "take the most urgent one that is free; --for KIND limits it, and may be repeated",
     take_flag, AT(wants_claim)},
    {"wait", 0, "[=TIME]", SCOPE_NEXT, "--claim: until there is one; without TIME for ever", take_wait, AT(wait_ms),
     .needs = "a time such as 30m"},
    {"ttl", 0, "TIME", SCOPE_TAKE, "how long the claim holds without a heartbeat (1h)", take_ttl, AT(request.ttl_ms),
     .needs = "a time from 1s to 24h"},
    {"note", 0, "TEXT", SCOPE_TAKE, "what others see beside the claim", take_text, AT(request.message)},
    {"request", 0, "LABEL", SCOPE_TAKE, "with the same label again, the answer is the same claim", take_text,
     AT(request.request_id)},
    {"submit", 0, NULL, SCOPE_TAKE, "-- COMMAND: submit the work when the command has ended well", take_flag,
     AT(request.submits)},
    {"done", 0, NULL, SCOPE_RELEASE, "it is done; work is submitted first, if it is not yet", take_flag,
     AT(request.is_done)},
    {"force", 0, NULL, SCOPE_RELEASE, "end the claim of another", take_flag, AT(is_forced)},
    {"forget", 0, NULL, SCOPE_CLAIMS, "remove the mark that an achievement was finished elsewhere", take_flag,
     AT(request.forgets)},
    {"fence", 0, "N", SCOPE_RELEASE | SCOPE_CLAIMS, "just that claim or mark, or none; --yes needs it", take_fence,
     AT(request.fence), .needs = "the number of a claim"},
    {"all", 'a', NULL, SCOPE_CLAIMS, "those that have ended, too", take_flag, AT(request.wants_ended)},
    {"claim", 0, "HANDLE", SCOPE_CREATE | SCOPE_REVIEW | SCOPE_UNDO | SCOPE_ADOPT,
     "only while this claim is yours (BATCHCTL_CLAIM)", take_text, AT(claim)},
    {"graph", 0, NULL, SCOPE_INIT, "the parallel.json of a plan that has none, from its PLAN", take_flag,
     AT(request.wants_graph)},
    {"update", 0, NULL, SCOPE_INIT, "--graph: bring the parallel.json that is there up to date with the PLAN",
     take_flag, AT(request.is_update)},
    {"agents", 0, NULL, SCOPE_INIT, "print what coding agents need to know, for AGENTS.md; write nothing", take_flag,
     AT(wants_agents)},
    {"flat", 0, NULL, SCOPE_INIT, "--graph: write it even if the PLAN names no dependencies", take_flag,
     AT(request.is_flat)},
    {"by-priority", 0, NULL, SCOPE_INIT, "--graph: 2.1 waits for all of 1.x, beside what the PLAN names", take_flag,
     AT(request.by_priority)},
    {"name", 0, "NAME", SCOPE_IMPORT, "what the new plan is called, such as MY-PLAN or group/MY-PLAN", take_text,
     AT(request.name)},
    {"name", 0, "NAME", SCOPE_TEAM, "init: the team", take_text, AT(request.name)},
    {"service", 0, "SERVICE", SCOPE_TEAM, "init: the server, as an entry of each user's pg_service.conf", take_text,
     AT(service)},
    {"url", 0, "URL", SCOPE_TEAM, "init: the server, as postgresql://HOST/DATABASE?sslmode=verify-full", take_text,
     AT(url)},
    {"from", 0, "FORMAT", SCOPE_IMPORT, "what the list is of, if it is not recognised", take_choice,
     AT(request.import.format), .constant = IMPORT_ANY + 1, .choices = imports},
    {"with-status", 0, NULL, SCOPE_IMPORT, "an APPROVED for what is finished there, a SKIPPED for what is given up",
     take_flag, AT(request.import.with_status)},
    {"lenient", 0, NULL, SCOPE_IMPORT, "with faults that have a remedy, each with a warning", take_flag,
     AT(request.import.is_lenient)},
    {"open", 0, NULL, SCOPE_IMPORT, "not what is finished or given up there", take_flag, AT(request.import.is_open)},
    {"epic", 0, "ID", SCOPE_IMPORT, "only this item and its parts; may be repeated", take_item, AT(epics)},
    {"tag", 0, "TAG", SCOPE_IMPORT, "Task Master: which of the file's lists (master, or the only one)", take_text,
     AT(request.import.tag)},
    {"by", 0, "UNIT", SCOPE_IMPORT, "an achievement for each task (the default), or for each phase", take_unit,
     AT(request.import.by_phase), .choices = units},
    {"flat", 0, NULL, SCOPE_IMPORT, "only dependencies that are stated, none from the order of lines", take_flag,
     AT(request.import.is_flat)},
    {"all", 0, NULL, SCOPE_STOP, "stop: all daemons that you have started, whatever they serve", take_flag,
     AT(wants_all)},
    {"plan", 'p', "PLAN", SCOPE_PLAN, "the plan, where it is not named as an argument", take_name, AT(plan),
     .needs = "a plan"},
    {"root", 'C', "DIR", SCOPE_COMMON, "the workspace, instead of searching for it", take_name, AT(root),
     .needs = "a folder"},
    {"json", 0, NULL, SCOPE_COMMON, "answer with one JSON document", take_flag, AT(is_json)},
    {"timeout", 0, "TIME", SCOPE_COMMON,
     "the longest wait, such as 5s: for another process's batch, or of wait, watch and status --watch as a whole",
     take_time, AT(timeout), .needs = "a time such as 5s or 500ms"},
    {"no-daemon", 0, NULL, SCOPE_COMMON, "answer from the files in this process; do not ask the daemon", take_flag,
     AT(has_no_daemon)},
    {"color", 0, "WHEN", SCOPE_COMMON, "auto, always or never", take_choice, AT(color), .choices = colors},
    {"ascii", 0, NULL, SCOPE_COMMON, "draw symbols in ASCII", take_ascii, AT(ascii)},
    {"quiet", 'q', NULL, SCOPE_COMMON, "no hints and no warnings", take_flag, AT(is_quiet)},
    {"verbose", 'v', NULL, SCOPE_COMMON, "leave nothing out of long lists", take_flag, AT(is_verbose)},
    {"help", 'h', NULL, SCOPE_COMMON, "this help", take_flag, AT(wants_help)},
    {0},
};

static_assert(sizeof option_rows / sizeof *option_rows <= OPTION_ROWS_MOST, "room for the names of all");

bool option_rows_need_value(const struct option_row *row) {
    return row->value && row->value[0] != '[';
}
