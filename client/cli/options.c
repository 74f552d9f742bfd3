#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "document/names.h"
#include "plan/selection.h"

void options_release(struct options *options) {
    memory_free(options->workspace);
    memory_free(options->here);
    arena_release(&options->arena);
    *options = (struct options){0};
}

bool options_parse_batch(const char *word, uint64_t *number) {
    char *end;
    *number = strtoull(word, &end, 10);
    return word[0] >= '1' && word[0] <= '9' && *end == '\0';
}

static struct span next_id(const char **list) {
    static const char separators[] = ", ";
    struct span id = {*list + strspn(*list, separators), 0};
    id.length = strcspn(id.data, separators);
    *list = id.data + id.length;
    return id;
}

bool options_are_ids(const char *word) {
    size_t count = 0;
    for (struct span id; (id = next_id(&word)).length; count++)
        if (!names_is_id(id))
            return false;
    return count;
}

bool options_add_ids(struct options *options, const char *option, const char *list, struct error *error) {
    struct selection *selection = &options->request.options.selection;
    size_t before = selection->id_count;
    const char **ids = arena_allocate(&options->arena, before + strlen(list) + 1, sizeof *ids);
    if (before)
        memcpy(ids, selection->ids, before * sizeof *ids);
    selection->kind = SELECT_IDS;
    selection->ids = ids;
    for (struct span id; (id = next_id(&list)).length;) {
        const char *copy = arena_copy(&options->arena, id.data, id.length);
        if (!names_is_id(id)) {
            error_set(error, ERROR_USAGE, "\"%s\" is no achievement id", copy);
            return error_hint(error, "ids look like 1.1; several are written 3.1,3.2");
        }
        ids[selection->id_count++] = copy;
    }
    return selection->id_count > before ||
           error_set(error, ERROR_USAGE, "--%s needs at least one id, such as 3.1", option);
}
