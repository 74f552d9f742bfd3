#include "picture/graph_html.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim.h"
#include "picture/graph_svg.h"
#include "picture/html_style.h"
#include "picture/svg_text.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/claims_text.h"
#include "render/state_style.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"
#include "view/claim_view.h"
#include "view/page_view.h"
#include "view/plan_view.h"

enum { ROWS_OPEN_MOST = 40 }; /* a longer table of all achievements is closed at first */

static void append_text(struct buffer *html, const char *text) {
    svg_text_append_xml(html, span_of(text ? text : ""));
}

/* --- who --- */

static bool is_free(const struct page_plan *plan, const struct achievement_item *item) {
    return item->standing.is_ready && !page_plan_holder(plan, item->id);
}

static size_t count_held(const struct page_plan *plan) {
    size_t count = 0;
    for (size_t i = 0; i < plan->plan->item_count; i++)
        count += page_plan_holder(plan, plan->plan->items[i].id) != NULL;
    return count;
}

/* --- cells --- */

/* A table up to its first row. @heads ends with NULL; that of a column of numbers begins with '#'. */
static void open_table(struct buffer *html, const char *caption, const char *const *heads) {
    buffer_append_format(html, "<table><caption>%s</caption><thead><tr>", caption);
    for (; *heads; heads++)
        buffer_append_format(html, "<th scope=\"col\"%s>%s</th>", **heads == '#' ? " class=\"number\"" : "",
                             *heads + (**heads == '#'));
    buffer_append_string(html, "</tr></thead><tbody>\n");
}

static void close_table(struct buffer *html) {
    buffer_append_string(html, "</tbody></table>\n");
}

static void append_cell(struct buffer *html, const char *text) {
    buffer_append_string(html, "<td>");
    append_text(html, text);
    buffer_append_string(html, "</td>");
}

static void append_number(struct buffer *html, size_t number) {
    buffer_append_format(html, "<td class=\"number\">%zu</td>", number);
}

/* The id and the title. */
static void open_row(struct buffer *html, const struct achievement_item *item) {
    AUTO(buffer) title = {0};
    svg_text_append_title(&title, item->title);
    buffer_append_string(html, "<tr><th scope=\"row\">");
    append_text(html, item->id);
    buffer_append_string(html, "</th>");
    append_cell(html, buffer_text(&title));
}

static void append_ids(struct buffer *html, const struct ids *ids) {
    buffer_append_string(html, "<td>");
    for (size_t i = 0; i < ids->count; i++) {
        buffer_append_string(html, i ? ", " : "");
        append_text(html, ids->items[i]);
    }
    buffer_append_string(html, "</td>");
}

/* "2026-11-26 14:02Z": always with the day, as a page is read long after it was made. */
static void append_time(struct buffer *html, const char *time) {
    buffer_append_format(html, "<time datetime=\"%s\">", time);
    claims_text_append_time(html, time, NULL);
    buffer_append_string(html, "</time>");
}

static void append_claim(struct buffer *html, const struct claim_item *claim) {
    buffer_append_string(html, "<span class=\"who\">");
    append_text(html, claim->by);
    buffer_append_string(html, "</span>, since ");
    append_time(html, claim->since);
    buffer_append_string(html, ", until ");
    append_time(html, claim->until);
    buffer_append_string(html, claim->note ? ": " : "");
    append_text(html, claim->note);
}

/* "ann, since ..., until ...: note", or "finished by bob on branch x, not merged here" */
static void append_holder(struct buffer *html, const struct claimed_item *holder) {
    buffer_append_string(html, "<td>");
    if (holder && holder->claim && holder->claim->state == CLAIM_HELD) {
        append_claim(html, holder->claim);
    } else if (holder) {
        buffer_append_string(html, "finished by ");
        append_text(html, holder->mark->by);
        buffer_append_string(html, holder->mark->branch ? " on branch " : "");
        append_text(html, holder->mark->branch);
        buffer_append_string(html, ", not merged here");
    }
    buffer_append_string(html, "</td>");
}

/* The state in words, in the colour of its class. */
static void append_state(struct buffer *html, const struct achievement_item *item) {
    const struct standing *standing = &item->standing;
    buffer_append_format(html, "<td><span class=\"tag %s\">%s</span></td>",
                         state_style_of(standing->state, standing->is_ready)->name, achievement_label(standing));
}

/* --- tables --- */

static int compare_urgency(const void *left, const void *right) {
    const struct achievement_item *a = *(const struct achievement_item *const *)left;
    const struct achievement_item *b = *(const struct achievement_item *const *)right;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? 1 : -1;
    return (a > b) - (a < b);
}

