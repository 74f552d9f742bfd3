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
#include "config/settings.h"
#include "disk/derived_file.h"
#include "picture/graph_html.h"
#include "picture/page_events.h"
#include "session/change_feed.h"
#include "session/session.h"
#include "view/claim_view.h"
#include "view/plan_view.h"

struct page {
    struct session session;
    const struct options *options;
    struct answer status, history, claims;
    struct answer *graphs; /* of each plan */
    struct graph_html_plan *plans;
    size_t count;
    struct page_events events;
    struct buffer html;
};

/* --- what it is made of --- */

/* False if there is nothing to say. */
static bool ask(struct page *page, const struct request *request, struct answer *answer) {
    answer_release(answer);
    session_view(&page->session, request, answer);
    return answer->view;
}

static void forget_plans(struct page *page) {
    for (size_t i = 0; i < page->count; i++)
        answer_release(&page->graphs[i]);
    memory_free(page->graphs);
    memory_free(page->plans);
    page->graphs = NULL;
    page->plans = NULL;
    page->count = 0;
}

static const struct plan_claims *claims_of(const struct page *page, const char *path) {
    const struct claims_view *claims = page->claims.view;
    for (size_t i = 0; claims && i < claims->count; i++)
        if (strcmp(claims->plans[i].path, path) == 0)
            return &claims->plans[i];
    return NULL;
}

static void read_plans(struct page *page, const struct plan_list *list) {
    forget_plans(page);
    page->graphs = memory_allocate(list->count, sizeof *page->graphs);
    page->plans = memory_allocate(list->count, sizeof *page->plans);
    page->count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        const struct request request = {.method = "graph",
                                        .plan = list->plans[i].path,
                                        .options.selection = page->options->request.options.selection,
                                        .wants_open = page->options->request.wants_open};
        ask(page, &request, &page->graphs[i]);
        page->plans[i] =
            (struct graph_html_plan){&list->plans[i], page->graphs[i].view, claims_of(page, list->plans[i].path)};
    }
}

/*
 * Everything of one moment, or nearly: what changes in between is seen the next time. In this process, as views are
 * what a page is made of.
 */
static bool read_page(struct page *page) {
    const struct request status = {.method = "status",
                                   .plan = page->options->request.plan,
                                   .options.selection = page->options->request.options.selection,
                                   .wants_open = page->options->request.wants_open,
                                   .style = {.is_verbose = true}};
    const struct request history = {
        .method = "history", .plan = page->options->request.plan, .limit = PAGE_EVENTS_MOST};
    const struct request claims = {.method = "claims", .plan = page->options->request.plan};
    session_forget(&page->session);
    if (!ask(page, &status, &page->status))
        return false;
    ask(page, &history, &page->history);
    ask(page, &claims, &page->claims);
    read_plans(page, page->status.view);
    page_events_see(&page->events, page->plans, page->count);
    page_events_merge(&page->events, page->history.view);
    return true;
}

static void write_page(struct page *page) {
    const struct graph_html shown = {
        .title = page->count == 1 ? page->plans[0].plan->name : page->session.settings.root,
        .plans = page->plans,
        .plan_count = page->count,
        .events = page->events.all,
        .event_count = page->events.count,
        .is_followed = page->options->wants_follow,
        .is_whole = page->options->is_verbose,
    };
    buffer_clear(&page->html);
    graph_html_append(&page->html, &shown);
}

static void page_release(struct page *page) {
    forget_plans(page);
    answer_release(&page->status);
    answer_release(&page->history);
    answer_release(&page->claims);
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
    for (size_t i = 0; beneath && i < page->count; i++) {
        const char *path = page->plans[i].plan->path;
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
    struct answer answer = page->status;
    page->status = (struct answer){0};
    answer.kind = "graph";
    return command_finish(&answer, options);
}

static int print_page(struct page *page) {
    write_page(page);
    fwrite(buffer_text(&page->html), 1, page->html.length, stdout);
    return (int)page->status.code;
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
    AUTO(buffer) text = {0};
    derived_file_append_outcome(&text, options->output, outcome);
    fputs(text.data, stdout);
    fflush(stdout);
    if (options->wants_follow && !follow(page, &error))
        return command_fail(&error, verb->name, false);
    return page->status.code == ERROR_INVALID ? ERROR_INVALID : 0;
}

int page_run(const struct verb *verb, struct options *options) {
    struct page page = {.options = options};
    int status;
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
