/*
 * core/picture/graph_html: who works on what, and in which order. tests/page has the page in a browser.
 */
#include "picture/graph_html.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(graph_html, .timeout = 60);

static const char status[] =
    "{\"plan\":\"X\",\"valid\":true,\"levels\":[0],\"command\":null,\"progress\":{\"total\":3,\"complete\":0,\"ready\":3},"
    "\"achievements\":["
    "{\"id\":\"1.1\",\"title\":\"One\",\"level\":0,\"state\":\"not_started\",\"label\":\"not started\",\"is_ready\":true,"
    "\"what_next\":\"write SUBPLAN\",\"blocks\":1,\"blocked_by\":[],\"claim\":null},"
    "{\"id\":\"1.2\",\"title\":\"Two\",\"level\":0,\"state\":\"not_started\",\"label\":\"not started\",\"is_ready\":true,"
    "\"what_next\":\"write SUBPLAN\",\"blocks\":12,\"blocked_by\":[],\"claim\":null},"
    "{\"id\":\"1.3\",\"title\":\"Three\",\"level\":0,\"state\":\"execution_created\",\"label\":\"EXECUTION_TASK\","
    "\"is_ready\":true,\"what_next\":\"work on it\",\"blocks\":0,\"blocked_by\":[],"
    "\"claim\":{\"by\":\"ann <a>\",\"for\":\"work\",\"since\":\"2025-03-06T09:12:47Z\",\"until\":\"2025-03-06T10:12:47Z\"}}]}";

static struct buffer page_of(const char *text, const struct graph_html_event *events, size_t event_count) {
    struct buffer html = {0};
    cJSON *plan = cJSON_Parse(text);
    cr_assert(plan);
    const struct graph_html_plan plans[] = {{plan, NULL}};
    const struct graph_html page = {
        .title = "X", .plans = plans, .plan_count = 1, .events = events, .event_count = event_count};
    graph_html_append(&html, &page, &(struct style){0});
    cJSON_Delete(plan);
    return html;
}

static size_t place_of(const struct buffer *html, const char *part) {
    const char *found = strstr(html->data, part);
    cr_assert(found, "no %s in\n%s", part, html->data);
    return (size_t)(found - html->data);
}

Test(graph_html, who_works_on_what_and_what_is_free) {
    struct buffer html = page_of(status, NULL, 0);
    size_t work = place_of(&html, "<h3>In work</h3>"), ready = place_of(&html, "<h3>Ready</h3>");
    size_t three = place_of(&html, ">1.3<"), two = place_of(&html, ">1.2<"), one = place_of(&html, ">1.1<");
    cr_expect(work < three && three < ready && ready < two && two < one, "what blocks most comes first:\n%s",
              html.data);
    place_of(&html, "ann &lt;a&gt;</span>, since 2025-03-06T09:12:47Z, until 2025-03-06T10:12:47Z");
    place_of(&html, "<th scope=\"col\">Who</th>");
    buffer_release(&html);
}

Test(graph_html, without_claims_there_is_no_such_column) {
    struct buffer html =
        page_of("{\"plan\":\"X\",\"valid\":false,\"levels\":[],\"command\":null,\"achievements\":[]}", NULL, 0);
    cr_expect_null(strstr(html.data, "Who"));
    place_of(&html, "Nothing is ready and free.");
    place_of(&html, "The plan has errors");
    place_of(&html, "None yet.");
    buffer_release(&html);
}

Test(graph_html, events_in_their_order) {
    static const struct graph_html_event events[] = {{"2025-03-06T10:00:00Z", "X 1.1: <new>"},
                                                     {"2025-03-06T09:00:00Z", "old"}};
    struct buffer html = page_of(status, events, 2);
    cr_expect(place_of(&html, "X 1.1: &lt;new&gt;") < place_of(&html, "</time> old"));
    buffer_release(&html);
}
