#include "render/graph_json.h"

#include "render/achievement_json.h"
#include "render/claims_json.h"
#include "render/plan_json.h"
#include "view/achievement_item.h"
#include "view/graph_view.h"

static void write_node(struct json_writer *writer, const struct graph_node *node) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", node->item.id);
    json_writer_key_string(writer, "title", node->item.title);
    achievement_json_level(writer, &node->item);
    achievement_json_facts(writer, &node->item);
    achievement_json_hours(writer, &node->item);
    if (node->has_slack)
        json_writer_key_number(writer, "slack", node->slack);
    else
        json_writer_key_null(writer, "slack");
    achievement_json_claim(writer, &node->item);
    json_writer_close_object(writer);
}

static void write_edges(struct json_writer *writer, const struct graph_view *graph) {
    json_writer_key_array(writer, "edges");
    for (size_t i = 0; i < graph->edge_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "from", graph->nodes[graph->edges[i].from].item.id);
        json_writer_key_string(writer, "to", graph->nodes[graph->edges[i].to].item.id);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void graph_json_write(struct json_writer *writer, const void *view) {
    const struct graph_view *graph = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", graph->plan);
    json_writer_key_string(writer, "path", graph->path);
    json_writer_key_boolean(writer, "valid", graph->is_valid);
    plan_json_progress(writer, &graph->head);
    json_writer_key_string(writer, "selection", graph->head.selection);
    json_writer_key_array(writer, "nodes");
    for (uint32_t i = 0; i < graph->node_count; i++)
        write_node(writer, &graph->nodes[i]);
    json_writer_close_array(writer);
    write_edges(writer, graph);
    plan_json_all_hours(writer, &graph->hours);
    plan_json_hours(writer, "remaining", &graph->remaining);
    claims_json_note(writer, &graph->claims);
    json_writer_close_object(writer);
}
