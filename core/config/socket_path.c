#include "config/socket_path.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "disk/listing.h"

#define SOCKET_END ".sock"

static bool is_socket_name(const char *name) {
    const char *end = strrchr(name, '.');
    return end && strcmp(end, SOCKET_END) == 0;
}

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

/*
 * The sockets in a folder that are this user's: no other user's daemon would answer. @levels: how far down those of
 * instances are looked for.
 */
static void add_sockets(struct socket_paths *paths, const char *folder, int levels) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    if (!files_open(&files, folder, &error) || !files_list(&files, "", &listing, &error))
        return;
    for (size_t i = 0; i < listing.count; i++) {
        const char *name = listing.entries[i].name;
        const char *path = arena_format(&paths->arena, "%s/%s", folder, name);
        struct file_identity identity;
        enum file_kind kind;
        if (!files_look(&files, name, &kind, &identity, &error) || identity.owner != geteuid())
            continue;
        if (kind == FILE_OTHER && is_socket_name(name))
            add(paths, path);
        else if (kind == FILE_FOLDER && levels > 0)
            add_sockets(paths, path, levels - 1);
    }
}

const char *socket_path_instance(struct arena *arena, const char *root) {
    static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.";
    AUTO(buffer) instance = {0};
    const char *path = root + strspn(root, "/");
    for (const char *byte = path; *byte; byte++)
        if (*byte == '/')
            buffer_append_byte(&instance, '-');
        else if (strchr(kept, *byte) && (*byte != '.' || byte > path))
            buffer_append_byte(&instance, *byte);
        else
            buffer_append_format(&instance, "\\x%02x", (unsigned)(unsigned char)*byte);
    return instance.length ? arena_copy(arena, instance.data, instance.length) : "-";
}

const char *socket_path_of_instance(struct arena *arena, const char *root, settings_variable *variable) {
    const char *path = arena_format(arena, "%s%s" SOCKET_END, runtime_folder(arena, variable), root);
    return strlen(path) <= SOCKET_PATH_BYTES_MOST ? path : NULL;
}

const char *socket_path_instance_root(struct arena *arena, const char *path, settings_variable *variable) {
    struct span rest = span_of(path), folder = span_of(runtime_folder(arena, variable));
    if (!span_starts_with(rest, folder.data) || !is_socket_name(path))
        return NULL;
    rest = span_skip(rest, folder.length);
    return rest.data[0] == '/' ? arena_copy(arena, rest.data, rest.length - strlen(SOCKET_END)) : NULL;
}

bool socket_paths_may_exist(settings_variable *variable) {
    AUTO(arena) arena = {0};
    return access(runtime_folder(&arena, variable), F_OK) == 0;
}

void socket_paths_find_own(struct socket_paths *paths, const struct settings *settings, settings_variable *variable) {
    *paths = (struct socket_paths){0};
    struct arena *arena = &paths->arena;
    const struct config *config = &settings->config;
    const char *instance = settings->root ? socket_path_of_instance(arena, settings->root, variable) : NULL;
    if (config->socket)
        add(paths, arena_copy(arena, config->socket, strlen(config->socket)));
    add(paths, own_name(arena, &settings->identity, variable));
    if (instance)
        add(paths, instance);
    add(paths, arena_format(arena, "%s/default.sock", runtime_folder(arena, variable)));
    paths->own_count = paths->count;
}

void socket_paths_find(struct socket_paths *paths, const struct settings *settings, settings_variable *variable) {
    socket_paths_find_own(paths, settings, variable);
    add_sockets(paths, SOCKET_PATH_SYSTEM_FOLDER, 0);
}

void socket_paths_find_all(struct socket_paths *paths, const struct config *config, settings_variable *variable) {
    *paths = (struct socket_paths){0};
    if (config->socket)
        add(paths, arena_copy(&paths->arena, config->socket, strlen(config->socket)));
    add_sockets(paths, runtime_folder(&paths->arena, variable), SOCKET_PATH_BYTES_MOST / 2);
}

void socket_paths_release(struct socket_paths *paths) {
    arena_release(&paths->arena);
    memory_free(paths->names);
    *paths = (struct socket_paths){0};
}
