#include "claims/claim_fence.h"

#include "base/auto.h"

static bool hold(void *data, struct error *error) {
    const struct claim_fence *fence = data;
    AUTO(claim_reply) reply = {0};
    if (fence->authority->calls->hold(fence->authority, fence->handle, &reply, error))
        return true;
    return error->hint ? false : error_hint(error, "nothing was written");
}

static void drop(void *data) {
    const struct claim_fence *fence = data;
    fence->authority->calls->drop(fence->authority);
}

bool claim_fence_open(struct claim_fence *fence, struct claim_authority *authority, const struct claim_handle *handle,
                      bool is_optional, struct error *error) {
    *fence = (struct claim_fence){.authority = authority, .handle = handle};
    bool is_held = authority->calls->hold(authority, handle, &fence->reply, error);
    if (is_held)
        authority->calls->drop(authority);
    else if (!is_optional)
        return false;
    error_release(error); /* a batch that it is about is refused by hold() */
    fence->fence = (struct fence){.plan = handle->plan,
                                  .id = handle->id,
                                  .number = handle->fence,
                                  .by = fence->reply.record.held.by,
                                  .is_optional = is_optional,
                                  .hold = hold,
                                  .drop = drop,
                                  .data = fence};
    return true;
}

void claim_fence_close(struct claim_fence *fence) {
    claim_reply_release(&fence->reply);
    *fence = (struct claim_fence){0};
}
