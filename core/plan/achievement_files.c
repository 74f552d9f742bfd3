#include "plan/achievement_files.h"

#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/memory.h"
#include "document/names.h"
#include "plan/standing.h"

/* One check: the plan, its achievement, and whether nothing has differed yet. */
struct check {
    const struct plan *plan;
    const struct standing *standing;
    const struct files *files;
    struct arena arena;
    char digits[NAMES_ID_BYTES_MOST + 1];
    bool is_same;
};

static void check_release(struct check *check) {
    arena_release(&check->arena);
}

/* @mark: see struct execution; 0 if only the name is known. */
static bool expect_file(struct check *check, const char *path, uint64_t mark, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(check->files, path, &kind, &identity, error))
        return false;
    if (kind != FILE_REGULAR || (mark && digest_number(&identity, sizeof identity) != mark))
        check->is_same = false;
    return true;
}

static bool expect_known(struct check *check, struct error *error) {
    const struct standing *standing = check->standing;
    if (standing->subplan_file && !expect_file(check, standing->subplan_file, standing->subplan_mark, error))
        return false;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (!expect_file(check, standing->executions[i].file, standing->executions[i].mark, error))
            return false;
    for (size_t i = 0; i < standing->review_count; i++)
        if (!expect_file(check, standing->reviews[i].file, standing->reviews[i].mark, error))
            return false;
    return true;
}

static bool is_known(const struct standing *standing, const char *path) {
    if (standing->subplan_file && strcmp(standing->subplan_file, path) == 0)
        return true;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (strcmp(standing->executions[i].file, path) == 0)
            return true;
    for (size_t i = 0; i < standing->review_count; i++)
        if (strcmp(standing->reviews[i].file, path) == 0)
            return true;
    return false;
}

/* The file of that kind and number; 0 for a name without one. */
static const char *path_of(struct check *check, enum name_kind kind, unsigned number) {
    static const char *const words[] = {[NAME_SUBPLAN] = "SUBPLAN",
                                        [NAME_EXECUTION] = "EXECUTION_TASK",
                                        [NAME_SUBMITTED] = "SUBMITTED",
                                        [NAME_APPROVED] = "APPROVED",
                                        [NAME_FIX] = "FIX",
                                        [NAME_SKIPPED] = "SKIPPED"};
    const struct plan *plan = check->plan;
    bool has_plan = kind == NAME_SUBPLAN || kind == NAME_EXECUTION;
    const char *start = arena_format(&check->arena, "%s/%s/%s%s%s_%s", plan->path, names_folder(kind), words[kind],
                                     has_plan ? "_" : "", has_plan ? plan->name : "", check->digits);
    return number ? arena_format(&check->arena, "%s_%02u.md", start, number)
                  : arena_format(&check->arena, "%s.md", start);
}

static bool expect_none(struct check *check, enum name_kind kind, unsigned number, struct error *error) {
    enum file_kind found;
    const char *path = path_of(check, kind, number);
    if (is_known(check->standing, path))
        return true;
    if (!files_look(check->files, path, &found, NULL, error))
        return false;
    check->is_same = check->is_same && found == FILE_ABSENT;
    return true;
}

/* What a batch would make next: the next work order, and what can be said of each of those that exist. */
static bool expect_no_news(struct check *check, struct error *error) {
    const struct standing *standing = check->standing;
    unsigned next = standing->execution_count ? standing->executions[standing->execution_count - 1].number + 1 : 1;
    if (!expect_none(check, NAME_SUBPLAN, 0, error) || !expect_none(check, NAME_EXECUTION, next, error) ||
        !expect_none(check, NAME_APPROVED, 0, error) || !expect_none(check, NAME_SKIPPED, 0, error) ||
        !expect_none(check, NAME_FIX, 0, error))
        return false;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (!expect_none(check, NAME_SUBMITTED, standing->executions[i].number, error) ||
            !expect_none(check, NAME_FIX, standing->executions[i].number, error))
            return false;
    return true;
}

bool achievement_files_check(const struct plan *plan, size_t position, const struct files *files, bool *is_same,
                             struct error *error) {
    AUTO(check) check = {.plan = plan, .standing = &plan->standings[position], .files = files, .is_same = true};
    names_digits(plan->dependencies.achievements[position].id, check.digits);
    if (!expect_known(&check, error) || !expect_no_news(&check, error))
        return false;
    *is_same = check.is_same;
    return true;
}
