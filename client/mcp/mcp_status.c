#include "mcp/mcp_status.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_claims.h"
#include "mcp/mcp_json.h"
#include "mcp/mcp_result.h"
#include "session/session.h"

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
    struct mcp_claims claims;
    const char *plan; /* the path of the present one */
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

static bool is_complete(const cJSON *item) {
    const char *state = mcp_json_string(item, "state");
    return strcmp(state, "complete") == 0 || strcmp(state, "skipped") == 0;
}

static bool is_listed(const struct page *page, const cJSON *item) {
    if (strcmp(page->show, "ready") == 0)
        return json_get_boolean(item, "is_ready");
    return strcmp(page->show, "all") == 0 || (strcmp(page->show, "open") == 0 && !is_complete(item));
}

static void write_title(struct json_writer *out, const cJSON *item) {
    json_writer_key(out, "title");
    json_writer_span(out, mcp_result_fit(span_of(mcp_json_string(item, "title")), TITLE_BYTES_MOST));
}

/* Who works on it, and who has finished it elsewhere. */
static void write_claims(const struct page *page, struct json_writer *out, const cJSON *item) {
    const char *id = mcp_json_string(item, "id");
    const cJSON *holder = mcp_claims_holder(&page->claims, page->plan, id);
    const cJSON *mark = mcp_claims_mark(&page->claims, page->plan, id);
    json_writer_key_string(out, "claimed_by", json_get_string(holder, "by"));
    json_writer_key_string(out, "finished_by", json_get_string(mark, "by"));
}

static void write_ready(const struct page *page, struct json_writer *out, const cJSON *item) {
    json_writer_open_object(out);
    json_writer_key_string(out, "id", json_get_string(item, "id"));
    write_title(out, item);
    json_writer_key_string(out, "for", mcp_json_string(item, "ready_for"));
    write_claims(page, out, item);
    json_writer_close_object(out);
}

static void write_other(const struct page *page, struct json_writer *out, const cJSON *item) {
    enum { BLOCKERS_MOST = 10 };
    size_t count = 0;
    json_writer_open_object(out);
    json_writer_key_string(out, "id", json_get_string(item, "id"));
    write_title(out, item);
    json_writer_key_string(out, "state", json_get_string(item, "state"));
    json_writer_key_string(out, "what_next", json_get_string(item, "what_next"));
    json_writer_key_array(out, "blocked_by");
    for (const cJSON *id = mcp_json_first(item, "blocked_by"); id && count < BLOCKERS_MOST; id = id->next, count++)
        json_writer_string(out, id->valuestring);
    json_writer_close_array(out);
    write_claims(page, out, item);
    json_writer_close_object(out);
}

static void append_item(const struct page *page, const cJSON *item) {
    struct buffer *text = page->text;
    const char *id = mcp_json_string(item, "id");
    const cJSON *holder = mcp_claims_holder(&page->claims, page->plan, id);
    const cJSON *mark = mcp_claims_mark(&page->claims, page->plan, id);
    const char *need = json_get_string(item, "what_next");
    struct span title = mcp_result_fit(span_of(mcp_json_string(item, "title")), TITLE_BYTES_MOST);
    buffer_append_format(text, "  %s %.*s: %s", id, (int)title.length, title.data,
                         need ? need : mcp_json_string(item, "label"));
    const char *separator = " (blocked by ";
    for (const cJSON *other = mcp_json_first(item, "blocked_by"); other; other = other->next, separator = ", ")
        buffer_append_format(text, "%s%s", separator, other->valuestring);
    buffer_append_string(text, separator[0] == ',' ? ")" : "");
    if (holder)
        buffer_append_format(text, " (%s works on it)", mcp_json_string(holder, "by"));
    if (mark)
        buffer_append_format(text, " (finished by %s, not merged here)", mcp_json_string(mark, "by"));
    buffer_append_byte(text, '\n');
}

/* --- a plan --- */

/* The first achievement behind the cursor. */
static const cJSON *find_first(const struct page *page, const cJSON *plan) {
    const cJSON *first = mcp_json_first(plan, "achievements"), *item = first;
    if (page->is_behind)
        return first;
    while (item && strcmp(mcp_json_string(item, "id"), buffer_text(&page->id)) != 0)
        item = item->next;
    return item ? item->next : first;
}

static bool has_room(const struct page *page) {
    size_t bytes = page->ready.length + page->others.length + ITEM_BYTES;
    return page->count < ITEMS_MOST && mcp_result_has_room(&page->call->result, bytes);
}

