#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "claims/claim.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_call.h"
#include "mcp/mcp_result.h"
#include "mcp/mcp_tools.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "session/session.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"
#include "view/plan_view.h"

enum {
    ITEMS_MOST = 50,   /* achievements in a page */
    ITEM_BYTES = 1200, /* of the longest one */
    PROBLEMS_FEW = 3,  /* of a plan, unless they are what is asked for */
    PROBLEMS_MOST = 30,
    PROBLEM_BYTES_MOST = 300,
    TITLE_BYTES_MOST = 200,
};

/* A cursor is the path of a plan and the id of the last achievement that was listed; no id if none was, CURSOR_END if
 * all of the plan was. */
#define CURSOR_END "-"

struct page {
    struct mcp_call *call;
    struct json_writer *out;
    struct buffer *text;
    const struct diagnostics *problems;
    const char *show;
    struct buffer path, id; /* of the cursor: what comes behind it is listed */
    bool is_behind;         /* the cursor has been passed */
    bool is_full;
    size_t count;
    struct buffer ready, others; /* arrays: of the present plan */
    struct buffer next;          /* the cursor of the next page */
};

static bool read_cursor(struct page *page, struct error *error) {
    const char *cursor = mcp_call_text(page->call, "cursor"), *blank = cursor ? strrchr(cursor, ' ') : NULL;
    page->is_behind = !cursor;
    if (!cursor)
        return true;
    if (!blank || blank == cursor)
        return error_set(error, ERROR_USAGE, "this is no cursor of plan_status; leave it out to begin again");
    buffer_append(&page->path, cursor, (size_t)(blank - cursor));
    buffer_append_string(&page->id, blank + 1);
    return true;
}

static void set_next(struct page *page, const char *path, const char *id) {
    buffer_clear(&page->next);
    buffer_append_format(&page->next, "%s %s", path, id);
}

/* --- an achievement --- */

static bool is_listed(const struct page *page, const struct achievement_item *item) {
    enum achievement_state state = item->standing.state;
    if (strcmp(page->show, "ready") == 0)
        return item->standing.is_ready;
    return strcmp(page->show, "all") == 0 ||
           (strcmp(page->show, "open") == 0 && state != STATE_COMPLETE && state != STATE_SKIPPED);
}

static struct span title_of(const struct achievement_item *item) {
    return mcp_result_fit(span_of(item->title), TITLE_BYTES_MOST);
}

static const struct claim_item *holding_claim(const struct achievement_item *item) {
    return item->claim && item->claim->state == CLAIM_HELD ? item->claim : NULL;
}

static const struct mark_item *binding_mark(const struct achievement_item *item) {
    return item->mark && item->mark->binds ? item->mark : NULL;
}

static void write_waiting(struct json_writer *out, const struct achievement_item *item) {
    enum { BLOCKERS_MOST = 10 };
    json_writer_key_string(out, "state", achievement_state_name(item->standing.state));
    json_writer_key_string(out, "what_next", item->need);
    json_writer_key_array(out, "blocked_by");
    for (size_t i = 0; i < item->blocked_by.count && i < BLOCKERS_MOST; i++)
        json_writer_string(out, item->blocked_by.items[i]);
    json_writer_close_array(out);
}

/* With who works on it, and who has finished it elsewhere. */
static void write_item(struct json_writer *out, const struct achievement_item *item) {
    const struct claim_item *holder = holding_claim(item);
    const struct mark_item *mark = binding_mark(item);
    json_writer_open_object(out);
    json_writer_key_string(out, "id", item->id);
    json_writer_key(out, "title");
    json_writer_span(out, title_of(item));
    if (item->standing.is_ready)
        json_writer_key_string(out, "for", achievement_ready_for(&item->standing));
    else
        write_waiting(out, item);
    json_writer_key_string(out, "claimed_by", holder ? holder->by : NULL);
    json_writer_key_string(out, "finished_by", mark ? mark->by : NULL);
    json_writer_close_object(out);
}

static void append_item(struct buffer *text, const struct achievement_item *item) {
    const struct claim_item *holder = holding_claim(item);
    const struct mark_item *mark = binding_mark(item);
    struct span title = title_of(item);
    buffer_append_format(text, "  %s %.*s: %s", item->id, (int)title.length, title.length ? title.data : "",
                         item->need ? item->need : achievement_label(&item->standing));
    for (size_t i = 0; i < item->blocked_by.count; i++)
        buffer_append_format(text, "%s%s", i ? ", " : " (blocked by ", item->blocked_by.items[i]);
    buffer_append_string(text, item->blocked_by.count ? ")" : "");
    if (holder)
        buffer_append_format(text, " (%s works on it)", holder->by);
    if (mark)
        buffer_append_format(text, " (finished by %s, not merged here)", mark->by ? mark->by : "");
    buffer_append_byte(text, '\n');
}

/* --- a plan --- */

/* The position of the first achievement behind the cursor. */
static size_t find_first(const struct page *page, const struct plan_view *plan) {
    for (size_t i = 0; i < plan->item_count && !page->is_behind; i++)
        if (strcmp(plan->items[i].id, buffer_text(&page->id)) == 0)
            return i + 1;
    return 0;
}

static bool has_room(const struct page *page) {
    size_t bytes = page->ready.length + page->others.length + ITEM_BYTES;
    return page->count < ITEMS_MOST && mcp_result_has_room(&page->call->result, bytes);
}

