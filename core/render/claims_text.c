#include "render/claims_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim.h"
#include "render/styled_text.h"
#include "render/table.h"
#include "view/claim_item.h"

enum { DAY_BYTES = 10, MINUTE_START = 11, MINUTE_BYTES = 5, COMMIT_SHOWN = 7 };

/* --- parts --- */

void claims_text_append_time(struct buffer *text, const char *time, const char *today) {
    if (!time || strlen(time) < MINUTE_START + MINUTE_BYTES)
        return;
    if (!today || strncmp(time, today, DAY_BYTES) != 0)
        buffer_append_format(text, "%.*s ", DAY_BYTES, time);
    buffer_append_format(text, "%.*sZ", MINUTE_BYTES, time + MINUTE_START);
}

/* "ann works on it"; false, and nothing, if no claim holds. */
static bool append_holder(struct buffer *text, const struct claim_item *claim) {
    if (!claim || claim->state != CLAIM_HELD)
        return false;
    styled_text_append_visible(text, claim->by);
    buffer_append_format(text, " %s it", claim_kind_deed(claim->kind));
    return true;
}

static void append_times(struct buffer *text, const struct claim_item *claim) {
    buffer_append_string(text, " (since ");
    claims_text_append_time(text, claim->since, claim->today);
    buffer_append_string(text, ", until ");
    claims_text_append_time(text, claim->until, claim->today);
    buffer_append_byte(text, ')');
}

static void append_expired(struct buffer *text, const struct claim_item *claim) {
    buffer_append_string(text, "free again: ");
    styled_text_append_visible(text, claim->by);
    switch (claim->expiry) {
    case CLAIM_KEEPER_DEAD:
        buffer_append_string(text, "'s process has ended");
        break;
    case CLAIM_OTHER_BOOT:
        buffer_append_string(text, "'s claim ended with a restart of the machine");
        break;
    default:
        buffer_append_string(text, "'s claim ran out at ");
        claims_text_append_time(text, claim->until, claim->today);
    }
}

void claims_text_append(struct buffer *text, const struct claim_item *claim) {
    if (append_holder(text, claim))
        append_times(text, claim);
    else if (claim && claim->state == CLAIM_EXPIRED)
        append_expired(text, claim);
}

/* " on branch bob/2.1 (a1b2c3d)" */
static void append_where(struct buffer *text, const struct mark_item *mark) {
    if (mark->branch) {
        buffer_append_string(text, " on branch ");
        styled_text_append_visible(text, mark->branch);
    }
    if (mark->commit)
        buffer_append_format(text, " (%.*s)", COMMIT_SHOWN, mark->commit);
    if (!mark->branch && mark->worktree) {
        buffer_append_string(text, " in ");
        styled_text_append_visible(text, mark->worktree);
    }
}

void claims_text_append_mark(struct buffer *text, const struct mark_item *mark) {
    buffer_append_string(text, "finished by ");
    styled_text_append_visible(text, mark->by);
    append_where(text, mark);
    if (mark->binds)
        buffer_append_string(text, ", not merged here");
}

/* "2.3 Reviews of BOOKSHOP" */
static void append_subject(struct buffer *text, const struct claim_view *view, const struct style *style) {
    styled_text_append_bold(text, style, view->id);
    if (view->title) {
        buffer_append_byte(text, ' ');
        styled_text_append_visible(text, view->title);
    }
    buffer_append_string(text, " of ");
    styled_text_append_visible(text, view->plan ? view->plan : view->path);
}

/* --- claim --- */

void claims_text_taken(struct buffer *text, const void *data, const struct style *style) {
    const struct claim_view *view = data;
    if (!view->handle)
        return;
    if (style->is_quiet) {
        buffer_append_format(text, "%s\n", view->handle);
        return;
    }
    buffer_append_string(text, view->is_repeated ? "Claimed already: " : "Claimed ");
    append_subject(text, view, style);
    buffer_append_format(text, " for %s, by ", claim_kind_name(view->claim->kind));
    styled_text_append_visible(text, view->claim->by);
    buffer_append_string(text, ", until ");
    claims_text_append_time(text, view->claim->until, view->claim->today);
    buffer_append_byte(text, '\n');
    styled_text_append_line(text, "handle", view->handle);
    styled_text_append_path_line(text, style, "file", view->file);
    styled_text_append_line(text, "next", view->command);
    if (!view->claim->has_keeper)
        buffer_append_string(text,
                             "\nTo keep it longer: batchctl heartbeat HANDLE; at the end: batchctl release HANDLE "
                             "--done, or without --done to give it up.\n");
}

/* --- release --- */

/* What would end: "2.3: claim 7 of ann, since 2026-11-27T18:00:00.000Z". */
static void append_preview(struct buffer *text, const struct claim_view *view) {
    const struct claim_item *claim = view->claim;
    const struct mark_item *mark = view->mark;
    const char *by = claim  ? claim->by
                     : mark ? mark->by
                            : NULL,
               *time = claim  ? claim->since
                       : mark ? mark->time
                              : NULL;
    buffer_append_format(text, "%s: %s %" PRIu64 " of ", view->id,
                         view->is_forgotten ? "finished under claim" : "claim", claim_view_fence(view));
    styled_text_append_visible(text, by ? by : "an unknown holder");
    if (time)
        buffer_append_format(text, ", %s %s", claim ? "since" : "at", time);
    buffer_append_byte(text, '\n');
}

