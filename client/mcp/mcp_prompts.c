#include "mcp/mcp_prompts.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "plan/selection.h"
#include "session/session.h"
#include "view/prompt_view.h"

bool mcp_prompts_append(struct buffer *text, struct mcp_access *access, const char *kind, const char *plan,
                        const char *id, struct error *error) {
    AUTO(answer) answer = {0};
    struct request request = {.method = "prompt", .plan = plan, .prompt = kind};
    if (id)
        request.options.selection = (struct selection){.kind = SELECT_IDS, .ids = &id, .id_count = 1};
    session_view(&access->session, &request, &answer);
    if (answer.code)
        return answer_take_error(&answer, error);
    const struct prompt_view *view = answer.view;
    for (size_t i = 0; i < view->count; i++)
        buffer_append_format(text, "%s%s\n", text->length ? "\n" : "", view->prompts[i].text);
    return view->count ||
           error_set(error, ERROR_NOT_FOUND, "there is no prompt %s for %s%s%s", kind, id ? id : "it",
                     view->skipped_count ? ": " : "", view->skipped_count ? view->skipped[0].reason : "");
}

/* The value of an argument of the prompt; NULL if it is missing. */
static bool take_argument(const cJSON *params, const cJSON *argument, const char **value, struct mcp_fault *fault) {
    const char *key = json_get_string(argument, "name");
    const cJSON *given = json_get(json_get(params, "arguments"), key);
    *value = cJSON_IsString(given) ? given->valuestring : NULL;
    if (given && !*value)
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "the argument %s must be a string", key);
    return *value || !json_get_boolean(argument, "required") ||
           mcp_set_fault(fault, MCP_INVALID_PARAMS, "the argument %s is missing", key);
}

static const cJSON *find(const cJSON *list, const cJSON *params, struct mcp_fault *fault) {
    const char *name = json_get_string(params, "name");
    for (const cJSON *prompt = list->child; name && prompt; prompt = prompt->next)
        if (strcmp(json_get_string(prompt, "name"), name) == 0)
            return prompt;
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
    AUTO(json) list = {0};
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    const char *plan, *id = NULL;
    json_read_ours(&list, span_of(mcp_prompts_text));
    const cJSON *prompt = find(list.root, params, fault);
    const cJSON *of_plan =
        prompt ? json_get(prompt, "arguments")->child : NULL; /* and behind it the id, if it has one */
    if (!prompt || !take_argument(params, of_plan, &plan, fault) ||
        (of_plan->next && !take_argument(params, of_plan->next, &id, fault)))
        return false;
    bool is_made = mcp_access_open(access, &error) &&
                   mcp_prompts_append(&text, access, json_get_string(prompt, "name"), plan, id, &error);
    if (!is_made)
        return mcp_set_fault(fault, error.code == ERROR_INTERNAL ? MCP_INTERNAL_ERROR : MCP_INVALID_PARAMS,
                             "error %d: %.200s", (int)error.code, error.message);
    write_message(writer, json_get_string(prompt, "description"), buffer_span(&text));
    return true;
}
