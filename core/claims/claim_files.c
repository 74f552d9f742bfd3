#include "claims/claim_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "claims/claim_handle.h"
#include "claims/claim_json.h"
#include "disk/files_write.h"
#include "document/names.h"
#include "format/json.h"

#define TEMPORARY "tmp"
#define SECRET    "secret"
#define SUFFIX    ".json"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600, SECRET_BYTES = 32 };

static void append_plan(struct buffer *path, const char *plan) {
    buffer_append_string(path, CLAIM_FILES_PLANS "/");
    claim_name_append(path, plan);
}

static void append_path(struct buffer *path, const char *plan, const char *id) {
    append_plan(path, plan);
    buffer_append_format(path, "/%s" SUFFIX, id);
}

/* --- reading --- */

static uint64_t mark_of(const struct file_identity *identity) {
    return digest_number(identity, sizeof *identity) | 1;
}

/* What cannot be read is damaged, unless it is gone meanwhile. */
static bool take_failure(struct claim_entry *entry, const struct files *folder, const char *path,
                         const struct error *failure, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(folder, path, &kind, &identity, error))
        return false;
    if (kind == FILE_ABSENT)
        return true;
    entry->mark = mark_of(&identity);
    entry->damage = kind == FILE_REGULAR && failure->system_errno != EFBIG ? strerrordesc_np(failure->system_errno)
                                                                           : "it is no file of a record";
    return true;
}

/* Sets the entry's record, or its damage. */
static void take_text(struct claim_entry *entry, struct arena *arena, const char *plan, const struct buffer *text,
                      const struct file_identity *identity) {
    entry->mark = mark_of(identity);
    entry->damage = identity->owner != geteuid() || identity->links > 1 /* none: it has been replaced since */
                        ? "it is not a file of yours alone"
                        : claim_json_read(&entry->record, arena, buffer_span(text), plan, entry->id);
}

bool claim_files_read(const struct files *folder, const char *plan, const char *id, struct arena *arena,
                      struct claim_entry *entry, struct error *error) {
    AUTO(buffer) path = {0}, text = {0};
    AUTO(error) failure = {0};
    struct file_identity identity;
    append_path(&path, plan, id);
    *entry = (struct claim_entry){.id = id, .record.arena = arena};
    if (files_read(folder, path.data, CLAIM_JSON_BYTES_MOST, &text, &identity, &failure)) {
        take_text(entry, arena, plan, &text, &identity);
    } else if (failure.code != ERROR_NOT_FOUND && !take_failure(entry, folder, path.data, &failure, error)) {
        return false;
    }
    if (entry->damage)
        entry->file = arena_format(arena, "%s/%s", folder->label, path.data);
    return true;
}

uint64_t claim_files_mark(const struct files *folder, const char *plan, const char *id) {
    AUTO(buffer) path = {0};
    AUTO(error) error = {0};
    enum file_kind kind;
    struct file_identity identity;
    append_path(&path, plan, id);
    return files_look(folder, path.data, &kind, &identity, &error) && kind != FILE_ABSENT ? mark_of(&identity) : 0;
}

const char *claim_files_id(struct arena *arena, const char *name) {
    size_t length = strlen(name), suffix = strlen(SUFFIX);
    if (length <= suffix || strcmp(name + length - suffix, SUFFIX) != 0 ||
        !names_is_id((struct span){name, length - suffix}))
        return NULL;
    return arena_copy(arena, name, length - suffix);
}

static int compare_entries(const void *a, const void *b) {
    const struct claim_entry *left = a, *right = b;
    return strcmp(left->id, right->id);
}

/* The names in a folder; none if it is missing. */
static bool list(const struct files *folder, const char *path, struct listing *names, struct error *error) {
    AUTO(error) failure = {0};
    if (folder->root < 0 || files_list(folder, path, names, &failure) || failure.code == ERROR_NOT_FOUND)
        return true;
    *error = failure;
    failure = (struct error){0};
    return false;
}

bool claim_files_list(const struct files *folder, const char *plan, struct claim_list *found, struct error *error) {
    AUTO(buffer) path = {0};
    AUTO(listing) names = {0};
    append_plan(&path, plan);
    if (!list(folder, path.data, &names, error))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *id = claim_files_id(&found->arena, names.entries[i].name);
        struct claim_entry entry;
        if (!id)
            continue;
        if (!claim_files_read(folder, plan, id, &found->arena, &entry, error))
            return false;
        if (entry.mark) /* else it is gone meanwhile, and free */
            *LIST_ADD(found->entries, found->count, found->capacity) = entry;
    }
    if (found->count)
        qsort(found->entries, found->count, sizeof *found->entries, compare_entries);
    return true;
}

/* Put @entry, which is not empty, at its place. */
static void insert(struct claim_list *list, const struct claim_entry *entry) {
    size_t position = list->count;
    LIST_ADD(list->entries, list->count, list->capacity);
    while (position > 0 && strcmp(list->entries[position - 1].id, entry->id) > 0)
        position--;
    memmove(&list->entries[position + 1], &list->entries[position],
            (list->count - 1 - position) * sizeof *list->entries);
    list->entries[position] = *entry;
}

static void erase(struct claim_list *list, struct claim_entry *entry) {
    size_t position = (size_t)(entry - list->entries);
    list->count--;
    memmove(entry, entry + 1, (list->count - position) * sizeof *entry);
}

