#include "view/team_view.h"

#include "claims/claim.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"

static void add_warnings(struct team_view *view, const struct claim_team_server *server, struct arena *arena) {
    struct team_warning *warnings = arena_allocate(arena, server->notice_count, sizeof *warnings);
    for (size_t i = 0; i < server->notice_count; i++)
        warnings[i] = (struct team_warning){item_text(arena, server->notices[i].code),
                                            item_text(arena, server->notices[i].message)};
    view->warnings = warnings;
    view->warning_count = server->notice_count;
}

void team_view_add_server(struct team_view *view, const struct claim_team_server *server, struct arena *arena) {
    view->is_reached = true;
    view->helper = item_text(arena, server->helper);
    view->host = item_text(arena, server->host);
    view->port = item_text(arena, server->port);
    view->database = item_text(arena, server->database);
    view->login = item_text(arena, server->login);
    view->version = item_text(arena, server->version);
    view->tls = item_text(arena, server->tls);
    view->epoch = item_text(arena, server->epoch);
    view->standbys = item_text(arena, server->standbys);
    view->schema = server->schema;
    view->has_fsync = server->has_fsync;
    view->is_fsync = server->is_fsync;
    add_warnings(view, server, arena);
}

void team_view_count(struct team_view *view, const struct claims_view *claims) {
    for (size_t i = 0; i < claims->count; i++)
        for (size_t k = 0; k < claims->plans[i].count; k++) {
            const struct claimed_item *item = &claims->plans[i].items[k];
            view->held += item->claim && item->claim->state == CLAIM_HELD;
            view->marks += item->mark != NULL;
        }
    view->has_counts = true;
}
