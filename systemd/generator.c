/*
 * batchd-generator: leaves the user unit's sandbox no folder to write but the root that is configured, which a unit
 * cannot express. The user's manager runs it whenever it reads the units (systemd.generator(7)). The unit serves
 * that root until they are read again, whatever the configuration says meanwhile, so that both are always the same.
 *
 * usage: batchd-generator FOLDER...     a drop-in goes beneath the first
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/text.h"
#include "config/settings.h"
#include "disk/files.h"
#include "disk/files_write.h"

static const char *variable(const char *name) {
    return getenv(name);
}

/* Can it stand in a unit? Quoted, every normal path can that is on one line of UTF-8. */
static bool can_be_quoted(const char *path) {
    size_t length = strlen(path);
    for (const char *byte = path; *byte; byte++)
        if ((unsigned char)*byte < ' ')
            return false;
    return path[0] == '/' && files_is_path(path + 1) && text_valid_length((struct span){path, length}) == length;
}

/* As one word of a setting (systemd.syntax(7)), with nothing in it to be replaced (systemd.unit(5), specifiers). */
static void append_setting(struct buffer *text, const char *key, const char *before, const char *path) {
    buffer_append_format(text, "%s=\"%s", key, before);
    for (; *path; path++) {
        if (strchr("\"\\", *path))
            buffer_append_byte(text, '\\');
        if (*path == '%')
            buffer_append_byte(text, '%');
        buffer_append_byte(text, *path);
    }
    buffer_append_string(text, "\"\n");
}

static bool write_drop_in(const char *folder, const char *root, struct error *error) {
    struct files files = FILES_CLOSED;
    struct buffer text = {0};
    buffer_append_string(&text, "# By batchd-generator, from the configuration.\n[Service]\n");
    append_setting(&text, "Environment", "BATCHD_ROOT=", root);
    buffer_append_string(&text, "ReadWritePaths=\nNoExecPaths=\nNoExecPaths=/\n"); /* but not the home */
    append_setting(&text, "ReadWritePaths", "-", root);
    append_setting(&text, "NoExecPaths", "-", root);
    /* the name comes before override.conf, in which users have the last word */
    bool is_written =
        files_open(&files, folder, error) && files_make_folder(&files, "batchd.service.d", 0755, error) &&
        files_create(&files, "batchd.service.d/10-root.conf", buffer_span(&text), 0644, false, NULL, error);
    files_close(&files);
    buffer_release(&text);
    return is_written;
}

int main(int count, char **words) {
    const struct settings_overrides overrides = {.variable = variable};
    struct settings settings;
    struct diagnostics diagnostics = {0};
    struct error ignored = {0}, error = {0};
    if (count < 2) {
        fputs("usage: batchd-generator FOLDER\n", stderr);
        return ERROR_USAGE;
    }
    settings_read(&settings, &overrides, &diagnostics,
                  &ignored); /* what is wrong there the daemon says when it is started */
    const char *root = settings.named && can_be_quoted(settings.named) ? settings.named : settings.root;
    bool is_well = !root || !can_be_quoted(root) || write_drop_in(words[1], root, &error);
    if (!is_well)
        fprintf(stderr, "batchd-generator: %s\n", error.message);
    int status = (int)error.code;
    error_release(&error);
    error_release(&ignored);
    diagnostics_release(&diagnostics);
    settings_release(&settings);
    return status;
}
