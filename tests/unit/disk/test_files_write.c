/*
 * core/disk/files and core/disk/listing, the rest: what is written never replaces anything and leaves nothing half
 * done, listings, locks, and the hook that fails any operation.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/memory.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "disk/files_write.h"
#include "place.h"

TestSuite(files_write, .timeout = 60);

Test(files_write, a_created_file_has_these_bytes_and_this_mode) {
    static const mode_t modes[] = {0600, 0644, 0666, 0444};
    struct place place = begin();
    mode_t mask = umask(077);
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct error error = {0};
        uint64_t created;
        struct file_identity found;
        enum file_kind kind;
        struct buffer path = {0}, content = {0};
        buffer_append_format(&path, "file-%zu", i);
        struct span bytes = {"a\0\xFF\n", 4};
        cr_assert(files_create(&place.files, path.data, bytes, modes[i], i % 2, &created, &error));
        cr_assert(files_look(&place.files, path.data, &kind, &found, &error));
        cr_expect_eq(found.mode & 07777, modes[i]);
        cr_expect_eq(found.inode, created);
        cr_expect_eq(found.size_bytes, 4);
        cr_expect(files_read(&place.files, path.data, 10, &content, NULL, &error));
        cr_expect_arr_eq(content.data, "a\0\xFF\n", 4);
        buffer_release(&path);
        buffer_release(&content);
    }
    umask(mask);
    end(&place);
}

Test(files_write, a_large_file_is_written_whole) {
    struct place place = begin();
    struct error error = {0};
    struct buffer content = {0}, found = {0};
    for (int i = 0; i < 1 << 20; i++)
        buffer_append_byte(&content, (char)i);
    cr_assert(files_create(&place.files, "large", buffer_span(&content), 0600, true, NULL, &error));
    cr_assert(files_read(&place.files, "large", content.length, &found, NULL, &error));
    cr_expect_eq(found.length, content.length);
    cr_expect_eq(memcmp(found.data, content.data, content.length), 0);
    buffer_release(&content);
    buffer_release(&found);
    end(&place);
}

/* Everything that may stand in a name's way. */
static struct place occupied(void) {
    struct place place = begin();
    char *fifo = absolute(&place, "fifo");
    space_write(&place.space, "file", "foreign");
    space_write(&place.space, "empty", "%s", "");
    space_make_folder(&place.space, "folder");
    space_write(&place.space, "full/file", "foreign");
    space_link(&place.space, "link", "file");
    space_link(&place.space, "dangling", "nowhere");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    memory_free(fifo);
    return place;
}

static const char *const occupied_names[] = {"file", "empty", "folder", "full", "link", "dangling", "fifo"};

Test(files_write, nothing_is_ever_replaced) {
    struct place place = occupied();
    space_write(&place.space, "staged", "ours");
    uint64_t before = space_fingerprint(&place.space, "");
    for (size_t i = 0; i < COUNT(occupied_names); i++) {
        struct error error = {0};
        const char *path = occupied_names[i];
        cr_expect_not(files_create(&place.files, path, span_of("ours"), 0644, false, NULL, &error), "%s", path);
        cr_expect_eq(error.code, ERROR_CONFLICT, "create %s: %d", path, error.code);
        cr_expect(has(error.message, path), "%s", error.message);
        cr_expect_not(files_publish(&place.files, "staged", path, &error), "%s", path);
        cr_expect_eq(error.code, ERROR_CONFLICT, "publish %s: %d", path, error.code);
        cr_expect_not(files_make_folder(&place.files, path, 0755, &error), "%s", path);
        cr_expect_eq(error.code, ERROR_CONFLICT, "make %s: %d", path, error.code);
        error_release(&error);
    }
    cr_expect_eq(space_fingerprint(&place.space, ""), before);
    end(&place);
}

