/* What .batchd remembers of a batch. What was understood is written and understood again as the same. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "record.h"

static char folder[] = "/tmp/batchd-fuzz-XXXXXX";
static struct files files;

static void clean_up(void) {
    files_close(&files);
    if (chdir(folder) == 0)
        unlink("record");
    rmdir(folder);
}

static void open_folder(void) {
    struct error error = {0};
    MUST(mkdtemp(folder) && files_open(&files, folder, &error));
    atexit(clean_up);
}

static bool read_record(const void *data, size_t size, struct record *record) {
    struct error error = {0};
    int descriptor = openat(files.root, "record", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    MUST(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size);
    close(descriptor);
    bool is_read = record_read(&files, "record", 7, record, &error);
    MUST(is_read || error.code == ERROR_INVALID);
    error_release(&error);
    return is_read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct record record, again;
    if (files.root <= 0)
        open_folder();
    if (read_record(data, size, &record)) {
        struct buffer text = {0};
        for (size_t i = 0; i < record.file_count; i++)
            MUST(files_is_path(record.files[i].path));
        record_write(&text, &record);
        MUST(read_record(text.data, text.length, &again));
        MUST(again.file_count == record.file_count && again.folder_count == record.folder_count);
        record_release(&again);
        buffer_release(&text);
    }
    record_release(&record);
    return 0;
}
