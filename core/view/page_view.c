#include "view/page_view.h"

#include <stdbool.h>
#include <string.h>

#include "claims/claim.h"
#include "view/claim_item.h"

static bool is_holding(const struct claimed_item *item) {
    return (item->claim && item->claim->state == CLAIM_HELD) || (item->mark && item->mark->binds);
}

const struct claimed_item *page_plan_holder(const struct page_plan *plan, const char *id) {
    for (size_t i = 0; i < plan->claims->count; i++)
        if (strcmp(plan->claims->items[i].id, id) == 0 && is_holding(&plan->claims->items[i]))
            return &plan->claims->items[i];
    return NULL;
}