Test(files_write, a_missing_folder_is_no_reason_to_make_one) {
    struct place place = begin();
    struct error error = {0};
    cr_expect_not(files_create(&place.files, "none/file", span_of("x"), 0644, false, NULL, &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    cr_expect_not(files_make_folder(&place.files, "none/folder", 0755, &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    cr_expect_not(files_publish(&place.files, "none/a", "b", &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    cr_expect_not(files_remove(&place.files, "none/a", &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    cr_expect_not(files_remove(&place.files, "", &error));
    cr_expect_not(files_create(&place.files, "", span_of("x"), 0644, false, NULL, &error));
    cr_expect_not(space_exists(&place.space, "none"));
    error_release(&error);
    end(&place);
}

Test(files_write, moving_and_removing) {
    struct place place = begin();
    struct error error = {0};
    enum file_kind kind;
    struct file_identity folder;
    mode_t mask = umask(077);
    cr_expect(files_make_folder(&place.files, "a", 0755, &error));
    umask(mask);
    cr_expect(files_look(&place.files, "a", &kind, &folder, &error));
    cr_expect_eq(folder.mode & 07777, 0755);
    cr_expect(files_make_folder(&place.files, "a/b", 0700, &error));
    cr_expect(files_create(&place.files, "staged", span_of("x"), 0644, true, NULL, &error));
    cr_expect(files_publish(&place.files, "staged", "a/b/file", &error));
    cr_expect_not(space_exists(&place.space, "staged"));
    cr_expect_not(files_remove_folder(&place.files, "a/b", &error));
    cr_expect_eq(error.code, ERROR_CONFLICT);
    cr_expect_not(files_remove(&place.files, "a/b", &error));
    cr_expect_not(files_remove_folder(&place.files, "a/b/file", &error));
    cr_expect(files_sync_folder(&place.files, "a/b", &error));
    cr_expect(files_sync_folder(&place.files, "", &error));
    cr_expect(files_sync_all(&place.files, "", &error));
    cr_expect(files_remove(&place.files, "a/b/file", &error));
    cr_expect(files_remove_folder(&place.files, "a/b", &error));
    cr_expect(files_remove_folder(&place.files, "a", &error));
    error_release(&error);
    end(&place);
}

/* A link is removed as such; what it leads to stays. */
Test(files_write, removing_a_link_spares_its_target) {
    struct place place = occupied();
    struct error error = {0};
    cr_expect(files_remove(&place.files, "link", &error));
    cr_expect(files_remove(&place.files, "dangling", &error));
    cr_expect(space_exists(&place.space, "file"));
    end(&place);
}

/* --- listings --- */

Test(files_write, a_listing_has_names_and_kinds_in_order) {
    struct place place = occupied();
    struct listing listing = {0};
    struct error error = {0};
    struct buffer found = {0};
    space_write(&place.space, ".hidden", "x");
    space_write(&place.space, "\xFF\xFE", "x");
    cr_assert(files_list(&place.files, "", &listing, &error));
    for (size_t i = 0; i < listing.count; i++)
        buffer_append_format(&found, "%s%s ", listing.entries[i].name,
                             listing.entries[i].is_regular  ? ""
                             : listing.entries[i].is_folder ? "/"
                                                            : "?");
    cr_expect_str_eq(found.data, ".hidden dangling? empty fifo? file folder/ full/ link? \xFF\xFE ");
    cr_expect_not_null(listing_find(&listing, "fifo"));
    cr_expect_null(listing_find(&listing, "fif"));
    cr_expect_null(listing_find(&listing, "fifo "));
    listing_release(&listing);
    cr_expect_null(listing_find(&listing, "fifo"));
    buffer_release(&found);
    end(&place);
}

Test(files_write, a_listing_of_many_names) {
    struct listing listing = {0};
    for (int i = 9999; i >= 0; i--) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        listing_add(&listing, name, i % 2, false);
    }
    listing_sort(&listing);
    for (size_t i = 1; i < listing.count; i++)
        cr_assert_lt(strcmp(listing.entries[i - 1].name, listing.entries[i].name), 0);
    cr_expect(listing_find(&listing, "4711")->is_regular);
    cr_expect_not(listing_find(&listing, "4712")->is_regular);
    listing_release(&listing);
}

Test(files_write, appending_needs_a_regular_file_that_exists) {
    static const char *const others[] = {"absent", "folder", "link", "fifo", "folder/absent", ".."};
    struct place place = begin();
    struct error error = {0};
    space_write(&place.space, "file", "one\n");
    space_make_folder(&place.space, "folder");
    space_link(&place.space, "link", "file");
    char *fifo = absolute(&place, "fifo");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    memory_free(fifo);
    cr_expect(files_append(&place.files, "file", span_of("two\n"), &error));
    for (size_t i = 0; i < COUNT(others); i++) {
        cr_expect_not(files_append(&place.files, others[i], span_of("three\n"), &error), "%s", others[i]);
        cr_expect_neq(error.code, ERROR_NONE);
        error_release(&error);
    }
    char *text = space_read(&place.space, "file");
    cr_expect_str_eq(text, "one\ntwo\n");
    cr_expect_not(space_exists(&place.space, "absent"));
    memory_free(text);
    end(&place);
}

Test(files_write, two_files_exchange_their_names) {
    struct place place = begin();
    struct error error = {0};
    space_write(&place.space, "one", "1");
    space_write(&place.space, "folder/other", "2");
    cr_expect(files_exchange(&place.files, "one", "folder/other", &error), "%s", error.message);
    char *one = space_read(&place.space, "one"), *other = space_read(&place.space, "folder/other");
    cr_expect_str_eq(one, "2");
    cr_expect_str_eq(other, "1");
    memory_free(one);
    memory_free(other);
    cr_expect_not(files_exchange(&place.files, "one", "none", &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    error_release(&error);
    end(&place);
}

/* --- the hook --- */

struct counter {
    int calls, fail_at, failure;
    enum files_operation failed;
};

static int fail_kth(void *data, enum files_operation operation, const char *path) {
    (void)path;
    struct counter *counter = data;
    if (++counter->calls != counter->fail_at)
        return 0;
    counter->failed = operation;
    return counter->failure;
}

/* One of each operation; true if all of them went well. */
static bool do_everything(const struct files *files, struct error *error) {
    struct buffer content = {0};
    struct listing listing = {0};
    enum file_kind kind;
    int lock = -1;
    bool is_done = files_look(files, "", &kind, NULL, error) && files_look(files, "file", &kind, NULL, error) &&
                   files_read(files, "file", 100, &content, NULL, error) && files_list(files, "", &listing, error) &&
                   files_make_folder(files, "new", 0755, error) &&
                   files_create(files, "new/a", span_of("x"), 0644, true, NULL, error) &&
                   files_append(files, "new/a", span_of("y"), error) && files_publish(files, "new/a", "new/b", error) &&
                   files_exchange(files, "new/b", "file", error) && files_sync_folder(files, "new", error) &&
                   files_sync_all(files, "", error) && files_remove(files, "new/b", error) &&
                   files_remove_folder(files, "new", error) && (lock = files_lock(files, "", 0, error)) >= 0;
    if (lock >= 0)
        close(lock);
    buffer_release(&content);
    listing_release(&listing);
    return is_done;
}

Test(files_write, the_hook_sees_and_can_fail_every_operation) {
    static const int failures[] = {ENOSPC, EIO, EMFILE, EACCES};
    for (size_t f = 0; f < COUNT(failures); f++) {
        unsigned failed = 0;
        struct counter counter = {.failure = failures[f]};
        for (bool is_done = false; !is_done; counter.fail_at++) {
            struct place place = begin();
            struct error error = {0};
            space_write(&place.space, "file", "x");
            place.files.hook = fail_kth;
            place.files.hook_data = &counter;
            counter.calls = 0;
            is_done = counter.fail_at > 0 && do_everything(&place.files, &error);
            if (!is_done && counter.fail_at > 0) {
                failed |= 1u << counter.failed;
                cr_expect_eq(error.code, ERROR_IO, "operation %d", counter.fail_at);
                cr_expect_eq(error.system_errno, failures[f], "operation %d", counter.fail_at);
                cr_expect(has(error.message, strerrordesc_np(failures[f])), "%s", error.message);
            }
            error_release(&error);
            end(&place);
        }
        cr_expect_eq(failed, (1u << (FILES_LOCK + 1)) - 1, "%x", failed);
    }
}

/* Whatever fails while a file is created, neither the name nor a temporary one is left. */
Test(files_write, a_creation_that_fails_leaves_nothing) {
    for (int k = 1;; k++) {
        struct place place = begin();
        struct error error = {0};
        struct counter counter = {.fail_at = k, .failure = ENOSPC};
        struct listing listing = {0};
        place.files.hook = fail_kth;
        place.files.hook_data = &counter;
        bool is_done = files_create(&place.files, "file", span_of("x"), 0644, true, NULL, &error);
        place.files.hook = NULL;
        cr_assert(files_list(&place.files, "", &listing, &error));
        cr_expect_eq(listing.count, is_done ? 1 : 0, "operation %d", k);
        listing_release(&listing);
        error_release(&error);
        end(&place);
        if (is_done)
            break;
        cr_assert_lt(k, 20);
    }
}

Test(files_write, an_interrupted_call_is_done_again) {
    struct place place = begin();
    struct error error = {0};
    struct buffer content = {0};
    struct counter counter = {.failure = EINTR};
    space_write(&place.space, "file", "x");
    place.files.hook = fail_kth;
    place.files.hook_data = &counter;
    for (int k = 1; k <= 4; k++) {
        counter.calls = 0;
        counter.fail_at = k == 1 ? 2 : k; /* the open is not repeated; reads are */
        cr_expect(files_read(&place.files, "file", 10, &content, NULL, &error), "%d", k);
    }
    counter.calls = 0;
    counter.fail_at = 2; /* the first write */
    cr_expect(files_create(&place.files, "new", span_of("y"), 0600, false, NULL, &error));
    buffer_release(&content);
    end(&place);
}

/* --- locks --- */

Test(files_write, one_holder_at_a_time) {
    struct place place = begin();
    struct error error = {0};
    int first = files_lock(&place.files, "", 0, &error);
    cr_assert_geq(first, 0);
    cr_expect_eq(files_lock(&place.files, "", 0, &error), -1);
    cr_expect_eq(error.code, ERROR_TIMEOUT);
    cr_expect_eq(files_lock(&place.files, "", 30, &error), -1);
    cr_expect_eq(error.code, ERROR_TIMEOUT);
    close(first);
    int second = files_lock(&place.files, "", 0, &error);
    cr_expect_geq(second, 0);
    close(second);
    cr_expect_eq(files_lock(&place.files, "none", 0, &error), -1);
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    space_write(&place.space, "file", "x");
    cr_expect_eq(files_lock(&place.files, "file", 0, &error), -1);
    error_release(&error);
    end(&place);
}

static int held_lock;

static void let_go(int signal_number) {
    (void)signal_number;
    close(held_lock);
}

/* The holder lets go while another one waits: a timer closes its descriptor. */
Test(files_write, a_lock_can_be_waited_for) {
    struct place place = begin();
    struct error error = {0};
    const struct sigaction action = {.sa_handler = let_go};
    held_lock = files_lock(&place.files, "", 0, &error);
    cr_assert_geq(held_lock, 0);
    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    cr_assert_eq(setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = 50000}, NULL), 0);
    int lock = files_lock(&place.files, "", 30000, &error);
    cr_expect_geq(lock, 0);
    close(lock);
    end(&place);
}
