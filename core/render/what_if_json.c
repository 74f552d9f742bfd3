#include "render/what_if_json.h"

#include "plan/achievement.h"
#include "render/achievement_json.h"
#include "render/plan_json.h"
#include "view/achievement_item.h"
#include "view/what_if_view.h"

static void write_item(struct json_writer *writer, const struct achievement_item *item) {
    json_writer_key_string(writer, "id", item->id);
    json_writer_key_string(writer, "title", item->title);
    achievement_json_level(writer, item);
    achievement_json_facts(writer, item);
}

static void write_assumed(struct json_writer *writer, const char *key, const struct item_list *list) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < list->count; i++) {
        json_writer_open_object(writer);
        write_item(writer, &list->items[i]);
        achievement_json_hours(writer, &list->items[i]);
        achievement_json_ids(writer, "blocked_by", &list->items[i].blocked_by);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_unblock(struct json_writer *writer, const struct what_if_view *what_if) {
    if (!what_if->has_unblock) {
        json_writer_key_null(writer, "unblock");
        return;
    }
    json_writer_key_object(writer, "unblock");
    write_item(writer, &what_if->unblock);
    write_assumed(writer, "steps", &what_if->steps);
    plan_json_hours(writer, "hours", &what_if->step_hours);
    json_writer_close_object(writer);
}

static void write_ready(struct json_writer *writer, const struct item_list *list) {
    json_writer_key_array(writer, "would_make_ready");
    for (size_t i = 0; i < list->count; i++) {
        json_writer_open_object(writer);
        write_item(writer, &list->items[i]);
        achievement_json_hours(writer, &list->items[i]);
        json_writer_key_string(writer, "for", next_step_purpose(list->items[i].standing.next));
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_levels(struct json_writer *writer, const struct what_if_view *what_if) {
    json_writer_key_array(writer, "would_complete_levels");
    for (size_t i = 0; i < what_if->level_count; i++)
        json_writer_unsigned(writer, what_if->levels[i]);
    json_writer_close_array(writer);
}

void what_if_json_write(struct json_writer *writer, const void *view) {
    const struct what_if_view *what_if = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", what_if->plan);
    json_writer_key_string(writer, "path", what_if->path);
    json_writer_key_boolean(writer, "valid", what_if->is_valid);
    write_assumed(writer, "complete", &what_if->assumed);
    achievement_json_ids(writer, "already", &what_if->closed);
    write_unblock(writer, what_if);
    write_ready(writer, &what_if->ready);
    write_levels(writer, what_if);
    plan_json_hours(writer, "before", &what_if->before);
    plan_json_hours(writer, "after", &what_if->after);
    json_writer_close_object(writer);
}