bool claim_files_list_again(const struct files *folder, const char *plan, const char *id, struct claim_list *list,
                            struct error *error) {
    const struct claim_entry *found = claim_list_find(list, id);
    struct claim_entry *listed = found ? &list->entries[found - list->entries] : NULL, entry;
    const char *kept = listed ? listed->id : arena_copy(&list->arena, id, strlen(id));
    if (!claim_files_read(folder, plan, kept, &list->arena, &entry, error))
        return false;
    if (listed && entry.mark)
        *listed = entry;
    else if (listed)
        erase(list, listed);
    else if (entry.mark)
        insert(list, &entry);
    return true;
}

bool claim_files_list_plans(const struct files *folder, struct listing *plans, struct error *error) {
    return list(folder, CLAIM_FILES_PLANS, plans, error);
}

/* --- writing --- */

static bool make_folder(const struct files *folder, const char *path, struct error *error) {
    if (files_make_folder(folder, path, FOLDER_MODE, error))
        return true;
    if (error->system_errno != EEXIST)
        return false;
    error_release(error);
    return true;
}

/* Of one that died while it wrote. */
static bool remove_staged(const struct files *folder, struct error *error) {
    if (files_remove(folder, CLAIM_FILES_STAGED, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

/* Stage @content; the folder for that is made if it is missing. */
static bool stage(const struct files *folder, struct span content, bool is_durable, struct error *error) {
    if (files_create(folder, CLAIM_FILES_STAGED, content, FILE_MODE, is_durable, NULL, error))
        return true;
    if (error->code != ERROR_NOT_FOUND && error->system_errno != EEXIST)
        return false;
    error_release(error);
    return make_folder(folder, TEMPORARY, error) && remove_staged(folder, error) &&
           files_create(folder, CLAIM_FILES_STAGED, content, FILE_MODE, is_durable, NULL, error);
}

/* Move what is staged to its name. */
static bool move(const struct files *folder, const char *plan, const char *path, struct error *error) {
    AUTO(buffer) parent = {0};
    if (files_replace(folder, CLAIM_FILES_STAGED, path, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    append_plan(&parent, plan);
    return make_folder(folder, CLAIM_FILES_PLANS, error) && make_folder(folder, parent.data, error) &&
           files_replace(folder, CLAIM_FILES_STAGED, path, error);
}

bool claim_files_write(const struct files *folder, const struct claim_record *record, bool is_durable,
                       struct error *error) {
    AUTO(buffer) path = {0}, parent = {0}, text = {0};
    append_path(&path, record->plan, record->id);
    append_plan(&parent, record->plan);
    claim_json_write(&text, record);
    if (text.length > CLAIM_JSON_BYTES_MOST)
        return error_set(error, ERROR_INVALID, "the record of the claim on %s would be larger than %d KiB", record->id,
                         CLAIM_JSON_BYTES_MOST >> 10);
    return stage(folder, buffer_span(&text), is_durable, error) && move(folder, record->plan, path.data, error) &&
           (!is_durable || files_sync_folder(folder, parent.data, error));
}

/* --- secrets --- */

bool claim_files_secret(const struct files *folder, struct buffer *secret, struct error *error) {
    AUTO(error) failure = {0};
    char random[SECRET_BYTES];
    if (files_read(folder, SECRET, SECRET_BYTES, secret, NULL, &failure) && secret->length == SECRET_BYTES)
        return true;
    if (failure.code != ERROR_NOT_FOUND) {
        error_set(error, ERROR_CONFLICT, "%s/" SECRET " is damaged", folder->label);
        return error_hint(error, "it only repeats requests: remove it while nothing is claimed with --request");
    }
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return error_set_system(error, errno, "cannot make a secret");
    buffer_append(secret, random, sizeof random);
    return stage(folder, buffer_span(secret), true, error) && files_replace(folder, CLAIM_FILES_STAGED, SECRET, error);
}

static bool has_secret(const struct claim_record *record, const char *secret) {
    return record->is_held && strcmp(record->held.secret, secret) == 0;
}

/* The plan that a record's text is of, whatever that says; NULL if it says none. */
static const char *plan_of(struct arena *arena, struct span text) {
    AUTO(json) json = {0};
    const char *plan = json_read_ours(&json, text) ? json_get_string(json.root, "plan") : NULL;
    return plan ? arena_copy(arena, plan, strlen(plan)) : NULL;
}

/* Is the record in the file @path that of the secret? What cannot be read has none. */
static bool look_for_secret(const struct files *folder, const char *path, const char *secret, struct arena *arena,
                            struct claim_record *record) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    if (!files_read(folder, path, CLAIM_JSON_BYTES_MOST, &text, NULL, &error) ||
        !memmem(text.data, text.length, secret, strlen(secret)))
        return false;
    struct claim_entry entry;
    const char *id = claim_files_id(arena, names_base(path)), *plan = plan_of(arena, buffer_span(&text));
    if (!id || !plan || !claim_files_read(folder, plan, id, arena, &entry, &error) || entry.damage)
        return false;
    *record = entry.record;
    return has_secret(record, secret);
}

bool claim_files_find_secret(const struct files *folder, const char *secret, struct arena *arena,
                             struct claim_record *record, bool *is_found, struct error *error) {
    AUTO(listing) plans = {0};
    *is_found = false;
    if (!claim_files_list_plans(folder, &plans, error))
        return false;
    for (size_t i = 0; i < plans.count && !*is_found; i++) {
        AUTO(listing) names = {0};
        AUTO(buffer) path = {0};
        buffer_append_format(&path, CLAIM_FILES_PLANS "/%s", plans.entries[i].name);
        if (!list(folder, path.data, &names, error))
            return false;
        for (size_t k = 0, start = path.length; k < names.count && !*is_found; k++) {
            buffer_truncate(&path, start);
            buffer_append_format(&path, "/%s", names.entries[k].name);
            *is_found = look_for_secret(folder, path.data, secret, arena, record);
        }
    }
    return true;
}
