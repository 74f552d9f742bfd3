#include "base/diagnostics.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"

static const char *copy(struct arena *arena, const char *text) {
    if (!text)
        return NULL;
    AUTO(buffer) visible = {0};
    text_append_visible(&visible, span_of(text));
    const char *result = arena_copy(arena, buffer_text(&visible), visible.length);
    return result;
}

bool diagnostics_count_only(struct diagnostics *diagnostics, enum severity severity) {
    if (diagnostics->count < DIAGNOSTICS_MOST)
        return false;
    diagnostics->left_out++;
    diagnostics->error_count += severity == SEVERITY_ERROR;
    return true;
}

void diagnostics_add(struct diagnostics *diagnostics, const struct diagnostic *diagnostic) {
    if (diagnostics_count_only(diagnostics, diagnostic->severity))
        return;
    diagnostics->error_count += diagnostic->severity == SEVERITY_ERROR;
    struct diagnostic *added = LIST_ADD(diagnostics->items, diagnostics->count, diagnostics->capacity);
    *added = *diagnostic;
    added->message = copy(&diagnostics->arena, diagnostic->message);
    added->file = copy(&diagnostics->arena, diagnostic->file);
    added->pointer = copy(&diagnostics->arena, diagnostic->pointer);
    added->hint = copy(&diagnostics->arena, diagnostic->hint);
    added->achievement = copy(&diagnostics->arena, diagnostic->achievement);
}

void diagnostics_append(struct diagnostics *diagnostics, const struct diagnostics *from) {
    size_t errors_before = diagnostics->error_count;
    for (size_t i = 0; i < from->count; i++)
        diagnostics_add(diagnostics, &from->items[i]);
    diagnostics->left_out += from->left_out;
    diagnostics->error_count = errors_before + from->error_count;
}

void diagnostics_release(struct diagnostics *diagnostics) {
    arena_release(&diagnostics->arena);
    memory_free(diagnostics->items);
    *diagnostics = (struct diagnostics){0};
}
