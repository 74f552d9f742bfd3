#include "mcp/mcp_tools.h"

#include <assert.h>
#include <string.h>

#include "base/buffer.h"
#include "config/config.h"

static const struct {
    const char *name;
    mcp_run *run;
    enum config_mcp right;
} rows[MCP_TOOLS] = {
    {"plan_status", mcp_status_run, CONFIG_MCP_READ},
    {"achievement_show", mcp_show_run, CONFIG_MCP_READ},
    {"work_take", mcp_work_take, CONFIG_MCP_CLAIM},
    {"work_keep", mcp_work_keep, CONFIG_MCP_CLAIM},
    {"work_end", mcp_work_end, CONFIG_MCP_CLAIM},
    {"batch_preview", mcp_batch_preview, CONFIG_MCP_READ},
    {"batch_apply", mcp_batch_apply, 0}, /* that of the change */
    {"decision_apply", mcp_batch_decide, 0},
    {"events_wait", mcp_events_wait, CONFIG_MCP_READ},
};

void mcp_tools_load(struct mcp_tools *tools) {
    bool is_read = json_read_ours(&tools->list, span_of(mcp_tools_text));
    assert(is_read);
    const cJSON *item = tools->list.root->child;
    for (size_t i = 0; i < MCP_TOOLS; i++, item = item->next) {
        assert(item && strcmp(json_get_string(item, "name"), rows[i].name) == 0);
        tools->tools[i] = (struct mcp_tool){
            rows[i].name, rows[i].run, rows[i].right, json_get(item, "inputSchema"), json_get(item, "outputSchema"),
            NULL};
    }
    const cJSON *preview = mcp_tools_find(tools, "batch_preview")->input;
    for (size_t i = 0; i < MCP_TOOLS; i++)
        tools->tools[i].preview = preview;
}

void mcp_tools_release(struct mcp_tools *tools) {
    json_release(&tools->list);
    *tools = (struct mcp_tools){0};
}

const struct mcp_tool *mcp_tools_find(const struct mcp_tools *tools, const char *name) {
    for (size_t i = 0; i < MCP_TOOLS; i++)
        if (strcmp(tools->tools[i].name, name) == 0)
            return &tools->tools[i];
    return NULL;
}