void claims_text_released(struct buffer *text, const void *data, const struct style *style) {
    const struct claim_view *view = data;
    const char *result = view->claim ? view->claim->result : NULL;
    if (view->is_preview && !style->has_failed) {
        append_preview(text, view);
        return;
    }
    if (style->has_failed || !view->id || (!result && !view->is_forgotten))
        return;
    if (view->is_forgotten) {
        buffer_append_string(text, "Forgot where ");
        append_subject(text, view, style);
        buffer_append_string(text, " was finished: it is offered again.\n");
        return;
    }
    buffer_append_string(text, strcmp(result, "done") == 0     ? "Done: "
                               : strcmp(result, "forced") == 0 ? "Freed "
                                                               : "Given up: ");
    append_subject(text, view, style);
    buffer_append_string(text, ", claimed for ");
    buffer_append_string(text, claim_kind_name(view->claim->kind));
    buffer_append_string(text, " by ");
    styled_text_append_visible(text, view->claim->by);
    buffer_append_byte(text, '\n');
    styled_text_append_path_line(text, style, "submitted", view->submitted);
}

/* --- heartbeat --- */

static void append_renewal(struct buffer *text, const struct claim_view *view, const struct style *style) {
    if (view->message) {
        buffer_append_string(text, view->reason ? "Lost " : "Not renewed: ");
        append_subject(text, view, style);
        buffer_append_string(text, ": ");
        styled_text_append_visible(text, view->message);
        buffer_append_byte(text, '\n');
        return;
    }
    buffer_append_string(text, "Renewed ");
    append_subject(text, view, style);
    buffer_append_string(text, ", until ");
    claims_text_append_time(text, view->claim->until, view->claim->today);
    buffer_append_string(text, view->is_late ? " (it had run out, and is yours again)\n" : "\n");
}

void claims_text_renewed(struct buffer *text, const void *data, const struct style *style) {
    const struct claim_renewals *view = data;
    for (size_t i = 0; i < view->count; i++)
        if (view->claims[i].id && (view->claims[i].message || !style->is_quiet))
            append_renewal(text, &view->claims[i], style);
}

/* --- claims --- */

static const char *time_cell(struct arena *arena, const char *time, const char *today) {
    AUTO(buffer) cell = {0};
    claims_text_append_time(&cell, time, today);
    return arena_copy(arena, buffer_text(&cell), cell.length);
}

static const char *state_cell(struct arena *arena, const struct claim_item *claim) {
    AUTO(buffer) cell = {0};
    if (claim->state == CLAIM_HELD)
        buffer_append_string(&cell, "held");
    else if (claim->state == CLAIM_EXPIRED)
        append_expired(&cell, claim);
    else if (claim->result)
        buffer_append_string(&cell, strcmp(claim->result, "given_up") == 0 ? "given up" : claim->result);
    const char *note = claim->end_note ? claim->end_note : claim->note;
    if (note) {
        buffer_append_string(&cell, ": ");
        styled_text_append_visible(&cell, note);
    }
    return arena_copy(arena, buffer_text(&cell), cell.length);
}

static const char *mark_cell(struct arena *arena, const struct mark_item *mark) {
    AUTO(buffer) cell = {0};
    claims_text_append_mark(&cell, mark);
    return arena_copy(arena, buffer_text(&cell), cell.length);
}

static void add_rows(struct table *table, const struct claimed_item *item, struct arena *arena) {
    const struct claim_item *claim = item->claim;
    const struct mark_item *mark = item->mark;
    const char *fence = arena_format(arena, "%zu", (size_t)(claim ? claim->fence : mark ? mark->fence : 0));
    if (item->damage) {
        const char *cells[] = {item->id, "", "", "", "", "", "", arena_format(arena, "damaged: %s", item->damage)};
        table_add(table, cells, TABLE_RED);
    }
    if (claim) {
        const char *cells[] = {item->id,
                               claim_kind_name(claim->kind),
                               claim->by,
                               time_cell(arena, claim->since, claim->today),
                               time_cell(arena, claim->until, claim->today),
                               fence,
                               claim->branch,
                               state_cell(arena, claim)};
        table_add(table, cells, claim->state == CLAIM_HELD ? NULL : TABLE_DIM);
    }
    if (mark) {
        const char *cells[] = {item->id,     claim_kind_name(mark->kind),
                               mark->by,     "",
                               "",           arena_format(arena, "%zu", (size_t)mark->fence),
                               mark->branch, mark_cell(arena, mark)};
        table_add(table, cells, mark->binds ? TABLE_YELLOW : TABLE_DIM);
    }
}

void claims_text_list(struct buffer *text, const void *data, const struct style *style) {
    static const struct table_column columns[] = {{"ID", 0},     {"FOR", 0},
                                                  {"BY", 0},     {"SINCE", 0},
                                                  {"UNTIL", 0},  {"FENCE", TABLE_RIGHT},
                                                  {"BRANCH", 0}, {"STATE", TABLE_SHRINKS}};
    const struct claims_view *view = data;
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct plan_claims *plan = &view->plans[i];
        AUTO(arena) arena = {0};
        if (plan->count == 0)
            continue;
        buffer_append_string(text, count++ ? "\n" : "");
        styled_text_append_bold(text, style, plan->plan ? plan->plan : plan->path);
        buffer_append_string(text, plan->plan ? "\n" : " (no such plan here)\n");
        struct table *table = table_new(columns, sizeof columns / sizeof *columns, style);
        for (size_t j = 0; j < plan->count; j++)
            add_rows(table, &plan->items[j], &arena);
        table_end(table, text);
    }
    if (count == 0 && view->kept)
        buffer_append_string(text, "No claims.\n");
}
