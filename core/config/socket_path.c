#include "config/socket_path.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/error.h"
#include "disk/listing.h"

static const char *runtime_folder(struct arena *arena, settings_variable *variable) {
    const char *folder = variable("XDG_RUNTIME_DIR");
    if (folder && folder[0] == '/')
        return arena_format(arena, "%s/batchd", folder);
    if (geteuid() == 0)
        return SOCKET_PATH_SYSTEM_FOLDER;
    return arena_format(arena, "/run/user/%u/batchd", (unsigned)geteuid());
}

static const char *own_name(struct arena *arena, const struct file_identity *root, settings_variable *variable) {
    const uint64_t number[2] = {root->device, root->inode};
    return arena_format(arena, "%s/%016" PRIx64 ".sock", runtime_folder(arena, variable),
                        digest_number(number, sizeof number));
}

const char *socket_path_of_waiting(struct arena *arena, settings_variable *variable) {
    return arena_format(arena, "%s/gone-%ld.sock", runtime_folder(arena, variable), (long)getpid());
}

const char *socket_path_of_daemon(struct arena *arena, const struct config *config, const struct file_identity *root,
                                  settings_variable *variable) {
    return config->socket ? arena_copy(arena, config->socket, strlen(config->socket)) : own_name(arena, root, variable);
}

static void add(struct socket_paths *paths, const char *name) {
    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(paths->names[i], name) == 0)
            return;
    *LIST_ADD(paths->names, paths->count, paths->capacity) = name;
}

/* The sockets in a folder that are this user's: no other user's daemon would answer. */
static void add_sockets(struct socket_paths *paths, const char *folder) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    if (!files_open(&files, folder, &error) || !files_list(&files, "", &listing, &error))
        return;
    for (size_t i = 0; i < listing.count; i++) {
        const char *name = listing.entries[i].name, *end = strrchr(name, '.');
        struct file_identity identity;
        enum file_kind kind;
        if (end && strcmp(end, ".sock") == 0 && files_look(&files, name, &kind, &identity, &error) &&
            kind == FILE_OTHER && identity.owner == geteuid())
            add(paths, arena_format(&paths->arena, "%s/%s", folder, name));
    }
}

void socket_paths_find_own(struct socket_paths *paths, const struct config *config, const struct file_identity *root,
                           settings_variable *variable) {
    *paths = (struct socket_paths){0};
    struct arena *arena = &paths->arena;
    if (config->socket)
        add(paths, arena_copy(arena, config->socket, strlen(config->socket)));
    add(paths, own_name(arena, root, variable));
    add(paths, arena_format(arena, "%s/default.sock", runtime_folder(arena, variable)));
    paths->own_count = paths->count;
}

void socket_paths_find(struct socket_paths *paths, const struct config *config, const struct file_identity *root,
                       settings_variable *variable) {
    socket_paths_find_own(paths, config, root, variable);
    add_sockets(paths, SOCKET_PATH_SYSTEM_FOLDER);
}

void socket_paths_find_all(struct socket_paths *paths, const struct config *config, settings_variable *variable) {
    *paths = (struct socket_paths){0};
    if (config->socket)
        add(paths, arena_copy(&paths->arena, config->socket, strlen(config->socket)));
    add_sockets(paths, runtime_folder(&paths->arena, variable));
}

void socket_paths_release(struct socket_paths *paths) {
    arena_release(&paths->arena);
    memory_free(paths->names);
    *paths = (struct socket_paths){0};
}
