/*
 * core/picture/graph_html: who works on what, and in which order. tests/page has the page in a browser.
 */
#include "picture/graph_html.h"

#include <criterion/criterion.h>
#include <string.h>

#include "view/page_view.h"

TestSuite(graph_html, .timeout = 60);

static struct achievement_item items[] = {
    {.id = "1.1", .title = "One", .has_level = true, .standing.is_ready = true, .need = "write SUBPLAN", .blocks = 1},
    {.id = "1.2", .title = "Two", .has_level = true, .standing.is_ready = true, .need = "write SUBPLAN", .blocks = 12},
    {.id = "1.3", .title = "Three", .has_level = true, .standing.is_ready = true, .need = "work on it"},
    {.id = "1.4", .title = "Four", .has_level = true, .standing.is_ready = true, .need = "work on it"},
};
static const struct plan_view plan = {
    .name = "X", .is_valid = true, .total = 4, .ready = 4, .items = items, .item_count = 4, .level_count = 1};

static const struct claim_item held = {.kind = CLAIM_WORK,
                                       .state = CLAIM_HELD,
                                       .by = "ann <a>",
                                       .since = "2025-03-06T09:12:47Z",
                                       .until = "2025-03-06T10:12:47Z",
                                       .note = "branch <b>"};
static const struct claim_item expired = {
    .kind = CLAIM_WORK, .state = CLAIM_EXPIRED, .by = "mallory", .since = "", .until = ""};
static const struct mark_item mark = {.kind = CLAIM_WORK, .by = "bob", .branch = "bob/1.4", .binds = true};
static struct claimed_item claimed[] = {
    {.id = "1.1", .claim = &expired}, {.id = "1.3", .claim = &held}, {.id = "1.4", .mark = &mark}};
static const struct plan_claims claims = {.plan = "X", .path = "X", .items = claimed, .count = 3};
static const struct plan_claims unclaimed = {.plan = "X", .path = "X"};

static const struct graph_view graph = {.plan = "X", .path = "X"};

static struct buffer page_of(struct page_plan shown, struct page_event *events, size_t count) {
    struct buffer html = {0};
    const struct page_view page = {.plans = &shown, .plan_count = 1, .events = events, .event_count = count};
    graph_html_append(&html, &page, &(struct style){.form = FORM_HTML});
    return html;
}

static size_t place_of(const struct buffer *html, const char *part) {
    const char *found = strstr(html->data, part);
    cr_assert(found, "no %s in\n%s", part, html->data);
    return (size_t)(found - html->data);
}

Test(graph_html, who_works_on_what_and_what_is_free) {
    struct buffer html = page_of((struct page_plan){&plan, &graph, &claims}, NULL, 0);
    size_t work = place_of(&html, "<h3>In work</h3>"), ready = place_of(&html, "<h3>Ready</h3>");
    size_t three = place_of(&html, ">1.3<"), two = place_of(&html, ">1.2<"), one = place_of(&html, ">1.1<");
    cr_expect(work < three && three < ready && ready < two && two < one, "what blocks most comes first:\n%s",
              html.data);
    place_of(&html,
             "ann &lt;a&gt;</span>, since <time datetime=\"2025-03-06T09:12:47Z\">2025-03-06 09:12Z</time>, until "
             "<time datetime=\"2025-03-06T10:12:47Z\">2025-03-06 10:12Z</time>: branch &lt;b&gt;</td>");
    place_of(&html, "finished by bob on branch bob/1.4, not merged here");
    place_of(&html, "<th scope=\"col\">Who</th>");
    cr_expect_null(strstr(html.data, "mallory"), "a claim that has run out holds nothing");
    buffer_release(&html);
}

Test(graph_html, without_claims_there_is_no_such_column) {
    const struct plan_view none = {.name = "X"};
    struct buffer html = page_of((struct page_plan){&none, &graph, &unclaimed}, NULL, 0);
    cr_expect_null(strstr(html.data, "Who"));
    place_of(&html, "Nothing is ready and free.");
    place_of(&html, "The plan has errors");
    place_of(&html, "None yet.");
    buffer_release(&html);
}

Test(graph_html, events_in_their_order) {
    static struct page_event events[] = {{"2025-03-06T10:00:00Z", "X 1.1: <new>"}, {"2025-03-06T09:00:00Z", "old"}};
    struct buffer html = page_of((struct page_plan){&plan, &graph, &unclaimed}, events, 2);
    cr_expect(place_of(&html, "X 1.1: &lt;new&gt;") < place_of(&html, "</time> old"));
    buffer_release(&html);
}
