#include "render/claims_json.h"

#include "claims/claim.h"
#include "view/claim_item.h"

static void write_claim(struct json_writer *writer, const struct claim_item *claim) {
    static const char *const states[] = {"none", "held", "expired", "ended"};
    json_writer_open_object(writer);
    json_writer_key_string(writer, "by", claim->by);
    json_writer_key_string(writer, "for", claim_kind_name(claim->kind));
    json_writer_key_unsigned(writer, "fence", claim->fence);
    json_writer_key_string(writer, "since", claim->since);
    json_writer_key_string(writer, "until", claim->until);
    json_writer_key_string(writer, "host", claim->host);
    json_writer_key_string(writer, "branch", claim->branch);
    json_writer_key_string(writer, "note", claim->note);
    json_writer_key_string(writer, "state", states[claim->state]);
    json_writer_close_object(writer);
}

void claims_json_note(struct json_writer *writer, const struct claims_note *note) {
    json_writer_key_object(writer, "claims");
    json_writer_key_string(writer, "kept", note->kept);
    json_writer_key_boolean(writer, "certain", note->is_certain);
    json_writer_key_string(writer, "reason", note->reason);
    json_writer_close_object(writer);
}

void claims_json_claim(struct json_writer *writer, const struct claim_item *claim) {
    json_writer_key(writer, "claim");
    if (claim)
        write_claim(writer, claim);
    else
        json_writer_null(writer);
}

void claims_json_mark(struct json_writer *writer, const struct mark_item *mark) {
    if (!mark) {
        json_writer_key_null(writer, "finished");
        return;
    }
    json_writer_key_object(writer, "finished");
    json_writer_key_string(writer, "for", claim_kind_name(mark->kind));
    if (mark->order)
        json_writer_key_unsigned(writer, "order", mark->order);
    else
        json_writer_key_null(writer, "order");
    json_writer_key_unsigned(writer, "fence", mark->fence);
    json_writer_key_string(writer, "by", mark->by);
    json_writer_key_string(writer, "time", mark->time);
    json_writer_key_string(writer, "commit", mark->commit);
    json_writer_key_string(writer, "worktree", mark->worktree);
    json_writer_key_string(writer, "branch", mark->branch);
    json_writer_key_boolean(writer, "binds", mark->binds);
    json_writer_close_object(writer);
}

static void write_ending(struct json_writer *writer, const struct claim_item *claim) {
    if (!claim || !claim->result) {
        json_writer_key_null(writer, "ended");
        return;
    }
    json_writer_key_object(writer, "ended");
    json_writer_key_string(writer, "result", claim->result);
    json_writer_key_string(writer, "by", claim->ended_by);
    json_writer_key_string(writer, "time", claim->ended);
    json_writer_key_string(writer, "note", claim->end_note);
    json_writer_close_object(writer);
}

static void write_subject(struct json_writer *writer, const struct claim_view *view) {
    json_writer_key_string(writer, "plan", view->plan);
    json_writer_key_string(writer, "path", view->path);
    json_writer_key_string(writer, "id", view->id);
    json_writer_key_string(writer, "title", view->title);
    json_writer_key_string(writer, "reason", view->reason);
    claims_json_claim(writer, view->claim);
    claims_json_mark(writer, view->mark);
}

void claims_json_taken(struct json_writer *writer, const void *data) {
    const struct claim_view *view = data;
    json_writer_open_object(writer);
    write_subject(writer, view);
    json_writer_key_string(writer, "handle", view->handle);
    json_writer_key_string(writer, "file", view->file);
    json_writer_key_string(writer, "command", view->command);
    json_writer_key_boolean(writer, "repeated", view->is_repeated);
    json_writer_close_object(writer);
}

void claims_json_released(struct json_writer *writer, const void *data) {
    const struct claim_view *view = data;
    json_writer_open_object(writer);
    write_subject(writer, view);
    write_ending(writer, view->claim);
    json_writer_key_boolean(writer, "repeated", view->is_repeated);
    json_writer_key_string(writer, "submitted", view->submitted);
    if (view->batch)
        json_writer_key_unsigned(writer, "batch", view->batch);
    else
        json_writer_key_null(writer, "batch");
    json_writer_close_object(writer);
}

void claims_json_renewed(struct json_writer *writer, const void *data) {
    const struct claim_renewals *view = data;
    json_writer_open_object(writer);
    json_writer_key_array(writer, "claims");
    for (size_t i = 0; i < view->count; i++) {
        json_writer_open_object(writer);
        write_subject(writer, &view->claims[i]);
        write_ending(writer, view->claims[i].claim);
        json_writer_key_boolean(writer, "late", view->claims[i].is_late);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

static void write_plan(struct json_writer *writer, const struct plan_claims *plan) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", plan->plan);
    json_writer_key_string(writer, "path", plan->path);
    json_writer_key_array(writer, "claims");
    for (size_t i = 0; i < plan->count; i++) {
        const struct claimed_item *item = &plan->items[i];
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", item->id);
        json_writer_key_string(writer, "title", item->title);
        claims_json_claim(writer, item->claim);
        write_ending(writer, item->claim);
        claims_json_mark(writer, item->mark);
        json_writer_key_string(writer, "damage", item->damage);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

void claims_json_list(struct json_writer *writer, const void *data) {
    const struct claims_view *view = data;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "kept", view->kept);
    json_writer_key_string(writer, "folder", view->folder);
    json_writer_key_array(writer, "plans");
    for (size_t i = 0; i < view->count; i++)
        write_plan(writer, &view->plans[i]);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}
