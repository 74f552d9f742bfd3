/*
 * batchd-generator: a drop-in for each unit, with what units cannot express. Managers run it whenever they read their
 * units (systemd.generator(7)).
 *
 * The sandbox of the user's batchd.service has no folder to write but the root that is configured. The unit serves that
 * root until the units are read again, whatever the configuration says meanwhile, so that both are always the same.
 *
 * Where the systemd that runs has Type=notify-reload, services have it: the manager sends SIGHUP itself and waits, and
 * no process is started in the sandbox for a reload.
 *
 * usage: batchd-generator FOLDER...     the drop-ins go beneath the first
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/text.h"
#include "config/settings.h"
#include "disk/files.h"
#include "disk/files_write.h"

enum { NOTIFY_RELOAD_VERSION = 253 };

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

static void append_root(struct buffer *text, const char *root) {
    append_setting(text, "Environment", "BATCHD_ROOT=", root);
    buffer_append_string(text, "ReadWritePaths=\nNoExecPaths=\nNoExecPaths=/\n"); /* but not the home */
    append_setting(text, "ReadWritePaths", "-", root);
    append_setting(text, "NoExecPaths", "-", root);
}

/* What is wrong with the configuration the daemon says when it is started. */
static void append_configured_root(struct buffer *text) {
    const struct settings_overrides overrides = {.variable = getenv};
    AUTO(settings) settings = {0};
    AUTO(diagnostics) diagnostics = {0};
    AUTO(error) ignored = {0};
    settings_read(&settings, &overrides, &diagnostics, &ignored);
    const char *root = settings.named && can_be_quoted(settings.named) ? settings.named : settings.root;
    if (root && can_be_quoted(root))
        append_root(text, root);
}

/* Of the systemd that is installed, as the one that runs us is; 0 if that cannot be found out. */
static int systemd_version(void) {
    int version = 0;
    FILE *answer = popen("systemctl --version", "re");
    if (!answer)
        return 0;
    if (fscanf(answer, "systemd %d", &version) != 1)
        version = 0;
    pclose(answer);
    return version;
}

/* Nothing if there is nothing to say. The name comes before override.conf, in which users have the last word. */
static bool write_drop_in(const char *folder, const char *unit, const struct buffer *settings, struct error *error) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(buffer) place = {0}, path = {0}, text = {0};
    buffer_append_format(&place, "%s.d", unit);
    buffer_append_format(&path, "%s/10-generated.conf", place.data);
    buffer_append_format(&text, "# By batchd-generator.\n[Service]\n%s", buffer_text(settings));
    return !settings->length ||
           (files_open(&files, folder, error) && files_make_folder(&files, place.data, 0755, error) &&
            files_create(&files, path.data, buffer_span(&text), 0644, false, NULL, error));
}

/* The system's manager has only the template. */
int main(int count, char **words) {
    const char *scope = getenv("SYSTEMD_SCOPE");
    bool is_user = !scope || strcmp(scope, "system") != 0;
    AUTO(buffer) service = {0}, template = {0};
    AUTO(error) error = {0};
    if (count < 2) {
        fputs("usage: batchd-generator FOLDER\n", stderr);
        return ERROR_USAGE;
    }
    if (systemd_version() >= NOTIFY_RELOAD_VERSION)
        buffer_append_string(&template, "Type=notify-reload\nExecReload=\n");
    if (is_user) {
        append_configured_root(&service);
        buffer_append_string(&service, buffer_text(&template));
    }
    if (!write_drop_in(words[1], "batchd.service", &service, &error) ||
        !write_drop_in(words[1], "batchd@.service", &template, &error))
        fprintf(stderr, "batchd-generator: %s\n", error.message);
    return (int)error.code;
}