/* Makes the two arrays of what is listed from @first on, up to the end of the page. */
static void list_items(struct page *page, const struct plan_view *plan, size_t first) {
    struct json_writer ready = {.buffer = &page->ready}, others = {.buffer = &page->others};
    const char *last = "";
    buffer_clear(&page->ready);
    buffer_clear(&page->others);
    json_writer_open_array(&ready);
    json_writer_open_array(&others);
    for (size_t i = first; i < plan->item_count && !page->is_full; i++) {
        const struct achievement_item *item = &plan->items[i];
        if (!is_listed(page, item))
            continue;
        page->is_full = !has_room(page);
        if (page->is_full)
            break;
        write_item(item->standing.is_ready ? &ready : &others, item);
        append_item(page->text, item);
        last = item->id;
        page->count++;
    }
    json_writer_close_array(&ready);
    json_writer_close_array(&others);
    if (page->is_full)
        set_next(page, plan->path, last);
}

static bool is_of(const struct diagnostic *item, const char *path) {
    size_t length = strlen(path);
    return item->file && strncmp(item->file, path, length) == 0 && item->file[length] == '/';
}

static void write_problems(struct page *page, const char *path) {
    size_t most = strcmp(page->show, "problems") == 0 ? PROBLEMS_MOST : PROBLEMS_FEW, count = 0, left = 0;
    AUTO(buffer) rest = {0};
    json_writer_key_array(page->out, "problems");
    for (size_t i = 0; i < page->problems->count; i++) {
        const struct diagnostic *item = &page->problems->items[i];
        AUTO(buffer) line = {0};
        if (!is_of(item, path))
            continue;
        if (count == most || !mcp_result_has_room(&page->call->result, ITEM_BYTES)) {
            left++;
            continue;
        }
        buffer_append_format(&line, "%s:%u: %s: %s", item->file, item->line,
                             item->severity == SEVERITY_ERROR ? "error" : "warning", item->message);
        struct span part = mcp_result_fit(buffer_span(&line), PROBLEM_BYTES_MOST);
        json_writer_span(page->out, part);
        buffer_append_format(page->text, "  %.*s\n", (int)part.length, part.data);
        count++;
    }
    buffer_append_format(&rest, "%zu more: show problems, or batchctl validate %s", left, path);
    if (left)
        json_writer_string(page->out, rest.data);
    json_writer_close_array(page->out);
}

static void write_plan(struct page *page, const struct plan_view *plan) {
    size_t complete = plan->counts[STATE_COMPLETE], first = find_first(page, plan);
    page->is_behind = true;
    buffer_append_format(page->text, "%s: %zu of %zu complete, %zu ready\n", plan->name, complete, plan->total,
                         plan->ready);
    list_items(page, plan, first);
    json_writer_open_object(page->out);
    json_writer_key_string(page->out, "plan", plan->name);
    json_writer_key_string(page->out, "path", plan->path);
    json_writer_key_unsigned(page->out, "complete", complete);
    json_writer_key_unsigned(page->out, "total", plan->total);
    json_writer_key(page->out, "ready");
    json_writer_raw(page->out, buffer_span(&page->ready));
    json_writer_key(page->out, "others");
    json_writer_raw(page->out, buffer_span(&page->others));
    json_writer_key_string(page->out, "command", plan->next.command);
    write_problems(page, plan->path);
    json_writer_close_object(page->out);
    if (plan->next.command)
        buffer_append_format(page->text, "  next: %s\n", plan->next.command);
}

/* Was all of the plan on an earlier page? */
static bool is_before(struct page *page, const struct plan_view *plan) {
    if (page->is_behind)
        return false;
    if (strcmp(plan->path, buffer_text(&page->path)) != 0)
        return true;
    page->is_behind = strcmp(buffer_text(&page->id), CURSOR_END) == 0;
    return page->is_behind;
}

static void write_page(struct page *page, const struct plan_list *list) {
    const char *last = NULL;
    json_writer_key_string(page->out, "root", mcp_access_root(page->call->access));
    json_writer_key_array(page->out, "plans");
    for (size_t i = 0; i < list->count && !page->is_full; i++) {
        if (is_before(page, &list->plans[i]))
            continue;
        if (!mcp_result_has_room(&page->call->result, ITEM_BYTES) || (last && page->count == ITEMS_MOST)) {
            set_next(page, last, CURSOR_END);
            break;
        }
        last = list->plans[i].path;
        write_plan(page, &list->plans[i]);
    }
    json_writer_close_array(page->out);
    json_writer_key_string(page->out, "next_cursor", page->next.length ? page->next.data : NULL);
    if (page->next.length)
        buffer_append_string(page->text, "(more: repeat the call with next_cursor)\n");
}

static void release(struct page *page) {
    buffer_release(&page->path);
    buffer_release(&page->id);
    buffer_release(&page->ready);
    buffer_release(&page->others);
    buffer_release(&page->next);
}

bool mcp_status_run(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    AUTO_CALL(release)
    struct page page = {.call = call,
                        .out = &call->result.out,
                        .text = &call->result.text,
                        .problems = &answer.diagnostics,
                        .show = mcp_call_text(call, "show")};
    const struct request request = {.method = "status", .plan = mcp_call_text(call, "plan"), .style.is_verbose = true};
    if (!read_cursor(&page, &call->result.error))
        return true;
    session_view(&call->access->session, &request, &answer);
    if (answer.view && (answer.code == ERROR_NONE || answer.code == ERROR_INVALID)) /* its problems are in the page */
        write_page(&page, answer.view);
    else
        mcp_result_take(&call->result, &answer);
    return true;
}
