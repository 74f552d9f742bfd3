#include "picture/graph_html.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/json.h"
#include "picture/graph_svg.h"
#include "picture/html_style.h"
#include "picture/svg_text.h"
#include "render/state_style.h"
#include "render/styled_text.h"

enum { ROWS_OPEN_MOST = 40 }; /* a longer table of all achievements is closed at first */

static void append_text(struct buffer *html, const char *text) {
    svg_text_append_xml(html, span_of(text ? text : ""));
}

static void append_member(struct buffer *html, const cJSON *object, const char *key) {
    append_text(html, styled_text_string(object, key));
}

static size_t count_of(const cJSON *plan, const char *key) {
    return json_get_unsigned(json_get(plan, "progress"), key);
}

/* --- cells --- */

static void append_head(struct buffer *html, const char *words, bool is_number) {
    buffer_append_format(html, "<th scope=\"col\"%s>%s</th>", is_number ? " class=\"number\"" : "", words);
}

static void append_cell(struct buffer *html, const char *text) {
    buffer_append_string(html, "<td>");
    append_text(html, text);
    buffer_append_string(html, "</td>");
}

static void append_title(struct buffer *html, const cJSON *achievement) {
    AUTO(buffer) title = {0};
    svg_text_append_title(&title, achievement);
    append_cell(html, buffer_text(&title));
}

/* A table up to its first row. @heads ends with NULL; that of a column of numbers begins with '#'. */
static void open_table(struct buffer *html, const char *caption, const char *const *heads) {
    buffer_append_format(html, "<table><caption>%s</caption><thead><tr>", caption);
    for (; *heads; heads++)
        append_head(html, *heads + (**heads == '#'), **heads == '#');
    buffer_append_string(html, "</tr></thead><tbody>\n");
}

static void close_table(struct buffer *html) {
    buffer_append_string(html, "</tbody></table>\n");
}

static void append_id(struct buffer *html, const cJSON *achievement) {
    buffer_append_string(html, "<tr><th scope=\"row\">");
    append_member(html, achievement, "id");
    buffer_append_string(html, "</th>");
}

static void append_ids(struct buffer *html, const cJSON *achievement, const char *key) {
    buffer_append_string(html, "<td>");
    for (const cJSON *id = styled_text_first(achievement, key); id; id = id->next) {
        append_text(html, id->valuestring);
        buffer_append_string(html, id->next ? ", " : "");
    }
    buffer_append_string(html, "</td>");
}

/* "ann, since 14:02Z, until 15:02Z" */
static void append_claim(struct buffer *html, const cJSON *achievement) {
    const cJSON *claim = json_get(achievement, "claim");
    static const char *const times[] = {"since", "until"};
    buffer_append_string(html, "<td>");
    if (cJSON_IsObject(claim)) {
        buffer_append_string(html, "<span class=\"who\">");
        append_member(html, claim, "by");
        buffer_append_string(html, "</span>");
        for (size_t i = 0; i < 2; i++)
            if (!styled_text_is_null(claim, times[i])) {
                buffer_append_format(html, ", %s ", times[i]);
                append_member(html, claim, times[i]);
            }
    }
    buffer_append_string(html, "</td>");
}

/* The state in words, in the colour of its class. */
static void append_state(struct buffer *html, const cJSON *achievement) {
    buffer_append_format(html, "<td><span class=\"tag %s\">", state_style_read(achievement)->name);
    append_member(html, achievement, "label");
    buffer_append_string(html, "</span></td>");
}

static void append_number(struct buffer *html, const cJSON *achievement, const char *key) {
    buffer_append_string(html, "<td class=\"number\">");
    if (!styled_text_is_null(achievement, key))
        buffer_append_format(html, "%zu", json_get_unsigned(achievement, key));
    buffer_append_string(html, "</td>");
}

/* --- tables --- */

static bool is_claimed(const cJSON *achievement) {
    return cJSON_IsObject(json_get(achievement, "claim"));
}

static bool is_free(const cJSON *achievement) {
    return json_get_boolean(achievement, "is_ready") && !is_claimed(achievement);
}

static size_t count_those(const cJSON *plan, bool (*test)(const cJSON *achievement)) {
    size_t count = 0;
    for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next)
        count += test(item);
    return count;
}

struct ranked {
    const cJSON *item;
    size_t blocks, place;
};

static int compare_ranked(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? 1 : -1;
    return a->place < b->place ? -1 : 1;
}

