#include "mcp/mcp_prompts.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "mcp/mcp_result.h"
#include "plan/selection.h"
#include "session/session.h"
#include "view/prompt_view.h"

static const struct prompt {
    const char *name, *title, *description;
    bool has_id;
} prompts[] = {
    {"execute", "Do the work", "Carry out the EXECUTION_TASK of an achievement: what to read, and how to finish", true},
    {"fill", "Write a SUBPLAN", "Complete the SUBPLAN of an achievement that is a placeholder or a draft", true},
    {"review", "Review the work", "Check submitted work against its criteria, then approve or reject it", true},
    {"discover", "Find dependencies", "Find the dependencies of a plan, and write its parallel.json", false},
};

static void write_argument(struct json_writer *writer, const char *name, const char *description, bool is_required) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "name", name);
    json_writer_key_string(writer, "description", description);
    json_writer_key_boolean(writer, "required", is_required);
    json_writer_close_object(writer);
}

void mcp_prompts_write_list(struct json_writer *writer) {
    json_writer_open_array(writer);
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "name", prompts[i].name);
        json_writer_key_string(writer, "title", prompts[i].title);
        json_writer_key_string(writer, "description", prompts[i].description);
        json_writer_key_array(writer, "arguments");
        write_argument(writer, "plan", "plan; may be left out if there is only one", false);
        if (prompts[i].has_id)
            write_argument(writer, "id", "achievement, such as 2.1", true);
        json_writer_close_array(writer);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

bool mcp_prompts_append(struct buffer *text, struct mcp_access *access, const char *kind, const char *plan,
                        const char *id, struct error *error) {
    AUTO(answer) answer = {0};
    AUTO(mcp_result) outcome = {0};
    struct request request = {.method = "prompt", .plan = plan, .prompt = kind};
    if (id)
        request.options.selection = (struct selection){.kind = SELECT_IDS, .ids = &id, .id_count = 1};
    session_view(&access->session, &request, &answer);
    if (!mcp_result_take(&outcome, &answer)) {
        *error = outcome.error;
        outcome.error = (struct error){0};
        return false;
    }
    const struct prompt_view *view = answer.view;
    for (size_t i = 0; i < view->count; i++)
        buffer_append_format(text, "%s%s\n", text->length ? "\n" : "", view->prompts[i].text);
    return view->count ||
           error_set(error, ERROR_NOT_FOUND, "there is no prompt %s for %s%s%s", kind, id ? id : "it",
                     view->skipped_count ? ": " : "", view->skipped_count ? view->skipped[0].reason : "");
}

/* False if it is no string; NULL if it is missing. */
static bool take_argument(const cJSON *params, const char *key, const char **value, struct mcp_fault *fault) {
    const cJSON *given = json_get(json_get(params, "arguments"), key);
    *value = cJSON_IsString(given) ? given->valuestring : NULL;
    return !given || *value || mcp_set_fault(fault, MCP_INVALID_PARAMS, "the argument %s must be a string", key);
}

static const struct prompt *find(const cJSON *params, struct mcp_fault *fault) {
    const char *name = json_get_string(params, "name");
    for (size_t i = 0; name && i < sizeof prompts / sizeof *prompts; i++)
        if (strcmp(prompts[i].name, name) == 0)
            return &prompts[i];
    mcp_set_fault(fault, MCP_INVALID_PARAMS, "there is no such prompt: it is one of execute, fill, review, discover");
    return NULL;
}

static void write_message(struct json_writer *writer, const char *description, struct span text) {
    json_writer_key_string(writer, "description", description);
    json_writer_key_array(writer, "messages");
    json_writer_open_object(writer);
    json_writer_key_string(writer, "role", "user");
    json_writer_key_object(writer, "content");
    json_writer_key_string(writer, "type", "text");
    json_writer_key(writer, "text");
    json_writer_span(writer, text);
    json_writer_close_object(writer);
    json_writer_close_object(writer);
    json_writer_close_array(writer);
}

bool mcp_prompts_write(struct json_writer *writer, struct mcp_access *access, const cJSON *params,
                       struct mcp_fault *fault) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    const char *plan, *id;
    const struct prompt *prompt = find(params, fault);
    if (!prompt || !take_argument(params, "plan", &plan, fault) || !take_argument(params, "id", &id, fault))
        return false;
    if (prompt->has_id && !id)
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "the argument id is missing");
    bool is_made = mcp_access_open(access, &error) &&
                   mcp_prompts_append(&text, access, prompt->name, plan, prompt->has_id ? id : NULL, &error);
    if (!is_made)
        return mcp_set_fault(fault, error.code == ERROR_INTERNAL ? MCP_INTERNAL_ERROR : MCP_INVALID_PARAMS,
                             "error %d: %.200s", (int)error.code, error.message);
    write_message(writer, prompt->description, buffer_span(&text));
    return true;
}
