#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/change_loop.h"
#include "commands/commands.h"
#include "commands/deadline.h"
#include "config/settings.h"
#include "disk/derived_file.h"
#include "document/names.h"
#include "render/style.h"
#include "session/session.h"
#include "view/page_events.h"
#include "view/page_view.h"

struct graph_file {
    struct session session;
    const struct options *options;
    struct request request;
    struct page_events seen; /* by the pages of --follow */
    bool is_written;
    enum error_code code;
    struct error error; /* why it ended, unless the answer says that */
};

/* Is the folder of the file in a plan? Then each new page would be a change of that plan. */
static bool is_in_a_plan(const struct graph_file *graph, const struct page_view *page) {
    const char *output = graph->options->output, *slash = strrchr(output, '/');
    AUTO(buffer) folder = {0};
    buffer_append(&folder, output, slash ? (size_t)(slash - output) : 0);
    if (!folder.length)
        buffer_append_string(&folder, slash ? "/" : ".");
    AUTO_FREE char *resolved = realpath(folder.data, NULL);
    AUTO_FREE char *beneath = resolved ? settings_beneath(&graph->session.settings, resolved) : NULL;
    for (size_t i = 0; beneath && i < page->plan_count; i++) {
        const char *path = page->plans[i].plan->path;
        size_t length = strlen(path);
        if (strncmp(beneath, path, length) == 0 && (beneath[length] == '/' || !beneath[length]))
            return true;
    }
    return false;
}

static bool check_place(struct graph_file *graph, const struct page_view *page) {
    if (!is_in_a_plan(graph, page))
        return true;
    error_set(&graph->error, ERROR_USAGE, "%s is in a plan's folder, so each new page would be a change of that plan",
              graph->options->output);
    return error_hint(&graph->error, "give a file elsewhere, such as --output /tmp/plans.html");
}

/* A page that is followed also has what has changed since the first one, so it is made of views, in this process. */
static bool make_followed(struct graph_file *graph, struct reply *reply) {
    AUTO(answer) answer = {0};
    session_view(&graph->session, &graph->request, &answer);
    const struct page_view *made = answer.view;
    if (made) {
        struct page_view *page = arena_allocate(&answer.arena, 1, sizeof *page);
        if (!graph->is_written && !check_place(graph, made))
            return false;
        *page = *made;
        page_events_see(&graph->seen, page, &answer.arena);
        answer.view = page;
    }
    reply_write(reply, &answer, &graph->request.style);
    return true;
}

/* In the form of a graph, with its comments. */
static struct derived_file file_of(const struct graph_file *graph, struct span text) {
    static const struct {
        const char *begin, *end;
    } comments[] = {
        [FORM_TEXT] = {"#", ""},     [FORM_TREE] = {"#", ""},       [FORM_DOT] = {"//", ""},
        [FORM_MERMAID] = {"%%", ""}, [FORM_SVG] = {"<!--", " -->"}, [FORM_HTML] = {"<!--", " -->"},
    };
    enum form form = graph->request.style.form;
    return (struct derived_file){graph->options->output, text, comments[form].begin, comments[form].end};
}

/* It would be read as part of a plan, and --force would replace what the graph is made from. */
static bool check_name(const char *path, struct error *error) {
    const char *name = names_base(path);
    if (!names_is_dependency_file(name) && !names_plan(name).length)
        return true;
    error_set(error, ERROR_USAGE, "%s has the name of a document of a plan; it was not written", path);
    return error_hint(error, "give another name with --output");
}

/* Write the file; what was done to it takes the place of its text. */
static bool put(struct graph_file *graph, struct reply *reply) {
    enum derived_outcome outcome;
    const struct derived_file file = file_of(graph, buffer_span(&reply->output));
    if (!check_name(graph->options->output, &graph->error) ||
        !derived_file_put(&file, graph->options->is_forced, &outcome, &graph->error))
        return false;
    buffer_clear(&reply->output);
    derived_file_append_outcome(&reply->output, graph->options->output, outcome);
    return true;
}

/* False if the file must not be where it is. */
static bool make(struct graph_file *graph, struct reply *reply) {
    if (graph->options->wants_follow)
        return make_followed(graph, reply);
    session_reply(&graph->session, &graph->request, reply);
    return true;
}

static enum change_loop_next step(void *data) {
    struct graph_file *graph = data;
    AUTO(reply) reply = {0};
    if (!make(graph, &reply))
        return CHANGE_LOOP_END;
    bool has_graph = reply.code == ERROR_NONE || reply.code == ERROR_INVALID;
    if (!has_graph && graph->is_written) /* a plan that is away for a moment leaves the file as it is */
        return CHANGE_LOOP_WAIT;
    graph->code = reply.code;
    if (has_graph && !put(graph, &reply))
        return CHANGE_LOOP_END;
    if (!graph->is_written)
        command_print(&reply, graph->options);
    graph->is_written = has_graph;
    return has_graph && graph->options->wants_follow ? CHANGE_LOOP_WAIT : CHANGE_LOOP_END;
}

int graph_file_run(const struct verb *verb, struct options *options) {
    struct graph_file graph = {.options = options};
    int status;
    if (!command_start(&graph.session, verb, options, &status))
        return status;
    graph.request = options->request;
    graph.request.style = command_style(options);
    graph.request.style.has_color = false;
    graph.request.style.columns = 0;
    if (options->wants_follow)
        change_loop_run(&graph.session, deadline_of_options(options, -1), step, &graph);
    else
        step(&graph);
    session_release(&graph.session);
    page_events_release(&graph.seen);
    return graph.error.code ? command_fail(&graph.error, verb->name, false) : (int)graph.code;
}