/* What is ready and free: what most others wait for comes first, then the order of the plan. */
static void list_free(const cJSON *plan, const cJSON **items) {
    AUTO_FREE struct ranked *ranked = memory_allocate(count_those(plan, is_free), sizeof *ranked);
    size_t count = 0;
    for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next)
        if (is_free(item)) {
            ranked[count] = (struct ranked){item, json_get_unsigned(item, "blocks"), count};
            count++;
        }
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < count; i++)
        items[i] = ranked[i].item;
}

static void append_ready(struct buffer *html, const cJSON *plan) {
    static const char *const heads[] = {"ID", "Title", "What next", "#Blocks", NULL};
    buffer_append_string(html, "<h3>Ready</h3>\n");
    size_t count = count_those(plan, is_free);
    if (count == 0) {
        buffer_append_string(html, "<p class=\"soft\">Nothing is ready and free.</p>\n");
        return;
    }
    open_table(html, "What can be worked on now; Blocks: how many open achievements wait for it", heads);
    AUTO_FREE const cJSON **items = memory_allocate(count, sizeof *items);
    list_free(plan, items);
    for (size_t i = 0; i < count; i++) {
        append_id(html, items[i]);
        append_title(html, items[i]);
        append_cell(html, styled_text_string(items[i], "what_next"));
        append_number(html, items[i], "blocks");
        buffer_append_string(html, "</tr>\n");
    }
    close_table(html);
}

static void append_work(struct buffer *html, const cJSON *plan) {
    static const char *const heads[] = {"ID", "Title", "For", "Who", NULL};
    if (count_those(plan, is_claimed) == 0)
        return;
    buffer_append_string(html, "<h3>In work</h3>\n");
    open_table(html, "Who works on what, by claims", heads);
    for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next) {
        if (!is_claimed(item))
            continue;
        append_id(html, item);
        append_title(html, item);
        append_cell(html, styled_text_string(json_get(item, "claim"), "for"));
        append_claim(html, item);
        buffer_append_string(html, "</tr>\n");
    }
    close_table(html);
}

static void append_all(struct buffer *html, const cJSON *plan, size_t number) {
    const char *heads[] = {"ID", "Title", "#Level", "State", "What next", "Waits for", NULL, NULL};
    size_t total = styled_text_count(plan, "achievements");
    bool has_claims = count_those(plan, is_claimed);
    heads[6] = has_claims ? "Who" : NULL;
    buffer_append_format(html, "<details id=\"all-%zu\"%s><summary id=\"open-%zu\">All %zu achievements</summary>\n",
                         number, total <= ROWS_OPEN_MOST ? " open" : "", number, total);
    open_table(html, "Every achievement, with its state and what it waits for", heads);
    for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next) {
        append_id(html, item);
        append_title(html, item);
        append_number(html, item, "level");
        append_state(html, item);
        append_cell(html, styled_text_string(item, "what_next"));
        append_ids(html, item, "blocked_by");
        if (has_claims)
            append_claim(html, item);
        buffer_append_string(html, "</tr>\n");
    }
    close_table(html);
    buffer_append_string(html, "</details>\n");
}

/* --- a plan --- */

