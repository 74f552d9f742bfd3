/*
 * What the state remembers of a batch. What was understood is written and understood again as the same; and a recovery
 * from it, as a batch or an undo that died, leaves every file as it is, whatever the record says. The decoys have one
 * content, whose size and SHA-256 the corpus has, and the inode that stands in a record is put right for each of them.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/journal.h"
#include "batch/record.h"
#include "batch/record_path.h"
#include "disk/files_write.h"
#include "fuzz.h"

/* In a plan, under names that no batch gives; hidden; outside the plan. */
static const char *const decoys[] = {
    "X/notes.md", "X/execution/notes.md", "X/subplans/SUBPLAN_Y_11.md", ".git/HEAD", "X/.git/subplans/SUBPLAN_X_11.md",
    "notes.txt",  "Y/parallel.json"};
static const char *const folders[] = {"X", "X/execution", "X/subplans", "X/.git", "X/.git/subplans", ".git", "Y"};
enum { DECOYS = sizeof decoys / sizeof *decoys, FOLDERS = sizeof folders / sizeof *folders };

static char folder[] = "/dev/shm/batchd-fuzz-XXXXXX"; /* where syncing costs nothing */
static struct files files;
static struct state_dir state;

static void clean_up(void) {
    struct buffer command = {0};
    files_close(&files);
    buffer_append_format(&command, "rm -rf %s", folder);
    if (system(command.data) != 0)
        fprintf(stderr, "%s is left\n", folder);
    buffer_release(&command);
}

static void open_folder(void) {
    struct error error = {0};
    MUST(mkdtemp(folder) && files_open(&files, folder, &error));
    atexit(clean_up);
    for (size_t i = 0; i < FOLDERS; i++)
        MUST(mkdirat(files.root, folders[i], 0755) == 0);
    for (size_t i = 0; i < DECOYS; i++)
        MUST(files_create(&files, decoys[i], span_of("decoy\n"), 0644, false, NULL, &error));
    MUST(state_dir_make(&state, &files, &error));
}

static void put(const char *path, const void *data, size_t size) {
    int descriptor = openat(files.root, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    MUST(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size);
    close(descriptor);
}

static bool read_record(const void *data, size_t size, struct record *record) {
    struct error error = {0};
    put("record", data, size);
    bool is_read = record_read(&files, "record", 7, record, &error);
    MUST(is_read || error.code == ERROR_INVALID);
    error_release(&error);
    return is_read;
}

static void expect_decoys(void) {
    enum file_kind kind;
    struct file_identity identity;
    struct error error = {0};
    for (size_t i = 0; i < DECOYS; i++)
        MUST(files_look(&files, decoys[i], &kind, &identity, &error) && kind == FILE_REGULAR &&
             identity.size_bytes == strlen("decoy\n"));
}

/* As one that was pending, with the inode of each decoy in turn. */
static void recover(const uint8_t *data, size_t size, const char *suffix) {
    const uint8_t *end = size ? memrchr(data, '\n', size - 1) : NULL;
    size_t length = end && end + 1 < data + size && end[1] == '[' ? (size_t)(end + 1 - data) : size;
    for (size_t i = 0; i < DECOYS; i++) {
        struct buffer text = {0};
        struct journal journal;
        struct stat status;
        struct error error = {0};
        MUST(fstatat(files.root, decoys[i], &status, 0) == 0);
        buffer_append(&text, (const char *)data, length);
        buffer_append_format(&text, "[%lu]\n", (unsigned long)status.st_ino);
        put(record_path(&state, STATE_PENDING, 7, suffix).text, text.data, text.length);
        MUST(journal_open(&journal, &files, 0, &error));
        journal_close(&journal);
        expect_decoys();
        buffer_release(&text);
    }
    struct error error = {0};
    files_remove(&files, record_path(&state, STATE_BATCHES, 7, ".undone").text, &error);
    error_release(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct record record, again;
    if (files.root <= 0)
        open_folder();
    if (read_record(data, size, &record)) {
        struct buffer text = {0};
        record_write(&text, &record);
        MUST(read_record(text.data, text.length, &again));
        MUST(again.file_count == record.file_count && again.folder_count == record.folder_count);
        recover(data, size, "");
        recover(data, size, ".undo");
        record_release(&again);
        buffer_release(&text);
    }
    record_release(&record);
    return 0;
}