/* What is ready and free: what most others wait for comes first, then the order of the plan. */
static size_t list_free(const struct page_plan *plan, const struct achievement_item **items) {
    size_t count = 0;
    for (size_t i = 0; i < plan->plan->item_count; i++)
        if (is_free(plan, &plan->plan->items[i]))
            items[count++] = &plan->plan->items[i];
    qsort(items, count, sizeof *items, compare_urgency);
    return count;
}

static void append_ready(struct buffer *html, const struct page_plan *plan) {
    static const char *const heads[] = {"ID", "Title", "What next", "#Blocks", NULL};
    AUTO_FREE const struct achievement_item **items = memory_allocate(plan->plan->item_count, sizeof *items);
    size_t count = list_free(plan, items);
    buffer_append_string(html, "<h3>Ready</h3>\n");
    if (count == 0) {
        buffer_append_string(html, "<p class=\"soft\">Nothing is ready and free.</p>\n");
        return;
    }
    open_table(html, "What can be worked on now; Blocks: how many open achievements wait for it", heads);
    for (size_t i = 0; i < count; i++) {
        open_row(html, items[i]);
        append_cell(html, items[i]->need);
        append_number(html, items[i]->blocks);
        buffer_append_string(html, "</tr>\n");
    }
    close_table(html);
}

static void append_work(struct buffer *html, const struct page_plan *plan) {
    static const char *const heads[] = {"ID", "Title", "For", "Who", NULL};
    if (count_held(plan) == 0)
        return;
    buffer_append_string(html, "<h3>In work</h3>\n");
    open_table(html, "Who works on what, by claims", heads);
    for (size_t i = 0; i < plan->plan->item_count; i++) {
        const struct achievement_item *item = &plan->plan->items[i];
        const struct claimed_item *holder = page_plan_holder(plan, item->id);
        if (!holder)
            continue;
        open_row(html, item);
        append_cell(html, claim_kind_name(holder->claim ? holder->claim->kind : holder->mark->kind));
        append_holder(html, holder);
        buffer_append_string(html, "</tr>\n");
    }
    close_table(html);
}

static void append_any(struct buffer *html, const struct page_plan *plan, const struct achievement_item *item,
                       bool has_holders) {
    open_row(html, item);
    if (item->has_level)
        append_number(html, item->level);
    else
        append_cell(html, NULL);
    append_state(html, item);
    append_cell(html, item->need);
    append_ids(html, &item->blocked_by);
    if (has_holders)
        append_holder(html, page_plan_holder(plan, item->id));
    buffer_append_string(html, "</tr>\n");
}

static void append_all(struct buffer *html, const struct page_plan *plan, size_t number) {
    bool has_holders = count_held(plan);
    const char *const heads[] = {"ID", "Title", "#Level", "State", "What next", "Waits for", has_holders ? "Who" : NULL,
                                 NULL};
    size_t count = plan->plan->item_count;
    buffer_append_format(html, "<details id=\"all-%zu\"%s><summary id=\"open-%zu\">All %zu achievements</summary>\n",
                         number, count <= ROWS_OPEN_MOST ? " open" : "", number, count);
    open_table(html, "Every achievement, with its state and what it waits for", heads);
    for (size_t i = 0; i < count; i++)
        append_any(html, plan, &plan->plan->items[i], has_holders);
    close_table(html);
    buffer_append_string(html, "</details>\n");
}

/* --- a plan --- */

static void append_counts(struct buffer *html, const struct plan_view *plan) {
    const struct {
        const char *word;
        size_t count;
    } others[] = {{"skipped", plan->counts[STATE_SKIPPED]},
                  {"failed", plan->counts[STATE_FAILED]},
                  {"submitted", plan->counts[STATE_SUBMITTED]},
                  {"ready", plan->ready}};
    buffer_append_format(html, "%zu of %zu complete", plan->counts[STATE_COMPLETE], plan->total);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].count)
            buffer_append_format(html, ", %zu %s", others[i].count, others[i].word);
}

static void append_hours(struct buffer *html, const struct hours_view *left) {
    if (left->sequential <= 0)
        return;
    buffer_append_format(html, ". Left: %.6g hour%s", left->sequential, text_plural_hours(left->sequential));
    if (left->has_parallel)
        buffer_append_format(html, ", %.6g side by side", left->parallel);
}

static void append_summary(struct buffer *html, const struct plan_view *plan) {
    buffer_append_format(html, "<p><progress aria-hidden=\"true\" max=\"%zu\" value=\"%zu\"></progress>",
                         plan->total ? plan->total : 1, plan->counts[STATE_COMPLETE] + plan->counts[STATE_SKIPPED]);
    append_counts(html, plan);
    append_hours(html, &plan->remaining);
    buffer_append_string(html, "</p>\n");
    if (!plan->is_valid)
        buffer_append_string(html, "<p class=\"bad\">The plan has errors: batchctl validate lists them.</p>\n");
    else if (plan->level_count == 0)
        buffer_append_string(html, "<p>It has no parallel.json, so nothing can be called ready.</p>\n");
    if (!plan->next.command)
        return;
    buffer_append_string(html, "<p>Next: <code>");
    append_text(html, plan->next.command);
    buffer_append_string(html, "</code> ");
    append_text(html, plan->next.reason);
    buffer_append_string(html, "</p>\n");
}