static void append_counts(struct buffer *html, const cJSON *plan) {
    static const char *const others[] = {"skipped", "failed", "submitted", "ready"};
    buffer_append_format(html, "%zu of %zu complete", count_of(plan, "complete"), count_of(plan, "total"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (count_of(plan, others[i]))
            buffer_append_format(html, ", %zu %s", count_of(plan, others[i]), others[i]);
}

static void append_hours(struct buffer *html, const cJSON *plan) {
    const cJSON *remaining = json_get(plan, "remaining");
    const cJSON *hours = json_get(remaining, "sequential"), *parallel = json_get(remaining, "parallel");
    if (!cJSON_IsNumber(hours) || hours->valuedouble <= 0)
        return;
    buffer_append_format(html, ". Left: %.6g hour%s", hours->valuedouble, text_plural_hours(hours->valuedouble));
    if (cJSON_IsNumber(parallel))
        buffer_append_format(html, ", %.6g side by side", parallel->valuedouble);
}

static void append_summary(struct buffer *html, const cJSON *plan) {
    buffer_append_format(html, "<p><progress aria-hidden=\"true\" max=\"%zu\" value=\"%zu\"></progress>",
                         count_of(plan, "total") ? count_of(plan, "total") : 1,
                         count_of(plan, "complete") + count_of(plan, "skipped"));
    append_counts(html, plan);
    append_hours(html, plan);
    buffer_append_string(html, "</p>\n");
    if (!json_get_boolean(plan, "valid"))
        buffer_append_string(html, "<p class=\"bad\">The plan has errors: batchctl validate lists them.</p>\n");
    else if (styled_text_count(plan, "levels") == 0)
        buffer_append_string(html, "<p>It has no parallel.json, so nothing can be called ready.</p>\n");
    if (styled_text_is_null(plan, "command"))
        return;
    buffer_append_string(html, "<p>Next: <code>");
    append_member(html, plan, "command");
    buffer_append_string(html, "</code> ");
    append_member(html, plan, "reason");
    buffer_append_string(html, "</p>\n");
}

static void append_picture(struct buffer *html, const struct graph_html_plan *plan, const struct style *style) {
    if (!plan->graph)
        return;
    buffer_append_string(html,
                         "<h3>Graph</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"graph of ");
    append_member(html, plan->status, "plan");
    buffer_append_string(html, "; the table below has the same\">\n");
    graph_svg_append(html, plan->graph, style);
    buffer_append_string(html, "</div>\n");
}

/* @number: from 1; 0 for the only one, which has the heading of the page. */
static void append_plan(struct buffer *html, const struct graph_html_plan *plan, size_t number,
                        const struct style *style) {
    buffer_append_format(html, "<section aria-labelledby=\"plan-%zu\">", number);
    if (number) {
        buffer_append_format(html, "<h2 id=\"plan-%zu\">", number);
        append_member(html, plan->status, "plan");
        buffer_append_string(html, "</h2>");
    }
    buffer_append_byte(html, '\n');
    append_summary(html, plan->status);
    append_work(html, plan->status);
    append_ready(html, plan->status);
    append_picture(html, plan, style);
    append_all(html, plan->status, number);
    buffer_append_string(html, "</section>\n");
}

/* --- the page --- */

static void append_contents(struct buffer *html, const struct graph_html *page) {
    static const char *const heads[] = {"Plan", "#Complete", "#Ready", "#In work", NULL};
    if (page->plan_count < 2)
        return;
    buffer_append_string(html, "<nav aria-label=\"plans\">");
    open_table(html, "All plans of the workspace", heads);
    for (size_t i = 0; i < page->plan_count; i++) {
        const cJSON *plan = page->plans[i].status;
        buffer_append_format(html, "<tr><th scope=\"row\"><a href=\"#plan-%zu\">", i + 1);
        append_member(html, plan, "plan");
        buffer_append_format(html,
                             "</a></th><td class=\"number\">%zu of %zu</td><td class=\"number\">%zu</td>"
                             "<td class=\"number\">%zu</td></tr>\n",
                             count_of(plan, "complete"), count_of(plan, "total"), count_of(plan, "ready"),
                             count_those(plan, is_claimed));
    }
    close_table(html);
    buffer_append_string(html, "</nav>\n");
}

static void append_events(struct buffer *html, const struct graph_html *page) {
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
static void open_page(struct buffer *html, const struct graph_html *page) {
    buffer_append_format(html,
                         "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                         "style-src 'unsafe-inline'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
                         html_script_digest);
    append_text(html, page->title);
    buffer_append_format(html, "</title>\n<style>%s</style>\n</head>\n<body>\n", html_style);
    buffer_append_string(html, "<a class=\"skip\" href=\"#events\">Skip to the last events</a>\n<header>");
    if (page->is_followed)
        buffer_append_string(html, "<label class=\"refresh\"><input type=\"checkbox\" id=\"refresh\" checked> "
                                   "Refresh this page every 5 seconds</label>");
    buffer_append_string(html, page->plan_count == 1 ? "<h1 id=\"plan-0\">" : "<h1>");
    append_text(html, page->title);
    buffer_append_string(html, "</h1></header>\n<main>\n");
}

void graph_html_append(struct buffer *html, const struct graph_html *page, const struct style *style) {
    open_page(html, page);
    append_contents(html, page);
    for (size_t i = 0; i < page->plan_count; i++)
        append_plan(html, &page->plans[i], page->plan_count > 1 ? i + 1 : 0, style);
    append_events(html, page);
    buffer_append_string(html, "</main>\n");
    if (page->is_followed)
        buffer_append_format(html, "<script>%s</script>\n", html_script);
    buffer_append_string(html, "</body>\n</html>\n");
}
