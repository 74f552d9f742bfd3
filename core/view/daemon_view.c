#include "view/daemon_view.h"

#include "view/achievement_item.h"

static const struct daemon_service *copy_service(const struct daemon_service *service, struct arena *arena) {
    struct daemon_service *copy = arena_allocate(arena, 1, sizeof *copy);
    *copy = *service;
    copy->unit = item_text(arena, service->unit);
    copy->path = item_text(arena, service->path);
    copy->commands = arena_allocate(arena, service->command_count, sizeof *copy->commands);
    for (size_t i = 0; i < service->command_count; i++)
        copy->commands[i] = item_text(arena, service->commands[i]);
    return copy;
}

const struct daemon_view *daemon_view_copy(const struct daemon_view *view, struct arena *arena) {
    struct daemon_view *copy = arena_allocate(arena, 1, sizeof *copy);
    *copy = *view;
    copy->socket = item_text(arena, view->socket);
    copy->service = view->service ? copy_service(view->service, arena) : NULL;
    return copy;
}