static void append_picture(struct buffer *html, const struct page_plan *plan, bool is_whole) {
    buffer_append_string(html, "<h3>Graph</h3>\n"
                               "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"graph of ");
    append_text(html, plan->plan->name);
    buffer_append_string(html, "; the table below has the same\">\n");
    graph_svg_append(html, plan->graph, is_whole);
    buffer_append_string(html, "</div>\n");
}

/* @number: from 1; 0 for the only one, which has the heading of the page. */
static void append_plan(struct buffer *html, const struct page_plan *plan, size_t number, bool is_whole) {
    buffer_append_format(html, "<section aria-labelledby=\"plan-%zu\">", number);
    if (number) {
        buffer_append_format(html, "<h2 id=\"plan-%zu\">", number);
        append_text(html, plan->plan->name);
        buffer_append_string(html, "</h2>");
    }
    buffer_append_byte(html, '\n');
    append_summary(html, plan->plan);
    append_work(html, plan);
    append_ready(html, plan);
    append_picture(html, plan, is_whole);
    append_all(html, plan, number);
    buffer_append_string(html, "</section>\n");
}

/* --- the page --- */

static void append_contents(struct buffer *html, const struct page_view *page) {
    static const char *const heads[] = {"Plan", "#Complete", "#Of", "#Ready", "#In work", NULL};
    if (page->plan_count < 2)
        return;
    buffer_append_string(html, "<nav aria-label=\"plans\">");
    open_table(html, "All plans of the workspace", heads);
    for (size_t i = 0; i < page->plan_count; i++) {
        const struct plan_view *plan = page->plans[i].plan;
        buffer_append_format(html, "<tr><th scope=\"row\"><a href=\"#plan-%zu\">", i + 1);
        append_text(html, plan->name);
        buffer_append_string(html, "</a></th>");
        append_number(html, plan->counts[STATE_COMPLETE]);
        append_number(html, plan->total);
        append_number(html, plan->ready);
        append_number(html, count_held(&page->plans[i]));
        buffer_append_string(html, "</tr>\n");
    }
    close_table(html);
    buffer_append_string(html, "</nav>\n");
}

static void append_events(struct buffer *html, const struct page_view *page) {
    buffer_append_string(html, "<section aria-labelledby=\"events\"><h2 id=\"events\">Last events</h2>\n");
    if (page->event_count == 0)
        buffer_append_string(html, "<p class=\"soft\">None yet.</p>\n");
    else
        buffer_append_string(html, "<ol class=\"events\">\n");
    for (size_t i = 0; i < page->event_count; i++) {
        buffer_append_format(html, "<li><time datetime=\"%s\">%s</time> ", page->events[i].time, page->events[i].time);
        append_text(html, page->events[i].text);
        buffer_append_string(html, "</li>\n");
    }
    buffer_append_string(html, page->event_count ? "</ol>\n</section>\n" : "</section>\n");
}

/* No script but ours, and nothing from outside, whatever the page contains. */
static void open_page(struct buffer *html, const struct page_view *page, const struct style *style) {
    const char *title = page->plan_count == 1 ? page->plans->plan->name : style->workspace;
    buffer_append_format(html,
                         "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                         "style-src 'unsafe-inline'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
                         html_script_digest);
    append_text(html, title);
    buffer_append_format(html, "</title>\n<style>%s</style>\n</head>\n<body>\n", html_style);
    buffer_append_string(html, "<a class=\"skip\" href=\"#events\">Skip to the last events</a>\n<header>");
    if (style->is_followed)
        buffer_append_string(html, "<label class=\"refresh\"><input type=\"checkbox\" id=\"refresh\" checked> "
                                   "Refresh this page every 5 seconds</label>");
    buffer_append_string(html, page->plan_count == 1 ? "<h1 id=\"plan-0\">" : "<h1>");
    append_text(html, title);
    buffer_append_string(html, "</h1></header>\n<main>\n");
}

void graph_html_append(struct buffer *html, const void *view, const struct style *style) {
    const struct page_view *page = view;
    open_page(html, page, style);
    append_contents(html, page);
    for (size_t i = 0; i < page->plan_count; i++)
        append_plan(html, &page->plans[i], page->plan_count > 1 ? i + 1 : 0, style->is_verbose);
    append_events(html, page);
    buffer_append_string(html, "</main>\n");
    if (style->is_followed)
        buffer_append_format(html, "<script>%s</script>\n", html_script);
    buffer_append_string(html, "</body>\n</html>\n");
}
