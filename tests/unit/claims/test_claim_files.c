/*
 * core/claims/claim_files: a list of records that is kept current one record at a time is the list that is read anew.
 */
#include "claims/claim_files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "claimant.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "disk/files_write.h"
#include "space.h"

TestSuite(claim_files, .timeout = 60);

enum { IDS = 12, STEPS = 600 };

/* The same records, in the same order, in the same state on the disk. */
static void expect_same(const struct claim_list *kept, const struct claim_list *whole, int step) {
    cr_assert_eq(kept->count, whole->count, "step %d: %zu, not %zu", step, kept->count, whole->count);
    for (size_t i = 0; i < kept->count; i++) {
        const struct claim_entry *one = &kept->entries[i], *other = &whole->entries[i];
        cr_assert_str_eq(one->id, other->id, "step %d", step);
        cr_assert_eq(one->mark, other->mark, "step %d: %s", step, one->id);
        cr_assert_eq(one->record.fence, other->record.fence, "step %d: %s", step, one->id);
        cr_assert_eq(one->damage != NULL, other->damage != NULL, "step %d: %s", step, one->id);
    }
}

/* Write, damage or remove the record of @id. */
static void change(const struct files *folder, const char *id, int step) {
    struct error error = {0};
    struct arena arena = {0};
    AUTO(buffer) path = {0};
    struct claim_record record = {.arena = &arena, .plan = "X", .id = id, .fence = (uint64_t)step + 1};
    buffer_append_format(&path, CLAIM_FILES_PLANS "/X/%s.json", id);
    if (step % 3 == 0)
        files_remove(folder, path.data, &error); /* or it is missing */
    else
        cr_assert(claim_files_write(folder, &record, false, &error), "%s", error.message);
    if (step % 3 == 1) {
        AUTO(buffer) whole = {0};
        buffer_append_format(&whole, "%s/%s", folder->label, path.data);
        FILE *file = fopen(whole.data, "a");
        cr_assert(file && fputs("{", file) >= 0 && fclose(file) == 0);
    }
    error_release(&error);
    arena_release(&arena);
}

Test(claim_files, a_list_that_is_kept_is_the_list_that_is_read) {
    struct space space = space_new_alone();
    struct claimant ann;
    struct claim_list kept = {0};
    struct claim_reply reply = {0};
    struct error error = {0};
    space_plan(&space, "X", "1.1");
    claimant_open(&ann, space.root, NULL, "ann");
    cr_assert(claimant_take(&ann, "1.1", CLAIM_DESIGN, &reply, &error), "%s", error.message);
    const struct files *folder = &ann.store.folder.files;
    cr_assert(claim_files_list(folder, "X", &kept, &error), "%s", error.message);
    srandom(1);
    for (int step = 0; step < STEPS; step++) {
        struct claim_list whole = {0};
        char id[16];
        snprintf(id, sizeof id, "1.%d", (int)(random() % IDS) + 1);
        change(folder, id, step);
        cr_assert(claim_files_list_again(folder, "X", id, &kept, &error), "%s", error.message);
        cr_assert(claim_files_list(folder, "X", &whole, &error), "%s", error.message);
        expect_same(&kept, &whole, step);
        claim_list_release(&whole);
    }
    claim_list_release(&kept);
    claim_reply_release(&reply);
    claimant_close(&ann);
    space_end(&space);
}
