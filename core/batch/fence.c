#include "batch/fence.h"

#include <stddef.h>
#include <string.h>

bool fence_is_about(const struct fence *fence, const char *plan, const char *id) {
    size_t length = strlen(fence->id);
    if (!id || strcmp(plan, fence->plan) != 0 || strncmp(id, fence->id, length) != 0)
        return false;
    return id[length] == '\0' || (id[length] == '.' && !strchr(id + length + 1, '.'));
}

bool fence_choose(const struct fence *fence, bool is_about, const struct fence **needed, struct error *error) {
    *needed = is_about ? fence : NULL;
    if (!fence || is_about || fence->is_optional)
        return true;
    error_set(error, ERROR_USAGE, "the claim is on %s of %s, which this is not about", fence->id, fence->plan);
    return error_hint(error, "leave out --claim, or name what is claimed");
}

bool fence_hold(const struct fence *fence, struct error *error) {
    return !fence || fence->hold(fence->data, error);
}

void fence_drop(const struct fence *fence) {
    if (fence)
        fence->drop(fence->data);
}
