#include "commands/page.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "commands/deadline.h"
#include "commands/derived_file.h"
#include "commands/page_events.h"
#include "config/settings.h"
#include "format/json.h"
#include "picture/graph_html.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/change_feed.h"
#include "session/session.h"

/* An answer and its data, which borrows from it. */
struct part {
    struct answer answer;
    struct json json;
};

struct page {
    struct session session;
    const struct options *options;
    const char *plan; /* as the user names it, or NULL */
    struct part status, history;
    struct part *graphs; /* of each plan */
    size_t plan_count;
    struct page_events events;
    struct buffer html;
};

/* --- what it is made of --- */

static void part_release(struct part *part) {
    json_release(&part->json);
    answer_release(&part->answer);
    *part = (struct part){0};
}

/* False if it has no data. */
static bool ask(struct page *page, const struct request *request, struct part *part) {
    part_release(part);
    session_request(&page->session, request, &part->answer);
    return part->answer.data.length && command_read_data(&part->answer, &part->json);
}

static void forget_graphs(struct page *page) {
    for (size_t i = 0; i < page->plan_count; i++)
        part_release(&page->graphs[i]);
    memory_free(page->graphs);
    page->graphs = NULL;
    page->plan_count = 0;
}

static void read_graphs(struct page *page) {
    forget_graphs(page);
    page->graphs = memory_allocate(styled_text_count(page->status.json.root, "plans"), sizeof *page->graphs);
    for (const cJSON *plan = styled_text_first(page->status.json.root, "plans"); plan; plan = plan->next) {
        const struct request request = {.method = "graph",
                                        .plan = styled_text_string(plan, "path"),
                                        .options.selection = page->options->batch.selection,
                                        .wants_open = page->options->wants_open};
        ask(page, &request, &page->graphs[page->plan_count++]);
    }
}

/* Everything of one moment, or nearly: what changes in between is seen the next time. */
static bool read_page(struct page *page) {
    const struct request status = {.method = "status",
                                   .plan = page->plan,
                                   .options.selection = page->options->batch.selection,
                                   .wants_open = page->options->wants_open,
                                   .style = {.is_verbose = true}};
    const struct request history = {.method = "history", .plan = page->plan, .limit = PAGE_EVENTS_MOST};
    session_forget(&page->session);
    if (!ask(page, &status, &page->status))
        return false;
    ask(page, &history, &page->history);
    read_graphs(page);
    page_events_see(&page->events, page->status.json.root);
    page_events_merge(&page->events, page->history.json.root);
    return true;
}

static void write_page(struct page *page) {
    AUTO_FREE struct graph_html_plan *plans = memory_allocate(page->plan_count, sizeof *plans);
    const cJSON *plan = styled_text_first(page->status.json.root, "plans");
    for (size_t i = 0; i < page->plan_count; i++, plan = plan->next)
        plans[i] = (struct graph_html_plan){plan, page->graphs[i].json.root};
    const struct graph_html shown = {
        .title = page->plan_count == 1 ? styled_text_string(plans[0].status, "plan") : page->session.settings.root,
        .plans = plans,
        .plan_count = page->plan_count,
        .events = page->events.all,
        .event_count = page->events.count,
        .is_followed = page->options->wants_follow,
    };
    const struct style style = command_style(page->options);
    buffer_clear(&page->html);
    graph_html_append(&page->html, &shown, &style);
}

static void page_release(struct page *page) {
    forget_graphs(page);
    part_release(&page->status);
    part_release(&page->history);
    page_events_release(&page->events);
    buffer_release(&page->html);
    session_release(&page->session);
}

/* --- where it goes --- */

/* Is the folder of the file in a plan? Then each new page would be a change of that plan. */
static bool is_in_a_plan(const struct page *page, const char *output) {
    AUTO(buffer) folder = {0};
    const char *slash = strrchr(output, '/');
    buffer_append(&folder, output, slash ? (size_t)(slash - output) : 0);
    if (!folder.length)
        buffer_append_string(&folder, slash ? "/" : ".");
    AUTO_FREE char *resolved = realpath(folder.data, NULL);
    AUTO_FREE char *beneath = resolved ? settings_beneath(&page->session.settings, resolved) : NULL;
    for (const cJSON *plan = styled_text_first(page->status.json.root, "plans"); beneath && plan; plan = plan->next) {
        const char *path = styled_text_string(plan, "path");
        size_t length = strlen(path);
        if (strncmp(beneath, path, length) == 0 && (beneath[length] == '/' || !beneath[length]))
            return true;
    }
    return false;
}

static bool put(struct page *page, enum derived_outcome *outcome, struct error *error) {
    write_page(page);
    const struct derived_file file = {page->options->output, buffer_span(&page->html), "<!--", " -->"};
    return derived_file_put(&file, page->options->is_forced, outcome, error);
}

/* The exit status. An answer that fails is printed as that of graph. */
static int finish(struct page *page, const struct options *options) {
    struct answer answer = page->status.answer;
    page->status.answer = (struct answer){0};
    answer.kind = "graph";
    buffer_clear(&answer.data);
    return command_finish(&answer, options, NULL);
}

static int print_page(struct page *page) {
    write_page(page);
    fwrite(buffer_text(&page->html), 1, page->html.length, stdout);
    return (int)page->status.answer.code;
}

/* Until the deadline: that is no failure of a page. A plan that is away for a moment leaves the page as it is. */
static bool follow(struct page *page, struct error *error) {
    struct change_feed feed;
    enum derived_outcome outcome;
    int64_t deadline_ms = deadline_of_options(page->options, -1);
    bool is_written = true;
    change_feed_open(&feed, &page->session);
    while (is_written && clock_now_ms() < deadline_ms) {
        change_feed_wait(&feed, CHANGE_FEED_LOOK_SELDOM_MS, deadline_left_ms(deadline_ms));
        if (read_page(page))
            is_written = put(page, &outcome, error);
    }
    change_feed_close(&feed);
    return is_written;
}

static int write_file(struct page *page, const struct verb *verb, const struct options *options) {
    struct error error = {0};
    enum derived_outcome outcome;
    if (options->wants_follow && is_in_a_plan(page, options->output)) {
        error_set(&error, ERROR_USAGE, "%s is in a plan's folder, so each new page would be a change of that plan",
                  options->output);
        error_hint(&error, "give a file elsewhere, such as --output /tmp/plans.html");
        return command_fail(&error, verb->name, false);
    }
    if (!put(page, &outcome, &error))
        return command_fail(&error, verb->name, false);
    printf(outcome == DERIVED_UNCHANGED ? "%s is there and unchanged\n" : "Wrote %s\n", options->output);
    fflush(stdout);
    if (options->wants_follow && !follow(page, &error))
        return command_fail(&error, verb->name, false);
    return page->status.answer.code == ERROR_INVALID ? ERROR_INVALID : 0;
}

int page_run(const struct verb *verb, struct options *options) {
    struct page page = {.options = options};
    int status;
    if (!command_take_plan(options, &page.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (options->wants_follow && !options->output)
        return command_fail_usage(verb, options, "--follow needs --output FILE");
    if (!command_start(&page.session, verb, options, &status))
        return status;
    if (!read_page(&page))
        status = finish(&page, options);
    else
        status = options->output ? write_file(&page, verb, options) : print_page(&page);
    page_release(&page);
    return status;
}