/* Makes the two arrays of what is listed from @first on, up to the end of the page. */
static void list_items(struct page *page, const char *path, const cJSON *first) {
    struct json_writer ready = {.buffer = &page->ready}, others = {.buffer = &page->others};
    buffer_clear(&page->ready);
    buffer_clear(&page->others);
    json_writer_open_array(&ready);
    json_writer_open_array(&others);
    const char *last = "";
    for (const cJSON *item = first; item && !page->is_full; item = item->next) {
        if (!is_listed(page, item))
            continue;
        page->is_full = !has_room(page);
        if (page->is_full)
            break;
        if (json_get_boolean(item, "is_ready"))
            write_ready(page, &ready, item);
        else
            write_other(page, &others, item);
        append_item(page, item);
        last = mcp_json_string(item, "id");
        page->count++;
    }
    json_writer_close_array(&ready);
    json_writer_close_array(&others);
    if (page->is_full)
        set_next(page, path, last);
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

static void write_plan(struct page *page, const cJSON *plan) {
    const char *path = mcp_json_string(plan, "path"), *name = mcp_json_string(plan, "plan");
    const cJSON *progress = json_get(plan, "progress");
    const char *command = json_get_string(plan, "command");
    size_t complete = json_get_unsigned(progress, "complete"), total = json_get_unsigned(progress, "total");
    const cJSON *first = find_first(page, plan);
    page->plan = path;
    page->is_behind = true;
    buffer_append_format(page->text, "%s: %zu of %zu complete, %zu ready\n", name, complete, total,
                         json_get_unsigned(progress, "ready"));
    list_items(page, path, first);
    json_writer_open_object(page->out);
    json_writer_key_string(page->out, "plan", name);
    json_writer_key_string(page->out, "path", path);
    json_writer_key_unsigned(page->out, "complete", complete);
    json_writer_key_unsigned(page->out, "total", total);
    json_writer_key(page->out, "ready");
    json_writer_raw(page->out, buffer_span(&page->ready));
    json_writer_key(page->out, "others");
    json_writer_raw(page->out, buffer_span(&page->others));
    json_writer_key_string(page->out, "command", command);
    write_problems(page, path);
    json_writer_close_object(page->out);
    if (command)
        buffer_append_format(page->text, "  next: %s\n", command);
}

/* Was all of the plan on an earlier page? */
static bool is_before(struct page *page, const cJSON *plan) {
    if (page->is_behind)
        return false;
    bool is_cursor = strcmp(mcp_json_string(plan, "path"), buffer_text(&page->path)) == 0;
    if (!is_cursor)
        return true;
    page->is_behind = strcmp(buffer_text(&page->id), CURSOR_END) == 0;
    return page->is_behind;
}

static void write_plans(struct page *page, const cJSON *data) {
    const char *last = NULL;
    json_writer_key_array(page->out, "plans");
    for (const cJSON *plan = mcp_json_first(data, "plans"); plan && !page->is_full; plan = plan->next) {
        if (is_before(page, plan))
            continue;
        if (!mcp_result_has_room(&page->call->result, ITEM_BYTES) || (last && page->count == ITEMS_MOST)) {
            set_next(page, last, CURSOR_END);
            break;
        }
        last = mcp_json_string(plan, "path");
        write_plan(page, plan);
    }
    json_writer_close_array(page->out);
}

static void write_page(struct page *page, const cJSON *data) {
    json_writer_key_string(page->out, "root", mcp_access_root(page->call->access));
    write_plans(page, data);
    json_writer_key_string(page->out, "next_cursor", page->next.length ? page->next.data : NULL);
    if (page->next.length)
        buffer_append_string(page->text, "(more: repeat the call with next_cursor)\n");
}

static void release(struct page *page) {
    mcp_claims_release(&page->claims);
    buffer_release(&page->path);
    buffer_release(&page->id);
    buffer_release(&page->ready);
    buffer_release(&page->others);
    buffer_release(&page->next);
}

bool mcp_status_run(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    AUTO(json) json = {0};
    AUTO_CALL(release)
    struct page page = {.call = call,
                        .out = &call->result.out,
                        .text = &call->result.text,
                        .problems = &answer.diagnostics,
                        .show = mcp_call_text(call, "show")};
    const struct request request = {.method = "status", .plan = mcp_call_text(call, "plan"), .style.is_verbose = true};
    if (!mcp_access_permit(call->access, CONFIG_MCP_READ, NULL, &call->result.error) ||
        !read_cursor(&page, &call->result.error))
        return true;
    session_request(&call->access->session, &request, &answer);
    mcp_claims_read(&page.claims, &call->access->session, request.plan);
    bool has_plans = json_read_ours(&json, buffer_span(&answer.data));
    if (has_plans && answer.code == ERROR_INVALID) /* which the problems of its plan say */
        answer.code = ERROR_NONE;
    if (answer.code != ERROR_NONE)
        mcp_result_take(&call->result, &answer);
    else
        write_page(&page, json.root);
    return true;
}
