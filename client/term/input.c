#include "term/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "format/json_size.h"
#include "term/terminal.h"

static bool is_standard_input(const char *path) {
    return strcmp(path, "-") == 0;
}

const char *input_name(const char *path) {
    return is_standard_input(path) ? "standard input" : path;
}

bool input_open(struct files *files, const char *path, char **folder, const char **name, struct error *error) {
    *folder = realpath(path, NULL);
    if (!*folder)
        return error_set_system(error, errno, "cannot read %s", path);
    char *slash = strrchr(*folder, '/');
    *slash = '\0';
    *name = slash + 1;
    bool is_open = files_open(files, slash == *folder ? "/" : *folder, error);
    files->label = *folder;
    return is_open;
}

static bool read_standard_input(struct buffer *text, struct error *error) {
    enum { PART_BYTES = 65536 };
    char part[PART_BYTES];
    for (ssize_t got; (got = read(STDIN_FILENO, part, sizeof part)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_system(error, errno, "cannot read standard input");
        buffer_append(text, part, (size_t)got);
        if (text->length > JSON_SIZE_MOST_BYTES)
            return error_set(error, ERROR_IO, "standard input is larger than %d MiB", JSON_SIZE_MOST_BYTES >> 20);
    }
    terminal_take_input();
    return true;
}

bool input_read(const char *path, struct buffer *text, struct error *error) {
    struct files files = FILES_CLOSED;
    struct stat status;
    char *folder = NULL;
    const char *name = "";
    if (is_standard_input(path))
        return read_standard_input(text, error);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(error, ERROR_IO, "cannot read %s: it is not a regular file", path);
    bool is_read = input_open(&files, path, &folder, &name, error) &&
                   files_read(&files, name, JSON_SIZE_MOST_BYTES, text, NULL, error);
    files_close(&files);
    memory_free(folder);
    return is_read;
}
